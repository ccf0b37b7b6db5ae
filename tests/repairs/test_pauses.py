"""Deadline arithmetic under pauses, held against a clock that counts minutes one by one (reliability.md C3)."""

from __future__ import annotations

import datetime as dt
import random
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core import clock
from core.models import CalendarDay
from repairs.models import Urgency, WorkOrder
from repairs.services import deadlines

SERIES = 10_000
DAYS = 120
MINUTE = dt.timedelta(minutes=1)
ZONE = ZoneInfo("Asia/Shanghai")
BEGIN = dt.datetime(2026, 9, 21, 0, 0, tzinfo=ZONE)
# National Day with its shifted workdays, as the oracle knows them: on its own, not from the calendar's code.
CLOSED = {dt.date(2026, 10, day) for day in range(1, 8)}
WORKED = {dt.date(2026, 9, 27), dt.date(2026, 10, 10)}


def is_open(day: dt.date) -> bool:
    return day in WORKED or (day not in CLOSED and day.weekday() < 5)


class Minutes:
    """The oracle: for each minute since BEGIN whether it counts, and how many counted until then."""

    def __init__(self, in_hours: bool) -> None:
        days = [BEGIN.date() + dt.timedelta(days=number) for number in range(DAYS)]
        self.counts = [not in_hours or (is_open(day) and 9 * 60 <= minute < 18 * 60) for day in days for minute in range(24 * 60)]
        self.total = [0, *accumulate(self.counts)]

    def after(self, start: int, minutes: int) -> int:
        """The first minute by which so many have counted since `start`."""
        wanted, low, high = self.total[start] + minutes, start, len(self.counts)
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self.total[middle] >= wanted else (middle + 1, high)
        return low

    def between(self, first: int, last: int) -> int:
        return self.total[last] - self.total[first]


ORACLES = {in_hours: Minutes(in_hours) for in_hours in (True, False)}


@pytest.fixture
def calendar(db: None) -> None:
    rows = [CalendarDay(day=day, is_working=day in WORKED, name="国庆节") for day in CLOSED | WORKED]
    CalendarDay.objects.all().delete()
    CalendarDay.objects.bulk_create(rows)
    clock.forget()


def a_series(dice: random.Random) -> tuple[bool, int, int, list[tuple[int, int]]]:
    """(in service hours, begin, minutes allowed, [(minutes of work, minutes of pause)])."""
    pauses = [(dice.randrange(600), dice.randrange(1, 4000)) for _turn in range(dice.randrange(1, 6))]
    return dice.random() < 0.7, dice.randrange(20 * 24 * 60), dice.randrange(1, 1500), pauses


def difference(in_hours: bool, begin: int, allowed: int, pauses: list[tuple[int, int]]) -> str:
    """Where the product and the oracle part; empty when nowhere."""
    oracle, now, left = ORACLES[in_hours], begin, allowed
    order = WorkOrder(urgency=Urgency(in_working_hours=in_hours))
    order.due_at = order.finish_by = deadlines.limit(order, at(begin), allowed)
    for worked, stood in pauses:
        used = oracle.between(now, now + worked)
        if used >= left:
            break
        now, left = now + worked, left - used
        before: Any = order.due_at
        deadlines.begin_pause(order, at(now), "PARTS")
        now += stood
        deadlines.end_pause(order, at(now))
        if order.due_at < before:
            return f"the limit came nearer: {before} → {order.due_at}"
        if order.due_at != order.finish_by or order.paused_at is not None:
            return "the two limits part, or the pause goes on"
    wanted = at(oracle.after(now, left))
    return "" if order.due_at == wanted or used_up(oracle, order.due_at, wanted) else f"{order.due_at} instead of {wanted}"


def used_up(oracle: Minutes, found: dt.datetime, wanted: dt.datetime) -> bool:
    """The end of a day and the beginning of the next one that counts are the same limit."""
    first, last = sorted(int((moment - BEGIN) / MINUTE) for moment in (found, wanted))
    return oracle.between(first, last) == 0


def at(minute: int) -> dt.datetime:
    return (BEGIN + minute * MINUTE).astimezone(dt.UTC)


def differences(count: int) -> list[str]:
    dice = random.Random(20261123)
    return [found for found in (difference(*a_series(dice)) for _turn in range(count)) if found]


def test_ten_thousand_series_of_pauses_agree_with_a_clock_that_counts_minutes(calendar: None) -> None:
    """C3: however often the clock stands still, the time worked until the limit is the time allowed; no limit comes nearer."""
    assert differences(SERIES) == []


def test_the_oracle_finds_pauses_that_are_added_as_hours_of_the_clock(calendar: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of C3: a limit that simply moves by the length of the pause loses or gains working time."""
    monkeypatch.setattr(deadlines, "_moved", lambda order, due, now: due + (now - order.paused_at))
    assert len(differences(500)) > 100


def test_the_oracle_finds_a_clock_that_never_stops(calendar: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadlines, "_moved", lambda order, due, now: due)
    assert len(differences(500)) > 100


def test_the_oracle_finds_a_calendar_without_holidays(calendar: None) -> None:
    CalendarDay.objects.all().delete()
    clock.forget()
    assert differences(500)
