"""A complaint from the call to the file: verified, given to a department, resolved, called back, filed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from complaints import access
from complaints.flow import COMPLAINT_FLOW
from complaints.models import Complaint, ComplaintCause, ReturnVisit
from core import signing
from core.flow import NotAllowed, Refused
from core.models import HistoryEntry, Notice
from staff.models import Department
from tests.complaints.factories import a_complaint, a_measure
from tests.conftest import Cast

DOTS = [[{"x": 1.0, "y": 1.0}, {"x": 40.0, "y": 20.0}]]
VISIT = {"method": "PHONE", "person": "刘洋", "remark": "", "suggestions": "早晚各加一次"}


def take(complaint: Complaint, step: str, by: Any, **details: Any) -> Complaint:
    return COMPLAINT_FLOW.take(complaint, step, by=by, at=timezone.now(), **details)


def assigned(cast: Cast, tower: Any, code: str = "CLEANING", **values: Any) -> Complaint:
    complaint = a_complaint(cast, tower, **values)
    return take(complaint, "assign", cast.service_clerk, department=Department.objects.get(code=code), finding="属实")


def handled(cast: Cast, tower: Any, **values: Any) -> Complaint:
    cause = ComplaintCause.objects.get(code="SLOWNESS")
    return take(assigned(cast, tower, **values), "report_result", cast.cleaner, result="已打扫并加派人手", cause=cause)


def to_call_back(cast: Cast, tower: Any, **values: Any) -> Complaint:
    return take(handled(cast, tower, **values), "plan_visit", cast.service_clerk)


def satisfied(cast: Cast, tower: Any) -> Complaint:
    return take(to_call_back(cast, tower), "satisfied", cast.service_clerk, **VISIT)


def signed(complaint: Complaint, by: Any) -> None:
    signing.sign(complaint, "record", "RESOLVER", by=by, at=timezone.now(), method="SCREEN", name=str(by), strokes=DOTS)


def heard(user: Any, complaint: Complaint) -> list[str]:
    return list(Notice.objects.filter(recipient=user, object_id=complaint.pk).values_list("text", flat=True))


@pytest.mark.clause("M3.3.4-2", "M3.3.2-1", "R5b.1.5")
def test_a_verified_complaint_goes_to_the_department_with_a_time_limit(cast: Cast, tower: Any) -> None:
    before = timezone.now()
    complaint = assigned(cast, tower)
    assert (complaint.state, complaint.department.code, complaint.finding) == ("ASSIGNED", "CLEANING", "属实")
    assert complaint.due_at - before >= dt.timedelta(hours=24) and complaint.due_at - before < dt.timedelta(hours=25)
    assert heard(cast.cleaner, complaint) and heard(cast.cleaning_leader, complaint)
    assert not heard(cast.guard, complaint) and not heard(cast.general_manager, complaint)


@pytest.mark.clause("M3.3.4-2")
def test_of_a_special_case_the_property_general_manager_is_informed(cast: Cast, tower: Any) -> None:
    complaint = a_complaint(cast, tower)
    department = Department.objects.get(code="CLEANING")
    take(complaint, "assign", cast.service_clerk, department=department, finding="属实", special_reason="客户将向媒体反映")
    assert heard(cast.general_manager, complaint) == ["Special case %(number)s, %(name)s: %(why)s"]


@pytest.mark.clause("M3.3.2-2.a", "M3.3.4-4")
def test_the_department_reports_the_result_and_customer_service_hears_of_it(cast: Cast, tower: Any) -> None:
    complaint = assigned(cast, tower)
    cause = ComplaintCause.objects.get(code="SLOWNESS")
    with pytest.raises(NotAllowed):
        take(complaint, "report_result", cast.guard, result="x", cause=cause)
    complaint = take(complaint, "report_result", cast.cleaner, result="已打扫", cause=cause)
    assert (complaint.state, complaint.resolved_by, complaint.cause) == ("HANDLED", cast.cleaner, cause)
    assert heard(cast.service_clerk, complaint)


def test_a_department_hands_back_what_is_not_its_own_with_a_reason(cast: Cast, tower: Any) -> None:
    complaint = assigned(cast, tower)
    with pytest.raises(Refused, match="reason"):
        take(complaint, "hand_back", cast.cleaner)
    complaint = take(complaint, "hand_back", cast.cleaner, note="属工程部漏水")
    assert complaint.state == "VERIFYING" and heard(cast.service_clerk, complaint)


@pytest.mark.clause("M3.3.6-3b")
def test_what_can_be_explained_is_closed_on_the_spot_with_what_was_said(cast: Cast, tower: Any) -> None:
    complaint = take(a_complaint(cast, tower), "explain", cast.frontdesk, result="说明停水检修安排", suggestions="提前一周通知")
    assert (complaint.state, complaint.on_the_spot, complaint.result) == ("SATISFIED", True, "说明停水检修安排")
    assert complaint.due_at is None and complaint.department.code == "CUSTOMER_SERVICE"
    signed(complaint, cast.service_head)
    assert take(complaint, "archive", cast.service_clerk).state == "ARCHIVED"


@pytest.mark.clause("M3.3.6-5")
def test_a_persons_misconduct_is_checked_before_anybody_answers_for_it(cast: Cast, tower: Any) -> None:
    complaint = a_complaint(cast, tower, kind="MISCONDUCT")
    security = Department.objects.get(code="SECURITY")
    for step in ("assign", "explain"):
        with pytest.raises(Refused, match="check the facts"):
            take(complaint, step, cast.service_clerk, department=security, result="x")
    complaint = take(complaint, "start_check", cast.service_clerk, checker=cast.service_head)
    assert complaint.state == "VERIFYING" and heard(cast.service_head, complaint)
    complaint = take(complaint, "assign", cast.service_clerk, department=security, finding="监控证实当班保安言语粗鲁")
    assert complaint.department == security and heard(cast.security_head, complaint)


@pytest.mark.clause("M3.3.6-5")
def test_misconduct_without_the_course_of_events_is_not_stored(cast: Cast, tower: Any) -> None:
    complaint = a_complaint(cast, tower, kind="MISCONDUCT")
    with pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.filter(pk=complaint.pk).update(course_of_events="")


@pytest.mark.clause("M3.3.6-6", "M3.3.3-1", "M3.3.3-2")
def test_the_customer_is_called_back_and_what_they_say_is_kept(cast: Cast, tower: Any) -> None:
    complaint = to_call_back(cast, tower)
    assert abs(complaint.due_at - complaint.resolved_at - dt.timedelta(hours=48)) < dt.timedelta(minutes=1)
    complaint = take(complaint, "satisfied", cast.service_clerk, **VISIT)
    visit = complaint.visits.get()
    assert (visit.is_satisfied, visit.thanked, visit.suggestions, visit.visited_by) == (True, True, "早晚各加一次", cast.service_clerk)
    assert complaint.state == "SATISFIED"


@pytest.mark.clause("R5b.4.4", "M3.3.6-6")
def test_a_customer_who_is_not_satisfied_opens_the_complaint_again(cast: Cast, tower: Any) -> None:
    complaint = to_call_back(cast, tower)
    complaint = take(complaint, "not_satisfied", cast.service_clerk, **VISIT | {"remark": "仍有异味"})
    assert (complaint.state, complaint.round) == ("NOT_SATISFIED", 2) and complaint.is_open
    assert heard(cast.service_head, complaint) and heard(cast.cleaning_leader, complaint)
    complaint = take(complaint, "assign_again", cast.service_clerk, department="CLEANING", finding="地漏返味")
    complaint = take(complaint, "report_result", cast.cleaner, result="清洗地漏", cause=ComplaintCause.objects.get(code="UPKEEP"))
    complaint = take(take(complaint, "plan_visit", cast.service_clerk), "satisfied", cast.service_clerk, **VISIT)
    assert list(complaint.visits.values_list("round", "is_satisfied")) == [(1, False), (2, True)]


def test_of_a_round_there_is_one_return_visit(cast: Cast, tower: Any) -> None:
    complaint = to_call_back(cast, tower)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReturnVisit.objects.create(complaint=complaint, round=1, due_at=timezone.now())


@pytest.mark.clause("M3.3.4-5")
def test_the_record_is_filed_only_when_the_head_of_the_resolving_department_has_signed(cast: Cast, tower: Any) -> None:
    complaint = satisfied(cast, tower)
    with pytest.raises(Refused, match="has not signed"):
        take(complaint, "archive", cast.service_clerk)
    with pytest.raises(NotAllowed):
        signed(complaint, cast.cleaner)
    with pytest.raises(NotAllowed):
        signed(complaint, cast.engineering_head)
    signed(complaint, cast.cleaning_leader)
    assert take(complaint, "archive", cast.service_clerk).state == "ARCHIVED"


@pytest.mark.clause("M3.3.4-5")
def test_another_result_needs_another_signature(cast: Cast, tower: Any) -> None:
    complaint = satisfied(cast, tower)
    signed(complaint, cast.cleaning_leader)
    complaint = take(complaint, "reopen", cast.service_clerk, note="客户来电仍未解决")
    complaint = take(complaint, "assign_again", cast.service_clerk, department="CLEANING", finding="再查")
    complaint = take(complaint, "report_result", cast.cleaner, result="更换地漏", cause=None)
    assert not signing.complete(complaint, "record")


def test_two_people_who_assign_at_once_do_not_both_win(cast: Cast, tower: Any) -> None:
    complaint = assigned(cast, tower)
    with pytest.raises(Refused, match="not possible now"):
        take(complaint, "assign", cast.frontdesk, department="SECURITY", finding="x")
    assert HistoryEntry.objects.filter(kind="STEP", row_id=complaint.pk, row_table="complaints_complaint").count() == 1


def test_departments_see_the_complaints_they_answer_and_no_others(cast: Cast, tower: Any) -> None:
    complaint = assigned(cast, tower)
    seen = {name for name, user in cast.people.items() if access.complaints(user).filter(pk=complaint.pk).exists()}
    assert seen == {
        "frontdesk", "service_clerk", "service_head", "property_manager", "general_manager", "records", "cleaner", "cleaning_leader",
    }  # fmt: skip


@pytest.mark.clause("M3.3.2-0")
@pytest.mark.parametrize("code", ["MISCONDUCT", "ATTITUDE", "LIFTS", "PARKING", "CLEANING", "FEES", "FIT_OUT_NOISE", "OTHER"])
def test_every_kind_of_complaint_is_resolved_by_the_same_rules(cast: Cast, tower: Any, code: str) -> None:
    complaint = a_complaint(cast, tower, kind=code)
    department = complaint.kind.department or Department.objects.get(code="SECURITY")
    if complaint.is_misconduct:
        complaint = take(complaint, "start_check", cast.service_clerk)
    complaint = take(complaint, "assign", cast.service_clerk, department=department, finding="属实")
    [worker] = [user for user in cast.people.values() if user.posts.get().department == department and user != cast.outsider][:1]
    complaint = take(complaint, "report_result", worker, result="已解决", cause=None)
    complaint = take(take(complaint, "plan_visit", cast.service_clerk), "satisfied", cast.service_clerk, **VISIT)
    assert complaint.state == "SATISFIED" and complaint.due_at is None


@pytest.mark.clause("M3.3.6-4")
def test_nothing_is_settled_before_the_customer_was_thanked(cast: Cast, tower: Any, as_user: Any) -> None:
    complaint, client = a_complaint(cast, tower), as_user(cast.frontdesk)
    url = reverse("complaints:complaint_step", args=[complaint.pk, "explain"])
    typed = {"result": "说明停水检修安排", "suggestions": "提前一周通知", "satisfied": "on"}
    key = client.get(url).context["form"]["submission_key"].value()
    answer = client.post(url, {**typed, "submission_key": key})
    assert answer.status_code == 422 and "thanked" in answer.context["form"].errors
    assert client.post(url, {**typed, "thanked": "on", "submission_key": key}).status_code == 302
    complaint.refresh_from_db()
    assert (complaint.state, complaint.suggestions) == ("SATISFIED", "提前一周通知")


@pytest.mark.clause("M3.3.6-4")
def test_what_customer_service_can_not_settle_goes_to_a_department_or_a_superior(cast: Cast, tower: Any, as_user: Any) -> None:
    complaint, client = a_complaint(cast, tower), as_user(cast.frontdesk)
    page = client.get(reverse("complaints:complaint_detail", args=[complaint.pk])).content.decode()
    for step in ("assign", "explain", "report_serious"):
        assert reverse("complaints:complaint_step", args=[complaint.pk, step]) in page, step


def test_who_checks_the_facts_or_owns_a_measure_sees_the_complaint(cast: Cast, tower: Any, as_user: Any) -> None:
    complaint = take(a_complaint(cast, tower, kind="MISCONDUCT"), "start_check", cast.service_clerk, checker=cast.security_head)
    url = reverse("complaints:complaint_detail", args=[complaint.pk])
    assert as_user(cast.security_head).get(url).status_code == 200
    assert as_user(cast.leasing).get(url).status_code == 404
    a_measure(cast, tower, complaint=complaint, owner=cast.leasing)
    assert as_user(cast.leasing).get(url).status_code == 200


@pytest.mark.clause("M3.3.4-5")
def test_the_head_of_the_resolving_department_signs_on_the_page(cast: Cast, tower: Any, as_user: Any) -> None:
    complaint = satisfied(cast, tower)
    url = reverse("complaints:complaint_sign", args=[complaint.pk, "record", "RESOLVER"])
    page = reverse("complaints:complaint_detail", args=[complaint.pk])
    assert url in as_user(cast.cleaning_leader).get(page).content.decode()
    assert url not in as_user(cast.service_clerk).get(page).content.decode()
    assert as_user(cast.service_clerk).get(url).status_code == 403
    client = as_user(cast.cleaning_leader)
    key = client.get(url).context["form"]["submission_key"].value()
    answer = client.post(url, {"name": "杨梅", "method": "ACCOUNT", "submission_key": key})
    assert answer.status_code == 302 and signing.complete(complaint, "record")


def test_the_signature_waits_in_the_inbox_of_the_head(cast: Cast, tower: Any, as_user: Any) -> None:
    complaint = handled(cast, tower)
    url = reverse("frontdesk:approvals")
    assert complaint.number in as_user(cast.cleaning_leader).get(url).content.decode()
    assert complaint.number not in as_user(cast.security_head).get(url).content.decode()
