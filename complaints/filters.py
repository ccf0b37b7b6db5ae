"""Filters of the register and the lists beside it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, ChoiceFilter, DateFromToRangeFilter, ModelChoiceFilter, MultipleChoiceFilter

from complaints import access
from complaints.models import OPEN_STATES, Compensation, Complaint, ComplaintCause, ComplaintKind, Measure
from core import lists
from premises import access as premises
from premises.models import Floor
from staff.models import Department


def floors(request: Any) -> QuerySet[Floor]:
    return premises.floors(request.user).select_related(None)


class ComplaintFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("Status"), choices=Complaint.State.choices)
    due = ChoiceFilter(
        label=_("Time limit"),
        choices=[("open", _("Under way")), ("overdue", _("Overdue")), ("today", _("Due today"))],
        method="by_due",
    )
    kind = ModelChoiceFilter(label=_("Kind"), queryset=ComplaintKind.objects.all(), method="by_kind")
    department = ModelChoiceFilter(label=_("Department"), queryset=Department.objects.all())
    cause = ModelChoiceFilter(label=_("Cause"), queryset=ComplaintCause.objects.all())
    floor = ModelChoiceFilter(label=_("Floor"), queryset=floors, field_name="unit__floor")
    received_at = DateFromToRangeFilter(label=_("Complained on"))
    mark = ChoiceFilter(
        label=_("Mark"),
        choices=[
            ("serious", _("Serious")),
            ("special", _("Special case")),
            ("misconduct", _("Misconduct of a person")),
            ("malicious", _("Malicious")),
            ("again", _("Reopened")),
            ("spot", _("Explained on the spot")),
        ],
        method="by_mark",
    )

    class Meta:
        model = Complaint
        fields = ("state", "due", "kind", "department", "cause", "floor", "received_at", "mark")

    def by_due(self, rows: QuerySet[Complaint], name: str, value: str) -> QuerySet[Complaint]:
        now = timezone.now()
        going_on = rows.filter(state__in=OPEN_STATES)
        if value == "overdue":
            return going_on.filter(due_at__lt=now)
        return going_on.filter(due_at__date=timezone.localdate(now)) if value == "today" else going_on

    def by_kind(self, rows: QuerySet[Complaint], name: str, value: ComplaintKind) -> QuerySet[Complaint]:
        return rows.filter(Q(kind=value) | Q(kind__parent=value))

    def by_mark(self, rows: QuerySet[Complaint], name: str, value: str) -> QuerySet[Complaint]:
        return {
            "serious": rows.filter(is_serious=True),
            "special": rows.exclude(special_reason=""),
            "misconduct": rows.filter(is_misconduct=True),
            "malicious": rows.exclude(malicious_reason=""),
            "again": rows.filter(round__gt=1),
        }.get(value, rows.filter(on_the_spot=True))


class MeasureFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("Status"), choices=Measure.State.choices)
    way = MultipleChoiceFilter(label=_("Way"), choices=Measure.Way.choices)
    cause = ModelChoiceFilter(label=_("Cause"), queryset=ComplaintCause.objects.all())
    late = BooleanFilter(label=_("Overdue"), method="by_late")
    prevention = BooleanFilter(label=_("Prevention"), field_name="complaint", lookup_expr="isnull")

    class Meta:
        model = Measure
        fields = ("state", "way", "cause", "late", "prevention")

    def by_late(self, rows: QuerySet[Measure], name: str, value: bool) -> QuerySet[Measure]:
        late = access.late_measures(timezone.localdate())
        return rows.filter(pk__in=late) if value else rows.exclude(pk__in=late)


class CompensationFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("Status"), choices=Compensation.State.choices)
    kind = MultipleChoiceFilter(label=_("Kind"), choices=Compensation.Kind.choices)

    class Meta:
        model = Compensation
        fields = ("state", "kind")
