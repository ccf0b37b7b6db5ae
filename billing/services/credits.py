"""Taking back what was charged too much, and money given to make up for something."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from billing.models import Account, Charge, Credit, Entry
from billing.services import ledger
from billing.services.ledger import Stamp, tenant_account
from core.database import lock
from core.flow import Refused
from tenants.models import Tenant


def left_to_credit(charge: Charge) -> Decimal:
    """What of a charge was not credited yet, yuan."""
    return charge.amount - (charge.credits.aggregate(sum=Sum("amount"))["sum"] or Decimal(0))


def credit(charge: Charge, amount: Decimal, stamp: Stamp, reason: str) -> Credit:
    """Takes back part of a charge: first what is unpaid, the rest becomes the tenant's prepayment.

    Raises Refused without a reason and for more than was charged. What was waived or written off can't be credited twice over.
    """
    if not reason.strip():
        raise Refused(_("Give a reason."))
    with transaction.atomic():
        [tenant] = lock(charge.tenant)
        [fresh] = lock(charge)
        if amount <= 0 or amount > left_to_credit(fresh):
            raise Refused(_("At most %(amount)s of this can be credited.") % {"amount": left_to_credit(fresh)})
        unpaid = min(amount, fresh.outstanding)
        income = ledger.account(fresh.building_id, Account.Kind.INCOME, charge_kind=fresh.kind)
        lines = {income: amount, tenant_account(tenant, Account.Kind.RECEIVABLE): -unpaid}
        lines[tenant_account(tenant, Account.Kind.PREPAYMENT)] = unpaid - amount
        entry = ledger.post(tenant, Entry.Kind.CREDIT, lines, stamp)
        ledger.allocate(entry, {fresh: unpaid})
        return Credit.objects.create(entry=entry, charge=fresh, amount=amount, reason=reason)


def compensate(tenant: Tenant, amount: Decimal, stamp: Stamp) -> Entry:
    """Gives a tenant money of the house: it becomes their prepayment. `stamp.key` makes it happen once; Refused for nothing."""
    if amount <= 0:
        raise Refused(_("Enter an amount above zero."))
    with transaction.atomic():
        [fresh] = lock(tenant)
        given = ledger.account(fresh.building_id, Account.Kind.WAIVER)
        return ledger.post(fresh, Entry.Kind.CREDIT, {given: amount, tenant_account(fresh, Account.Kind.PREPAYMENT): -amount}, stamp)
