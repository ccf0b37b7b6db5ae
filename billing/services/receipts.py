"""Taking money: one receipt, one entry; what is not allocated becomes prepayment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from billing.models import Account, Charge, Deposit, DepositMove, Entry, Receipt
from billing.services import ledger
from billing.services.ledger import Stamp, tenant_account
from core import numbering
from core.database import lock
from core.flow import Refused
from tenants.models import Tenant


def receive(
    tenant: Tenant,
    amount: Decimal,
    method: str,
    stamp: Stamp,
    *,
    picks: Mapping[Charge, Decimal] | None = None,
    deposits: Mapping[Deposit, Decimal] | None = None,
    **details: Any,
) -> Receipt:
    """Takes money from a tenant and gives the receipt; `details`: payer, reference, note.

    Deposits named are taken first; the rest settles `picks`, or the oldest charges when it is None; what is left
    becomes prepayment. Raises Refused when more is allocated than was paid, or what is due has changed.
    """
    if amount <= 0:
        raise Refused(_("The amount must be more than zero."))
    with transaction.atomic():
        [tenant] = lock(tenant)
        wanted = _lock_deposits(tenant, deposits or {})
        rest = amount - sum(wanted.values(), Decimal(0))
        if rest < 0:
            raise Refused(_("More is allocated than there is. Lower the amounts."))
        chosen = ledger.oldest_first(ledger.unpaid(tenant), rest) if picks is None else picks
        entry = ledger.settle(tenant, Entry.Kind.PAYMENT, chosen, _sources(tenant, amount, method, wanted), stamp)
        _take(wanted, entry, stamp)
        return _write(tenant, amount, method, entry, stamp, details)


def _lock_deposits(tenant: Tenant, wanted: Mapping[Deposit, Decimal]) -> dict[Deposit, Decimal]:
    fresh = {row.pk: row for row in Deposit.objects.select_for_update().filter(tenant=tenant, pk__in=[d.pk for d in wanted]).order_by("pk")}
    for deposit, amount in wanted.items():
        now = fresh.get(deposit.pk)
        if now is None or now.cancelled_at or amount <= 0 or amount > now.amount_due - now.taken:
            raise Refused(_("Deposit %(number)s has changed in the meantime. Look at what is due and choose again.") % {"number": deposit})
    return {fresh[deposit.pk]: amount for deposit, amount in wanted.items()}


def _sources(tenant: Tenant, amount: Decimal, method: str, deposits: Mapping[Deposit, Decimal]) -> dict[Account, Decimal]:
    lines = {ledger.account(tenant.building_id, Account.Kind.MONEY, method=method): amount}
    for deposit, part in deposits.items():
        held = tenant_account(tenant, Account.Kind.DEPOSIT, deposit_kind=deposit.kind)
        lines[held] = lines.get(held, Decimal(0)) - part
    return lines


def _take(deposits: Mapping[Deposit, Decimal], entry: Entry, stamp: Stamp) -> None:
    taken = DepositMove.Kind.TAKEN
    moves = [DepositMove(deposit=row, entry=entry, kind=taken, amount=part, by=stamp.by, at=stamp.at) for row, part in deposits.items()]
    DepositMove.objects.bulk_create(moves)


def _write(tenant: Tenant, amount: Decimal, method: str, entry: Entry, stamp: Stamp, details: dict[str, Any]) -> Receipt:
    receipt = Receipt(
        building_id=tenant.building_id,
        tenant=tenant,
        payer=details.pop("payer", "") or tenant.name,
        method=method,
        amount=amount,
        received_on=stamp.on,
        received_at=stamp.at,
        entry=entry,
        cashier=stamp.by,
        created_by=stamp.by,
        **details,
    )
    numbering.give(receipt, on=stamp.on)
    receipt.save()
    return receipt


def take_back(receipt: Receipt, stamp: Stamp) -> Entry:
    """Reverses what a receipt brought. Only the receipt's flow calls this, with the receipt as the stamp's record, and makes it void.

    Raises Refused when the money has been used since.
    """
    return ledger.reverse(receipt.entry, stamp)


@dataclass(frozen=True)
class ReceiptLine:
    """What part of a receipt's money went where, yuan."""

    text: str
    unit: str
    period: str
    quantity: Decimal | None
    unit_price: Decimal | None
    amount: Decimal

    @property
    def price(self) -> str:
        """The unit price with two to four decimals; empty where there is none."""
        if self.unit_price is None:
            return ""
        whole, part = f"{self.unit_price:,.4f}".split(".")
        return f"{whole}.{part.rstrip('0'):0<2}"


def lines_of(receipt: Receipt) -> list[ReceiptLine]:
    """Where the money went, from rows that never change: the same text at every print."""
    allocations = receipt.entry.allocations.select_related("charge__kind", "charge__unit").order_by("charge__due_on", "charge_id")
    lines = [_settled(row.charge, row.amount) for row in allocations]
    moves = receipt.entry.deposit_moves.select_related("deposit__unit").order_by("deposit_id")
    lines += [_kept(row.deposit, row.amount) for row in moves]
    ahead = receipt.amount - sum((line.amount for line in lines), Decimal(0))
    return [*lines, ReceiptLine(_("Prepayment"), "", "", None, None, ahead)] if ahead else lines


def _settled(charge: Charge, amount: Decimal) -> ReceiptLine:
    days = (charge.period_from, charge.period_to)
    period = "–".join(day.isoformat() for day in dict.fromkeys(days) if day)
    text = charge.text or str(charge.kind)
    return ReceiptLine(text, str(charge.unit or ""), period, charge.quantity, charge.unit_price, amount)


def _kept(deposit: Deposit, amount: Decimal) -> ReceiptLine:
    return ReceiptLine(f"{deposit.get_kind_display()} {deposit.number}", str(deposit.unit or ""), "", None, None, amount)
