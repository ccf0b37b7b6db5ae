"""Columns of the Repair Request Register."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_tables2 import Column, DateTimeColumn

from core import lists
from core.columns import StateColumn, to
from repairs.models import WorkOrder


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
        return value if len(value) <= 60 else f"{value[:59]}…"

    def value_content(self, value: str) -> str:
        return value
