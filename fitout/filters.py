"""Filters of the lists of fit-outs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import ChoiceFilter, DateFromToRangeFilter, ModelChoiceFilter, MultipleChoiceFilter

from core import lists
from fitout import access
from fitout.models import (
    BEFORE_SITE,
    ENDED,
    ConcealedItem,
    ConcealedWorks,
    Contractor,
    Discipline,
    Drawing,
    DrawingVersion,
    Fitout,
    Permit,
    QualificationGrade,
    Standing,
)

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
