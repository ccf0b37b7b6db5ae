"""Work that must happen after a transaction: written with it, done by a worker, never lost (reliability rule 8).

The database is the queue. Celery is only the doorbell: a lost message costs at most one beat of the relay.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from core.models import DeadLetter, Outbox

logger = logging.getLogger(__name__)

TRIES = 5
BATCH = 50
# Longer than any task may run (the workers' time limit is ten minutes).
LEASE = timedelta(minutes=15)
# Minutes to wait after the first, second, third and fourth failure.
PATIENCE = (1, 5, 15, 60)
DIED = "The worker ended before this work did, five times."

_every_tick: list[Callable[[datetime], Any]] = []


def every_tick(function: Callable[[datetime], Any]) -> Callable[[datetime], Any]:
    """Registers due work: `function(now)` runs each minute and must be safe to run twice, late or side by side."""
    if function not in _every_tick:
        _every_tick.append(function)
    return function


def tick(now: datetime) -> list[str]:
    """Runs all due work; one that fails doesn't stop the others. Returns the names of those that failed."""
    failed = []
    for function in _every_tick:
        try:
            function(now)
        except Exception:
            logger.exception("tick: %s failed", function.__name__)
            failed.append(f"{function.__module__}.{function.__name__}")
    return failed


def enqueue(task: str, *, dedupe: str | None = None, run_after: datetime | None = None, **arguments: Any) -> None:
    """Has `task` (dotted path of a function taking these ids) called by a worker once this transaction commits.

    The same `dedupe` again does nothing. Without a transaction it is written at once.
    """
    values = {"task": task, "arguments": arguments, "dedupe": dedupe, "run_after": run_after or timezone.now()}
    Outbox.objects.bulk_create([Outbox(**values)], ignore_conflicts=True)
    transaction.on_commit(_ring)


def _ring() -> None:
    """Wakes a worker now; if the broker is away, the relay's next beat does it."""
    from core.tasks import relay

    try:
        relay.apply_async(retry=False, ignore_result=True)
    except Exception as error:
        logger.warning("the doorbell failed: %s", error)


def drain(now: datetime, limit: int = BATCH) -> int:
    """Does what is due, one row a transaction; any number of workers may run it. Returns how many were tried."""
    tried = 0
    while tried < limit and _do_one(now):
        tried += 1
    return tried


def leased(function: Callable[..., Any]) -> Callable[..., Any]:
    """Marks work that must not sit in a transaction: mail, webhooks, long jobs.

    Its row is leased for fifteen minutes, then the work runs with no transaction around it. A worker that dies
    leaves the row to the next one when the lease is over, so the work itself must be safe to repeat. Each start counts
    as a try: work that kills its worker five times becomes a dead letter.
    """
    function.is_leased = True  # type: ignore[attr-defined]
    return function


def _do_one(now: datetime) -> bool:
    with transaction.atomic():
        row = _next(now)
        if row is None:
            return False
        function = _function(row.task)
        if not getattr(function, "is_leased", False):
            row.attempts += 1
            _attempt(row, function, now, atomic=True)
            return True
        if row.attempts >= TRIES:
            row.last_error = DIED
            _bury(row, now)
            return True
        # Counted before the work: a worker that it kills can't count afterwards.
        row.attempts, row.run_after = row.attempts + 1, now + LEASE
        row.save(update_fields=["attempts", "run_after"])
    _attempt(row, function, now, atomic=False)
    return True


def _next(now: datetime) -> Outbox | None:
    rows = Outbox.objects.select_for_update(skip_locked=True).filter(done_at=None, run_after__lte=now)
    return rows.order_by("run_after", "pk").first()


def _attempt(row: Outbox, function: Callable[..., Any] | None, now: datetime, *, atomic: bool) -> None:
    try:
        if function is None:
            raise LookupError(f"there is no task {row.task}")
        with transaction.atomic() if atomic else nullcontext():
            function(**row.arguments)
    except Exception as error:
        # A lost connection raises anew in `_failed`, so a database that is away counts against no task.
        logger.exception("outbox: %s failed", row.task)
        _failed(row, error, now)
    else:
        row.done_at = now
        row.save(update_fields=["done_at"])


def _function(task: str) -> Callable[..., Any] | None:
    """What a dotted path names; None when it is gone. A Celery task is called in place, without its broker."""
    module, _dot, name = task.rpartition(".")
    try:
        function = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError):
        return None
    return getattr(function, "run", function)


def _failed(row: Outbox, error: Exception, now: datetime) -> None:
    row.last_error = f"{type(error).__name__}: {error}"[:2000]
    if row.attempts >= TRIES:
        _bury(row, now)
        return
    row.run_after = now + timedelta(minutes=PATIENCE[row.attempts - 1])
    row.save(update_fields=["attempts", "last_error", "run_after"])


def _bury(row: Outbox, now: datetime) -> None:
    """Makes a dead letter of a row, with its last error as the reason."""
    letter = DeadLetter.objects.create(task=row.task, arguments=row.arguments, reason=row.last_error, failed_at=now)
    _raise_alarm(letter)
    row.done_at = now
    row.save(update_fields=["attempts", "last_error", "done_at"])


def _raise_alarm(letter: DeadLetter) -> None:
    """Tells whoever administers this installation; they look at it in the admin."""
    from core import notices

    administrators = get_user_model()._default_manager.filter(is_superuser=True, is_active=True)
    text = gettext_noop("%(task)s has failed five times: %(reason)s")
    values = {"task": letter.task, "reason": letter.reason[:120]}
    url = reverse("admin:core_deadletter_change", args=[letter.pk])
    notices.tell(administrators, text, topic="overdue.task", weight="URGENT", values=values, url=url)


def backlog() -> int:
    """Rows that wait."""
    return Outbox.objects.filter(done_at=None).count()


def forget_done(before: datetime) -> int:
    """Deletes rows done before a time; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_outbox WHERE done_at < %s", [before])
        return cursor.rowcount
