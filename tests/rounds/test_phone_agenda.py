"""Whose turn it is: my rounds on the phone, on My desk and behind "my tasks"."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone

from rounds import agenda
from rounds.models import Round
from rounds.services import Window
from tests.rounds.factories import ZONE, a_plan, a_started_round, daily

NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=ZONE)


def names(rows: list[Round]) -> list[str]:
    return [f"{row.due_from.astimezone(ZONE):%d %H}" for row in rows]


def test_the_agenda_is_what_is_due_now_later_today_and_late(cast: Any, tower: Any, settings: Any) -> None:
    settings.ROUNDS_AHEAD_DAYS = 3
    early = NOON.replace(hour=6)
    a_plan(cast, tower, at=early, rule=daily(Window(dt.time(8), 60), Window(dt.time(11), 120), Window(dt.time(18), 60)))
    found = agenda.of(cast.guard, NOON)
    assert (names(found.now), names(found.later), names(found.late)) == (["02 11"], ["02 18"], ["02 08"])
    assert found.first == found.now[0] and found.count == 2


def test_a_round_that_somebody_has_begun_comes_first(cast: Any, tower: Any) -> None:
    a_plan(cast, tower, name="别的")
    begun = a_started_round(cast, tower)
    assert agenda.of(cast.guard, timezone.now()).first == begun


def test_a_round_is_whoever_it_is_given_to(cast: Any, tower: Any) -> None:
    a_plan(cast, tower, person=cast.guard)
    now = timezone.now()
    assert (agenda.of(cast.guard, now).count, agenda.of(cast.security_head, now).count, agenda.of(cast.engineer, now).count) == (1, 0, 0)


def test_a_round_for_a_rank_is_for_that_rank(cast: Any, tower: Any) -> None:
    a_plan(cast, tower, department="CLEANING", rank="LEADER", name="领班巡查")
    now = timezone.now()
    assert (agenda.of(cast.cleaning_leader, now).count, agenda.of(cast.cleaner, now).count) == (1, 0)


def test_a_missed_round_stays_until_somebody_says_why(cast: Any, tower: Any) -> None:
    from rounds.flow import ROUND_FLOW

    plan = a_plan(cast, tower, at=NOON, rule=daily(Window(dt.time(13), 60)))
    missed = ROUND_FLOW.take(plan.rounds.earliest("due_from"), "miss", by=None, at=NOON + dt.timedelta(hours=3))
    assert missed in agenda.of(cast.guard, NOON + dt.timedelta(hours=4)).late
    ROUND_FLOW.take(missed, "explain", by=cast.guard, at=NOON + dt.timedelta(hours=4), note="停电")
    assert missed not in agenda.of(cast.guard, NOON + dt.timedelta(hours=5)).late


def test_my_rounds_show_one_button_for_each(cast: Any, tower: Any, as_user: Any) -> None:
    a_plan(cast, tower)
    text = as_user(cast.guard).get(reverse("rounds:mine")).content.decode()
    assert text.count("agenda-button") == 1 and "大厦全方位巡逻" in text


def test_nothing_due_and_no_post_read_differently(cast: Any, as_user: Any) -> None:
    from staff.models import User

    there = reverse("rounds:mine")
    assert "No round is due today" in as_user(cast.guard).get(there).content.decode()
    assert "No post yet" in as_user(User.objects.create(username="new", name="新人")).get(there).content.decode()


def test_my_desk_and_my_tasks_lead_to_my_rounds(cast: Any, tower: Any, as_user: Any) -> None:
    a_plan(cast, tower)
    client = as_user(cast.guard)
    for there in ("/", reverse("frontdesk:waiting")):
        assert f'href="{reverse("rounds:mine")}"' in client.get(there).content.decode(), there


def test_a_round_of_next_week_waits_for_nobody_yet(cast: Any, tower: Any, as_user: Any) -> None:
    plan = a_plan(cast, tower)
    shown = as_user(cast.guard).get(reverse("frontdesk:waiting")).context["entries"]
    assert [entry.record for entry in shown] == [plan.rounds.earliest("due_from")]
