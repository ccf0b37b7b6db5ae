"""The directory board, customer cards, and goods moving in."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from core.flow import Refused
from core.models import Notice
from premises.models import Key
from tenants import tasks
from tenants.flow import GOODS_FLOW, ORDER_FLOW
from tenants.models import CustomerCard, DirectoryLine, DirectoryOrder, GoodsMove
from tenants.services import issue_card, return_card
from tests.conftest import Cast
from tests.tenants.factories import TODAY, a_board_order, a_customer_card, a_goods_move, a_tenant


def sent(client: Any, url: str, **values: Any) -> Any:
    key = client.get(url).context["form"]["submission_key"].value()
    return client.post(url, {**values, "submission_key": key})


def posted(cast: Cast, order: DirectoryOrder) -> DirectoryOrder:
    order = ORDER_FLOW.take(order, "make", by=cast.service_clerk, at=timezone.now(), maker="明达标识")
    return ORDER_FLOW.take(order, "post", by=cast.service_clerk, at=timezone.now())


@pytest.mark.clause("M1.2.8")
def test_a_line_is_ordered_made_and_put_on_the_board(cast: Cast, tower: Any, as_user: Any) -> None:
    order = posted(cast, a_board_order(cast, tower))
    line = DirectoryLine.objects.get()
    assert (line.name, line.unit_text, line.posted_on, order.line) == ("华信科技", "1203", timezone.localdate(), line)
    page = as_user(cast.frontdesk).get(reverse("tenants:board")).content.decode()
    assert "华信科技" in page and order.number in page


@pytest.mark.clause("M1.2.8")
def test_a_change_and_a_removal_keep_what_stood_there_before(cast: Cast, tower: Any) -> None:
    first = posted(cast, a_board_order(cast, tower))
    line = first.line
    values = {"tenant": first.tenant, "floor": first.floor, "line": line}
    change = posted(cast, a_board_order(cast, tower, kind="CHANGE", name="华信集团", **values))
    line.refresh_from_db()
    assert (line.name, change.line_before) == ("华信集团", "12F · 1203 · 华信科技")
    removal = a_board_order(cast, tower, kind="REMOVE", **values)
    with pytest.raises(Refused, match="nothing made"):
        ORDER_FLOW.take(removal, "make", by=cast.service_clerk, at=timezone.now(), maker="x")
    removal = ORDER_FLOW.take(removal, "take_down", by=cast.service_clerk, at=timezone.now())
    assert removal.state == "POSTED" and not DirectoryLine.objects.exists()
    assert list(DirectoryOrder.objects.filter(state="POSTED").order_by("pk").values_list("kind", flat=True)) == ["NEW", "CHANGE", "REMOVE"]


def test_a_new_line_is_made_before_it_is_posted(cast: Cast, tower: Any) -> None:
    with pytest.raises(Refused, match="Have the line made first"):
        ORDER_FLOW.take(a_board_order(cast, tower), "take_down", by=cast.service_clerk, at=timezone.now())


def test_a_change_names_its_line_on_the_form(cast: Cast, tower: Any, as_user: Any) -> None:
    order = posted(cast, a_board_order(cast, tower))
    client, url = as_user(cast.service_clerk), reverse("tenants:directory_order_new")
    values = {
        "tenant": f"={order.tenant_id}",
        "kind": "CHANGE",
        "floor": order.floor_id,
        "unit_text": "1203",
        "name": "x",
        "due_on": "2099-01-01",
    }
    assert "Choose the line on the board" in sent(client, url, **values).content.decode()
    prefilled = client.get(f"{url}?line={order.line_id}&kind=REMOVE").context["form"]
    assert (prefilled["kind"].value(), prefilled["name"].value()) == ("REMOVE", "华信科技")
    assert sent(client, url, **values, line=order.line_id).status_code == 302


def test_a_second_line_with_the_same_unit_is_refused(cast: Cast, tower: Any, as_user: Any) -> None:
    order = posted(cast, a_board_order(cast, tower))
    values = {"tenant": f"={order.tenant_id}", "kind": "NEW", "floor": order.floor_id, "unit_text": "1203", "name": "x"}
    values["due_on"] = "2099-01-01"
    answer = sent(as_user(cast.service_clerk), reverse("tenants:directory_order_new"), **values)
    assert answer.status_code == 422 and "Order a change of it" in answer.content.decode()


def test_due_orders_are_told_once_a_day(cast: Cast, tower: Any) -> None:
    a_board_order(cast, tower, due_on=TODAY)
    for _run in range(2):
        tasks.remind_of_day(TODAY.isoformat())
    assert Notice.objects.filter(recipient=cast.service_clerk, topic="tenants.board").count() == 1


@pytest.mark.clause("M3.1.4-3.5.F1")
def test_a_customer_card_is_issued_to_a_holder_and_taken_back(cast: Cast, tower: Any, as_user: Any) -> None:
    tenant = a_tenant(cast, tower)
    key = Key.objects.create(building=tower, kind=Key.Kind.CUSTOMER_CARD, number="KH-001")
    client, url = as_user(cast.service_clerk), reverse("tenants:card_new", args=[tenant.pk])
    assert sent(client, url, key="KH-001", holder_name="林晓", holder_phone="13800138000").status_code == 302
    card = CustomerCard.objects.get()
    key.refresh_from_db()
    assert key.state == Key.State.OUT and card.loan.holder_name == "林晓"
    client.post(reverse("tenants:card_return", args=[card.pk]))
    key.refresh_from_db()
    card.loan.refresh_from_db()
    assert key.state == Key.State.IN_STORE and card.loan.returned_at


def test_a_card_that_is_out_or_no_customer_card_is_not_issued(cast: Cast, tower: Any) -> None:
    card = a_customer_card(cast, tower)
    values = {"holder_name": "周宇", "holder_phone": "", "by": cast.service_clerk, "at": timezone.now()}
    with pytest.raises(Refused):
        issue_card(card.tenant, card.loan.key, **values)
    other = Key.objects.create(building=tower, kind=Key.Kind.UNIT_KEY, number="K-1")
    with pytest.raises(Refused, match="is not a customer card"):
        issue_card(card.tenant, other, **values)
    return_card(card, by=cast.service_clerk, at=timezone.now())


@pytest.mark.clause("M1.2.2-d")
def test_a_move_is_booked_security_is_told_and_it_is_done(cast: Cast, tower: Any, as_user: Any) -> None:
    tenant = a_tenant(cast, tower)
    day = (timezone.localtime() + dt.timedelta(days=1)).strftime("%Y-%m-%d")
    values = {
        "tenant": f"={tenant.pk}", "direction": "IN", "lift": "货梯 1", "starts_at": f"{day}T19:00", "ends_at": f"{day}T21:00",
        "vehicles": "京A·12345", "contact_name": "王师傅", "contact_phone": "13900139000",
    }  # fmt: skip
    client = as_user(cast.service_clerk)
    assert sent(client, reverse("tenants:goods_move_new"), **values).status_code == 302
    move = GoodsMove.objects.get()
    assert Notice.objects.filter(recipient=cast.guard, topic="tenants.goods").exists()
    clash = sent(client, reverse("tenants:goods_move_new"), **{**values, "starts_at": f"{day}T20:00", "ends_at": f"{day}T22:00"})
    assert clash.status_code == 422 and "is booked for 华信科技 until" in clash.content.decode()
    assert sent(client, reverse("tenants:goods_move_new"), **{**values, "lift": "货梯 2"}).status_code == 302
    assert GOODS_FLOW.take(move, "finish", by=cast.guard, at=timezone.now()).state == "DONE"


def test_a_cancelled_move_frees_the_lift(cast: Cast, tower: Any) -> None:
    first = a_goods_move(cast, tower)
    GOODS_FLOW.take(first, "cancel", by=cast.service_clerk, at=timezone.now(), note="客户改期")
    a_goods_move(cast, tower, tenant=first.tenant, starts_at=first.starts_at, ends_at=first.ends_at)
    assert GoodsMove.objects.count() == 2


@pytest.mark.parametrize("hours", [(-1, 1), (0, 0), (2, 1)])
def test_a_move_ends_after_it_starts_in_the_database_too(cast: Cast, tower: Any, hours: tuple[int, int]) -> None:
    first = a_goods_move(cast, tower)
    start, end = (first.starts_at + dt.timedelta(hours=each) for each in hours)
    with pytest.raises(IntegrityError), transaction.atomic():
        a_goods_move(cast, tower, tenant=first.tenant, starts_at=start, ends_at=end)


def test_ten_people_book_one_lift_at_once_and_one_wins(committed_db: None, cast: Cast, tower: Any) -> None:
    tenant, start = a_tenant(cast, tower), timezone.now() + dt.timedelta(days=1)

    def book(_number: int) -> bool:
        try:
            a_goods_move(cast, tower, tenant=tenant, starts_at=start, ends_at=start + dt.timedelta(hours=1))
        except IntegrityError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(10) as pool:
        won = list(pool.map(book, range(10)))
    assert (won.count(True), GoodsMove.objects.count()) == (1, 1)
