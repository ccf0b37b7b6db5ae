"""Meter readings become charges: each once, at the price of the day it was read, to whoever rented then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from billing.models import ChargeKind, Price, ReadingCharge
from billing.services import credits
from billing.services.ledger import Line, Stamp
from premises.models import MeterReading
from tenants.models import Lease


@dataclass
class Readings:
    """Readings not charged yet: by tenant id, and those nobody can be charged for, with the reason."""

    by_tenant: dict[int, list[tuple[MeterReading, Lease]]] = field(default_factory=dict)
    unclaimed: list[tuple[MeterReading, str]] = field(default_factory=list)


def open_readings(building_id: int, until: dt.date) -> Readings:
    """Readings of unit meters up to a day that no charge was made of."""
    rows = MeterReading.objects.filter(meter__building_id=building_id, read_on__lte=until, voided_at=None, usage__isnull=False, billed=None)
    rows = rows.filter(meter__unit__isnull=False).select_related("meter__unit").order_by("read_on", "pk")
    found = list(rows)
    leases = _leases([_let_with(reading) for reading in found])
    sorted_out = Readings()
    for reading in found:
        lease = _lease_on(leases.get(_let_with(reading), ()), reading.read_on)
        if lease is None:
            sorted_out.unclaimed.append((reading, _("Nobody rented %(unit)s that day.") % {"unit": reading.meter.unit}))
        else:
            sorted_out.by_tenant.setdefault(lease.tenant_id, []).append((reading, lease))
    return sorted_out


def _let_with(reading: MeterReading) -> int:
    """The unit whose lease pays for a meter: its own, or the one its unit is merged into."""
    unit: Any = reading.meter.unit
    return int(unit.merged_into_id or unit.pk)


def _leases(unit_ids: Iterable[int]) -> dict[int, list[Lease]]:
    found: dict[int, list[Lease]] = {}
    for lease in Lease.objects.standing().filter(unit_id__in=set(unit_ids)).order_by("starts_on"):
        found.setdefault(lease.unit_id, []).append(lease)
    return found


def _lease_on(leases: Sequence[Lease], day: dt.date) -> Lease | None:
    """The lease that ran on the day; a reading in the month after the end still belongs to the last one."""
    running = [lease for lease in leases if lease.starts_on <= day <= lease.last_day]
    ended = [lease for lease in leases if lease.last_day < day <= lease.last_day + dt.timedelta(days=31)]
    return next(iter(running or ended[::-1]), None)


def line_of(reading: MeterReading, lease: Lease, kind: ChargeKind, prices: Sequence[Price], due_on: dt.date) -> Line | None:
    """The charge of a reading at the price of its day; None while there is no price."""
    price = next((row.unit_price for row in reversed(prices) if row.starts_on <= reading.read_on), None)
    if price is None or reading.usage is None:
        return None
    before = reading.value - reading.usage / reading.meter.multiplier
    estimated = _(" (estimated)") if reading.is_estimated else ""
    times = "" if reading.meter.multiplier == 1 else f" × {reading.meter.multiplier.normalize():f}"
    return Line(
        kind=kind,
        quantity=reading.usage,
        unit_price=price,
        due_on=due_on,
        text=f"{kind} {reading.meter.number}{estimated}"[:200],
        formula=f"({_plain(reading.value)} − {_plain(before)}){times} {reading.meter.unit_of_measure} × {price.normalize():f}",
        key=f"reading:{reading.pk}",
        unit=reading.meter.unit,
        lease=lease,
        period=(reading.read_on, reading.read_on),
    )


def _plain(value: Decimal) -> str:
    return f"{value.quantize(Decimal('0.001')).normalize():f}"


def meter_kinds() -> Mapping[str, ChargeKind]:
    """Kind of meter → the charge kind in use that it is billed as."""
    return {kind.meter_kind: kind for kind in ChargeKind.objects.filter(is_active=True).exclude(meter_kind="")}


def mark_charged(charges: Iterable[Any]) -> None:
    """Notes which reading each charge came from."""
    rows = [ReadingCharge(reading_id=int(row.key.split(":")[1]), charge=row) for row in charges if (row.key or "").startswith("reading:")]
    ReadingCharge.objects.bulk_create(rows)


def credit_struck_out(building_id: int, stamp: Stamp) -> int:
    """Credits what was charged by readings that were struck out since: an estimate that has been read, a wrong reading.

    Returns how many charges were credited; a second call finds none.
    """
    struck = ReadingCharge.objects.filter(reading__meter__building_id=building_id, charge__isnull=False).exclude(reading__voided_at=None)
    rows = struck.filter(~Q(charge__credits__isnull=False)).select_related("charge__kind", "charge__tenant", "reading")
    done = 0
    for row in rows.order_by("charge__tenant_id", "pk"):
        reason = row.reading.void_reason or _("The reading was struck out.")
        left = credits.left_to_credit(row.charge) if row.charge else Decimal(0)
        if row.charge and left:
            credits.credit(row.charge, left, stamp, reason[:200])
            done += 1
    return done
