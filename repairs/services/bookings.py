"""Bookings by the hour: made one or many at once, and read by day as engineering and the desk need them (manual 3.12)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.flow import Refused
from repairs.models import Booking, ServiceItem, WorkOrder
from repairs.services import hours, intake
from repairs.services.hours import Span

AT_MOST = 31
DAY = dt.timedelta(days=1)
# What a calendar shows of a day even where nothing is booked.
USUAL_HOURS = range(8, 22)


def span_of(day: dt.date, begin: dt.time, end: dt.time) -> Span:
    """From and to on a day; a `to` before `from` lies in the next morning."""
    last = day if end > begin else day + DAY
    return _local(day, begin), _local(last, end)


def _local(day: dt.date, at: dt.time) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, at))


def days_of(first: dt.date, until: dt.date | None, weekdays: Iterable[int]) -> list[dt.date]:
    """The days of a repeated booking, Monday 0; a single one is its day. Raises Refused for none and for more than 31."""
    if until is None:
        return [first]
    wanted = set(weekdays)
    span = min((until - first).days + 1, 366)
    days = [day for day in (first + dt.timedelta(days=turn) for turn in range(span)) if day.weekday() in wanted]
    if not days:
        raise Refused(_("No day is booked: choose weekdays that lie between the two days."))
    if len(days) > AT_MOST or (until - first).days >= 366:
        raise Refused(_("At most %(count)d bookings are made at once. Choose an earlier last day.") % {"count": AT_MOST})
    return days


def make(told: dict[str, Any], spans: Sequence[Span], *, by: Any, at: dt.datetime) -> list[WorkOrder]:
    """A work order for each of the hours, all or none. Raises Refused that names every clash, or says that there is no price.

    `told`: what every one of them says (service, urgency, unit or tenant, name, phone, channel).
    """
    with transaction.atomic():
        hours.one_at_a_time(told["service"])
        wanted = [(_order(told, span), span) for span in spans]
        for order, span in wanted:
            hours.check(span)
            order.building_id = intake.building_of(order)
        hours.refuse([row for order, span in wanted for row in hours.clashes(order, span)])
        return [intake.report(order, by=by, at=at, booked=span) for order, span in wanted]


def _order(told: dict[str, Any], span: Span) -> WorkOrder:
    service: ServiceItem = told["service"]
    said = {"category": service.category, "content": f"{service.name_zh} {hours.in_words(*span)}"}
    return WorkOrder(**{**said, **told})


def of_days(rows: Any, first: dt.date, last: dt.date, service: ServiceItem | None = None) -> list[Booking]:
    """Bookings that touch some days, in order of time; one query."""
    found = rows.filter(starts_at__lt=_local(last + DAY, dt.time()), ends_at__gt=_local(first, dt.time()))
    if service is not None:
        found = found.filter(service=service)
    return list(found.order_by("starts_at", "unit__code", "pk"))


def free(rows: Sequence[Booking], day: dt.date) -> list[Span]:
    """The hours of a day that none of the bookings takes."""
    at, end, found = _local(day, dt.time()), _local(day + DAY, dt.time()), []
    for row in sorted(rows, key=lambda row: row.starts_at):
        if row.starts_at > at:
            found.append((at, min(row.starts_at, end)))
        at = max(at, row.ends_at)
    return [*found, (at, end)] if at < end else found


@dataclass(frozen=True)
class Cell:
    """A booking in one hour of a column: `is_first` where it begins there."""

    booking: Booking
    is_first: bool


@dataclass(frozen=True)
class Column:
    """A day of a week, or a service of a day."""

    label: Any
    is_today: bool
    day: dt.date
    bookings: tuple[Booking, ...]

    def at(self, hour: int) -> list[Cell]:
        """What is booked in an hour of the column's day."""
        begin = _local(self.day, dt.time(hour))
        end = begin + dt.timedelta(hours=1)
        found = [row for row in self.bookings if row.starts_at < end and row.ends_at > begin]
        first = _local(self.day, dt.time())
        return [Cell(row, row.starts_at >= begin or (hour == 0 and row.starts_at < first)) for row in found]


def week_columns(rows: Sequence[Booking], first: dt.date, today: dt.date) -> list[Column]:
    """Seven days from a Monday."""
    days = [first + dt.timedelta(days=turn) for turn in range(7)]
    return [Column(day, day == today, day, tuple(_touching(rows, day))) for day in days]


def day_columns(rows: Sequence[Booking], services: Iterable[ServiceItem], day: dt.date) -> list[Column]:
    """What is booked of each service on a day."""
    that_day = _touching(rows, day)
    return [Column(service, False, day, tuple(row for row in that_day if row.service_id == service.pk)) for service in services]


def _touching(rows: Iterable[Booking], day: dt.date) -> list[Booking]:
    begin, end = _local(day, dt.time()), _local(day + DAY, dt.time())
    return [row for row in rows if row.starts_at < end and row.ends_at > begin]


def lines(columns: Sequence[Column]) -> list[tuple[str, list[list[Cell]]]]:
    """(hour, what is booked in each column) of every hour of the usual day, and of others in which something is booked."""
    found = [(hour, [column.at(hour) for column in columns]) for hour in range(24)]
    return [(f"{hour:02}:00", cells) for hour, cells in found if hour in USUAL_HOURS or any(cells)]


def agenda(rows: Sequence[Booking], first: dt.date, last: dt.date) -> list[tuple[dt.date, list[Booking]]]:
    """(day, its bookings) of the days on which something is booked; what began before is named on the first day."""
    found: dict[dt.date, list[Booking]] = {}
    for row in rows:
        found.setdefault(min(max(timezone.localdate(row.starts_at), first), last), []).append(row)
    return sorted(found.items())
