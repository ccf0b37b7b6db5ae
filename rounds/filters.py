"""Filters of the lists of rounds."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, ChoiceFilter, DateFromToRangeFilter, ModelChoiceFilter, MultipleChoiceFilter

from core import lists
from rounds import access, kinds
from rounds.models import Checklist, Plan, Round, RoundStop
from staff.models import Department, Territory, User


def buildings(request: Any) -> QuerySet[Territory]:
    return access.seen_buildings(request.user)


def departments(request: Any) -> QuerySet[Department]:
    return access.seen_departments(request.user)


def people(request: Any) -> QuerySet[User]:
    return access.walkers(request.user)


def kind_choices() -> list[tuple[str, Any]]:
    return [(kind.slug, kind.label) for kind in kinds.all_kinds()]


class RoundFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("Status"), choices=Round.State.choices)
    when = ChoiceFilter(
        label=_("When"),
        choices=[("now", _("to walk now")), ("today", _("today")), ("coming", _("still to come")), ("past", _("over"))],
        method="by_time",
    )
    due_from = DateFromToRangeFilter(label=_("Due"))
    kind = ChoiceFilter(label=_("Kind"), choices=kind_choices)
    department = ModelChoiceFilter(label=_("Department"), queryset=departments)
    who = ModelChoiceFilter(label=_("Person"), queryset=people, method="by_person")
    building = ModelChoiceFilter(label=_("Building"), queryset=buildings)
    findings = BooleanFilter(label=_("With findings"), method="with_findings")
    doubtful = BooleanFilter(label=_("Doubtful"), method="with_doubts")

    class Meta:
        model = Round
        fields = ("state", "when", "due_from", "kind", "department", "who", "building", "findings", "doubtful")

    def by_time(self, rows: Any, name: str, value: str) -> QuerySet[Round]:
        now = timezone.now()
        spans = {
            "now": lambda: rows.due(now),
            "today": lambda: rows.filter(due_from__date=timezone.localdate(now)),
            "coming": lambda: rows.filter(due_from__gt=now),
            "past": lambda: rows.filter(due_from__lte=now),
        }
        return spans[value]()  # type: ignore[no-any-return, no-untyped-call]

    def by_person(self, rows: QuerySet[Round], name: str, value: User) -> QuerySet[Round]:
        return rows.filter(Q(done_by=value) | Q(person=value))

    def with_findings(self, rows: QuerySet[Round], name: str, value: bool) -> QuerySet[Round]:
        found = Q(pk__in=RoundStop.objects.filter(answers__result="FAIL").values("round"))
        return rows.filter(found if value else ~found)

    def with_doubts(self, rows: QuerySet[Round], name: str, value: bool) -> QuerySet[Round]:
        found = Q(pk__in=RoundStop.objects.exclude(doubts=[]).values("round"))
        return rows.filter(found if value else ~found)


class MissedFilter(lists.FilterSet):
    stage = ChoiceFilter(
        label=_("Reason"),
        choices=[("asked", _("still to be given")), ("given", _("given, not seen")), ("seen", _("seen by a leader"))],
        method="by_stage",
    )
    due_from = DateFromToRangeFilter(label=_("Due"))
    department = ModelChoiceFilter(label=_("Department"), queryset=departments)
    building = ModelChoiceFilter(label=_("Building"), queryset=buildings)

    class Meta:
        model = Round
        fields = ("stage", "due_from", "department", "building")

    def by_stage(self, rows: QuerySet[Round], name: str, value: str) -> QuerySet[Round]:
        stages = {
            "asked": Q(explained_at=None, state="MISSED"),
            "given": Q(explained_at__isnull=False, seen_at=None),
            "seen": Q(seen_at__isnull=False),
        }
        return rows.filter(stages[value])


class PlanFilter(lists.FilterSet):
    is_active = BooleanFilter(label=_("Running"))
    kind = ChoiceFilter(label=_("Kind"), choices=kind_choices)
    department = ModelChoiceFilter(label=_("Department"), queryset=departments)
    building = ModelChoiceFilter(label=_("Building"), queryset=buildings)

    class Meta:
        model = Plan
        fields = ("is_active", "kind", "department", "building")


class ChecklistFilter(lists.FilterSet):
    is_active = BooleanFilter(label=_("In use"))
    department = ModelChoiceFilter(label=_("Department"), queryset=Department.objects.all())

    class Meta:
        model = Checklist
        fields = ("is_active", "department")
