"""Deposits: expected, taken by receipt, deducted with a reason, moved, refunded. Never below zero, never twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from billing.models import Account, Charge, ChargeKind, Deposit, DepositMove, Entry
from billing.services import ledger
from billing.services.ledger import Line, Stamp, tenant_account
from core import numbering, panels
from core.database import lock
from core.flow import Blocked, Refused
from tenants.models import Tenant

Kind = DepositMove.Kind


def expect(tenant: Tenant, kind: str, amount: Decimal, stamp: Stamp, **details: Any) -> Deposit:
    """Asks a tenant for a deposit; it is taken at the counter. `details`: payer, payer_account, due_on, unit, note.

    With `stamp.key` the same deposit is asked for once: the second call answers with the first.
    """
    with transaction.atomic():
        [tenant] = lock(tenant)
        if stamp.key and (found := Deposit.objects.filter(key=stamp.key).first()):
            return found
        details = {"payer": tenant.name, "due_on": stamp.on, **details}
        deposit = Deposit(building_id=tenant.building_id, tenant=tenant, kind=kind, amount_due=amount, key=stamp.key, **details)
        deposit.record, deposit.created_by = stamp.record, stamp.by
        numbering.give(deposit, on=stamp.on)
        deposit.save()
        return deposit


def _locked(deposit: Deposit, amount: Decimal) -> Deposit:
    """The deposit, its tenant locked before it. Raises Refused when less than the amount is held."""
    lock(deposit.tenant)
    [fresh] = lock(deposit)
    if amount <= 0:
        raise Refused(_("The amount must be more than zero."))
    if amount > fresh.held:
        raise Refused(_("Only %(held)s of %(number)s is held.") % {"held": fresh.held, "number": fresh})
    return fresh


def blocked(deposit: Deposit) -> Blocked | None:
    """Why nothing of a deposit may leave the house yet, as the app says whose record left it (slot `refund.blockers`), or None."""
    answers: list[Blocked | None] = panels.contributions("refund.blockers", deposit)
    return next((answer for answer in answers if answer), None)


def check_free(deposit: Deposit) -> None:
    """Raises Refused while something speaks against giving the deposit back; ask it under the deposit's lock."""
    if reason := blocked(deposit):
        raise Refused(reason.text, [reason])


def _account(deposit: Deposit) -> Account:
    return tenant_account(deposit.tenant, Account.Kind.DEPOSIT, deposit_kind=deposit.kind)


def _move(deposit: Deposit, entry: Entry, kind: str, amount: Decimal, stamp: Stamp, **why: Any) -> DepositMove:
    return DepositMove.objects.create(deposit=deposit, entry=entry, kind=kind, amount=amount, by=stamp.by, at=stamp.at, **why)


@dataclass(frozen=True)
class Why:
    """Why something is deducted: the reason in words, the clause it follows from, a photo (StoredFile)."""

    reason: str
    clause: str = ""
    photo: Any = None


def deduct(deposit: Deposit, amount: Decimal, kind: ChargeKind, stamp: Stamp, why: Why) -> Charge:
    """Keeps part of a deposit for something the tenant owes by it; the charge and its settlement are one entry.

    Raises Refused for a deduction without a reason and for more than is held.
    """
    if not why.reason.strip():
        raise Refused(_("Give a reason for the deduction."))
    with transaction.atomic():
        fresh = _locked(deposit, amount)
        income = ledger.account(fresh.building_id, Account.Kind.INCOME, charge_kind=kind)
        entry = ledger.post(fresh.tenant, Entry.Kind.DEPOSIT_DEDUCTED, {_account(fresh): amount, income: -amount}, stamp)
        line = Line(
            kind=kind, quantity=Decimal(1), unit_price=amount, due_on=stamp.on, amount=amount, text=why.reason[:200], unit=fresh.unit
        )
        [charge] = Charge.objects.bulk_create([ledger.new_charge(line, entry)])
        ledger.allocate(entry, {charge: amount})
        _move(fresh, entry, Kind.DEDUCTED, -amount, stamp, reason=why.reason, clause=why.clause, photo=why.photo)
        return charge


