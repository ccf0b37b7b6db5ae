"""Today's checks of all open sites, and the last days of one: who was there, who is expected, what was missed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from core import clock
from fitout.models import OPEN_SITE, Fitout, SitePlan
from rounds.models import Round
from staff.models import Department

DAY = dt.timedelta(days=1)
# The three departments in the order of manual 3.2.4-4.2 A to C.
DEPARTMENTS = ("CUSTOMER_SERVICE", "ENGINEERING", "SECURITY")


@dataclass(frozen=True)
class Row:
    """A site, or a day of one: for each department the rounds of the day."""

    subject: Any
    cells: list[tuple[Department, list[Round]]]

    @property
    def all(self) -> list[Round]:
        return [round for _department, rounds in self.cells for round in rounds]

    def add(self, code: str, round: Round) -> None:
        for department, rounds in self.cells:
            if department.code == code:
                rounds.append(round)


@dataclass(frozen=True)
class Board:
    """Rows under the names of the departments, with how many checks are done, open and missed."""

    departments: list[Department]
    rows: list[Row] = field(default_factory=list)

    @property
    def done(self) -> int:
        return sum(round.is_finished for row in self.rows for round in row.all)

    @property
    def missed(self) -> int:
        return sum(round.state == Round.State.MISSED for row in self.rows for round in row.all)

    @property
    def open(self) -> int:
        return sum(len(row.all) for row in self.rows) - self.done - self.missed


def site_departments() -> list[Department]:
    found = {row.code: row for row in Department.objects.filter(code__in=DEPARTMENTS)}
    return [found[code] for code in DEPARTMENTS if code in found]


def _row(subject: Any, departments: list[Department]) -> Row:
    return Row(subject, [(department, []) for department in departments])


def rounds_between(plans: Sequence[SitePlan], first: dt.date, last: dt.date) -> Iterable[tuple[SitePlan, Round]]:
    """The rounds of plans on some days, with whose they are, in order of time; one query."""
    by_plan = {row.plan_id: row for row in plans}
    begin, end = (dt.datetime.combine(day, dt.time.min, clock.ZONE) for day in (first, last + DAY))
    rows = Round.objects.filter(plan__in=list(by_plan), due_from__gte=begin, due_from__lt=end).exclude(state=Round.State.CANCELLED)
    for round in rows.select_related("done_by").order_by("due_from", "pk"):
        yield by_plan[round.plan_id or 0], round


def of_day(fitouts: Any, day: dt.date) -> Board:
    """Every site that is open, or was to be checked on the day; four queries, however many. `fitouts`: those one may see."""
    departments = site_departments()
    plans = list(SitePlan.objects.filter(fitout__in=fitouts.order_by().values("pk")).select_related("department"))
    asked = list(rounds_between(plans, day, day))
    shown = fitouts.filter(state__in=OPEN_SITE) | fitouts.filter(pk__in={plan.fitout_id for plan, _round in asked})
    rows = {fitout.pk: _row(fitout, departments) for fitout in shown.order_by("building_id", "unit__code", "pk")}
    for plan, round in asked:
        rows[plan.fitout_id].add(plan.department.code, round)
    return Board(departments, list(rows.values()))


def of_site(fitout: Fitout, first: dt.date, last: dt.date) -> Board:
    """The days of one site, the newest first; three queries."""
    departments = site_departments()
    rows: dict[dt.date, Row] = {}
    plans = list(SitePlan.objects.filter(fitout=fitout).select_related("department"))
    for plan, round in rounds_between(plans, first, last):
        day = round.due_from.astimezone(clock.ZONE).date()
        rows.setdefault(day, _row(day, departments)).add(plan.department.code, round)
    return Board(departments, [rows[day] for day in sorted(rows, reverse=True)])
