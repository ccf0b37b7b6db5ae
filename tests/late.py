"""Late complaints and work orders, the sweeps that find them, and workers that are killed at them: what reliability.md B3 and C4 ask."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, connections
from django.utils import timezone

import complaints.models as of_complaints
import repairs.models as of_repairs
from complaints import tasks as complaint_tasks
from complaints.services import deadlines as complaint_deadlines
from core import queue
from core.models import Notice, Outbox
from repairs import tasks as repair_tasks
from repairs.services import deadlines as repair_deadlines
from tests.complaints.factories import a_complaint
from tests.complaints.test_handling import take
from tests.conftest import Cast, a_building
from tests.repairs.factories import a_public_order, moved, the_tenant


@dataclass(frozen=True)
class Ladder:
    """How records of an app are late: how one is made, who sweeps, what the rungs leave behind."""

    topic: str
    make: Callable[[Cast], Any]
    tasks: Any
    deadlines: Any
    step: Any
    told: Any
    names: str


def a_late_order(cast: Cast) -> Any:
    order = moved(a_public_order(cast, cast.home), cast, "dispatch")
    of_repairs.WorkOrder.objects.filter(pk=order.pk).update(due_at=timezone.now() - dt.timedelta(days=3))
    return order


def a_late_complaint(cast: Cast) -> Any:
    complaint = take(a_complaint(cast, cast.home, tenant=the_tenant(cast, cast.home)), "assign", cast.service_clerk, department="CLEANING")
    of_complaints.Complaint.objects.filter(pk=complaint.pk).update(due_at=timezone.now() - dt.timedelta(days=3))
    return complaint


LADDERS = {
    "repairs": Ladder(
        "overdue.repair", a_late_order, repair_tasks, repair_deadlines, of_repairs.EscalationStep, of_repairs.Escalation, "order"
    ),
    "complaints": Ladder(
        "overdue.complaint", a_late_complaint, complaint_tasks, complaint_deadlines, of_complaints.EscalationStep,
        of_complaints.Escalation, "complaint",
    ),
}  # fmt: skip


def a_house() -> Cast:
    return Cast(a_building("A", "云汇中心 A 座"), a_building("B", "云汇中心 B 座"))


def sweep(ladder: Ladder) -> None:
    """What one worker does in its minute: looks for what is late, and works off what it finds."""
    ladder.tasks.escalate_late(timezone.now())
    queue.drain(timezone.now(), limit=200)


def mistakes(ladder: Ladder, records: list[Any]) -> list[str]:
    """Rungs that nobody heard of, or somebody heard of twice; empty when each was told exactly once."""
    rungs = list(ladder.step.objects.filter(is_active=True))
    found = []
    for record in records:
        told = ladder.told.objects.filter(**{ladder.names: record})
        if sorted(told.values_list("step", flat=True)) != sorted(rung.pk for rung in rungs):
            found.append(f"{record}: {told.count()} of {len(rungs)} rungs")
        fresh = type(record).objects.get(pk=record.pk)
        wanted = sorted(person.pk for rung in rungs for person in ladder.deadlines.audience(fresh, rung.audience))
        heard = sorted(Notice.objects.filter(topic=ladder.topic, object_id=record.pk).values_list("recipient", flat=True))
        if heard != wanted:
            found.append(f"{record}: heard by {heard}, not {wanted}")
    return found


POINTS = ("before the work", "after the work", "before the commit")


def drain_and_die(point: str) -> None:
    """A worker in a process of its own takes one row of the queue and is killed there, as by kill -9."""
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            _deadly(point)
            queue.drain(timezone.now(), limit=1)
        finally:
            os._exit(9)
    assert os.waitpid(child, 0)[1] >> 8 == 9


def _deadly(point: str) -> None:
    named, save = queue._function, Outbox.save

    def function(task: str) -> Any:
        work = named(task)

        def killed(**arguments: Any) -> None:
            if point == "before the work":
                os._exit(9)
            assert work is not None
            work(**arguments)
            if point == "after the work":
                os._exit(9)

        return killed

    def saved(row: Outbox, *arguments: Any, **named: Any) -> None:
        save(row, *arguments, **named)
        os._exit(9)

    queue._function = function
    if point == "before the commit":
        Outbox.save = saved  # type: ignore[method-assign,assignment]


def close() -> None:
    connection.close()
