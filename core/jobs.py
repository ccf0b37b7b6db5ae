"""Long runs that somebody waits for: queued as rows, run by a worker, with progress and a result by row."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from core import notices, queue
from core.models import Job

logger = logging.getLogger(__name__)

# Seconds; longer than any job may run.
REMEMBERED = 24 * 3600

Runner = Callable[[Job], "dict[str, Any] | None"]
_runners: dict[str, Runner] = {}


def runner(kind: str) -> Callable[[Runner], Runner]:
    """Registers what runs jobs of a kind: `function(job) -> result`; a result with `errors` means partly failed."""

    def keep(function: Runner) -> Runner:
        _runners[kind] = function
        return function

    return keep


def start(kind: str, title: str, *, owner: Any, arguments: dict[str, Any]) -> Job:
    """Queues a job; its page is `core:job`."""
    with transaction.atomic():
        job = Job.objects.create(kind=kind, title=title[:200], owner=owner, arguments=arguments)
        queue.enqueue("core.tasks.run_job", dedupe=f"job:{job.pk}", job_id=job.pk)
    return job


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
        with transaction.atomic():
            result = _runners[job.kind](job) or {}
        state = Job.State.PARTLY_FAILED if result.get("errors") else Job.State.DONE
    except Exception as error:
        logger.exception("job %s failed", job.pk)
        result, state = {"error": str(error) or type(error).__name__}, Job.State.FAILED
    Job.objects.filter(pk=job.pk).update(state=state, result=result, finished_at=timezone.now())
    _tell(job, state)


def _tell(job: Job, state: str) -> None:
    done, failed = gettext_noop("%(title)s is done."), gettext_noop("%(title)s has failed, look at the result.")
    text = done if state == Job.State.DONE else failed
    url = reverse("core:job", args=[job.pk])
    notices.tell([job.owner], text, topic="job", values={"title": job.title}, url=url, dedupe=f"job:{job.pk}")
