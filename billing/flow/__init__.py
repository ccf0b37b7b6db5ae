"""Lives of the money's records."""

from billing.flow.bills import BILL_FLOW
from billing.flow.cash_counts import COUNT_FLOW
from billing.flow.dunning import POSTPONEMENT_FLOW, PROMISE_FLOW, REMINDER_FLOW
from billing.flow.invoices import INVOICE_FLOW
from billing.flow.receipts import RECEIPT_FLOW
from billing.flow.refunds import REFUND_FLOW
from billing.flow.runs import RUN_FLOW
from billing.flow.waivers import WAIVER_FLOW

__all__ = [
    "BILL_FLOW",
    "COUNT_FLOW",
    "INVOICE_FLOW",
    "POSTPONEMENT_FLOW",
    "PROMISE_FLOW",
    "RECEIPT_FLOW",
    "REFUND_FLOW",
    "REMINDER_FLOW",
    "RUN_FLOW",
    "WAIVER_FLOW",
]
