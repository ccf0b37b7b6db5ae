"""A paid service from the request to the receipt: told, signed, done, accepted, charged once, paid and called back (manual 3.12)."""

from __future__ import annotations

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from billing import services as billing
from billing.flow import BILL_FLOW, RECEIPT_FLOW
from billing.models import Bill, Charge, Receipt, Reminder
from core import queue, signing
from core.flow import NotAllowed, Refused
from core.models import Notice
from premises.models import Unit
from repairs import tasks
from repairs.flow import ORDER_FLOW
from repairs.models import ReturnVisit, ServiceItem, ServiceLine, WorkItem, WorkOrder
from repairs.services import charging, intake, work
from tenants.services import merging
from tests.billing.factories import a_kind, a_price
from tests.conftest import Cast, a_building, a_unit
from tests.repairs.factories import (
    a_call,
    a_service,
    an_order,
    at_work,
    confirmed,
    finished,
    moved,
    sign,
    the_tenant,
)
from tests.tenants.factories import a_lease, a_tenant

clause = pytest.mark.clause


def fresh(order: WorkOrder) -> WorkOrder:
    return WorkOrder.objects.get(pk=order.pk)


def a_line(order: WorkOrder, cast: Any, price: str = "45.50", quantity: str = "1") -> ServiceLine:
    line = ServiceLine(kind=a_kind("REPAIR_LABOUR"), text="断路器 32A", quantity=Decimal(quantity), measure="个", unit_price=Decimal(price))
    return charging.add_line(line, order, by=cast.engineering_head)


def pay(order: WorkOrder, cast: Any, amount: Decimal | None = None) -> Receipt:
    """The tenant pays the notice at the counter."""
    order = fresh(order)
    assert order.bill is not None and order.tenant is not None
    picks = {charge: charge.outstanding for charge in order.bill.charges.all()}
    now = timezone.now()
    stamp = billing.Stamp(by=cast.cashier, at=now, on=timezone.localdate(now))
    return billing.receive(order.tenant, amount or order.bill.outstanding, "CASH", stamp, picks=picks)


def tick(at: dt.datetime | None = None) -> None:
    """What the clock does each minute."""
    now = at or timezone.now()
    tasks.settle_paid(now)
    queue.drain(now + dt.timedelta(seconds=1))
    tasks.follow_up_done(now)
    queue.drain(now + dt.timedelta(seconds=1))


@clause("M3.12.4-1")
@pytest.mark.parametrize("channel", ["PHONE", "LETTER"])
def test_a_request_by_phone_or_in_writing_becomes_a_work_order_with_its_price(cast: Any, tower: Any, as_user: Any, channel: str) -> None:
    typed = {**a_call(cast, tower), "service": a_service("TAP").pk, "channel": channel, "submission_key": uuid.uuid4()}
    assert as_user(cast.frontdesk).post(reverse("repairs:work_order_new"), typed).status_code == 302
    order = WorkOrder.objects.get()
    assert (order.is_paid, order.channel, order.state) == (True, channel, "REVIEW")
    assert [(line.text, line.quantity, line.unit_price) for line in order.lines.all()] == [("维修水龙头", 1, Decimal("30.00"))]


@clause("M3.12.2")
@clause("M3.12.4-2")
def test_the_notice_names_service_time_and_rate_and_is_signed_before_the_work(cast: Any, tower: Any, as_user: Any) -> None:
    begin = timezone.make_aware(dt.datetime(2026, 12, 1, 14, 0))
    order = an_order(cast, tower, service="TAP", appointment_at=begin, appointment_until=begin + dt.timedelta(hours=2))
    order = moved(order, cast, "send_to_review", "quote")
    with pytest.raises(Refused, match="has not signed the Payment Notice"):
        moved(order, cast, "agree")
    page = as_user(cast.frontdesk).get(reverse("repairs:work_order_sign", args=[order.pk, "notice", "CUSTOMER"])).content.decode()
    assert "维修水龙头" in page and "2026-12-01 14:00 – 2026-12-01 16:00" in page and "30.00" in page
    sign(order, "notice", cast)
    assert moved(order, cast, "agree").state == "ASSIGNED"


