"""Columns of the bill runs."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_tables2 import Column, DateColumn

from billing.models import BillRun
from core import lists
from core.templatetags.ui import money, status


def to(name: str) -> Any:
    """Links a cell to the page `name` of its row."""
    return lambda record: reverse(name, args=[record.pk])


class StateColumn(Column):
    """The chip of the row's state; its word in exports."""

    def render(self, value: Any, record: Any) -> Any:
        return status(record)

    def value(self, value: Any, record: Any) -> str:
        return str(record.get_state_display())


class MoneyColumn(Column):
    """Yuan, aligned right; a number in exports."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, attrs={"td": {"class": "num"}, "th": {"class": "num"}}, **named)

    def render(self, value: Any) -> Any:
        return money(value)

    def value(self, value: Any) -> Any:
        return value


class BillRunTable(lists.Table):
    number = Column(_("Number"), linkify=to("billing:bill_run_detail"))
    month = DateColumn(verbose_name=_("Month"), format="Y-m")
    state = StateColumn(verbose_name=_("Status"))
    billed = Column(_("Tenants billed"), attrs={"td": {"class": "num"}, "th": {"class": "num"}})
    total = MoneyColumn(_("Total"))
    due_on = DateColumn(verbose_name=_("Due on"), format="Y-m-d")

    class Meta(lists.Table.Meta):
        model = BillRun
        fields = ("number", "month", "state", "billed", "total", "due_on")
