"""A malicious complaint is marked by a head with the reason, explained patiently, and answered all the same."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from complaints.models import Complaint
from complaints.services import mark_malicious
from core.flow import NotAllowed, Refused
from tests.complaints.factories import a_complaint
from tests.complaints.test_handling import assigned, take
from tests.complaints.test_intake import sent
from tests.conftest import Cast

SAID = {"reason": "监控显示所述情形从未发生", "answer": "已当面播放监控并说明"}


@pytest.mark.clause("M3.3.4-6")
def test_a_head_marks_it_with_reason_and_explanation(cast: Cast, tower: Any, as_user: Any) -> None:
    complaint = a_complaint(cast, tower)
    url = reverse("complaints:complaint_malicious", args=[complaint.pk])
    assert sent(as_user(cast.service_head), url, reason=SAID["reason"], answer="").status_code == 422
    assert sent(as_user(cast.service_head), url, **SAID).status_code == 302
    complaint.refresh_from_db()
    assert (complaint.malicious_by, complaint.malicious_answer) == (cast.service_head, SAID["answer"])
    assert as_user(cast.service_clerk).get(url).status_code == 403


@pytest.mark.clause("M3.3.4-6")
def test_it_is_answered_all_the_same(cast: Cast, tower: Any) -> None:
    complaint = mark_malicious(assigned(cast, tower), by=cast.cleaning_leader, **SAID)
    assert complaint.state == "ASSIGNED"
    complaint = take(complaint, "report_result", cast.cleaner, result="已再次说明", cause=None)
    assert take(complaint, "plan_visit", cast.service_clerk).state == "TO_CALL_BACK"


def test_others_than_heads_mark_nothing_and_nobody_marks_twice(cast: Cast, tower: Any) -> None:
    complaint = a_complaint(cast, tower)
    for person in (cast.service_clerk, cast.cleaning_leader, cast.security_head, cast.outsider):
        with pytest.raises(NotAllowed):
            mark_malicious(complaint, by=person, **SAID)
    mark_malicious(complaint, by=cast.property_manager, **SAID)
    with pytest.raises(Refused, match="already"):
        mark_malicious(complaint, by=cast.service_head, **SAID)


def test_the_database_keeps_no_mark_without_its_reason(cast: Cast, tower: Any) -> None:
    complaint = a_complaint(cast, tower)
    with pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.filter(pk=complaint.pk).update(malicious_by=cast.service_head)
