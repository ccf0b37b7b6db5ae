"""Working hours and working days: Chinese holidays and shifted workdays from the editable calendar; Asia/Shanghai."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from core.models import CalendarDay

ZONE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)


def now() -> datetime:
    """The time now, aware. Pages, tasks and commands ask; rules are told."""
    return timezone.now()


def today() -> date:
    """The day in Shanghai."""
    return timezone.localdate(timezone=ZONE)


def day_in(text: str, usual: date) -> date:
    """A day as an address says it (2026-11-23; 2026-W48 is its Monday); the usual one for anything else."""
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return usual
    return day if 1990 < day.year < 2100 else usual


@lru_cache(maxsize=8)
def _exceptions(year: int, stamp: int) -> dict[date, bool]:
    return dict(CalendarDay.objects.filter(day__year=year).values_list("day", "is_working"))


def _stamp() -> int:
    """Changes each minute, so that an edited calendar is felt within one."""
    return int(timezone.now().timestamp() // 60)


def forget() -> None:
    """Reads the calendar anew at the next question."""
    _exceptions.cache_clear()


def is_working_day(day: date) -> bool:
    """What the calendar says of the day; without a row, Monday to Friday."""
    return _exceptions(day.year, _stamp()).get(day, day.weekday() < 5)


def add_working_days(day: date, count: int) -> date:
    """The working day that lies `count` working days after `day` (before it when negative).

    0 gives the day itself, or the next working day when it is none.
    """
    step = DAY if count >= 0 else -DAY
    while count == 0 and not is_working_day(day):
        day += DAY
    for _turn in range(abs(count)):
        day += step
        while not is_working_day(day):
            day += step
    return day


def _hours(day: date) -> tuple[datetime, datetime]:
    opens, closes = settings.WORKING_HOURS
    return datetime.combine(day, opens, ZONE), datetime.combine(day, closes, ZONE)


def add_working_time(at: datetime, span: timedelta) -> datetime:
    """The moment when `span` (not negative) of working time has passed since `at`."""
    moment, left = at.astimezone(ZONE), span
    while True:
        opens, closes = _hours(moment.date())
        start = max(moment, opens)
        free = closes - start if is_working_day(moment.date()) and start < closes else timedelta(0)
        if free and left <= free:
            return start + left
        left -= free
        moment = datetime.combine(moment.date() + DAY, time(0), ZONE)


def add_working_hours(at: datetime, hours: float) -> datetime:
    """As `add_working_time`, in hours."""
    return add_working_time(at, timedelta(hours=hours))


def working_time_between(start: datetime, end: datetime) -> timedelta:
    """Working time from start to end; zero when the end comes first."""
    total, day, last = timedelta(0), start.astimezone(ZONE).date(), end.astimezone(ZONE).date()
    while day <= last:
        opens, closes = _hours(day)
        if is_working_day(day):
            total += max(min(end, closes) - max(start, opens), timedelta(0))
        day += DAY
    return total


def working_hours_between(start: datetime, end: datetime) -> float:
    """As `working_time_between`, in hours."""
    return working_time_between(start, end) / timedelta(hours=1)
