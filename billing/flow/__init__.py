"""Lives of the money's records."""

from billing.flow.receipts import RECEIPT_FLOW
from billing.flow.runs import RUN_FLOW

__all__ = ["RECEIPT_FLOW", "RUN_FLOW"]
