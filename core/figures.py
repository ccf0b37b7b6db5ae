"""Figures of a time, each a link to the list it counts: bars, their longest, the days that are asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth
from django.forms import DateField, ModelChoiceField
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import forms


@dataclass(frozen=True)
class Line:
    """One bar: what, how many, and the filter of the list that shows them."""

    label: Any
    count: int
    query: dict[str, Any]


class TimeForm(forms.Form):
    """Which days, and which building of those given."""

    first = DateField(label=_("From"), required=False)
    last = DateField(label=_("Until"), required=False)
    building: Any = ModelChoiceField(label=_("Building"), queryset=None, required=False, empty_label=_("all"))

    def __init__(self, *arguments: Any, buildings: QuerySet[Any], **named: Any) -> None:
        super().__init__(*arguments, **named)
        choice: Any = self.fields["building"]
        choice.queryset = buildings
        del self.fields["submission_key"]


@dataclass(frozen=True)
class Time:
    """The days asked for, both included, of one building or (None) of all."""

    form: TimeForm
    first: dt.date
    last: dt.date
    building: Any

    @property
    def status(self) -> int:
        """422 where what was asked for can't be understood."""
        return 422 if self.form.is_bound and not self.form.is_valid() else 200

    def span(self, field: str) -> dict[str, str]:
        """The same days as the filter of a list."""
        return {f"{field}_after": self.first.isoformat(), f"{field}_before": self.last.isoformat()}


def asked_time(request: HttpRequest, buildings: QuerySet[Any], today: dt.date) -> Time:
    """What the address asks for; else the last twelve months of everything."""
    form = TimeForm(request.GET or None, buildings=buildings)
    asked = form.cleaned_data if form.is_valid() else {}
    year_ago = (today.replace(day=1) - dt.timedelta(days=330)).replace(day=1)
    return Time(form, asked.get("first") or year_ago, asked.get("last") or today, asked.get("building"))


def linked(lines: Iterable[Any], list_name: str, span: dict[str, str]) -> list[tuple[Any, str]]:
    """Each line with the address of the rows it counts."""
    there = reverse(list_name)
    return [(line, f"{there}?{urlencode({**span, **line.query})}") for line in lines]


def top(lines: Sequence[Line]) -> int:
    """The longest bar."""
    return max((line.count for line in lines), default=1)


def percent(part: int, whole: int) -> int | None:
    """A share in whole per cent; None of nothing."""
    return round(part * 100 / whole) if whole else None


def counted(rows: Any, field: str) -> list[tuple[Any, int]]:
    """(value, rows) of a field, the most frequent first; one query."""
    return list(rows.order_by().values_list(field).annotate(n=Count("pk")).order_by("-n", field))


def by_month(rows: Any, field: str) -> list[Line]:
    """Months of a moment, in order; one query."""
    found = rows.order_by().annotate(month=TruncMonth(field)).values("month").annotate(n=Count("pk")).order_by("month")
    return [Line(f"{row['month']:%Y-%m}", row["n"], _month(row["month"], field)) for row in found]


def _month(first: Any, field: str) -> dict[str, str]:
    """The filter of a month's days."""
    last = (first.replace(day=1) + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    return {f"{field}_after": f"{first:%Y-%m-%d}", f"{field}_before": f"{last:%Y-%m-%d}"}
