"""Finance sets prices, opens a month, leaves somebody out and issues the bills on the pages."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from billing.models import Bill, BillingTerms, BillRun, Charge, LeaseFee, Price
from billing.tasks import continue_run
from tests.billing.factories import a_charge, a_kind, a_price, a_run
from tests.tenants.factories import a_lease, a_tenant
from tests.tenants.test_move_in_forms import text_of


def key() -> dict[str, str]:
    return {"submission_key": str(uuid.uuid4())}


def test_a_price_is_set_and_struck_out_on_its_page(cast: Any, tower: Any, as_user: Any) -> None:
    client, tomorrow = as_user(cast.finance_head), timezone.localdate() + dt.timedelta(days=1)
    given = {"building": tower.pk, "kind": a_kind("WATER").pk, "starts_on": tomorrow.isoformat(), "unit_price": "6.5", **key()}
    assert client.post(reverse("billing:price_new"), given).status_code == 302
    price = Price.objects.get()
    page = client.get(reverse("billing:price_list")).content.decode()
    assert "¥6.5" in page and "Strike out" in page
    again = client.post(reverse("billing:price_new"), {**given, **key()})
    assert again.status_code == 422
    assert "There is a price from this day already" in again.content.decode()
    assert client.post(reverse("billing:price_strike", args=[price.pk]), key()).status_code == 302
    price.refresh_from_db()
    assert price.voided_by == cast.finance_head
    assert as_user(cast.cashier).get(reverse("billing:price_new")).status_code == 403


def test_a_month_is_billed_from_the_page(cast: Any, tower: Any, as_user: Any) -> None:
    a_price(tower, "MANAGEMENT_FEE", "28.00")
    first = a_lease(cast, tower)
    second = a_lease(cast, tower, tenant=a_tenant(cast, tower, name="上海云帆贸易有限公司", code=""), code="1204", contract_number="B")
    client = as_user(cast.cashier)
    answer = client.post(reverse("billing:bill_run_new"), {"building": tower.pk, "month": "2026-11-01", **key()})
    run = BillRun.objects.get()
    assert answer.headers["Location"] == reverse("billing:bill_run_detail", args=[run.pk])
    page = client.get(answer.headers["Location"]).content.decode()
    assert "120.5 m² × 28" in page and "¥6,748.00" in page
    left_out = reverse("billing:bill_run_exclude", args=[run.pk, second.tenant_id])
    assert client.post(left_out, {"note": "合同正在补签", **key()}).status_code == 302
    assert "合同正在补签" in client.get(answer.headers["Location"]).content.decode()
    step = reverse("billing:bill_run_step", args=[run.pk, "issue"])
    assert client.post(step, key()).status_code == 302
    continue_run(run.pk)
    assert [bill.tenant for bill in Bill.objects.all()] == [first.tenant]
    assert "¥3,374.00" in client.get(answer.headers["Location"]).content.decode()
    assert client.post(reverse("billing:bill_run_include", args=[run.pk, second.tenant_id])).status_code == 422


def test_an_agreed_fee_and_the_terms_are_edited(cast: Any, tower: Any, as_user: Any) -> None:
    lease, client = a_lease(cast, tower), as_user(cast.finance_head)
    given = {"kind": a_kind("RENT").pk, "unit_price": "150", "starts_on": "2026-01-01", **key()}
    assert client.post(reverse("billing:lease_fee_new", args=[lease.pk]), given).status_code == 302
    fee = LeaseFee.objects.get()
    assert "¥150" in client.get(reverse("billing:lease_fees", args=[lease.pk])).content.decode()
    changed = {**given, "unit_price": "155", "version": "1", **key()}
    assert client.post(reverse("billing:lease_fee_edit", args=[fee.pk]), changed).status_code == 302
    fee.refresh_from_db()
    assert fee.unit_price == Decimal("155")
    late = {"late_fee_rate_day": "0.0005", "late_fee_grace_days": 5, "late_fee_cap_percent": 50, "postpone_days": 30}
    terms = {"issue_day": 3, "due_day": 12, **late, **key()}
    assert client.post(reverse("billing:terms", args=[tower.pk]), terms).status_code == 302
    assert BillingTerms.objects.get().due_day == 12
    assert client.post(reverse("billing:terms", args=[tower.pk]), {**terms, "due_day": 31, **key()}).status_code == 422


def test_a_charge_is_credited_by_the_head_of_finance(cast: Any, tower: Any, as_user: Any) -> None:
    charge = a_charge(cast, a_tenant(cast, tower), "100.00")
    url, client = reverse("billing:charge_credit", args=[charge.pk]), as_user(cast.finance_head)
    too_much = client.post(url, {"amount": "100.01", "note": "多收", **key()})
    assert too_much.status_code == 422 and "At most 100.00" in too_much.content.decode()
    assert client.post(url, {"amount": "40", "note": "多收", **key()}).status_code == 302
    assert Charge.objects.get().outstanding == Decimal("60.00")


@pytest.mark.clause("M3.2.4-1.3.a.F1")
def test_the_fit_out_fee_schedule_prints_the_prices_of_the_day(cast: Any, tower: Any, as_user: Any) -> None:
    a_price(tower, "FITOUT_MANAGEMENT_FEE", "10")
    a_price(tower, "WORKER_PASS", "12.50")
    answer = as_user(cast.service_clerk).get(reverse("premises:building_print", args=[tower.pk, "fitout-fee-schedule"]))
    text = text_of(answer.content)
    assert "装修管理费" in text and "施工出入证工本费" in text and "12.5" in text
    assert "物业管理费" not in text


@pytest.mark.clause("M3.12.3-2")
def test_paid_services_are_charged_by_a_list_that_prints(cast: Any, tower: Any, as_user: Any) -> None:
    a_price(tower, "REPAIR_LABOUR", "80")
    answer = as_user(cast.engineer).get(reverse("premises:building_print", args=[tower.pk, "repair-service-items"]))
    assert "维修人工费" in text_of(answer.content) and "80" in text_of(answer.content)


def test_a_stranger_sees_no_run(cast: Any, tower: Any, as_user: Any) -> None:
    run = a_run(cast, tower)
    assert as_user(cast.outsider).get(reverse("billing:bill_run_detail", args=[run.pk])).status_code == 404
