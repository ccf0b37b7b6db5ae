"""Lives of the money's records."""

from billing.flow.cash_counts import COUNT_FLOW
from billing.flow.invoices import INVOICE_FLOW
from billing.flow.receipts import RECEIPT_FLOW
from billing.flow.runs import RUN_FLOW

__all__ = ["COUNT_FLOW", "INVOICE_FLOW", "RECEIPT_FLOW", "RUN_FLOW"]
