"""Time limits of complaints and who hears when one has passed: once for each rung of the ladder and limit."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_noop

from complaints import access
from complaints.models import Audience, Complaint, ComplaintKind, Escalation, EscalationStep, Measure
from core import clock, notices
from core.database import lock
from core.models import Notice
from staff import access as staff

LATE = gettext_noop("%(number)s is past its time limit of %(due)s: %(name)s, %(kind)s.")
MEASURE_LATE = gettext_noop("%(number)s was due on %(due)s: %(text)s")


def limit(kind: ComplaintKind, at: dt.datetime, hours: int) -> dt.datetime:
    """The moment so many hours after `at`, in working hours where the kind counts those."""
    return clock.add_working_hours(at, hours) if kind.in_working_hours else at + dt.timedelta(hours=hours)


def unsent(now: dt.datetime) -> list[tuple[int, int, dt.datetime]]:
    """(complaint, rung, time limit) of everything somebody must hear of and has not."""
    found = []
    for step in EscalationStep.objects.filter(is_active=True):
        told = Escalation.objects.filter(complaint=OuterRef("pk"), step=step, due_at=OuterRef("due_at"))
        late = Complaint.objects.overdue(now - dt.timedelta(hours=step.hours_late)).filter(~Exists(told))
        found += [(pk, step.pk, due_at) for pk, due_at in late.values_list("pk", "due_at")[:500] if due_at]
    return found


def escalate(complaint: Complaint, step: EscalationStep, *, at: dt.datetime) -> Escalation | None:
    """Tells who stands on this rung, once for the time limit; None when it no longer holds or was told."""
    with transaction.atomic():
        [fresh] = lock(complaint)
        if not fresh.is_open or fresh.due_at is None or fresh.due_at + dt.timedelta(hours=step.hours_late) > at:
            return None
        people = list(audience(fresh, step.audience))
        names = "、".join(str(person) for person in people)[:200]
        row, is_new = Escalation.objects.get_or_create(
            complaint=fresh, step=step, due_at=fresh.due_at, defaults={"told_at": at, "told": names or str(step.get_audience_display())}
        )
        if not is_new:
            return None
        notices.tell(people, LATE, topic="overdue.complaint", record=fresh, values=words(fresh), weight=Notice.Weight.URGENT)
        return row


def words(complaint: Complaint) -> dict[str, str]:
    """What a notice says of a complaint."""
    due = f"{timezone.localtime(complaint.due_at):%Y-%m-%d %H:%M}" if complaint.due_at else ""
    return {"number": complaint.number, "name": complaint.company or complaint.name, "kind": complaint.kind.name_zh, "due": due}


def audience(complaint: Complaint, who: str) -> Any:
    """The people on a rung: the head whose department's turn it is, or the management."""
    if who in (Audience.DEPARTMENT_HEAD, Audience.SERVICE_HEAD):
        its_turn = complaint.state == Complaint.State.ASSIGNED and who == Audience.DEPARTMENT_HEAD
        code = complaint.department.code if its_turn and complaint.department else "CUSTOMER_SERVICE"
        return access.heads_in(code, complaint.building_id)
    role = staff.GENERAL_MANAGER if who == Audience.GENERAL_MANAGER else staff.PROPERTY_MANAGER
    return staff.holders(role, complaint)


def remind_of_measure(measure: Measure, *, on: dt.date) -> int:
    """Owner and customer service manager hear once that a measure is late; how many were told."""
    people = [measure.owner, *staff.members("CUSTOMER_SERVICE", measure.building_id, staff.HEADS)]
    values = {"number": measure.number, "due": measure.due_on.isoformat(), "text": measure.text[:80]}
    key = f"measure:{measure.pk}:late:{measure.due_on.isoformat()}"
    return notices.tell(people, MEASURE_LATE, topic="overdue.measure", record=measure, values=values, dedupe=key)
