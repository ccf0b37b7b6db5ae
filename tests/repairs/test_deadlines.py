"""Time limits of work orders, their pauses, and who hears when one has passed."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from core import clock, queue
from core.models import Notice
from repairs import tasks
from repairs.models import Escalation, EscalationStep, RepairCategory, WorkOrder
from repairs.services import deadlines
from tests.conftest import Cast, a_building
from tests.repairs.factories import a_public_order, an_area, an_order, moved

LATE = "overdue.repair"
MONDAY = timezone.make_aware(dt.datetime(2026, 11, 23, 10, 0))
HOUR = dt.timedelta(hours=1)


def tick(now: dt.datetime | None = None) -> None:
    """A minute of the clock and all it sets going."""
    now = now or timezone.now()
    for due in (tasks.follow_up_done, tasks.settle_paid, tasks.escalate_late):
        due(now)
    queue.drain(timezone.now())


def made_late(order: WorkOrder, **by: float) -> WorkOrder:
    """Moves the limit of an order into the past, so long before now."""
    WorkOrder.objects.filter(pk=order.pk).update(due_at=timezone.now() - dt.timedelta(**by))
    order.refresh_from_db()
    return order


def who_heard() -> list[str]:
    return sorted(Notice.objects.filter(topic=LATE).values_list("recipient__username", flat=True))


@pytest.mark.clause("M3.4.2-0")
def test_each_turn_has_its_own_limit_by_the_urgency(cast: Cast, tower: Any) -> None:
    order = a_public_order(cast, tower, urgency="URGENT", at=MONDAY)
    assert order.due_at == MONDAY + dt.timedelta(minutes=5)
    assert order.finish_by == MONDAY + 2 * HOUR
    order = moved(order, cast, "dispatch", at=MONDAY + dt.timedelta(minutes=1))
    assert order.due_at == MONDAY + dt.timedelta(minutes=6)
    order = moved(order, cast, "accept", at=MONDAY + dt.timedelta(minutes=2))
    assert order.due_at == MONDAY + dt.timedelta(minutes=17)
    order = moved(order, cast, "arrive", at=MONDAY + dt.timedelta(minutes=9))
    assert order.due_at == order.finish_by


def test_ordinary_work_counts_in_service_hours_and_urgent_work_by_the_clock(cast: Cast, tower: Any) -> None:
    friday_evening = timezone.make_aware(dt.datetime(2026, 11, 20, 17, 55))
    ordinary = a_public_order(cast, tower, at=friday_evening)
    assert timezone.localtime(ordinary.due_at) == timezone.make_aware(dt.datetime(2026, 11, 23, 9, 10))
    urgent = a_public_order(cast, tower, urgency="URGENT", at=friday_evening)
    assert urgent.due_at == friday_evening + dt.timedelta(minutes=5)


def test_a_category_may_have_its_own_time_to_finish(cast: Cast, tower: Any) -> None:
    order = a_public_order(cast, tower, service=None, category=RepairCategory.objects.get(code="PUBLIC_LIGHTS"), at=MONDAY)
    assert order.finish_by == clock.add_working_time(MONDAY, dt.timedelta(minutes=1080))


def test_a_later_appointment_gives_the_work_its_time(cast: Cast, tower: Any) -> None:
    appointment = MONDAY + dt.timedelta(days=2)
    order = a_public_order(cast, tower, appointment_at=appointment, at=MONDAY)
    assert order.finish_by == clock.add_working_time(appointment, dt.timedelta(minutes=1080))


def test_what_waits_for_parts_is_never_late(cast: Cast, tower: Any) -> None:
    order = moved(a_public_order(cast, tower), cast, "dispatch", "accept", "arrive", "wait_for_parts")
    made_late(order, hours=30)
    tick()
    assert who_heard() == [] and not WorkOrder.objects.overdue(timezone.now()).exists()


def test_the_supervisors_the_head_and_the_property_manager_hear_once_a_rung(cast: Cast, tower: Any) -> None:
    order = moved(a_public_order(cast, tower), cast, "dispatch")
    made_late(order, minutes=1)
    tick()
    tick()
    assert who_heard() == ["engineering_head"]
    made_late(order, hours=5)
    tick()
    tick()
    assert who_heard() == ["engineering_head"] * 3 + ["property_manager"]
    assert Escalation.objects.filter(order=order).count() == 4


def test_what_customer_service_has_not_sent_on_is_theirs(cast: Cast, tower: Any) -> None:
    EscalationStep.objects.exclude(audience="TURN_HEAD").update(is_active=False)
    made_late(an_order(cast, tower), hours=2)
    tick()
    assert who_heard() == ["service_head"]


def test_what_was_done_meanwhile_is_not_told_of(cast: Cast, tower: Any) -> None:
    order = moved(a_public_order(cast, tower), cast, "dispatch")
    made_late(order, minutes=5)
    [(pk, step, _due)] = deadlines.unsent(timezone.now())
    moved(order, cast, "accept")
    tasks.escalate(pk, step)
    assert who_heard() == []


def test_a_late_order_stands_among_the_overdue_of_who_must_act(cast: Cast, tower: Any, as_user: Any) -> None:
    order = made_late(moved(a_public_order(cast, tower), cast, "dispatch", "accept"), hours=3)
    url = reverse("frontdesk:due")
    for person, sees in ((cast.engineer, True), (cast.engineering_head, True), (cast.service_head, True), (cast.guard, False)):
        assert (order.number in as_user(person).get(url, {"when": "overdue"}).content.decode()) is sees, str(person)


@pytest.mark.timeout(60)
def test_eight_workers_tell_one_rung_once(committed_db: None) -> None:
    tower = a_building("A", "云汇中心 A 座")
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    an_area(tower)
    order = made_late(moved(a_public_order(cast, tower), cast, "dispatch"), minutes=5)
    [(pk, step, _due)] = deadlines.unsent(timezone.now())

    def one(_number: int) -> None:
        tasks.escalate(pk, step)
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(8)))
    assert (Escalation.objects.filter(order=order).count(), Notice.objects.filter(topic=LATE).count()) == (1, 1)
