"""A debt from the morning's reminder to the promise kept, in a browser, by each whose turn it is; the outsider sees nothing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from billing import services as billing
from billing import tasks
from billing.models import Postponement, Promise, Reminder
from tests.billing.factories import a_bill, a_line
from tests.conftest import Cast, a_building
from tests.journeys.people import People, sent
from tests.tenants.factories import a_tenant

pytestmark = [pytest.mark.timeout(180), pytest.mark.xdist_group("journeys")]


class Debt:
    """A bill six days past its day; each step is taken by the one whose turn it is and looked up in the database."""

    def __init__(self, people: People) -> None:
        self.people, self.cast, self.today = people, people.cast, timezone.localdate()
        self.due = self.today - dt.timedelta(days=6)
        self.tenant = a_tenant(self.cast, self.cast.home)
        line = a_line("3360.00", due_on=self.due)
        self.bill = a_bill(self.cast, self.tenant, line, on=self.due - dt.timedelta(days=10), due_on=self.due)

    def is_proposed_for_a_reminder_the_morning_after(self) -> None:
        tasks.chase((self.due + dt.timedelta(days=1)).isoformat())
        assert [(row.tenant, row.state) for row in Reminder.objects.all()] == [(self.tenant, "TO_SEND")]

    def is_hidden_from_the_outsider(self) -> None:
        page = self.people.at("outsider", reverse("billing:reminder_detail", args=[Reminder.objects.get().pk]))
        assert page.answered == 404

    def is_reminded_of_by_customer_service(self) -> None:
        page = self.people.at("service_clerk", reverse("billing:reminder_batch", args=[Reminder.objects.get().step_id]))
        assert self.tenant.name in page.inner_text("#who")
        sent(page)
        assert Reminder.objects.get().state == "SENT"

    def is_promised_in_part_on_a_call_of_the_cashier(self) -> None:
        page = self.people.at("cashier", reverse("billing:arrears"))
        page.click(f"a[href='{reverse('billing:contact_new', args=[self.tenant.pk])}']")
        page.select_option("#id_result", "PROMISED")
        page.fill("#id_spoke_to", "财务林经理")
        page.fill("#id_promised", "2000")
        page.fill("#id_pay_by", (self.today + dt.timedelta(days=2)).isoformat())
        sent(page)
        assert Promise.objects.get().amount == Decimal("2000.00")

    def is_paid_in_part_at_the_counter(self) -> None:
        page = self.people.at("cashier", reverse("billing:take", args=[self.tenant.pk]))
        page.fill("input[name=amount]", "2000")
        with page.expect_navigation():
            page.locator("#form [data-submit]").click()
            confirm = page.locator("dialog[open] [data-confirm-yes], .modal.show button.btn-primary")
            if confirm.count():
                confirm.first.click()
        tasks.chase(self.today.isoformat())
        assert Promise.objects.get().state == "KEPT"

    def is_asked_to_be_put_off_by_the_head(self) -> None:
        page = self.people.at("service_head", reverse("billing:postponement_new", args=[self.bill.pk]))
        page.fill("#id_reason", "集团付款流程调整")
        sent(page)
        assert Postponement.objects.get().state == "REQUESTED"

    def is_put_off_by_the_property_manager(self) -> None:
        wanted = Postponement.objects.get()
        page = self.people.at("property_manager", reverse("frontdesk:approvals"))
        assert wanted.number in page.inner_text("#decision") and str(wanted.pay_by) in page.inner_text("#decision")
        page = self.people.at("property_manager", reverse("billing:postponement_detail", args=[wanted.pk]))
        with page.expect_navigation():
            page.locator('form[action$="/do/grant/"] button').first.click()
        wanted.refresh_from_db()
        assert (wanted.state, wanted.decided_by) == ("GRANTED", self.cast.property_manager)

    def stands_part_paid_with_its_new_day_in_the_books(self) -> None:
        page = self.people.at("finance_head", reverse("billing:bill_detail", args=[self.bill.pk]))
        self.bill.refresh_from_db()
        assert self.bill.outstanding == Decimal("1360.00") and self.bill.standing(self.today)[0] == "PART_PAID"
        assert str(Postponement.objects.get().pay_by) in page.content()
        assert billing.contradictions() == {}


def test_a_debt_is_reminded_promised_paid_and_the_rest_postponed(live_server: Any, new_context: Any) -> None:
    cast = Cast(a_building("A", "云汇中心 A 座"), a_building("B", "云汇中心 B 座"))
    debt = Debt(People(live_server, new_context, cast))
    debt.is_proposed_for_a_reminder_the_morning_after()
    debt.is_hidden_from_the_outsider()
    debt.is_reminded_of_by_customer_service()
    debt.is_promised_in_part_on_a_call_of_the_cashier()
    debt.is_paid_in_part_at_the_counter()
    debt.is_asked_to_be_put_off_by_the_head()
    debt.is_put_off_by_the_property_manager()
    debt.stands_part_paid_with_its_new_day_in_the_books()
    assert (Promise.objects.get().state, Postponement.objects.get().state) == ("KEPT", "GRANTED")
