"""Printable forms of the money."""

from billing.printing import bills as bills
from billing.printing import cash_counts as cash_counts
from billing.printing import prices as prices
from billing.printing import receipts as receipts
from billing.printing import refunds as refunds
from billing.printing import reminders as reminders
