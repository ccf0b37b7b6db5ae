"""The Customer Complaint Record and its neighbours, filled and blank."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.urls import reverse

from complaints import printing as forms
from core import printing
from tests.complaints.factories import a_compensation, a_complaint
from tests.complaints.test_handling import satisfied, signed
from tests.complaints.test_serious import reviewed
from tests.conftest import Cast


def printed(client: Any, name: str, pk: int, form: str, **query: str) -> int:
    """How many pages the form has."""
    answer = client.get(reverse(f"complaints:{name}_print", args=[pk, form]), query)
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    return len(pikepdf.open(BytesIO(b"".join(answer.streaming_content) if answer.streaming else answer.content)).pages)


@pytest.mark.clause("M3.3.4-1.F1", "M3.3.4-5")
def test_the_record_prints_registration_result_and_the_heads_signature(cast: Cast, tower: Any, as_user: Any) -> None:
    complaint = satisfied(cast, tower)
    signed(complaint, cast.cleaning_leader)
    client = as_user(cast.service_clerk)
    assert printed(client, "complaint", complaint.pk, "record") == 1
    assert printed(client, "complaint", complaint.pk, "record", blank="1") == 1
    said = forms.record(complaint)
    assert dict(said["sections"])["Result"] == complaint.result and said["visits"][0][3] == "Satisfied"
    form = printing.form_of(type(complaint), "record")
    assert form and printing.boxes(form, complaint)[0]["signoff"].name == str(cast.cleaning_leader)


def test_the_statement_prints_for_misconduct_alone(cast: Cast, tower: Any, as_user: Any) -> None:
    client = as_user(cast.service_clerk)
    ordinary = a_complaint(cast, tower)
    assert client.get(reverse("complaints:complaint_print", args=[ordinary.pk, "statement"])).status_code == 422
    about_somebody = a_complaint(cast, tower, kind="MISCONDUCT", tenant=ordinary.tenant)
    assert printed(client, "complaint", about_somebody.pk, "statement") == 1


@pytest.mark.clause("M3.3.4-3")
def test_the_minutes_of_a_review_name_each_measure_with_owner_and_day(cast: Cast, tower: Any, as_user: Any) -> None:
    complaint, measure = reviewed(cast, tower)
    assert forms.review(complaint)["measures"] == [(measure.text, measure.owner, measure.due_on.isoformat(), "To do")]
    assert printed(as_user(cast.service_head), "complaint", complaint.pk, "review") == 1


def test_a_compensation_prints_a_slip_to_sign(cast: Cast, tower: Any, as_user: Any) -> None:
    row = a_compensation(cast, tower)
    assert printed(as_user(cast.service_clerk), "compensation", row.pk, "slip") == 1
