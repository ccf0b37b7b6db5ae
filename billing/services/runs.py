"""The bill run: what each tenant of a building owes for a month, previewed, then issued batch by batch.

A batch is one transaction that also moves the run's cursor, so a killed worker leaves nothing half done and
the next one goes on where it stopped; unique keys make a charge of the same days impossible twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from billing.models import Account, Bill, BillRun, Charge, ChargeKind, Entry, LeaseFee, Posting, RunExclusion
from billing.services import fees, ledger, meters, prices
from billing.services.ledger import Line, Stamp
from core import numbering
from core.database import lock
from core.flow import Refused
from tenants.models import Lease, Tenant

BATCH = 100


@dataclass
class TenantBill:
    """What one tenant would be billed, and what stands in the way."""

    tenant: Tenant
    lines: list[Line] = field(default_factory=list)
    exclusion: str = ""

    @property
    def total(self) -> Decimal:
        return sum((line.yuan for line in self.lines), Decimal(0))


@dataclass
class Preview:
    """Everything a run would do: bills by tenant, readings nobody can be charged for, kinds without a price."""

    bills: list[TenantBill]
    unclaimed: list[tuple[Any, str]]
    unpriced: list[ChargeKind]

    @property
    def billed(self) -> list[TenantBill]:
        return [bill for bill in self.bills if bill.lines and not bill.exclusion]

    @property
    def total(self) -> Decimal:
        return sum((bill.total for bill in self.billed), Decimal(0))


def open_run(building: Any, month: dt.date, *, by: Any, on: dt.date) -> BillRun:
    """Opens the run of a month for preview. Raises Refused when the month has one already."""
    first = month.replace(day=1)
    terms = prices.terms_of(building.pk)
    with transaction.atomic():
        lock(building)
        if BillRun.objects.filter(building=building, month=first).exclude(state=BillRun.State.CANCELLED).exists():
            raise Refused(_("This month has its bill run already."))
        run = BillRun(building=building, month=first, due_on=max(first.replace(day=terms.due_day), on), created_by=by)
        numbering.give(run, on=on)
        run.save()
        return run


def month_of(run: BillRun, on: dt.date | None = None) -> fees.Month:
    """The run's month with the kinds and prices of its building; nothing is due before `on`, the day it is issued."""
    first, last = fees.month_of(run.month)
    kinds = list(ChargeKind.objects.filter(is_active=True, every_lease=True))
    # A year back: a reading that was forgotten is charged at the price of its day.
    found = prices.versions(run.building_id, first - dt.timedelta(days=366), last)
    return fees.Month(first, last, max(run.due_on, on or run.due_on), kinds, found)


def _leases(run: BillRun, month: fees.Month, tenant_ids: Iterable[int] | None) -> list[Lease]:
    rows = Lease.objects.standing().filter(tenant__building_id=run.building_id, starts_on__lte=month.last, ends_on__gte=month.first)
    if tenant_ids is not None:
        rows = rows.filter(tenant_id__in=list(tenant_ids))
    return list(rows.select_related("unit", "tenant").prefetch_related("unit__parts").order_by("tenant_id", "unit__code", "pk"))


def _fees(leases: Sequence[Lease]) -> Mapping[int, list[LeaseFee]]:
    found: dict[int, list[LeaseFee]] = {}
    for fee in LeaseFee.objects.filter(lease__in=leases).select_related("kind").order_by("kind__position", "starts_on", "pk"):
        found.setdefault(fee.lease_id, []).append(fee)
    return found


def _plan(run: BillRun, month: fees.Month, tenant_ids: Iterable[int] | None = None) -> dict[int, TenantBill]:
    """Tenant id → bill, without what was charged before."""
    leases = _leases(run, month, tenant_ids)
    agreed = _fees(leases)
    bills: dict[int, TenantBill] = {}
    for lease in leases:
        bill = bills.setdefault(lease.tenant_id, TenantBill(lease.tenant))
        bill.lines += fees.lines_of(lease, month, agreed.get(lease.pk, ()))
    return bills