@clause("M3.12.4-2")
def test_a_changed_price_or_time_is_signed_again_before_the_work_goes_on(cast: Any, tower: Any) -> None:
    order = at_work(an_order(cast, tower, service="TAP"), cast)
    work.record_findings(order, "龙头阀芯老化", by=cast.engineer)
    work.add_item(WorkItem(text="更换龙头", minutes=30), order, by=cast.engineer)
    a_line(order, cast)
    with pytest.raises(Refused, match="has not signed the Payment Notice"):
        moved(order, cast, "finish")
    sign(fresh(order), "notice", cast)
    assert moved(order, cast, "finish").state == "TO_CONFIRM"

    later = moved(an_order(cast, tower, service="TAP"), cast, "send_to_review", "quote")
    sign(later, "notice", cast)
    assert signing.complete(later, "notice")
    told = intake.correct(later, {"appointment_at": timezone.now() + dt.timedelta(days=2)}, by=cast.frontdesk, at=timezone.now())
    assert not signing.complete(told, "notice")


def test_the_notice_reads_the_same_before_and_after_it_is_stored(cast: Any, tower: Any) -> None:
    order = an_order(cast, tower, service="TAP", appointment_at=timezone.localtime() + dt.timedelta(hours=3))
    sign(order, "notice", cast)
    assert signing.complete(fresh(order), "notice")


@clause("M3.12.4-5.a")
@clause("M3.12.4-5.b")
@clause("M3.12.4-3")
@clause("M3.12.4-4")
def test_a_satisfied_customer_signs_pays_and_is_called_back_until_it_is_filed(cast: Any, tower: Any) -> None:
    order = at_work(an_order(cast, tower, service="TAP"), cast)
    a_line(order, cast, "45.55", "1.5")
    sign(fresh(order), "notice", cast)
    order = accepted(order, cast)
    assert order.state == "TO_PAY" and order.bill is not None and order.bill.amount == Decimal("98.33")
    assert sorted(order.bill.charges.values_list("amount", flat=True)) == [Decimal("30.00"), Decimal("68.33")]
    tick()
    assert fresh(order).state == "TO_PAY", "nothing is paid yet"
    receipt = pay(order, cast)
    tick()
    order = fresh(order)
    visit = ReturnVisit.objects.get(order=order)
    assert (order.state, order.due_at, receipt.amount) == ("DONE", visit.due_at, Decimal("98.33"))
    with pytest.raises(Refused, match="return visit"):
        moved(order, cast, "close")
    assert moved(order, cast, "called_back").state == "CLOSED"
    assert billing.contradictions() == {}


def accepted(order: WorkOrder, cast: Any) -> WorkOrder:
    work.record_findings(order, "阀芯老化", by=cast.engineer)
    work.add_item(WorkItem(text="更换阀芯", minutes=30), order, by=cast.engineer)
    order = moved(order, cast, "finish")
    sign(order, "acceptance", cast)
    return moved(order, cast, "confirm_and_charge")


@clause("M3.12.4-5.c")
def test_who_is_dissatisfied_gets_it_done_again_and_is_charged_once(cast: Any, tower: Any) -> None:
    order = finished(an_order(cast, tower, service="TAP"), cast)
    order = moved(order, cast, "not_satisfied")
    assert (order.state, order.round, Bill.objects.count()) == ("REWORK", 2, 0)
    order = moved(order, cast, "arrive", "finish")
    sign(order, "acceptance", cast)
    order = moved(order, cast, "confirm_and_charge")
    assert (Bill.objects.count(), Charge.objects.count(), order.bill.amount) == (1, 1, Decimal("30.00"))
    assert billing.contradictions() == {}


