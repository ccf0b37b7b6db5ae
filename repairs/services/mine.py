"""A technician's work orders: where each stands on their page, and the order in which they walk."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from repairs.models import WorkOrder

NOW, NOBODY, LATER, WAITS = "now", "nobody", "later", "waits"
NOT_BEGUN = frozenset({"ASSIGNED", "ACCEPTED", "REWORK"})


def walking_order(order: WorkOrder) -> tuple[Any, ...]:
    """By appointment, then up the floors and along the units."""
    floor = getattr(order.unit or order.area, "floor", None)
    place = str(order.unit.code if order.unit else order.area or "")
    when = order.appointment_at or dt.datetime.max.replace(tzinfo=dt.UTC)
    return when, floor.level if floor else 0, place, order.pk


def part_of(order: WorkOrder, now: dt.datetime) -> str:
    """Under which heading a work order stands at a moment; what is begun is today's."""
    if order.is_paused or (order.state == WorkOrder.State.TO_CONFIRM and order.is_checked_by_us):
        return WAITS
    if order.assignee_id is None:
        return NOBODY
    begins = order.appointment_at or order.due_at
    tomorrow = timezone.localdate(now) + dt.timedelta(days=1)
    is_later = order.state in NOT_BEGUN and begins is not None and timezone.localdate(begins) >= tomorrow
    return LATER if is_later else NOW
