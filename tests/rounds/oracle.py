"""When rounds fall due, told a second time and in another way: every day of a span is asked whether it is one.

Written from the words of the rules and not from `rounds/recurrence.py`; slow, and without a shortcut on purpose.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

ONE = timedelta(days=1)
SHANGHAI = timezone(timedelta(hours=8))


def due(rule: Any, first: date, last: date, works: Callable[[date], bool]) -> list[tuple[datetime, datetime]]:
    """Every (from, until) from the first to the last day."""
    found, day = [], first
    while day <= last:
        if day >= rule.anchor and asks_on(rule, day, works):
            for window in rule.windows:
                begin = datetime(day.year, day.month, day.day, window.starts.hour, window.starts.minute, tzinfo=SHANGHAI)
                found.append((begin, begin + timedelta(seconds=60 * window.minutes)))
        day += ONE
    return sorted(set(found))


def asks_on(rule: Any, day: date, works: Callable[[date], bool]) -> bool:
    asks = {"DAYS": by_days, "WEEKS": by_weeks, "MONTH_DAYS": by_month_days, "SPREAD": spread, "ON_DEMAND": lambda *_: False}
    return bool(asks[str(rule.repeats)](rule, day, works))


def free(rule: Any, day: date, works: Callable[[date], bool]) -> bool:
    """In season, and a working day where the rule wants one."""
    if rule.working_days_only and not works(day):
        return False
    if rule.season is None:
        return True
    # The days of the year from the first to the last of the season, walked through on a leap year.
    walked, here, end = set(), date(2024, *rule.season[0]), rule.season[1]
    while True:
        walked.add((here.month, here.day))
        if (here.month, here.day) == tuple(end):
            break
        here = date(2024, 1, 1) if (here.month, here.day) == (12, 31) else here + ONE
    return (day.month, day.day) in walked


def by_days(rule: Any, day: date, works: Callable[[date], bool]) -> bool:
    there = rule.anchor
    while there < day:
        there += timedelta(days=rule.every)
    return there == day and free(rule, day, works)


def by_weeks(rule: Any, day: date, works: Callable[[date], bool]) -> bool:
    monday = rule.anchor
    while monday.strftime("%a") != "Mon":
        monday -= ONE
    number = 0
    while monday + timedelta(days=7) <= day:
        monday, number = monday + timedelta(days=7), number + 1
    return number % rule.every == 0 and int(day.strftime("%u")) in rule.weekdays and free(rule, day, works)


def month_of(day: date) -> list[date]:
    there = date(day.year, day.month, 1)
    found = []
    while there.month == day.month:
        found.append(there)
        there += ONE
    return found


def by_month_days(rule: Any, day: date, works: Callable[[date], bool]) -> bool:
    month, wanted = month_of(day), set()
    for number in rule.month_days:
        there = [each for each in month if each.day <= number][-1]
        if rule.working_days_only:
            later = [each for each in month if each >= there and works(each)]
            before = [each for each in month if each <= there and works(each)]
            there = later[0] if later else before[-1] if before else there
        wanted.add(there)
    return day in wanted and free(rule, day, works)


def spread(rule: Any, day: date, works: Callable[[date], bool]) -> bool:
    allowed = [each for each in month_of(day) if free(rule, each, works)]
    if len(allowed) <= rule.times:
        return day in allowed
    wanted = set()
    for part in range(rule.times):
        middle = (Fraction(part) + Fraction(1, 2)) / rule.times
        wanted.add(next(each for number, each in enumerate(allowed) if Fraction(number + 1, len(allowed)) > middle))
    return day in wanted
