"""Columns of deposits, refunds and waivers."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_tables2 import Column, DateColumn

from billing.models import Deposit, Refund, Waiver
from billing.standing import chip_of, words_of
from core import lists
from core.columns import MoneyColumn, StateColumn, to


class DepositStanding(Column):
    """The chip of what a deposit stands at; its word in exports."""

    def render(self, record: Deposit) -> object:
        return chip_of(record.standing)

    def value(self, record: Deposit) -> str:
        return words_of(record.standing[0])


class DepositTable(lists.Table):
    number = Column(_("Number"), linkify=to("billing:deposit_detail"))
    kind = Column(_("Deposit kind"))
    standing = DepositStanding(verbose_name=_("Status"), accessor="pk", orderable=False)
    tenant = Column(_("Tenant"), accessor="tenant__name")
    payer = Column(_("Payer"))
    amount_due = MoneyColumn(_("Amount due"))
    held = MoneyColumn(_("Held"))
    due_on = DateColumn(verbose_name=_("Due on"), format="Y-m-d")

    class Meta(lists.Table.Meta):
        model = Deposit
        fields = ("number", "kind", "standing", "tenant", "payer", "amount_due", "held", "due_on")


class RefundTable(lists.Table):
    number = Column(_("Number"), linkify=to("billing:refund_detail"))
    state = StateColumn(verbose_name=_("Status"))
    tenant = Column(_("Tenant"), accessor="tenant__name")
    payee = Column(_("Payee"))
    amount = MoneyColumn(_("Amount"))
    created_by = Column(_("Asked by"), accessor="created_by__name")

    class Meta(lists.Table.Meta):
        model = Refund
        fields = ("number", "state", "tenant", "payee", "amount", "created_by")


def where_charged(record: Waiver) -> str:
    """The payment notice with the charge, or the tenant's statement when it is on none."""
    bill = record.charge.bill_id
    return reverse("billing:bill_detail", args=[bill]) if bill else reverse("billing:statement", args=[record.tenant_id])


class WaiverTable(lists.Table):
    number = Column(_("Number"), linkify=to("billing:waiver_detail"))
    state = StateColumn(verbose_name=_("Status"))
    kind = Column(_("Kind"))
    tenant = Column(_("Tenant"), accessor="tenant__name")
    charge = Column(_("Charge"), linkify=where_charged, orderable=False)
    amount = MoneyColumn(_("Amount"))
    created_by = Column(_("Asked by"), accessor="created_by__name")
    signed_by = Column(_("Signed by"), accessor="signed_by__name", default="")

    class Meta(lists.Table.Meta):
        model = Waiver
        fields = ("number", "state", "kind", "tenant", "charge", "amount", "created_by", "signed_by")
