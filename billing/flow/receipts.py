"""A receipt is issued with its number and may be made void with a reason; the number stays."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy

from billing.models import Receipt
from billing.services import invoices, receipts
from billing.services.ledger import Stamp
from core.flow import Flow, Step
from staff.access import FINANCE

R = Receipt.State
T = gettext_lazy


def take_back(receipt: Receipt, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    receipts.take_back(receipt, Stamp(by=by, at=at, on=timezone.localdate(at), memo=note[:200], record=receipt))
    invoices.check_covered(receipt.tenant)
    receipt.void_reason, receipt.voided_at = note[:200], at
    return ["void_reason", "voided_at"]


RECEIPT_FLOW = Flow(
    "billing.Receipt",
    T("Receipt"),
    R,
    Step("void", R.ISSUED, R.VOID, FINANCE, [], "M1.2.4", label=T("Make the receipt void"), tone="danger", asks_reason=True,
         effect=take_back,
         confirm=T("The number stays and is marked void; what the money settled is due again. Take all three copies back.")),
)  # fmt: skip
