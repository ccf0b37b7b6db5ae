"""After the work somebody asks whether it was good: by the rules of the house, once a round."""

from __future__ import annotations

from typing import Any

import pytest

from core.sampling import is_drawn
from repairs import tasks
from repairs.models import ReturnVisit, VisitRule, WorkOrder
from repairs.services import visits
from tests.conftest import Cast
from tests.repairs.factories import a_public_order, an_order, confirmed, moved, sign
from tests.repairs.test_deadlines import tick


def share(percent: int) -> None:
    VisitRule.objects.update(percent=percent)


def test_the_clock_plans_the_visit_of_finished_work_once(cast: Cast, tower: Any) -> None:
    share(100)
    order = confirmed(an_order(cast, tower), cast)
    tick()
    tick()
    tasks.follow_up(order.pk)
    order.refresh_from_db()
    assert ReturnVisit.objects.filter(order=order).count() == 1
    assert (order.state, order.due_at) == ("DONE", order.visits.get().due_at)


def test_what_is_not_drawn_is_closed_and_filed(cast: Cast, tower: Any) -> None:
    share(0)
    order = confirmed(an_order(cast, tower), cast)
    tick()
    tick()
    order.refresh_from_db()
    assert order.state == "CLOSED" and not order.visits.exists()


def test_who_left_no_phone_is_not_called(cast: Cast, tower: Any) -> None:
    share(100)
    order = confirmed(a_public_order(cast, tower, phone="", channel="COLLEAGUE"), cast)
    tick()
    order.refresh_from_db()
    assert order.state == "CLOSED"


def test_an_order_whose_customer_is_still_to_be_called_is_not_closed(cast: Cast, tower: Any) -> None:
    share(100)
    order = confirmed(an_order(cast, tower), cast)
    tick()
    with pytest.raises(Exception, match="call the customer first"):
        moved(order, cast, "close")
    closed = moved(order, cast, "called_back")
    visit = closed.visits.get()
    assert closed.state == "CLOSED" and visit.is_satisfied and visit.visited_by == cast.service_clerk and visit.remark == "很及时"


@pytest.mark.clause("M3.4.1")
def test_who_is_not_satisfied_when_called_gets_it_done_again_and_is_called_again(cast: Cast, tower: Any) -> None:
    share(100)
    order = confirmed(an_order(cast, tower), cast)
    tick()
    again = moved(order, cast, "called_back_not_satisfied")
    assert (again.state, again.round) == ("REWORK", 2)
    again = confirmed_again(again, cast)
    tick()
    tick()
    assert list(ReturnVisit.objects.filter(order=again).values_list("round", "is_satisfied")) == [(1, False), (2, None)]


def confirmed_again(order: WorkOrder, cast: Cast) -> WorkOrder:
    order = moved(order, cast, "arrive", "finish")
    sign(order, "acceptance", cast)
    return moved(order, cast, "confirm")


def test_paid_and_urgent_work_is_always_followed_and_the_rest_by_its_share(cast: Cast, tower: Any) -> None:
    rules = visits.rules()
    paid, urgent = an_order(cast, tower, service="TAP"), a_public_order(cast, tower, urgency="URGENT")
    ordinary = a_public_order(cast, tower)
    found = [visits.rule_for(order, rules) for order in (paid, urgent, ordinary)]
    assert [(rule.percent, rule.hours_after) for rule in found if rule] == [(100, 48), (100, 24), (30, 48)]


def test_a_share_draws_about_that_many_and_always_the_same() -> None:
    keys = [f"BX-20261123-{number:04}:1" for number in range(1000)]
    drawn = [is_drawn(key, 30) for key in keys]
    assert 250 <= sum(drawn) <= 350
    assert drawn == [is_drawn(key, 30) for key in keys]


def test_a_rule_for_one_category_holds_for_its_parts(cast: Cast, tower: Any) -> None:
    order = a_public_order(cast, tower)
    rule = VisitRule(category=order.category.parent, percent=77, hours_after=5)
    assert visits.rule_for(order, [rule]) == rule
