"""Filters of the lists of fit-outs."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, ChoiceFilter, DateFromToRangeFilter, ModelChoiceFilter, MultipleChoiceFilter

from core import lists
from fitout.models import Contractor, Fitout, QualificationGrade


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
