"""A request is written once, sent, received, worked on and signed (manual 3.4.4)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from core import signing
from core.flow import NotAllowed, Refused
from core.models import Notice
from repairs.flow import ORDER_FLOW
from repairs.models import Material, RepairCategory, WorkItem, WorkOrder
from repairs.services import work
from tests.conftest import a_unit
from tests.premises.factories import an_equipment_item
from tests.repairs.factories import a_call, a_public_order, an_order, at_work, confirmed, finished, moved, sign


def errors_in(response: Any) -> str:
    return str(response.context["form"].errors) if response.context else ""


NOW = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)


@pytest.mark.clause("M3.4.4-1")
@pytest.mark.clause("M3.4.4-2")
def test_a_call_becomes_a_numbered_work_order_that_is_already_under_way(as_user: Any, cast: Any, tower: Any) -> None:
    sent = as_user(cast.frontdesk).post("/repairs/work-orders/new/", {**a_call(cast, tower), "submission_key": uuid.uuid4()})
    assert sent.status_code == 302, errors_in(sent)
    order = WorkOrder.objects.get()
    assert order.number.startswith("BX-") and order.company and order.phone == "13800138000"
    assert order.state == WorkOrder.State.REVIEW, "the tenant's own is reviewed first"
    assert Notice.objects.filter(recipient=cast.engineering_head, topic="repairs").exists()


@pytest.mark.clause("M3.4.4-3")
@pytest.mark.clause("M3.4.4-4")
def test_the_receiver_signs_and_the_time_of_acceptance_is_on_the_order(cast: Any, tower: Any) -> None:
    order = moved(a_public_order(cast, tower), cast, "dispatch")
    order = moved(order, cast, "accept", at=NOW)
    assert (order.accepted_by, order.accepted_at, order.assignee) == (cast.engineer, NOW, cast.engineer)
    [row] = [row for row in signing.panel(order) if row.document.key == "receipt"]
    assert row.is_valid and row.signoff is not None and row.signoff.user == cast.engineer


@pytest.mark.clause("M3.4.4-5.a")
def test_the_repairer_of_public_property_is_due_before_the_appointment(cast: Any, tower: Any) -> None:
    appointment = timezone.now() + dt.timedelta(hours=3)
    order = moved(a_public_order(cast, tower, appointment_at=appointment), cast, "dispatch", "accept")
    assert order.due_at == appointment
    early = moved(order, cast, "arrive", at=appointment - dt.timedelta(minutes=5))
    assert early.was_late is False and early.arrived_at == appointment - dt.timedelta(minutes=5)
    late = moved(a_public_order(cast, tower, appointment_at=appointment), cast, "dispatch", "accept")
    assert moved(late, cast, "arrive", at=appointment + dt.timedelta(minutes=1)).was_late is True


@pytest.mark.clause("M3.4.4-5.b")
@pytest.mark.clause("M3.4.2-3")
def test_the_supervisor_reviews_the_customers_own_and_answers(cast: Any, tower: Any) -> None:
    order = an_order(cast, tower)
    with pytest.raises(Refused, match="supervisor reviews it first"):
        moved(order, cast, "dispatch")
    order = moved(order, cast, "send_to_review")
    with pytest.raises(NotAllowed):
        ORDER_FLOW.take(order, "can_be_done", by=cast.engineer, at=NOW, answer="可以", reply="PHONE")
    order = moved(order, cast, "can_be_done")
    assert order.state == "ASSIGNED" and order.reviewed_by == cast.engineering_head and order.answer
    declined = moved(an_order(cast, tower), cast, "send_to_review", "decline")
    assert declined.state == "DECLINED" and "结构墙" in declined.answer


@pytest.mark.clause("M3.4.2-3.F1")
def test_work_off_the_list_is_always_reviewed_even_on_public_property(cast: Any, tower: Any) -> None:
    order = a_public_order(cast, tower, service=None)
    with pytest.raises(Refused, match="Repair Service Item List"):
        moved(order, cast, "dispatch")
    assert moved(order, cast, "send_to_review").state == "REVIEW"


@pytest.mark.clause("M3.4.2-2")
@pytest.mark.clause("M3.4.4-6")
def test_work_is_done_only_with_findings_and_the_items_really_done(cast: Any, tower: Any) -> None:
    order = at_work(a_public_order(cast, tower), cast)
    with pytest.raises(Refused, match="found on site"):
        moved(order, cast, "finish")
    work.record_findings(order, "镇流器烧毁", by=cast.engineer)
    with pytest.raises(Refused, match="really done"):
        moved(order, cast, "finish")
    work.add_item(WorkItem(text="更换镇流器", minutes=20), order, by=cast.engineer)
    assert moved(order, cast, "finish").state == "TO_CONFIRM"


@pytest.mark.clause("M3.4.4-7")
def test_the_customers_material_is_verified_and_unqualified_material_is_not_used(cast: Any, tower: Any) -> None:
    order = at_work(an_order(cast, tower), cast)
    own = {"source": Material.Source.TENANT, "quantity": 1}
    with pytest.raises(Exception, match="Verify the customer's material"):
        work.add_material(Material(name="插座", **own), order, by=cast.engineer)
    bad = work.add_material(Material(name="插座", verdict="NOT_QUALIFIED", remark="无 3C 标志", **own), order, by=cast.engineer)
    good = work.add_material(Material(name="插座 10A", verdict="QUALIFIED", **own), order, by=cast.engineer)
    assert (bad.is_used, good.is_used) == (False, True)


@pytest.mark.clause("M3.4.4-8")
def test_the_customer_tries_it_and_signs_before_it_is_done(cast: Any, tower: Any) -> None:
    order = finished(an_order(cast, tower), cast)
    with pytest.raises(Refused, match="has not signed"):
        moved(order, cast, "confirm")
    sign(order, "acceptance", cast)
    assert moved(order, cast, "confirm").state == "DONE"


def test_customer_service_checks_what_is_nobodys_own(cast: Any, tower: Any) -> None:
    order = finished(a_public_order(cast, tower), cast)
    with pytest.raises(Refused, match="Customer service has not checked"):
        moved(order, cast, "confirm")
    sign(order, "check", cast)
    assert moved(order, cast, "confirm").state == "DONE"


def test_who_is_not_satisfied_gets_it_done_again_and_signs_anew(cast: Any, tower: Any) -> None:
    order = finished(an_order(cast, tower), cast)
    sign(order, "acceptance", cast)
    order = moved(order, cast, "not_satisfied")
    assert (order.state, order.round) == ("REWORK", 2)
    order = moved(order, cast, "arrive", "finish")
    with pytest.raises(Refused, match="has not signed"):
        moved(order, cast, "confirm")
    sign(order, "acceptance", cast)
    assert moved(order, cast, "confirm").state == "DONE"


def test_a_pause_stops_the_clock_and_says_why(cast: Any, tower: Any) -> None:
    order = at_work(a_public_order(cast, tower, urgency="URGENT", at=NOW), cast, at=NOW)
    limit = order.due_at
    order = moved(order, cast, "wait_for_parts", at=NOW + dt.timedelta(minutes=30))
    assert order.pause_reason == "PARTS" and not WorkOrder.objects.overdue(NOW + dt.timedelta(days=9)).exists()
    order = moved(order, cast, "resume", at=NOW + dt.timedelta(hours=5, minutes=30))
    assert order.due_at == limit + dt.timedelta(hours=5) and order.paused_at is None


def test_an_order_that_is_done_can_be_closed(cast: Any, tower: Any) -> None:
    assert moved(confirmed(an_order(cast, tower), cast), cast, "close").state == "CLOSED"


def test_what_was_reported_of_the_place_already_stands_beside_the_form(as_user: Any, cast: Any, tower: Any) -> None:
    unit = a_unit(tower, "1801")
    order = an_order(cast, tower, unit=unit)
    old = an_order(cast, tower, unit=unit)
    WorkOrder.objects.filter(pk=old.pk).update(received_at=timezone.now() - dt.timedelta(hours=3))
    client = as_user(cast.frontdesk)
    for typed in ({"unit": "1801"}, {"unit": f"={unit.pk}"}):
        page = client.get(reverse("repairs:similar"), typed).content.decode()
        assert order.number in page and old.number not in page
    assert order.number not in client.get(reverse("repairs:similar"), {"unit": "9999"}).content.decode()
    assert "Is it one of these?" in client.get(reverse("repairs:work_order_new"), {"unit": unit.pk}).content.decode()
    assert "Is it one of these?" not in client.get(reverse("repairs:work_order_new")).content.decode()
    assert order.number not in as_user(cast.outsider).get(reverse("repairs:similar"), {"unit": "1801"}).content.decode()


def test_a_request_from_the_page_of_equipment_is_about_it_and_its_page_shows_it(cast: Any, tower: Any, as_user: Any) -> None:
    item, client = an_equipment_item(cast, tower), as_user(cast.frontdesk)
    there = f"{reverse('repairs:work_order_new')}?equipment={item.pk}"
    form = client.get(there).context["form"]
    assert (form["spot"].value(), form["unit"].value()) == ("风机盘管", f"={item.unit_id}")
    said = {"unit": item.unit.code, "spot": "风机盘管", "content": "不制冷", "phone": "13900139000", "name": "刘晓燕", "channel": "PHONE"}
    sent = {**said, "category": RepairCategory.objects.first().pk, "submission_key": form["submission_key"].value()}
    assert client.post(there, sent).status_code == 302
    order = WorkOrder.objects.get()
    assert order.equipment == item
    assert order.number in client.get(reverse("premises:equipment_detail", args=[item.pk])).content.decode()


def test_equipment_of_another_unit_is_let_go(cast: Any, tower: Any, as_user: Any) -> None:
    item, client = an_equipment_item(cast, tower), as_user(cast.frontdesk)
    there = f"{reverse('repairs:work_order_new')}?equipment={item.pk}"
    key = client.get(there).context["form"]["submission_key"].value()
    said = {"unit": a_unit(tower, "1299").code, "content": "不制冷", "phone": "13900139000", "name": "刘晓燕", "channel": "PHONE"}
    assert client.post(there, {**said, "category": RepairCategory.objects.first().pk, "submission_key": key}).status_code == 302
    assert WorkOrder.objects.get().equipment is None
