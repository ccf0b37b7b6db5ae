"""Columns of the register and the lists beside it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_tables2 import Column, DateColumn, DateTimeColumn

from complaints.models import Compensation, Complaint, Measure
from core import lists
from core.columns import MoneyColumn, StateColumn, to


class ComplaintTable(lists.Table):
    number = Column(_("Number"), linkify=to("complaints:complaint_detail"))
    state = StateColumn(verbose_name=_("Status"))
    received_at = DateTimeColumn(verbose_name=_("Complained on"), format="Y-m-d H:i")
    company = Column(_("Company"))
    unit = Column(_("Unit"), accessor="unit__code", default="")
    name = Column(_("Complainant"))
    kind = Column(_("Kind"), orderable=False)
    content = Column(_("Complaint"), orderable=False)
    department = Column(_("Department"), orderable=False, default="")
    due_at = DateTimeColumn(verbose_name=_("Time limit"), format="m-d H:i", default="")

    class Meta(lists.Table.Meta):
        model = Complaint
        fields = ("number", "state", "received_at", "company", "unit", "name", "kind", "content", "department", "due_at")

    def render_content(self, value: str) -> str:
        return value if len(value) <= 60 else f"{value[:59]}…"

    def value_content(self, value: str) -> str:
        return value


class MeasureTable(lists.Table):
    number = Column(_("Number"), linkify=to("complaints:measure_detail"))
    state = StateColumn(verbose_name=_("Status"))
    way = Column(_("Way"), orderable=False)
    text = Column(_("Measure"), orderable=False)
    cause = Column(_("Cause"), orderable=False, default="")
    complaint = Column(_("Complaint"), accessor="complaint__number", default="")
    owner = Column(_("Owner"), accessor="owner__name")
    due_on = DateColumn(verbose_name=_("Due on"), format="Y-m-d")

    class Meta(lists.Table.Meta):
        model = Measure
        fields = ("number", "state", "way", "text", "cause", "complaint", "owner", "due_on")


class CompensationTable(lists.Table):
    number = Column(_("Number"), linkify=to("complaints:compensation_detail"))
    state = StateColumn(verbose_name=_("Status"))
    complaint = Column(_("Complaint"), accessor="complaint__number")
    company = Column(_("Company"), accessor="complaint__company")
    kind = Column(_("Kind"), orderable=False)
    item = Column(_("What is given"))
    amount = MoneyColumn(_("Worth"))
    created_by = Column(_("Asked by"), accessor="created_by__name")
    approved_by = Column(_("Approved by"), accessor="approved_by__name", default="")

    class Meta(lists.Table.Meta):
        model = Compensation
        fields = ("number", "state", "complaint", "company", "kind", "item", "amount", "created_by", "approved_by")
