"""What the product knows of the money's records, and what other apps' pages show of it."""

from billing.panels import bills as bills
from billing.panels import dunning as dunning
from billing.panels import holds as holds
from billing.panels import invoices as invoices
from billing.panels import receipts as receipts
from billing.panels import runs as runs
from billing.panels import units as units
