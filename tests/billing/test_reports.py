"""Figures are sums of rows, months close for good, and the books are recounted."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection, connections
from django.urls import reverse
from django.utils import timezone

from billing import services as billing
from billing.models import Period
from billing.services import reports
from billing.tasks import check_books
from core import health
from core.models import Notice
from tests.billing.factories import a_bill, a_charge, a_deposit, a_receipt, a_stamp
from tests.conftest import Cast, a_building
from tests.tenants.factories import a_tenant

TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def tenant(cast: Any, tower: Any) -> Any:
    return a_tenant(cast, tower)


def test_arrears_stand_in_the_bucket_of_their_age(cast: Any, tower: Any, tenant: Any) -> None:
    from billing import access

    for days, amount in (
        (0, "1.00"),
        (1, "2.00"),
        (30, "4.00"),
        (31, "8.00"),
        (60, "16.00"),
        (90, "32.00"),
        (91, "64.00"),
        (400, "128.00"),
    ):
        a_charge(cast, tenant, amount, due_on=TODAY - dt.timedelta(days=days))
    rows = access.charges(cast.cashier)
    found = reports.ageing(rows, TODAY)
    assert [str(amount) for amount in found.values()] == ["1.00", "6.00", "24.00", "32.00", "192.00"]
    [debtor] = reports.debtors(rows, TODAY)
    assert (debtor.total, debtor.since) == (Decimal("254.00"), TODAY - dt.timedelta(days=400))
    assert sum(debtor.buckets) == debtor.total


def test_collected_against_due_month_by_month(cast: Any, tower: Any, tenant: Any) -> None:
    a_charge(cast, tenant, "100.00", due_on=dt.date(2026, 10, 15))
    a_charge(cast, tenant, "50.00", due_on=dt.date(2026, 11, 15))
    a_receipt(cast, tenant, "120.00")
    found = reports.collected([tower], dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    assert [(month.first, month.due, month.settled, str(month.percent)) for month in found] == [
        (dt.date(2026, 10, 1), Decimal("100.00"), Decimal("100.00"), "100.0"),
        (dt.date(2026, 11, 1), Decimal("50.00"), Decimal("20.00"), "40.0"),
    ]


def test_a_month_of_the_report_leads_to_its_own_bills(cast: Any, tenant: Any, as_user: Any) -> None:
    today = timezone.localdate()
    for due_on in (today, today + dt.timedelta(days=400)):
        a_bill(cast, tenant, due_on=due_on)
    client = as_user(cast.general_manager)
    months = {month.first: url for month, url in client.get(reverse("billing:reports")).context["months"]}
    rows = client.get(months[today.replace(day=1)]).context["table"].rows
    assert [row.record.due_on for row in rows] == [today]


@pytest.mark.clause("R5a.8")
def test_customer_service_sees_who_is_to_be_asked_for_money(cast: Any, tenant: Any, as_user: Any) -> None:
    a_charge(cast, tenant, "3360.00", due_on=timezone.localdate() - dt.timedelta(days=40))
    a_deposit(cast, tenant, "1000.00")
    page = as_user(cast.frontdesk).get(reverse("billing:arrears")).content.decode()
    assert tenant.name in page and "¥3,360.00" in page
    overview = as_user(cast.general_manager).get(reverse("billing:reports")).content.decode()
    assert "¥1,000.00" in overview and "<svg" in overview
    assert as_user(cast.guard).get(reverse("billing:reports")).status_code == 403
    assert "¥3,360.00" not in as_user(cast.outsider).get(reverse("billing:arrears")).content.decode()


def test_the_day_book_lists_every_entry_of_a_day(cast: Any, tenant: Any, as_user: Any) -> None:
    receipt = a_receipt(cast, tenant, "88.00")
    page = as_user(cast.cashier).get(reverse("billing:day_book"), {"day": "2026-11-23"}).content.decode()
    assert receipt.number in page and "¥88.00" in page
    assert as_user(cast.cashier).get(reverse("billing:day_book"), {"day": "2026-13-99"}).status_code == 422


def test_a_month_is_closed_on_its_page_and_stays_closed(cast: Any, tower: Any, tenant: Any, as_user: Any) -> None:
    billing.charge(tenant, [], a_stamp(cast))
    a_charge(cast, tenant)
    period = Period.objects.create(building=tower, month=dt.date(2026, 10, 1))
    url = reverse("billing:period_close", args=[period.pk])
    assert as_user(cast.cashier).post(url, {"submission_key": uuid.uuid4()}).status_code == 403
    client = as_user(cast.finance_head)
    assert client.post(url, {"submission_key": uuid.uuid4()}).status_code == 302
    assert client.post(url, {"submission_key": uuid.uuid4()}).status_code == 422
    period.refresh_from_db()
    assert period.closed_by == cast.finance_head
    assert "Closed" in client.get(reverse("billing:period_list")).content.decode()


def test_the_books_are_recounted_and_a_contradiction_rings(cast: Any, tenant: Any, as_user: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    a_receipt(cast, tenant)
    check_books("2026-11-23 16:00 UTC")
    assert health.kept("books") == {"checked": "2026-11-23 16:00 UTC", "contradictions": {}}
    assert "agree with themselves" in as_user(cast.finance_head).get(reverse("billing:period_list")).content.decode()
    monkeypatch.setattr("billing.tasks.books.contradictions", lambda: {"entries that do not sum to zero": [7]})
    for _beat in range(2):
        check_books("2026-11-23 17:00 UTC")
    assert Notice.objects.filter(recipient=cast.finance_head, topic="emergency").count() == 1
    assert "contradict" in as_user(cast.finance_head).get(reverse("billing:reports")).content.decode()


LIES = {
    "entries that do not sum to zero": "UPDATE billing_posting SET amount = amount + 1 WHERE id = (SELECT min(id) FROM billing_posting)",
    "accounts whose balance is not the sum of their postings": "UPDATE billing_account SET balance = balance + 1 WHERE kind = 'RECEIVABLE'",
    "charges whose open amount is not what was allocated": "UPDATE billing_charge SET outstanding = outstanding - 1",
    "deposits whose held amount is not the sum of their movements": "UPDATE billing_deposit SET held = held - 1",
    "payment notices that disagree with their charges": "UPDATE billing_bill SET outstanding = outstanding - 1",
    "receipts whose entry brought another amount": "UPDATE billing_receipt SET amount = amount + 1",
}


@pytest.mark.parametrize("name", LIES)
def test_the_recount_names_what_the_triggers_would_have_refused(name: str, committed_db: Any) -> None:
    """The control: with the triggers off, as only the owner can, the books lie and the recount says where."""
    tower = a_building("A", "云汇中心 A 座")
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    tenant = a_tenant(cast, tower)
    a_bill(cast, tenant)
    a_deposit(cast, tenant, "1000.00")
    assert billing.contradictions() == {}
    table = LIES[name].split()[1]
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(LIES[name])
    with connections["migrator"].cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(LIES[name])
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    assert name in billing.contradictions()
