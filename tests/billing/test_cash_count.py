"""At the end of the day the cashier counts the drawer and hands it over."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from billing import services as billing
from billing.flow import COUNT_FLOW, RECEIPT_FLOW
from billing.models import CashCount
from billing.services import cash_counts
from core.flow import NotAllowed, Refused
from tests.billing.factories import TODAY, a_count, a_deposit, a_receipt, a_stamp
from tests.billing.test_ledger import settled_at_commit
from tests.tenants.factories import a_tenant
from tests.tenants.test_move_in_forms import text_of

TOMORROW = TODAY + dt.timedelta(days=1)


@pytest.fixture
def tenant(cast: Any, tower: Any) -> Any:
    return a_tenant(cast, tower)


def counting(client: Any, building: Any, seen: str, **pieces: Any) -> Any:
    values = {"seen": seen, "submission_key": str(uuid.uuid4()), **pieces}
    return client.post(reverse("billing:count_drawer", args=[building.pk]), values)


def test_the_drawer_is_counted_by_denomination_against_the_books(cast: Any, tower: Any, tenant: Any, as_user: Any) -> None:
    a_receipt(cast, tenant, "250.50")
    a_receipt(cast, tenant, "999.00", method="TRANSFER")
    client = as_user(cast.cashier)
    page = client.get(reverse("billing:count_drawer", args=[tower.pk])).content.decode()
    assert "250.50" in page and "999.00" in page
    answer = counting(client, tower, "250.50", face_100="2", face_50="1", face_0_5="1")
    count = CashCount.objects.get()
    assert answer.headers["Location"] == reverse("billing:cash_count_detail", args=[count.pk])
    assert (count.expected, count.counted, count.difference, count.cashier) == (Decimal("250.50"), Decimal("250.50"), 0, cast.cashier)
    settled_at_commit()
    assert billing.contradictions() == {}


def test_refunds_and_void_receipts_leave_the_drawer(cast: Any, tower: Any, tenant: Any) -> None:
    deposit = a_deposit(cast, tenant, "1000.00")
    billing.pay_back(deposit, Decimal("400.00"), "CASH", a_stamp(cast))
    RECEIPT_FLOW.take(a_receipt(cast, tenant, "70.00"), "void", by=cast.cashier, at=timezone.now(), note="重复")
    assert a_count(cast, tower).expected == Decimal("600.00")


def test_a_difference_needs_its_reason_and_nothing_typed_is_lost(cast: Any, tower: Any, tenant: Any, as_user: Any) -> None:
    a_receipt(cast, tenant, "100.00")
    client = as_user(cast.cashier)
    answer = counting(client, tower, "100.00", face_50="1")
    assert answer.status_code == 422 and "reason of the difference" in answer.content.decode()
    assert 'value="1"' in answer.content.decode()
    assert counting(client, tower, "100.00", face_50="1", reason="找零多付 50 元").status_code == 302
    assert CashCount.objects.get().difference == Decimal("-50.00")


def test_money_booked_meanwhile_shows_before_the_count_is_saved(cast: Any, tower: Any, tenant: Any, as_user: Any) -> None:
    a_receipt(cast, tenant, "100.00")
    answer = counting(as_user(cast.cashier), tower, "0.00")
    assert answer.status_code == 422 and "100.00" in answer.content.decode() and not CashCount.objects.exists()
    assert 'name="seen" value="100.00"' in answer.content.decode()


def test_a_day_has_one_count_and_what_is_late_goes_to_the_next(cast: Any, tower: Any, tenant: Any) -> None:
    a_receipt(cast, tenant, "100.00")
    a_count(cast, tower)
    a_receipt(cast, tenant, "200.00")
    with pytest.raises(Refused, match="counted today already"):
        a_count(cast, tower)
    later = a_count(cast, tower, on=TOMORROW)
    assert later.expected == Decimal("200.00") and cash_counts.covered(later).count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        CashCount.objects.filter(pk=later.pk).update(expected=1)


def test_finance_accepts_what_is_handed_over_and_nobody_their_own(cast: Any, tower: Any, tenant: Any) -> None:
    a_receipt(cast, tenant, "100.00")
    count, at = a_count(cast, tower), timezone.now()
    with pytest.raises(NotAllowed):
        COUNT_FLOW.take(count, "hand_over", by=cast.finance_head, at=at)
    count = COUNT_FLOW.take(count, "hand_over", by=cast.cashier, at=at)
    with pytest.raises(NotAllowed):
        COUNT_FLOW.take(count, "accept", by=cast.cashier, at=at)
    count = COUNT_FLOW.take(count, "accept", by=cast.finance_head, at=at)
    assert (count.state, count.accepted_by) == ("ACCEPTED", cast.finance_head)
    a_receipt(cast, tenant, "100.00", method="CASH")
    own = a_count(cast, tower, by=cast.finance_head, pieces={})
    own = COUNT_FLOW.take(own, "hand_over", by=cast.finance_head, at=at)
    with pytest.raises(Refused):
        COUNT_FLOW.take(own, "accept", by=cast.finance_head, at=at)


def test_a_count_that_comes_back_is_counted_again(cast: Any, tower: Any, tenant: Any, as_user: Any) -> None:
    a_receipt(cast, tenant, "100.00")
    count, at = a_count(cast, tower, pieces={"50": 1}, reason="?"), timezone.now()
    COUNT_FLOW.take(count, "hand_over", by=cast.cashier, at=at)
    COUNT_FLOW.take(count, "send_back", by=cast.finance_head, at=at, note="请复点")
    step = reverse("billing:cash_count_step", args=[count.pk, "recount"])
    as_user(cast.cashier).post(step, {"face_50": "2", "submission_key": str(uuid.uuid4())})
    count.refresh_from_db()
    assert (count.state, count.counted, count.pieces) == ("COUNTED", Decimal("100.00"), {"50": 2})


def test_the_hand_over_sheet_prints_figures_and_capitals(cast: Any, tower: Any, tenant: Any, as_user: Any) -> None:
    a_receipt(cast, tenant, "300.00")
    url = reverse("billing:cash_count_print", args=[a_count(cast, tower).pk, "cash-count"])
    text = text_of(as_user(cast.finance_head).get(url).content)
    assert "人民币叁佰元整" in text and "¥300.00" in text


def test_who_takes_no_money_counts_none(cast: Any, tower: Any, as_user: Any) -> None:
    url = reverse("billing:count_drawer", args=[tower.pk])
    assert as_user(cast.frontdesk).get(url).status_code == 403
    assert as_user(cast.guard).get(url).status_code == 404
    assert as_user(cast.outsider).get(url).status_code == 404
