"""What the board, the calendar and the quota page show: a few queries each, whatever the number of rounds."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet

from rounds.models import Plan, PlanMark, Round, RoundQuerySet, RoundStop
from rounds.recurrence import DAY, ZONE
from rounds.services.generation import due_between

MOST = 1500
SHOWN_A_DAY = 4


def moment(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, ZONE)


def of_days(rows: RoundQuerySet, first: dt.date, last: dt.date) -> list[Round]:
    """The rounds that begin on these days, in order of time."""
    found = rows.filter(due_from__gte=moment(first), due_from__lt=moment(last + DAY))
    return list(found.order_by("due_from", "name", "pk")[:MOST])


def day_of(round: Round) -> dt.date:
    return round.due_from.astimezone(ZONE).date()


def agenda(rounds: Iterable[Round]) -> list[tuple[dt.date, list[Round]]]:
    """Rounds by day."""
    days: dict[dt.date, list[Round]] = defaultdict(list)
    for round in rounds:
        days[day_of(round)].append(round)
    return sorted(days.items())


def lines(rounds: Iterable[Round], days: list[dt.date]) -> list[tuple[str, list[list[Round]]]]:
    """(time, the rounds that begin then on each of the days), for the table of a day or a week."""
    cells: dict[str, dict[dt.date, list[Round]]] = defaultdict(lambda: defaultdict(list))
    for round in rounds:
        cells[f"{round.due_from.astimezone(ZONE):%H:%M}"][day_of(round)].append(round)
    return [(time, [cells[time][day] for day in days]) for time in sorted(cells)]


@dataclass(frozen=True)
class MonthDay:
    """A day of the month's sheet: its first rounds, and how many more there are."""

    day: dt.date
    is_of_month: bool
    rounds: list[Round]
    more: int


def month(rounds: Iterable[Round], first: dt.date) -> list[list[MonthDay]]:
    """Weeks from Monday, with the days of the months before and after that fill them."""
    by_day = dict(agenda(rounds))
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    return [[_month_day(day, first, by_day.get(day, [])) for day in week] for week in weeks]


def _month_day(day: dt.date, first: dt.date, rounds: list[Round]) -> MonthDay:
    # What went wrong is never hidden behind "more".
    order = sorted(rounds, key=lambda round: (round.state not in {"MISSED", "FAIL", "PARTIAL"}, round.due_from))
    return MonthDay(day, day.month == first.month, sorted(order[:SHOWN_A_DAY], key=lambda round: round.due_from), len(order[SHOWN_A_DAY:]))


def month_span(first: dt.date) -> tuple[dt.date, dt.date]:
    """The first and last day of the month's sheet."""
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    return weeks[0][0], weeks[-1][-1]


@dataclass
class Quota:
    """How often a place was looked at in a month, of how often it is asked; `due` of those should be done by now."""

    place: Any
    done: int = 0
    asked: int = 0
    due: int = 0

    @property
    def is_behind(self) -> bool:
        return self.done < self.due


@dataclass
class PlanQuota:
    """A plan's month: its places, each with its count. A plan without a route counts its rounds."""

    plan: Plan
    places: list[Quota] = field(default_factory=list)


def quotas(plans: QuerySet[Plan], first: dt.date, *, at: dt.datetime) -> list[PlanQuota]:
    """Done and asked for each plan and place of a month; plans that ask for nothing in it are left out."""
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    rows = list(plans.prefetch_related("rules", "pauses", "route__place"))
    of_month = Round.objects.filter(plan__in=rows, due_from__gte=moment(first), due_from__lt=moment(last + DAY))
    made = _counted(of_month.exclude(state="CANCELLED"))
    due = _counted(of_month.exclude(state="CANCELLED").filter(due_until__lte=at))
    done = _done(of_month)
    marks = dict(PlanMark.objects.filter(plan__in=rows).values_list("plan", "until"))
    found = []
    for plan in rows:
        ahead = sum(1 for _due in due_between(plan, max(first, marks[plan.pk] + DAY), last)) if plan.is_active else 0
        asked = made[plan.pk] + ahead
        if asked:
            found.append(PlanQuota(plan, _places(plan, asked, due[plan.pk], done)))
    return found


def _counted(rounds: Any) -> Counter[int]:
    return Counter(dict(rounds.order_by().values_list("plan").annotate(n=Count("pk"))))


def _done(rounds: Any) -> Counter[tuple[int, int | None]]:
    stops = RoundStop.objects.filter(round__in=rounds, captured_at__isnull=False).order_by()
    counted = stops.values_list("round__plan", "place").annotate(n=Count("pk"))
    return Counter({(plan, place): number for plan, place, number in counted})


def _places(plan: Plan, asked: int, due: int, done: Counter[tuple[int, int | None]]) -> list[Quota]:
    times: dict[Any, int] = {}
    for stop in plan.route.all():
        times[stop.place] = times.get(stop.place, 0) + 1
    if not times:
        return [Quota(None, done[(plan.pk, None)], asked, due)]
    return [Quota(place, done[(plan.pk, place.pk)], asked * n, due * n) for place, n in times.items()]
