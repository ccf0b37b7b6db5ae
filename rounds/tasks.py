"""What falls due by the clock. Any of it may run twice, late or side by side."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from core import queue
from rounds.models import MissedStep, Round
from rounds.services import generation, missed, plans


@queue.every_tick
def make_rounds(now: dt.datetime) -> None:
    """Makes the rounds of all plans ahead of time."""
    generation.generate_due(now)
    generation.follow_calendar(now)
    plans.retire_ended(now)


@queue.every_tick
def find_missed(now: dt.datetime) -> None:
    """Marks what was missed, closes what was never finished, and has the ladder told."""
    missed.mark_missed(now)
    missed.close_unfinished(now)
    for pk, step in missed.untold(now):
        queue.enqueue("rounds.tasks.tell_missed", dedupe=f"round:{pk}:missed:{step}", round_id=pk, step_id=step)


def tell_missed(round_id: int, step_id: int) -> None:
    """Tells one rung of one missed round; the row that keeps it is unique."""
    missed.tell(Round.objects.get(pk=round_id), MissedStep.objects.get(pk=step_id), at=timezone.now())
