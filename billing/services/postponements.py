"""A later due day for a payment notice, granted once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from billing.models import Bill, Postponement
from billing.services import prices
from core import numbering
from core.database import lock
from core.flow import Refused


def latest_day(bill: Bill) -> dt.date:
    """The last day a notice may be put off to, by the terms of its building."""
    return bill.due_on + dt.timedelta(days=prices.terms_of(bill.building_id).postpone_days)


def ask(wanted: Postponement, *, by: Any, on: dt.date) -> Postponement:
    """Asks for a later day. Raises Refused when nothing is open, the day is none, or it was postponed already."""
    with transaction.atomic():
        [bill] = lock(wanted.bill)
        refusal = _why_not(bill, wanted.pay_by)
        if refusal:
            raise Refused(refusal)
        wanted.bill, wanted.building_id, wanted.created_by = bill, bill.building_id, by
        numbering.give(wanted, on=on)
        wanted.save()
        return wanted


def _why_not(bill: Bill, pay_by: dt.date) -> str:
    if bill.state == Bill.State.VOID or not bill.outstanding:
        return _("Nothing of this notice is open.")
    if bill.postponements.filter(state__in=["REQUESTED", "GRANTED"]).exists():
        return _("This notice was postponed already; that is granted once.")
    if pay_by <= bill.due_on:
        return _("The new day must lie after %(day)s.") % {"day": bill.due_on}
    latest = latest_day(bill)
    return _("It can be put off to %(day)s at the latest.") % {"day": latest} if pay_by > latest else ""


def set_day(bill: Bill, pay_by: dt.date | None) -> None:
    """Moves the day of a notice and of its charges; None puts it back."""
    bill.charges.update(postponed_to=pay_by)
    Bill.objects.filter(pk=bill.pk).update(postponed_to=pay_by)
