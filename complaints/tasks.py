"""What falls due by the clock: return visits, late complaints, late measures. Any of it may run twice, late or side by side."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from complaints.flow import COMPLAINT_FLOW
from complaints.models import Complaint, EscalationStep, Measure
from complaints.services import deadlines, visits
from core import queue
from core.flow import TooLate

FROM_HOUR = 8
AT_ONCE = 500


@queue.every_tick
def plan_visits(now: dt.datetime) -> None:
    """Has each complaint that a department has handled decided on: a return visit by the rules, or none."""
    for pk, turn in Complaint.objects.filter(state=Complaint.State.HANDLED).values_list("pk", "round")[:AT_ONCE]:
        queue.enqueue("complaints.tasks.plan_visit", dedupe=f"complaint:{pk}:visit:{turn}", complaint_id=pk)


def plan_visit(complaint_id: int) -> None:
    """Plans the visit of the round or leaves it out, as the rules say, unless somebody has."""
    complaint = Complaint.objects.select_related("kind").get(pk=complaint_id)
    step = "no_visit" if visits.due_by_rule(complaint) is None else "plan_visit"
    try:
        COMPLAINT_FLOW.take(complaint, step, by=None, at=timezone.now())
    except TooLate:
        return


@queue.every_tick
def escalate_late(now: dt.datetime) -> None:
    """Has everybody told who stands on the ladder of a late complaint and was not."""
    for pk, step, due_at in deadlines.unsent(now):
        queue.enqueue("complaints.tasks.escalate", dedupe=f"complaint:{pk}:late:{step}:{due_at.timestamp()}", complaint_id=pk, step_id=step)


def escalate(complaint_id: int, step_id: int) -> None:
    """Tells one rung of one complaint; the row that keeps it is unique."""
    deadlines.escalate(Complaint.objects.get(pk=complaint_id), EscalationStep.objects.get(pk=step_id), at=timezone.now())


@queue.every_tick
def remind_of_measures(now: dt.datetime) -> None:
    """In the morning after its day, owner and manager hear that a measure is late."""
    local = timezone.localtime(now)
    if local.hour >= FROM_HOUR:
        day = local.date().isoformat()
        queue.enqueue("complaints.tasks.remind_of_measures_of_day", dedupe=f"complaint-measures:{day}", day=day)


def remind_of_measures_of_day(day: str) -> None:
    """Each notice carries its own key, so twice is once."""
    on = dt.date.fromisoformat(day)
    for measure in Measure.objects.overdue(on).select_related("owner"):
        deadlines.remind_of_measure(measure, on=on)
