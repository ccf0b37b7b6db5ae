"""Filters of the lists of fit-outs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import BooleanFilter, ChoiceFilter, DateFromToRangeFilter, ModelChoiceFilter, MultipleChoiceFilter

from core import lists
from fitout import access
from fitout.models import (
    BEFORE_SITE,
    ENDED,
    Breach,
    BreachKind,
    ConcealedItem,
    ConcealedWorks,
    Contractor,
    Discipline,
    Drawing,
    DrawingVersion,
    Fitout,
    Penalty,
    Permit,
    QualificationGrade,
    SiteCheck,
    Standing,
    Stoppage,
)
from rounds.models import Round
from staff.models import Department

STAGES = [
    ("open", _("Under way")),
    ("before", _("Before the works")),
    ("site", _("On site")),
    ("overdue", _("Overdue")),
    ("ended", pgettext_lazy("fit-out", "Ended")),
]


class FitoutFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("Status"), choices=Fitout.State.choices)
    stage = ChoiceFilter(label=_("Stage"), choices=STAGES, method="by_stage")
    starts_on = DateFromToRangeFilter(label=_("Planned start"))
    ends_on = DateFromToRangeFilter(label=_("Planned end"))

    class Meta:
        model = Fitout
        fields = ("state", "stage", "starts_on", "ends_on")

    def by_stage(self, rows: Any, name: str, value: str) -> QuerySet[Fitout]:
        found: dict[str, Any] = {
            "open": rows.going_on,
            "before": lambda: rows.filter(state__in=BEFORE_SITE),
            "site": rows.on_site,
            "overdue": lambda: rows.overdue(timezone.now()),
            "ended": lambda: rows.filter(state__in=ENDED),
        }
        return found[value]()  # type: ignore[no-any-return]


class ContractorFilter(lists.FilterSet):
    standing = ChoiceFilter(label=_("Standing"), choices=Standing.choices, method="by_standing")
    grade = ModelChoiceFilter(label=_("Qualification grade"), queryset=QualificationGrade.objects.all())

    class Meta:
        model = Contractor
        fields = ("standing", "grade")

    def by_standing(self, rows: Any, name: str, value: str) -> QuerySet[Contractor]:
        return rows.in_standing(value, timezone.localdate(), access.soon(self.request.user))  # type: ignore[no-any-return]


class DrawingFilter(lists.FilterSet):
    verdict = ChoiceFilter(
        label=_("Verdict"), choices=[("WAITING", _("Under review")), *DrawingVersion.Verdict.choices], method="by_verdict"
    )
    discipline = ModelChoiceFilter(label=_("Discipline"), queryset=Discipline.objects.all())

    class Meta:
        model = Drawing
        fields = ("verdict", "discipline")

    def by_verdict(self, rows: QuerySet[Drawing], name: str, value: str) -> QuerySet[Drawing]:
        return rows.filter(newest_verdict="" if value == "WAITING" else value)


class PermitFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("Status"), choices=Permit.State.choices)
    ends = ChoiceFilter(label=_("Runs out"), choices=[("soon", _("within 7 days")), ("over", _("already"))], method="by_end")

    class Meta:
        model = Permit
        fields = ("state", "ends")

    def by_end(self, rows: QuerySet[Permit], name: str, value: str) -> QuerySet[Permit]:
        today = timezone.localdate()
        if value == "over":
            return rows.filter(valid_until__lt=today)
        return rows.filter(state=Permit.State.VALID, valid_until__range=(today, today + dt.timedelta(days=7)))


class ConcealedFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("Status"), choices=ConcealedWorks.State.choices)
    item = ModelChoiceFilter(label=_("Kind of works"), queryset=ConcealedItem.objects.all())
    agreed_at = DateFromToRangeFilter(label=_("Agreed time"))

    class Meta:
        model = ConcealedWorks
        fields = ("state", "item", "agreed_at")


def fitouts(request: Any) -> QuerySet[Fitout]:
    return access.fitouts(request.user)


def contractors(request: Any) -> QuerySet[Contractor]:
    return access.contractors(request.user)


def departments(request: Any) -> QuerySet[Department]:
    return Department.objects.filter(code__in=access.SITE)


class SiteCheckFilter(lists.FilterSet):
    fitout = ModelChoiceFilter(label=_("Fit-out"), queryset=fitouts)
    department = ModelChoiceFilter(label=_("Department"), queryset=departments)
    result = MultipleChoiceFilter(
        label=_("Result"), field_name="round__state", choices=[row for row in Round.State.choices if row[0] in ("PASS", "FAIL", "PARTIAL")]
    )
    checked_at = DateFromToRangeFilter(label=pgettext_lazy("fit-out", "Checked"))

    class Meta:
        model = SiteCheck
        fields = ("fitout", "department", "result", "checked_at")


class BreachFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("Status"), choices=Breach.State.choices)
    due = ChoiceFilter(label=_("Time limit"), choices=[("open", _("Under way")), ("overdue", _("Overdue"))], method="by_due")
    kind = ModelChoiceFilter(label=_("Kind of breach"), queryset=BreachKind.objects.all())
    serious = BooleanFilter(label=_("Serious"), field_name="is_serious")
    department = ModelChoiceFilter(label=_("Found by"), queryset=departments)
    contractor = ModelChoiceFilter(label=_("Contractor"), queryset=contractors, field_name="fitout__contractor")
    fitout = ModelChoiceFilter(label=_("Fit-out"), queryset=fitouts)
    found_at = DateFromToRangeFilter(label=pgettext_lazy("breach", "Found"))

    class Meta:
        model = Breach
        fields = ("state", "due", "kind", "serious", "department", "contractor", "fitout", "found_at")

    def by_due(self, rows: Any, name: str, value: str) -> QuerySet[Breach]:
        return rows.overdue(timezone.now()) if value == "overdue" else rows.open()  # type: ignore[no-any-return]


class PenaltyFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("Status"), choices=Penalty.State.choices)
    contractor = ModelChoiceFilter(label=_("Contractor"), queryset=contractors, field_name="breach__fitout__contractor")
    fitout = ModelChoiceFilter(label=_("Fit-out"), queryset=fitouts, field_name="breach__fitout")
    created_at = DateFromToRangeFilter(label=_("Asked for"))

    class Meta:
        model = Penalty
        fields = ("state", "contractor", "fitout", "created_at")


class StoppageFilter(lists.FilterSet):
    going_on = BooleanFilter(label=_("Stopped now"), field_name="resumed_at", lookup_expr="isnull")
    contractor = ModelChoiceFilter(label=_("Contractor"), queryset=contractors, field_name="fitout__contractor")
    fitout = ModelChoiceFilter(label=_("Fit-out"), queryset=fitouts)
    stopped_at = DateFromToRangeFilter(label=_("Stopped"))

    class Meta:
        model = Stoppage
        fields = ("going_on", "contractor", "fitout", "stopped_at")
