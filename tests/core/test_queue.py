"""Work after a transaction is done once, by whoever is alive, and never without what it belongs to."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection, connections, transaction
from django.utils import timezone

from core import queue
from core.models import DeadLetter, Outbox, UserSetting
from tests.conftest import Cast, person

HERE = "tests.core.test_queue"


def leave_mark(user_id: int, key: str) -> None:
    """A task whose effect can be counted: the second time it fails on the constraint."""
    UserSetting.objects.create(user_id=user_id, key=key, value=1)


def fail(**ids: Any) -> None:
    raise ValueError("poison")


def ask_too_long(**ids: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '20ms'")
        cursor.execute("SELECT pg_sleep(1)")


def die(user_id: int, key: str) -> None:
    """Does its work, and the worker is killed before it can say so."""
    leave_mark(user_id, key)
    if os.environ.get("DIE_HERE"):
        os._exit(9)


def marks() -> int:
    return UserSetting.objects.filter(key__startswith="mark").count()


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_ring", lambda: None)


def test_a_transaction_that_is_taken_back_leaves_no_work(cast: Cast) -> None:
    with pytest.raises(ValueError, match="back"), transaction.atomic():
        queue.enqueue(f"{HERE}.leave_mark", user_id=cast.guard.pk, key="mark")
        raise ValueError("back")
    assert queue.backlog() == 0


def test_the_same_key_again_does_nothing(cast: Cast) -> None:
    for _turn in range(3):
        queue.enqueue(f"{HERE}.leave_mark", dedupe="once", user_id=cast.guard.pk, key="mark")
    assert queue.drain(timezone.now()) == 1
    assert marks() == 1


def test_work_waits_for_its_time(cast: Cast) -> None:
    now = timezone.now()
    queue.enqueue(f"{HERE}.leave_mark", run_after=now + timedelta(hours=1), user_id=cast.guard.pk, key="mark")
    assert queue.drain(now) == 0
    assert queue.drain(now + timedelta(hours=2)) == 1


@pytest.mark.parametrize("poison", ["fail", "ask_too_long", "gone_with_an_old_release"])
def test_poison_ends_in_a_dead_letter_after_five_tries_while_others_go_on(cast: Cast, poison: str) -> None:
    now = timezone.now()
    queue.enqueue(f"{HERE}.{poison}", run_after=now - timedelta(hours=1), a_id=7)
    for turn in range(7):
        queue.enqueue(f"{HERE}.leave_mark", run_after=now, user_id=cast.guard.pk, key=f"mark {turn}")
        queue.drain(now)
        assert marks() == turn + 1
        now += timedelta(hours=2)
    [letter] = DeadLetter.objects.all()
    assert (letter.task, letter.arguments) == (f"{HERE}.{poison}", {"a_id": 7})
    assert letter.reason
    assert Outbox.objects.get(task=letter.task).attempts == queue.TRIES
    assert queue.backlog() == 0


def test_each_failure_waits_longer(cast: Cast) -> None:
    now = timezone.now()
    queue.enqueue(f"{HERE}.fail", run_after=now)
    waits = []
    for _turn in range(4):
        queue.drain(now)
        row = Outbox.objects.get()
        waits.append((row.run_after - now) / timedelta(minutes=1))
        now = row.run_after
    assert waits == [1, 5, 15, 60]


def test_a_failed_task_leaves_nothing_half_done(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(user_id: int) -> None:
        leave_mark(user_id, "mark")
        raise ValueError("half")

    monkeypatch.setattr(sys.modules[__name__], "half", half, raising=False)
    queue.enqueue(f"{HERE}.half", user_id=cast.guard.pk)
    queue.drain(timezone.now())
    assert marks() == 0
    assert Outbox.objects.get().last_error == "ValueError: half"


def test_a_database_that_went_away_is_no_failure_of_the_task(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(row: Outbox, error: Exception, now: Any) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(queue, "_failed", gone)
    queue.enqueue(f"{HERE}.fail")
    with pytest.raises(DatabaseError):
        queue.drain(timezone.now())
    assert Outbox.objects.get().attempts == 0


def test_done_rows_are_forgotten_and_waiting_ones_kept(cast: Cast) -> None:
    now = timezone.now()
    queue.enqueue(f"{HERE}.leave_mark", user_id=cast.guard.pk, key="mark")
    queue.drain(timezone.now())
    queue.enqueue(f"{HERE}.fail")
    assert queue.forget_done(now + timedelta(days=1)) == 1
    assert queue.backlog() == 1


def test_a_broken_tick_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def broken(now: Any) -> None:
        raise ValueError("broken")

    monkeypatch.setattr(queue, "_every_tick", [broken, lambda now: ran.append("good")])
    assert queue.tick(timezone.now()) == [f"{HERE}.broken"]
    assert ran == ["good"]


def test_two_relays_at_once_do_each_row_once(committed_db: Any) -> None:
    user = person("relay", "甲", "SECURITY", "MEMBER")
    for turn in range(30):
        queue.enqueue(f"{HERE}.leave_mark", user_id=user.pk, key=f"mark {turn}")
    tried: list[int] = []

    def relay() -> None:
        try:
            tried.append(queue.drain(timezone.now()))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=relay) for _turn in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    queue.drain(timezone.now())
    assert marks() == 30
    assert not Outbox.objects.exclude(last_error="").exists()
    assert queue.backlog() == 0


CHILD = """
import django
django.setup()
from django.utils import timezone
from core import queue
queue.drain(timezone.now())
"""


def test_what_a_killed_worker_was_doing_is_done_by_the_next(committed_db: Any) -> None:
    user = person("killed", "甲", "SECURITY", "MEMBER")
    queue.enqueue(f"{HERE}.die", user_id=user.pk, key="mark")
    env = {**os.environ, "DATABASE_URL": committed_db.url, "DIE_HERE": "1"}
    child = subprocess.run([sys.executable, "-c", CHILD], env=env, timeout=50)
    assert child.returncode == 9
    assert marks() == 0
    assert queue.drain(timezone.now()) == 1
    assert marks() == 1
    assert Outbox.objects.get().attempts == 0


def test_leased_work_runs_outside_any_transaction_and_is_taken_over_when_the_lease_is_over(committed_db: Any) -> None:
    SEEN.clear()
    queue.enqueue(f"{__name__}.long_work", number=1)
    now = timezone.now()
    row = Outbox.objects.get()
    Outbox.objects.filter(pk=row.pk).update(run_after=now + queue.LEASE)
    assert queue.drain(now) == 0
    assert queue.drain(now + queue.LEASE) == 1
    assert SEEN == [(1, False)]
    assert Outbox.objects.get().done_at is not None


@queue.leased
def kill_the_worker() -> None:
    os._exit(9)


CHILD_LATER = """
import sys
import django
django.setup()
from datetime import datetime
from core import queue
queue.drain(datetime.fromisoformat(sys.argv[1]))
"""


def test_work_that_kills_its_worker_five_times_becomes_a_dead_letter(committed_db: Any) -> None:
    queue.enqueue(f"{HERE}.kill_the_worker")
    now, env = timezone.now(), {**os.environ, "DATABASE_URL": committed_db.url}
    for turn in range(queue.TRIES):
        child = subprocess.run([sys.executable, "-c", CHILD_LATER, now.isoformat()], env=env, timeout=50)
        assert child.returncode == 9
        assert Outbox.objects.get().attempts == turn + 1
        now += queue.LEASE
    assert queue.drain(now) == 1
    assert DeadLetter.objects.get().reason == queue.DIED
    assert queue.backlog() == 0


SEEN: list[tuple[int, bool]] = []


@queue.leased
def long_work(number: int) -> None:
    SEEN.append((number, connection.in_atomic_block))