def _add_readings(bills: dict[int, TenantBill], readings: meters.Readings, month: fees.Month) -> None:
    kinds = meters.meter_kinds()
    for tenant_id, rows in readings.by_tenant.items():
        for reading, lease in rows:
            kind = kinds.get(reading.meter.kind)
            line = meters.line_of(reading, lease, kind, month.prices.get(kind.pk, ()), month.due_on) if kind else None
            if line:
                bills.setdefault(tenant_id, TenantBill(lease.tenant)).lines.append(line)


def _drop_charged(bills: Mapping[int, TenantBill]) -> None:
    keys = [line.key for bill in bills.values() for line in bill.lines]
    charged = set(Charge.objects.filter(key__in=keys).values_list("key", flat=True))
    for bill in bills.values():
        bill.lines = [line for line in bill.lines if line.key not in charged and line.yuan > 0]


def preview(run: BillRun) -> Preview:
    """What the run would bill now; writes nothing."""
    month = month_of(run)
    readings = meters.open_readings(run.building_id, month.last)
    bills = _plan(run, month)
    _add_readings(bills, readings, month)
    _drop_charged(bills)
    reasons = dict(run.exclusions.values_list("tenant_id", "reason"))
    for tenant_id, bill in bills.items():
        bill.exclusion = reasons.get(tenant_id, "")
    found = sorted((bill for bill in bills.values() if bill.lines or bill.exclusion), key=lambda bill: bill.tenant.name)
    return Preview(found, readings.unclaimed, [kind for kind in month.kinds if not month.prices.get(kind.pk)])


def exclude(run: BillRun, tenant: Tenant, reason: str, *, by: Any) -> RunExclusion:
    """Leaves a tenant out of a run that is still a preview, with the reason. Raises Refused otherwise."""
    if not reason.strip():
        raise Refused(_("Give a reason."))
    with transaction.atomic():
        _locked_preview(run)
        return RunExclusion.objects.update_or_create(run=run, tenant=tenant, defaults={"reason": reason, "by": by})[0]


def include(run: BillRun, tenant: Tenant) -> None:
    """Takes a tenant back into a run that is still a preview."""
    with transaction.atomic():
        _locked_preview(run)
        RunExclusion.objects.filter(run=run, tenant=tenant).delete()


def _locked_preview(run: BillRun) -> None:
    [fresh] = lock(run)
    if fresh.state != BillRun.State.PREVIEW:
        raise Refused(_("The run is no longer a preview."))


def next_batch(run_id: int, stamp: Stamp, *, size: int = BATCH) -> int:
    """Bills the next tenants of a running run in one transaction; how many it looked at, 0 when the run is through.

    Another worker at the same run makes this one return 0 at once.
    """
    with transaction.atomic():
        run = BillRun.objects.select_for_update(skip_locked=True).filter(pk=run_id, state=BillRun.State.RUNNING).first()
        if run is None:
            return 0
        tenants = list(
            Tenant.objects.filter(building_id=run.building_id, pk__gt=run.cursor).order_by("pk").values_list("pk", flat=True)[:size]
        )
        if tenants:
            made = _bill(run, tenants, stamp)
            run.cursor, run.billed = tenants[-1], run.billed + len(made)
            run.total += sum((bill.total for bill in made), Decimal(0))
            run.save(update_fields=["cursor", "billed", "total"])
        return len(tenants)


def tenants_left(run: BillRun) -> int:
    """How many tenants of the building lie behind the cursor."""
    return Tenant.objects.filter(building_id=run.building_id, pk__gt=run.cursor).count()


def is_through(run: BillRun) -> bool:
    """True when no tenant of the building lies behind the cursor."""
    return not Tenant.objects.filter(building_id=run.building_id, pk__gt=run.cursor).exists()