@clause("M3.12.4-5.c")
def test_what_was_paid_and_done_again_is_settled_by_the_same_notice(cast: Any, tower: Any) -> None:
    order = confirmed(an_order(cast, tower, service="TAP"), cast)
    pay(order, cast)
    now = timezone.now()
    tick(now)
    order = moved(fresh(order), cast, "called_back_not_satisfied", "arrive", "finish")
    with pytest.raises(Refused, match="stands in the Payment Notice"):
        a_line(order, cast)
    sign(order, "acceptance", cast)
    order = moved(order, cast, "confirm_and_charge")
    assert (order.state, Bill.objects.count()) == ("TO_PAY", 1)
    tick(now + dt.timedelta(minutes=1))
    assert fresh(order).state == "DONE" and ReturnVisit.objects.filter(order=order).count() == 2


def test_a_receipt_taken_back_before_the_tick_came_leaves_it_to_pay_until_it_is_paid_again(cast: Any, tower: Any) -> None:
    order = confirmed(an_order(cast, tower, service="TAP"), cast)
    receipt, now = pay(order, cast), timezone.now()
    tasks.settle_paid(now)
    RECEIPT_FLOW.take(receipt, "void", by=cast.finance_head, at=now, note="收错")
    queue.drain(now + dt.timedelta(seconds=1))
    assert fresh(order).state == "TO_PAY"
    pay(order, cast)
    tick(now + dt.timedelta(minutes=1))
    assert fresh(order).state == "DONE"


@clause("M3.12.4-5.d")
def test_a_refusal_is_looked_at_a_second_time_and_passed_on_with_its_consequences(cast: Any, tower: Any, as_user: Any) -> None:
    order = moved(confirmed(an_order(cast, tower, service="TAP"), cast), cast, "refuse")
    assert order.state == "REFUSED" and order.refusal
    assert Notice.objects.filter(recipient=cast.service_head, topic="repairs", weight="URGENT").exists()
    with pytest.raises(NotAllowed):
        ORDER_FLOW.take(order, "pass_on", by=cast.service_clerk, at=timezone.now(), note="恶意")
    order = moved(order, cast, "pass_on")
    assert order.state == "TO_PAY" and order.passed_on_at
    passed = Reminder.objects.get(tenant=order.tenant, state="PASSED_ON")
    assert (passed.result, passed.amount) == ("REFUSED", Decimal("30.00"))
    assert Reminder.objects.filter(tenant=order.tenant, state="MANAGER").exists(), "the manager's rung comes now"
    for person in (cast.property_manager, cast.finance_head):
        assert Notice.objects.filter(recipient=person, topic="billing.reminders").exists()
    page = as_user(cast.service_clerk).get(reverse("tenants:tenant_detail", args=[order.tenant_id])).content.decode()
    assert f"Refuses to pay for {order.number}" in page
    pay(order, cast)
    tick()
    page = as_user(cast.service_clerk).get(reverse("tenants:tenant_detail", args=[order.tenant_id])).content.decode()
    assert fresh(order).state == "DONE" and "Refuses to pay" not in page


@clause("M3.12.4-5.c")
def test_the_customer_who_was_right_gets_it_mended_first(cast: Any, tower: Any) -> None:
    order = moved(confirmed(an_order(cast, tower, service="TAP"), cast), cast, "refuse", "mend_first")
    assert (order.state, order.round) == ("REWORK", 2)
    order = moved(order, cast, "arrive", "finish")
    sign(order, "acceptance", cast)
    assert moved(order, cast, "confirm_and_charge").state == "TO_PAY" and Bill.objects.count() == 1


def test_what_was_paid_meanwhile_is_not_passed_on(cast: Any, tower: Any) -> None:
    order = moved(confirmed(an_order(cast, tower, service="TAP"), cast), cast, "refuse")
    pay(order, cast)
    with pytest.raises(Refused, match="paid meanwhile"):
        moved(order, cast, "pass_on")
    tick()
    assert fresh(order).state == "DONE"


def test_a_disputed_notice_is_not_passed_on_before_the_dispute_is_settled(cast: Any, tower: Any) -> None:
    order = moved(confirmed(an_order(cast, tower, service="TAP"), cast), cast, "refuse")
    now = timezone.now()
    BILL_FLOW.take(order.bill, "dispute", by=cast.service_clerk, at=now, note="数量不对")
    with pytest.raises(Refused, match="disputed"):
        moved(order, cast, "pass_on")
    BILL_FLOW.take(order.bill, "settle_dispute", by=cast.cashier, at=now, note="核对无误")
    assert moved(order, cast, "pass_on").state == "TO_PAY"


