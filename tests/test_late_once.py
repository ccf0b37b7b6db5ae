"""Who is late is told of exactly once a rung, however many workers sweep and whoever is killed (reliability.md B3, C4).

The long versions are in tests/ordeal/test_service_clocks.py.
"""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.utils import timezone

from core import queue
from core.models import Outbox
from tests.late import LADDERS, POINTS, a_house, drain_and_die, mistakes, sweep
from tests.ordeal.house import as_owner
from tests.races import at_once

APPS = sorted(LADDERS)
ONCE = {"repairs": ("repairs_escalation", "repair_escalation_once"), "complaints": ("complaints_escalation", "escalation_once")}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("app", APPS)
def test_six_workers_who_sweep_again_and_again_tell_each_rung_once(app: str, committed_db: None) -> None:
    ladder, cast = LADDERS[app], a_house()
    records = [ladder.make(cast) for _turn in range(6)]
    answers = at_once(lambda _number: [sweep(ladder) for _turn in range(3)], 6)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert mistakes(ladder, records) == [] and ladder.deadlines.unsent(timezone.now()) == []


@pytest.mark.timeout(120)
@pytest.mark.parametrize("app", APPS)
def test_without_lock_and_constraint_a_rung_is_told_several_times(app: str, committed_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of C4."""
    ladder, cast = LADDERS[app], a_house()
    record = ladder.make(cast)
    table, name = ONCE[app]
    as_owner(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    audience = ladder.deadlines.audience

    def slow(*arguments: Any) -> Any:
        time.sleep(0.2)
        return audience(*arguments)

    monkeypatch.setattr(ladder.deadlines, "audience", slow)
    monkeypatch.setattr(ladder.deadlines, "lock", lambda *rows: [type(row).objects.get(pk=row.pk) for row in rows])
    [first, *_others] = ladder.deadlines.unsent(timezone.now())
    at_once(lambda _number: ladder.tasks.escalate(*first[:2]), 6)
    monkeypatch.setattr(ladder.deadlines, "audience", audience)
    assert mistakes(ladder, [record]) and ladder.told.objects.filter(**{ladder.names: record}).count() > 1


@pytest.mark.timeout(120)
@pytest.mark.parametrize("app", APPS)
def test_a_worker_that_is_killed_at_a_rung_leaves_it_to_the_next(app: str, committed_db: None) -> None:
    ladder, cast = LADDERS[app], a_house()
    records = [ladder.make(cast) for _turn in range(2)]
    ladder.tasks.escalate_late(timezone.now())
    for point in POINTS:
        drain_and_die(point)
        assert not ladder.told.objects.exists() and Outbox.objects.filter(done_at=None).count() == 2 * ladder.step.objects.count()
    sweep(ladder)
    assert mistakes(ladder, records) == [] and queue.backlog() == 0


@pytest.mark.timeout(120)
def test_a_queue_that_ticks_off_before_the_work_loses_it(committed_db: None) -> None:
    """The control of B3."""
    ladder, cast = LADDERS["repairs"], a_house()
    records = [ladder.make(cast)]
    ladder.tasks.escalate_late(timezone.now())
    Outbox.objects.filter(pk=Outbox.objects.order_by("run_after", "pk").first().pk).update(done_at=timezone.now())
    sweep(ladder)
    assert mistakes(ladder, records)
