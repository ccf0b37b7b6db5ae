"""C2: the calendar against an independent naive oracle."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core import clock
from core.models import CalendarDay
from rounds.recurrence import ZONE, Repeats, Rule, Window, next_ten, occurrences
from tests.rounds import oracle
from tests.rounds.rules import calendars, rules, spans

NINE = (Window(time(9), 60),)
CASES = settings(max_examples=800, deadline=None, suppress_health_check=list(HealthCheck))


def everyday(day: date) -> bool:
    return True


def known(exceptions: dict[date, bool]) -> Callable[[date], bool]:
    return lambda day: exceptions.get(day, day.weekday() < 5)


@CASES
@given(rules, spans, calendars)
@example(Rule(Repeats.MONTH_DAYS, NINE, date(2024, 1, 1), month_days=(31,)), (date(2024, 2, 1), date(2024, 3, 31)), {})
@example(Rule(Repeats.DAYS, NINE, date(2024, 2, 29), every=365), (date(2025, 2, 1), date(2025, 3, 31)), {})
@example(Rule(Repeats.SPREAD, NINE, date(2024, 1, 1), times=2, season=((12, 31), (1, 1))), (date(2025, 12, 1), date(2026, 1, 31)), {})
def test_rules_and_oracle_name_the_same_times(rule: Rule, span: tuple[date, date], exceptions: dict[date, bool]) -> None:
    works = known(exceptions)
    assert list(occurrences(rule, *span, works)) == oracle.due(rule, *span, works)


@pytest.mark.ordeal
@settings(CASES, max_examples=20_000)
@given(rules, spans, calendars)
def test_twenty_thousand_rules_agree_with_the_oracle(rule: Rule, span: tuple[date, date], exceptions: dict[date, bool]) -> None:
    works = known(exceptions)
    assert list(occurrences(rule, *span, works)) == oracle.due(rule, *span, works)


@settings(CASES, max_examples=150)
@given(rules, spans)
def test_rules_and_oracle_agree_on_the_holidays_of_the_installed_calendar(real_calendar: Any, rule: Rule, span: tuple[date, date]) -> None:
    assert list(occurrences(rule, *span, clock.is_working_day)) == oracle.due(rule, *span, known(real_calendar))


@pytest.fixture
def real_calendar(db: None) -> dict[date, bool]:
    """The public holidays and shifted working days that are installed."""
    clock.forget()
    return dict(CalendarDay.objects.values_list("day", "is_working"))


@CASES
@given(rules, spans, st.integers(0, 119), calendars)
def test_a_span_is_the_sum_of_its_parts(rule: Rule, span: tuple[date, date], cut: int, exceptions: dict[date, bool]) -> None:
    first, last = span
    middle = min(first + timedelta(days=cut), last)
    works = known(exceptions)
    parts = [*occurrences(rule, first, middle, works), *occurrences(rule, middle + timedelta(days=1), last, works)]
    assert parts == list(occurrences(rule, first, last, works))


@pytest.mark.parametrize(
    "blunder",
    [
        lambda rule: dataclasses.replace(rule, working_days_only=not rule.working_days_only),
        lambda rule: dataclasses.replace(rule, every=rule.every + 1),
        lambda rule: dataclasses.replace(rule, month_days=tuple(min(day, 28) for day in rule.month_days)),
        lambda rule: dataclasses.replace(rule, times=rule.times + 1),
        lambda rule: dataclasses.replace(rule, season=None),
        lambda rule: dataclasses.replace(rule, weekdays=tuple(day % 7 + 1 for day in rule.weekdays)),
    ],
    ids=["days off", "every", "month ends", "times", "season", "weekdays"],
)
def test_control_the_oracle_finds_each_blunder(blunder: Callable[[Rule], Rule]) -> None:
    found = False

    @settings(max_examples=150, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(rules, spans)
    def looked(rule: Rule, span: tuple[date, date]) -> None:
        nonlocal found
        found = found or list(occurrences(blunder(rule), *span, known({}))) != oracle.due(rule, *span, known({}))

    looked()
    assert found


def test_a_shifted_saturday_counts_as_a_working_day(real_calendar: dict[date, bool]) -> None:
    # National Day 2025 was from 1 to 8 October; Saturday the 11th was worked instead.
    rule = Rule(Repeats.DAYS, NINE, date(2025, 9, 28), working_days_only=True)
    found = [f"{begin:%m-%d}" for begin, _end in occurrences(rule, date(2025, 9, 30), date(2025, 10, 12), clock.is_working_day)]
    assert found == ["09-30", "10-09", "10-10", "10-11"]


def test_the_31st_is_the_last_day_of_a_shorter_month() -> None:
    rule = Rule(Repeats.MONTH_DAYS, NINE, date(2024, 1, 1), month_days=(31,))
    assert [begin.day for begin, _end in next_ten(rule, date(2024, 1, 1), everyday)] == [31, 29, 31, 30, 31, 30, 31, 31, 30, 31]


def test_times_of_the_day_are_those_of_shanghai_whatever_the_season() -> None:
    rule = Rule(Repeats.DAYS, NINE, date(2026, 1, 1))
    assert {begin.astimezone(ZONE).hour for begin, _end in occurrences(rule, date(2026, 1, 1), date(2026, 12, 31), everyday)} == {9}


def test_a_rule_on_demand_asks_for_nothing_by_itself() -> None:
    assert next_ten(Rule(Repeats.ON_DEMAND, (), date(2026, 1, 1)), date(2026, 1, 1), everyday) == []
