"""Columns of payment notices and of statements."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tables2 import Column, DateColumn

from billing.models import Bill
from billing.standing import chip_of, words_of
from core import lists
from core.columns import MoneyColumn, to


class StandingColumn(Column):
    """The chip of what the row stands at today; its word in exports."""

    def render(self, record: Any) -> Any:
        return chip_of(record.standing(timezone.localdate()))

    def value(self, record: Any) -> str:
        return words_of(record.standing(timezone.localdate())[0])


class BillTable(lists.Table):
    number = Column(_("Number"), linkify=to("billing:bill_detail"))
    standing = StandingColumn(verbose_name=_("Status"), accessor="pk", orderable=False)
    tenant = Column(_("Tenant"), accessor="tenant__name")
    title = Column(_("For"))
    amount = MoneyColumn(_("Amount"))
    outstanding = MoneyColumn(_("Outstanding"))
    due_on = DateColumn(verbose_name=_("Due on"), format="Y-m-d")

    class Meta(lists.Table.Meta):
        model = Bill
        fields = ("number", "standing", "tenant", "title", "amount", "outstanding", "due_on")


class StatementTable(lists.Table):
    """A statement as a file."""

    booked_on = DateColumn(verbose_name=_("Date"), format="Y-m-d", accessor="entry__booked_on")
    kind = Column(_("Kind"), accessor="entry__get_kind_display")
    text = Column(_("Text"), accessor="entry__memo")
    charged = MoneyColumn(_("Charges"))
    settled = MoneyColumn(_("Paid or credited"))
    balance = MoneyColumn(_("Balance"))
