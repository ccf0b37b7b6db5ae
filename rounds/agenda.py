"""Whose turn it is to walk, and when: the rounds of one person today."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, When
from django.utils import timezone

from rounds import access
from rounds.models import PlanPlace, Round, RoundQuerySet, RoundStop

MOST = 100
MISSED_FOR = dt.timedelta(hours=24)


@dataclass(frozen=True)
class Agenda:
    """`now`: begun, or due; `later`: due later today; `late`: the window is over, or missed and nobody has said why."""

    now: list[Round]
    later: list[Round]
    late: list[Round]

    @property
    def count(self) -> int:
        """What should be walked by now."""
        return len(self.now) + len(self.late)

    @property
    def first(self) -> Round | None:
        """The one to walk next."""
        return next(iter([*self.now, *self.late, *self.later]), None)

    @property
    def lines(self) -> list[Round]:
        return [*self.now, *self.late, *self.later]


def of(user: Any, at: dt.datetime) -> Agenda:
    """The agenda of a person; one query beyond their posts."""
    rows = list(_today(user, at)[:MOST])
    late = [row for row in rows if row.state == Round.State.MISSED or (row.state == Round.State.NOT_STARTED and row.due_until <= at)]
    later = [row for row in rows if row.state == Round.State.NOT_STARTED and row.due_from > at]
    now = [row for row in rows if row not in late and row not in later]
    # What somebody has begun comes first, then what is over soonest.
    return Agenda(sorted(now, key=lambda row: (row.started_at is None, row.due_until)), later, late)


def _today(user: Any, at: dt.datetime) -> RoundQuerySet:
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
    is_open = Q(state__in=[Round.State.NOT_STARTED, Round.State.IN_PROGRESS], due_from__lt=midnight)
    unexplained = Q(state=Round.State.MISSED, missed_at__gte=at - MISSED_FOR, explained_at=None)
    counted = {"stop_count": Count("stops"), "done_count": Count("stops", filter=Q(stops__captured_at__isnull=False))}
    return access.to_walk(user).filter(is_open | unexplained).annotate(**counted).order_by("due_from", "pk")


@dataclass(frozen=True)
class Here:
    """A stop of an open round: the round and the position on its route."""

    round_id: int
    position: int


def stop_at(place: Any, user: Any, at: dt.datetime) -> Here | None:
    """Where a scanned label belongs: the stop of the round this person is on, else of one that is due now."""
    open_rounds = access.to_walk(user).due(at)
    begun = RoundStop.objects.filter(round__in=open_rounds.filter(state=Round.State.IN_PROGRESS), place=place)
    mine_first = Case(When(round__done_by=user.pk, then=0), default=1, output_field=IntegerField())
    undone_first = Case(When(captured_at=None, then=0), default=1, output_field=IntegerField())
    stop = begun.order_by(mine_first, undone_first, "round__due_until", "position").first()
    if stop is not None:
        return Here(stop.round_id, stop.position)
    waiting = open_rounds.filter(state=Round.State.NOT_STARTED, plan__route__place=place).order_by("due_until").first()
    return Here(waiting.pk, _position_of(place, waiting)) if waiting and waiting.plan else None


def _position_of(place: Any, round: Round) -> int:
    """The stops of a round not begun are numbered along its plan's route."""
    route = PlanPlace.objects.filter(plan=round.plan_id).order_by("position").values_list("place", flat=True)
    return list(route).index(place.pk) + 1
