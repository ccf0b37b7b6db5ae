"""What is filled in on the way: the answers of one stop, and the end of the round."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms as base
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import forms
from core.flow import Refused
from core.models import StoredFile
from rounds.flow import verdict
from rounds.models import Answer, ChecklistItem, RoundStop
from rounds.services.entries import Entry
from rounds.services.walking import Given, Gps, judged

Kind, Result = ChecklistItem.Kind, Answer.Result
T = gettext_lazy
BUTTONS = (
    ("PASS", pgettext_lazy("button", "Pass")),
    ("FAIL", pgettext_lazy("button", "Fail")),
    ("NOT_APPLICABLE", pgettext_lazy("button", "N/A")),
)
TEXT = {"class": "form-control", "rows": 2}
PLACES, MOST_METRES = 6, 2_000_000


class PhotoInput(forms.StashedFileInput):
    """Opens the camera of a phone; photos of a form that came back stay beside it as tokens."""

    template_name = "rounds/phone_photo.html"


class PhotoField(forms.StashedFileField):
    """One photo or several; nothing but pictures."""

    def __init__(self, **named: Any) -> None:
        super().__init__(multiple=True, required=False, **named)
        self.widget = PhotoInput(multiple=True, purpose=self.purpose)

    def clean(self, value: Any) -> list[StoredFile]:
        found = super().clean(value)
        if any(not file.media_type.startswith("image/") for file in found):
            raise ValidationError(_("Choose photos only."))
        return found  # type: ignore[no-any-return]


class MomentField(base.CharField):
    """A time of a device, in ISO 8601. Empty becomes None."""

    def __init__(self) -> None:
        super().__init__(required=False, max_length=40, widget=base.HiddenInput)

    def clean(self, value: Any) -> dt.datetime | None:
        text = super().clean(value)
        return moment_of(text) if text else None


def moment_of(text: str) -> dt.datetime:
    """Raises ValidationError for what is no time between 1990 and 2100."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or not forms.FIRST_DAY <= found.date() <= forms.LAST_DAY:
        raise ValidationError(_("The time of the device can't be read. Set its clock and save again."))
    return found if timezone.is_aware(found) else timezone.make_aware(found)


@dataclass(frozen=True)
class Line:
    """A question on the page with its fields; those that it doesn't have are None."""

    item: ChecklistItem
    result: Any
    number: Any
    choice: Any
    skip: Any
    note: Any
    photo: Any
    nophoto: Any

    @property
    def errors(self) -> list[str]:
        fields = (self.result, self.number, self.choice, self.skip, self.note, self.photo)
        return [error for field in fields if field is not None for error in field.errors]

    @property
    def main(self) -> Any:
        """The field that an error of the answer is shown at."""
        return self.result or self.number or self.choice or self.photo