@clause("M3.12.3-2")
def test_a_void_notice_is_corrected_signed_again_and_charged_again(cast: Any, tower: Any) -> None:
    order = confirmed(an_order(cast, tower, service="TAP"), cast)
    with pytest.raises(Refused, match="stands in the books"):
        ORDER_FLOW.take(order, "charge_again", by=cast.service_clerk, at=timezone.now())
    BILL_FLOW.take(order.bill, "void", by=cast.finance_head, at=timezone.now(), note="单价有误")
    tick()
    with pytest.raises(Refused, match="made void"):
        ORDER_FLOW.take(order, "paid", by=cast.cashier, at=timezone.now())
    a_line(order, cast)
    with pytest.raises(Refused, match="has not signed"):
        ORDER_FLOW.take(order, "charge_again", by=cast.service_clerk, at=timezone.now())
    sign(fresh(order), "notice", cast)
    sign(fresh(order), "acceptance", cast)
    order = ORDER_FLOW.take(fresh(order), "charge_again", by=cast.service_clerk, at=timezone.now())
    assert (order.state, order.bill.amount, Bill.objects.count()) == ("TO_PAY", Decimal("75.50"), 2)
    pay(order, cast)
    tick()
    assert fresh(order).state == "DONE" and billing.contradictions() == {}


def test_a_void_notice_of_nothing_due_ends_the_work_order(cast: Any, tower: Any) -> None:
    order = confirmed(an_order(cast, tower, service="TAP"), cast)
    BILL_FLOW.take(order.bill, "void", by=cast.finance_head, at=timezone.now(), note="保修期内")
    with pytest.raises(Refused, match="Nothing is due"):
        charging.drop_line(order.lines.get(), by=cast.engineering_head)
    done = ORDER_FLOW.take(order, "nothing_due", by=cast.service_head, at=timezone.now(), note="保修期内")
    assert done.state == "DONE" and billing.contradictions() == {}


def test_a_service_that_comes_to_nothing_is_no_paid_service(cast: Any, tower: Any) -> None:
    order = an_order(cast, tower)
    a_line(order, cast, "0")
    assert fresh(order).is_paid is False
    line = a_line(order, cast, "45")
    assert fresh(order).is_paid is True
    charging.drop_line(line, by=cast.engineering_head)
    assert fresh(order).is_paid is False


def test_who_pays_is_named_on_the_page_that_the_refusal_leads_to(cast: Any, tower: Any, as_user: Any) -> None:
    order = an_order(cast, tower, service="TAP", unit=a_unit(tower, "0901", level=9))
    assert order.tenant is None and order.is_paid
    order = moved(order, cast, "send_to_review")
    with pytest.raises(Refused, match="Name the tenant") as refused:
        moved(order, cast, "quote")
    [where] = [blocker.url for blocker in refused.value.blockers]
    assert where == reverse("repairs:work_order_edit", args=[order.pk])
    client, tenant = as_user(cast.frontdesk), the_tenant(cast, tower)
    form = client.get(where).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields}
    sent = client.post(where, {**typed, "tenant": f"={tenant.pk}", "submission_key": uuid.uuid4()})
    assert sent.status_code == 302, sent.context["form"].errors
    assert (fresh(order).tenant, fresh(order).company) == (tenant, tenant.name)
    assert moved(order, cast, "quote").state == "AWAITING_TENANT"


def test_the_tenant_of_a_charged_order_stays(cast: Any, tower: Any) -> None:
    order = confirmed(an_order(cast, tower, service="TAP"), cast)
    order = moved(order, cast, "refuse", "mend_first")
    with pytest.raises(Refused, match="charged to this tenant"):
        intake.correct(order, {"tenant": a_tenant(cast, tower, name="别家", code="")}, by=cast.frontdesk, at=timezone.now())


