"""Columns of the bill runs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_tables2 import Column, DateColumn

from billing.models import BillRun
from core import lists
from core.columns import MoneyColumn, NumberColumn, StateColumn, to


class BillRunTable(lists.Table):
    number = Column(_("Number"), linkify=to("billing:bill_run_detail"))
    month = DateColumn(verbose_name=_("Month"), format="Y-m")
    state = StateColumn(verbose_name=_("Status"))
    billed = NumberColumn(_("Tenants billed"))
    total = MoneyColumn(_("Total"))
    due_on = DateColumn(verbose_name=_("Due on"), format="Y-m-d")

    class Meta(lists.Table.Meta):
        model = BillRun
        fields = ("number", "month", "state", "billed", "total", "due_on")
