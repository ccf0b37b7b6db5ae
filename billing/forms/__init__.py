"""Forms of the money: validate and convert, never save."""

from billing.forms.cash_counts import CashCountRecountForm
from billing.forms.dunning import ReminderDeliverForm, ReminderSendAsManagerForm, ReminderSendForm
from billing.forms.invoices import InvoiceIssueForm, InvoiceRedLetterForm

__all__ = [
    "CashCountRecountForm",
    "InvoiceIssueForm",
    "InvoiceRedLetterForm",
    "ReminderDeliverForm",
    "ReminderSendAsManagerForm",
    "ReminderSendForm",
]
