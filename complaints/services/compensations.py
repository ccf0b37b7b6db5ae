"""Gifts and compensation: whose post covers how much. The limits are those of the books, asked for through the slot of the panels."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models import Compensation, Complaint
from core import numbering, panels
from core.database import lock
from core.flow import Refused


def limit_of(user: Any, building_id: int) -> Decimal:
    """Up to what worth, yuan, somebody may compensate by their own signature; 0 where nobody keeps limits.

    Slot `compensation.limit`: `function(user, building_id) -> Decimal`.
    """
    if user is None:
        return Decimal(0)
    return max(panels.contributions("compensation.limit", user, building_id), default=Decimal(0))


def signers(amount: Decimal) -> list[str]:
    """The posts whose limit covers an amount, in words, the lowest first (slot `compensation.signers`)."""
    return [name for names in panels.contributions("compensation.signers", amount) for name in names]


def may_sign(user: Any, compensation: Compensation) -> bool:
    return compensation.amount <= limit_of(user, compensation.building_id)


def into_books(compensation: Compensation, *, by: Any, at: dt.datetime) -> None:
    """Money reaches the tenant through the books, once. Raises Refused for who has no account, and where nobody keeps books.

    Slot `compensation.book`: `function(tenant, amount, record, by, at)`; it raises Refused or has booked it.
    """
    if compensation.kind != Compensation.Kind.MONEY:
        return
    need_account(compensation, compensation.complaint)
    if not panels.contributions("compensation.book", compensation.complaint.tenant, compensation.amount, compensation, by, at):
        raise Refused(_("Nobody keeps the books of this building. Give something else."))


def need_account(compensation: Compensation, complaint: Complaint) -> None:
    if compensation.kind == Compensation.Kind.MONEY and complaint.tenant_id is None:
        raise Refused(_("Money is credited to a tenant's account. Name the tenant of the complaint, or give something else."))


def ask(compensation: Compensation, complaint: Complaint, *, by: Any, on: dt.date) -> Compensation:
    """Writes down what is to be given for a complaint; its flow signs it."""
    with transaction.atomic():
        [fresh] = lock(complaint)
        need_account(compensation, fresh)
        compensation.complaint, compensation.building_id, compensation.created_by = fresh, fresh.building_id, by
        numbering.give(compensation, on=on)
        compensation.save()
    return compensation
