"""A broken thing from the call to the return visit, in a browser, by each whose turn it is: free, paid, refused, off the list."""

from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from billing import services as billing
from billing.models import Receipt, Reminder
from repairs.models import Material, ServiceItem, VisitRule, WorkOrder
from tests.conftest import Cast, a_building, a_unit
from tests.journeys.people import People, draw, sent
from tests.repairs.factories import an_area, the_tenant
from tests.repairs.test_deadlines import tick
from tests.tenants.factories import a_lease

pytestmark = [pytest.mark.timeout(240), pytest.mark.xdist_group("journeys")]
PHONE = {"width": 390, "height": 844}
A_MINUTE = 60


class House:
    """The tower with a tenant in a unit and everybody's browser; the technician's is a phone."""

    def __init__(self, live_server: Any, new_context: Any) -> None:
        self.cast = Cast(a_building("A", "云汇中心 A 座"), a_building("B", "云汇中心 B 座"))
        self.people = People(live_server, new_context, self.cast)
        self.unit, self.tenant = a_unit(self.cast.home, "1801"), the_tenant(self.cast, self.cast.home)
        a_lease(self.cast, self.cast.home, tenant=self.tenant, unit=self.unit)
        self.area = an_area(self.cast.home)
        VisitRule.objects.update(percent=100)

    def order(self) -> WorkOrder:
        return WorkOrder.objects.order_by("-pk")[0]

    def calls(self, *, content: str, service: str = "", public: bool = False) -> WorkOrder:
        """The front desk takes a call and sends it on with one button, within a minute."""
        began = time.monotonic()
        page = self.people.at("frontdesk", reverse("repairs:work_order_new") + ("" if public else f"?unit={self.unit.pk}"))
        page.fill("#id_name", "刘洋")
        page.fill("#id_phone", "13800138000")
        page.select_option("#id_category", label="电气与照明")
        page.fill("#id_content", content)
        if service:
            page.select_option("#id_service", value=str(ServiceItem.objects.get(code=service).pk))
        if public:
            page.select_option("#id_area", label="大堂")
            page.check("#id_is_public")
        sent(page)
        assert time.monotonic() - began < A_MINUTE
        return self.order()

    def takes(self, who: str, step: str, **said: str) -> WorkOrder:
        """Somebody opens a step of the order, says what it asks and sends it."""
        page = self.people.at(who, reverse("repairs:work_order_step", args=[self.order().pk, step]))
        for name, value in said.items():
            page.fill(f"#form [name={name}]", value)
        for box in page.locator("#form input[type=checkbox][required]").all():
            box.check()
        sent(page)
        return self.order()

    def presses(self, who: str, step: str) -> WorkOrder:
        """Somebody presses the button of a step that asks nothing."""
        page = self.people.at(who, reverse("repairs:work_order_detail", args=[self.order().pk]))
        with page.expect_navigation():
            page.locator(f'form[action$="/do/{step}/"] button').first.click()
        assert page.locator(".error-summary").count() == 0, page.locator(".error-summary").inner_text()
        return self.order()

    def is_blocked(self, who: str, words: str) -> None:
        page = self.people.at(who, reverse("repairs:work_order_detail", args=[self.order().pk]))
        assert words in page.inner_text("#next-step .blockers")

    def goes_to_work(self) -> WorkOrder:
        """On the technician's phone."""
        self.people.at("engineer", "/").set_viewport_size(PHONE)
        self.presses("engineer", "accept")
        return self.presses("engineer", "arrive")

    def records(self, *, own_material: bool = False) -> None:
        """What was found and done, typed on the phone; the customer's own lamp is not good enough."""
        order = self.order()
        page = self.people.at("engineer", reverse("repairs:findings", args=[order.pk]))
        page.fill("#id_findings", "断路器老化")
        sent(page)
        if own_material:
            page = self.people.at("engineer", reverse("repairs:material_new", args=[order.pk]))
            page.fill("#id_name", "客户自备断路器")
            page.check("input[name=source][value=TENANT]")
            page.select_option("#id_verdict", "NOT_QUALIFIED")
            page.fill("#id_remark", "无 3C 标志")
            sent(page)
        page = self.people.at("engineer", reverse("repairs:item_new", args=[order.pk]))
        page.fill("#id_text", "更换断路器")
        sent(page)

    def customer_signs(self, who: str, document: str) -> None:
        page = self.people.at(who, reverse("repairs:work_order_sign", args=[self.order().pk, document, "CUSTOMER"]))
        draw(page)
        sent(page)

    def is_finished_and_signed(self) -> WorkOrder:
        self.presses("engineer", "finish")
        self.is_blocked("engineer", "客户尚未在维修单上签字。")
        self.customer_signs("engineer", "acceptance")
        return self.presses("engineer", "confirm_and_charge" if self.order().is_paid else "confirm")

    def is_called_back(self) -> WorkOrder:
        tick()
        return self.takes("service_clerk", "called_back", person="刘洋", remark="很及时")

    def pays_at_the_counter(self) -> None:
        order = self.order()
        assert order.bill is not None
        page = self.people.at("cashier", reverse("billing:take", args=[self.tenant.pk]))
        page.fill("input[name=amount]", str(order.bill.outstanding))
        with page.expect_navigation():
            page.locator("#form [data-submit]").click()
            confirm = page.locator("dialog[open] [data-confirm-yes], .modal.show button.btn-primary")
            if confirm.count():
                confirm.first.click()
        assert Receipt.objects.get().amount == order.bill.amount
        tick()


@pytest.fixture
def house(live_server: Any, new_context: Any) -> House:
    return House(live_server, new_context)


