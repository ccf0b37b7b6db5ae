"""Reminders of what runs out."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from core import queue
from fitout.services import expiries

AT_ONCE = 500


@queue.every_tick
def remind_of_expiries(now: dt.datetime) -> None:
    """Has customer service reminded of all that runs out and of which it was not yet reminded on this rung."""
    for expiry, step in expiries.unsent(now)[:AT_ONCE]:
        told: dict[str, Any] = {"what": expiry.key, "on": expiry.on.isoformat(), "step": step}
        queue.enqueue("fitout.tasks.expiries.remind", dedupe=f"expiry:{expiry.key}:{expiry.on}:{step}", **told)


def remind(what: str, on: str, step: int) -> None:
    """One thing on one rung."""
    expiries.remind(what, dt.date.fromisoformat(on), step, at=timezone.now())
