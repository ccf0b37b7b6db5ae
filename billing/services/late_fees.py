"""Late fees: simple, by the day, on what was unpaid at its end, never on another late fee (off unless a building sets a rate)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import translation
from django.utils.translation import gettext as _

from billing.models import Allocation, BillingTerms, Charge, ChargeKind, LateFee
from billing.services import bills
from billing.services.ledger import Line, Stamp
from core.database import lock
from core.money import round_fen
from tenants.models import Tenant

DAYS_TO_PAY = 10
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Accrued:
    """The late fee of one charge over some days, both included: yuan, and the sum of what was unpaid on each day."""

    charge: Charge
    first: dt.date
    last: dt.date
    amount: Decimal
    yuan_days: Decimal

    def line(self, kind: ChargeKind, due_on: dt.date, rate: Decimal) -> Line:
        days = (self.last - self.first).days + 1
        return Line(
            kind=kind,
            quantity=Decimal(1),
            unit_price=self.amount,
            amount=self.amount,
            due_on=due_on,
            text=_("Late fee: %(charge)s") % {"charge": self.charge},
            formula=f"{self.yuan_days:,.2f} × {(rate * 100).normalize():f}% / {days} d",
            key=f"late-fee:{self.charge.pk}:{self.first:%Y%m%d}",
            unit=self.charge.unit,
            period=(self.first, self.last),
        )


def late(tenants: Any, upto: dt.date) -> Any:
    """Charges that may bear a late fee for days up to one: due before it, not disputed, no late fee themselves."""
    rows = Charge.objects.filter(tenant__in=tenants).exclude(kind__group="LATE_FEE").exclude(bill__state="DISPUTED")
    rows = rows.filter(Q(due_on__lt=upto, postponed_to=None) | Q(postponed_to__lt=upto))
    return rows.annotate(charged_to=Max("late_fees__last_day"), charged=Sum("late_fees__amount"))


def accrued(charge: Charge, terms: BillingTerms, upto: dt.date) -> Accrued | None:
    """What a charge of `late` bears up to a day, None for nothing. Days paid within the grace bear nothing."""
    ripe_on = charge.ripe_on
    first = max(ripe_on + DAY, charge.charged_to + DAY) if charge.charged_to else ripe_on + DAY  # type: ignore[attr-defined]
    open_on = dict(_unpaid_by_day(charge, ripe_on, upto))
    if upto <= ripe_on + terms.late_fee_grace_days * DAY or not open_on.get(ripe_on + (terms.late_fee_grace_days + 1) * DAY):
        return None
    yuan_days = sum((unpaid for day, unpaid in open_on.items() if day >= first), Decimal(0))
    room = charge.amount * terms.late_fee_cap_percent / 100 - (charge.charged or 0)  # type: ignore[attr-defined]
    amount = min(round_fen(yuan_days * terms.late_fee_rate_day), round_fen(room))
    last = max((day for day, unpaid in open_on.items() if unpaid), default=upto)
    return Accrued(charge, first, last, amount, yuan_days) if amount > 0 else None


def _unpaid_by_day(charge: Charge, ripe_on: dt.date, upto: dt.date) -> Iterator[tuple[dt.date, Decimal]]:
    """(day, yuan unpaid when it began) of each day after the due day; what is paid on a day is late that day still."""
    settled: dict[dt.date, Decimal] = {}
    for on, amount in charge.allocations.order_by("entry__booked_on").values_list("entry__booked_on", "amount"):
        settled[on] = settled.get(on, Decimal(0)) + amount
    day = ripe_on + DAY
    paid = sum((amount for on, amount in settled.items() if on < day), Decimal(0))
    while day <= upto:
        yield day, charge.amount - paid
        paid += settled.get(day, Decimal(0))
        day += DAY


def preview(building: Any, upto: dt.date) -> list[Accrued]:
    """What would be charged in a building for days up to one, by tenant."""
    terms = BillingTerms.objects.filter(building=building, late_fee_rate_day__gt=0).first()
    if terms is None:
        return []
    tenants = Tenant.objects.filter(building=building, merged_into=None)
    rows = late(tenants, upto).filter(_maybe_late()).select_related("tenant", "kind", "unit").order_by("tenant__name", "pk")
    return [found for charge in rows if (found := accrued(charge, terms, upto))]


def _maybe_late() -> Q:
    """Unpaid, or paid after it was due: anything else bears nothing."""
    ripe = Coalesce(OuterRef("postponed_to"), OuterRef("due_on"))
    paid_late = Allocation.objects.filter(charge=OuterRef("pk"), entry__booked_on__gt=ripe)
    return Q(outstanding__gt=0) | Q(Exists(paid_late))


def debtors(building_id: int, upto: dt.date) -> list[int]:
    """Tenants with something that may bear a late fee, by key."""
    tenants = Tenant.objects.filter(building_id=building_id, merged_into=None)
    return sorted(set(late(tenants, upto).filter(_maybe_late()).values_list("tenant_id", flat=True)))


def book(tenant: Tenant, upto: dt.date, stamp: Stamp) -> Any:
    """Charges a tenant the late fees up to a day on one payment notice; None when there is nothing to charge.

    A second call finds nothing: each day of a charge bears once, which the database holds.
    """
    terms = BillingTerms.objects.filter(building_id=tenant.building_id, late_fee_rate_day__gt=0).first()
    if terms is None:
        return None
    with transaction.atomic(), translation.override("zh-hans"):
        [tenant] = lock(tenant)
        rows = late([tenant.pk], upto).filter(_maybe_late()).select_related("kind", "unit").order_by("pk")
        found = [one for charge in rows if (one := accrued(charge, terms, upto))]
        return _charge(tenant, found, terms, upto, stamp) if found else None


def _charge(tenant: Tenant, found: list[Accrued], terms: BillingTerms, upto: dt.date, stamp: Stamp) -> Any:
    kind, due_on = ChargeKind.objects.get(code="LATE_FEE"), stamp.on + dt.timedelta(days=DAYS_TO_PAY)
    lines = [one.line(kind, due_on, terms.late_fee_rate_day) for one in found]
    title = _("Late fees up to %(day)s") % {"day": upto.isoformat()}
    bill = bills.issue(tenant, lines, stamp, due_on=due_on, title=title)
    fees = {row.key: row for row in bill.charges.all()}
    LateFee.objects.bulk_create(
        LateFee(charge=one.charge, fee=fees[line.key], first_day=one.first, last_day=one.last, amount=one.amount)
        for one, line in zip(found, lines, strict=True)
    )
    return bill
