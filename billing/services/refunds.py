"""Refunds: asked for, approved by somebody else, paid once."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.models import Account, Deposit, Entry, Refund
from billing.services import deposits, ledger
from billing.services.ledger import Stamp, tenant_account
from core import numbering
from core.database import lock
from core.flow import Refused, flow_of
from tenants.models import Tenant


def available(refund: Refund) -> Decimal:
    """What can be paid back now: what is held of the deposit, or the tenant's prepayment, yuan."""
    return refund.deposit.held if refund.deposit else ledger.prepaid(refund.tenant)


def request(refund: Refund, *, by: Any, on: dt.date) -> Refund:
    """Asks for a refund. A deposit goes back to its payer only.

    Raises Refused for more than is held, one under way, or a deposit that isn't free yet.
    """
    with transaction.atomic():
        lock(refund.tenant)
        if refund.deposit:
            [refund.deposit] = lock(refund.deposit)
            deposits.check_free(refund.deposit)
            _to_its_payer(refund, refund.deposit)
            if Refund.objects.filter(deposit=refund.deposit, state__in=["REQUESTED", "APPROVED"]).exists():
                raise Refused(_("A refund of this deposit is under way already."))
        if refund.amount > available(refund):
            raise Refused(_("Only %(amount)s can be refunded.") % {"amount": available(refund)})
        refund.building_id, refund.created_by = refund.tenant.building_id, by
        numbering.give(refund, on=on)
        refund.save()
        return refund


def _to_its_payer(refund: Refund, deposit: Deposit) -> None:
    known = deposit.payer_account
    if known and refund.payee_account not in ("", known):
        raise Refused(_("This deposit goes back to the account it came from: %(account)s.") % {"account": known})
    refund.payee, refund.payee_account = deposit.payer, known or refund.payee_account


def release(deposit: Deposit, *, asked_by: Any, approved_by: Any, at: dt.datetime, reason: str) -> Refund | None:
    """Asks for all that is held of a deposit and has it approved, where the approval was given on the record that left it.

    None when nothing is held, or a refund is under way already. Raises Refused where that person may not approve it.
    """
    with transaction.atomic():
        lock(deposit.tenant)
        [fresh] = lock(deposit)
        if fresh.held <= 0 or Refund.objects.filter(deposit=fresh, state__in=["REQUESTED", "APPROVED"]).exists():
            return None
        wanted = Refund(tenant=fresh.tenant, deposit=fresh, amount=fresh.held, payee=fresh.payer, reason=reason)
        made = request(wanted, by=asked_by, on=timezone.localdate(at))
        life = flow_of(Refund)
        return life.take(made, "approve", by=approved_by, at=at) if life else made


def pay(refund: Refund, stamp: Stamp) -> Entry:
    """Pays an approved refund out. Only the refund's flow calls this, which has locked the refund.

    Raises Refused when what is held is no longer what was approved, asked again under the lock of the deposit.
    """
    with transaction.atomic():
        [tenant] = lock(refund.tenant)
        return _pay_deposit(refund, refund.deposit, stamp) if refund.deposit else _pay_prepayment(refund, tenant, stamp)


def _pay_deposit(refund: Refund, deposit: Deposit, stamp: Stamp) -> Entry:
    [fresh] = lock(deposit)
    if fresh.held != refund.held_at_approval:
        raise Refused(_("What is held has changed since the approval. Ask for it again."))
    return deposits.pay_back(fresh, refund.amount, refund.method, stamp)


def _pay_prepayment(refund: Refund, tenant: Tenant, stamp: Stamp) -> Entry:
    if refund.amount > ledger.prepaid(tenant):
        raise Refused(_("Only %(amount)s is prepaid.") % {"amount": ledger.prepaid(tenant)})
    money = ledger.account(refund.building_id, Account.Kind.MONEY, method=refund.method)
    lines = {tenant_account(tenant, Account.Kind.PREPAYMENT): refund.amount, money: -refund.amount}
    return ledger.post(tenant, Entry.Kind.REFUND, lines, stamp)
