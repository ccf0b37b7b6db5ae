"""Nouns of the money: accounts and entries, prices, charges and payment notices, receipts, deposits."""

from billing.models.cash_counts import DENOMINATIONS, CashCount, CashCountLine
from billing.models.charges import Allocation, Bill, BillRun, Charge
from billing.models.deposits import Deposit, DepositMove
from billing.models.dunning import ON_PAPER, Channel, DunningStep, LateFee, Postponement, Promise, Reminder
from billing.models.holds import Refund, Waiver, WaiverKind, WaiverLimit
from billing.models.invoices import Invoice
from billing.models.ledger import Account, DepositKind, Entry, MoneyField, PaymentMethod, Period, Posting
from billing.models.payments import Receipt
from billing.models.prices import BillingTerms, ChargeKind, Price
from billing.models.runs import Credit, LeaseFee, ReadingCharge, RunExclusion

__all__ = [
    "DENOMINATIONS",
    "ON_PAPER",
    "Account",
    "Allocation",
    "Bill",
    "BillRun",
    "BillingTerms",
    "CashCount",
    "CashCountLine",
    "Channel",
    "Charge",
    "ChargeKind",
    "Credit",
    "Deposit",
    "DepositKind",
    "DepositMove",
    "DunningStep",
    "Entry",
    "Invoice",
    "LateFee",
    "LeaseFee",
    "MoneyField",
    "PaymentMethod",
    "Period",
    "Posting",
    "Postponement",
    "Price",
    "Promise",
    "ReadingCharge",
    "Receipt",
    "Refund",
    "Reminder",
    "RunExclusion",
    "Waiver",
    "WaiverKind",
    "WaiverLimit",
]
