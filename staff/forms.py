"""What people tell about themselves and their absence."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.forms import BooleanField, CharField, ChoiceField, DateField, HiddenInput, ModelChoiceField, RadioSelect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import forms
from staff import access
from staff.models import Post, Shift, User
from staff.services import Cell, Week


class ProfileForm(forms.ModelForm):
    """Name, phone and how the pages look to this person."""

    language = ChoiceField(label=_("Language"), choices=User.Language.choices, widget=RadioSelect)
    theme = ChoiceField(label=_("Appearance"), choices=User.Theme.choices, widget=RadioSelect)
    single_keys = BooleanField(label=_("Single keys work"), required=False, help_text=_("The keyboard map opens with the question mark."))

    class Meta:
        model = User
        fields = ["name", "phone", "language", "theme", "single_keys"]


class CoverForm(forms.Form):
    """Who stands in for which post, when and why."""

    post = ModelChoiceField(label=_("Post"), queryset=Post.objects.none(), empty_label=None)
    stand_in = forms.PickerField(
        label=_("Stand-in"), queryset=User.objects.none(), url_name="staff:person_picker", search=access.people_named
    )
    starts_on = DateField(label=_("From"))
    ends_on = DateField(label=_("To"), help_text=_("The last day of the absence."))
    reason = CharField(label=_("Reason"), max_length=200)

    def __init__(self, *arguments: Any, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        choices: dict[str, Any] = self.fields
        choices["post"].queryset = access.coverable_posts(user)
        choices["stand_in"].queryset = access.people(user)

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        starts_on, ends_on = filled.get("starts_on"), filled.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("The last day lies before the first. Change the dates."))
        if ends_on and ends_on < timezone.localdate():
            self.add_error("ends_on", _("These days are over. Enter days from today on."))
        return filled


class RosterForm(forms.Form):
    """A week of a roster: a shift or a free day for each person and day. It carries what was planned when it was opened."""

    version = CharField(widget=HiddenInput, required=False, max_length=64)

    def __init__(self, *arguments: Any, week: Week, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.week = week
        self.fields["version"].initial = week.reading
        choices = [("", "—"), *((str(shift.pk), f"{shift} {shift.hours}") for shift in week.shifts)]
        for cell in week.cells:
            label = f"{cell.person} {cell.day:%m-%d}"
            initial = str(cell.duty.shift_id) if cell.duty else ""
            self.fields[cell.name] = ChoiceField(label=label, choices=choices, required=False, initial=initial)

    @property
    def lines(self) -> list[tuple[Any, list[tuple[Cell, Any]]]]:
        """(line, [(cell, its field)]) of the page."""
        return [(line, [(cell, self[cell.name]) for cell in line.cells]) for line in self.week.lines]

    def wanted(self, now: Week) -> dict[tuple[int, dt.date], Shift | None]:
        """What was chosen, where it is not planned like that already."""
        shifts = {str(shift.pk): shift for shift in self.week.shifts}
        found: dict[tuple[int, dt.date], Shift | None] = {}
        for cell in now.cells:
            planned = str(cell.duty.shift_id) if cell.duty else ""
            said = self.cleaned_data.get(cell.name, planned)
            if said != planned:
                found[cell.person.pk, cell.day] = shifts.get(said)
        return found

    def both(self, now: Week) -> list[tuple[str, str, str]]:
        """Each day on which the plan and what was chosen differ: (person and day, planned, chosen)."""
        planned = {(cell.person.pk, cell.day): cell for cell in now.cells}
        return [
            (f"{planned[at].person} {planned[at].day:%m-%d}", str(getattr(planned[at].duty, "shift", None) or "—"), str(shift or "—"))
            for at, shift in self.wanted(now).items()
        ]