def _bill(run: BillRun, tenant_ids: list[int], stamp: Stamp) -> list[TenantBill]:
    list(Tenant.objects.select_for_update().filter(pk__in=tenant_ids).order_by("pk").values_list("pk"))
    month = month_of(run, stamp.on)
    readings = meters.open_readings(run.building_id, month.last)
    readings.by_tenant = {key: rows for key, rows in readings.by_tenant.items() if key in set(tenant_ids)}
    bills = _plan(run, month, tenant_ids)
    _add_readings(bills, readings, month)
    _drop_charged(bills)
    excluded = set(run.exclusions.values_list("tenant_id", flat=True))
    wanted = [bill for key, bill in sorted(bills.items()) if bill.lines and key not in excluded]
    if wanted:
        _write(run, wanted, stamp)
    return wanted


def _write(run: BillRun, wanted: list[TenantBill], stamp: Stamp) -> None:
    ledger.check_open(run.building_id, stamp.on)
    numbers = numbering.next_numbers(Bill.SERIES, stamp.on, len(wanted))
    bills = Bill.objects.bulk_create(
        [
            Bill(
                building_id=run.building_id,
                tenant=bill.tenant,
                run=run,
                issued_on=stamp.on,
                due_on=max(run.due_on, stamp.on),
                title=f"{run.month:%Y-%m}",
                number=number,
                created_by=stamp.by,
            )
            for bill, number in zip(wanted, numbers, strict=True)
        ]
    )
    entries = Entry.objects.bulk_create([_entry(run, bill, stamp) for bill in wanted])
    _post(run, wanted, entries)
    rows = [ledger.new_charge(line, entry, paper) for bill, entry, paper in zip(wanted, entries, bills, strict=True) for line in bill.lines]
    meters.mark_charged(Charge.objects.bulk_create(rows))


def _entry(run: BillRun, bill: TenantBill, stamp: Stamp) -> Entry:
    return Entry(
        building_id=run.building_id,
        tenant=bill.tenant,
        kind=Entry.Kind.CHARGE,
        booked_on=stamp.on,
        memo=f"{run.number} {run.month:%Y-%m}",
        by=stamp.by,
        at=stamp.at,
        key=f"run:{run.pk}:{bill.tenant.pk}",
    )


def _post(run: BillRun, wanted: list[TenantBill], entries: list[Entry]) -> None:
    """Postings of a whole batch: a tenant's receivable against the income of each kind."""
    own = _receivables(run.building_id, [bill.tenant for bill in wanted])
    kinds = {line.kind.pk: line.kind for bill in wanted for line in bill.lines}
    income = {pk: ledger.account(run.building_id, Account.Kind.INCOME, charge_kind=kind) for pk, kind in sorted(kinds.items())}
    every = sorted(row.pk for row in [*own.values(), *income.values()])
    list(Account.objects.select_for_update().filter(pk__in=every).order_by("pk").values_list("pk"))
    postings = []
    for bill, entry in zip(wanted, entries, strict=True):
        postings.append(Posting(entry=entry, account=own[bill.tenant.pk], amount=bill.total))
        earned: dict[int, Decimal] = {}
        for line in bill.lines:
            earned[line.kind.pk] = earned.get(line.kind.pk, Decimal(0)) + line.yuan
        postings += [Posting(entry=entry, account=income[pk], amount=-amount) for pk, amount in earned.items()]
    Posting.objects.bulk_create(postings)


def _receivables(building_id: int, tenants: list[Tenant]) -> dict[int, Account]:
    missing = [Account(building_id=building_id, kind=Account.Kind.RECEIVABLE, tenant=tenant) for tenant in tenants]
    Account.objects.bulk_create(missing, ignore_conflicts=True)
    rows = Account.objects.filter(kind=Account.Kind.RECEIVABLE, tenant__in=tenants)
    return {row.tenant_id: row for row in rows if row.tenant_id}


def settle_from_prepayments(run: BillRun, stamp: Stamp) -> int:
    """Settles the new bills of tenants that have paid ahead, oldest first; how many tenants."""
    ahead = Account.objects.filter(building_id=run.building_id, kind=Account.Kind.PREPAYMENT, balance__lt=0, tenant__bills__run=run)
    tenants = Tenant.objects.filter(pk__in=ahead.values("tenant")).order_by("pk")
    return sum(1 for tenant in tenants if ledger.use_prepayment(tenant, stamp))
