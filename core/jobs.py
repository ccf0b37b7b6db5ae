"""Long runs that somebody waits for: queued as rows, run by a worker, with progress and a result by row."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from core import notices, queue
from core.models import Job

logger = logging.getLogger(__name__)

# Seconds; longer than any job may run.
REMEMBERED = 24 * 3600

WORDS: dict[str, str] = {
    Job.State.DONE: gettext_noop("%(title)s is done."),
    Job.State.PARTLY_FAILED: gettext_noop("%(title)s is done, but some rows failed: look at the result."),
}
Runner = Callable[[Job], "dict[str, Any] | None"]
_runners: dict[str, Runner] = {}
# Kinds whose runner commits as it goes and, run again after a kill, goes on where it was.
_stepwise: set[str] = set()


def runner(kind: str, *, atomic: bool = True) -> Callable[[Runner], Runner]:
    """Registers what runs jobs of a kind: `function(job) -> result`; one with `errors` or `skipped` means partly failed.

    A job is one transaction, unless `atomic` is False: then the function commits as it goes and must be safe to repeat.
    """

    def register(function: Runner) -> Runner:
        _runners[kind] = function
        if not atomic:
            _stepwise.add(kind)
        return function

    return register


def start(kind: str, title: str, *, owner: Any, arguments: dict[str, Any]) -> Job:
    """Queues a job; its page is `core:job`."""
    with transaction.atomic():
        job = Job.objects.create(kind=kind, title=title[:200], owner=owner, arguments=arguments)
        queue.enqueue("core.tasks.run_job", dedupe=f"job:{job.pk}", job_id=job.pk)
    return job


def of(user: Any) -> QuerySet[Job]:
    """Somebody's own jobs: nobody else looks at them."""
    return Job.objects.filter(owner=user)


def keep(kind: str, title: str, *, owner: Any, result: dict[str, Any]) -> Job:
    """A job that was short enough to be done at once: only its result is kept, and nobody is told."""
    number = len(result.get("done", ())) + result.get("skipped_count", 0)
    state = _state_of(result)
    values = {"kind": kind, "title": title[:200], "owner": owner, "state": state, "result": result}
    return Job.objects.create(**values, done=number, total=number, finished_at=timezone.now())


def _state_of(result: dict[str, Any]) -> str:
    return Job.State.PARTLY_FAILED if result.get("errors") or result.get("skipped") else Job.State.DONE


def progress(job: Job, done: int, total: int) -> None:
    """Shows how far a job is, at once: it goes through the cache, for a job's own transaction shows nothing before its end."""
    cache.set(_mark(job.pk), (done, total), REMEMBERED)
    Job.objects.filter(pk=job.pk).update(done=done, total=total)


def how_far(job: Job) -> tuple[int, int]:
    """(done, total) of a job: while it runs as it last said, afterwards as its row keeps it."""
    said = None if job.finished_at else cache.get(_mark(job.pk))
    return said or (job.done, job.total)


def _mark(job_id: int) -> str:
    return f"job-progress:{job_id}"


def run(job_id: int) -> None:
    """Runs a queued job once and tells its owner. What it raises is its result, not the worker's trouble."""
    job = Job.objects.select_related("owner").get(pk=job_id)
    if job.state in {Job.State.DONE, Job.State.PARTLY_FAILED, Job.State.FAILED}:
        return
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING)
    try:
        with nullcontext() if job.kind in _stepwise else transaction.atomic():
            result = _runners[job.kind](job) or {}
        state = _state_of(result)
    except Exception as error:
        logger.exception("job %s failed", job.pk)
        # What a stepwise run has done stays done, and stays named.
        kept = Job.objects.values_list("result", flat=True).get(pk=job.pk)
        result, state = {**kept, "error": str(error) or type(error).__name__}, Job.State.FAILED
    Job.objects.filter(pk=job.pk).update(state=state, result=result, finished_at=timezone.now())
    _tell(job, state)


def _tell(job: Job, state: str) -> None:
    text = WORDS.get(state, gettext_noop("%(title)s has failed, look at the result."))
    url = reverse("core:job", args=[job.pk])
    notices.tell([job.owner], text, topic="job", values={"title": job.title}, url=url, dedupe=f"job:{job.pk}")
