"""Rounds that nobody started: marked once, explained by who missed them, told up the ladder once a rung."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from core.flow import NotAllowed
from core.models import Notice
from rounds import services, signals, tasks
from rounds.flow import ROUND_FLOW
from rounds.models import Audience, MissedNotice, MissedStep, Round
from rounds.services import missed
from tests.rounds.factories import a_missed_round, a_plan, a_started_round

HOUR = dt.timedelta(hours=1)


def told(person: Any) -> int:
    return Notice.objects.filter(recipient=person, topic="overdue.round").count()


def test_a_round_is_missed_once_its_window_is_over_and_not_before(cast: Any, tower: Any) -> None:
    now = timezone.now()
    plan = a_plan(cast, tower, at=now)
    first = plan.rounds.earliest("due_from")
    assert missed.mark_missed(first.due_until - dt.timedelta(seconds=1)) == 0
    assert [missed.mark_missed(first.due_until), missed.mark_missed(first.due_until)] == [1, 0]


def test_the_leader_hears_first_and_the_head_two_hours_later_each_once(cast: Any, tower: Any) -> None:
    round = a_missed_round(cast, tower)
    rungs = {step.audience: step for step in MissedStep.objects.all()}
    leader, head = rungs[Audience.LEADERS], rungs[Audience.HEAD]
    at = round.missed_at + HOUR
    assert missed.tell(round, leader, at=at) is not None
    assert [missed.tell(round, leader, at=at), missed.tell(round, head, at=at)] == [None, None]
    assert missed.tell(round, head, at=at + HOUR) is not None
    assert MissedNotice.objects.filter(round=round).count() == 2
    assert told(cast.security_head) == 2


def test_the_tick_finds_misses_and_queues_every_rung(cast: Any, tower: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = a_plan(cast, tower)
    later = plan.rounds.earliest("due_from").due_until + 3 * HOUR
    asked: list[str] = []
    monkeypatch.setattr(tasks.queue, "enqueue", lambda task, *, dedupe, **ids: asked.append(dedupe))
    tasks.find_missed(later)
    pk = plan.rounds.missed().get().pk
    assert sorted(asked) == sorted(f"round:{pk}:missed:{step.pk}" for step in MissedStep.objects.all())


def test_a_reason_that_a_leader_has_seen_goes_no_further_up(cast: Any, tower: Any) -> None:
    round = a_missed_round(cast, tower)
    round = ROUND_FLOW.take(round, "explain", by=cast.guard, at=timezone.now(), note="协助消防演练")
    ROUND_FLOW.take(round, "acknowledge", by=cast.security_head, at=timezone.now())
    assert missed.untold(round.missed_at + 9 * HOUR) == []


def test_the_reason_is_given_by_who_walks_it_and_nobody_else(cast: Any, tower: Any) -> None:
    round = a_missed_round(cast, tower)
    with pytest.raises(NotAllowed):
        ROUND_FLOW.take(round, "explain", by=cast.cleaner, at=timezone.now(), note="不是我的")


def test_reasons_are_given_for_many_rounds_on_the_list(cast: Any, tower: Any, as_user: Any) -> None:
    round = a_missed_round(cast, tower)
    client, url = as_user(cast.guard), reverse("rounds:missed_list")
    assert "夜间巡逻" in client.get(url).content.decode()
    page = client.post(url, {"action": "explain", "row": [round.pk]})
    assert page.status_code == 200 and "Why it was missed" in page.content.decode()


def test_a_missed_round_walked_late_stays_on_the_list_of_the_missed(cast: Any, tower: Any) -> None:
    round = a_missed_round(cast, tower)
    fresh = ROUND_FLOW.take(round, "start_late", by=cast.guard, at=timezone.now())
    assert (fresh.state, fresh.was_late, Round.objects.missed().count()) == ("IN_PROGRESS", True, 1)


def test_a_round_that_nobody_finished_is_closed_in_part(cast: Any, tower: Any) -> None:
    round = a_started_round(cast, tower)
    at = round.due_until + 13 * HOUR
    assert [missed.close_unfinished(at), missed.close_unfinished(at)] == [1, 0]
    round.refresh_from_db()
    assert round.state == Round.State.PARTIAL


def test_apps_above_hear_of_a_missed_and_of_a_finished_round_on_commit(
    cast: Any, tower: Any, django_capture_on_commit_callbacks: Any
) -> None:
    heard: list[tuple[str, Any]] = []

    def on_missed(sender: Any, round: Round, **facts: Any) -> None:
        heard.append(("missed", round.pk))

    def on_finished(sender: Any, round: Round, by: Any, **facts: Any) -> None:
        heard.append(("finished", by))

    signals.round_missed.connect(on_missed)
    signals.round_finished.connect(on_finished)
    with django_capture_on_commit_callbacks(execute=True):
        round = a_missed_round(cast, tower)
        started = a_started_round(cast, tower)
        services.finish(started, by=cast.guard, at=timezone.now(), reason="临时抽调")
    assert heard == [("missed", round.pk), ("finished", cast.guard)]
