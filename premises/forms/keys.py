"""Forms of keys and cards."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import (
    CharField,
    CheckboxSelectMultiple,
    ChoiceField,
    DateTimeField,
    HiddenInput,
    ModelMultipleChoiceField,
    RadioSelect,
    Textarea,
)
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock, forms
from core.models import SignOff, phone_validator
from core.pickers import CodePicker
from premises import access
from premises.forms.buildings import InBuilding
from premises.models import Key, ParkingSpace, PublicArea, Unit

T = gettext_lazy
LONGEST = 200_000


class KeyForm(InBuilding):
    unit = CodePicker(label=T("Unit"), queryset=Unit.objects.none(), url_name="premises:unit_picker", required=False)
    parking_space = CodePicker(
        label=T("Parking space"), queryset=ParkingSpace.objects.none(), url_name="premises:parking_space_picker", required=False
    )
    area = CodePicker(
        label=T("Public area"), queryset=PublicArea.objects.none(), url_name="premises:public_area_picker", code="name", required=False
    )

    class Meta:
        model = Key
        fields = ["building", "number", "kind", "unit", "parking_space", "area", "label"]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["unit"].queryset = access.units(self.user)
        self.fields["parking_space"].queryset = access.parking_spaces(self.user)
        self.fields["area"].queryset = access.public_areas(self.user)

    def clean(self) -> dict[str, Any]:
        filled = super().clean()
        named = [name for name in ("unit", "parking_space", "area") if filled.get(name)]
        if len(named) > 1:
            self.add_error(named[1], _("A key opens one thing: name a unit, a parking space or a public area."))
        return filled


class KeyIssueForm(forms.Form):
    """Who takes the key or card, and until when."""

    holder_name = CharField(label=T("Holder"), max_length=80)
    holder_phone = CharField(label=T("Phone"), max_length=40, required=False, validators=[phone_validator])
    holder_company = CharField(label=T("Company"), max_length=120, required=False)
    purpose = CharField(label=T("Purpose"), max_length=200, required=False)
    due_at = DateTimeField(label=T("Back by"), required=False, help_text=T("empty: as long as the tenancy lasts"))

    def clean_due_at(self) -> Any:
        due_at = self.cleaned_data["due_at"]
        if due_at and due_at <= clock.now():
            raise ValidationError(_("The time to bring it back must lie ahead."))
        return due_at


class KeyTakeBackForm(forms.Form):
    note = CharField(label=T("Note"), max_length=200, required=False)


class KeyCountForm(forms.Form):
    """Which keys are in the store: those of the book ticked, others typed."""

    found = ModelMultipleChoiceField(label=T("Found"), queryset=Key.objects.none(), widget=CheckboxSelectMultiple, required=False)
    others = CharField(
        label=T("Found, but not in this list"),
        required=False,
        max_length=20_000,
        widget=Textarea(attrs={"rows": 3}),
        help_text=T("Numbers, one a line."),
    )
    note = CharField(label=T("Note"), required=False, max_length=1000)

    def __init__(self, *arguments: Any, keys: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["found"].queryset = keys

    def numbers(self) -> list[str]:
        typed = self.cleaned_data["others"].replace(",", "\n").replace("，", "\n").splitlines()
        return [*(key.number for key in self.cleaned_data["found"]), *typed]


class LoanSignForm(forms.Form):
    """The holder signs for a key: on the screen, or a typed name before a witness."""

    name = CharField(label=T("Name"), max_length=80)
    method = ChoiceField(
        label=T("How"),
        choices=[(each.value, each.label) for each in (SignOff.Method.SCREEN, SignOff.Method.WITNESSED)],
        initial=SignOff.Method.SCREEN,
        widget=RadioSelect,
    )
    witness = CharField(label=T("Witness"), max_length=80, required=False)
    strokes = CharField(required=False, widget=HiddenInput, max_length=LONGEST)

    def clean_strokes(self) -> list[Any]:
        try:
            strokes = json.loads(self.cleaned_data["strokes"] or "[]")
        except (ValueError, RecursionError):
            strokes = None
        if not isinstance(strokes, list) or not all(_is_stroke(each) for each in strokes):
            raise ValidationError(_("The signature did not arrive whole. Sign again."))
        return strokes


def _is_stroke(stroke: Any) -> bool:
    points = stroke.get("points") if isinstance(stroke, dict) else stroke
    return isinstance(points, list) and all(_is_point(point) for point in points)


def _is_point(point: Any) -> bool:
    return isinstance(point, dict) and all(isinstance(point.get(axis), (int, float)) for axis in ("x", "y"))
