"""Forms of buildings, floors, units and public areas."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import CharField, ModelChoiceField, Textarea
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import forms
from core.pickers import CodePicker
from core.text import clean_code
from premises import access
from premises.models import Building, Floor, PublicArea, Unit

T = gettext_lazy


class InBuilding(forms.ModelForm):
    """A thing of one building, chosen once at the start among those this person may change."""

    building = ModelChoiceField(label=T("Building"), queryset=Building.objects.none(), empty_label=None)

    def __init__(self, *arguments: Any, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.user = user
        mine = [building.pk for building in access.buildings(user) if access.may_change(user, building.pk)]
        self.fields["building"].queryset = Building.objects.filter(pk__in=mine).order_by("name")
        self.fields["building"].disabled = bool(self.instance.pk)

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        building = filled.get("building")
        for name in ("floor", "unit", "area", "parking_space"):
            thing = filled.get(name)
            if building and thing and thing.building_id != building.pk:
                self.add_error(name, _("%(thing)s is in another building.") % {"thing": thing})
        return filled


class OnFloor(InBuilding):
    """A thing on a floor, named as people say it."""

    floor = CharField(label=T("Floor"), max_length=12, help_text=T("as people say it: B1, 22F"))

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if self.instance.floor_id:
            self.initial["floor"] = str(self.instance.floor)

    def clean(self) -> dict[str, Any]:
        filled = self.cleaned_data
        typed, building = filled.get("floor"), filled.get("building")
        if isinstance(typed, str):
            filled["floor"] = self._floor(typed, building) if typed else None
        return super().clean()

    def _floor(self, typed: str, building: Building | None) -> Floor | None:
        floor = Floor.objects.filter(building=building, name=clean_code(typed)).first() if building else None
        if building and floor is None:
            self.add_error("floor", _("There is no floor “%(name)s” in this building.") % {"name": typed})
        return floor


class BuildingForm(forms.ModelForm):
    class Meta:
        model = Building
        fields = [
            "code",
            "name",
            "address",
            "management_company",
            "management_company_en",
            "phone",
            "email",
            "fit_out_area_limit_m2",
            "notes",
        ]
        widgets = {"notes": Textarea(attrs={"rows": 3})}

    def clean_code(self) -> str:
        return clean_code(self.cleaned_data["code"])


class FloorForm(InBuilding):
    class Meta:
        model = Floor
        fields = ["building", "name", "level", "is_refuge"]


class UnitForm(OnFloor):
    class Meta:
        model = Unit
        fields = ["building", "floor", "code", "area_m2", "net_area_m2", "use"]


class PublicAreaForm(OnFloor):
    class Meta:
        model = PublicArea
        fields = ["building", "floor", "name", "area_m2"]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["floor"].required = False


class MergeForm(forms.Form):
    """Which neighbours become part of this unit."""

    def __init__(self, *arguments: Any, unit: Unit, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        rows = access.units(user).filter(floor=unit.floor_id, merged_into=None, state=Unit.State.VACANT).exclude(pk=unit.pk)
        for number in range(1, 4):
            self.fields[f"unit_{number}"] = CodePicker(
                label=T("Unit"), queryset=rows, url_name="premises:unit_picker", required=number == 1
            )

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        chosen = self.chosen()
        if len({unit.pk for unit in chosen}) < len(chosen):
            raise ValidationError(_("The same unit stands here twice."))
        return filled

    def chosen(self) -> list[Unit]:
        return [unit for name, unit in self.cleaned_data.items() if name.startswith("unit_") and unit]
