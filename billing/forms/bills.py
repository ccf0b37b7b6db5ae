"""Form of a payment notice outside the monthly run."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.forms import CharField, DateField, DecimalField, ModelChoiceField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.forms.prices import unit_price
from billing.models import ChargeKind
from billing.services import prices
from billing.services.ledger import Line
from core import forms
from core.pickers import CodePicker
from premises.models import Unit
from tenants.access import tenants_like
from tenants.models import Tenant

T = gettext_lazy


class BillForm(forms.Form):
    """What a tenant is to pay by when. Without a unit price the price list holds."""

    tenant = forms.PickerField(label=T("Tenant"), queryset=Tenant.objects.none(), url_name="tenants:tenant_picker", search=tenants_like)
    kind = ModelChoiceField(label=T("Charge kind"), queryset=ChargeKind.objects.filter(is_active=True))
    text = CharField(label=T("Text"), max_length=200, required=False, help_text=T("what was done, as the tenant knows it"))
    unit = CodePicker(label=T("Unit"), queryset=Unit.objects.none(), url_name="premises:unit_picker", required=False)
    quantity = DecimalField(
        label=T("Quantity"), max_digits=12, decimal_places=4, initial=1, validators=[MinValueValidator(Decimal("0.0001"))]
    )
    unit_price = unit_price(required=False)
    due_on = DateField(label=T("Due on"))

    def __init__(self, *arguments: Any, tenants: Any, units: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["tenant"].queryset, self.fields["unit"].queryset = tenants, units
        self.fields["unit_price"].help_text = _("empty: the price list of today")

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        tenant, unit = filled.get("tenant"), filled.get("unit")
        if tenant and unit and unit.building_id != tenant.building_id:
            self.add_error("unit", _("%(thing)s is in another building.") % {"thing": unit})
        return filled

    def line(self, today: dt.date) -> Line:
        """The charge. Raises Refused when there is neither a price typed nor one in the list."""
        values = self.cleaned_data
        price = values["unit_price"]
        if price is None:
            price = prices.priced(values["tenant"].building_id, values["kind"].code, today).unit_price
        quantity = values["quantity"]
        return Line(
            kind=values["kind"],
            quantity=quantity,
            unit_price=price,
            due_on=values["due_on"],
            text=values["text"],
            formula=f"{quantity.normalize():f} × {price.normalize():f}",
            unit=values["unit"],
        )
