"""Writes that touch the money. `from billing import services as billing`: other apps post through these and nothing else."""

from billing.services.bills import issue as issue_bill
from billing.services.books import contradictions
from billing.services.deposits import Why, deduct, expect, pay_back, settle_from, transfer
from billing.services.deposits import cancel as cancel_deposit
from billing.services.ledger import Line, Stamp, charge, close_month, overdue, owed, prepaid, reverse, use_prepayment
from billing.services.prices import priced
from billing.services.receipts import receive
from billing.services.refunds import release
from billing.services.reminders import by_hand as remind_by_hand

__all__ = [
    "Line",
    "Stamp",
    "Why",
    "cancel_deposit",
    "charge",
    "close_month",
    "contradictions",
    "deduct",
    "expect",
    "issue_bill",
    "overdue",
    "owed",
    "pay_back",
    "prepaid",
    "priced",
    "receive",
    "release",
    "remind_by_hand",
    "reverse",
    "settle_from",
    "transfer",
    "use_prepayment",
]
