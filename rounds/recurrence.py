"""When rounds fall due: rules as values, pure functions over days. No database, no clock; wall-clock times are Asia/Shanghai.

A rule says on which days, and each of its windows says from when and how long on such a day.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
# How far ahead somebody may look for the next rounds of a rule that rarely comes true.
FAR = timedelta(days=366 * 5)

IsWorkday = Callable[[date], bool]
Due = tuple[datetime, datetime]


class Repeats(StrEnum):
    """On which days a rule falls."""

    DAYS = "DAYS"
    WEEKS = "WEEKS"
    MONTH_DAYS = "MONTH_DAYS"
    SPREAD = "SPREAD"
    ON_DEMAND = "ON_DEMAND"


@dataclass(frozen=True, order=True)
class Window:
    """When on a day a round may be walked: from a time, for so many minutes; it may run past midnight."""

    starts: time
    minutes: int

    def on(self, day: date) -> Due:
        """The aware moments from which and until which it is due on a day."""
        begin = datetime.combine(day, self.starts, ZONE)
        return begin, begin + timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class Rule:
    """How often something is looked at.

    `every`: each so many days or weeks, counted from `anchor`. `weekdays`: 1 is Monday, 7 Sunday. `month_days`: in a month
    that is shorter, the last day. `times`: so many days a month, spread evenly over those allowed. `season`: from and to as
    (month, day), both included, may run over New Year. `working_days_only`: days off drop out; a day of the month moves to
    the next working day of its month, or else to the last one before.
    """

    repeats: Repeats
    windows: tuple[Window, ...]
    anchor: date
    every: int = 1
    weekdays: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    times: int = 1
    season: tuple[tuple[int, int], tuple[int, int]] | None = None
    working_days_only: bool = False


def occurrences(rule: Rule, first: date, last: date, is_workday: IsWorkday) -> Iterator[Due]:
    """(due_from, due_until) of every round that begins on a day from `first` to `last`, both included, in order of time."""
    windows = sorted(set(rule.windows))
    for day in days(rule, first, last, is_workday):
        yield from (window.on(day) for window in windows)


def days(rule: Rule, first: date, last: date, is_workday: IsWorkday) -> Iterator[date]:
    """The days of a rule from `first` to `last`, both included, in order."""
    first = max(first, rule.anchor)
    if rule.repeats in (Repeats.MONTH_DAYS, Repeats.SPREAD):
        chosen = _days_of_month if rule.repeats == Repeats.MONTH_DAYS else _spread_days
        for year, month in _months(first, last):
            yield from (day for day in chosen(rule, year, month, is_workday) if first <= day <= last)
    elif rule.repeats != Repeats.ON_DEMAND:
        yield from (day for day in _each(first, last) if _falls_on(rule, day) and _allowed(rule, day, is_workday))


def next_days(rule: Rule, after: date, is_workday: IsWorkday, count: int = 10) -> list[Due]:
    """The first rounds from a day on, at most `count`; fewer where the rule seldom or never comes true."""
    return list(islice(occurrences(rule, after, after + FAR, is_workday), count))


def next_ten(rule: Rule, after: date, is_workday: IsWorkday) -> list[Due]:
    """The next ten rounds from a day on, as they are shown before a plan is saved."""
    return next_days(rule, after, is_workday, 10)


def in_season(rule: Rule, day: date) -> bool:
    """True on a day of the rule's season, or when it has none."""
    if rule.season is None:
        return True
    begin, end = rule.season
    here = (day.month, day.day)
    return begin <= here <= end if begin <= end else here >= begin or here <= end


def _allowed(rule: Rule, day: date, is_workday: IsWorkday) -> bool:
    return in_season(rule, day) and (not rule.working_days_only or is_workday(day))


def _falls_on(rule: Rule, day: date) -> bool:
    if rule.repeats == Repeats.DAYS:
        return (day - rule.anchor).days % rule.every == 0
    weeks = (_monday(day) - _monday(rule.anchor)).days // 7
    return day.isoweekday() in rule.weekdays and weeks % rule.every == 0


def _days_of_month(rule: Rule, year: int, month: int, is_workday: IsWorkday) -> list[date]:
    last = calendar.monthrange(year, month)[1]
    wanted = {date(year, month, min(number, last)) for number in rule.month_days}
    if rule.working_days_only:
        wanted = {_nearest_workday(day, date(year, month, last), is_workday) for day in wanted}
    return sorted(day for day in wanted if _allowed(rule, day, is_workday))


def _nearest_workday(day: date, last: date, is_workday: IsWorkday) -> date:
    """The day itself or the next working day of its month; the last one before where none is left; else the day."""
    later = (each for each in _each(day, last) if is_workday(each))
    earlier = (each for each in reversed(list(_each(day.replace(day=1), day))) if is_workday(each))
    return next(later, None) or next(earlier, day)


def _spread_days(rule: Rule, year: int, month: int, is_workday: IsWorkday) -> list[date]:
    """The middles of as many equal parts of the month's allowed days as the rule asks times; every day if it has no more."""
    last = calendar.monthrange(year, month)[1]
    free = [day for day in _each(date(year, month, 1), date(year, month, last)) if _allowed(rule, day, is_workday)]
    if rule.times >= len(free):
        return free
    return [free[(2 * part + 1) * len(free) // (2 * rule.times)] for part in range(rule.times)]


def _each(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _months(first: date, last: date) -> Iterator[tuple[int, int]]:
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return ((number // 12, number % 12 + 1) for number in months)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def windows_from(texts: Iterable[tuple[str, int]]) -> tuple[Window, ...]:
    """Windows of (`HH:MM`, minutes) pairs, as they are stored."""
    return tuple(Window(time.fromisoformat(text), minutes) for text, minutes in texts)
