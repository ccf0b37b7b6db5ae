"""Arrears show where they matter, to those who see money: the unit, the stacking plan, the desk of finance."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse

from billing import tasks
from billing.models import Reminder
from premises.models import Unit
from tests.billing.factories import a_charge, a_debtor, a_promise, a_reminder
from tests.tenants.factories import a_lease

clause = pytest.mark.clause


@pytest.fixture
def unit(cast: Any, tower: Any) -> Unit:
    """A let unit whose tenant is in arrears."""
    lease = a_lease(cast, tower)
    a_charge(cast, lease.tenant, "3360.00", due_on=dt.date(2026, 11, 1), unit=lease.unit)
    return lease.unit  # type: ignore[no-any-return]


def test_a_unit_shows_what_its_tenant_owes_to_who_sees_money_alone(cast: Any, unit: Unit, as_user: Any) -> None:
    url = reverse("premises:unit_detail", args=[unit.pk])
    assert "¥3,360.00" in as_user(cast.service_clerk).get(url).content.decode()
    assert "¥3,360.00" not in as_user(cast.engineer).get(url).content.decode()


def test_the_stacking_plan_marks_arrears_for_who_sees_money_alone(cast: Any, unit: Unit, as_user: Any) -> None:
    url = reverse("frontdesk:stacking_plan")
    assert 'data-flags="arrears"' in as_user(cast.frontdesk).get(url).content.decode()
    assert 'data-flags="arrears"' not in as_user(cast.engineer).get(url).content.decode()
    beside = reverse("frontdesk:stacking_unit", args=[unit.pk])
    assert "¥3,360.00" in as_user(cast.frontdesk).get(beside).content.decode()
    assert "¥3,360.00" not in as_user(cast.guard).get(beside).content.decode()


@clause("M1.2.4")
def test_the_desk_of_finance_counts_what_its_lists_hold_and_says_whether_the_books_agree(cast: Any, tower: Any, as_user: Any) -> None:
    debtor = a_debtor(cast, tower)
    a_promise(cast, debtor)
    a_reminder(cast, debtor)
    client = as_user(cast.cashier)
    cache.clear()
    page = client.get("/", headers={"accept-language": "en"}).content.decode()
    assert "not been recounted" in page and "¥3,360.00" in page
    to_send = f"{reverse('billing:reminder_list')}?state=TO_SEND"
    assert to_send in page and f'href="{reverse("billing:refund_list")}?state=APPROVED"' in page
    listed = client.get(to_send).content.decode()
    assert [row.number in listed for row in Reminder.objects.filter(state="TO_SEND")] == [True, True]
    tasks.check_books("2026-11-23 10:00 UTC")
    assert "recounted 2026-11-23 10:00 UTC" in client.get("/", headers={"accept-language": "en"}).content.decode()
    assert "recounted" not in as_user(cast.service_clerk).get("/", headers={"accept-language": "en"}).content.decode()
