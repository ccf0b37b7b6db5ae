"""The daily site checks of three departments: made while the site is open, and only then (manual 3.2.4-4.2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.flow import Refused
from fitout.models import Fitout, SitePlan, SiteRule
from premises import services as premises
from rounds import services as rounds

KIND = "fitout.site_check"


def rules_of(fitout: Fitout) -> list[SiteRule]:
    """The rules of the building, else those of the house, for each department."""
    rows = SiteRule.objects.filter(Q(building=None) | Q(building=fitout.building_id), is_active=True)
    found = list(rows.select_related("department", "checklist").order_by("department_id", "starts", "pk"))
    own = {row.department_id for row in found if row.building_id}
    return [row for row in found if row.building_id or row.department_id not in own]


def begin(fitout: Fitout, *, by: Any, at: dt.datetime) -> list[SitePlan]:
    """Plans of rounds for each department, from today on. Raises Refused where no rule says how a site is checked."""
    rules = rules_of(fitout)
    if not rules:
        raise Refused(_("No rule says how a site is checked. Add one in the admin."))
    place = premises.label_place(fitout.unit)
    return [_plan(fitout, list(group), place, by=by, at=at) for _department, group in groupby(rules, key=lambda row: row.department_id)]


def _plan(fitout: Fitout, rules: list[SiteRule], place: Any, *, by: Any, at: dt.datetime) -> SitePlan:
    on, first = timezone.localdate(at), rules[0]
    windows = tuple(rounds.Window(row.starts, row.minutes) for row in rules)
    plan = rounds.make_plan(
        kind=KIND,
        name=f"{fitout.number} {fitout.unit.code}",
        building=fitout.building,
        checklist=first.checklist,
        rule=rounds.Rule(rounds.Repeats.DAYS, windows, anchor=on),
        department=first.department,
        starts_on=on,
        places=[place],
        by=by,
        at=at,
    )
    return SitePlan.objects.create(fitout=fitout, department=first.department, plan=plan)


def plans_of(fitout: Fitout) -> Iterable[Any]:
    return [row.plan for row in fitout.plans.select_related("plan")]


def pause(fitout: Fitout, *, by: Any, at: dt.datetime) -> None:
    """No checks fall due while the works rest."""
    for plan in plans_of(fitout):
        if not plan.pauses.filter(until_on=None).exists():
            rounds.pause_plan(plan, on=timezone.localdate(at), by=by, at=at, reason=fitout.number)


def resume(fitout: Fitout, *, by: Any, at: dt.datetime) -> None:
    for plan in plans_of(fitout):
        rounds.resume_plan(plan, on=timezone.localdate(at), by=by, at=at)


def end(fitout: Fitout, *, by: Any, at: dt.datetime) -> None:
    """The last day of checks is today."""
    for plan in plans_of(fitout):
        rounds.end_plan(plan, on=timezone.localdate(at), by=by, at=at)
