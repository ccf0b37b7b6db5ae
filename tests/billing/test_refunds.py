"""A refund goes to the payer's account once, as approved; what was due may be settled from the deposit first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse

from billing import services as billing
from billing.flow import REFUND_FLOW
from billing.models import Entry, Refund
from billing.services import refunds
from core.flow import Refused
from tests.billing.factories import a_charge, a_deposit, a_kind, a_refund, a_stamp
from tests.billing.test_counter import text_of
from tests.billing.test_holds import key, take
from tests.billing.test_ledger import settled_at_commit
from tests.conftest import Cast, a_building
from tests.tenants.factories import a_tenant


@pytest.fixture
def tenant(cast: Any, tower: Any) -> Any:
    return a_tenant(cast, tower)


def test_twelve_refunding_and_deducting_pay_exactly_what_was_approved_or_nothing(committed_db: Any) -> None:
    tower = a_building("A", "云汇中心 A 座")
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    deposit, start = a_deposit(cast, a_tenant(cast, tower), "1000.00"), Barrier(12)
    refund = take(REFUND_FLOW, a_refund(cast, deposit, "1000.00"), "approve", cast.finance_head)

    def dip(turn: int) -> str:
        try:
            start.wait(20)
            if turn % 2:
                billing.deduct(deposit, Decimal("300.00"), a_kind("COMPENSATION"), a_stamp(cast), billing.Why("损坏"))
                return "deducted"
            take(REFUND_FLOW, Refund.objects.get(pk=refund.pk), "pay", cast.cashier)
            return "paid"
        except Refused:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as pool:
        outcomes = list(pool.map(dip, range(12)))
    deposit.refresh_from_db()
    done = (outcomes.count("paid"), outcomes.count("deducted"), deposit.held)
    assert done in {(1, 0, Decimal(0)), (0, 3, Decimal("100.00"))}
    assert Entry.objects.filter(kind="REFUND").count() == done[0]
    assert billing.contradictions() == {}


def test_a_deduction_between_the_check_and_the_payment_stops_it(cast: Any, tenant: Any) -> None:
    deposit = a_deposit(cast, tenant)
    refund = take(REFUND_FLOW, a_refund(cast, deposit, "500.00"), "approve", cast.finance_head)
    seen = Refund.objects.select_related("deposit").get(pk=refund.pk)
    billing.deduct(deposit, Decimal("100.00"), a_kind("COMPENSATION"), a_stamp(cast), billing.Why("缺一张卡"))
    assert seen.deposit.held == seen.held_at_approval  # what the guard would have read
    with pytest.raises(Refused, match="changed since the approval"):
        refunds.pay(seen, a_stamp(cast))
    deposit.refresh_from_db()
    assert deposit.held == Decimal("900.00")


def test_a_deposit_goes_back_to_the_account_it_came_from(cast: Any, tenant: Any, as_user: Any) -> None:
    deposit = a_deposit(cast, tenant, payer_account="6222 0200")
    given = {"amount": "1000", "method": "TRANSFER", "reason": "退租", "payee_account": "6222 9999", **key()}
    url, client = reverse("billing:refund_new", args=[deposit.pk]), as_user(cast.service_head)
    answer = client.post(url, given)
    assert answer.status_code == 422 and "6222 0200" in answer.content.decode()
    assert not Refund.objects.exists()
    assert client.post(url, {**given, "payee_account": "6222 0200", **key()}).status_code == 302


@pytest.mark.clause("M3.13.4-4")
def test_the_voucher_says_the_amount_in_capitals_once_it_is_approved(cast: Any, tenant: Any, as_user: Any) -> None:
    refund = a_refund(cast, a_deposit(cast, tenant, payer_account="6222 0200"), "409.50")
    client, url = as_user(cast.cashier), reverse("billing:refund_print", args=[refund.pk, "voucher"])
    assert client.get(url).headers["Content-Type"] != "application/pdf"
    take(REFUND_FLOW, refund, "approve", cast.finance_head)
    take(REFUND_FLOW, refund, "pay", cast.cashier)
    text = text_of(client.get(url).content)
    for wanted in (refund.number, "人民币肆佰零玖元伍角", "¥409.50", "62220200", str(cast.finance_head), str(cast.cashier)):
        assert wanted in text


def test_charges_due_are_settled_from_a_deposit_on_its_page(cast: Any, tenant: Any, as_user: Any) -> None:
    deposit = a_deposit(cast, tenant)
    water, rent = a_charge(cast, tenant, "120.00", text="水费"), a_charge(cast, tenant, "300.00", text="租金")
    stranger = a_charge(cast, a_tenant(cast, tenant.building, name="别家公司", code=""), "50.00")
    url, client = reverse("billing:deposit_settle", args=[deposit.pk]), as_user(cast.finance_head)
    given = {"charges": [water.pk, rent.pk], "amount": "200", "reason": "退租结算"}
    assert client.post(url, {**given, "amount": "420.01", **key()}).status_code == 422
    assert client.post(url, {**given, "charges": [stranger.pk], **key()}).status_code == 422
    assert client.post(url, {**given, **key()}).status_code == 302
    for row in (water, rent, deposit):
        row.refresh_from_db()
    assert (water.outstanding, rent.outstanding, deposit.held) == (0, Decimal("220.00"), Decimal("800.00"))
    settled_at_commit()
    assert billing.contradictions() == {}


def test_deposits_are_listed_by_tenant(cast: Any, tenant: Any, as_user: Any) -> None:
    mine, other = a_deposit(cast, tenant), a_deposit(cast, a_tenant(cast, tenant.building, name="别家公司", code=""))
    page = as_user(cast.cashier).get(reverse("billing:deposit_list"), {"tenant": tenant.pk}).content.decode()
    assert mine.number in page and other.number not in page
