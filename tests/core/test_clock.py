"""Working time agrees with somebody who counts minute by minute and day by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from config import environment
from core import clock
from core.models import CalendarDay

HOLIDAYS = {date(2026, 10, day) for day in range(1, 8)} | {date(2027, 1, 1)}
SHIFTED = {date(2026, 9, 27), date(2026, 10, 10)}
FIVE = timedelta(minutes=5)
few = how(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
days = st.dates(date(2026, 9, 1), date(2027, 1, 20))
moments = st.integers(0, 40 * 24 * 12).map(lambda turns: datetime(2026, 9, 18, tzinfo=clock.ZONE) + turns * FIVE)
spans = st.integers(0, 50 * 12).map(lambda turns: turns * FIVE)


@pytest.fixture(autouse=True)
def calendar(db: None) -> Iterator[dict[date, bool]]:
    """A calendar of this file's own; gives the one that was installed."""
    installed = dict(CalendarDay.objects.values_list("day", "is_working"))
    CalendarDay.objects.all().delete()
    CalendarDay.objects.bulk_create(CalendarDay(day=day, is_working=day in SHIFTED) for day in HOLIDAYS | SHIFTED)
    clock.forget()
    yield installed
    clock.forget()


def works(day: date) -> bool:
    return day in SHIFTED or (day.weekday() < 5 and day not in HOLIDAYS)


def is_open(moment: datetime) -> bool:
    return works(moment.date()) and 9 <= moment.hour < 18


@few
@given(days, st.integers(-30, 30))
def test_working_days_agree_with_counting(day: date, count: int) -> None:
    step, found, left = timedelta(1 if count >= 0 else -1), day, abs(count)
    while left or (count == 0 and not works(found)):
        found += step
        left -= bool(left) and works(found)
    assert clock.add_working_days(day, count) == found


@few
@given(moments, spans)
def test_a_deadline_agrees_with_counting(start: datetime, span: timedelta) -> None:
    moment, left = start, span
    while not is_open(moment):
        moment += FIVE
    while left:
        left -= FIVE if is_open(moment) else timedelta(0)
        moment += FIVE
    assert clock.add_working_time(start, span) == moment


@few
@given(moments, moments)
def test_time_between_agrees_with_counting(start: datetime, end: datetime) -> None:
    counted, moment = timedelta(0), start
    while moment < end:
        counted += FIVE if is_open(moment) else timedelta(0)
        moment += FIVE
    assert clock.working_time_between(start, end) == counted


@few
@given(moments, spans, spans)
def test_a_pause_loses_no_time(start: datetime, first: timedelta, second: timedelta) -> None:
    halfway = clock.add_working_time(start, first)
    assert clock.working_time_between(start, halfway) == first
    assert clock.add_working_time(halfway, second) == clock.add_working_time(start, first + second) or not second


def test_the_zone_of_the_asker_does_not_matter() -> None:
    start = datetime(2026, 9, 18, 1, 0, tzinfo=UTC)
    assert clock.add_working_hours(start, 1).astimezone(UTC).hour == 2
    assert clock.working_hours_between(start, start + timedelta(days=1)) == 9


def test_an_edited_calendar_is_felt(django_assert_num_queries: Any) -> None:
    monday = date(2026, 9, 21)
    assert clock.is_working_day(monday)
    CalendarDay.objects.create(day=monday, is_working=False)
    clock.forget()
    assert not clock.is_working_day(monday)
    with django_assert_num_queries(0):
        clock.is_working_day(monday)


def test_the_installed_calendar_differs_from_the_week_on_each_of_its_days(calendar: dict[date, bool]) -> None:
    assert {day.year for day in calendar} == {2024, 2025, 2026}
    assert not calendar[date(2026, 10, 1)]
    assert all(is_working == (day.weekday() >= 5) for day, is_working in calendar.items())


def test_the_working_hours_are_those_of_the_deployment(settings: Any) -> None:
    settings.WORKING_HOURS = (time(8, 30), time(17, 30))
    before = datetime(2026, 9, 18, 7, 0, tzinfo=clock.ZONE)
    assert clock.add_working_hours(before, 1) == datetime(2026, 9, 18, 9, 30, tzinfo=clock.ZONE)
    assert clock.working_hours_between(before, before + timedelta(hours=12)) == 9


@pytest.mark.parametrize("text", ["18:00-09:00", "9-18", "09:00", "09:00-09:00", "morning"])
def test_working_hours_that_cannot_be_meant_stop_the_start(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKING_HOURS", text)
    with pytest.raises(ValueError, match="WORKING_HOURS"):
        environment.hours("WORKING_HOURS", "09:00-18:00")


def test_working_hours_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKING_HOURS", " 08:30 - 17:15 ")
    assert environment.hours("WORKING_HOURS", "09:00-18:00") == (time(8, 30), time(17, 15))
    monkeypatch.setenv("WORKING_HOURS", "")
    assert environment.hours("WORKING_HOURS", "09:00-18:00") == (time(9), time(18))
