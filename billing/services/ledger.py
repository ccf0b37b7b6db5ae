"""The only way into the books: every function writes one entry that balances, or raises and writes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from billing.models import Account, Allocation, BillRun, Charge, ChargeKind, DepositMove, Entry, Period, Posting
from billing.services import papers
from core.database import lock
from core.flow import Refused
from core.money import round_fen
from tenants.models import Tenant

Kind = Account.Kind


def account(building_id: int, kind: str, **which: Any) -> Account:
    """The account of a kind, made when it is first needed. `which`: tenant, deposit_kind, charge_kind, method."""
    return Account.objects.get_or_create(building_id=building_id, kind=kind, **which)[0]


def tenant_account(tenant: Tenant, kind: str, *, deposit_kind: str = "") -> Account:
    """One of a tenant's own accounts: RECEIVABLE, PREPAYMENT, or DEPOSIT of a kind."""
    return account(tenant.building_id, kind, tenant=tenant, deposit_kind=deposit_kind)


@dataclass(frozen=True)
class Stamp:
    """Who books what, on which day, at which moment, caused by what. `key` makes it happen once."""

    by: Any
    at: dt.datetime
    on: dt.date
    memo: str = ""
    record: Any = None
    key: str | None = None


def post(tenant: Tenant, kind: str, lines: Mapping[Account, Decimal], stamp: Stamp, *, reverses: Entry | None = None) -> Entry:
    """Writes an entry with its postings: account → yuan, debit positive; zero lines are left out.

    Call it inside the transaction that locked the tenant. Raises Refused for a closed month, and for a file that was
    merged into another while somebody's form was open.
    """
    if tenant.merged_into_id:
        raise Refused(_("%(tenant)s was merged into another file. Book it there.") % {"tenant": tenant.name})
    check_open(tenant.building_id, stamp.on)
    # Accounts in one order, so that two entries never wait for each other.
    list(Account.objects.select_for_update().filter(pk__in=[row.pk for row in lines]).order_by("pk").values_list("pk"))
    entry = Entry.objects.create(
        building_id=tenant.building_id,
        tenant=tenant,
        kind=kind,
        booked_on=stamp.on,
        memo=stamp.memo,
        by=stamp.by,
        at=stamp.at,
        reverses=reverses,
        key=stamp.key,
        record=stamp.record,
    )
    Posting.objects.bulk_create([Posting(entry=entry, account=row, amount=amount) for row, amount in lines.items() if amount])
    return entry


def check_open(building_id: int, on: dt.date) -> None:
    """Raises Refused when the books of this day are closed; the database refuses it too."""
    if Period.objects.filter(building_id=building_id, month__gte=on.replace(day=1)).exclude(closed_at=None).exists():
        raise Refused(_("The books of %(month)s are closed. Book it in a month that is still open.") % {"month": on.strftime("%Y-%m")})


@dataclass(frozen=True)
class Line:
    """One thing to charge. `amount` None means quantity × unit price, rounded to the fen."""

    kind: ChargeKind
    quantity: Decimal
    unit_price: Decimal
    due_on: dt.date
    amount: Decimal | None = None
    text: str = ""
    formula: str = ""
    key: str | None = None
    unit: Any = None
    lease: Any = None
    period: tuple[dt.date, dt.date] | None = None

    @property
    def yuan(self) -> Decimal:
        return round_fen(self.quantity * self.unit_price) if self.amount is None else self.amount


def charge(tenant: Tenant, lines: Sequence[Line], stamp: Stamp, *, bill: Any = None) -> list[Charge]:
    """Charges a tenant: one entry, one charge a line. Lines of zero are left out.

    Raises Refused for a closed month and for a key that was charged already.
    """
    wanted = [line for line in lines if line.yuan > 0]
    if not wanted:
        return []
    with transaction.atomic():
        [tenant] = lock(tenant)
        taken = {line.key for line in wanted if line.key} & set(
            Charge.objects.filter(key__in=[line.key for line in wanted if line.key]).values_list("key", flat=True)
        )
        if taken:
            raise Refused(_("This was charged already."))
        entry = post(tenant, Entry.Kind.CHARGE, _charged(tenant, wanted), stamp)
        return Charge.objects.bulk_create([new_charge(line, entry, bill) for line in wanted])


