"""Deposits come back once, to who paid them, by two hands; waivers stay within limits or wait for who holds them."""

from __future__ import annotations

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction
from django.urls import reverse
from django.utils import timezone

from billing import services as billing
from billing.flow import REFUND_FLOW, WAIVER_FLOW
from billing.models import Deposit, Refund, Waiver, WaiverLimit
from billing.services import waivers
from core import signing
from core.flow import NotAllowed, Refused
from tests.billing.factories import a_charge, a_deposit, a_kind, a_receipt, a_refund, a_stamp, a_waiver
from tests.billing.test_ledger import settled_at_commit
from tests.conftest import Cast, a_building
from tests.tenants.factories import a_tenant

clause = pytest.mark.clause


@pytest.fixture
def tenant(cast: Any, tower: Any) -> Any:
    return a_tenant(cast, tower)


def take(flow: Any, record: Any, step: str, by: Any, note: str = "") -> Any:
    return flow.take(record, step, by=by, at=timezone.now(), note=note)


def key() -> dict[str, Any]:
    return {"submission_key": uuid.uuid4()}


def test_a_deposit_lives_on_its_pages(cast: Any, tenant: Any, as_user: Any) -> None:
    client, due = as_user(cast.finance_head), timezone.localdate().isoformat()
    given = {"tenant": f"={tenant.pk}", "kind": "FIT_OUT", "amount": "18000", "payer": "北京精工装饰有限公司", "due_on": due, **key()}
    answer = client.post(reverse("billing:deposit_new"), given)
    deposit = Deposit.objects.get()
    assert answer.headers["Location"] == reverse("billing:deposit_detail", args=[deposit.pk])
    a_receipt(cast, tenant, "18000.00", deposits={deposit: Decimal("18000.00")}, payer=deposit.payer)
    deduct = {"amount": "600", "kind": a_kind("COMPENSATION").pk, "reason": "损坏门框", "clause": "承诺书第 5 条", **key()}
    assert client.post(reverse("billing:deposit_deduct", args=[deposit.pk]), deduct).status_code == 302
    assert client.post(reverse("billing:deposit_deduct", args=[deposit.pk]), {**deduct, "amount": "17400.01", **key()}).status_code == 422
    other = a_deposit(cast, tenant, "400.00", kind="KEY", taken=False)
    moved = {"to": other.pk, "amount": "400", "reason": "转作钥匙押金", **key()}
    assert client.post(reverse("billing:deposit_transfer", args=[deposit.pk]), moved).status_code == 302
    page = client.get(reverse("billing:deposit_detail", args=[deposit.pk])).content.decode()
    assert "损坏门框" in page and "承诺书第 5 条" in page and "¥17,000.00" in page
    settled_at_commit()
    assert billing.contradictions() == {}


def test_only_a_deposit_nobody_paid_is_cancelled(cast: Any, tenant: Any, as_user: Any) -> None:
    client = as_user(cast.cashier)
    due, held = a_deposit(cast, tenant, taken=False), a_deposit(cast, tenant, kind="KEY")
    assert client.post(reverse("billing:deposit_cancel", args=[due.pk]), key()).status_code == 302
    assert client.post(reverse("billing:deposit_cancel", args=[held.pk]), key()).status_code == 422
    due.refresh_from_db()
    assert due.standing == ("CANCELLED", "N")


@clause("M3.2.4-5.5")
def test_a_fit_out_deposit_is_refunded_only_after_the_property_manager_signed(cast: Any, tenant: Any) -> None:
    refund = a_refund(cast, a_deposit(cast, tenant, kind="FIT_OUT"), "1000.00")
    with pytest.raises(Refused):
        take(REFUND_FLOW, refund, "pay", cast.cashier)
    with pytest.raises(NotAllowed):
        take(REFUND_FLOW, refund, "approve", cast.finance_head)
    take(REFUND_FLOW, refund, "approve", cast.property_manager)
    paid = take(REFUND_FLOW, refund, "pay", cast.cashier)
    settled_at_commit()
    deposit = Deposit.objects.get()
    assert (paid.state, paid.approved_by, deposit.held, deposit.standing[0]) == ("PAID", cast.property_manager, 0, "SETTLED")
    assert billing.contradictions() == {}


@clause("M3.13.4-4")
def test_other_deposits_are_approved_by_the_head_of_finance_and_go_to_the_payer(cast: Any, tenant: Any, as_user: Any) -> None:
    deposit = a_deposit(cast, tenant, kind="LEASE", payer="北京华信科技有限公司", payer_account="6222 0200")
    client = as_user(cast.service_head)
    given = {"amount": "1000", "method": "TRANSFER", "reason": "退租", "payee_account": "", **key()}
    assert client.post(reverse("billing:refund_new", args=[deposit.pk]), given).status_code == 302
    refund = Refund.objects.get()
    assert (refund.payee, refund.payee_account) == ("北京华信科技有限公司", "6222 0200")
    again = client.post(reverse("billing:refund_new", args=[deposit.pk]), {**given, **key()})
    assert again.status_code == 422 and "under way already" in again.content.decode()
    take(REFUND_FLOW, refund, "approve", cast.finance_head)
    assert as_user(cast.cashier).post(reverse("billing:refund_step", args=[refund.pk, "pay"]), key()).status_code == 302
    deposit.refresh_from_db()
    assert deposit.held == 0


