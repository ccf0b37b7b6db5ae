"""What the notice, the appointment, the papers and the briefing ask. `MoveIn<Step>Form` is found by the shared step page."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    DateTimeField,
    EmailField,
    IntegerField,
    RadioSelect,
    Textarea,
)
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import forms
from core.text import clean_code
from tenants import access, identifiers
from tenants.forms.handover import phone_field
from tenants.models import MoveIn, Tenant

T = gettext_lazy


class MoveInForm(forms.Form):
    """The Move-in Notice and the Customer Handover Slip (manual 3.1.3-1, 3.1.4-1)."""

    tenant = forms.PickerField(
        label=T("Tenant"),
        queryset=Tenant.objects.none(),
        url_name="tenants:tenant_picker",
        search=access.tenants_like,
        required=False,
        help_text=T("Type a part of the name. For a new company leave this empty and fill in the next two fields."),
    )
    new_name = CharField(label=T("New company: full name"), max_length=120, required=False)
    new_credit_code = CharField(label=T("New company: unified social credit code"), max_length=18, required=False)
    building = ChoiceField(label=T("Building"), choices=())
    units = CharField(label=T("Units"), max_length=200, help_text=T("Unit numbers, separated by commas: 1801, 1802."))
    contract_number = CharField(label=T("Contract number"), max_length=60, required=False)
    starts_on = DateField(label=T("Lease starts on"), required=False)
    ends_on = DateField(
        label=T("Lease ends on"), required=False, help_text=T("Contract and dates are needed only where the lease is not on file.")
    )
    takeover_at = DateTimeField(label=T("Takeover time"))
    place = CharField(label=pgettext_lazy("takeover", "Place"), max_length=160)
    addressee = CharField(label=T("Addressee"), max_length=80)
    addressee_phone = phone_field(T("Addressee's phone"))
    addressee_email = EmailField(label=T("Addressee's e-mail"), required=False, help_text=T("The notice is sent there."))
    wants_parking = BooleanField(label=T("Wants a parking space"), required=False)
    slip_note = CharField(label=T("Remarks for customer service"), max_length=1000, required=False, widget=Textarea(attrs={"rows": 3}))

    def __init__(self, *arguments: Any, user: Any, buildings: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.user = user
        self.fields["tenant"].queryset = access.tenants(user)
        self.fields["building"].choices = [(str(building.pk), str(building)) for building in buildings]
        self.fields["building"].widget = RadioSelect(choices=self.fields["building"].choices)

    def clean_new_credit_code(self) -> str:
        code = clean_code(self.cleaned_data["new_credit_code"])
        if code:
            identifiers.validate_credit_code(code)
        return code

    def clean_takeover_at(self) -> Any:
        when = self.cleaned_data["takeover_at"]
        if when < timezone.now():
            raise ValidationError(_("The takeover lies in the past. Choose a time ahead."))
        return when

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        if not filled.get("tenant") and not filled.get("new_name") and "tenant" not in self.errors:
            self.add_error("tenant", _("Choose the tenant, or enter the new company's name."))
        given = [name for name in ("contract_number", "starts_on", "ends_on") if filled.get(name)]
        for name in ("contract_number", "starts_on", "ends_on"):
            if given and name not in given:
                self.add_error(name, _("Give the contract number and both dates, or none of them."))
        if filled.get("starts_on") and filled.get("ends_on") and filled["ends_on"] < filled["starts_on"]:
            self.add_error("ends_on", _("A lease can't end before it starts."))
        self._find_units(filled)
        return filled

    def _find_units(self, filled: dict[str, Any]) -> None:
        from premises import access as premises

        building = filled["tenant"].building_id if filled.get("tenant") else filled.get("building")
        codes = [clean_code(code) for code in str(filled.get("units", "")).replace("、", ",").replace("，", ",").split(",") if code.strip()]
        found = {unit.code: unit for unit in premises.units(self.user).filter(building_id=building, code__in=codes)} if building else {}
        unknown = [code for code in codes if code not in found]
        if unknown and "units" not in self.errors:
            self.add_error("units", _("No such unit in this building: %(codes)s.") % {"codes": ", ".join(unknown)})
        filled["found_units"] = [found[code] for code in dict.fromkeys(codes) if code in found]


class MoveInBookForm(forms.Form):
    """The agreed time and place."""

    wants_record = True
    takeover_at = DateTimeField(label=T("Takeover time"))
    place = CharField(label=pgettext_lazy("takeover", "Place"), max_length=160)
    note = CharField(label=T("Note"), max_length=400, required=False)

    def __init__(self, *arguments: Any, record: MoveIn, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["takeover_at"].initial = timezone.localtime(record.takeover_at)
        self.fields["place"].initial = record.place

    def clean_takeover_at(self) -> Any:
        when = self.cleaned_data["takeover_at"]
        if when < timezone.now():
            raise ValidationError(_("The takeover lies in the past. Choose a time ahead."))
        return when


class MoveInRebookForm(MoveInBookForm):
    """A new time, with the reason (manual 3.1.3-3)."""

    note = CharField(label=T("Reason"), max_length=400)


class BriefingForm(forms.Form):
    """Who was briefed on the building, or why nobody (manual 3.1.4-3.5)."""

    people = CharField(label=T("Who was briefed"), max_length=200, required=False)
    declined = CharField(label=T("No briefing because"), max_length=200, required=False)
    cards_wanted = IntegerField(label=T("Customer cards wanted"), min_value=0, max_value=2000, initial=0, required=False)

    def clean_cards_wanted(self) -> int:
        return self.cleaned_data["cards_wanted"] or 0

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        if not filled.get("people") and not filled.get("declined") and not self.errors:
            self.add_error("people", _("Name who was briefed, or say why there was no briefing."))
        return filled
