"""Makes the rounds of plans ahead of time, from each plan's high-water mark under its lock: any number of workers, any time.

`unique (plan, due_from)` is the judge; the mark only saves work. Rounds that fell due during an outage are made too, and
are then found missed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q

from core import clock
from core.models import CalendarDay
from rounds.models import Plan, PlanMark, PlanRule, Round
from rounds.recurrence import DAY, ZONE, Due, occurrences

PLANS_AT_ONCE = 50
ROWS_AT_ONCE = 5000
INSERT = """
    INSERT INTO rounds_round (
        created_at, number, version, plan_id, kind, name, building_id, checklist_id, department_id, rank, person_id,
        due_from, due_until, state, gap_reason, missed_reason
    )
    SELECT %s, 'XC-' || plan.id || '-' || to_char(due.begins AT TIME ZONE 'Asia/Shanghai', 'YYMMDDHH24MI'), 1,
        plan.id, plan.kind, plan.name, plan.building_id, plan.checklist_id, plan.department_id, plan.rank, plan.person_id,
        due.begins, due.ends, 'NOT_STARTED', '', ''
    FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS due (plan_id, begins, ends)
    JOIN rounds_plan AS plan ON plan.id = due.plan_id
    ON CONFLICT DO NOTHING
"""


def horizon(at: dt.datetime) -> dt.date:
    """The last day for which rounds are made at this moment."""
    return at.astimezone(ZONE).date() + DAY * settings.ROUNDS_AHEAD_DAYS


def generate(plans: Plan | Iterable[Plan], *, at: dt.datetime, until: dt.date | None = None, wait: bool = True) -> int:
    """Makes the rounds of plans that fall due until a day, that one included; returns how many were new.

    With `wait=False`, plans that somebody else is at are left to them.
    """
    given = [plans] if isinstance(plans, Plan) else plans
    ids = sorted({plan.pk for plan in given})
    return sum(_batch(ids[start : start + PLANS_AT_ONCE], until or horizon(at), at, wait) for start in range(0, len(ids), PLANS_AT_ONCE))


def generate_due(at: dt.datetime, *, until: dt.date | None = None, wait: bool = False) -> int:
    """Makes what is missing of all running plans."""
    last = until or horizon(at)
    return generate(behind(last).only("pk"), at=at, until=last, wait=wait)


def behind(until: dt.date) -> Any:
    """The running plans whose rounds are not all made until a day."""
    not_over = Q(ends_on=None) | Q(ends_on__gt=F("mark__until"))
    return Plan.objects.running().filter(not_over, mark__until__lt=until, starts_on__lte=until)


def _batch(ids: list[int], until: dt.date, at: dt.datetime, wait: bool) -> int:
    """One transaction: lock, make, move the marks."""
    with transaction.atomic():
        rows = Plan.objects.running().filter(pk__in=ids).select_for_update(of=("self",), skip_locked=not wait).order_by("pk")
        plans = list(rows.prefetch_related("rules", "pauses"))
        # Read after the lock: what a join brings along is as old as the statement.
        marks = {mark.plan_id: mark for mark in PlanMark.objects.filter(plan__in=plans)}
        reached = {plan.pk: min(until, plan.ends_on or until) for plan in plans}
        due = ((plan.pk, *each) for plan in plans for each in _missing(plan, marks[plan.pk], reached[plan.pk]))
        made = _insert(due, at)
        _move(marks.values(), reached)
    return made


def _missing(plan: Plan, mark: PlanMark, last: dt.date) -> Iterator[Due]:
    return (each for each in due_between(plan, mark.until + DAY, last) if each[1] > mark.since)


def _move(marks: Iterable[PlanMark], reached: dict[int, dt.date]) -> None:
    ahead: dict[dt.date, list[int]] = {}
    for mark in marks:
        if mark.until < reached[mark.plan_id]:
            ahead.setdefault(reached[mark.plan_id], []).append(mark.plan_id)
    for day, ids in ahead.items():
        PlanMark.objects.filter(plan__in=ids).update(until=day)


def due_between(plan: Plan, first: dt.date, last: dt.date) -> Iterator[Due]:
    """Every time a plan asks for a round from a day to another: its rules in turn, without its pauses."""
    first = max(first, plan.starts_on)
    last = min(last, plan.ends_on or last)
    rules = sorted(plan.rules.all(), key=lambda rule: rule.starts_on)
    pauses = list(plan.pauses.all())
    for rule, begin, end in _spans(rules, first, last):
        for due in occurrences(rule.rule, begin, end, clock.is_working_day):
            if not _is_paused(pauses, due[0].date()):
                yield due


def _spans(rules: list[PlanRule], first: dt.date, last: dt.date) -> Iterator[tuple[PlanRule, dt.date, dt.date]]:
    """(rule, from, to) of each rule's part of the days."""
    for number, rule in enumerate(rules):
        begin = max(first, rule.starts_on)
        end = min(last, rules[number + 1].starts_on - DAY) if number + 1 < len(rules) else last
        if begin <= end:
            yield rule, begin, end


