"""What moving in asks. The names `MoveIn<Step>Form` and `Defect<Step>Form` are found by the shared step page."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import (
    BooleanField,
    CharField,
    CheckboxSelectMultiple,
    ChoiceField,
    DateField,
    DateTimeField,
    DecimalField,
    EmailField,
    IntegerField,
    ModelChoiceField,
    ModelMultipleChoiceField,
    MultipleChoiceField,
    RadioSelect,
    Textarea,
)
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import forms
from core.models import SignOff, phone_validator
from core.text import clean_code
from premises.models import Key, ParkingSpace, Unit
from tenants import access, identifiers
from tenants.models import Defect, MoveIn, Tenant
from tenants.services.move_in import HANDBOOKS

T = gettext_lazy


def phone_field(label: Any, *, required: bool = False) -> CharField:
    return CharField(label=label, max_length=40, required=required, validators=[phone_validator])


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


class VisitorForm(forms.Form):
    """Who came, and that their identity paper was checked (manual 3.1.4-2.1)."""

    by_agent = ChoiceField(
        label=T("Who has come?"),
        choices=[("0", T("The principal in person")), ("1", T("An agent with a Letter of Authorisation"))],
        widget=RadioSelect,
        initial="0",
    )
    visitor_name = CharField(label=T("Visitor's name"), max_length=80)
    visitor_phone = phone_field(T("Visitor's phone"))
    agent_identity = CharField(label=T("Visitor's identity number"), max_length=40, required=False, help_text=T("Stored encrypted."))
    checked = BooleanField(label=T("I have checked the identity paper: the person is who it says."))

    def clean_by_agent(self) -> bool:
        return bool(self.cleaned_data["by_agent"] == "1")

    def clean_agent_identity(self) -> str:
        number = clean_code(self.cleaned_data["agent_identity"])
        looks_resident = len(number) == 18 and number[:17].isdigit()
        if looks_resident and not identifiers.is_resident_number(number, today=timezone.localdate()):
            raise ValidationError(_("The identity number has a wrong digit. Compare it with the card."))
        return number


class PaperForm(forms.Form):
    """What happens with one required paper."""

    action = ChoiceField(
        label=T("What happens with this paper?"),
        choices=[
            ("receive", T("It is here: take it in")),
            ("receive_verify", T("It is here and checked against the original")),
            ("verify", T("It was received before: checked now")),
            ("substitute", T("Accept something else in its place")),
            ("not_applicable", T("It isn't needed here")),
        ],
        widget=RadioSelect,
        initial="receive_verify",
    )
    file = forms.StashedFileField(label=T("Copy"), required=False, sensitive=True, purpose="paper")
    reason = CharField(label=T("Reason"), max_length=200, required=False, help_text=T("Needed for a substitute and for “isn't needed”."))

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        if filled.get("action") in {"substitute", "not_applicable"} and not filled.get("reason"):
            self.add_error("reason", _("Say what is accepted instead and until when, or why it isn't needed."))
        return filled


class HandbooksForm(forms.Form):
    """Which handbooks are handed out now (manual 3.1.4-2.3)."""

    kinds = MultipleChoiceField(
        label=T("Handed out"),
        choices=[(kind.value, kind.label) for kind in HANDBOOKS],
        widget=CheckboxSelectMultiple,
        initial=list(HANDBOOKS),
    )


class RegistrationForm(forms.Form):
    """The three registration forms, filled from what is known (manual 3.1.4-2.4)."""

    name = CharField(label=T("Full name"), max_length=120)
    name_en = CharField(label=T("Name in English"), max_length=160, required=False)
    credit_code = CharField(label=T("Unified social credit code"), max_length=18, required=False)
    company_kind = ChoiceField(label=T("Kind of company"), choices=Tenant.CompanyKind.choices)
    industry = CharField(label=T("Industry"), max_length=60, required=False)
    people_total = IntegerField(label=T("People in all"), min_value=0, required=False)
    registered_address = CharField(label=T("Registered address"), max_length=200, required=False)
    legal_representative = CharField(label=T("Legal representative"), max_length=60, required=False)
    phone = phone_field(T("Switchboard"))
    admin_name = CharField(label=T("Office administrator"), max_length=60)
    admin_phone = phone_field(T("Office administrator's phone"), required=True)
    admin_email = EmailField(label=T("Office administrator's e-mail"), required=False)
    emergency_name = CharField(label=T("Emergency contact"), max_length=60)
    emergency_phone = phone_field(T("Emergency contact's phone"), required=True)
    board_name = CharField(label=T("Directory board: name"), max_length=80)
    board_name_en = CharField(label=T("Directory board: English name"), max_length=120, required=False)
    board_unit = CharField(label=T("Directory board: unit"), max_length=40)

    TENANT = (
        "name",
        "name_en",
        "credit_code",
        "company_kind",
        "industry",
        "people_total",
        "registered_address",
        "legal_representative",
        "phone",
    )

    def clean_credit_code(self) -> str:
        code = clean_code(self.cleaned_data["credit_code"])
        if code:
            identifiers.validate_credit_code(code)
        return code

    def parts(self) -> dict[str, Any]:
        """The three forms apart: tenant, people, board."""
        filled = self.cleaned_data
        return {
            "tenant": {name: filled[name] for name in self.TENANT},
            "people": {
                "ADMINISTRATIVE_HEAD": {"name": filled["admin_name"], "phone": filled["admin_phone"], "email": filled["admin_email"]},
                "EMERGENCY": {"name": filled["emergency_name"], "phone": filled["emergency_phone"]},
            },
            "board": {"name": filled["board_name"], "name_en": filled["board_name_en"], "unit_text": filled["board_unit"]},
        }


class EquipmentForm(forms.Form):
    """The equipment checklist: one row of fields a line, some empty ones at the end."""

    EMPTY = 4

    def __init__(self, *arguments: Any, lines: list[Any], units: list[Unit], **named: Any) -> None:
        super().__init__(*arguments, **named)
        from premises.models import EquipmentItem

        self.units = {str(unit.pk): unit for unit in units}
        self.rows: list[dict[str, Any]] = []
        for number in range(len(lines) + self.EMPTY):
            line = lines[number] if number < len(lines) else None
            self._add(number, line, EquipmentItem.Condition.choices)

    def _add(self, number: int, line: Any, conditions: Any) -> None:
        unit_choices = [(key, unit.code) for key, unit in self.units.items()]
        fields = {
            "unit": ChoiceField(
                label=T("Unit"), choices=unit_choices, required=False, initial=str(line.unit.pk) if line else unit_choices[0][0]
            ),
            "name": CharField(label=T("Equipment"), max_length=80, required=False, initial=line.name if line else ""),
            "quantity": IntegerField(
                label=T("Quantity"), min_value=1, max_value=9999, required=False, initial=line.quantity if line else 1
            ),
            "condition": ChoiceField(label=T("Condition"), choices=conditions, required=False, initial=line.condition if line else "GOOD"),
            "remark": CharField(label=T("Remark"), max_length=200, required=False, initial=line.remark if line else ""),
        }
        for name, field in fields.items():
            field.widget.attrs["class"] = "form-select" if isinstance(field, ChoiceField) else "form-control"
            self.fields[f"{name}-{number}"] = field
        self.rows.append({name: f"{name}-{number}" for name in fields})

    def bound_rows(self) -> list[list[Any]]:
        return [[self[name] for name in row.values()] for row in self.rows]

    def lines(self) -> list[Any]:
        from tenants.services.move_in import EquipmentLine

        filled = self.cleaned_data
        return [
            EquipmentLine(
                unit=self.units[filled[row["unit"]]],
                name=filled[row["name"]],
                quantity=filled[row["quantity"]] or 1,
                condition=filled[row["condition"]] or "GOOD",
                remark=filled[row["remark"]],
            )
            for row in self.rows
            if filled.get(row["name"])
        ]


class MeterForm(forms.Form):
    """What one meter shows now."""

    value = DecimalField(label=T("This reading"), max_digits=12, decimal_places=3, min_value=0)
    replaced = BooleanField(label=T("The meter was replaced"), required=False)
    photo = forms.StashedFileField(label=T("Photo"), required=False, purpose="meter")


class KeysForm(forms.Form):
    """Which keys and cards the tenant receives."""

    keys = ModelMultipleChoiceField(label=T("Keys and cards"), queryset=Key.objects.none(), widget=CheckboxSelectMultiple)
    holder_name = CharField(label=T("Received by"), max_length=80)
    holder_phone = phone_field(T("Phone"))


class ParkingForm(forms.Form):
    """The parking space, if one is wanted."""

    space = ModelChoiceField(label=T("Parking space"), queryset=ParkingSpace.objects.none(), required=False, empty_label=T("None wanted"))


class DefectForm(forms.ModelForm):
    """A defect found at the walk-through (manual 3.1.4-3.4)."""

    photo = forms.StashedFileField(label=T("Photo"), required=False, purpose="defect")

    class Meta:
        model = Defect
        fields = ["unit", "place", "description", "photo", "due_on"]

    def __init__(self, *arguments: Any, units: list[Unit], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units])
        self.fields["unit"].empty_label = None
        self.fields["due_on"].required = False
        self.fields["description"].widget.attrs["rows"] = 3

    def _get_validation_exclusions(self) -> set[str]:
        return {*super()._get_validation_exclusions(), "photo"}


class SignatureForm(forms.Form):
    """One person's hand under the documents they have read."""

    documents = MultipleChoiceField(label=T("Documents"), widget=CheckboxSelectMultiple)
    name = CharField(label=T("Name"), max_length=80)
    role = CharField(label=T("Role"), max_length=80, required=False)
    method = ChoiceField(
        label=T("How"),
        choices=[
            (SignOff.Method.SCREEN, T("On this screen")),
            (SignOff.Method.WITNESSED, T("Name typed before a witness")),
            (SignOff.Method.PAPER, T("On paper, with a scan")),
        ],
        widget=RadioSelect,
        initial=SignOff.Method.SCREEN,
    )
    strokes = forms.SignatureField(label=T("Signature"), required=False)
    witness = CharField(label=T("Witness"), max_length=80, required=False)
    scan = forms.StashedFileField(label=T("Scan of the signed paper"), required=False, purpose="signed paper")

    def __init__(self, *arguments: Any, documents: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["documents"].choices = documents
        self.fields["documents"].initial = [key for key, _label in documents]

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        needs = {"SCREEN": ("strokes", _("Sign in the box first.")), "WITNESSED": ("witness", _("Name the witness."))}
        needs["PAPER"] = ("scan", _("Add the scan of the signed paper."))
        field, message = needs.get(filled.get("method", ""), ("", ""))
        if field and not filled.get(field):
            self.add_error(field, message)
        return filled


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


class DefectPlanForm(forms.Form):
    """A new date for mending it."""

    due_on = DateField(label=T("To be mended by"))
    note = CharField(label=T("Reason"), max_length=400)


class DefectMendForm(forms.Form):
    """What engineering did."""

    mended_note = CharField(label=T("What was done"), max_length=400, widget=Textarea(attrs={"rows": 3}))
    mended_photo = forms.StashedFileField(label=T("Photo after"), required=False, purpose="defect")


class DefectAcceptForm(SignatureForm):
    """The tenant signs that the defect is mended."""

    wants_record = True
    signature_pad = True

    def __init__(self, *arguments: Any, record: Defect, user: Any, **named: Any) -> None:
        super().__init__(*arguments, documents=[], **named)
        del self.fields["documents"]
        self.fields["name"].initial = record.move_in.visitor_name or record.move_in.addressee
