"""Figures of complaints: by kind, department, floor and month; who and what repeats (manual 3.3.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, DurationField, Exists, ExpressionWrapper, F, Max, OuterRef, Q
from django.db.models.functions import Coalesce

from complaints.models import OPEN_STATES, ComplaintCause, ComplaintKind, ComplaintQuerySet, Escalation, Measure
from core.figures import Line, counted, percent
from staff.models import Department

SHOWN = 50


@dataclass(frozen=True)
class Repeat:
    """Somebody or something that comes back: how often, how many of it open, the newest complaint's key, the list's filter."""

    label: Any
    count: int
    open: int
    newest: int
    query: dict[str, Any]
    key: int | None = None
    measures: int = 0


@dataclass(frozen=True)
class Totals:
    """Counts of a time, hours from the call to the result, and the share kept or satisfied in percent (None without any)."""

    received: int
    open: int
    serious: int
    malicious: int
    hours: float | None
    on_time: int | None
    satisfied: int | None


def totals(rows: ComplaintQuerySet) -> Totals:
    """The figures at the head of the page; two queries."""
    late = Exists(Escalation.objects.filter(complaint=OuterRef("pk")))
    took = ExpressionWrapper(F("resolved_at") - F("received_at"), output_field=DurationField())
    found: dict[str, Any] = (
        rows.order_by()
        .annotate(was_late=late)
        .aggregate(
            received=Count("pk"),
            open=Count("pk", filter=Q(state__in=OPEN_STATES)),
            serious=Count("pk", filter=Q(is_serious=True)),
            malicious=Count("pk", filter=~Q(malicious_reason="")),
            late=Count("pk", filter=Q(was_late=True)),
            took=Avg(took),
        )
    )
    said = rows.order_by().aggregate(
        asked=Count("visits", filter=Q(visits__round=1, visits__visited_at__isnull=False)),
        happy=Count("visits", filter=Q(visits__round=1, visits__is_satisfied=True)),
    )
    return Totals(
        received=found["received"],
        open=found["open"],
        serious=found["serious"],
        malicious=found["malicious"],
        hours=round(found["took"].total_seconds() / 3600, 1) if found["took"] else None,
        on_time=percent(found["received"] - found["late"], found["received"]),
        satisfied=percent(said["happy"], said["asked"]),
    )


def by_kind(rows: ComplaintQuerySet) -> list[Line]:
    """Main kinds, the most frequent first; parts count with their main kind."""
    found = counted(rows.annotate(main=Coalesce("kind__parent", "kind")), "main")
    names = ComplaintKind.objects.in_bulk([key for key, _n in found])
    return [Line(names[key], n, {"kind": key}) for key, n in found]


def by_department(rows: ComplaintQuerySet) -> list[Line]:
    """The departments that answered, the most frequent first."""
    found = counted(rows.exclude(department=None), "department")
    names = Department.objects.in_bulk([key for key, _n in found])
    return [Line(names[key], n, {"department": key}) for key, n in found]


def by_floor(rows: ComplaintQuerySet) -> list[Line]:
    """Floors of the units concerned, the most frequent first."""
    found = rows.exclude(unit=None).order_by().values("unit__floor", "unit__floor__name", "building__name").annotate(n=Count("pk"))
    ordered = found.order_by("-n", "unit__floor__name")[:SHOWN]
    return [Line(f"{row['building__name']} {row['unit__floor__name']}", row["n"], {"floor": row["unit__floor"]}) for row in ordered]


def complainants(rows: ComplaintQuerySet) -> list[Repeat]:
    """Companies, or phones of others, with more than one complaint; the most frequent first."""
    figures = {"n": Count("pk"), "going_on": Count("pk", filter=Q(state__in=OPEN_STATES)), "newest": Max("pk"), "called": Max("company")}
    companies = rows.exclude(tenant=None).order_by().values("tenant__number").annotate(**figures).filter(n__gt=1)
    others = rows.filter(tenant=None).order_by().values("phone").annotate(**figures).filter(n__gt=1)
    found = [Repeat(row["called"], row["n"], row["going_on"], row["newest"], {"q": row["called"]}) for row in companies[:SHOWN]]
    found += [
        Repeat(row["called"] or row["phone"], row["n"], row["going_on"], row["newest"], {"q": row["phone"]}) for row in others[:SHOWN]
    ]
    return sorted(found, key=lambda repeat: -repeat.count)


def causes(rows: ComplaintQuerySet) -> list[Repeat]:
    """Causes found more than once, with how many measures against them run."""
    figures = {"n": Count("pk"), "going_on": Count("pk", filter=Q(state__in=OPEN_STATES)), "newest": Max("pk")}
    found = list(rows.exclude(cause=None).order_by().values("cause").annotate(**figures).filter(n__gt=1).order_by("-n"))
    names = ComplaintCause.objects.in_bulk([row["cause"] for row in found])
    running = Measure.objects.under_way().filter(building__in=rows.order_by().values("building")).values_list("cause").annotate(Count("pk"))
    against = dict(running)
    return [
        Repeat(
            names[row["cause"]], row["n"], row["going_on"], row["newest"], {"cause": row["cause"]}, row["cause"],
            against.get(row["cause"], 0),
        )
        for row in found
    ]  # fmt: skip
