"""Rounds of 200 sites × 3 departments: 54,000 for 90 days in one command, then on to half a million. Cost per round must not grow.

Runs alone too: `python -m ops.throwaway python -m bench.rounds`. Time is processor time of the command and of its database
session together, so that a neighbour on the machine does not count; the wall clock is printed beside it.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from premises.models import Building  # noqa: E402
from rounds import services  # noqa: E402
from rounds.models import Plan, Round  # noqa: E402
from rounds.recurrence import DAY, ZONE  # noqa: E402
from rounds.services import Repeats, Rule, Window  # noqa: E402
from staff.models import Department  # noqa: E402

SITES, DEPARTMENTS, DAYS = 200, ("CUSTOMER_SERVICE", "ENGINEERING", "SECURITY"), 90
SMALL, LARGE = 5_000, 500_000
GROWTH = 1.2
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Slice:
    """A run of the command: how many rounds stood there before, how many it made, and what that took."""

    before: int
    made: int
    cpu: float
    wall: float

    @property
    def per_10_000(self) -> float:
        return self.cpu / self.made * 10_000


def plans(today: dt.date, at: dt.datetime) -> None:
    """One check a day of each site by each department, from tomorrow on; none is made yet."""
    settings.ROUNDS_AHEAD_DAYS = 0
    building = Building.objects.create(code="ROUNDS", name="Rounds", address="-", management_company="-", phone="010-00000000")
    rule = Rule(Repeats.DAYS, (Window(dt.time(8), 600),), today + DAY)
    for code in DEPARTMENTS:
        department = Department.objects.get(code=code)
        checklist = services.make_checklist(name=f"Site check {code}", department=department, items=["in order"])
        for site in range(SITES):
            services.make_plan(
                kind="bench.site_check", name=f"Site {site:03d}", building=building, checklist=checklist, rule=rule, department=department,
                starts_on=today + DAY, by=None, at=at,
            )  # fmt: skip


def database_cpu() -> float:
    """Seconds that this connection's server process has worked so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def generated(until: dt.date) -> Slice:
    """One run of the command, as an administrator starts it."""
    before, worked, began = Round.objects.count(), time.process_time() + database_cpu(), time.perf_counter()
    call_command("generate_rounds", until=until.isoformat(), verbosity=0)
    cpu, wall = time.process_time() + database_cpu() - worked, time.perf_counter() - began
    return Slice(before, Round.objects.count() - before, cpu, wall)


def shown(name: str, part: Slice) -> None:
    took = f"{part.wall:7.1f} s ({part.cpu:6.1f} s of processor)" if part.made else f"{part.wall:7.1f} s"
    each = f"{part.per_10_000:6.2f} s per 10,000" if part.made else ""
    print(f"{name:<34} {part.before:>8,} + {part.made:>7,} rounds {took} {each}", flush=True)


def main() -> int:
    now = timezone.now()
    today = now.astimezone(ZONE).date()
    plans(today, now)
    per_day = Plan.objects.filter(kind="bench.site_check").count()
    small = generated(today + DAY * -(-SMALL // per_day))
    shown("The first 5,000", small)
    usual = generated(today + DAY * DAYS)
    shown("54,000 for 90 days", usual)
    again = generated(today + DAY * DAYS)
    shown("The same command again", again)
    last_day = today + DAY * -(-LARGE // per_day)
    middle = generated(last_day - DAY * DAYS)
    shown("On to half a million", middle)
    large = generated(last_day)
    shown("The last 54,000 of 500,000", large)
    worst = max(large.per_10_000 / usual.per_10_000, large.per_10_000 / small.per_10_000)
    kept = again.made == 0 and small.made + usual.made == per_day * DAYS and worst <= GROWTH
    print(f"Cost per round at 500,000 rows against fewer: {worst:.2f} (allowed {GROWTH}). {'kept' if kept else 'BROKEN'}", flush=True)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
