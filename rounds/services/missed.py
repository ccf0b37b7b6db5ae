"""Rounds that nobody started in time: marked once, and told up the ladder, once a rung by constraint."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_noop

from core import notices
from core.database import lock
from core.flow import Refused
from core.models import Notice
from rounds.flow import ROUND_FLOW
from rounds.models import Audience, MissedNotice, MissedStep, Round
from staff import access as staff
from staff.models import Rank

MISSED = gettext_noop("%(name)s was missed: it was due until %(due)s.")
AT_ONCE = 500
OWN_LEADERS = (Rank.SUPERVISOR, Rank.LEADER)


def mark_missed(at: dt.datetime, limit: int = AT_ONCE) -> int:
    """Marks the rounds whose window is over and that nobody started; returns how many this call marked."""
    marked = 0
    for round in Round.objects.overdue(at).order_by("due_until")[:limit]:
        marked += _taken(round, "miss", at)
    return marked


def close_unfinished(at: dt.datetime, limit: int = AT_ONCE) -> int:
    """Closes rounds that were begun and never finished, some hours after they were due; entries still arriving are taken in."""
    due_before = at - dt.timedelta(hours=settings.ROUNDS_CLOSE_AFTER_HOURS)
    begun = Round.objects.filter(state=Round.State.IN_PROGRESS, due_until__lt=due_before, started_at__lt=due_before)
    return sum(_taken(round, "close", at) for round in begun.order_by("due_until")[:limit])


def _taken(round: Round, step: str, at: dt.datetime) -> bool:
    """False when somebody was quicker."""
    try:
        ROUND_FLOW.take(round, step, by=None, at=at)
    except Refused:
        return False
    return True


def untold(at: dt.datetime, limit: int = AT_ONCE) -> list[tuple[int, int]]:
    """(round, rung) of everything somebody must hear of and has not."""
    found: list[tuple[int, int]] = []
    for step in MissedStep.objects.filter(is_active=True):
        rows = _concerned(step, at)
        told = MissedNotice.objects.filter(round=OuterRef("pk"), step=step)
        keys = rows.filter(~Exists(told)).order_by("missed_at").values_list("pk", flat=True)[:limit]
        found += [(pk, step.pk) for pk in keys]
    return found


def _concerned(step: MissedStep, at: dt.datetime) -> Any:
    """Missed rounds that stand on a rung: none whose reason a leader has seen, nor any from before the rung was there."""
    late = at - dt.timedelta(minutes=step.minutes_after)
    rows = Round.objects.filter(state=Round.State.MISSED, seen_at=None, missed_at__lte=late)
    return rows.filter(kind=step.kind) if step.kind else rows


def tell(round: Round, step: MissedStep, *, at: dt.datetime) -> MissedNotice | None:
    """Tells one rung of one round; None when it no longer holds or was told."""
    with transaction.atomic():
        [fresh] = lock(round)
        if not _concerned(step, at).filter(pk=fresh.pk).exists():
            return None
        people = list(audience(fresh, step.audience))
        names = "、".join(str(person) for person in people)[:200] or str(step.get_audience_display())
        row, is_new = MissedNotice.objects.get_or_create(round=fresh, step=step, defaults={"told_at": at, "told": names})
        if not is_new:
            return None
        due = f"{timezone.localtime(fresh.due_until):%Y-%m-%d %H:%M}"
        values = {"name": fresh.name, "due": due}
        notices.tell(people, MISSED, topic="overdue.round", record=fresh, values=values, weight=Notice.Weight.URGENT)
        return row


def audience(round: Round, who: str) -> Any:
    """The people on a rung. Where a department has no leader in the building, its head hears first."""
    code = round.department.code
    if who == Audience.LEADERS:
        leaders = staff.members(code, round.building_id, OWN_LEADERS)
        return leaders if leaders.exists() else staff.members(code, round.building_id, staff.HEADS)
    if who == Audience.HEAD:
        return staff.members(code, round.building_id, staff.HEADS)
    return staff.holders(staff.PROPERTY_MANAGER, round)
