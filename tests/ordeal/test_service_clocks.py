"""Return visits, closing, payment and escalation while workers and connections are killed (`make ordeal`): B3, B4 and C4."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from billing import services as billing
from complaints import tasks as complaint_tasks
from complaints.models import Complaint, Measure
from complaints.models import ReturnVisit as ComplaintVisit
from core import queue
from core.models import DeadLetter, HistoryEntry, Notice, Outbox
from repairs import tasks as repair_tasks
from repairs.models import ReturnVisit, VisitRule, WorkOrder
from tests.billing.factories import a_receipt
from tests.complaints.factories import a_complaint, a_measure
from tests.complaints.test_handling import take
from tests.conftest import Cast
from tests.late import LADDERS, POINTS, a_house, drain_and_die, mistakes, sweep
from tests.ordeal.test_races import kill_one_backend
from tests.races import at_once
from tests.repairs.factories import a_public_order, an_order, confirmed, the_tenant

pytestmark = [pytest.mark.ordeal, pytest.mark.timeout(900)]
EACH = 10


@pytest.mark.parametrize("app", sorted(LADDERS))
def test_twelve_workers_tell_each_rung_once_while_their_connections_are_killed(app: str, committed_db: None) -> None:
    """C4: 60 late records, 12 workers, 15 sweeps each, a connection ended in every fourth: nothing missed, nothing twice."""
    ladder, cast, dice = LADDERS[app], a_house(), random.Random(4)
    records = [ladder.make(cast) for _turn in range(60)]
    killed: list[int] = []

    def worker(number: int) -> int:
        lost = 0
        for turn in range(15):
            try:
                if (number == 0 and turn % 2) or dice.random() < 0.2:
                    killed.append(kill_one_backend())
                sweep(ladder)
            except (DatabaseError, InterfaceError):
                connection.close()
                lost += 1
        return lost

    answers = at_once(worker, 12)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    connection.close()
    sweep(ladder)
    assert sum(killed) >= 20 and mistakes(ladder, records) == []
    assert ladder.deadlines.unsent(timezone.now()) == [] and queue.backlog() == 0 and not DeadLetter.objects.exists()


def handled(cast: Cast) -> Complaint:
    complaint = take(a_complaint(cast, cast.home, tenant=the_tenant(cast, cast.home)), "assign", cast.service_clerk, department="CLEANING")
    return take(complaint, "report_result", cast.cleaner, result="已办", cause=None)


def work_of_the_clock(cast: Cast) -> dict[str, list[Any]]:
    """Ten of each thing that the clock does for both apps, written into the queue."""
    made: dict[str, list[Any]] = {
        "visit": [confirmed(an_order(cast, cast.home), cast) for _turn in range(EACH)],
        "paid": [confirmed(an_order(cast, cast.home, service="TAP"), cast) for _turn in range(EACH)],
        "closed": [confirmed(a_public_order(cast, cast.home, phone="", channel="COLLEAGUE"), cast) for _turn in range(EACH)],
        "called back": [handled(cast) for _turn in range(EACH)],
        "late order": [LADDERS["repairs"].make(cast) for _turn in range(EACH)],
        "late complaint": [LADDERS["complaints"].make(cast) for _turn in range(EACH)],
        "late measure": [a_measure(cast, cast.home) for _turn in range(EACH)],
    }
    a_receipt(cast, the_tenant(cast, cast.home), str(billing.owed(the_tenant(cast, cast.home))))
    now = timezone.now()
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Measure.objects.update(due_on=yesterday)
    for due in (repair_tasks.follow_up_done, repair_tasks.settle_paid, repair_tasks.escalate_late):
        due(now)
    for due in (complaint_tasks.plan_visits, complaint_tasks.escalate_late):
        due(now)
    day = timezone.localdate().isoformat()
    queue.enqueue("complaints.tasks.remind_of_measures_of_day", dedupe=f"complaint-measures:{day}", day=day)
    return made


def done_once(made: dict[str, list[Any]]) -> list[str]:
    """What was lost or doubled; empty when each thing was done exactly once."""
    wrong = [f"no visit of {order}" for order in made["visit"] if ReturnVisit.objects.filter(order=order).count() != 1]
    wrong += [f"{order} was not settled once" for order in made["paid"] if steps(order, "paid") != 1]
    wrong += [f"{order} was not closed once" for order in made["closed"] if steps(order, "close") != 1]
    wrong += [f"no visit of {row}" for row in made["called back"] if ComplaintVisit.objects.filter(complaint=row).count() != 1]
    wrong += [f"{row} was not planned once" for row in made["called back"] if steps(row, "plan_visit") != 1]
    for measure in made["late measure"]:
        heard = list(Notice.objects.filter(topic="overdue.measure", object_id=measure.pk).values_list("recipient__username", flat=True))
        wrong += [f"{measure} was heard by {heard}"] if sorted(heard) != ["cleaning_leader", "service_head"] else []
    return [*wrong, *mistakes(LADDERS["repairs"], made["late order"]), *mistakes(LADDERS["complaints"], made["late complaint"])]


def steps(record: Any, name: str) -> int:
    return HistoryEntry.objects.filter(kind="STEP", step=name, row_table=record._meta.db_table, row_id=record.pk).count()


def test_two_hundred_killed_workers_lose_and_double_nothing(committed_db: None) -> None:
    """B3, B4: a worker is killed before, in and after each piece of work, 210 times; what is left is done by the next, once."""
    VisitRule.objects.update(percent=100)
    cast = a_house()
    made = work_of_the_clock(cast)
    waiting, kills = Outbox.objects.filter(done_at=None).count(), 0
    assert waiting > 70 and done_once(made)
    while kills < 210:
        drain_and_die(POINTS[kills % len(POINTS)])
        kills += 1
        assert Outbox.objects.filter(done_at=None).count() == waiting
        if kills % 3 == 0:
            waiting -= queue.drain(timezone.now(), limit=1)
    for _turn in range(3):
        queue.drain(timezone.now(), limit=500)
    assert done_once(made) == [] and not DeadLetter.objects.exists()
    assert set(WorkOrder.objects.filter(pk__in=[order.pk for order in made["paid"]]).values_list("state", flat=True)) == {"DONE"}
    assert billing.contradictions() == {}
