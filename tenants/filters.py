"""Filters of the lists of the tenant file."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, ChoiceFilter, DateFromToRangeFilter, ModelChoiceFilter, MultipleChoiceFilter

from core import lists
from tenants.models import (
    Breach,
    Circular,
    Correspondence,
    CustomerCard,
    Defect,
    DirectoryOrder,
    FileCategory,
    FileItem,
    FilePart,
    FileUse,
    GoodsMove,
    Lease,
    MoveIn,
    Tenant,
)

SOON = dt.timedelta(days=90)
WEEK = dt.timedelta(days=7)


class TenantFilter(lists.FilterSet):
    here = ChoiceFilter(label=_("Here"), choices=[("now", _("Here now")), ("left", _("Left"))], method="by_stay")
    company_kind = MultipleChoiceFilter(label=_("Kind of company"), choices=Tenant.CompanyKind.choices)
    is_vip = BooleanFilter(label=_("VIP"))
    file = ChoiceFilter(
        label=_("File"),
        choices=[("incomplete", _("Incomplete")), ("overdue", _("Overdue")), ("complete", _("Complete"))],
        method="by_file",
    )
    lease = ChoiceFilter(label=_("Lease"), choices=[("ending", _("Ends within 90 days")), ("none", _("None in force"))], method="by_lease")

    class Meta:
        model = Tenant
        fields = ["here", "company_kind", "is_vip", "file", "lease"]

    def by_stay(self, rows: QuerySet[Tenant], name: str, value: str) -> QuerySet[Tenant]:
        return rows.filter(left_on=None) if value == "now" else rows.exclude(left_on=None)

    def by_file(self, rows: QuerySet[Tenant], name: str, value: str) -> QuerySet[Tenant]:
        parts = FilePart.objects.incomplete()
        if value == "overdue":
            return rows.filter(pk__in=parts.overdue(timezone.localdate()).values("tenant"))
        return rows.filter(pk__in=parts.values("tenant")) if value == "incomplete" else rows.exclude(pk__in=parts.values("tenant"))

    def by_lease(self, rows: QuerySet[Tenant], name: str, value: str) -> QuerySet[Tenant]:
        today = timezone.localdate()
        running = Lease.objects.in_force(today)
        if value == "none":
            return rows.exclude(pk__in=running.values("tenant"))
        return rows.filter(pk__in=running.filter(ends_on__lte=today + SOON).values("tenant"))


class LeaseFilter(lists.FilterSet):
    when = ChoiceFilter(
        label=_("When"),
        choices=[("now", _("In force")), ("ending", _("Ends within 90 days")), ("ahead", _("To come")), ("over", _("Over"))],
        method="at_time",
    )
    starts_on = DateFromToRangeFilter(label=_("Starts on"))

    class Meta:
        model = Lease
        fields = ["when", "starts_on"]

    def at_time(self, rows: QuerySet[Lease], name: str, value: str) -> QuerySet[Lease]:
        today = timezone.localdate()
        running = Lease.objects.in_force(today)
        if value == "over":
            return rows.filter(ends_on__lt=today)
        if value == "ahead":
            return rows.filter(starts_on__gt=today, void_reason="")
        return rows.filter(pk__in=running if value == "now" else running.filter(ends_on__lte=today + SOON))


class FilePartFilter(lists.FilterSet):
    due = ChoiceFilter(label=_("Due"), choices=[("overdue", _("Overdue")), ("soon", _("Due soon"))], method="by_due")
    category = ModelChoiceFilter(label=_("Part"), queryset=FileCategory.objects.all())

    class Meta:
        model = FilePart
        fields = ["due", "category"]

    def by_due(self, rows: QuerySet[FilePart], name: str, value: str) -> QuerySet[FilePart]:
        today = timezone.localdate()
        if value == "overdue":
            return rows.filter(due_on__lt=today)
        return rows.filter(due_on__gte=today, due_on__lte=today + WEEK)


class FileItemFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("State"), choices=FileItem.State.choices)
    category = ModelChoiceFilter(label=_("Part"), field_name="part__category", queryset=FileCategory.objects.all())
    lent = BooleanFilter(label=_("Lent out"), method="by_loan")

    class Meta:
        model = FileItem
        fields = ["state", "category", "lent"]

    def by_loan(self, rows: QuerySet[FileItem], name: str, value: bool) -> QuerySet[FileItem]:
        out = FileUse.objects.filter(kind=FileUse.Kind.LENT, returned_at=None).values("item")
        return rows.filter(pk__in=out) if value else rows.exclude(pk__in=out)


class CorrespondenceFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("State"), choices=Correspondence.State.choices)
    direction = ChoiceFilter(label=_("Direction"), choices=Correspondence.Direction.choices)
    kind = MultipleChoiceFilter(label=_("Kind"), choices=Correspondence.Kind.choices)
    due = ChoiceFilter(label=_("Reply"), choices=[("overdue", _("Answer overdue")), ("open", _("Answer open"))], method="by_due")
    dated_on = DateFromToRangeFilter(label=_("Dated"))

    class Meta:
        model = Correspondence
        fields = ["state", "direction", "kind", "due", "dated_on"]

    def by_due(self, rows: QuerySet[Correspondence], name: str, value: str) -> QuerySet[Correspondence]:
        waiting = rows.filter(direction="IN", answered_at=None, reply_due_on__isnull=False).exclude(state="CLOSED")
        return waiting.filter(reply_due_on__lt=timezone.localdate()) if value == "overdue" else waiting


class CircularFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("State"), choices=Circular.State.choices)
    kind = MultipleChoiceFilter(label=_("Subject matter"), choices=Circular.Kind.choices)

    class Meta:
        model = Circular
        fields = ["state", "kind"]


class BreachFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("State"), choices=Breach.State.choices)
    kind = MultipleChoiceFilter(label=_("Kind"), choices=Breach.Kind.choices)
    happened_at = DateFromToRangeFilter(label=_("When"))

    class Meta:
        model = Breach
        fields = ["state", "kind", "happened_at"]


class DirectoryOrderFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("State"), choices=DirectoryOrder.State.choices)
    kind = MultipleChoiceFilter(label=_("Kind"), choices=DirectoryOrder.Kind.choices)
    due_on = DateFromToRangeFilter(label=_("Due"))

    class Meta:
        model = DirectoryOrder
        fields = ["state", "kind", "due_on"]


class CardFilter(lists.FilterSet):
    out = BooleanFilter(label=_("Out"), field_name="loan__returned_at", lookup_expr="isnull")

    class Meta:
        model = CustomerCard
        fields = ["out"]


class GoodsMoveFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("State"), choices=GoodsMove.State.choices)
    direction = ChoiceFilter(label=_("Direction"), choices=GoodsMove.Direction.choices)
    starts_at = DateFromToRangeFilter(label=_("When"))

    class Meta:
        model = GoodsMove
        fields = ["state", "direction", "starts_at"]


class MoveInFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("State"), choices=MoveIn.State.choices)
    under_way = BooleanFilter(label=_("Under way"), method="filter_under_way")
    takeover_at = DateFromToRangeFilter(label=_("Takeover time"))

    class Meta:
        model = MoveIn
        fields = ["state", "takeover_at"]

    def filter_under_way(self, rows: Any, name: str, value: bool) -> Any:
        ended = [MoveIn.State.MOVED_IN, MoveIn.State.CANCELLED]
        return rows.exclude(state__in=ended) if value else rows.filter(state__in=ended)


class DefectFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("State"), choices=Defect.State.choices)
    due_on = DateFromToRangeFilter(label=_("Due"))

    class Meta:
        model = Defect
        fields = ["state", "due_on"]