class EntryForm(forms.Form):
    """The answers of one stop. `shown`: items that have a photo already. `is_lenient` takes what a phone recorded as it is."""

    stop = base.IntegerField(min_value=1, max_value=10_000, widget=base.HiddenInput)
    version = base.IntegerField(required=False, min_value=1, widget=base.HiddenInput)
    code = base.CharField(required=False, max_length=12, widget=base.HiddenInput)
    captured_at = MomentField()
    method = base.ChoiceField(choices=RoundStop.Method.choices, required=False, widget=base.HiddenInput)
    whereabouts = base.ChoiceField(choices=[("", "–"), *RoundStop.Whereabouts.choices], required=False, widget=base.HiddenInput)
    latitude = base.DecimalField(required=False, min_value=-90, max_value=90, widget=base.HiddenInput)
    longitude = base.DecimalField(required=False, min_value=-180, max_value=180, widget=base.HiddenInput)
    accuracy = base.IntegerField(required=False, min_value=0, max_value=MOST_METRES, widget=base.HiddenInput)
    note = base.CharField(label=T("Note"), required=False, max_length=2000, widget=base.Textarea(attrs=TEXT))
    photo = PhotoField(label=T("Photos"), purpose="round")

    def __init__(
        self, *arguments: Any, items: Sequence[ChecklistItem], shown: Iterable[int] = (), is_lenient: bool = False, **named: Any
    ) -> None:
        super().__init__(*arguments, **named)
        self.items, self.shown, self.is_lenient = items, frozenset(shown), is_lenient
        for item in items:
            self._ask(item)

    def _ask(self, item: ChecklistItem) -> None:
        for name, field in _fields_of(item).items():
            self.fields[f"{name}_{item.pk}"] = field

    @property
    def lines(self) -> list[Line]:
        """The questions in order."""
        names = ("result", "number", "choice", "skip", "note", "photo", "nophoto")
        return [Line(item, **{name: self._field(name, item) for name in names}) for item in self.items]

    def _field(self, name: str, item: ChecklistItem) -> Any:
        key = f"{name}_{item.pk}"
        return self[key] if key in self.fields else None

    def clean(self) -> dict[str, Any]:
        for item in self.items:
            self._judge(item)
        return self.cleaned_data

    def _judge(self, item: ChecklistItem) -> None:
        given, main = self.given(item), self._main(item)
        if given is None:
            if item.is_required and not self.is_lenient and main not in self.errors:
                self.add_error(main, _("Take a photo.") if item.kind == Kind.PHOTO else _("Answer this."))
            return
        try:
            result = judged(item, given)
        except Refused as error:
            self.add_error(main, error.message)
            return
        if result == Result.FAIL and not given.note:
            self.add_error(f"note_{item.pk}", _("Say what is wrong."))
        if self._lacks_photo(item, result, given):
            self.add_error(f"photo_{item.pk}", _("Take a photo, or tick that none is possible."))

    def _main(self, item: ChecklistItem) -> str:
        return next(name for name in (f"{kind}_{item.pk}" for kind in ("result", "number", "choice", "photo")) if name in self.fields)

    def _lacks_photo(self, item: ChecklistItem, result: str, given: Given) -> bool:
        asked = verdict.needs_photo(item, Answer(result=result)) and f"photo_{item.pk}" in self.fields
        excused = self.is_lenient or item.pk in self.shown or bool(self.cleaned_data.get(f"nophoto_{item.pk}"))
        return asked and not given.photos and not excused

    def given(self, item: ChecklistItem) -> Given | None:
        """The answer to one item as it was typed; None without one."""
        said = {name: self.cleaned_data.get(f"{name}_{item.pk}") for name in ("result", "number", "choice", "skip", "note", "photo")}
        photos = tuple(said["photo"] or ())
        if said["skip"]:
            return Given(Result.NOT_APPLICABLE.value, note=said["note"] or "", photos=photos)
        is_given = said["result"] or said["number"] is not None or said["choice"]
        if not is_given and not (item.kind == Kind.PHOTO and (photos or item.pk in self.shown)):
            return None
        return Given(said["result"] or "", said["number"], said["choice"] or "", said["note"] or "", photos)

    def entry(self, *, at: dt.datetime) -> Entry:
        """What was recorded, once the form is valid. A page without a clock of its own recorded it `at`."""
        said = self.cleaned_data
        found = {item.pk: self.given(item) for item in self.items}
        return Entry(
            entry=said["submission_key"],
            stop=said["stop"],
            answers={pk: given for pk, given in found.items() if given is not None},
            captured_at=said["captured_at"] or at,
            method=said["method"] or RoundStop.Method.NONE.value,
            note=said["note"],
            gps=self._gps(),
            whereabouts=said["whereabouts"],
            photos=tuple(said["photo"]),
            taken=self._taken(),
            version=said["version"],
            code=said["code"],
        )

    def _gps(self) -> Gps | None:
        latitude, longitude = self.cleaned_data["latitude"], self.cleaned_data["longitude"]
        if latitude is None or longitude is None:
            return None
        return Gps(round(latitude, PLACES), round(longitude, PLACES), self.cleaned_data["accuracy"] or 0)

    def _taken(self) -> Mapping[int, dt.datetime]:
        """When each photo was taken, by the key of its file; a device says so in the order of its photos."""
        found: dict[int, dt.datetime] = {}
        for name in ["photo", *(f"photo_{item.pk}" for item in self.items)]:
            told = self.data.getlist(f"{name}_at") if hasattr(self.data, "getlist") else []
            for file, text in zip(self.cleaned_data.get(name) or [], told, strict=False):
                try:
                    found[file.pk] = moment_of(text)
                except ValidationError:
                    continue
        return found


def _fields_of(item: ChecklistItem) -> dict[str, base.Field]:
    """The fields of a question by what they are for."""
    fields: dict[str, base.Field] = {}
    if item.kind == Kind.PASS_FAIL:
        fields["result"] = base.ChoiceField(label=item.text, choices=BUTTONS, required=False, widget=base.RadioSelect)
    if item.kind == Kind.NUMBER:
        wide = {"class": "form-control", "inputmode": "decimal", "step": "any"}
        fields["number"] = base.DecimalField(
            label=item.text, max_digits=12, decimal_places=3, required=False, widget=base.NumberInput(attrs=wide)
        )
    if item.kind == Kind.CHOICE:
        options = [(option, option) for option in item.options]
        fields["choice"] = base.ChoiceField(label=item.text, choices=options, required=False, widget=base.RadioSelect)
    if item.kind != Kind.PASS_FAIL:
        fields["skip"] = base.BooleanField(label=T("Does not apply"), required=False)
    fields["note"] = base.CharField(label=T("What is wrong?"), required=False, max_length=1000, widget=base.Textarea(attrs=TEXT))
    if item.photo != ChecklistItem.PhotoNeed.NEVER or item.kind == Kind.PHOTO:
        fields["photo"] = PhotoField(label=T("Photo"), purpose="round")
        fields["nophoto"] = base.BooleanField(label=T("No photo is possible here"), required=False)
    return fields


class FinishForm(forms.Form):
    """The end of a round; with something left out, why. It stands beside the stop's form, so its ids are its own."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **{"auto_id": "finish_%s", **named})

    ended_at = MomentField()
    note = base.CharField(label=T("Why is something left out?"), required=False, max_length=2000, widget=base.Textarea(attrs=TEXT))
