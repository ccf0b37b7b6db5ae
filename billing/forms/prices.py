"""Forms of the price list and of how a building bills."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.forms import DateField, DecimalField, IntegerField, ModelChoiceField
from django.utils.translation import gettext_lazy as _

from billing import access
from billing.models import BillingTerms, ChargeKind, LeaseFee, Price
from core import forms
from premises.models import Building


def unit_price(**named: Any) -> DecimalField:
    """Yuan with up to four decimals."""
    bounds = [MinValueValidator(0)]
    return DecimalField(label=_("Unit price"), max_digits=12, decimal_places=4, validators=bounds, help_text=_("yuan"), **named)


class PriceForm(forms.ModelForm):
    building = ModelChoiceField(label=_("Building"), queryset=Building.objects.none(), empty_label=None)
    kind = ModelChoiceField(label=_("Charge kind"), queryset=ChargeKind.objects.filter(is_active=True))
    unit_price = unit_price()

    class Meta:
        model = Price
        fields = ("building", "kind", "starts_on", "unit_price", "note")

    def __init__(self, *arguments: Any, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["building"].queryset = access.buildings_where(user, access.PRICERS)

    def clean(self) -> dict[str, Any]:
        """The service says what clashes, in words."""
        return self.cleaned_data

    def validate_constraints(self) -> None:
        """As above: the service is asked under the lock."""


class KindForm(forms.ModelForm):
    """A charge kind: what is charged, by what. Its code stays, other parts of the product name it."""

    class Meta:
        model = ChargeKind
        fields = (
            "code",
            "name_zh",
            "name_en",
            "group",
            "basis",
            "meter_kind",
            "every_lease",
            "vat_percent",
            "is_active",
            "position",
            "note",
        )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for name in ("code", "basis") if self.instance.pk else ():
            self.fields[name].disabled = True


class LeaseFeeForm(forms.ModelForm):
    kind = ModelChoiceField(label=_("Charge kind"), queryset=ChargeKind.objects.filter(is_active=True, basis__in=ChargeKind.MONTHLY))
    unit_price = unit_price(required=False)

    class Meta:
        model = LeaseFee
        fields = ("kind", "quantity", "unit_price", "starts_on", "ends_on", "note")


class TermsForm(forms.ModelForm):
    issue_day = IntegerField(label=_("Bills go out by day"), min_value=1, max_value=28)
    due_day = IntegerField(label=_("Bills are due on day"), min_value=1, max_value=28)

    class Meta:
        model = BillingTerms
        fields = (
            "issue_day",
            "due_day",
            "late_fee_rate_day",
            "late_fee_grace_days",
            "late_fee_cap_percent",
            "postpone_days",
            "account_name",
            "account_bank",
            "account_number",
        )


class CreditForm(forms.Form):
    """Takes back part of a charge."""

    amount = DecimalField(label=_("Amount"), max_digits=14, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))])
    note = forms.ReasonForm.base_fields["note"]


class MonthForm(forms.Form):
    """Opens the bill run of a month."""

    building = ModelChoiceField(label=_("Building"), queryset=Building.objects.none(), empty_label=None)
    month = DateField(label=_("Month"), help_text=_("any day of it"))

    def __init__(self, *arguments: Any, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["building"].queryset = access.buildings_where(user, (access.CASHIERS[0],))
