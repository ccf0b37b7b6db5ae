"""Columns of the receipts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_tables2 import Column, DateColumn

from billing.models import Receipt
from core import lists
from core.columns import MoneyColumn, StateColumn, to


class ReceiptTable(lists.Table):
    number = Column(_("Number"), linkify=to("billing:receipt_detail"))
    state = StateColumn(verbose_name=_("Status"))
    tenant = Column(_("Tenant"), accessor="tenant__name")
    amount = MoneyColumn(_("Amount"))
    method = Column(_("Method"))
    received_on = DateColumn(verbose_name=_("Received on"), format="Y-m-d")
    cashier = Column(_("Cashier"), accessor="cashier__name")

    class Meta(lists.Table.Meta):
        model = Receipt
        fields = ("number", "state", "tenant", "amount", "method", "received_on", "cashier")
