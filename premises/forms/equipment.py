"""Forms of parking spaces, extinguishers and a unit's equipment."""

from __future__ import annotations

from typing import Any

from django.forms import CharField, ModelForm, modelformset_factory
from django.utils.translation import gettext_lazy

from core import forms
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
