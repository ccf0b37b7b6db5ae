"""What the sections of the handover wizard ask (manual 3.1.4-2, 3.1.4-3)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import (
    BooleanField,
    CharField,
    CheckboxSelectMultiple,
    ChoiceField,
    DecimalField,
    EmailField,
    IntegerField,
    ModelChoiceField,
    ModelMultipleChoiceField,
    MultipleChoiceField,
    RadioSelect,
)
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import forms
from core.models import SignOff, phone_validator
from core.text import clean_code
from premises.models import Key, ParkingSpace, Unit
from tenants import identifiers
from tenants.models import Tenant
from tenants.services.move_in import HANDBOOKS

T = gettext_lazy


def phone_field(label: Any, *, required: bool = False) -> CharField:
    return CharField(label=label, max_length=40, required=required, validators=[phone_validator])


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
    """What one meter shows now. A doubtful reading comes back once, with a button that confirms what was typed."""

    is_doubtful = False
    value = DecimalField(label=T("This reading"), max_digits=12, decimal_places=3, min_value=0)
    replaced = BooleanField(label=T("The meter was replaced"), required=False)
    photo = forms.StashedFileField(label=T("Photo"), required=False, purpose="meter")

    @property
    def is_confirmed(self) -> bool:
        """The button was pressed, not a field filled: it is there only where the reading was doubted."""
        return self.data.get("confirmed") == "1"


class KeysForm(forms.Form):
    """Which keys and cards the tenant receives."""

    keys = ModelMultipleChoiceField(label=T("Keys and cards"), queryset=Key.objects.none(), widget=CheckboxSelectMultiple)
    holder_name = CharField(label=T("Received by"), max_length=80)
    holder_phone = phone_field(T("Phone"))


class ParkingForm(forms.Form):
    """The parking space, if one is wanted."""

    space = ModelChoiceField(label=T("Parking space"), queryset=ParkingSpace.objects.none(), required=False, empty_label=T("None wanted"))


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
