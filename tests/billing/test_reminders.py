"""Nobody has to remember to chase: each rung of the ladder comes once, is sent or left out, and promises are judged."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from billing import tasks
from billing.flow import BILL_FLOW, PROMISE_FLOW, REMINDER_FLOW
from billing.models import Channel, Charge, DunningStep, Promise, Reminder
from billing.services import reminders
from core.flow import NotAllowed, Refused
from core.models import Notice
from tests.billing.factories import a_bill, a_charge, a_line, a_receipt
from tests.conftest import a_unit
from tests.tenants.factories import a_tenant
from tests.tenants.test_move_in_forms import text_of

clause = pytest.mark.clause
DUE = dt.date(2026, 11, 1)


def day(number: int) -> dt.date:
    """So many days after the due day."""
    return DUE + dt.timedelta(days=number)


@pytest.fixture
def debtor(cast: Any, tower: Any) -> Any:
    tenant = a_tenant(cast, tower)
    a_charge(cast, tenant, "3360.00", due_on=DUE)
    return tenant


def take(flow: Any, record: Any, step: str, by: Any, **details: Any) -> Any:
    return flow.take(record, step, by=by, at=timezone.now(), **details)


def a_sent_one(cast: Any, tower: Any, number: int = 1) -> Reminder:
    [made] = reminders.propose(tower, day(number))
    return take(REMINDER_FLOW, made, "send", cast.service_clerk)  # type: ignore[no-any-return]


def sent_on(reminder: Reminder, on: dt.date) -> None:
    """As if it had been sent on that day."""
    at = dt.datetime.combine(on, dt.time(10), tzinfo=dt.timezone(dt.timedelta(hours=8)))
    Reminder.objects.filter(pk=reminder.pk).update(sent_at=at)


@clause("M1.2.4")
def test_the_ladder_is_climbed_rung_by_rung_each_rung_once(cast: Any, tower: Any, debtor: Any) -> None:
    climbed = []
    for number in range(1, 100):
        for made in reminders.propose(tower, day(number)):
            climbed.append((number, made.channel))
            step, who = ("send_as_manager", cast.property_manager) if made.state == "MANAGER" else ("send", cast.cashier)
            words = {"result": "REACHED"} if made.channel in ("CALL", "VISIT") else {}
            take(REMINDER_FLOW, made, step, who, **words)
            sent_on(made, day(number))
        assert reminders.propose(tower, day(number)) == []
    assert climbed == [(1, "NOTICE"), (5, "CALL"), (10, "LETTER"), (30, "VISIT"), (60, "LAWYER")]


@clause("M1.2.4")
def test_a_friendly_note_comes_before_the_day_and_only_then(cast: Any, tower: Any, debtor: Any) -> None:
    assert reminders.propose(tower, day(-4)) == []
    [note] = reminders.propose(tower, day(-3))
    assert (note.step.after_days, note.amount, note.since) == (-3, Decimal("3360.00"), DUE)
    assert reminders.propose(tower, day(-2)) == reminders.propose(tower, DUE) == []
    tasks.chase(day(1).isoformat())
    note.refresh_from_db()
    assert note.state == "SETTLED" and Reminder.objects.get(state="TO_SEND").step.after_days == 1


def test_an_old_debt_begins_with_the_first_rung_and_the_next_ones_follow_within_a_week_each(cast: Any, tower: Any, debtor: Any) -> None:
    [first] = reminders.propose(tower, day(45))
    assert first.step.after_days == 1
    assert reminders.propose(tower, day(46)) == []
    take(REMINDER_FLOW, first, "send", cast.cashier)
    sent_on(first, day(46))
    assert reminders.propose(tower, day(49)) == []
    [second] = reminders.propose(tower, day(50))
    assert second.channel == Channel.CALL


def test_what_is_disputed_postponed_or_paid_is_not_chased(cast: Any, tower: Any) -> None:
    disputed, postponed, paid = (a_tenant(cast, tower, name=name, code="") for name in ("甲公司", "乙公司", "丙公司"))
    bill = a_bill(cast, disputed, a_line("100.00", due_on=DUE), on=DUE, due_on=DUE)
    take(BILL_FLOW, bill, "dispute", cast.service_clerk, note="抄表有误")
    charge = a_charge(cast, postponed, "100.00", due_on=DUE)
    type(charge).objects.filter(pk=charge.pk).update(postponed_to=day(20))
    a_charge(cast, paid, "100.00", due_on=DUE)
    a_receipt(cast, paid, "100.00")
    assert reminders.propose(tower, day(15)) == []
    assert [made.tenant for made in reminders.propose(tower, day(21))] == [postponed]


def test_a_batch_is_looked_through_sent_and_left_out_with_a_reason(cast: Any, tower: Any, debtor: Any, as_user: Any) -> None:
    other = a_tenant(cast, tower, name="上海云帆贸易有限公司", code="")
    a_charge(cast, other, "90.00", due_on=DUE)
    made = {row.tenant_id: row for row in reminders.propose(tower, day(1))}
    step = DunningStep.objects.get(after_days=1)
    client, url = as_user(cast.service_clerk), reverse("billing:reminder_batch", args=[step.pk])
    page = client.get(url).content.decode()
    assert debtor.name in page and other.name in page and "¥3,450.00" in page
    sent = {f"send_{made[debtor.pk].pk}": "on", "submission_key": uuid.uuid4()}
    assert client.post(url, sent).status_code == 422
    assert not Reminder.objects.exclude(state="TO_SEND").exists()
    answer = client.post(url, {**sent, f"why_{made[other.pk].pk}": "总经理已沟通", "submission_key": uuid.uuid4()})
    assert answer.status_code == 302
    states = dict(Reminder.objects.values_list("tenant_id", "state"))
    assert states == {debtor.pk: "SENT", other.pk: "LEFT_OUT"}
    sent_row = Reminder.objects.get(tenant=debtor)
    assert (sent_row.sent_by, sent_row.amount, sent_row.asked) == (
        cast.service_clerk, Decimal("3360.00"), [["其他费用", "2026-11-01", "3360.00"]],
    )  # fmt: skip


@clause("R5a.8")
def test_customer_service_calls_and_writes_down_the_promise_that_holds_the_ladder_back(
    cast: Any, tower: Any, debtor: Any, as_user: Any
) -> None:
    today = timezone.localdate()
    url, pay_by = reverse("billing:contact_new", args=[debtor.pk]), today + dt.timedelta(days=3)
    typed = {"channel": "CALL", "result": "PROMISED", "spoke_to": "财务林经理", "note": "月底前付", "submission_key": uuid.uuid4()}
    client = as_user(cast.service_clerk)
    assert client.post(url, typed).status_code == 422
    answer = client.post(url, {**typed, "promised": "2000", "pay_by": pay_by, "submission_key": uuid.uuid4()})
    reminder, promise = Reminder.objects.get(), Promise.objects.get()
    assert answer.headers["Location"] == reverse("billing:reminder_detail", args=[reminder.pk])
    assert (reminder.state, reminder.result, promise.amount, promise.pay_by) == ("SENT", "PROMISED", Decimal("2000.00"), pay_by)
    assert reminders.propose(tower, today) == []
    page = client.get(reverse("billing:arrears")).content.decode()
    assert "¥2,000.00" in page and reverse("billing:promise_detail", args=[promise.pk]) in page
    [next_one] = reminders.propose(tower, pay_by + dt.timedelta(days=1))
    assert next_one.step.after_days == 1


def test_a_promise_is_kept_by_money_and_broken_by_its_day(cast: Any, tower: Any, debtor: Any) -> None:
    today = timezone.localdate()
    other = a_tenant(cast, tower, name="上海云帆贸易有限公司", code="")
    a_charge(cast, other, "90.00", due_on=DUE)
    for tenant, amount in ((debtor, Decimal(1000)), (other, Decimal(90))):
        made = reminders.by_hand(tenant, "CALL", by=cast.cashier, on=today)
        take(REMINDER_FLOW, made, "send", cast.cashier, result="PROMISED", promised=amount, pay_by=today)
    a_receipt(cast, debtor, "1000.00")
    tasks.chase(today.isoformat())
    assert dict(Promise.objects.values_list("tenant__name", "state")) == {debtor.name: "KEPT", other.name: "OPEN"}
    tomorrow = today + dt.timedelta(days=1)
    for _twice in range(2):
        tasks.chase(tomorrow.isoformat())
    assert Promise.objects.get(tenant=other).state == "BROKEN"
    broken = Notice.objects.filter(text__contains="did not pay the promised", recipient=cast.cashier)
    assert broken.count() == 1


def test_a_call_needs_its_outcome_and_nothing_is_sent_for_what_is_paid(cast: Any, tower: Any, debtor: Any) -> None:
    call = reminders.by_hand(debtor, "CALL", by=cast.cashier, on=timezone.localdate())
    with pytest.raises(Refused, match="came of the call"):
        take(REMINDER_FLOW, call, "send", cast.cashier)
    a_receipt(cast, debtor, "3360.00")
    with pytest.raises(Refused, match="nothing to remind of"):
        take(REMINDER_FLOW, call, "send", cast.cashier, result="REACHED")
    tasks.chase(timezone.localdate().isoformat())
    call.refresh_from_db()
    assert call.state == "SETTLED"
    with pytest.raises(Refused, match="owes nothing"):
        reminders.by_hand(debtor, "CALL", by=cast.cashier, on=timezone.localdate())


def test_a_letter_has_its_proof_of_delivery(cast: Any, tower: Any, debtor: Any, as_user: Any) -> None:
    reminder = a_sent_one(cast, tower)
    future = timezone.localdate() + dt.timedelta(days=1)
    with pytest.raises(Refused, match="day of delivery"):
        take(REMINDER_FLOW, reminder, "deliver", cast.service_clerk, received_by="前台小赵", delivered_on=future)
    take(REMINDER_FLOW, reminder, "deliver", cast.service_clerk, received_by="前台小赵", delivered_on=timezone.localdate())
    reminder.refresh_from_db()
    assert (reminder.state, reminder.received_by) == ("DELIVERED", "前台小赵")
    page = as_user(cast.finance_head).get(reverse("billing:reminder_detail", args=[reminder.pk]))
    assert page.status_code == 200 and "¥3,360.00" in page.content.decode() and "前台小赵" in page.content.decode()
    paper = as_user(cast.finance_head).get(reverse("billing:reminder_print", args=[reminder.pk, "payment-reminder"]))
    assert paper["Content-Type"] == "application/pdf"
    with pytest.raises(IntegrityError), transaction.atomic():
        Reminder.objects.filter(pk=reminder.pk).update(received_by="")


def test_a_call_has_no_proof_of_delivery(cast: Any, tower: Any, debtor: Any) -> None:
    call = reminders.by_hand(debtor, "CALL", by=cast.cashier, on=timezone.localdate())
    take(REMINDER_FLOW, call, "send", cast.cashier, result="REACHED")
    with pytest.raises(Refused, match="A call is not delivered"):
        take(REMINDER_FLOW, call, "deliver", cast.cashier, received_by="前台小赵", delivered_on=timezone.localdate())
    call.refresh_from_db()
    assert (call.state, call.received_by) == ("SENT", "")


def test_a_reminder_names_unit_and_month_of_each_charge(cast: Any, tower: Any) -> None:
    tenant, unit = a_tenant(cast, tower), a_unit(tower, "1801")
    months = [(dt.date(2026, 9, 1), dt.date(2026, 9, 30)), (dt.date(2026, 10, 1), dt.date(2026, 12, 31))]
    lines = [
        a_line("860.00", code="MANAGEMENT_FEE", unit=unit, period=period, due_on=DUE + dt.timedelta(days=number))
        for number, period in enumerate(months)
    ]
    a_bill(cast, tenant, *lines, on=DUE, due_on=DUE)
    reminder = a_sent_one(cast, tower, 2)
    reminder.refresh_from_db()
    assert [text for text, _due, _amount in reminder.asked] == ["物业管理费 1801 2026-09", "物业管理费 1801 2026-10 – 2026-12"]


def test_a_reminder_is_printed_before_it_is_recorded_as_sent_and_void_when_it_is_left_out(
    cast: Any, tower: Any, debtor: Any, as_user: Any
) -> None:
    [waiting] = reminders.propose(tower, day(1))
    client, url = as_user(cast.service_clerk), reverse("billing:reminder_print", args=[waiting.pk, "payment-reminder"])
    paper = text_of(client.get(url).content)
    assert "3,360.00" in paper and timezone.localdate().isoformat() in paper
    assert not {"稿", "废"} & set(paper)
    take(REMINDER_FLOW, waiting, "leave_out", cast.service_clerk, note="总经理已沟通")
    assert {"作", "废"} <= set(text_of(client.get(url).content))


@clause("M3.12.4-5.d")
def test_who_refuses_in_bad_faith_is_passed_on_to_the_persons_concerned(cast: Any, tower: Any) -> None:
    tenant = a_tenant(cast, tower)
    a_bill(cast, tenant, a_line("860.00", code="PAID_SERVICE", text="上门维修服务费", due_on=DUE), on=DUE, due_on=DUE)
    reminder = a_sent_one(cast, tower)
    with pytest.raises(NotAllowed):
        take(REMINDER_FLOW, reminder, "pass_on", cast.service_clerk, note="拒绝签字付款")
    take(REMINDER_FLOW, reminder, "pass_on", cast.service_head, note="已验收仍拒绝付款")
    next_one = Reminder.objects.exclude(pk=reminder.pk).get()
    assert (next_one.channel, next_one.state, next_one.amount) == ("VISIT", "MANAGER", Decimal("860.00"))
    told = set(Notice.objects.filter(text__contains="in bad faith").values_list("recipient__username", flat=True))
    assert {cast.property_manager.username, cast.finance_head.username} <= told
    with pytest.raises(NotAllowed):
        take(REMINDER_FLOW, next_one, "send_as_manager", cast.service_clerk, result="REACHED")
    take(REMINDER_FLOW, next_one, "send_as_manager", cast.property_manager, result="REACHED", spoke_to="总经理")


def test_a_reminder_nobody_sent_reaches_the_heads_once(cast: Any, tower: Any, debtor: Any) -> None:
    [made] = reminders.propose(tower, day(1))
    for number in (3, 4, 4, 5):
        tasks.ring_up_late(day(number))
    told = Notice.objects.filter(text__contains="was to be sent by").values_list("recipient__username", flat=True)
    assert sorted(told) == sorted({cast.finance_head.username, cast.service_head.username})
    assert made.due_on == day(3)


def test_two_workers_on_one_morning_propose_once(cast: Any, tower: Any, debtor: Any) -> None:
    [step] = DunningStep.objects.filter(after_days=1)
    debt = reminders.chased(Charge.objects.all(), day(1))[debtor.pk]
    assert reminders._write(debt, step, day(1)) is not None
    assert reminders._write(debt, step, day(1)) is None
    tasks.chase(day(1).isoformat())
    assert Reminder.objects.filter(step=step).count() == 1


def test_a_new_promise_replaces_the_one_before(cast: Any, tower: Any, debtor: Any) -> None:
    today = timezone.localdate()
    for amount in (1000, 2000):
        made = reminders.by_hand(debtor, "CALL", by=cast.cashier, on=today)
        take(REMINDER_FLOW, made, "send", cast.cashier, result="PROMISED", promised=Decimal(amount), pay_by=today)
    assert list(Promise.objects.order_by("pk").values_list("amount", "state")) == [
        (Decimal("1000.00"), "WITHDRAWN"), (Decimal("2000.00"), "OPEN"),
    ]  # fmt: skip
    with pytest.raises(NotAllowed):
        take(PROMISE_FLOW, Promise.objects.get(state="OPEN"), "keep", cast.finance_head)


def test_the_ladder_is_edited_by_who_sets_prices(cast: Any, tower: Any, as_user: Any) -> None:
    step = DunningStep.objects.get(after_days=5)
    url = reverse("billing:dunning_step_edit", args=[step.pk])
    assert as_user(cast.service_clerk).get(url).status_code == 403
    client = as_user(cast.finance_head)
    filled = {"after_days": 7, "channel": "CALL", "who": "SERVICE", "text": "", "is_active": "on", "version": step.version}
    assert client.post(url, {**filled, "submission_key": uuid.uuid4()}).status_code == 302
    step.refresh_from_db()
    assert step.after_days == 7
    clash = {**filled, "after_days": 10, "version": step.version, "submission_key": uuid.uuid4()}
    answer = client.post(url, clash, headers={"accept-language": "en"})
    assert answer.status_code == 422 and "There is a step on this day already." in answer.content.decode()
