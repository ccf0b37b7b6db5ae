"""Figures of work orders: how fast, how well, where and what comes back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, DecimalField, DurationField, ExpressionWrapper, F, Max, Q, Sum
from django.db.models.functions import Coalesce

from core.figures import Line, counted, percent
from repairs.models import OPEN_STATES, Material, RepairCategory, Urgency, WorkOrder, WorkOrderQuerySet
from staff.models import User

SHOWN = 50
SETTLED = ["DONE", "TO_PAY", "REFUSED", "CLOSED"]


@dataclass(frozen=True)
class Totals:
    """Counts of a time, minutes on average, and shares in percent (None without any)."""

    received: int
    open: int
    paid: int
    to_accept: int | None
    to_arrive: int | None
    to_finish: int | None
    on_time: int | None
    punctual: int | None
    again: int | None
    satisfied: int | None


@dataclass(frozen=True)
class Repeat:
    """A fault that comes back: where, what, how often, how many open, the list's filter."""

    where: str
    what: Any
    count: int
    open: int
    query: dict[str, Any]


@dataclass(frozen=True)
class Used:
    """A material of our stores: its name, how much, what it cost."""

    name: str
    measure: str
    quantity: Any
    cost: Any


def _took(last: str, first: str = "received_at") -> Avg:
    return Avg(ExpressionWrapper(F(last) - F(first), output_field=DurationField()))


def totals(rows: WorkOrderQuerySet) -> Totals:
    """The figures at the head of the page; two queries."""
    found: dict[str, Any] = rows.order_by().aggregate(
        received=Count("pk"),
        open=Count("pk", filter=Q(state__in=OPEN_STATES)),
        paid=Count("pk", filter=Q(is_paid=True)),
        accept=_took("accepted_at", "dispatched_at"),
        arrive=_took("arrived_at"),
        finish=_took("finished_at"),
        finished=Count("pk", filter=Q(finished_at__isnull=False)),
        in_time=Count("pk", filter=Q(finished_at__lte=F("finish_by"))),
        met=Count("pk", filter=Q(arrived_at__isnull=False, appointment_at__isnull=False)),
        punctual=Count("pk", filter=Q(arrived_at__lte=F("appointment_at"))),
        settled=Count("pk", filter=Q(state__in=SETTLED)),
        again=Count("pk", filter=Q(state__in=SETTLED, round__gt=1)),
    )
    said = rows.order_by().aggregate(
        asked=Count("visits", filter=Q(visits__round=1, visits__visited_at__isnull=False)),
        happy=Count("visits", filter=Q(visits__round=1, visits__is_satisfied=True)),
    )
    return Totals(
        received=found["received"],
        open=found["open"],
        paid=found["paid"],
        to_accept=_minutes(found["accept"]),
        to_arrive=_minutes(found["arrive"]),
        to_finish=_minutes(found["finish"]),
        on_time=percent(found["in_time"], found["finished"]),
        punctual=percent(found["punctual"], found["met"]),
        again=percent(found["again"], found["settled"]),
        satisfied=percent(said["happy"], said["asked"]),
    )


def _minutes(span: dt.timedelta | None) -> int | None:
    return round(span.total_seconds() / 60) if span is not None else None


def by_category(rows: WorkOrderQuerySet) -> list[Line]:
    """Main categories, the most frequent first; parts count with their main category."""
    found = counted(rows.annotate(main=Coalesce("category__parent", "category")), "main")
    names = RepairCategory.objects.in_bulk([key for key, _n in found])
    return [Line(names[key], n, {"category": key}) for key, n in found]


def by_urgency(rows: WorkOrderQuerySet) -> list[Line]:
    found = counted(rows, "urgency")
    names = Urgency.objects.in_bulk([key for key, _n in found])
    return [Line(names[key], n, {"urgency": key}) for key, n in found]


def by_technician(rows: WorkOrderQuerySet) -> list[Line]:
    """Who has or had them, the most first."""
    found = counted(rows.exclude(assignee=None), "assignee")[:SHOWN]
    names = User.objects.in_bulk([key for key, _n in found])
    return [Line(names[key], n, {"assignee": key}) for key, n in found]


def by_floor(rows: WorkOrderQuerySet) -> list[Line]:
    """Floors of the units concerned, the most frequent first."""
    found = rows.exclude(unit=None).order_by().values("unit__floor", "unit__floor__name", "building__name").annotate(n=Count("pk"))
    ordered = found.order_by("-n", "unit__floor__name")[:SHOWN]
    return [Line(f"{row['building__name']} {row['unit__floor__name']}", row["n"], {"floor": row["unit__floor"]}) for row in ordered]


def recurring(rows: WorkOrderQuerySet, least: int) -> list[Repeat]:
    """Faults of one category in one unit or public area that came at least so often, the most frequent first; three queries."""
    found = [*_recurring(rows, "unit", "unit__code", least), *_recurring(rows, "area", "area__name", least)]
    names = RepairCategory.objects.in_bulk([row["category"] for row in found])
    repeats = [
        Repeat(row["place"], names[row["category"]], row["n"], row["going_on"], {"q": row["place"], "category": row["category"]})
        for row in found
    ]
    return sorted(repeats, key=lambda repeat: -repeat.count)[:SHOWN]


def _recurring(rows: WorkOrderQuerySet, place: str, name: str, least: int) -> Any:
    grouped = rows.exclude(**{place: None}).order_by().values(place, "category")
    figures = {"n": Count("pk"), "going_on": Count("pk", filter=Q(state__in=OPEN_STATES)), "place": Max(name)}
    return list(grouped.annotate(**figures).filter(n__gte=least).order_by("-n")[:SHOWN])


def materials(rows: WorkOrderQuerySet) -> list[Used]:
    """What was used of our own, the dearest first; one query."""
    cost = Sum(ExpressionWrapper(F("quantity") * F("unit_cost"), output_field=DecimalField(max_digits=14, decimal_places=2)))
    own = Material.objects.filter(order__in=rows.order_by().values("pk"), source=Material.Source.OURS, is_used=True)
    found = own.order_by().values("name", "measure").annotate(much=Sum("quantity"), spent=cost).order_by(F("spent").desc(nulls_last=True))
    return [Used(row["name"], row["measure"], row["much"], row["spent"]) for row in found[:SHOWN]]


def comes_back(order: WorkOrder, earlier: Any, *, days: int, times: int) -> bool:
    """True when the same fault was there so often within so many days before, this one included."""
    since = order.received_at - dt.timedelta(days=days)
    return bool(1 + earlier.filter(received_at__gte=since, received_at__lte=order.received_at).count() >= times)