def _charged(tenant: Tenant, lines: Iterable[Line]) -> dict[Account, Decimal]:
    postings: dict[Account, Decimal] = {tenant_account(tenant, Kind.RECEIVABLE): sum((line.yuan for line in lines), Decimal(0))}
    # Accounts made for the first time are locked by it: in one order too, or two first charges wait for each other.
    for line in sorted(lines, key=lambda line: line.kind.pk):
        income = account(tenant.building_id, Kind.INCOME, charge_kind=line.kind)
        postings[income] = postings.get(income, Decimal(0)) - line.yuan
    return postings


def new_charge(line: Line, entry: Entry, bill: Any = None) -> Charge:
    """A charge as a row that is still to be written with its entry."""
    first, last = line.period or (None, None)
    return Charge(
        entry=entry,
        building_id=entry.building_id,
        tenant_id=entry.tenant_id,
        kind=line.kind,
        unit=line.unit,
        lease=line.lease,
        bill=bill,
        text=line.text,
        formula=line.formula,
        period_from=first,
        period_to=last,
        quantity=line.quantity,
        unit_price=line.unit_price,
        amount=line.yuan,
        outstanding=line.yuan,
        due_on=line.due_on,
        key=line.key,
    )


Picks = Mapping[Charge, Decimal]


def oldest_first(charges: Iterable[Charge], amount: Decimal) -> dict[Charge, Decimal]:
    """Shares an amount over unpaid charges in their order; what is too much is left over."""
    picks: dict[Charge, Decimal] = {}
    for row in charges:
        part = min(row.outstanding, amount)
        if part > 0:
            picks[row], amount = part, amount - part
    return picks


def unpaid(tenant: Tenant) -> list[Charge]:
    """What a tenant owes, oldest first."""
    return list(Charge.objects.filter(tenant=tenant).unpaid().oldest_first().select_related("kind"))


def settle(tenant: Tenant, kind: str, picks: Picks, sources: Mapping[Account, Decimal], stamp: Stamp) -> Entry:
    """Settles charges from other accounts (debits): money received, a waiver, a prepayment, a deposit.

    What the sources bring beyond the picks becomes prepayment. The caller has locked the tenant.
    Raises Refused when a pick is more than what is open, or the picks are more than the sources.
    """
    _check_picks(tenant, picks, sum(sources.values(), Decimal(0)))
    settled = sum(picks.values(), Decimal(0))
    lines = dict(sources)
    for row, amount in ((Kind.RECEIVABLE, -settled), (Kind.PREPAYMENT, settled - sum(sources.values(), Decimal(0)))):
        if amount:
            own = tenant_account(tenant, row)
            lines[own] = lines.get(own, Decimal(0)) + amount
    entry = post(tenant, kind, lines, stamp)
    allocate(entry, picks)
    return entry


def _check_picks(tenant: Tenant, picks: Picks, available: Decimal) -> None:
    fresh = {row.pk: row for row in Charge.objects.select_for_update().filter(pk__in=[row.pk for row in picks]).order_by("pk")}
    for row, amount in picks.items():
        now = fresh.get(row.pk)
        if now is None or now.tenant_id != tenant.pk or amount <= 0 or amount > now.outstanding:
            raise Refused(_("“%(charge)s” has changed in the meantime. Look at what is due and choose again.") % {"charge": row})
    if sum(picks.values(), Decimal(0)) > available:
        raise Refused(_("More is allocated than there is. Lower the amounts."))


def allocate(entry: Entry, picks: Picks) -> None:
    """Writes what an entry settles."""
    Allocation.objects.bulk_create([Allocation(entry=entry, charge=row, amount=amount) for row, amount in picks.items() if amount])


def reverse(entry: Entry, stamp: Stamp) -> Entry:
    """Takes an entry back by its opposite: postings, allocations, deposit movements, and the charges it made.

    An entry with a standing receipt, waiver or refund is taken back by the life of that paper alone, which passes itself
    as `stamp.record`. Raises Refused for anybody else, when it was reversed already, when its charges are partly paid (take the
    payment back first), or when what it brought is no longer there (a prepayment used up, a deposit refunded).
    """
    with transaction.atomic():
        lock(entry.tenant)
        paper, undone = papers.standing(entry), Entry.objects.filter(reverses=entry).first()
        if undone and paper and paper == stamp.record:
            return undone  # Reversed in the days when that left the paper standing: only the paper is still to go.
        if undone or entry.kind == Entry.Kind.REVERSAL:
            raise Refused(_("This was reversed already."))
        if paper and paper != stamp.record:
            papers.refuse_for(paper)
        return _reversal(entry, stamp)


