"""Plans make their rounds ahead of time, and change, pause and end for those not started."""

from __future__ import annotations

import datetime as dt
from typing import Any

from rounds import services
from rounds.flow import ROUND_FLOW
from rounds.models import Plan, Round
from rounds.services import Repeats, Rule, Window
from tests.rounds.factories import ZONE, a_plan, daily

NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=ZONE)
MORNING, EVENING = Window(dt.time(8), 120), Window(dt.time(18), 120)
TODAY = NOON.date()
DAY = dt.timedelta(days=1)


def times(plan: Plan) -> list[str]:
    return [f"{round.due_from.astimezone(ZONE):%m-%d %H}" for round in plan.rounds.order_by("due_from")]


def test_a_new_plan_has_rounds_for_the_days_ahead_and_none_whose_window_is_over(cast: Any, tower: Any, settings: Any) -> None:
    settings.ROUNDS_AHEAD_DAYS = 1
    plan = a_plan(cast, tower, at=NOON, rule=daily(MORNING, EVENING))
    assert times(plan) == ["03-02 18", "03-03 08", "03-03 18"]


def test_generating_twice_makes_nothing_new(cast: Any, tower: Any) -> None:
    plan = a_plan(cast, tower, at=NOON)
    later = NOON + DAY * 3
    assert [services.generate(plan, at=later), services.generate(plan, at=later)] == [3, 0]


def test_what_fell_due_while_everything_was_down_is_made_afterwards(cast: Any, tower: Any, settings: Any) -> None:
    settings.ROUNDS_AHEAD_DAYS = 0
    plan = a_plan(cast, tower, at=NOON)
    services.generate(plan, at=NOON + DAY * 7)
    assert plan.rounds.count() == 8


def test_this_and_later_leaves_the_days_before_as_they_were(cast: Any, tower: Any, settings: Any) -> None:
    settings.ROUNDS_AHEAD_DAYS = 3
    plan = a_plan(cast, tower, at=NOON, rule=daily(EVENING))
    services.change_plan(plan, by=cast.security_head, at=NOON, from_on=TODAY + DAY * 2, rule=daily(MORNING), name="晨巡")
    assert times(plan) == ["03-02 18", "03-03 18", "03-04 08", "03-05 08"]
    assert [round.name for round in plan.rounds.order_by("due_from")] == ["大厦全方位巡逻"] * 2 + ["晨巡"] * 2


def test_a_change_of_all_keeps_what_was_begun(cast: Any, tower: Any, settings: Any) -> None:
    settings.ROUNDS_AHEAD_DAYS = 1
    plan = a_plan(cast, tower, at=NOON, rule=daily(Window(dt.time(10), 240), EVENING))
    begun = ROUND_FLOW.take(plan.rounds.earliest("due_from"), "start", by=cast.guard, at=NOON)
    services.change_plan(plan, by=cast.security_head, at=NOON, rule=daily(MORNING))
    assert times(plan) == ["03-02 10", "03-03 08"]
    assert plan.rounds.get(pk=begun.pk).state == Round.State.IN_PROGRESS


def test_a_paused_plan_has_no_rounds_until_it_is_resumed(cast: Any, tower: Any, settings: Any) -> None:
    settings.ROUNDS_AHEAD_DAYS = 4
    plan = a_plan(cast, tower, at=NOON, rule=daily(EVENING))
    services.pause_plan(plan, on=TODAY + DAY, by=cast.security_head, at=NOON, reason="停工")
    services.generate(plan, at=NOON + DAY)
    assert times(plan) == ["03-02 18"]
    services.resume_plan(plan, on=TODAY + DAY * 3, by=cast.security_head, at=NOON + DAY * 3)
    assert times(plan)[:3] == ["03-02 18", "03-05 18", "03-06 18"]


def test_an_ended_plan_loses_the_rounds_that_are_still_open(cast: Any, tower: Any) -> None:
    plan = a_plan(cast, tower, at=NOON)
    services.end_plan(plan, on=TODAY, by=cast.security_head, at=NOON)
    assert (times(plan), services.generate(plan, at=NOON + DAY * 9)) == ([], 0)


def test_a_plan_on_demand_has_no_rounds_of_its_own_and_one_when_somebody_starts_it(cast: Any, tower: Any) -> None:
    plan = a_plan(cast, tower, at=NOON, rule=Rule(Repeats.ON_DEMAND, (), TODAY), name="雨天巡查")
    round = services.start_now(plan=plan, by=cast.guard, at=NOON)
    assert (plan.rounds.count(), round.state, round.stops.count()) == (1, Round.State.IN_PROGRESS, 2)


def test_a_plan_whose_last_day_has_passed_is_closed_once_its_rounds_are_made(cast: Any, tower: Any, settings: Any) -> None:
    settings.ROUNDS_AHEAD_DAYS = 0
    plan = a_plan(cast, tower, at=NOON, ends_on=TODAY + DAY * 2)
    later = NOON + DAY * 5
    assert services.plans.retire_ended(later) == 0
    services.generate(plan, at=later)
    assert (services.plans.retire_ended(later), plan.rounds.count()) == (1, 3)
