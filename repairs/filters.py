"""Filters of the register."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, ChoiceFilter, DateFromToRangeFilter, ModelChoiceFilter, MultipleChoiceFilter

from core import lists
from premises import access as premises
from premises.models import Floor
from repairs import access
from repairs.models import RepairCategory, Urgency, WorkOrder
from staff.models import User


def floors(request: Any) -> QuerySet[Floor]:
    return premises.floors(request.user).select_related(None)


def technicians(request: Any) -> QuerySet[User]:
    return access.technicians_in(access.register_places(request.user))


class WorkOrderFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("Status"), choices=WorkOrder.State.choices)
    due = ChoiceFilter(
        label=_("Time limit"),
        choices=[("open", _("Under way")), ("overdue", _("Overdue")), ("today", _("Due today")), ("mine", _("Mine"))],
        method="by_due",
    )
    category = ModelChoiceFilter(label=_("Category"), queryset=RepairCategory.objects.all(), method="by_category")
    urgency = ModelChoiceFilter(label=_("Urgency"), queryset=Urgency.objects.all())
    assignee = ModelChoiceFilter(label=_("Technician"), queryset=technicians)
    floor = ModelChoiceFilter(label=_("Floor"), queryset=floors, field_name="unit__floor")
    received_at = DateFromToRangeFilter(label=_("Reported on"))
    paid = BooleanFilter(label=_("Paid service"), field_name="is_paid")
    public = BooleanFilter(label=_("Public property"), field_name="is_public")

    class Meta:
        model = WorkOrder
        fields = ("state", "due", "category", "urgency", "assignee", "floor", "received_at", "paid", "public")

    def by_due(self, rows: Any, name: str, value: str) -> QuerySet[WorkOrder]:
        now = timezone.now()
        if value == "overdue":
            return rows.overdue(now)  # type: ignore[no-any-return]
        if value == "mine":
            return rows.open().filter(assignee=self.request.user)  # type: ignore[no-any-return]
        going_on = rows.open()
        return going_on.filter(due_at__date=timezone.localdate(now)) if value == "today" else going_on  # type: ignore[no-any-return]

    def by_category(self, rows: QuerySet[WorkOrder], name: str, value: RepairCategory) -> QuerySet[WorkOrder]:
        return rows.filter(Q(category=value) | Q(category__parent=value))


class PaidServiceFilter(WorkOrderFilter):
    """As the register, by when it was finished and by what the customer said."""

    urgency = paid = public = None
    finished_at = DateFromToRangeFilter(label=_("Finished"))
    said = ChoiceFilter(
        label=_("Called back"),
        choices=[("good", _("Satisfied")), ("bad", _("Not satisfied")), ("never", _("not called back yet"))],
        method="by_said",
    )

    class Meta(WorkOrderFilter.Meta):
        fields = ("state", "due", "category", "assignee", "floor", "received_at", "finished_at", "said")  # type: ignore[assignment]

    def by_said(self, rows: QuerySet[WorkOrder], name: str, value: str) -> QuerySet[WorkOrder]:
        return rows.filter(is_satisfied={"good": True, "bad": False}.get(value))
