"""Nouns of the money: accounts and entries, prices, charges and payment notices, receipts, deposits."""

from billing.models.charges import Allocation, Bill, BillRun, Charge
from billing.models.deposits import Deposit, DepositMove
from billing.models.holds import Refund, Waiver, WaiverKind, WaiverLimit
from billing.models.ledger import Account, DepositKind, Entry, MoneyField, PaymentMethod, Period, Posting
from billing.models.payments import Receipt
from billing.models.prices import BillingTerms, ChargeKind, Price
from billing.models.runs import Credit, LeaseFee, ReadingCharge, RunExclusion

__all__ = [
    "Account",
    "Allocation",
    "Bill",
    "BillRun",
    "BillingTerms",
    "Charge",
    "ChargeKind",
    "Credit",
    "Deposit",
    "DepositKind",
    "DepositMove",
    "Entry",
    "LeaseFee",
    "MoneyField",
    "PaymentMethod",
    "Period",
    "Posting",
    "Price",
    "ReadingCharge",
    "Receipt",
    "Refund",
    "RunExclusion",
    "Waiver",
    "WaiverKind",
    "WaiverLimit",
]
