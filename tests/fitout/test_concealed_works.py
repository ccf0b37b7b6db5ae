"""Concealed works are inspected by three departments before they are covered (manual 3.2.4-4.5)."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from core import printing
from core.flow import NotAllowed, Refused, TooLate
from core.models import Notice
from fitout.flow import CONCEALED_FLOW
from fitout.models import ConcealedWorks, Remark
from fitout.services import inspections
from staff.models import Department
from tests.fitout.factories import S, a_file, a_fitout, sign_concealed, some_concealed, take
from tests.fitout.site_records import a_site

stands_on = a_site

clause = pytest.mark.clause
C = ConcealedWorks.State


def booked(cast: Any, tower: Any, **values: Any) -> ConcealedWorks:
    return book(some_concealed(cast, tower, **values), cast)


def book(row: ConcealedWorks, cast: Any) -> ConcealedWorks:
    at = timezone.now()
    return CONCEALED_FLOW.take(row, "book", by=cast.service_clerk, at=at, agreed_at=at + timedelta(days=1))  # type: ignore[no-any-return]


def photographed(row: ConcealedWorks, cast: Any) -> ConcealedWorks:
    inspections.add_photos(row, [a_file(cast.engineer, purpose="fitout.concealed")], by=cast.engineer)
    return row


def a_comment(row: ConcealedWorks, cast: Any) -> Remark:
    said = Remark(fitout=row.fitout, concealed=row, department=Department.objects.get(code="ENGINEERING"), text="穿线管未接地")
    return inspections.remark(said, by=cast.engineer)


@clause("M3.2.4-4.5")
def test_customer_service_takes_the_form_agrees_a_time_and_calls_the_departments(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.ON_SITE)
    clerk = as_user(cast.service_clerk)
    from fitout.models import ConcealedItem

    typed = {"fitout": fitout.pk, "item": ConcealedItem.objects.get(code="SPRINKLER").pk, "spot": "会议室", "description": "喷淋支管"}
    typed |= {"applicant": "郭建军", "submission_key": uuid.uuid4()}
    assert clerk.post(f"{reverse('fitout:concealed_new')}?fitout={fitout.pk}", typed).status_code == 302
    row = ConcealedWorks.objects.get()
    when = timezone.localtime() + timedelta(days=1)
    there = reverse("fitout:concealed_step", args=[row.pk, "book"])
    assert clerk.post(there, {"agreed_at": when.strftime("%Y-%m-%dT%H:%M"), "submission_key": uuid.uuid4()}).status_code == 302
    row.refresh_from_db()
    assert row.state == C.BOOKED
    for person in (cast.engineer, cast.guard):
        assert Notice.objects.filter(recipient=person, text__contains="Inspect concealed works").count() == 1


@clause("M3.2.4-4.5")
def test_works_pass_by_the_last_signature_of_every_department_and_the_contractor(cast: Any, tower: Any) -> None:
    row = photographed(booked(cast, tower), cast)
    sign_concealed(row, cast, "SERVICE", "ENGINEERING", "SECURITY")
    row.refresh_from_db()
    assert row.state == C.BOOKED
    sign_concealed(row, cast, "CONTRACTOR")
    row.refresh_from_db()
    assert row.state == C.PASSED and row.passed_at is not None


@clause("M3.2.4-4.5")
def test_what_did_not_pass_is_rectified_and_inspected_again_until_it_does(cast: Any, tower: Any) -> None:
    row = photographed(booked(cast, tower), cast)
    sign_concealed(row, cast, "SERVICE")
    with pytest.raises(Refused, match="Write down what must be rectified"):
        CONCEALED_FLOW.take(row, "fail", by=cast.engineer, at=timezone.now())
    said = a_comment(row, cast)
    row = CONCEALED_FLOW.take(row, "fail", by=cast.engineer, at=timezone.now())
    assert row.state == C.RECTIFYING
    assert Notice.objects.filter(recipient=cast.service_clerk, text__contains="did not pass").exists()
    row = book(row, cast)
    assert row.round == 2
    with pytest.raises(Refused, match="1 comment is not rectified"):
        CONCEALED_FLOW.take(row, "pass", by=cast.service_clerk, at=timezone.now())
    with pytest.raises(NotAllowed):
        inspections.found_rectified(said, by=cast.guard, at=timezone.now())
    inspections.found_rectified(said, by=cast.engineer, at=timezone.now())
    with pytest.raises(Refused, match="Not signed by: Customer service, Engineering|Not signed by: Customer service、Engineering"):
        CONCEALED_FLOW.take(row, "pass", by=cast.service_clerk, at=timezone.now())
    sign_concealed(row, cast)
    row.refresh_from_db()
    assert row.state == C.PASSED


def test_works_are_not_covered_before_they_have_passed(cast: Any, tower: Any) -> None:
    row = booked(cast, tower)
    with pytest.raises(TooLate):
        CONCEALED_FLOW.take(row, "cover", by=cast.engineer, at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        ConcealedWorks.objects.filter(pk=row.pk).update(state=C.COVERED)


def test_nothing_passes_without_a_photo(cast: Any, tower: Any) -> None:
    row = booked(cast, tower)
    sign_concealed(row, cast)
    row.refresh_from_db()
    assert row.state == C.BOOKED
    with pytest.raises(Refused, match="Add a photo"):
        CONCEALED_FLOW.take(row, "pass", by=cast.service_clerk, at=timezone.now())


def test_completion_waits_for_concealed_works(cast: Any, tower: Any) -> None:
    row = booked(cast, tower)
    with pytest.raises(Refused, match=f"Concealed works have not passed: {row.number}"):
        take(row.fitout, "apply_completion", cast.service_clerk, inspection_at=timezone.now())


def test_a_time_that_has_passed_is_not_agreed(cast: Any, tower: Any) -> None:
    row = some_concealed(cast, tower)
    with pytest.raises(Refused, match="lies ahead"):
        CONCEALED_FLOW.take(row, "book", by=cast.service_clerk, at=timezone.now(), agreed_at=timezone.now() - timedelta(days=2))


@clause("M3.2.4-4.5.F1")
def test_the_form_prints_filled_and_blank_with_the_signatures(cast: Any, tower: Any, as_user: Any) -> None:
    from fitout.printing.inspections import concealed

    row = photographed(booked(cast, tower), cast)
    a_comment(row, cast)
    assert concealed(row)["remarks"][0][2] == "穿线管未接地"
    inspections.found_rectified(row.remarks.get(), by=cast.engineer, at=timezone.now())
    sign_concealed(row, cast)
    row.refresh_from_db()
    form = printing.form_of(ConcealedWorks, "inspection-form")
    assert form is not None and all(box["signoff"] for box in printing.boxes(form, row))
    client, there = as_user(cast.service_clerk), reverse("fitout:concealed_print", args=[row.pk, "inspection-form"])
    assert [client.get(there, query).status_code for query in ({}, {"blank": "1"})] == [200, 200]


def test_a_stranger_sees_no_concealed_works(cast: Any, tower: Any, as_user: Any) -> None:
    row = some_concealed(cast, tower)
    assert as_user(cast.outsider).get(reverse("fitout:concealed_detail", args=[row.pk])).status_code == 404
