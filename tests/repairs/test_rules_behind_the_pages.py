"""What a page would not offer is refused by the rules too, whoever calls them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from core.flow import NotAllowed, Refused
from repairs.flow import ORDER_FLOW
from repairs.models import ServiceLine, WorkItem
from repairs.services import charging, intake, work
from tests.billing.factories import a_kind
from tests.conftest import Cast, a_unit
from tests.repairs.factories import a_public_order, an_area, an_order, at_work


def a_line() -> ServiceLine:
    return ServiceLine(kind=a_kind("REPAIR_LABOUR"), text="维修", quantity=1, unit_price=Decimal("30"))


def test_a_price_is_said_by_the_front_desk_or_the_supervisor_alone(cast: Cast, tower: Any) -> None:
    order = an_order(cast, tower)
    for nobody in (cast.engineer, cast.guard, cast.cashier, cast.outsider):
        with pytest.raises(NotAllowed):
            charging.add_line(a_line(), order, by=nobody)
    line = charging.add_line(a_line(), order, by=cast.frontdesk)
    with pytest.raises(NotAllowed):
        charging.drop_line(line, by=cast.engineer)
    assert order.lines.count() == 1


def test_what_was_told_is_corrected_by_the_front_desk_or_the_supervisor_alone(cast: Cast, tower: Any) -> None:
    order = an_order(cast, tower)
    for nobody in (cast.engineer, cast.guard, cast.outsider):
        with pytest.raises(NotAllowed):
            intake.correct(order, {"name": "别人"}, by=nobody, at=timezone.now())
    assert intake.correct(order, {"name": "刘女士"}, by=cast.frontdesk, at=timezone.now()).name == "刘女士"


def test_only_somebody_of_engineering_there_is_sent(cast: Cast, tower: Any) -> None:
    order = a_public_order(cast, tower)
    for somebody in (cast.guard, cast.outsider):
        with pytest.raises(Refused, match="not of engineering"):
            ORDER_FLOW.take(order, "dispatch", by=cast.frontdesk, at=timezone.now(), assignee=somebody)
    assert ORDER_FLOW.take(order, "dispatch", by=cast.frontdesk, at=timezone.now(), assignee=cast.engineer).assignee == cast.engineer


def test_a_request_lies_in_one_building(cast: Cast, tower: Any, neighbour: Any) -> None:
    with pytest.raises(Refused, match="different buildings"):
        an_order(cast, tower, unit=a_unit(tower, "1801"), area=an_area(neighbour))


def test_a_neighbour_posts_into_nothing(cast: Cast, tower: Any, as_user: Any) -> None:
    order = at_work(an_order(cast, tower), cast)
    row = work.add_item(WorkItem(text="更换断路器", minutes=40), order, by=cast.engineer)
    priced = an_order(cast, tower, service="TAP")
    client = as_user(cast.outsider)
    addresses = (
        reverse("repairs:recorded_drop", args=[order.pk, "item", row.pk]),
        reverse("repairs:line_drop", args=[priced.pk, priced.lines.get().pk]),
        *(reverse(f"repairs:{name}", args=[order.pk]) for name in ("findings", "item_new", "material_new", "line_new", "work_order_edit")),
        reverse("repairs:work_order_step", args=[order.pk, "finish"]),
    )
    assert {address: client.post(address).status_code for address in addresses} == dict.fromkeys(addresses, 404)
    assert order.items.count() == 1 and priced.lines.count() == 1
