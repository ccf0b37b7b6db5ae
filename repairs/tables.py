"""Columns of the Repair Request Register."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_tables2 import Column, DateTimeColumn

from core import lists
from core.columns import MoneyColumn, StateColumn, to
from core.templatetags.ui import chip
from repairs.models import WorkOrder


def shortened(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


class PaidServiceTable(lists.Table):
    """Who had what done when for how much, and what they said of it (article 5, 4)."""

    number = Column(_("Number"), linkify=to("repairs:work_order_detail"))
    state = StateColumn(verbose_name=_("Status"))
    finished_at = DateTimeColumn(verbose_name=_("Finished"), format="Y-m-d H:i", default="")
    unit = Column(_("Unit"), accessor="unit__code", default="")
    company = Column(pgettext_lazy("repair", "Customer"))
    content = Column(_("Service"), orderable=False)
    amount = MoneyColumn(verbose_name=_("Amount (yuan)"), orderable=False, default="")
    visited_at = DateTimeColumn(verbose_name=_("Called back"), format="m-d H:i", default="", orderable=False)
    is_satisfied = Column(_("Satisfied"), orderable=False, default="")
    remark = Column(_("What the customer said"), orderable=False, default="")
    received_at = DateTimeColumn(verbose_name=_("Reported on"), format="Y-m-d H:i")

    class Meta(lists.Table.Meta):
        model = WorkOrder
        fields = (
            "number", "state", "finished_at", "unit", "company", "content", "amount", "visited_at", "is_satisfied", "remark",
            "received_at",
        )  # fmt: skip

    def render_content(self, value: str) -> str:
        return shortened(value)

    def value_content(self, value: str) -> str:
        return value

    def render_remark(self, value: str) -> str:
        return shortened(value)

    def value_remark(self, value: str) -> str:
        return value

    def render_is_satisfied(self, value: bool) -> Any:
        return chip(_("Satisfied"), "S") if value else chip(_("Not satisfied"), "D")

    def value_is_satisfied(self, value: bool) -> str:
        return str(_("yes") if value else _("no"))


class WorkOrderTable(lists.Table):
    """The Repair Request Register (manual 3.4.4-1.F1)."""

    number = Column(_("Number"), linkify=to("repairs:work_order_detail"))
    state = StateColumn(verbose_name=_("Status"))
    received_at = DateTimeColumn(verbose_name=_("Reported on"), format="Y-m-d H:i")
    unit = Column(_("Unit"), accessor="unit__code", default="")
    company = Column(pgettext_lazy("repair", "Customer"))
    name = Column(_("Who reported it"))
    phone = Column(_("Phone"), orderable=False)
    category = Column(_("Category"), orderable=False)
    content = Column(_("Fault"), orderable=False)
    urgency = Column(_("Urgency"), orderable=False)
    appointment_at = DateTimeColumn(verbose_name=_("Appointment"), format="m-d H:i", default="")
    assignee = Column(_("Technician"), accessor="assignee__name", default="")
    due_at = DateTimeColumn(verbose_name=_("Time limit"), format="m-d H:i", default="")

    class Meta(lists.Table.Meta):
        model = WorkOrder
        fields = (
            "number", "state", "received_at", "unit", "company", "name", "phone", "category", "content", "urgency", "appointment_at",
            "assignee", "due_at",
        )  # fmt: skip

    def render_content(self, value: str) -> str:
        return shortened(value)

    def value_content(self, value: str) -> str:
        return value