def settle_from(deposit: Deposit, picks: Mapping[Charge, Decimal], stamp: Stamp, why: Why) -> Entry:
    """Settles charges that are already due from a deposit."""
    if not why.reason.strip():
        raise Refused(_("Give a reason for the deduction."))
    with transaction.atomic():
        amount = sum(picks.values(), Decimal(0))
        fresh = _locked(deposit, amount)
        entry = ledger.settle(fresh.tenant, Entry.Kind.DEPOSIT_DEDUCTED, picks, {_account(fresh): amount}, stamp)
        _move(fresh, entry, Kind.DEDUCTED, -amount, stamp, reason=why.reason, clause=why.clause, photo=why.photo)
        return entry


def settle_oldest(deposit: Deposit, charges: Iterable[Charge], amount: Decimal, stamp: Stamp, why: Why) -> Entry:
    """Settles these charges from a deposit up to an amount, the oldest first. Raises Refused when they owe less."""
    with transaction.atomic():
        lock(deposit.tenant)
        picks = ledger.oldest_first(Charge.objects.filter(pk__in=[row.pk for row in charges]).unpaid().oldest_first(), amount)
        if sum(picks.values(), Decimal(0)) != amount:
            raise Refused(_("These charges owe less than that. Lower the amount."))
        return settle_from(deposit, picks, stamp, why)


def transfer(deposit: Deposit, to: Deposit, amount: Decimal, stamp: Stamp, reason: str) -> Entry:
    """Moves part of a deposit to another that the same tenant owes. Raises Refused when it doesn't fit there, or isn't free yet."""
    with transaction.atomic():
        fresh = _locked(deposit, amount)
        check_free(fresh)
        [other] = lock(to)
        if other.tenant_id != fresh.tenant_id or other.pk == fresh.pk:
            raise Refused(_("Choose another deposit of the same tenant."))
        if other.cancelled_at or amount > other.amount_due - other.taken:
            raise Refused(_("%(number)s doesn't need that much.") % {"number": other})
        if other.kind == fresh.kind:
            # They share an account: nothing would move in the books.
            raise Refused(_("Both are of one kind. Choose a deposit of another kind, or refund."))
        lines = {_account(fresh): amount, _account(other): -amount}
        entry = ledger.post(fresh.tenant, Entry.Kind.DEPOSIT_MOVED, lines, stamp)
        _move(fresh, entry, Kind.MOVED_OUT, -amount, stamp, reason=reason)
        _move(other, entry, Kind.MOVED_IN, amount, stamp, reason=reason)
        return entry


def pay_back(deposit: Deposit, amount: Decimal, method: str, stamp: Stamp) -> Entry:
    """Pays a deposit back to its payer. Only an approved refund calls this. Raises Refused for more than is held."""
    with transaction.atomic():
        fresh = _locked(deposit, amount)
        check_free(fresh)
        money = ledger.account(fresh.building_id, Account.Kind.MONEY, method=method)
        entry = ledger.post(fresh.tenant, Entry.Kind.REFUND, {_account(fresh): amount, money: -amount}, stamp)
        _move(fresh, entry, Kind.REFUNDED, -amount, stamp, reason=stamp.memo)
        return entry


def cancel(deposit: Deposit, *, by: Any, at: Any) -> Deposit:
    """Strikes out a deposit that nobody has paid yet."""
    with transaction.atomic():
        lock(deposit.tenant)
        [fresh] = lock(deposit)
        if fresh.taken or fresh.cancelled_at:
            raise Refused(_("Only a deposit that nobody has paid can be cancelled."))
        fresh.cancelled_at = at
        fresh.save(update_fields=["cancelled_at"])
        return fresh
