"""The calendar of all sites: planned works as bars, inspections and the ends of permits on their day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fitout import access
from fitout.models import ConcealedWorks, Permit

DAY = dt.timedelta(days=1)
WEEK = 7
# Bars of a week of the month; more are counted and lead to the week.
LANES = 14
ICONS = {"WORKS": "paint", "INSPECTION": "clipboard-check", "CONCEALED": "eye-check", "PERMIT": "certificate"}
WORDS = {
    "WORKS": _("Works"),
    "INSPECTION": _("Completion inspection"),
    "CONCEALED": _("Concealed works"),
    "PERMIT": _("Permit ends"),
}


@dataclass(frozen=True)
class Entry:
    """Something of a site from one day to another; `at` where it has a time."""

    kind: str
    title: str
    starts_on: dt.date
    ends_on: dt.date
    url: str
    record: Any
    at: dt.datetime | None = None

    @property
    def icon(self) -> str:
        return ICONS[self.kind]

    @property
    def word(self) -> Any:
        return WORDS[self.kind]


@dataclass(frozen=True)
class Cell:
    """A part of a lane: free, or an entry over so many days, cut off where it begins before the week or ends after it."""

    days: int
    entry: Entry | None = None
    begins_before: bool = False
    ends_after: bool = False


@dataclass(frozen=True)
class Week:
    """Seven days with their bars; `hidden` is how many had no room."""

    days: list[dt.date]
    lanes: list[list[Cell]]
    hidden: int


def entries(user: Any, first: dt.date, last: dt.date, building: Any = None) -> list[Entry]:
    """What lies in these days at the sites this person sees; three queries."""
    where: dict[str, Any] = {"building": building} if building else {}
    begin, end = (timezone.make_aware(dt.datetime.combine(day, dt.time())) for day in (first, last + DAY))
    sites = access.fitouts(user).exclude(state="WITHDRAWN").filter(**where)
    touched = Q(starts_on__lte=last, ends_on__gte=first) | Q(inspection_at__gte=begin, inspection_at__lt=end)
    found: list[Entry] = []
    for site in sites.filter(touched):
        found += _of_site(site, first, last)
    concealed = access.concealed(user).filter(**where, agreed_at__gte=begin, agreed_at__lt=end)
    for row in concealed.exclude(state=ConcealedWorks.State.WITHDRAWN):
        found.append(_at("CONCEALED", f"{row.fitout.unit.code} {row.item}", row.agreed_at, _page(row.fitout_id), row))
    found += [_end(permit) for permit in access.permits(user).filter(**where, state=Permit.State.VALID, valid_until__range=(first, last))]
    return sorted(found, key=lambda entry: (entry.starts_on, entry.ends_on, entry.title))


def _end(permit: Permit) -> Entry:
    day, url = permit.valid_until, reverse("fitout:permit_detail", args=[permit.pk])
    return Entry("PERMIT", f"{permit.fitout.unit.code} {permit.number}", day, day, url, permit)


def _page(pk: int) -> str:
    return reverse("fitout:fitout_detail", args=[pk])


def _of_site(site: Any, first: dt.date, last: dt.date) -> Iterable[Entry]:
    # What is accepted early is off the site from that day.
    accepted = timezone.localdate(site.accepted_at) if site.accepted_at else site.ends_on
    ends_on = max(site.starts_on, min(site.ends_on, accepted))
    if site.starts_on <= last and ends_on >= first:
        yield Entry("WORKS", f"{site.unit.code} {site.tenant}", site.starts_on, ends_on, _page(site.pk), site)
    if site.inspection_at and first <= timezone.localdate(site.inspection_at) <= last:
        yield _at("INSPECTION", f"{site.unit.code} {site.tenant}", site.inspection_at, _page(site.pk), site)


def _at(kind: str, title: str, at: Any, url: str, record: Any) -> Entry:
    day = timezone.localdate(at)
    return Entry(kind, title, day, day, url, record, at)


def weeks(rows: Iterable[Entry], first: dt.date, last: dt.date, *, most: int | None = LANES) -> list[Week]:
    """The weeks from a Monday to a Sunday, each entry in the first lane that is free on all of its days."""
    mondays = [first + DAY * offset for offset in range(0, (last - first).days + 1, WEEK)]
    return [_week(list(rows), monday, most) for monday in mondays]


def _week(rows: list[Entry], monday: dt.date, most: int | None) -> Week:
    sunday = monday + DAY * (WEEK - 1)
    mine = [row for row in rows if row.starts_on <= sunday and row.ends_on >= monday]
    lanes: list[list[Entry]] = []
    hidden = 0
    for row in sorted(mine, key=lambda entry: (max(entry.starts_on, monday), -(entry.ends_on - entry.starts_on).days)):
        lane = next((each for each in lanes if each[-1].ends_on < row.starts_on), None)
        if lane is not None:
            lane.append(row)
        elif most is None or len(lanes) < most:
            lanes.append([row])
        else:
            hidden += 1
    return Week([monday + DAY * offset for offset in range(WEEK)], [_cells(lane, monday, sunday) for lane in lanes], hidden)


def _cells(lane: list[Entry], monday: dt.date, sunday: dt.date) -> list[Cell]:
    cells, free_from = [], monday
    for row in lane:
        begin, end = max(row.starts_on, monday), min(row.ends_on, sunday)
        if begin > free_from:
            cells.append(Cell((begin - free_from).days))
        cells.append(Cell((end - begin).days + 1, row, row.starts_on < monday, row.ends_on > sunday))
        free_from = end + DAY
    if free_from <= sunday:
        cells.append(Cell((sunday - free_from).days + 1))
    return cells


def agenda(rows: Iterable[Entry], first: dt.date, last: dt.date) -> list[tuple[dt.date, list[tuple[str, Entry]]]]:
    """Day by day what begins, ends or takes place: (mark, entry), the mark is BEGINS, ENDS or empty."""
    days: dict[dt.date, list[tuple[str, Entry]]] = {}
    for row in rows:
        marks = [("BEGINS", row.starts_on), ("ENDS", row.ends_on)] if row.kind == "WORKS" else [("", row.starts_on)]
        for mark, day in marks:
            if first <= day <= last:
                days.setdefault(day, []).append((mark, row))
    return sorted((day, sorted(found, key=_by_time)) for day, found in days.items())


def _by_time(pair: tuple[str, Entry]) -> tuple[str, str]:
    entry = pair[1]
    return (f"{timezone.localtime(entry.at):%H:%M}" if entry.at else "", entry.title)
