"""Writes that touch the money. `from billing import services as billing`: other apps post through these and nothing else."""

from billing.services.books import contradictions
from billing.services.deposits import Why, deduct, expect, pay_back, settle_from, transfer
from billing.services.ledger import Line, Stamp, charge, close_month, overdue, owed, prepaid, reverse, use_prepayment
from billing.services.receipts import receive

__all__ = [
    "Line",
    "Stamp",
    "Why",
    "charge",
    "close_month",
    "contradictions",
    "deduct",
    "expect",
    "overdue",
    "owed",
    "pay_back",
    "prepaid",
    "receive",
    "reverse",
    "settle_from",
    "transfer",
    "use_prepayment",
]
