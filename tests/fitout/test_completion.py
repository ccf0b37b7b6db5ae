"""Completion: joint inspection, rectification, signatures, damage, the property manager, and only then the refund (manual 3.2.4-5)."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from billing import services as billing
from billing.flow import REFUND_FLOW
from billing.models import DepositMove, Refund
from core import printing, signing
from core.flow import NotAllowed, Refused
from core.models import Notice
from fitout import access
from fitout.models import Damage, Fitout, Permit
from fitout.services import inspections
from fitout.tasks import close_settled, settle
from premises.models import Unit
from tests.conftest import Cast, a_building
from tests.fitout.factories import S, a_fitout, a_remark, give_back, sign_completion, take
from tests.fitout.site_records import a_site

stands_on = a_site

clause = pytest.mark.clause


def damage(fitout: Fitout, cast: Any, price: str = "600", what: str = "电梯厅石材") -> Damage:
    return inspections.price_damage(Damage(fitout=fitout, what=what, quantity=1, unit_price=Decimal(price)), by=cast.engineer)


@clause("M3.2.4-5")
@clause("M3.2.4-5.1")
@clause("M3.2.4-5.2")
def test_the_contractor_applies_and_everybody_is_called_to_the_joint_inspection(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.ON_SITE)
    there = reverse("fitout:fitout_step", args=[fitout.pk, "apply_completion"])
    typed = {"applicant": "郭建军", "inspection_at": "2099-01-05T10:00", "submission_key": uuid.uuid4()}
    assert as_user(cast.service_clerk).post(there, typed).status_code == 302
    fitout.refresh_from_db()
    assert (fitout.state, fitout.completion_applicant, fitout.completion_round) == (S.TO_INSPECT, "郭建军", 1)
    for person in (cast.engineer, cast.guard):
        assert Notice.objects.filter(recipient=person, text__contains="Inspect the completed fit-out").count() == 1


@clause("M3.2.4-5.3")
def test_each_department_comments_and_the_inspection_is_repeated_until_all_is_rectified(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.TO_INSPECT)
    with pytest.raises(Refused, match="Write down what must be rectified"):
        take(fitout, "find_defects", cast.engineer)
    engineer = as_user(cast.engineer)
    typed = {"department": "", "text": "", "submission_key": uuid.uuid4()}
    assert engineer.post(reverse("fitout:remark_new", args=[fitout.pk]), typed).status_code == 422
    said = a_remark(fitout, cast)
    fitout = take(fitout, "find_defects", cast.engineer)
    assert fitout.state == S.RECTIFYING and fitout.due_at is not None
    fitout = take(fitout, "inspect_again", cast.service_clerk, inspection_at=timezone.now())
    assert (fitout.state, fitout.completion_round) == (S.TO_INSPECT, 2)
    with pytest.raises(Refused, match="1 comment is not rectified"):
        take(fitout, "complete_inspection", cast.service_clerk)
    assert as_user(cast.guard).post(reverse("fitout:remark_rectified", args=[said.pk]), {"submission_key": uuid.uuid4()}).status_code == 403
    assert engineer.post(reverse("fitout:remark_rectified", args=[said.pk]), {"submission_key": uuid.uuid4()}).status_code == 302
    give_back(fitout, cast)
    assert sign_completion(fitout, cast).state == S.TO_APPROVE


def test_nobody_comments_in_another_departments_name(cast: Any, tower: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.TO_INSPECT)
    with pytest.raises(NotAllowed):
        a_remark(fitout, type("Cast", (), {"engineer": cast.guard})())


@clause("M3.2.4-5.4")
def test_heads_tenant_and_contractor_sign_the_sheet_with_the_damage_on_it(cast: Any, tower: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.TO_INSPECT)
    damage(fitout, cast)
    give_back(fitout, cast)
    with pytest.raises(Refused, match="is not signed by: Customer service"):
        take(fitout, "complete_inspection", cast.service_clerk)
    fitout = sign_completion(fitout, cast)
    assert fitout.state == S.TO_APPROVE
    [text] = {row.text for row in signing.signoffs(fitout).filter(document="completion")}
    assert "电梯厅石材 1 × 600.00 = 600.00" in text and "deducted from the fit-out deposit" in text


def test_damage_found_after_signing_asks_everybody_again(cast: Any, tower: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.TO_INSPECT)
    sign_completion(fitout, cast)
    fitout.refresh_from_db()
    assert fitout.state == S.TO_INSPECT
    damage(fitout, cast)
    give_back(fitout, cast)
    with pytest.raises(Refused, match="is not signed by"):
        take(fitout, "complete_inspection", cast.service_clerk)


def test_passes_and_extinguishers_come_back_before_the_sheet_goes_to_the_manager(cast: Any, tower: Any) -> None:
    fitout = sign_completion(a_fitout(cast, tower, at=S.TO_INSPECT), cast)
    with pytest.raises(Refused, match="Worker passes are not returned") as refused:
        take(fitout, "complete_inspection", cast.service_clerk)
    assert any("extinguishers are not returned" in blocker.text for blocker in refused.value.blockers)


@clause("M3.2.4-5.5")
def test_only_the_property_managers_signature_opens_the_way_to_the_cashier(cast: Any, tower: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.TO_INSPECT)
    damage(fitout, cast)
    fitout = a_fitout(cast, tower, at=S.TO_APPROVE, fitout=fitout)
    assert not Refund.objects.exists()
    for person in (cast.service_head, cast.finance_head, cast.general_manager):
        with pytest.raises(NotAllowed):
            take(fitout, "accept_completion", person)
    fitout = take(fitout, "accept_completion", cast.property_manager)
    refund = Refund.objects.get()
    assert (refund.amount, refund.state, refund.payee) == (Decimal("9400.00"), "APPROVED", fitout.contractor.name)
    assert DepositMove.objects.filter(kind="DEDUCTED").values_list("amount", "reason", "clause").get() == (
        Decimal("-600.00"), "电梯厅石材", "3.2.4-5.4",
    )  # fmt: skip
    assert Permit.objects.get().state == "RETURNED"
    assert Unit.objects.get(pk=fitout.unit_id).state == "OCCUPIED"
    with pytest.raises(Refused, match="9400.00 yuan of the deposit are still held"):
        take(fitout, "close", cast.cashier)
    REFUND_FLOW.take(refund, "pay", by=cast.cashier, at=timezone.now())
    close_settled(timezone.now())
    settle(fitout.pk)
    settle(fitout.pk)
    fitout.refresh_from_db()
    assert fitout.state == S.REFUNDED and billing.contradictions() == {}


def test_the_manager_may_return_the_sheet_with_a_reason(cast: Any, tower: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.TO_APPROVE)
    fitout = take(fitout, "return_completion", cast.property_manager, note="公共走廊墙面未恢复")
    assert fitout.state == S.TO_INSPECT
    assert Notice.objects.filter(recipient=cast.service_clerk, text__contains="returned the completion").exists()


def test_damage_beyond_the_deposit_is_billed(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.TO_INSPECT)
    row = damage(fitout, cast, "12000", "幕墙玻璃")
    fitout = a_fitout(cast, tower, at=S.TO_APPROVE, fitout=fitout)
    with pytest.raises(Refused, match="more than the 10000.00 held"):
        take(fitout, "accept_completion", cast.property_manager)
    there = reverse("fitout:damage_bill", args=[fitout.pk, row.pk])
    assert as_user(cast.service_clerk).post(there, {"submission_key": uuid.uuid4()}).status_code == 302
    assert take(fitout, "accept_completion", cast.property_manager).state == S.ACCEPTED
    assert billing.owed(fitout.tenant) == Decimal("12000.00") and billing.contradictions() == {}


def test_eight_hands_accept_one_completion_once(committed_db: None) -> None:
    tower = a_building("A", "云汇中心 A 座")
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    fitout, start = a_fitout(cast, tower, at=S.TO_INSPECT), Barrier(8)
    damage(fitout, cast)
    fitout = a_fitout(cast, tower, at=S.TO_APPROVE, fitout=fitout)

    def one(number: int) -> str:
        try:
            start.wait()
            take(Fitout.objects.get(pk=fitout.pk), "accept_completion", cast.property_manager)
        except Refused:
            return "refused"
        finally:
            connection.close()
        return "accepted"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one, range(8)))
    assert sorted(answers) == ["accepted", *["refused"] * 7]
    assert (Refund.objects.count(), DepositMove.objects.filter(kind="DEDUCTED").count()) == (1, 1)
    assert access.held(fitout) == Decimal("9400.00") and billing.contradictions() == {}


@clause("M3.2.4-5.1.F1")
@clause("M3.2.4-5.3.F1")
def test_application_and_sheet_print_filled_and_blank(cast: Any, tower: Any, as_user: Any) -> None:
    from fitout.printing.inspections import completion

    fitout = a_fitout(cast, tower, at=S.TO_INSPECT)
    damage(fitout, cast)
    a_remark(fitout, cast, is_defect=False)
    said = completion(fitout)
    assert said["damages"] == [("电梯厅石材", "", "1", "600.00", "600.00")] and said["words"] == "人民币陆佰元整"
    assert said["remarks"][0][2] == "开关面板松动"
    fitout = a_fitout(cast, tower, at=S.TO_APPROVE, fitout=fitout)
    form = printing.form_of(Fitout, "completion-sheet")
    assert form is not None and len([box for box in printing.boxes(form, fitout) if box["signoff"]]) == 5
    client = as_user(cast.service_clerk)
    for name in ("completion-application", "completion-sheet"):
        there = reverse("fitout:fitout_print", args=[fitout.pk, name])
        assert [client.get(there, query).status_code for query in ({}, {"blank": "1"})] == [200, 200]
