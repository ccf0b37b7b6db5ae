"""A new kind of complaint, cause, phrase, rule of visits or rung of the ladder is a row in the admin, not code."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.models import Complaint, ComplaintCause, ComplaintKind
from core.models import Notice
from tests.complaints.factories import a_call, a_kind
from tests.complaints.test_deadlines import LATE, pass_time, work
from tests.complaints.test_handling import take
from tests.complaints.test_intake import sent
from tests.conftest import Cast


@pytest.fixture
def officer(cast: Cast, as_user: Any) -> Any:
    """An officer who keeps the rules."""
    user = cast.records
    user.is_superuser = True
    user.save(update_fields=["is_superuser"])
    return as_user(user)


def added(client: Any, model: str, **values: Any) -> None:
    answer = client.post(reverse(f"admin:complaints_{model}_add"), values)
    assert answer.status_code == 302, answer.content.decode()[:2000]


def test_a_kind_with_its_part_and_deadlines_a_cause_a_rung_and_a_visit_rule_are_added_and_used(
    cast: Cast, tower: Any, officer: Any, as_user: Any
) -> None:
    on = {"position": 0, "is_active": "on"}
    added(officer, "complaintkind", code="GARDEN", name_en="Roof garden", name_zh="屋顶花园", verify_hours=1, resolve_hours=5, **on)
    main = ComplaintKind.objects.get(code="GARDEN")
    hours = {"verify_hours": 3, "resolve_hours": 7}
    added(officer, "complaintkind", code="POND", name_en="Pond", name_zh="水池", parent=main.pk, **hours, **on)
    added(officer, "complaintcause", code="FISH", name_en="Fish", name_zh="养鱼", **on)
    added(officer, "phrase", name_en="We hear you.", name_zh="我们在听。", **on)
    added(officer, "escalationstep", hours_late=9, audience="GENERAL_MANAGER", is_active="on")
    added(officer, "visitrule", kind=main.pk, percent=100, days_after=6, **on)
    desk = as_user(cast.frontdesk)
    page = desk.get(reverse("complaints:complaint_new")).content.decode()
    assert "Roof garden · Pond" in page and "We hear you." in page
    pond = a_kind("POND")
    assert sent(desk, reverse("complaints:complaint_new"), **{**a_call(cast, tower), "kind": pond.pk}).status_code == 302
    complaint = Complaint.objects.get()
    assert complaint.due_at == complaint.received_at + dt.timedelta(hours=3)
    before = timezone.now()
    complaint = take(complaint, "assign", cast.service_clerk, department="CLEANING", finding="属实")
    assert before + dt.timedelta(hours=7) <= complaint.due_at <= timezone.now() + dt.timedelta(hours=7)
    pass_time(complaint, hours=17)
    work()
    assert Notice.objects.filter(topic=LATE, recipient=cast.general_manager).count() == 1
    complaint = take(complaint, "report_result", cast.cleaner, result="已清理", cause=ComplaintCause.objects.get(code="FISH"))
    work()
    complaint.refresh_from_db()
    assert (complaint.state, complaint.due_at - complaint.resolved_at) == ("TO_CALL_BACK", dt.timedelta(days=6))


def test_what_was_used_is_switched_off_and_never_deleted(cast: Cast, tower: Any, officer: Any, as_user: Any) -> None:
    for model, row in (("complaintkind", a_kind("FEES")), ("complaintcause", ComplaintCause.objects.get(code="OTHER"))):
        assert officer.post(reverse(f"admin:complaints_{model}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
        row.is_active = False
        row.save(update_fields=["is_active"])
    page = as_user(cast.frontdesk).get(reverse("complaints:complaint_new")).content.decode()
    assert "Fees and bills" not in page and "Cleaning and greening" in page


def test_complaints_are_read_in_the_admin_and_changed_nowhere_there(cast: Cast, tower: Any, officer: Any, as_user: Any) -> None:
    assert sent(as_user(cast.frontdesk), reverse("complaints:complaint_new"), **a_call(cast, tower)).status_code == 302
    complaint = Complaint.objects.get()
    page = officer.get(reverse("admin:complaints_complaint_changelist")).content.decode()
    assert complaint.number in page and reverse("complaints:complaint_detail", args=[complaint.pk]) in page
    assert officer.post(reverse("admin:complaints_complaint_change", args=[complaint.pk]), {"name": "x"}).status_code == 403
