"""Serious complaints: the manager holds a review, each measure has an owner and a day and is followed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from complaints import tasks
from complaints.flow import COMPLAINT_FLOW, MEASURE_FLOW
from complaints.models import Complaint, ComplaintCause, Measure
from core.flow import NotAllowed, Refused
from core.models import Notice
from tests.complaints.factories import a_complaint, a_day, a_measure
from tests.complaints.test_handling import heard, take
from tests.complaints.test_intake import sent
from tests.conftest import Cast


def serious(cast: Cast, tower: Any) -> Complaint:
    return take(a_complaint(cast, tower), "report_serious", cast.frontdesk, note="客户要求退租")


def reviewed(cast: Cast, tower: Any) -> tuple[Complaint, Measure]:
    complaint = serious(cast, tower)
    measure = a_measure(cast, tower, complaint=complaint)
    outcome = {"department": "CLEANING", "review_people": "周岚、杨梅", "review_note": "加派人手并每日复查"}
    return take(complaint, "hold_review", cast.service_head, **outcome), measure


@pytest.mark.clause("M3.3.4-3")
def test_a_serious_complaint_is_reported_to_the_manager_at_once(cast: Cast, tower: Any) -> None:
    complaint = serious(cast, tower)
    assert complaint.is_serious and heard(cast.service_head, complaint) and not heard(cast.service_clerk, complaint)
    assert complaint.due_at <= timezone.now() + dt.timedelta(hours=2)


@pytest.mark.clause("M3.3.4-3")
def test_the_review_is_the_managers_and_fixes_at_least_one_measure(cast: Cast, tower: Any) -> None:
    complaint = serious(cast, tower)
    outcome = {"department": "CLEANING", "review_people": "周岚", "review_note": "加派人手"}
    with pytest.raises(NotAllowed):
        take(complaint, "hold_review", cast.service_clerk, **outcome)
    with pytest.raises(Refused, match="at least one measure"):
        take(complaint, "hold_review", cast.service_head, **outcome)
    a_measure(cast, tower, complaint=complaint)
    complaint = take(complaint, "hold_review", cast.service_head, **outcome)
    assert (complaint.state, complaint.reviewed_by, complaint.review_note) == ("ASSIGNED", cast.service_head, "加派人手")


@pytest.mark.clause("M3.3.4-3")
def test_the_manager_fixes_measure_and_review_on_the_pages(cast: Cast, tower: Any, as_user: Any) -> None:
    complaint = serious(cast, tower)
    client = as_user(cast.service_head)
    typed = {"text": "加派保洁一名", "owner": cast.cleaning_leader.pk, "due_on": a_day()}
    assert sent(client, reverse("complaints:measure_of", args=[complaint.pk]), **typed).status_code == 302
    measure = Measure.objects.get()
    assert (measure.complaint, measure.way, measure.owner) == (complaint, "REVIEW", cast.cleaning_leader)
    assert Notice.objects.filter(recipient=cast.cleaning_leader, object_id=measure.pk).exists()
    url = reverse("complaints:complaint_step", args=[complaint.pk, "hold_review"])
    due = (timezone.localtime() + dt.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    department = complaint.kind.department_id
    answer = sent(client, url, review_people="周岚、杨梅", review_note="每日复查", department=department, due_at=due)
    assert answer.status_code == 302
    complaint.refresh_from_db()
    assert complaint.state == "ASSIGNED" and complaint.review_people == "周岚、杨梅"


@pytest.mark.clause("M3.3.4-3")
def test_the_result_waits_for_the_measures_of_the_review(cast: Cast, tower: Any) -> None:
    complaint, measure = reviewed(cast, tower)
    cause = ComplaintCause.objects.get(code="UPKEEP")
    with pytest.raises(Refused, match="not done yet: 1"):
        take(complaint, "report_result", cast.cleaner, result="已办", cause=cause)
    MEASURE_FLOW.take(measure, "report_done", by=cast.cleaning_leader, at=timezone.now(), outcome="已排班")
    assert take(complaint, "report_result", cast.cleaner, result="已办", cause=cause).state == "HANDLED"


@pytest.mark.clause("M3.3.2-2.b")
def test_the_manager_checks_whether_a_measure_works_and_sends_back_what_does_not(cast: Cast, tower: Any) -> None:
    _complaint, measure = reviewed(cast, tower)
    with pytest.raises(NotAllowed):
        MEASURE_FLOW.take(measure, "report_done", by=cast.cleaner, at=timezone.now(), outcome="x")
    measure = MEASURE_FLOW.take(measure, "report_done", by=cast.cleaning_leader, at=timezone.now(), outcome="已排班")
    with pytest.raises(NotAllowed):
        MEASURE_FLOW.take(measure, "check", by=cast.cleaning_leader, at=timezone.now())
    measure = MEASURE_FLOW.take(measure, "return_it", by=cast.service_head, at=timezone.now(), note="周末无人")
    assert measure.state == "OPEN" and heard(cast.cleaning_leader, measure)
    measure = MEASURE_FLOW.take(measure, "report_done", by=cast.cleaning_leader, at=timezone.now(), outcome="周末也排班")
    assert MEASURE_FLOW.take(measure, "check", by=cast.service_head, at=timezone.now()).state == "CHECKED"


def test_a_late_measure_is_told_of_once(cast: Cast, tower: Any) -> None:
    measure = a_measure(cast, tower, due_on=timezone.localdate() - dt.timedelta(days=1))
    for _turn in range(2):
        tasks.remind_of_measures_of_day(timezone.localdate().isoformat())
    late = Notice.objects.filter(topic="overdue.measure", object_id=measure.pk)
    assert sorted(late.values_list("recipient__username", flat=True)) == ["cleaning_leader", "service_head"]


def test_a_measure_of_a_review_has_its_complaint(cast: Cast, tower: Any) -> None:
    measure = a_measure(cast, tower)
    with pytest.raises(IntegrityError), transaction.atomic():
        Measure.objects.filter(pk=measure.pk).update(way="REVIEW")


@pytest.mark.clause("M3.3.5-1", "M3.3.5-2", "M3.3.5-3", "M3.3.5-4")
@pytest.mark.parametrize("way", ["CONTRACT", "MAINTENANCE", "SURVEY", "HANDBOOKS"])
def test_prevention_is_a_measure_with_owner_and_day_against_a_cause(cast: Cast, tower: Any, as_user: Any, way: str) -> None:
    cause = ComplaintCause.objects.get(code="CONTRACT")
    typed = {"building": tower.pk, "way": way, "cause": cause.pk, "text": "修订", "owner": cast.leasing.pk, "due_on": a_day()}
    client = as_user(cast.service_head)
    assert sent(client, reverse("complaints:measure_new"), **typed).status_code == 302
    measure = Measure.objects.get()
    assert (measure.way, measure.cause, measure.owner, measure.complaint) == (way, cause, cast.leasing, None)
    assert heard(cast.leasing, measure)
    assert measure.number in client.get(reverse("complaints:measure_list"), {"prevention": "true"}).content.decode()
    late = {**typed, "due_on": "2020-01-01"}
    assert sent(client, reverse("complaints:measure_new"), **late).status_code == 422


def test_a_serious_case_after_dissatisfaction_goes_to_the_manager_too(cast: Cast, tower: Any) -> None:
    from tests.complaints.test_handling import VISIT, to_call_back

    complaint = take(to_call_back(cast, tower), "not_satisfied", cast.service_clerk, **VISIT)
    complaint = COMPLAINT_FLOW.take(complaint, "report_serious", by=cast.service_clerk, at=timezone.now(), note="第二次")
    assert complaint.state == "ESCALATED"