def _reversal(entry: Entry, stamp: Stamp) -> Entry:
    lines = {row.account: -row.amount for row in entry.postings.select_related("account")}
    picks = {row.charge: -row.amount for row in entry.allocations.select_related("charge")}
    picks |= _uncharged(entry, picks)
    try:
        with transaction.atomic():
            undone = post(entry.tenant, Entry.Kind.REVERSAL, lines, stamp, reverses=entry)
            allocate(undone, picks)
            _move_back(entry, undone)
    except IntegrityError as error:
        raise Refused(_("What this brought in has been used since. Take that back first.")) from error
    return undone


def _uncharged(entry: Entry, picks: Picks) -> dict[Charge, Decimal]:
    """What takes back the charges an entry made, beside what it settled of them itself (a deduction does both at once)."""
    charges = list(entry.charges.select_for_update().order_by("pk"))
    if any(row.outstanding != row.amount + picks.get(row, Decimal(0)) for row in charges):
        raise Refused(_("A charge of this is paid or waived in part. Take that back first."))
    return {row: row.outstanding for row in charges}


def _move_back(entry: Entry, undone: Entry) -> None:
    moves = [
        DepositMove(deposit_id=row.deposit_id, entry=undone, kind=DepositMove.Kind.REVERSED, amount=-row.amount, by=undone.by, at=undone.at)
        for row in entry.deposit_moves.all()
    ]
    DepositMove.objects.bulk_create(moves)


def owed(tenant: Tenant) -> Decimal:
    """What a tenant owes in all, yuan."""
    return _balance(tenant, Kind.RECEIVABLE)


def prepaid(tenant: Tenant) -> Decimal:
    """What a tenant has paid ahead, yuan."""
    return -_balance(tenant, Kind.PREPAYMENT)


def _balance(tenant: Tenant, kind: str) -> Decimal:
    return Account.objects.filter(tenant=tenant, kind=kind).aggregate(sum=Sum("balance"))["sum"] or Decimal(0)


def overdue(tenant: Tenant, on: dt.date) -> Decimal:
    """What a tenant owes past its day, yuan."""
    found = Charge.objects.filter(tenant=tenant).overdue(on).aggregate(sum=Sum("outstanding"))["sum"]
    return found or Decimal(0)


def use_prepayment(tenant: Tenant, stamp: Stamp, picks: Picks | None = None) -> Entry | None:
    """Settles charges from what the tenant paid ahead, oldest first unless `picks` says which; None when there is nothing to do."""
    with transaction.atomic():
        [tenant] = lock(tenant)
        have = prepaid(tenant)
        chosen = dict(picks) if picks is not None else oldest_first(unpaid(tenant), have)
        total = sum(chosen.values(), Decimal(0))
        if not total:
            return None
        if total > have:
            raise Refused(_("Only %(amount)s is prepaid.") % {"amount": have})
        return settle(tenant, Entry.Kind.PREPAYMENT_USED, chosen, {tenant_account(tenant, Kind.PREPAYMENT): total}, stamp)


def close_month(building: Any, month: dt.date, *, by: Any, at: dt.datetime) -> Period:
    """Closes a month for good; nothing more is booked in it or before it.

    Raises Refused before the month has ended and while a bill run is under way.
    """
    first = month.replace(day=1)
    if (first + dt.timedelta(days=31)).replace(day=1) > at.astimezone(dt.timezone(dt.timedelta(hours=8))).date():
        raise Refused(_("%(month)s has not ended yet.") % {"month": first.strftime("%Y-%m")})
    with transaction.atomic():
        period = Period.objects.get_or_create(building=building, month=first)[0]
        [period] = lock(period)
        if period.closed_at:
            raise Refused(_("%(month)s is closed already.") % {"month": period})
        if run := BillRun.objects.filter(building=building, state=BillRun.State.RUNNING).first():
            # Its worker books on the day of issue, which may lie in this month.
            raise Refused(_("Bill run %(number)s is still under way. Close the month when it is through.") % {"number": run})
        period.closed_at, period.closed_by = at, by
        period.save(update_fields=["closed_at", "closed_by"])
        return period