def _is_paused(pauses: list[Any], day: dt.date) -> bool:
    return any(pause.from_on <= day and (pause.until_on is None or day <= pause.until_on) for pause in pauses)


def _insert(due: Iterable[tuple[int, dt.datetime, dt.datetime]], at: dt.datetime) -> int:
    """Writes rounds in portions; those that are there already stay. Returns how many were new."""
    made, rows = 0, list(due)
    with connection.cursor() as cursor:
        for start in range(0, len(rows), ROWS_AT_ONCE):
            plans, begins, ends = zip(*rows[start : start + ROWS_AT_ONCE], strict=True)
            cursor.execute(INSERT, [at, list(plans), list(begins), list(ends)])
            made += cursor.rowcount
    return made


def remake(plan: Plan, first: dt.date, *, at: dt.datetime) -> int:
    """Has the rounds not started, from a day on, fit what the locked plan says now; returns how many were new.

    Rounds whose window is over stay as they are. Those that still fit stay the same rows.
    """
    begin = dt.datetime.combine(first, dt.time.min, ZONE)
    until = PlanMark.objects.get(pk=plan.pk).until
    # `prefetch_related` may hold what the plan said before.
    fresh = Plan.objects.get(pk=plan.pk)
    wanted = dict(due for due in due_between(fresh, first, until) if due[1] > at) if fresh.is_active else {}
    rows = Round.objects.filter(plan=plan, state=Round.State.NOT_STARTED, due_from__gte=begin, due_until__gt=at)
    stays = rows.filter(due_from__in=list(wanted))
    rows.exclude(due_from__in=list(wanted)).exclude(pk__in=_moved_and_kept(fresh, rows)).delete()
    _rewrite(stays, fresh, wanted)
    return _insert(((plan.pk, *due) for due in wanted.items()), at)


def _moved_and_kept(plan: Plan, rows: Any) -> list[int]:
    """Rounds that somebody moved keep their time, as long as the plan yields rounds on that day at all."""
    pauses, last = list(plan.pauses.all()), plan.ends_on or dt.date.max
    moved = [(round.pk, round.due_from.astimezone(ZONE).date()) for round in rows.exclude(moved_from=None)]
    return [pk for pk, day in moved if plan.is_active and day <= last and not _is_paused(pauses, day)]


def _rewrite(rounds: Any, plan: Plan, wanted: dict[dt.datetime, dt.datetime]) -> None:
    """What the plan says of its rounds, written into those that stay."""
    said = {name: getattr(plan, name) for name in ("name", "checklist", "department", "rank", "person")}
    rounds.update(**said)
    for round in rounds:
        if round.due_until != wanted[round.due_from]:
            round.due_until = wanted[round.due_from]
            round.save(update_fields=["due_until"])


def made_until(plan: Plan) -> dt.date:
    """The last day for which the plan's rounds were made."""
    return PlanMark.objects.get(pk=plan.pk).until


def calendar_print() -> str:
    """A print of the calendar of working days: another after any change of it."""
    rows = CalendarDay.objects.order_by("day").values_list("day", "is_working")
    return hashlib.md5(repr(list(rows)).encode(), usedforsecurity=False).hexdigest()


def follow_calendar(at: dt.datetime) -> int:
    """Has the rounds of plans that know days off follow a changed calendar; returns how many plans did."""
    now = calendar_print()
    with_days_off = PlanRule.objects.filter(working_days_only=True).values("plan")
    behind_it = Plan.objects.running().filter(pk__in=with_days_off).exclude(mark__calendar=now)
    ids = list(behind_it.order_by("pk").values_list("pk", flat=True))
    if ids:
        clock.forget()
    for pk in ids:
        with transaction.atomic():
            plan = Plan.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
            if plan:
                remake(plan, at.astimezone(ZONE).date(), at=at)
                PlanMark.objects.filter(pk=pk).update(calendar=now)
    return len(ids)