def test_nobody_approves_what_they_asked_for_and_the_database_knows(cast: Any, tenant: Any) -> None:
    deposit = a_deposit(cast, tenant)
    refund = Refund(tenant=tenant, deposit=deposit, amount=Decimal("10"), reason="x")
    from billing.services import refunds

    refunds.request(refund, by=cast.finance_head, on=timezone.localdate())
    with pytest.raises(Refused):
        take(REFUND_FLOW, refund, "approve", cast.finance_head)
    with pytest.raises(IntegrityError), transaction.atomic():
        Refund.objects.filter(pk=refund.pk).update(approved_by=cast.finance_head)


def test_a_deduction_after_the_approval_asks_for_it_again(cast: Any, tenant: Any) -> None:
    deposit = a_deposit(cast, tenant)
    refund = take(REFUND_FLOW, a_refund(cast, deposit, "500.00"), "approve", cast.finance_head)
    billing.deduct(deposit, Decimal("100.00"), a_kind("COMPENSATION"), a_stamp(cast), billing.Why("缺一张卡"))
    with pytest.raises(Refused, match="changed since the approval"):
        take(REFUND_FLOW, refund, "pay", cast.cashier)
    take(REFUND_FLOW, refund, "ask_again", cast.cashier)
    take(REFUND_FLOW, refund, "approve", cast.finance_head)
    assert take(REFUND_FLOW, refund, "pay", cast.cashier).state == "PAID"


def test_a_prepayment_is_refunded_too(cast: Any, tenant: Any, as_user: Any) -> None:
    a_receipt(cast, tenant, "300.00")
    given = {"amount": "300", "method": "TRANSFER", "reason": "多付", **key()}
    assert as_user(cast.cashier).post(reverse("billing:prepayment_refund_new", args=[tenant.pk]), given).status_code == 302
    refund = take(REFUND_FLOW, Refund.objects.get(), "approve", cast.finance_head)
    take(REFUND_FLOW, refund, "pay", cast.cashier)
    settled_at_commit()
    assert billing.prepaid(tenant) == 0
    assert billing.contradictions() == {}


def test_twelve_at_one_deposit_never_take_out_more_than_is_held(committed_db: Any) -> None:
    tower = a_building("A", "云汇中心 A 座")
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    deposit, start = a_deposit(cast, a_tenant(cast, tower), "1000.00"), Barrier(12)

    def dip(turn: int) -> str:
        try:
            start.wait(20)
            if turn % 2:
                billing.deduct(deposit, Decimal("150.00"), a_kind("COMPENSATION"), a_stamp(cast), billing.Why("损坏"))
            else:
                billing.pay_back(deposit, Decimal("150.00"), "TRANSFER", a_stamp(cast))
            return "done"
        except Refused:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as pool:
        outcomes = list(pool.map(dip, range(12)))
    deposit.refresh_from_db()
    assert (outcomes.count("done"), deposit.held) == (6, Decimal("100.00"))
    assert billing.contradictions() == {}


def test_a_refund_clicked_by_many_is_paid_once(committed_db: Any) -> None:
    tower = a_building("A", "云汇中心 A 座")
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    deposit, start = a_deposit(cast, a_tenant(cast, tower), "1000.00"), Barrier(8)
    refund = take(REFUND_FLOW, a_refund(cast, deposit, "400.00"), "approve", cast.finance_head)

    def pay(_turn: int) -> str:
        try:
            start.wait(20)
            take(REFUND_FLOW, Refund.objects.get(pk=refund.pk), "pay", cast.cashier)
            return "paid"
        except Refused:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(pay, range(8)))
    deposit.refresh_from_db()
    assert (outcomes.count("paid"), deposit.held) == (1, Decimal("600.00"))


# Waivers --------------------------------------------------------------------------------------------------------------


@clause("R5a.s2-1")
def test_within_the_limit_the_service_head_signs_alone(cast: Any, tenant: Any, as_user: Any) -> None:
    charge = a_charge(cast, tenant, "900.00", code="PENALTY")
    given = {"kind": "PENALTY", "amount": "300", "reason": "客户投诉属实", **key()}
    assert as_user(cast.service_head).post(reverse("billing:waiver_new", args=[charge.pk]), given).status_code == 302
    waiver = Waiver.objects.get()
    charge.refresh_from_db()
    settled_at_commit()
    assert (waiver.state, waiver.signed_by, charge.outstanding) == ("APPROVED", cast.service_head, Decimal("600.00"))
    assert billing.contradictions() == {}


