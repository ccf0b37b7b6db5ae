"""Site checks whose signal was lost, and breaches past their deadline."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from core import queue
from fitout.models import Breach, BreachStep
from fitout.services import breaches, site_checks


@queue.every_tick
def keep_site_checks(now: dt.datetime) -> None:
    """Makes the checks of finished rounds that have none."""
    site_checks.sweep(now)


@queue.every_tick
def find_late_breaches(now: dt.datetime) -> None:
    """Has everybody told who stands on the ladder of a late breach and was not."""
    for pk, step, due in breaches.untold(now):
        queue.enqueue("fitout.tasks.site.alarm", dedupe=f"breach:{pk}:late:{step}:{due.timestamp()}", breach_id=pk, step_id=step)


def alarm(breach_id: int, step_id: int) -> None:
    """Tells one rung of one breach; the row that keeps it is unique."""
    breaches.alarm(Breach.objects.get(pk=breach_id), BreachStep.objects.get(pk=step_id), at=timezone.now())