@clause("M3.12.3-1")
def test_a_service_without_a_price_says_who_sets_it_and_keeps_what_was_typed(cast: Any, tower: Any, as_user: Any) -> None:
    ServiceItem.objects.filter(code="TAP").update(unit_price=None)
    typed = {**a_call(cast, tower), "service": a_service("TAP").pk, "submission_key": uuid.uuid4()}
    sent = as_user(cast.frontdesk).post(reverse("repairs:work_order_new"), typed)
    page = sent.content.decode()
    assert sent.status_code == 422 and "There is no price" in page and "Finance sets it" in page and "会议室没有电。" in page
    assert not WorkOrder.objects.exists()
    a_price(tower, "REPAIR_LABOUR", "300")
    assert as_user(cast.frontdesk).post(reverse("repairs:work_order_new"), typed).status_code == 302
    assert WorkOrder.objects.get().lines.get().amount == Decimal("300.00")


def test_the_supervisor_is_led_to_the_price_and_back_and_sees_the_total(cast: Any, tower: Any, as_user: Any) -> None:
    order = moved(an_order(cast, tower), cast, "send_to_review")
    client = as_user(cast.engineering_head)
    quote, price = reverse("repairs:work_order_step", args=[order.pk, "quote"]), reverse("repairs:line_new", args=[order.pk]) + "?to=quote"
    assert price in client.get(reverse("repairs:work_order_detail", args=[order.pk])).content.decode()
    assert price in client.get(quote).content.decode()
    line = {
        "text": "更换断路器",
        "kind": a_kind("REPAIR_LABOUR").pk,
        "quantity": "2",
        "unit_price": "45.50",
        "submission_key": uuid.uuid4(),
    }
    added = client.post(price, line)
    assert added.status_code == 302 and added.headers["Location"] == quote
    page = client.get(quote).content.decode()
    assert "¥91.00" in page and "更换断路器" in page
    told = {"answer": "可以更换", "reply": "PHONE", "submission_key": uuid.uuid4()}
    assert client.post(quote, told).status_code == 302 and fresh(order).state == "AWAITING_TENANT"


def test_two_files_of_one_company_bring_their_work_orders_and_bookings_together(cast: Any, tower: Any) -> None:
    a_price(tower, "OVERTIME_AIR_CON", "300")
    unit = a_unit(tower, "1201", level=12)
    kept, joined = a_tenant(cast, tower), a_tenant(cast, tower, name="华信（旧档）", code="")
    a_lease(cast, tower, tenant=joined, unit=unit)
    begin = timezone.now() + dt.timedelta(days=1)
    order = an_order(cast, tower, service="OVERTIME_AIR_CON", unit=unit, booked=(begin, begin + dt.timedelta(hours=2)))
    assert order.tenant == joined
    made = merging.merge(kept, joined, [], by=cast.service_head, at=timezone.now())
    order = fresh(order)
    assert order.tenant == kept and order.booking.cancelled_at is None and kept.work_orders.get() == order
    merging.undo(made, by=cast.service_head, at=timezone.now())
    assert fresh(order).tenant == joined
    merging.merge(kept, joined, [], by=cast.service_head, at=timezone.now())
    sign(fresh(order), "notice", cast)
    order = moved(fresh(order), cast, "ask_agreement", "agree", "accept", "arrive", "finish")
    sign(order, "acceptance", cast)
    assert moved(order, cast, "confirm_and_charge").bill.tenant == kept and Unit.objects.get(pk=unit.pk).work_orders.count() == 1


@clause("M3.12.4-5.b")
def test_eight_who_charge_at_once_leave_one_notice(committed_db: Any) -> None:
    tower = a_building("A", "云汇中心 A 座")
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    order, start = finished(an_order(cast, tower, service="TAP"), cast), Barrier(8)
    sign(order, "acceptance", cast)

    def charge(_turn: int) -> str:
        try:
            start.wait(20)
            moved(WorkOrder.objects.get(pk=order.pk), cast, "confirm_and_charge")
            return "charged"
        except Refused:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(charge, range(8)))
    assert (outcomes.count("charged"), Bill.objects.count(), Charge.objects.count()) == (1, 1, 1)
    assert billing.contradictions() == {}
