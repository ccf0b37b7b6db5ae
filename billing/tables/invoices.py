"""Columns of the invoices and cash counts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_tables2 import Column, DateColumn

from billing.models import CashCount, Invoice
from core import lists
from core.columns import MoneyColumn, StateColumn, to


class InvoiceTable(lists.Table):
    number = Column(_("Number"), linkify=to("billing:invoice_detail"))
    state = StateColumn(verbose_name=_("Status"))
    title = Column(_("Invoice title"))
    kind = Column(_("Kind"))
    amount = MoneyColumn(_("Amount"))
    invoice_number = Column(_("Invoice number"))
    requested_on = DateColumn(verbose_name=_("Requested on"), format="Y-m-d")
    issued_on = DateColumn(verbose_name=_("Issued on"), format="Y-m-d")

    class Meta(lists.Table.Meta):
        model = Invoice
        fields = ("number", "state", "title", "kind", "amount", "invoice_number", "requested_on", "issued_on")


class CashCountTable(lists.Table):
    number = Column(_("Number"), linkify=to("billing:cash_count_detail"))
    state = StateColumn(verbose_name=_("Status"))
    counted_on = DateColumn(verbose_name=_("Day"), format="Y-m-d")
    cashier = Column(_("Cashier"), accessor="cashier__name", orderable=False)
    expected = MoneyColumn(_("Cash expected"), orderable=False)
    counted = MoneyColumn(_("Cash counted"), orderable=False)
    difference = MoneyColumn(_("Difference"), orderable=False)

    class Meta(lists.Table.Meta):
        model = CashCount
        fields = ("number", "state", "counted_on", "cashier", "expected", "counted", "difference")
