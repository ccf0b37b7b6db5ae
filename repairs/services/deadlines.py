"""Time limits of work orders, their pauses, and who hears when one has passed: once for each rung of the ladder and limit."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_noop

from core import clock, notices
from core.database import lock
from core.models import Notice
from repairs import access
from repairs.models import Audience, Escalation, EscalationStep, WorkOrder
from staff import access as staff

LATE = gettext_noop("%(number)s is past its time limit of %(due)s: %(name)s, %(what)s.")
# In these it is engineering's turn, else customer service's.
ENGINEERING_STATES = frozenset({"REVIEW", "ASSIGNED", "ACCEPTED", "IN_PROGRESS", "REWORK"})
AT_ONCE = 500


def limit(order: WorkOrder, at: dt.datetime, minutes: int) -> dt.datetime:
    """The moment so many minutes after `at`, in service hours where the urgency counts those."""
    span = dt.timedelta(minutes=minutes)
    return clock.add_working_time(at, span) if order.urgency.in_working_hours else at + span


def finish_limit(order: WorkOrder) -> dt.datetime:
    """When the work is to be done: from the request, or from the appointment when that is later."""
    begin = max(order.received_at, order.appointment_at or order.received_at)
    return limit(order, begin, work_minutes(order))


def work_minutes(order: WorkOrder) -> int:
    """The category's own time to finish, else the urgency's; what can't wait for service hours never gets longer by its category."""
    own, usual = order.category.finish_minutes or order.urgency.finish_minutes, order.urgency.finish_minutes
    return own if order.urgency.in_working_hours else min(own, usual)


def arrival_limit(order: WorkOrder, at: dt.datetime) -> dt.datetime:
    """When somebody must be there: before the appointment, else by the urgency (manual 3.4.4-5.a)."""
    if order.appointment_at and order.appointment_at > at:
        return order.appointment_at
    return limit(order, at, order.urgency.arrive_minutes)


def begin_pause(order: WorkOrder, at: dt.datetime, reason: str) -> list[str]:
    """Stops the clock; returns the fields that changed."""
    order.paused_at, order.pause_reason = at, reason
    return ["paused_at", "pause_reason"]


def end_pause(order: WorkOrder, at: dt.datetime) -> list[str]:
    """Lets the clock go on: both limits move by the time that it stood still."""
    if order.paused_at is None:
        return []
    for name in ("due_at", "finish_by"):
        if getattr(order, name):
            setattr(order, name, _moved(order, getattr(order, name), at))
    order.paused_at, order.pause_reason = None, ""
    return ["paused_at", "pause_reason", "due_at", "finish_by"]


def _moved(order: WorkOrder, due: dt.datetime, at: dt.datetime) -> dt.datetime:
    """A limit after the pause: as much time is left as when it began; one that had passed stays as late as it was."""
    since = order.paused_at or at
    if due <= since or not order.urgency.in_working_hours:
        return due + (at - since)
    return clock.add_working_time(at, clock.working_time_between(since, due))


def unsent(now: dt.datetime) -> list[tuple[int, int, dt.datetime]]:
    """(work order, rung, time limit) of everything somebody must hear of and has not."""
    found = []
    for step in EscalationStep.objects.filter(is_active=True):
        told = Escalation.objects.filter(order=OuterRef("pk"), step=step, due_at=OuterRef("due_at"))
        late = WorkOrder.objects.overdue(now - dt.timedelta(minutes=step.minutes_late)).filter(~Exists(told))
        found += [(pk, step.pk, due_at) for pk, due_at in late.order_by("due_at").values_list("pk", "due_at")[:AT_ONCE] if due_at]
    return found


def escalate(order: WorkOrder, step: EscalationStep, *, at: dt.datetime) -> Escalation | None:
    """Tells who stands on this rung, once for the time limit; None when it no longer holds or was told."""
    with transaction.atomic():
        [fresh] = lock(order)
        due_at = fresh.due_at
        still = WorkOrder.objects.overdue(at - dt.timedelta(minutes=step.minutes_late)).filter(pk=fresh.pk).exists()
        if due_at is None or not still:
            return None
        people = list(audience(fresh, step.audience))
        names = "、".join(str(person) for person in people)[:200] or str(step.get_audience_display())
        row, is_new = Escalation.objects.get_or_create(order=fresh, step=step, due_at=due_at, defaults={"told_at": at, "told": names})
        if not is_new:
            return None
        notices.tell(people, LATE, topic="overdue.repair", record=fresh, values=words(fresh), weight=Notice.Weight.URGENT)
        return row


def words(order: WorkOrder) -> dict[str, str]:
    """What a notice says of a work order."""
    due = f"{timezone.localtime(order.due_at):%Y-%m-%d %H:%M}" if order.due_at else ""
    what = f"{order.category.name_zh} {order.content[:40].rstrip('。.！! ')}"
    return {"number": order.number, "name": where(order), "what": what, "due": due}


def where(order: WorkOrder) -> str:
    """Unit and customer, or the public area, as a line."""
    place = str(order.unit or order.area or "")
    return " ".join(part for part in (place, order.company or order.name) if part)


def audience(order: WorkOrder, who: str) -> Any:
    """The people on a rung: those of the department whose turn it is, or the management."""
    department = "ENGINEERING" if order.state in ENGINEERING_STATES else "CUSTOMER_SERVICE"
    if who == Audience.TURN_LEADERS:
        return staff.members(department, order.building_id, staff.LEADERS)
    if who in (Audience.TURN_HEAD, Audience.SERVICE_HEAD):
        return access.heads_in(department if who == Audience.TURN_HEAD else "CUSTOMER_SERVICE", order.building_id)
    return staff.holders(staff.GENERAL_MANAGER if who == Audience.GENERAL_MANAGER else staff.PROPERTY_MANAGER, order)
