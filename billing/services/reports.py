"""Figures of the money, each a sum over rows that its link shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, DecimalField, F, Min, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, TruncMonth

from billing.models import Charge, Deposit, DepositKind, Entry, Waiver

ZERO = Decimal(0)
# The day a charge is due on after any postponement.
RIPE = Coalesce("postponed_to", "due_on")
# Upper bounds in days past due; the last has none.
BUCKETS: tuple[tuple[str, int, int | None], ...] = (("0", 0, 0), ("1-30", 1, 30), ("31-60", 31, 60), ("61-90", 61, 90), ("91+", 91, None))


def _sum(field: str) -> Coalesce:
    return Coalesce(Sum(field), Value(ZERO), output_field=DecimalField())


@dataclass(frozen=True)
class Month:
    """What fell due in a month and what of it is settled, yuan."""

    first: dt.date
    last: dt.date
    due: Decimal
    settled: Decimal

    @property
    def percent(self) -> Decimal:
        return (self.settled * 100 / self.due).quantize(Decimal("0.1")) if self.due else ZERO


def collected(buildings: Iterable[Any], first: dt.date, last: dt.date) -> list[Month]:
    """Due against settled, month by month of the due day."""
    rows = Charge.objects.filter(building__in=list(buildings), due_on__range=(first, last)).order_by()
    months = rows.annotate(month=TruncMonth("due_on")).values("month").annotate(due=_sum("amount"), unpaid=_sum("outstanding"))
    return [Month(row["month"], end_of(row["month"]), row["due"], row["due"] - row["unpaid"]) for row in months.order_by("month")]


def end_of(day: dt.date) -> dt.date:
    """The last day of its month."""
    return (day.replace(day=1) + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)


def _bucket_bounds(on: dt.date) -> list[tuple[str, Q]]:
    return [(name, _between(on, least, most)) for name, least, most in BUCKETS]


def _between(on: dt.date, least: int, most: int | None) -> Q:
    """Due at least and at most so many days before a day."""
    bounds = Q() if least < 1 else Q(ripe__lte=on - dt.timedelta(days=least))
    return bounds if most is None else bounds & Q(ripe__gte=on - dt.timedelta(days=most))


def ageing(rows: QuerySet[Charge], on: dt.date) -> dict[str, Decimal]:
    """Unpaid charges by days past due: bucket → yuan."""
    found = rows.filter(outstanding__gt=0).annotate(ripe=RIPE).aggregate(**_bucket_sums(on))
    return {name: found[f"b{place}"] for place, (name, _least, _most) in enumerate(BUCKETS)}


def _bucket_sums(on: dt.date) -> dict[str, Coalesce]:
    sums = [Sum("outstanding", filter=bounds) for _name, bounds in _bucket_bounds(on)]
    return {f"b{place}": Coalesce(each, Value(ZERO), output_field=DecimalField()) for place, each in enumerate(sums)}


@dataclass(frozen=True)
class Debtor:
    """A tenant with its unpaid charges by age, yuan."""

    tenant_id: int
    name: str
    total: Decimal
    since: dt.date
    buckets: list[Decimal]

    @property
    def aged(self) -> list[tuple[str, Decimal]]:
        """(bucket, yuan) of each age."""
        return [(name, amount) for (name, _least, _most), amount in zip(BUCKETS, self.buckets, strict=True)]


def debtors(rows: QuerySet[Charge], on: dt.date, limit: int = 200) -> list[Debtor]:
    """Tenants with charges past due, the largest first; one query."""
    late = rows.filter(outstanding__gt=0).annotate(ripe=RIPE).filter(ripe__lt=on).order_by().values("tenant_id", "tenant__name")
    found: Any = late.annotate(total=_sum("outstanding"), oldest=Min("ripe"), **_bucket_sums(on)).order_by("-total", "tenant_id")
    return [
        Debtor(row["tenant_id"], row["tenant__name"], row["total"], row["oldest"], [row[f"b{place}"] for place in range(len(BUCKETS))])
        for row in found[:limit]
    ]


def deposits_held(buildings: Iterable[Any]) -> list[tuple[str, Any, Decimal, int]]:
    """(kind, label, yuan held, how many) of every kind that is held."""
    rows = Deposit.objects.filter(building__in=list(buildings), held__gt=0).order_by()
    sums = {row["kind"]: row for row in rows.values("kind").annotate(held=_sum("held"), n=Count("pk"))}
    return [(kind, label, sums[kind]["held"], sums[kind]["n"]) for kind, label in DepositKind.choices if kind in sums]


def waived(buildings: Iterable[Any], first: dt.date, last: dt.date) -> list[dict[str, Any]]:
    """Who signed waivers of how much in a time: [{signed_by, signed_by__name, total, n}], the most first."""
    rows = Waiver.objects.filter(
        building__in=list(buildings), state=Waiver.State.APPROVED, entry__booked_on__range=(first, last)
    ).order_by()
    found: Any = rows.values("signed_by", "signed_by__name").annotate(total=_sum("amount"), n=Count("pk")).order_by("-total")
    return list(found)


def day_book(buildings: Iterable[Any], day: dt.date) -> list[Entry]:
    """Every entry of a day in order, with what it moved."""
    rows = Entry.objects.filter(building__in=list(buildings), booked_on=day).select_related("tenant", "by", "receipt", "reverses__receipt")
    moved = Sum(Case(When(postings__amount__gt=0, then=F("postings__amount")), default=Value(ZERO)), output_field=DecimalField())
    return list(rows.annotate(moved=moved).order_by("id"))
