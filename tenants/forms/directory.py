"""Forms of the directory board, customer cards and goods moves."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import CharField, DateTimeField, ModelChoiceField
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import forms
from core.models import phone_validator
from core.pickers import CodePicker
from premises import access as premises
from premises.models import Floor, Key, Unit
from tenants import access
from tenants.forms.pickers import limit
from tenants.models import DirectoryLine, DirectoryOrder, GoodsMove, Tenant

T = gettext_lazy


class DirectoryOrderForm(forms.ModelForm):
    """An order for the board. A change or removal names the line."""

    tenant = forms.PickerField(
        label=T("Tenant"), queryset=Tenant.objects.none(), url_name="tenants:tenant_picker", search=access.tenants_like
    )
    line = ModelChoiceField(
        label=T("Line on the board"), queryset=DirectoryLine.objects.none(), required=False, empty_label=T("a new line")
    )
    floor = ModelChoiceField(label=T("Floor"), queryset=Floor.objects.none(), empty_label=T("choose"))

    class Meta:
        model = DirectoryOrder
        fields = ["tenant", "kind", "line", "floor", "unit_text", "name", "name_en", "due_on"]

    def __init__(self, *arguments: Any, user: Any, line: DirectoryLine | None = None, **named: Any) -> None:
        super().__init__(*arguments, **named)
        lines = access.directory_lines(user)
        limit(self, tenant=access.tenants(user))
        limit(self, line=lines.filter(tenant_id=line.tenant_id) if line else lines)
        limit(self, floor=premises.floors(user))
        self.fields["due_on"].initial = timezone.localdate() + dt.timedelta(days=3)

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        line, tenant = filled.get("line"), filled.get("tenant")
        if filled.get("kind") == DirectoryOrder.Kind.NEW:
            filled["line"] = None
            self._check_new(filled)
        elif line is None:
            self.add_error("line", _("Choose the line on the board."))
        elif tenant and line.tenant_id != tenant.pk:
            self.add_error("line", _("This line belongs to another tenant."))
        self._check_place(filled)
        return filled

    def _check_new(self, filled: dict[str, Any]) -> None:
        tenant = filled.get("tenant")
        if tenant and DirectoryLine.objects.filter(tenant=tenant, unit_text=filled.get("unit_text", "")).exists():
            self.add_error("unit_text", _("This tenant has a line with this unit already. Order a change of it."))

    def _check_place(self, filled: dict[str, Any]) -> None:
        floor, tenant, due_on = filled.get("floor"), filled.get("tenant"), filled.get("due_on")
        if floor and tenant and floor.building_id != tenant.building_id:
            self.add_error("floor", _("This floor is in another building."))
        if due_on and due_on < timezone.localdate():
            self.add_error("due_on", _("This day is over. Choose today or a later day."))


class DirectoryOrderMakeForm(forms.Form):
    """Who made the line."""

    maker = CharField(label=T("Made by"), max_length=60)


class CardForm(forms.Form):
    """A customer card for somebody of the tenant."""

    key = CodePicker(label=T("Customer card"), queryset=Key.objects.none(), url_name="tenants:customer_card_picker", code="number")
    holder_name = CharField(label=T("Holder"), max_length=80)
    holder_phone = CharField(label=T("Phone"), max_length=40, required=False, validators=[phone_validator])
    note = CharField(label=T("Note"), max_length=200, required=False)

    def __init__(self, *arguments: Any, user: Any, tenant: Tenant, **named: Any) -> None:
        super().__init__(*arguments, **named)
        cards = premises.keys(user).filter(building_id=tenant.building_id, kind=Key.Kind.CUSTOMER_CARD, state=Key.State.IN_STORE)
        limit(self, key=cards)


class GoodsMoveForm(forms.ModelForm):
    """A booking of a goods lift."""

    tenant = forms.PickerField(
        label=T("Tenant"), queryset=Tenant.objects.none(), url_name="tenants:tenant_picker", search=access.tenants_like
    )
    unit = CodePicker(label=T("Unit"), queryset=Unit.objects.none(), url_name="premises:unit_picker", required=False)
    starts_at = DateTimeField(label=T("From"))
    ends_at = DateTimeField(label=T("Until"))

    class Meta:
        model = GoodsMove
        fields = [
            "tenant",
            "unit",
            "direction",
            "lift",
            "starts_at",
            "ends_at",
            "vehicles",
            "mover",
            "contact_name",
            "contact_phone",
            "note",
        ]

    def __init__(self, *arguments: Any, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        limit(self, tenant=access.current_tenants(user))
        limit(self, unit=premises.units(user))
        self.fields["lift"].initial = _("Goods lift 1")

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        starts_at, ends_at, tenant = filled.get("starts_at"), filled.get("ends_at"), filled.get("tenant")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("The end must be after the start."))
        elif starts_at and ends_at and tenant:
            self._check_lift(filled)
        if starts_at and starts_at < timezone.now():
            self.add_error("starts_at", _("This time is over. Choose a later one."))
        return filled

    def _check_lift(self, filled: dict[str, Any]) -> None:
        self.instance.building_id = filled["tenant"].building_id
        taken = GoodsMove.objects.exclude(state=GoodsMove.State.CANCELLED).filter(
            building_id=filled["tenant"].building_id,
            lift=filled.get("lift", ""),
            starts_at__lt=filled["ends_at"],
            ends_at__gt=filled["starts_at"],
        )
        other = taken.select_related("tenant").first()
        if other:
            until = timezone.localtime(other.ends_at).strftime("%m-%d %H:%M")
            words = {"lift": other.lift, "tenant": other.tenant, "until": until}
            self.add_error("starts_at", ValidationError(_("%(lift)s is booked for %(tenant)s until %(until)s."), params=words))
