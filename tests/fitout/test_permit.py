"""Fire review, the permit of three heads, the door set and the protection (manual 3.2.4-3, 3.2.4-4.1)."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from threading import Barrier
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from core.flow import NotAllowed, Refused
from core.models import Notice, SignOff
from fitout import access
from fitout.flow import FITOUT_FLOW, PERMIT_FLOW
from fitout.models import Fitout, Permit
from fitout.services import facts, intake
from fitout.tasks import expire_permit
from tests.conftest import Cast, a_building
from tests.core.uploads import picture
from tests.fitout.factories import S, a_fitout, a_pass, a_permit, extinguish, heads, sign, take

clause = pytest.mark.clause


@clause("M3.2.4-3.1")
@clause("M3.2.4-3.1.F1")
@clause("M3.2.4-3")
def test_a_unit_over_the_limit_waits_for_the_receipt_of_the_fire_authority(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.AWAITING_FIRE, area="260")
    guard, page = as_user(cast.guard), reverse("fitout:fitout_detail", args=[fitout.pk])
    with pytest.raises(Refused, match="Fire Submission Receipt is missing: the unit has 260.00 m², over 200.00 m²") as refused:
        take(fitout, "pass_fire_review", cast.guard)
    assert refused.value.blockers[0].url == reverse("fitout:fire_receipt", args=[fitout.pk])
    assert "Fire Submission Receipt missing" in guard.get(page).content.decode()
    file = SimpleUploadedFile("receipt.jpg", picture(), "image/jpeg")
    typed = {"number": "消报审 118", "on": "2026-11-20", "route": "REVIEW", "file": file, "submission_key": uuid.uuid4()}
    assert guard.post(reverse("fitout:fire_receipt", args=[fitout.pk]), typed).status_code == 302
    fitout = take(fitout, "pass_fire_review", cast.guard)
    assert (fitout.state, fitout.fire_receipt_number, fitout.fire_reviewed_by) == (S.TO_ISSUE, "消报审 118", cast.guard)


@clause("M3.2.4-3.1")
def test_the_limit_is_strict_and_each_building_has_its_own(cast: Any, tower: Any) -> None:
    fitout = a_fitout(cast, tower, area="200")
    assert not access.needs_fire_receipt(fitout)
    tower.fit_out_area_limit_m2 = Decimal("199.99")
    tower.save()
    assert access.needs_fire_receipt(Fitout.objects.get(pk=fitout.pk))


def test_only_security_files_the_receipt(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.AWAITING_FIRE, area="260")
    assert as_user(cast.service_clerk).get(reverse("fitout:fire_receipt", args=[fitout.pk])).status_code == 403


@clause("M3.2.4-3.2")
@clause("M3.2.4-3.2.F1")
def test_the_permit_is_issued_by_the_third_signature_in_whatever_order(cast: Any, tower: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.TO_ISSUE)
    sign(fitout, "permit", "SECURITY_HEAD", cast.security_head)
    sign(fitout, "permit", "SERVICE_HEAD", cast.service_head)
    assert not Permit.objects.exists()
    with pytest.raises(Refused, match="not signed by: Engineering"):
        take(fitout, "issue_permit", cast.service_head)
    sign(fitout, "permit", "ENGINEERING_HEAD", cast.engineering_head)
    fitout.refresh_from_db()
    permit = Permit.objects.get()
    assert (fitout.state, permit.state, permit.valid_until) == (S.PERMITTED, "VALID", fitout.ends_on)
    assert Notice.objects.filter(recipient=cast.guard, text__contains="is issued").count() == 1


def test_nobody_signs_for_a_department_they_hold_no_head_post_in(cast: Any, tower: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.TO_ISSUE)
    for person in (cast.engineer, cast.service_head, cast.outsider):
        with pytest.raises(NotAllowed):
            sign(fitout, "permit", "ENGINEERING_HEAD", person)


@clause("M3.2.4-3.2")
def test_a_permit_that_lacks_something_else_waits_and_says_what(cast: Any, tower: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.TO_ISSUE)
    Fitout.objects.filter(pk=fitout.pk).update(insured_until=timezone.localdate() - timedelta(days=1))
    for party, person in heads(cast).items():
        sign(fitout, "permit", party, person)
    fitout.refresh_from_db()
    assert fitout.state == S.TO_ISSUE and not Permit.objects.exists()
    with pytest.raises(Refused, match="The insurance ran out"):
        take(fitout, "issue_permit", cast.service_head)
    until = fitout.ends_on
    facts.insure(fitout, insurer="人保", policy_number="P2", amount=Decimal(2_000_000), until=until, by=cast.service_clerk)
    assert take(fitout, "issue_permit", cast.service_head).state == S.PERMITTED


def test_what_is_changed_after_signing_outdates_the_signatures(cast: Any, tower: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.TO_ISSUE)
    sign(fitout, "permit", "SERVICE_HEAD", cast.service_head)
    intake.correct(fitout, {"scope": "增加一处卫生间。"}, by=cast.service_clerk)
    sign(fitout, "permit", "ENGINEERING_HEAD", cast.engineering_head)
    sign(fitout, "permit", "SECURITY_HEAD", cast.security_head)
    assert not Permit.objects.exists()


def at_once(fitout: Fitout, cast: Any) -> None:
    """Three heads sign at the same moment."""
    start = Barrier(3)

    def one(party: str) -> None:
        try:
            start.wait()
            sign(fitout, "permit", party, heads(cast)[party])
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(one, heads(cast)))


def test_three_heads_at_once_issue_one_permit(committed_db: None) -> None:
    """A3 in small; 300 permits are in the ordeal."""
    tower = a_building("A", "云汇中心 A 座")
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    fitouts = [a_fitout(cast, tower, at=S.TO_ISSUE, code=f"18{number:02}") for number in range(3)]
    for fitout in fitouts:
        at_once(fitout, cast)
    assert set(Fitout.objects.values_list("state", flat=True)) == {"PERMITTED"}
    assert Permit.objects.count() == 3
    assert Notice.objects.filter(recipient=cast.guard, text__contains="is issued").count() == 3
    assert SignOff.objects.filter(document="permit", replaced_by=None).count() == 9


def test_a_permit_is_extended_by_the_head_revoked_with_a_reason_and_runs_out_by_itself(cast: Any, tower: Any) -> None:
    permit = a_permit(cast, tower)
    later = permit.valid_until + timedelta(days=10)
    with pytest.raises(Refused, match="Enter a day after"):
        PERMIT_FLOW.take(permit, "extend", by=cast.service_head, at=timezone.now(), note="顺延", valid_until=permit.valid_until)
    permit = PERMIT_FLOW.take(permit, "extend", by=cast.service_head, at=timezone.now(), note="顺延", valid_until=later)
    assert permit.valid_until == later
    expire_permit(permit.pk)
    permit.refresh_from_db()
    assert permit.state == "VALID"
    Permit.objects.filter(pk=permit.pk).update(
        valid_from=timezone.localdate() - timedelta(days=9), valid_until=timezone.localdate() - timedelta(days=1)
    )
    expire_permit(permit.pk)
    expire_permit(permit.pk)
    permit.refresh_from_db()
    assert permit.state == "EXPIRED"
    with pytest.raises(Refused, match="There is no valid permit"):
        take(permit.fitout, "start_work", cast.service_clerk)
    with pytest.raises(Refused, match="reason"):
        PERMIT_FLOW.take(permit, "revoke", by=cast.security_head, at=timezone.now())
    assert PERMIT_FLOW.take(permit, "revoke", by=cast.security_head, at=timezone.now(), note="严重违章").state == "REVOKED"


@clause("M3.2.4-4.1.a")
@clause("M3.2.4-4.1.b")
def test_works_begin_only_with_the_door_set_posted_and_the_protection_passed(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.PERMITTED)
    fitout.unit.state = "OCCUPIED"
    fitout.unit.save(update_fields=["state"])
    a_pass(cast, tower, fitout=fitout)
    extinguish(fitout, cast)
    fitout.refresh_from_db()
    [option] = [each for each in FITOUT_FLOW.options(fitout, cast.service_clerk) if each.step.name == "start_work"]
    assert [blocker.url for blocker in option.blockers] == [
        reverse("fitout:door_set", args=[fitout.pk]), reverse("fitout:protection", args=[fitout.pk]),
    ]  # fmt: skip
    guard, clerk = as_user(cast.guard), as_user(cast.service_clerk)
    assert guard.post(reverse("fitout:door_set", args=[fitout.pk]), {"submission_key": uuid.uuid4()}).status_code == 302
    there = reverse("fitout:protection", args=[fitout.pk])
    assert guard.get(there).status_code == 403
    assert clerk.post(there, {"passed": "no", "note": "", "submission_key": uuid.uuid4()}).status_code == 422
    assert clerk.post(there, {"passed": "no", "note": "电梯厅未铺保护板", "submission_key": uuid.uuid4()}).status_code == 302
    with pytest.raises(Refused, match="has not passed inspection"):
        take(fitout, "start_work", cast.service_clerk)
    assert clerk.post(there, {"passed": "yes", "note": "", "submission_key": uuid.uuid4()}).status_code == 302
    assert take(fitout, "start_work", cast.service_clerk).state == S.ON_SITE


@clause("M3.2.4-4.1.a.F1")
@clause("M3.2.4-3.2.F2")
@clause("M3.2.4-1.4.F1")
def test_the_door_set_prints_permit_questions_and_penalty_rules(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.TO_ISSUE)
    client, there = as_user(cast.service_clerk), reverse("fitout:fitout_print", args=[fitout.pk, "door-set"])
    assert client.get(there).status_code == 422
    fitout = a_fitout(cast, tower, at=S.PERMITTED, fitout=fitout)
    answer = client.get(there)
    assert answer.status_code == 200
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert len(pikepdf.open(BytesIO(body)).pages) >= 3


def test_a_stranger_sees_no_permit(cast: Any, tower: Any, as_user: Any) -> None:
    permit = a_permit(cast, tower)
    outsider = as_user(cast.outsider)
    assert outsider.get(reverse("fitout:permit_detail", args=[permit.pk])).status_code == 404
    assert permit.number not in outsider.get(reverse("fitout:permit_list")).content.decode()
