"""Applications for hot work and work at height, the check at the spot, and the weather."""

from __future__ import annotations

from typing import Any

from django.forms import (
    BooleanField,
    CheckboxSelectMultiple,
    IntegerField,
    ModelChoiceField,
    MultipleChoiceField,
    Textarea,
)
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core import forms
from fitout import access
from fitout.models import Fitout, HeightPermit, HotWorkPermit, WorkerPass
from fitout.services import site_permits
from premises.models import Building

T = gettext_lazy


class _PermitForm(forms.ModelForm):
    """An application judged by the limits of the building; each fault stands beside its field.

    `skilled` names the field of who does the work, `trade` what their trade must be fit for.
    """

    skilled: str
    trade: str

    def __init__(self, *arguments: Any, fitout: Fitout, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.instance.fitout = self.fitout = fitout
        workers = fitout.passes.filter(state=WorkerPass.State.VALID).select_related("trade").order_by("name", "pk")
        self.fields["watcher"].queryset = workers
        self.fields[self.skilled].queryset = workers.filter(**{f"trade__{self.trade}": True})
        for name in (self.skilled, "watcher"):
            self.fields[name].label_from_instance = lambda row: f"{row.name} · {row.trade} · {row.number}"

    def _get_validation_exclusions(self) -> set[str]:
        """The watcher's constraint asks for the status, which no field of the form holds: Django would fail without it."""
        return super()._get_validation_exclusions() - {"state"}  # type: ignore[no-any-return]

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        if self.errors:
            return filled
        for name, value in filled.items():
            if name in {field.name for field in self._meta.model._meta.fields}:
                setattr(self.instance, name, value)
        for field, text in site_permits.faults(self.instance, at=timezone.now()):
            self.add_error(field if field in self.fields else None, text)
        return filled


class HotWorkForm(_PermitForm):
    """The application for a Hot-work Permit (manual 3.2.3-2.F1)."""

    skilled, trade = "welder", "is_hot_work"
    welder = ModelChoiceField(
        label=T("Worker with the flame"), queryset=WorkerPass.objects.none(), help_text=T("a valid pass of a trade with open flame")
    )
    watcher = ModelChoiceField(label=T("Fire watcher"), queryset=WorkerPass.objects.none(), help_text=T("another worker with a valid pass"))

    class Meta:
        model = HotWorkPermit
        fields = [
            "spot", "work", "tool", "starts_at", "ends_at", "welder", "watcher", "clear_m", "extinguishers", "has_blanket", "isolated",
        ]  # fmt: skip
        widgets = {"work": Textarea(attrs={"rows": 3})}

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        terms = access.terms_of(self.fitout.building_id)
        self.fields["clear_m"].initial, self.fields["extinguishers"].initial = terms.hot_clear_m, terms.hot_extinguishers
        self.fields["clear_m"].max_value = self.fields["extinguishers"].max_value = 1000


class HeightPermitForm(_PermitForm):
    """The application for work at height (manual 3.10.3-3)."""

    skilled, trade = "worker", "is_at_height"
    worker = ModelChoiceField(
        label=T("Worker at height"), queryset=WorkerPass.objects.none(), help_text=T("with certificate and medical examination in force")
    )
    watcher = ModelChoiceField(
        label=T("Who watches below"), queryset=WorkerPass.objects.none(), help_text=T("another worker with a valid pass")
    )

    class Meta:
        model = HeightPermit
        fields = ["spot", "work", "height_m", "is_outdoors", "danger_zone", "starts_at", "ends_at", "worker", "watcher"]
        widgets = {"work": Textarea(attrs={"rows": 3})}


class _CheckForm(forms.Form):
    """The list of the house, and a photo of the spot."""

    wants_record = True
    checked = MultipleChoiceField(label=T("In order"), widget=CheckboxSelectMultiple, required=False)
    photo = forms.StashedFileField(label=T("Photo of the spot"), purpose="fitout.spot")

    def __init__(self, *arguments: Any, record: Any, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        rows = site_permits.checks(record)
        self.fields["checked"].choices = [(row.code, str(row)) for row in rows]
        if not rows:
            del self.fields["checked"]


class HotWorkPermitBeginForm(_CheckForm):
    """The check before hot work (manual 3.2.3-2)."""


class HeightPermitBeginForm(_CheckForm):
    """The check before work at height, and the weather outdoors (manual 3.10.3-3)."""

    wind_force = IntegerField(label=T("Wind force"), min_value=0, max_value=17, required=False)
    is_stormy = BooleanField(label=T("Thunder, lightning or rainstorm"), required=False)
    is_dangerous = BooleanField(label=T("Another danger outdoors"), required=False)
    field_order = ["checked", "wind_force", "is_stormy", "is_dangerous", "photo"]

    def __init__(self, *arguments: Any, record: HeightPermit, **named: Any) -> None:
        super().__init__(*arguments, record=record, **named)
        if not record.is_outdoors:
            for name in ("wind_force", "is_stormy", "is_dangerous"):
                del self.fields[name]


class WeatherForm(forms.Form):
    """The weather now: outdoor work at height under way is stopped by it (manual 3.10.3-3.2)."""

    building = ModelChoiceField(label=T("Building"), queryset=Building.objects.none(), empty_label=None)
    wind_force = IntegerField(label=T("Wind force"), min_value=0, max_value=17)
    is_stormy = BooleanField(label=T("Thunder, lightning or rainstorm"), required=False)
    is_dangerous = BooleanField(label=T("Another danger outdoors"), required=False)

    def __init__(self, *arguments: Any, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["building"].queryset = access.guarded_buildings(user)
