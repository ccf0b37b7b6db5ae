"""The board: day, week, month and agenda (ux.md 3.6), and the month's quota by place."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import clock
from core.text import is_key
from rounds import access
from rounds.filters import kind_choices
from rounds.models import RoundQuerySet
from rounds.services import board

VIEWS = ("day", "week", "month", "agenda")
DAY = dt.timedelta(days=1)


def day_in(text: str, usual: dt.date) -> dt.date:
    """A day as an address says it; the usual one for anything else."""
    try:
        day = dt.date.fromisoformat(text[:10])
    except ValueError:
        return usual
    return day if 1990 < day.year < 2100 else usual


def chosen(request: HttpRequest, name: str, rows: Any) -> Any:
    """The row of a choice that the address names by its key, or None."""
    wanted = request.GET.get(name, "")
    return rows.filter(pk=wanted).first() if is_key(wanted) else None


def choices(request: HttpRequest) -> dict[str, Any]:
    """What the board is narrowed to."""
    kind = request.GET.get("kind", "")
    return {
        "building": chosen(request, "building", access.seen_buildings(request.user)),
        "department": chosen(request, "department", access.seen_departments(request.user)),
        "person": chosen(request, "person", access.walkers(request.user)),
        "kind": kind if kind in dict(kind_choices()) else "",
    }


def narrowed(rows: RoundQuerySet, said: dict[str, Any]) -> RoundQuerySet:
    for name in ("building", "department"):
        rows = rows.filter(**{name: said[name]}) if said[name] else rows
    if said["kind"]:
        rows = rows.filter(kind=said["kind"])
    return rows.filter(Q(person=said["person"]) | Q(done_by=said["person"])) if said["person"] else rows


def span_of(view: str, day: dt.date) -> tuple[dt.date, dt.date]:
    """The days a view shows around a day."""
    if view == "day":
        return day, day
    if view == "month":
        return board.month_span(day.replace(day=1))
    monday = day - dt.timedelta(days=day.weekday())
    return monday, monday + 6 * DAY


def turned(view: str, day: dt.date, by: int) -> dt.date:
    """The day from which the next or the earlier sheet is made."""
    if view == "month":
        middle = day.replace(day=15) + dt.timedelta(days=31 * by)
        return middle.replace(day=1)
    return day + dt.timedelta(days=by if view == "day" else 7 * by)


def address(name: str, **said: Any) -> str:
    told = {key: getattr(value, "pk", value) for key, value in said.items() if value}
    return f"{reverse(name)}?{urlencode(told)}"


@require_GET
def rounds_board(request: HttpRequest) -> HttpResponse:
    """The calendar: `?view=day|week|month|agenda`, `?day=`, `?building=`, `?department=`, `?person=`, `?kind=`."""
    today = clock.today()
    view = request.GET.get("view", "") if request.GET.get("view", "") in VIEWS else "week"
    day, said = day_in(request.GET.get("day", ""), today), choices(request)
    first, last = span_of(view, day)
    rounds = board.of_days(narrowed(access.rounds(request.user), said), first, last)
    days = [first + number * DAY for number in range((last - first).days + 1)]

    def there(name: str, when: dt.date) -> str:
        return address("rounds:board", view=name, day=when.isoformat(), **said)

    context = {
        "title": _("Board of rounds"),
        "view": view,
        "views": [(name, there(name, day)) for name in VIEWS],
        "day": day,
        "first": first,
        "last": last,
        "today": today,
        "is_today": first <= today <= last,
        "days": days,
        "lines": board.lines(rounds, days) if view in ("day", "week") else [],
        "weeks": board.month(rounds, day.replace(day=1)) if view == "month" else [],
        "agenda": board.agenda(rounds),
        "count": len(rounds),
        "is_cut": len(rounds) == board.MOST,
        "earlier": there(view, turned(view, day, -1)),
        "later": there(view, turned(view, day, 1)),
        "now": there(view, today),
        "may_plan": access.may_plan(request.user),
        "quota_url": address("rounds:quota", month=f"{day:%Y-%m}", **said),
        **asked(request, said),
    }
    return render(request, "rounds/board.html", context)


def asked(request: HttpRequest, said: dict[str, Any]) -> dict[str, Any]:
    """What the bar of choices offers."""
    return {
        **said,
        "buildings": list(access.seen_buildings(request.user)),
        "departments": list(access.seen_departments(request.user)),
        "people": list(access.walkers(request.user)),
        "kinds": kind_choices(),
    }


@require_GET
def quota(request: HttpRequest) -> HttpResponse:
    """How often each place was looked at this month, of how often it is asked: trenches 2/2, lift shaft 1/2."""
    today = clock.today()
    first = day_in(f"{request.GET.get('month', '')[:7]}-01", today).replace(day=1)
    said = {**choices(request), "person": None}
    plans = access.plans(request.user)
    for name in ("building", "department", "kind"):
        plans = plans.filter(**{name: said[name]}) if said[name] else plans

    def there(month: dt.date) -> str:
        return address("rounds:quota", month=f"{month:%Y-%m}", **said)

    context = {
        "title": _("Quota of the month"),
        "first": first,
        "rows": board.quotas(plans, first, at=timezone.now()),
        "earlier": there(turned("month", first, -1)),
        "later": there(turned("month", first, 1)),
        "now": there(today),
        "is_now": (first.year, first.month) == (today.year, today.month),
        **asked(request, said),
    }
    return render(request, "rounds/quota.html", context)


urls = [path("board/", rounds_board, name="board"), path("quota/", quota, name="quota")]
