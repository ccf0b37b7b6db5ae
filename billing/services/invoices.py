"""Invoices asked for and recorded: never more than was received."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from billing.models import Account, Invoice, Posting
from core import numbering
from core.database import lock
from core.flow import Refused
from tenants.models import Tenant

STANDING = (Invoice.State.REQUESTED, Invoice.State.ISSUED)


def received(tenant: Tenant) -> Decimal:
    """What a tenant has paid for charges and ahead, yuan: deposits held are no income and are left out."""
    kinds = (Account.Kind.MONEY, Account.Kind.DEPOSIT)
    found = Posting.objects.filter(entry__tenant=tenant, account__kind__in=kinds).aggregate(sum=Sum("amount"))["sum"]
    return found or Decimal(0)


def invoiced(tenant: Tenant) -> Decimal:
    """What is invoiced or asked for and not taken back, yuan."""
    found = Invoice.objects.filter(tenant=tenant, state__in=STANDING).aggregate(sum=Sum("amount"))["sum"]
    return found or Decimal(0)


def left_to_invoice(tenant: Tenant) -> Decimal:
    """What may still be invoiced, yuan."""
    return max(received(tenant) - invoiced(tenant), Decimal(0))


def request(invoice: Invoice, *, by: Any, on: dt.date) -> Invoice:
    """Asks for an invoice. Raises Refused for more than was received and not invoiced yet."""
    with transaction.atomic():
        [tenant] = lock(invoice.tenant)
        left = left_to_invoice(tenant)
        if invoice.amount > left:
            raise Refused(_("Only %(amount)s of what was received is not invoiced yet.") % {"amount": f"¥{left:,.2f}"})
        invoice.building_id, invoice.requested_on, invoice.created_by = tenant.building_id, on, by
        numbering.give(invoice, on=on)
        invoice.save()
        return invoice


def check_covered(tenant: Tenant) -> None:
    """Raises Refused when more is invoiced than was received: an invoice must be taken back before its money."""
    if invoiced(tenant) > received(tenant):
        raise Refused(_("An invoice stands for this money. Take the invoice back first."))
