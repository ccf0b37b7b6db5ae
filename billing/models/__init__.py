"""Nouns of the money: accounts and entries, prices, charges and payment notices, receipts, deposits."""

from billing.models.cash_counts import DENOMINATIONS, CashCount, CashCountLine
from billing.models.charges import Allocation, Bill, BillRun, Charge
from billing.models.deposits import Deposit, DepositMove
from billing.models.holds import Refund, Waiver, WaiverKind, WaiverLimit
from billing.models.invoices import Invoice
from billing.models.ledger import Account, DepositKind, Entry, MoneyField, PaymentMethod, Period, Posting
from billing.models.payments import Receipt
from billing.models.prices import BillingTerms, ChargeKind, Price
from billing.models.runs import Credit, LeaseFee, ReadingCharge, RunExclusion

__all__ = [
    "DENOMINATIONS",
    "Account",
    "Allocation",
    "Bill",
    "BillRun",
    "BillingTerms",
    "CashCount",
    "CashCountLine",
    "Charge",
    "ChargeKind",
    "Credit",
    "Deposit",
    "DepositKind",
    "DepositMove",
    "Entry",
    "Invoice",
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
