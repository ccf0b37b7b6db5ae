"""Waivers: signed alone within one's limit, else by who holds it (article 5, authority)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from billing.models import Account, Entry, Waiver, WaiverLimit
from billing.services import ledger
from billing.services.ledger import Stamp
from core import numbering
from core.database import lock
from core.flow import Refused
from staff import access as staff


def limit_of(user: Any, kind: str, building_id: int) -> Decimal:
    """Up to how much somebody may waive of a kind by their own signature in a building, yuan; 0 for nothing."""
    mine = {(held.department, held.rank) for held in staff.posts(user) if building_id in held.territories}
    rows = WaiverLimit.objects.filter(kind=kind).values_list("department__code", "rank", "amount")
    return max((amount for department, rank, amount in rows if (department, rank) in mine), default=Decimal(0))


def may_sign(user: Any, waiver: Waiver) -> bool:
    """True when the amount lies within the person's own limit."""
    return user is not None and waiver.amount <= limit_of(user, waiver.kind, waiver.building_id)


def signers(waiver: Waiver) -> list[str]:
    """The posts whose limit covers a waiver, in words, the lowest first."""
    rows = WaiverLimit.objects.filter(kind=waiver.kind, amount__gte=waiver.amount).select_related("department")
    return [f"{row.department} {row.get_rank_display()}" for row in rows.order_by("amount", "pk")]


def ask(waiver: Waiver, *, by: Any, on: dt.date) -> Waiver:
    """Writes a waiver down; its flow signs it. Raises Refused for more than is open of the charge."""
    with transaction.atomic():
        lock(waiver.charge.tenant)
        [charge] = lock(waiver.charge)
        if waiver.amount > charge.outstanding:
            raise Refused(_("Only %(amount)s of this is open.") % {"amount": charge.outstanding})
        if Waiver.objects.filter(charge=charge, state=Waiver.State.WAITING).exists():
            raise Refused(_("A waiver of this charge waits already."))
        waiver.building_id, waiver.tenant, waiver.created_by = charge.building_id, charge.tenant, by
        numbering.give(waiver, on=on)
        waiver.save()
        return waiver


def book(waiver: Waiver, stamp: Stamp) -> Entry:
    """Gives the amount up in the books. Only the waiver's flow calls this, which has locked the waiver."""
    with transaction.atomic():
        [tenant] = lock(waiver.tenant)
        source = ledger.account(waiver.building_id, Account.Kind.WAIVER)
        return ledger.settle(tenant, Entry.Kind.WAIVER, {waiver.charge: waiver.amount}, {source: waiver.amount}, stamp)
