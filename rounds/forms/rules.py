"""How often: the fields of a rule, and the rule they say."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import (
    BooleanField,
    CharField,
    CheckboxSelectMultiple,
    ChoiceField,
    IntegerField,
    RadioSelect,
    Textarea,
    TypedMultipleChoiceField,
)
from django.utils.functional import lazystr
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import forms
from rounds import wording
from rounds.models import PlanRule
from rounds.recurrence import Repeats, Rule
from rounds.services.plans import check_rule

T = gettext_lazy
WEEKDAYS = [(number, lazystr(T(name))) for number, name in enumerate(
    ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), 1
)]  # fmt: skip
MOST_WINDOWS = 48


class RuleFields(forms.Form):
    """The fields of a rule; `rule` is what they say once they are valid."""

    repeats = ChoiceField(label=T("How often"), choices=PlanRule.Kind.choices, widget=RadioSelect, initial="DAYS")
    windows = CharField(
        label=T("Times of the day"),
        required=False,
        max_length=1000,
        widget=Textarea(attrs={"rows": 3}),
        help_text=T("From–to, one a line: 08:00-10:00. One that ends past midnight: 22:00-02:00."),
    )
    every = IntegerField(label=T("Every how many days or weeks"), required=False, min_value=1, max_value=366, initial=1)
    weekdays = TypedMultipleChoiceField(
        label=T("Weekdays"), required=False, choices=WEEKDAYS, coerce=int, widget=CheckboxSelectMultiple(attrs={"class": "inline-checks"})
    )
    month_days = CharField(
        label=T("Days of the month"), required=False, max_length=120, help_text=T("1, 15, 31; in a shorter month the 31st is its last day")
    )
    times = IntegerField(label=T("Times a month"), required=False, min_value=1, max_value=31, initial=1)
    working_days_only = BooleanField(
        label=T("Only on working days"), required=False, help_text=T("by the calendar of public holidays, shifted working days included")
    )
    season_from = CharField(label=T("Season from"), required=False, max_length=10, help_text=T("month-day, 11-15; empty: all year"))
    season_to = CharField(label=T("Season to"), required=False, max_length=10)

    def clean_windows(self) -> Any:
        try:
            found = wording.windows_of(self.cleaned_data["windows"])
        except ValueError as error:
            raise ValidationError(_("“%(text)s” can't be read as a time. Write 08:00-10:00.") % {"text": str(error)[:40]}) from error
        if len(found) > MOST_WINDOWS:
            raise ValidationError(_("At most %(n)d times a day.") % {"n": MOST_WINDOWS})
        return found

    def clean_month_days(self) -> tuple[int, ...]:
        words = [word for word in re.split(r"[\s,，、;]+", self.cleaned_data["month_days"]) if word]
        if any(not (word.isascii() and word.isdigit() and len(word) < 3 and 1 <= int(word) <= 31) for word in words):
            raise ValidationError(_("Give days of the month from 1 to 31, for example 1, 15."))
        return tuple(sorted({int(word) for word in words}))

    def _season_day(self, name: str) -> tuple[int, int] | None:
        text = self.cleaned_data[name]
        try:
            return wording.season_day(text) if text else None
        except ValueError as error:
            raise ValidationError(_("“%(text)s” is no day of the year. Write 11-15.") % {"text": text[:20]}) from error

    def clean_season_from(self) -> tuple[int, int] | None:
        return self._season_day("season_from")

    def clean_season_to(self) -> tuple[int, int] | None:
        return self._season_day("season_to")

    def said_rule(self, anchor: dt.date) -> Rule | None:
        """The rule, counted from a day; None where it can't be, with the reason beside the field."""
        filled = self.cleaned_data
        begin, end = filled.get("season_from"), filled.get("season_to")
        if bool(begin) != bool(end):
            self.add_error("season_to", _("A season has a first and a last day."))
        if self.errors:
            return None
        rule = Rule(
            repeats=Repeats(filled["repeats"]),
            windows=filled["windows"],
            anchor=anchor,
            every=filled.get("every") or 1,
            weekdays=tuple(filled["weekdays"]),
            month_days=filled["month_days"],
            times=filled.get("times") or 1,
            season=(begin, end) if begin and end else None,
            working_days_only=filled["working_days_only"],
        )
        try:
            check_rule(rule)
        except ValidationError as error:
            self.add_error("repeats", " ".join(error.messages))
            return None
        return rule


def typed(rule: PlanRule) -> dict[str, Any]:
    """A rule as its fields show it."""
    begin, end = (rule.season[:2], rule.season[2:]) if rule.season else ([], [])
    return {
        "repeats": rule.repeats,
        "windows": wording.typed_windows(rule.rule.windows),
        "every": rule.every,
        "weekdays": rule.weekdays,
        "month_days": ", ".join(map(str, rule.month_days)),
        "times": rule.times,
        "working_days_only": rule.working_days_only,
        "season_from": "-".join(f"{number:02d}" for number in begin),
        "season_to": "-".join(f"{number:02d}" for number in end),
    }