@clause("R5a.s2-1")
@pytest.mark.parametrize(("kind", "amount"), [("ROUND_OFF", "0.80"), ("COMPENSATION", "500.00"), ("PENALTY", "500.00")])
def test_compensation_penalties_and_rounding_are_waived_by_signature(cast: Any, tenant: Any, kind: str, amount: str) -> None:
    waiver = a_waiver(cast, a_charge(cast, tenant, "900.80"), amount, kind=kind, by=cast.service_head)
    assert take(WAIVER_FLOW, waiver, "sign_alone", cast.service_head).state == "APPROVED"


@clause("R5a.s2-2")
def test_above_the_limit_it_waits_for_who_holds_it(cast: Any, tenant: Any, as_user: Any) -> None:
    charge = a_charge(cast, tenant, "9000.00")
    given = {"kind": "FEE", "amount": "3000", "reason": "停水三天", **key()}
    answer = as_user(cast.service_head).post(reverse("billing:waiver_new", args=[charge.pk]), given)
    waiver = Waiver.objects.get()
    assert waiver.state == "WAITING"
    page = as_user(cast.service_head).get(answer.headers["Location"]).content.decode()
    assert "Management" in page and "Finance Head" not in page
    for nobody in (cast.service_head, cast.finance_head, cast.outsider):
        with pytest.raises(NotAllowed):
            take(WAIVER_FLOW, waiver, "approve", nobody)
    assert waiver.number in as_user(cast.property_manager).get(reverse("frontdesk:approvals")).content.decode()
    take(WAIVER_FLOW, waiver, "approve", cast.property_manager)
    charge.refresh_from_db()
    assert charge.outstanding == Decimal("6000.00")


@clause("R5a.s2-2")
def test_oral_consent_is_noted_carried_out_and_countersigned_later(cast: Any, tenant: Any) -> None:
    charge = a_charge(cast, tenant, "9000.00")
    waiver = a_waiver(cast, charge, "3000.00", kind="FEE")
    with pytest.raises(Refused, match="lacks the consent"):
        take(WAIVER_FLOW, waiver, "carry_out", cast.service_clerk)
    now = timezone.now()
    consent = signing.oral_consent(
        waiver, "waiver", "LIMIT_HOLDER", by=cast.service_clerk, of=cast.property_manager, given_at=now,
        due_on=timezone.localdate() + dt.timedelta(days=2), note="电话请示林经理同意",
    )  # fmt: skip
    take(WAIVER_FLOW, waiver, "carry_out", cast.service_clerk)
    charge.refresh_from_db()
    assert charge.outstanding == Decimal("6000.00")
    with pytest.raises(NotAllowed):
        signing.countersign(consent, by=cast.finance_head, at=now, agree=True)
    signing.countersign(consent, by=cast.property_manager, at=now, agree=True)
    [row] = signing.panel(waiver)
    assert row.is_valid and row.signoff.user == cast.property_manager


def test_a_waiver_taken_back_is_due_again(cast: Any, tenant: Any) -> None:
    charge = a_charge(cast, tenant, "900.00")
    waiver = take(WAIVER_FLOW, a_waiver(cast, charge, "300.00", by=cast.service_head), "sign_alone", cast.service_head)
    take(WAIVER_FLOW, waiver, "take_back", cast.finance_head, "领导不同意")
    charge.refresh_from_db()
    settled_at_commit()
    assert charge.outstanding == Decimal("900.00")
    assert billing.contradictions() == {}


def test_no_more_is_waived_than_is_open_and_only_once_at_a_time(cast: Any, tenant: Any) -> None:
    charge = a_charge(cast, tenant, "100.00")
    with pytest.raises(Refused, match="Only 100.00"):
        a_waiver(cast, charge, "100.01")
    a_waiver(cast, charge, "50.00")
    with pytest.raises(Refused, match="waits already"):
        a_waiver(cast, charge, "10.00")


def test_limits_are_rows_that_the_head_of_finance_edits(cast: Any, tower: Any, as_user: Any) -> None:
    limit = WaiverLimit.objects.get(department__code="CUSTOMER_SERVICE", rank="HEAD", kind="PENALTY")
    assert waivers.limit_of(cast.service_head, "PENALTY", tower.pk) == Decimal("500")
    assert waivers.limit_of(cast.outsider, "PENALTY", tower.pk) == 0
    url, client = reverse("billing:waiver_limit_edit", args=[limit.pk]), as_user(cast.finance_head)
    given = {"department": limit.department_id, "rank": "HEAD", "kind": "PENALTY", "amount": "800", "version": "1", **key()}
    assert client.post(url, given).status_code == 302
    assert waivers.limit_of(cast.service_head, "PENALTY", tower.pk) == Decimal("800")
    assert as_user(cast.service_head).post(url, {**given, **key()}).status_code == 403
    assert "¥800.00" in as_user(cast.service_head).get(reverse("billing:waiver_limits")).content.decode()
