"""Plans and their changes: this round, this and later, all; pauses and the end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from core.database import lock
from core.flow import Refused
from rounds.models import Plan, PlanMark, PlanPause, PlanPlace, PlanRule
from rounds.recurrence import DAY, ZONE, Repeats, Rule
from rounds.services import generation

CHANGEABLE = frozenset({"name", "checklist", "department", "rank", "person", "note", "ends_on"})


def make_plan(
    *,
    kind: str,
    name: str,
    building: Any,
    checklist: Any,
    rule: Rule,
    department: Any,
    starts_on: dt.date,
    by: Any,
    at: dt.datetime,
    places: Iterable[Any] = (),
    person: Any = None,
    rank: str = "",
    ends_on: dt.date | None = None,
    note: str = "",
) -> Plan:
    """A plan with its route, and its rounds as far as rounds are made ahead. It is for `person`, else the department (of `rank`).

    Windows that were over at `at` yield nothing. Raises ValidationError for what a plan can't say.
    """
    with transaction.atomic():
        plan = Plan(kind=kind, name=name, checklist=checklist, department=department, rank=rank, person=person)
        plan.building_id, plan.starts_on, plan.ends_on = building.pk, starts_on, ends_on
        plan.note, plan.created_by = note, by
        _check(plan, places := list(places))
        plan.save()
        set_route(plan, places)
        rule_from(plan, starts_on, rule)
        today = at.astimezone(ZONE).date()
        PlanMark.objects.create(plan=plan, until=max(starts_on, today) - DAY, since=at, calendar=generation.calendar_print())
        generation.generate(plan, at=at)
    return plan


def _check(plan: Plan, places: list[Any]) -> None:
    plan.full_clean()
    if any(place.territory_id != plan.building_id for place in places):
        raise ValidationError({"places": _("All places of a route are in the plan's building.")})
    if plan.checklist.building_id not in (None, plan.building_id):
        raise ValidationError({"checklist": _("This checklist is for another building.")})


def set_route(plan: Plan, places: Iterable[Any]) -> None:
    """The stops in order. Rounds take the route as it is when they are started."""
    plan.route.all().delete()
    PlanPlace.objects.bulk_create([PlanPlace(plan=plan, place=place, position=number) for number, place in enumerate(places, 1)])


def rule_from(plan: Plan, day: dt.date, rule: Rule) -> PlanRule:
    """Has the plan follow a rule from a day on; whatever was to come later gives way."""
    check_rule(rule)
    plan.rules.filter(starts_on__gte=day).delete()
    season = [*rule.season[0], *rule.season[1]] if rule.season else []
    return PlanRule.objects.create(
        plan=plan,
        starts_on=day,
        repeats=rule.repeats.value,
        windows=[[f"{window.starts:%H:%M}", window.minutes] for window in sorted(set(rule.windows))],
        anchor=rule.anchor,
        every=rule.every,
        weekdays=list(rule.weekdays),
        month_days=list(rule.month_days),
        times=rule.times,
        season=season,
        working_days_only=rule.working_days_only,
    )


def check_rule(rule: Rule) -> None:
    """Raises ValidationError for a rule that can't be: no window, a day that doesn't exist, two windows that begin together."""
    wrong = None
    if rule.repeats != Repeats.ON_DEMAND and not rule.windows:
        wrong = _("Give at least one time of the day.")
    elif any(not 1 <= window.minutes <= 7 * 24 * 60 for window in rule.windows):
        wrong = _("A round may take between one minute and seven days.")
    elif len({window.starts for window in rule.windows}) < len(rule.windows):
        wrong = _("Two times of the day are the same.")
    elif not 1 <= rule.every <= 366 or not 1 <= rule.times <= 31:
        wrong = _("Every how many days or weeks: 1 to 366. Times a month: 1 to 31.")
    else:
        wrong = _wrong_days(rule)
    if wrong:
        raise ValidationError({"repeats": wrong})


def _wrong_days(rule: Rule) -> str | None:
    if rule.repeats == Repeats.WEEKS and not _within(rule.weekdays, 7):
        return _("Choose at least one weekday.")
    if rule.repeats == Repeats.MONTH_DAYS and not _within(rule.month_days, 31):
        return _("Give at least one day of the month, 1 to 31.")
    for month, day in rule.season or ():
        try:
            dt.date(2024, month, day)
        except ValueError:
            return _("The season begins or ends on a day that doesn't exist.")
    return None


def _within(numbers: tuple[int, ...], most: int) -> bool:
    return bool(numbers) and all(1 <= number <= most for number in numbers)


def change_plan(
    plan: Plan,
    *,
    by: Any,
    at: dt.datetime,
    from_on: dt.date | None = None,
    rule: Rule | None = None,
    places: Iterable[Any] | None = None,
    **fields: Any,
) -> Plan:
    """Changes a plan for its rounds not started from a day on (“this and later”); without a day, for all from today on.

    Rounds before that day are made first, as the plan was. The route is what it says when a round is started.
    """
    with transaction.atomic():
        [fresh] = lock(plan)
        begin = max(from_on or fresh.starts_on, at.astimezone(ZONE).date())
        if begin - DAY > generation.made_until(fresh):
            generation.generate(fresh, at=at, until=begin - DAY)
        _write(fresh, fields)
        _check(fresh, places := list(places) if places is not None else [stop.place for stop in fresh.route.select_related("place")])
        set_route(fresh, places)
        if rule is not None:
            rule_from(fresh, max(begin, fresh.starts_on), rule)
        generation.remake(fresh, begin, at=at)
        generation.generate(fresh, at=at)
    return fresh


def _write(plan: Plan, fields: dict[str, Any]) -> None:
    if unknown := set(fields) - CHANGEABLE:
        raise TypeError(f"a plan does not change {sorted(unknown)}")
    for name, value in fields.items():
        setattr(plan, name, value)
    if fields:
        plan.save(update_fields=[*fields])


def end_plan(plan: Plan, *, on: dt.date, by: Any, at: dt.datetime) -> Plan:
    """No rounds after this day. When it is today or past, those not started whose window is still open go as well."""
    with transaction.atomic():
        [fresh] = lock(plan)
        today = at.astimezone(ZONE).date()
        fresh.ends_on = max(on, fresh.starts_on)
        fresh.is_active = on > today
        fresh.save(update_fields=["ends_on", "is_active"])
        generation.remake(fresh, min(on, today), at=at)
    return fresh


def pause_plan(plan: Plan, *, on: dt.date, by: Any, at: dt.datetime, until: dt.date | None = None, reason: str = "") -> PlanPause:
    """No rounds from this day on, that one included, until the plan is resumed or `until` has passed.

    Rounds not started of these days, whose window is still open, go. Raises Refused where it is paused already.
    """
    with transaction.atomic():
        [fresh] = lock(plan)
        pause = PlanPause(plan=fresh, from_on=on, until_on=until, reason=reason or _("paused"), paused_by=by)
        try:
            pause.full_clean(exclude=["plan"])
        except ValidationError as error:
            raise Refused(" ".join(error.messages)) from error
        pause.save()
        generation.remake(fresh, on, at=at)
    return pause


def resume_plan(plan: Plan, *, on: dt.date, by: Any, at: dt.datetime) -> Plan:
    """Rounds again from this day on; windows that are over by now stay without one. Does nothing where it isn't paused."""
    with transaction.atomic():
        [fresh] = lock(plan)
        for pause in fresh.pauses.filter(until_on=None) | fresh.pauses.filter(until_on__gte=on):
            if pause.from_on >= on:
                pause.delete()
            else:
                pause.until_on = on - DAY
                pause.save(update_fields=["until_on"])
        generation.remake(fresh, max(on, at.astimezone(ZONE).date()), at=at)
        generation.generate(fresh, at=at)
    return fresh


def retire_ended(at: dt.datetime) -> int:
    """Closes the plans whose last day has passed and whose rounds are all made; returns how many."""
    over = Plan.objects.running().filter(ends_on__lt=at.astimezone(ZONE).date(), mark__until__gte=F("ends_on"))
    return over.update(is_active=False)
