"""Return visits and escalation come by the clock: once for each step, however many workers there are."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from complaints import tasks
from complaints.models import Complaint, ComplaintKind, Escalation, EscalationStep, ReturnVisit
from complaints.services import deadlines
from core import queue
from core.models import Notice
from tests.complaints.factories import a_complaint
from tests.complaints.test_handling import assigned, handled, take
from tests.conftest import Cast, a_building

LATE = "overdue.complaint"


def pass_time(complaint: Complaint, **by: float) -> None:
    """Moves a complaint into the past."""
    complaint.refresh_from_db()
    span = dt.timedelta(**by)
    Complaint.objects.filter(pk=complaint.pk).update(due_at=complaint.due_at - span, received_at=complaint.received_at - span)


def work(now: dt.datetime | None = None) -> None:
    """A minute of the clock and all it sets going."""
    now = now or timezone.now()
    tasks.plan_visits(now)
    tasks.escalate_late(now)
    queue.drain(timezone.now())


def who_heard() -> list[str]:
    return sorted(Notice.objects.filter(topic=LATE).values_list("recipient__username", flat=True))


@pytest.mark.clause("M3.3.4-4")
def test_the_clock_plans_the_return_visit_of_what_was_handled(cast: Cast, tower: Any) -> None:
    complaint = handled(cast, tower)
    work()
    work()
    complaint.refresh_from_db()
    assert complaint.state == "TO_CALL_BACK" and ReturnVisit.objects.filter(complaint=complaint).count() == 1
    assert complaint.due_at == complaint.visits.get().due_at


def test_the_return_visit_waits_on_the_desk_of_customer_service(cast: Cast, tower: Any, as_user: Any) -> None:
    complaint = handled(cast, tower)
    work()
    assert complaint.number in as_user(cast.service_clerk).get(reverse("frontdesk:waiting")).content.decode()
    assert complaint.number not in as_user(cast.guard).get(reverse("frontdesk:waiting")).content.decode()


def test_a_late_department_is_told_of_through_its_head_then_the_property_manager_once_each(cast: Cast, tower: Any) -> None:
    complaint = assigned(cast, tower)
    work()
    assert who_heard() == []
    pass_time(complaint, hours=25)
    work()
    work()
    assert who_heard() == ["cleaning_leader"]
    pass_time(complaint, hours=4)
    # The limit is another one now, as if it had been set anew: the head hears of that one too.
    work()
    work()
    assert who_heard() == ["cleaning_leader", "cleaning_leader", "property_manager"]
    assert Escalation.objects.filter(complaint=complaint).count() == 3


def test_before_a_department_answers_the_customer_service_manager_hears(cast: Cast, tower: Any) -> None:
    complaint = a_complaint(cast, tower)
    pass_time(complaint, hours=3)
    work()
    assert who_heard() == ["service_head"]


def test_what_was_handled_in_time_is_not_told_of(cast: Cast, tower: Any) -> None:
    complaint = assigned(cast, tower)
    pass_time(complaint, hours=25)
    [(pk, step, _due)] = deadlines.unsent(timezone.now())
    complaint = take(complaint, "report_result", cast.cleaner, result="已办", cause=None)
    tasks.escalate(pk, step)
    assert who_heard() == []


def test_a_new_step_of_the_ladder_is_a_row(cast: Cast, tower: Any) -> None:
    EscalationStep.objects.create(hours_late=24, audience="GENERAL_MANAGER")
    complaint = assigned(cast, tower)
    pass_time(complaint, hours=49)
    work()
    assert who_heard() == ["cleaning_leader", "general_manager", "property_manager"]


def test_working_hours_count_where_the_kind_says_so(cast: Cast, tower: Any) -> None:
    friday = timezone.make_aware(dt.datetime(2026, 11, 20, 16, 0))
    kind = ComplaintKind.objects.get(code="CLEANING")
    assert deadlines.limit(kind, friday, 24) == friday + dt.timedelta(hours=24)
    kind.in_working_hours = True
    assert timezone.localtime(deadlines.limit(kind, friday, 4)).date() == dt.date(2026, 11, 23)


def test_a_late_complaint_stands_among_the_overdue_of_my_desk(cast: Cast, tower: Any, as_user: Any) -> None:
    complaint = assigned(cast, tower)
    pass_time(complaint, hours=25)
    url = reverse("frontdesk:due")
    for person, sees in ((cast.cleaner, True), (cast.service_head, True), (cast.guard, False)):
        assert (complaint.number in as_user(person).get(url, {"when": "overdue"}).content.decode()) is sees, str(person)


@pytest.mark.timeout(60)
def test_eight_workers_tell_one_rung_once(committed_db: None) -> None:
    tower = a_building("A", "云汇中心 A 座")
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    complaint = assigned(cast, tower)
    pass_time(complaint, hours=25)
    [(pk, step, _due)] = deadlines.unsent(timezone.now())

    def one(_number: int) -> None:
        tasks.escalate(pk, step)
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(8)))
    assert (Escalation.objects.count(), Notice.objects.filter(topic=LATE).count()) == (1, 1)
