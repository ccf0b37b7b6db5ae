"""A debt from the morning's reminder to the promise kept, in a browser, by each whose turn it is; the outsider sees nothing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from billing import services as billing
from billing import tasks
from billing.models import Postponement, Promise, Reminder
from tests.billing.factories import a_bill, a_line
from tests.conftest import Cast, a_building
from tests.tenants.factories import a_tenant

pytestmark = [pytest.mark.timeout(180), pytest.mark.xdist_group("journeys")]


class People:
    """A browser window for each person who is asked for."""

    def __init__(self, live_server: Any, new_context: Any, cast: Cast) -> None:
        self.live_server, self.new_context, self.cast = live_server, new_context, cast
        self.pages: dict[str, Any] = {}

    def at(self, name: str, path: str) -> Any:
        """The page of an address, opened by this person; `.answered` is its status."""
        if name not in self.pages:
            client, context = Client(), self.new_context()
            client.force_login(getattr(self.cast, name), backend="staff.backends.CountedBackend")
            cookie = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": self.live_server.url}])
            self.pages[name] = context.new_page()
            self.pages[name].set_default_timeout(8000)
        page = self.pages[name]
        page.answered = page.goto(self.live_server.url + path).status
        return page


def sent(page: Any) -> None:
    with page.expect_navigation():
        page.locator("#form [data-submit]").click()
    assert page.locator(".error-summary").count() == 0, page.locator(".error-summary").inner_text()


def test_a_debt_is_reminded_promised_paid_and_the_rest_postponed(live_server: Any, new_context: Any) -> None:
    cast = Cast(a_building("A", "云汇中心 A 座"), a_building("B", "云汇中心 B 座"))
    people, today = People(live_server, new_context, cast), timezone.localdate()
    tenant, due = a_tenant(cast, cast.home), today - dt.timedelta(days=6)
    bill = a_bill(cast, tenant, a_line("3360.00", due_on=due), on=due - dt.timedelta(days=10), due_on=due)
    tasks.chase((due + dt.timedelta(days=1)).isoformat())
    batch = reverse("billing:reminder_batch", args=[Reminder.objects.get().step_id])

    assert people.at("outsider", reverse("billing:reminder_detail", args=[Reminder.objects.get().pk])).answered == 404
    clerk = people.at("service_clerk", batch)
    assert tenant.name in clerk.inner_text("#who")
    sent(clerk)
    assert Reminder.objects.get().state == "SENT"

    cashier = people.at("cashier", reverse("billing:arrears"))
    cashier.click(f"a[href='{reverse('billing:contact_new', args=[tenant.pk])}']")
    cashier.select_option("#id_result", "PROMISED")
    cashier.fill("#id_spoke_to", "财务林经理")
    cashier.fill("#id_promised", "2000")
    cashier.fill("#id_pay_by", (today + dt.timedelta(days=2)).isoformat())
    sent(cashier)
    assert Promise.objects.get().amount == Decimal("2000.00")

    cashier = people.at("cashier", reverse("billing:take", args=[tenant.pk]))
    cashier.fill("input[name=amount]", "2000")
    with cashier.expect_navigation():
        cashier.locator("#form [data-submit]").click()
        if cashier.locator("dialog[open] [data-confirm-yes], .modal.show button.btn-primary").count():
            cashier.locator("dialog[open] [data-confirm-yes], .modal.show button.btn-primary").first.click()
    tasks.chase(today.isoformat())
    assert Promise.objects.get().state == "KEPT"

    head = people.at("service_head", reverse("billing:postponement_new", args=[bill.pk]))
    head.fill("#id_reason", "集团付款流程调整")
    sent(head)
    wanted = Postponement.objects.get()
    manager = people.at("property_manager", reverse("frontdesk:approvals"))
    assert wanted.number in manager.content()
    manager.goto(f"{live_server.url}{reverse('billing:postponement_detail', args=[wanted.pk])}")
    with manager.expect_navigation():
        manager.locator('form[action$="/do/grant/"] button').first.click()
    wanted.refresh_from_db()
    assert (wanted.state, wanted.decided_by) == ("GRANTED", cast.property_manager)

    finance = people.at("finance_head", reverse("billing:bill_detail", args=[bill.pk]))
    bill.refresh_from_db()
    assert bill.outstanding == Decimal("1360.00") and bill.standing(today)[0] == "PART_PAID"
    assert str(wanted.pay_by) in finance.content()
    assert billing.contradictions() == {}
