"""A long run ends in one of three ways, and its owner hears of it once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from core import jobs, queue
from core.models import Job, Notice, Outbox, UserSetting
from tests.conftest import Cast, person


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_ring", lambda: None)


@pytest.fixture
def run(cast: Cast) -> Iterator[Callable[[jobs.Runner], Job]]:
    """Starts and runs a job of a function."""

    def start(function: jobs.Runner) -> Job:
        jobs.runner("test")(function)
        job = jobs.start("test", "Test", owner=cast.frontdesk, arguments={"turns": 3})
        assert Job.objects.get(pk=job.pk).state == Job.State.QUEUED
        queue.drain(timezone.now())
        return Job.objects.get(pk=job.pk)

    yield start
    jobs._runners.pop("test", None)


def test_its_result_is_kept_and_its_owner_told(cast: Cast, run: Callable[[jobs.Runner], Job], as_user: Callable[[Any], Client]) -> None:
    def count(job: Job) -> dict[str, Any]:
        jobs.progress(job, 3, job.arguments["turns"])
        return {"rows": 3}

    job = run(count)
    assert (job.state, job.done, job.total, job.result) == (Job.State.DONE, 3, 3, {"rows": 3})
    assert job.finished_at
    assert Notice.objects.get().recipient == cast.frontdesk
    assert as_user(cast.frontdesk).get(f"/jobs/{job.pk}/").status_code == 200
    assert as_user(cast.service_head).get(f"/jobs/{job.pk}/").status_code == 404


def test_how_far_it_is_shows_before_its_transaction_ends(committed_db: Any) -> None:
    owner = person("waiting", "甲", "SECURITY", "MEMBER")
    seen: list[tuple[tuple[int, int], int]] = []

    def look(pk: int) -> None:
        try:
            row = Job.objects.get(pk=pk)
            seen.append((jobs.how_far(row), row.done))
        finally:
            connections.close_all()

    def half_way(job: Job) -> None:
        jobs.progress(job, 2, 4)
        reader = threading.Thread(target=look, args=[job.pk])
        reader.start()
        reader.join(20)

    jobs.runner("test")(half_way)
    jobs.start("test", "Test", owner=owner, arguments={})
    queue.drain(timezone.now())
    jobs._runners.pop("test")
    assert seen == [((2, 4), 0)]


def test_rows_that_failed_make_it_partly_failed(run: Callable[[jobs.Runner], Job]) -> None:
    job = run(lambda job: {"errors": ["row 2"]})
    assert job.state == Job.State.PARTLY_FAILED
    assert "failed" in Notice.objects.get().text


def test_what_it_raises_is_its_result_and_leaves_nothing_half_done(cast: Cast, run: Callable[[jobs.Runner], Job]) -> None:
    def fail(job: Job) -> None:
        UserSetting.objects.create(user=cast.guard, key="half", value=1)
        raise ValueError("the sheet is empty")

    job = run(fail)
    assert (job.state, job.result) == (Job.State.FAILED, {"error": "the sheet is empty"})
    assert not UserSetting.objects.filter(key="half").exists()
    assert Outbox.objects.get(task="core.tasks.run_job").last_error == ""


def test_a_kind_nobody_runs_any_more_fails_with_words(cast: Cast) -> None:
    job = jobs.start("gone", "Gone", owner=cast.frontdesk, arguments={})
    queue.drain(timezone.now())
    assert Job.objects.get(pk=job.pk).state == Job.State.FAILED


def test_it_runs_once_however_often_it_is_called(run: Callable[[jobs.Runner], Job]) -> None:
    turns: list[int] = []

    def count(job: Job) -> None:
        turns.append(job.pk)

    job = run(count)
    jobs.run(job.pk)
    assert turns == [job.pk]
    assert Notice.objects.count() == 1
