"""Nouns of the money: accounts and entries, prices, charges and payment notices, receipts, deposits."""

from billing.models.charges import Allocation, Bill, BillRun, Charge
from billing.models.deposits import Deposit, DepositMove
from billing.models.ledger import Account, DepositKind, Entry, MoneyField, PaymentMethod, Period, Posting
from billing.models.payments import Receipt
from billing.models.prices import BillingTerms, ChargeKind, Price

__all__ = [
    "Account",
    "Allocation",
    "Bill",
    "BillRun",
    "BillingTerms",
    "Charge",
    "ChargeKind",
    "Deposit",
    "DepositKind",
    "DepositMove",
    "Entry",
    "MoneyField",
    "PaymentMethod",
    "Period",
    "Posting",
    "Price",
    "Receipt",
]
