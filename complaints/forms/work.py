"""Forms of measures, compensations and of who keeps the register."""

from __future__ import annotations

from typing import Any

from django.forms import CharField, ModelChoiceField, Textarea
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import access
from complaints.models import Compensation, Measure
from core import forms
from premises.models import Building
from staff.models import User

T = gettext_lazy


class MeasureForm(forms.ModelForm):
    """A measure of a review: what, who, until when (manual 3.3.4-3)."""

    owner = ModelChoiceField(label=T("Owner"), queryset=User.objects.none())

    class Meta:
        model = Measure
        fields = ["text", "owner", "due_on"]

    def __init__(self, *arguments: Any, building_ids: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["owner"].queryset = access.colleagues_in(building_ids)

    def clean_due_on(self) -> Any:
        due_on = self.cleaned_data["due_on"]
        if due_on and due_on < timezone.localdate():
            self.add_error("due_on", _("This day is past. Enter one that lies ahead."))
        return due_on


class PreventionForm(MeasureForm):
    """A measure that keeps complaints from coming (manual 3.3.5)."""

    building = ModelChoiceField(label=T("Building"), queryset=Building.objects.none(), empty_label=None)

    class Meta(MeasureForm.Meta):
        fields = ["building", "way", "cause", "text", "owner", "due_on"]

    def __init__(self, *arguments: Any, user: Any, **named: Any) -> None:
        buildings = access.call_buildings(user)
        super().__init__(*arguments, building_ids=buildings.values_list("pk", flat=True), **named)
        self.fields["building"].queryset = buildings
        self.fields["cause"].queryset = access.causes()
        self.fields["way"].choices = [choice for choice in Measure.Way.choices if choice[0] != Measure.Way.REVIEW]

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        building, owner = filled.get("building"), filled.get("owner")
        if building and owner and not access.colleagues(building.pk).filter(pk=owner.pk).exists():
            self.add_error("owner", _("This colleague does not work in that building."))
        return filled


class MeasureReportDoneForm(forms.Form):
    """What was done."""

    outcome = CharField(label=T("What was done"), max_length=2000, widget=Textarea(attrs={"rows": 4}))


class CompensationForm(forms.ModelForm):
    """What is given to make up for it, and why."""

    class Meta:
        model = Compensation
        fields = ["kind", "item", "amount", "reason"]


class CompensationGiveForm(forms.Form):
    """Who took it."""

    received_by = CharField(label=T("Received by"), max_length=60)
    note = CharField(label=T("Note"), max_length=400, required=False)


class KeeperForm(forms.Form):
    """Who keeps the register of a building (manual 3.3.4-7)."""

    building = ModelChoiceField(label=T("Building"), queryset=Building.objects.none(), empty_label=None)
    keeper = ModelChoiceField(label=T("Keeper of the register"), queryset=User.objects.none())

    def __init__(self, *arguments: Any, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["building"].queryset = access.keeper_buildings(user)
        self.fields["keeper"].queryset = access.service_people(user)
