"""Filters of the lists of fit-outs."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import BooleanFilter, ChoiceFilter, DateFromToRangeFilter, ModelChoiceFilter, MultipleChoiceFilter

from core import lists
from fitout import access
from fitout.models import Breach, BreachKind, Contractor, Fitout, Penalty, QualificationGrade, SiteCheck, Stoppage
from rounds.models import Round
from staff.models import Department


def fitouts(request: Any) -> QuerySet[Fitout]:
    return access.fitouts(request.user)


def contractors(request: Any) -> QuerySet[Contractor]:
    return access.contractors(request.user)


def departments(request: Any) -> QuerySet[Department]:
    return Department.objects.filter(code__in=access.SITE)


class FitoutFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("Status"), choices=Fitout.State.choices)
    stage = ChoiceFilter(
        label=_("Stage"), choices=[("open", _("Under way")), ("site", _("On site")), ("overdue", _("Overdue"))], method="by_stage"
    )
    starts_on = DateFromToRangeFilter(label=_("Planned start"))

    class Meta:
        model = Fitout
        fields = ("state", "stage", "starts_on")

    def by_stage(self, rows: Any, name: str, value: str) -> QuerySet[Fitout]:
        if value == "overdue":
            return rows.overdue(timezone.now())  # type: ignore[no-any-return]
        return rows.on_site() if value == "site" else rows.going_on()  # type: ignore[no-any-return]


class ContractorFilter(lists.FilterSet):
    grade = ModelChoiceFilter(label=_("Qualification grade"), queryset=QualificationGrade.objects.all())
    barred = BooleanFilter(label=_("Barred"), field_name="barred_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Contractor
        fields = ("grade", "barred")


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
