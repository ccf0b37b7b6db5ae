"""Payment notices written one by one: a paid service, a fine, anything outside the monthly run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from billing.models import Bill
from billing.services import credits, ledger
from billing.services.ledger import Line, Stamp
from core import numbering
from core.database import lock
from core.flow import Refused
from tenants.models import Tenant


def issue(tenant: Tenant, lines: Sequence[Line], stamp: Stamp, *, due_on: dt.date, title: str) -> Bill:
    """Charges a tenant and writes the payment notice of it. Raises Refused when nothing is to be charged."""
    if not any(line.yuan > 0 for line in lines):
        raise Refused(_("The amount must be more than zero."))
    if due_on < stamp.on:
        raise Refused(_("It can't be due before it is issued."))
    with transaction.atomic():
        [tenant] = lock(tenant)
        values = {"building_id": tenant.building_id, "tenant": tenant, "issued_on": stamp.on, "due_on": due_on, "title": title[:120]}
        bill = Bill(created_by=stamp.by, **values)
        numbering.give(bill, on=stamp.on)
        bill.save()
        ledger.charge(tenant, lines, stamp, bill=bill)
        bill.refresh_from_db()
        return bill


def take_back(bill: Bill, stamp: Stamp, reason: str) -> None:
    """Credits everything of a notice that was not credited yet; what was paid of it becomes prepayment."""
    lock(bill.tenant)
    for charge in bill.charges.select_related("kind", "tenant").order_by("pk"):
        left = credits.left_to_credit(charge)
        if left:
            credits.credit(charge, left, stamp, reason[:200])
