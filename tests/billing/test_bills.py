"""Payment notices ask for what is due, and a tenant's account can be read line by line."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from billing import services as billing
from billing.flow import BILL_FLOW, RECEIPT_FLOW
from billing.models import Bill, BillingTerms
from billing.services import accounts
from tests.billing.factories import a_bill, a_charge, a_deposit, a_kind, a_line, a_price, a_receipt, a_stamp
from tests.billing.test_ledger import settled_at_commit
from tests.tenants.factories import a_tenant
from tests.tenants.test_move_in_forms import text_of

TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def tenant(cast: Any, tower: Any) -> Any:
    return a_tenant(cast, tower)


@pytest.mark.clause("M1.2.4")
def test_a_notice_is_written_from_the_price_list(cast: Any, tower: Any, tenant: Any, as_user: Any) -> None:
    a_price(tower, "OVERTIME_AIR_CON", "80")
    due = timezone.localdate() + dt.timedelta(days=10)
    given = {
        "tenant": f"={tenant.pk}",
        "kind": a_kind("OVERTIME_AIR_CON").pk,
        "quantity": "3",
        "text": "11月20日加班空调",
        "due_on": due.isoformat(),
    }
    answer = as_user(cast.cashier).post(reverse("billing:bill_new"), {**given, "submission_key": uuid.uuid4()})
    bill = Bill.objects.get()
    assert answer.headers["Location"] == reverse("billing:bill_detail", args=[bill.pk])
    assert (bill.amount, bill.outstanding, bill.title) == (Decimal("240.00"), Decimal("240.00"), "11月20日加班空调")
    page = as_user(cast.frontdesk).get(answer.headers["Location"]).content.decode()
    assert "3 × 80" in page and "Due" in page


def test_without_a_price_the_form_says_so_and_keeps_what_was_typed(cast: Any, tenant: Any, as_user: Any) -> None:
    given = {"tenant": f"={tenant.pk}", "kind": a_kind("PARKING").pk, "quantity": "1", "text": "车位", "due_on": "2027-01-31"}
    answer = as_user(cast.cashier).post(reverse("billing:bill_new"), {**given, "submission_key": uuid.uuid4()})
    assert answer.status_code == 422
    assert "no price for “Parking”" in answer.content.decode() and "车位" in answer.content.decode()


@pytest.mark.clause("M3.12.4-2.F1")
def test_the_payment_notice_prints_service_time_rate_and_where_to_pay(cast: Any, tower: Any, tenant: Any, as_user: Any) -> None:
    BillingTerms.objects.create(building=tower, account_name="云汇物业", account_bank="工商银行建国门支行", account_number="0200001")
    bill = a_bill(cast, tenant, a_line("325.04", code="PAID_SERVICE", text="更换水龙头", formula="2 小时 × 162.52"))
    text = text_of(as_user(cast.frontdesk).get(reverse("billing:bill_print", args=[bill.pk, "payment-notice"])).content)
    for words in ("更换水龙头", "2小时×162.52", "¥325.04", "人民币叁佰贰拾伍元零肆分", "2026-12-15", "工商银行建国门支行", tenant.name):
        assert words in text


def test_a_notice_stands_at_what_its_money_says(cast: Any, tenant: Any) -> None:
    bill = a_bill(cast, tenant)
    assert bill.standing(TODAY) == ("DUE", "I")
    assert bill.standing(dt.date(2026, 12, 16)) == ("OVERDUE", "D")
    a_receipt(cast, tenant, "40.00")
    bill.refresh_from_db()
    assert bill.standing(TODAY) == ("PART_PAID", "Y")
    a_receipt(cast, tenant, "60.00")
    bill.refresh_from_db()
    assert bill.standing(dt.date(2027, 1, 1)) == ("PAID", "S")


def test_a_disputed_notice_is_settled_or_made_void(cast: Any, tenant: Any) -> None:
    bill, now = a_bill(cast, tenant), timezone.now()
    a_receipt(cast, tenant, "30.00")
    bill = BILL_FLOW.take(bill, "dispute", by=cast.frontdesk, at=now, note="没有做完")
    assert bill.standing(TODAY) == ("DISPUTED", "W")
    BILL_FLOW.take(bill, "void", by=cast.finance_head, at=now, note="服务取消")
    bill.refresh_from_db()
    settled_at_commit()
    assert (bill.state, bill.outstanding, billing.owed(tenant), billing.prepaid(tenant)) == ("VOID", 0, 0, Decimal("30.00"))
    assert billing.contradictions() == {}


def test_a_statement_adds_up_line_by_line(cast: Any, tenant: Any, as_user: Any) -> None:
    billing.charge(tenant, [a_line("100.00")], a_stamp(cast, on=dt.date(2026, 9, 10)))
    a_charge(cast, tenant, "50.00")
    wrong = a_receipt(cast, tenant, "120.00")
    RECEIPT_FLOW.take(wrong, "void", by=cast.cashier, at=timezone.now(), note="错")
    a_receipt(cast, tenant, "160.00")
    a_deposit(cast, tenant, "1000.00")
    found = accounts.statement(tenant, dt.date(2026, 10, 1), dt.date(2026, 12, 31))
    assert found.opening == Decimal("100.00")
    assert found.closing == Decimal("-10.00") == found.opening + found.charged - found.settled
    assert [line.balance for line in found.lines][-1] == found.closing
    url, client = reverse("billing:statement", args=[tenant.pk]), as_user(cast.frontdesk)
    page = client.get(url, {"first": "2026-10-01", "last": "2026-12-31"}).content.decode()
    assert wrong.number in page and "-¥10.00" in page
    book = load_workbook(io.BytesIO(client.get(url, {"first": "2026-10-01", "last": "2026-12-31", "export": "xlsx"}).content))
    rows = list(book.active.values)
    assert len(rows) == 1 + len(found.lines) and rows[-1][-1] == -10
    assert "PDF" in client.get(url, {"export": "pdf"}).content[:8].decode()
    assert client.get(url, {"first": "2026-12-31", "last": "2026-01-01"}).status_code == 422


def test_arrears_stand_at_the_head_of_the_file_and_beside_a_call(cast: Any, tenant: Any, as_user: Any) -> None:
    late = timezone.localdate() - dt.timedelta(days=32)
    a_charge(cast, tenant, "3360.00", due_on=late)
    client = as_user(cast.frontdesk)
    page = client.get(reverse("tenants:tenant_detail", args=[tenant.pk])).content.decode()
    assert "Arrears ¥3,360.00 (32 d)" in page
    money = client.get(reverse("tenants:tenant_tab", args=[tenant.pk, "money"])).content.decode()
    assert "¥3,360.00" in money and "Take money" not in money
    assert "Arrears" not in as_user(cast.guard).get(reverse("tenants:tenant_detail", args=[tenant.pk])).content.decode()
    assert "Take money" in as_user(cast.cashier).get(reverse("tenants:tenant_tab", args=[tenant.pk, "money"])).content.decode()


def test_the_money_tab_is_not_for_everybody(cast: Any, tenant: Any, as_user: Any) -> None:
    assert as_user(cast.guard).get(reverse("tenants:tenant_tab", args=[tenant.pk, "money"])).status_code == 404
    assert as_user(cast.guard).get(reverse("billing:statement", args=[tenant.pk])).status_code == 404