@pytest.mark.clause("M3.4.2-1", "M3.11.4-5")
def test_a_call_is_reviewed_mended_signed_on_the_phone_and_called_back(house: House) -> None:
    order = house.calls(content="会议室跳闸", service="TRIPPED")
    assert (order.state, order.tenant, order.unit) == ("REVIEW", house.tenant, house.unit)
    house.takes("engineering_head", "can_be_done", answer="可以维修，马上到场。")
    house.goes_to_work()
    house.is_blocked("engineer", "请填写现场确认情况。")
    house.records(own_material=True)
    assert Material.objects.get().is_used is False
    assert house.is_finished_and_signed().state == "DONE"
    assert house.is_called_back().state == "CLOSED"


def test_a_lamp_in_the_lobby_goes_straight_to_engineering_and_is_checked_by_customer_service(house: House) -> None:
    order = house.calls(content="大堂筒灯不亮", service="PUBLIC_LAMP", public=True)
    assert (order.state, order.is_public, order.tenant) == ("ASSIGNED", True, None)
    house.goes_to_work()
    house.records()
    house.presses("engineer", "finish")
    page = house.people.at("service_clerk", reverse("repairs:work_order_sign", args=[order.pk, "check", "CHECKER"]))
    page.check("input[name=method][value=ACCOUNT]")
    sent(page)
    assert house.presses("service_clerk", "confirm").state == "DONE"


@pytest.mark.clause("M3.12.4-5.a", "M3.12.4-5.b")
def test_a_paid_service_is_signed_before_the_work_and_paid_after_it(house: House) -> None:
    order = house.calls(content="水龙头滴水", service="TAP")
    assert order.is_paid and order.state == "REVIEW"
    assert house.takes("engineering_head", "quote", answer="每只三十元").state == "AWAITING_TENANT"
    house.is_blocked("frontdesk", "客户尚未签认写明服务内容、时间和收费标准的缴费通知单。")
    house.customer_signs("frontdesk", "notice")
    assert house.presses("frontdesk", "agree").state == "ASSIGNED"
    house.goes_to_work()
    house.records()
    assert house.is_finished_and_signed().state == "TO_PAY"
    house.pays_at_the_counter()
    order = house.order()
    assert order.state == "DONE" and order.bill is not None and order.bill.amount == Decimal("30.00")
    assert house.is_called_back().state == "CLOSED"
    assert billing.contradictions() == {}


@pytest.mark.clause("M3.12.4-5.c")
def test_who_is_not_satisfied_gets_it_done_again_without_a_second_charge(house: House) -> None:
    house.calls(content="换灯", service="LAMP")
    house.takes("engineering_head", "quote", answer="每只二十元")
    house.customer_signs("frontdesk", "notice")
    house.presses("frontdesk", "agree")
    house.goes_to_work()
    house.records()
    house.presses("engineer", "finish")
    assert house.takes("engineer", "not_satisfied", note="灯还在闪").round == 2
    house.presses("engineer", "arrive")
    order = house.is_finished_and_signed()
    assert order.state == "TO_PAY" and billing.owed(house.tenant) == Decimal("20.00")


@pytest.mark.clause("M3.12.4-5.d")
def test_who_refuses_in_bad_faith_is_passed_on_after_a_second_look(house: House) -> None:
    house.calls(content="换锁", service="LOCK")
    house.takes("engineering_head", "quote", answer="每把五十元")
    house.customer_signs("frontdesk", "notice")
    house.presses("frontdesk", "agree")
    house.goes_to_work()
    house.records()
    house.is_finished_and_signed()
    assert house.takes("service_clerk", "refuse", note="说太贵了，不付").state == "REFUSED"
    order = house.takes("service_head", "pass_on", note="质量合格，客户无理拒付")
    assert order.state == "TO_PAY" and order.passed_on_at is not None
    assert sorted(Reminder.objects.filter(tenant=house.tenant).values_list("state", flat=True)) == ["MANAGER", "PASSED_ON"]


@pytest.mark.clause("M3.4.2-3")
def test_what_is_off_the_list_is_priced_by_the_supervisor_or_declined(house: House) -> None:
    order = house.calls(content="加装一面玻璃隔断")
    assert (order.service, order.state, order.is_paid) == (None, "REVIEW", False)
    page = house.people.at("engineering_head", reverse("repairs:line_new", args=[order.pk]))
    page.fill("#id_text", "玻璃隔断安装")
    page.select_option("#id_kind", label="维修人工费")
    page.fill("#id_quantity", "2")
    page.fill("#id_unit_price", "650")
    sent(page)
    assert house.takes("engineering_head", "quote", answer="两天完成").is_paid
    page = house.people.at("frontdesk", reverse("repairs:work_order_detail", args=[order.pk]))
    assert "1,300.00" in page.inner_text("#charges")
    other = house.calls(content="在承重墙上开门")
    declined = house.takes("engineering_head", "decline", answer="承重墙不能开洞")
    assert (declined.pk, declined.state, declined.answer) == (other.pk, "DECLINED", "承重墙不能开洞")


def test_the_neighbour_sees_nothing_of_it(house: House) -> None:
    order = house.calls(content="会议室跳闸", service="TRIPPED")
    for path in (
        reverse("repairs:work_order_detail", args=[order.pk]),
        reverse("repairs:work_order_sign", args=[order.pk, "notice", "CUSTOMER"]),
    ):
        assert house.people.at("outsider", path).answered == 404
    page = house.people.at("outsider", reverse("repairs:work_order_list"))
    assert order.number not in page.content() and timezone.now() - order.received_at < dt.timedelta(minutes=5)
