"""Forms of parking spaces, extinguishers and a unit's equipment."""

from __future__ import annotations

from typing import Any

from django.forms import CharField, HiddenInput, ModelForm, modelformset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import forms
from core.versions import digest
from premises.forms.buildings import InBuilding, OnFloor
from premises.models import EquipmentItem, Extinguisher, ParkingSpace

T = gettext_lazy


class ParkingSpaceForm(OnFloor):
    class Meta:
        model = ParkingSpace
        fields = ["building", "floor", "code", "has_lock"]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["floor"].required = False


class ParkingSpaceRentForm(forms.Form):
    rented_to = CharField(label=T("Rented to"), max_length=120)
    plate = CharField(label=T("Number plate"), max_length=12, required=False)


class ExtinguisherForm(InBuilding):
    class Meta:
        model = Extinguisher
        fields = ["building", "number", "kind", "weight_kg", "check_due_on"]


class ExtinguisherRentForm(forms.Form):
    rented_to = CharField(label=T("Rented to"), max_length=120)


class EquipmentItemForm(ModelForm):
    class Meta:
        model = EquipmentItem
        fields = ["name", "quantity", "condition", "remark"]


EquipmentForms = modelformset_factory(EquipmentItem, form=EquipmentItemForm, extra=5, can_delete=True, max_num=200, absolute_max=250)


class EquipmentListForm(forms.Form):
    """The equipment of a unit as one form: its lines, and what the list said when it was opened."""

    def __init__(self, *arguments: Any, rows: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.lines = EquipmentForms(self.data if self.is_bound else None, queryset=rows, prefix="items")
        self.fields["version"] = CharField(widget=HiddenInput, required=False, max_length=64, initial=reading_of(rows))

    def is_valid(self) -> bool:
        both = [super().is_valid(), self.lines.is_valid()]
        return all(both) and not self._names_twice()

    def _names_twice(self) -> bool:
        """Marks a name that stands in two lines."""
        seen: set[str] = set()
        for line in self.kept():
            name = line.cleaned_data["name"]
            if name in seen:
                line.add_error("name", _("This name stands here twice: add up the quantities."))
            seen.add(name)
        return any(line.errors for line in self.lines)

    def kept(self) -> list[Any]:
        """The lines that are to stand in the list."""
        return [line for line in self.lines if line.cleaned_data.get("name") and not line.cleaned_data.get("DELETE")]

    def typed(self) -> list[EquipmentItem]:
        """The list as it was typed."""
        return [EquipmentItem(**{name: line.cleaned_data[name] for name in EquipmentItemForm.Meta.fields}) for line in self.kept()]


def reading_of(rows: Any) -> str:
    """What an equipment list says, as its form carries it."""
    return digest([[str(said) for said in line] for line in rows.values_list("pk", *EquipmentItemForm.Meta.fields)])
