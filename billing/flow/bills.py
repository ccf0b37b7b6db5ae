"""A payment notice is issued; it may be disputed, and made void with a reason (manual 1.2.4)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy, gettext_noop

from billing.models import Bill
from billing.services import bills
from billing.services.ledger import Stamp
from core.flow import Flow, Step
from staff.access import FINANCE, FINANCE_HEAD, SERVICE
from staff.services import tell_department

B = Bill.State
T = gettext_lazy


def tell_finance(bill: Bill, *, by: Any, at: dt.datetime) -> None:
    text = gettext_noop("%(tenant)s disputes the payment notice %(number)s.")
    values = {"tenant": str(bill.tenant), "number": bill.number}
    tell_department("FINANCE", bill.building_id, text, topic="billing.bills", record=bill, values=values, by=by)


def take_back(bill: Bill, *, by: Any, at: dt.datetime, note: str) -> None:
    bills.take_back(bill, Stamp(by=by, at=at, on=timezone.localdate(at), memo=bill.number, record=bill), note)


BILL_FLOW = Flow(
    "billing.Bill",
    T("Payment notice"),
    B,
    Step("dispute", B.ISSUED, B.DISPUTED, (SERVICE, FINANCE), [], "M1.2.4", label=T("The tenant disputes it"), tone="secondary",
         asks_reason=True, tell=tell_finance),
    Step("settle_dispute", B.DISPUTED, B.ISSUED, FINANCE, [], "M1.2.4", label=T("The dispute is settled"), asks_reason=True),
    Step("void", (B.ISSUED, B.DISPUTED), B.VOID, FINANCE_HEAD, [], "M1.2.4", label=T("Make the notice void"), tone="danger",
         asks_reason=True, effect=take_back, confirm=T("Everything on it is credited; what was paid of it becomes prepayment.")),
)  # fmt: skip
