"""Tenants ask for invoices; finance records their numbers; never more than was received."""

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
from billing.flow import INVOICE_FLOW, RECEIPT_FLOW
from billing.models import Invoice
from billing.services import invoices
from core.flow import NotAllowed, Refused
from tests.billing.factories import TODAY, a_deposit, a_receipt, an_invoice
from tests.billing.test_ledger import settled_at_commit
from tests.conftest import Cast, a_building
from tests.tenants.factories import a_tenant


@pytest.fixture
def tenant(cast: Any, tower: Any) -> Any:
    return a_tenant(cast, tower)


def asking(client: Any, tenant: Any, **given: Any) -> Any:
    values = {"tenant": f"={tenant.pk}", "amount": "100.00", "kind": "NORMAL", "title": tenant.name, **given}
    return client.post(reverse("billing:invoice_new"), {"submission_key": str(uuid.uuid4()), **values})


def issued(cast: Any, invoice: Invoice, number: str = "24117000000012345678", on: dt.date | None = None) -> Invoice:
    on = on or timezone.localdate()
    return INVOICE_FLOW.take(invoice, "issue", by=cast.cashier, at=timezone.now(), invoice_number=number, issued_on=on)


@pytest.mark.clause("M3.2.4-3.3.F2", "R5b.4.6")
def test_an_invoice_is_asked_for_and_its_number_recorded(cast: Any, tenant: Any, as_user: Any) -> None:
    a_receipt(cast, tenant, "100.00")
    answer = asking(as_user(cast.service_clerk), tenant)
    invoice = Invoice.objects.get()
    assert answer.headers["Location"] == reverse("billing:invoice_detail", args=[invoice.pk])
    client, step = as_user(cast.cashier), reverse("billing:invoice_step", args=[invoice.pk, "issue"])
    key = str(uuid.uuid4())
    client.post(step, {"invoice_number": "24117000000012345678", "issued_on": str(timezone.localdate()), "submission_key": key})
    invoice.refresh_from_db()
    assert (invoice.state, invoice.invoice_number, invoice.issued_by) == ("ISSUED", "24117000000012345678", cast.cashier)
    assert "24117000000012345678" in client.get(reverse("billing:invoice_list")).content.decode()
    settled_at_commit()
    assert billing.contradictions() == {}


def test_no_more_is_invoiced_than_was_received_and_deposits_do_not_count(cast: Any, tenant: Any, as_user: Any) -> None:
    a_deposit(cast, tenant, "1000.00")
    a_receipt(cast, tenant, "150.00")
    assert invoices.left_to_invoice(tenant) == Decimal("150.00")
    an_invoice(cast, tenant, "100.00", paid=False)
    answer = asking(as_user(cast.service_clerk), tenant, amount="50.01", note="急用")
    assert answer.status_code == 422 and "¥50.00" in answer.content.decode() and "急用" in answer.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        Invoice.objects.create(
            tenant=tenant, building_id=tenant.building_id, title="x", amount=Decimal("50.01"), requested_on=TODAY, number="IV-X"
        )
        settled_at_commit()


def test_a_special_invoice_needs_a_tax_number(cast: Any, tenant: Any, as_user: Any) -> None:
    a_receipt(cast, tenant, "100.00")
    client = as_user(cast.service_clerk)
    assert asking(client, tenant, kind="SPECIAL").status_code == 422
    assert asking(client, tenant, kind="SPECIAL", tax_number="911101").status_code == 422
    assert asking(client, tenant, kind="SPECIAL", tax_number="91110105ma01abcd1x").status_code == 302
    assert Invoice.objects.get().tax_number == "91110105MA01ABCD1X"


def test_a_receipt_is_not_made_void_under_its_invoice(cast: Any, tenant: Any) -> None:
    receipt = a_receipt(cast, tenant, "100.00")
    invoice = issued(cast, an_invoice(cast, tenant, paid=False))
    with pytest.raises(Refused, match="Take the invoice back first"):
        RECEIPT_FLOW.take(receipt, "void", by=cast.cashier, at=timezone.now(), note="重复")
    INVOICE_FLOW.take(invoice, "void", by=cast.cashier, at=timezone.now(), note="抬头错误")
    assert RECEIPT_FLOW.take(receipt, "void", by=cast.cashier, at=timezone.now(), note="重复").state == "VOID"
    settled_at_commit()


def test_an_invoice_of_an_earlier_month_is_red_lettered_and_may_be_invoiced_again(cast: Any, tenant: Any) -> None:
    invoice = issued(cast, an_invoice(cast, tenant), on=timezone.localdate() - dt.timedelta(days=40))
    with pytest.raises(Refused, match="red-letter"):
        INVOICE_FLOW.take(invoice, "void", by=cast.cashier, at=timezone.now(), note="错")
    ended = INVOICE_FLOW.take(invoice, "red_letter", by=cast.cashier, at=timezone.now(), note="销售折让", red_number="24117000000099999999")
    assert (ended.state, ended.ended_reason, invoices.left_to_invoice(tenant)) == ("RED_LETTERED", "销售折让", Decimal("100.00"))


def test_one_number_is_recorded_once(cast: Any, tenant: Any, as_user: Any) -> None:
    issued(cast, an_invoice(cast, tenant))
    other = an_invoice(cast, tenant)
    values = {"invoice_number": "24117000000012345678", "issued_on": str(timezone.localdate()), "submission_key": str(uuid.uuid4())}
    answer = as_user(cast.cashier).post(reverse("billing:invoice_step", args=[other.pk, "issue"]), values)
    assert answer.status_code == 422 and "already" in answer.content.decode()


def test_eight_requests_at_once_share_what_was_received(committed_db: Any) -> None:
    tower = a_building("A", "云汇中心 A 座")
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    tenant, start = a_tenant(cast, tower), Barrier(8)
    a_receipt(cast, tenant, "100.00")

    def ask(_turn: int) -> str:
        try:
            start.wait(20)
            an_invoice(cast, tenant, "30.00", paid=False)
            return "asked"
        except Refused:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    assert (answers.count("asked"), answers.count("refused")) == (3, 5)
    assert billing.contradictions() == {}


def test_outsiders_see_no_invoice_and_service_records_no_number(cast: Any, tenant: Any, as_user: Any) -> None:
    invoice = an_invoice(cast, tenant)
    assert as_user(cast.outsider).get(reverse("billing:invoice_detail", args=[invoice.pk])).status_code == 404
    assert as_user(cast.guard).get(reverse("billing:invoice_list")).status_code == 403
    with pytest.raises(NotAllowed):
        INVOICE_FLOW.take(
            invoice, "issue", by=cast.service_clerk, at=timezone.now(), invoice_number="24117000000012345678", issued_on=TODAY
        )
