"""Complaints and repairs under many hands (`make ordeal`): every form by 32, every edge by eight, signatures at once."""

from __future__ import annotations

import uuid
from collections import Counter

import pytest
from django.utils import timezone

import tests.test_once_is_once as once
from core.flow import Refused
from core.models import HistoryEntry, SignOff
from repairs.flow import ORDER_FLOW
from repairs.models import WorkOrder
from tests.conftest import Cast, a_building
from tests.edges import edges
from tests.races import at_once
from tests.records import FORMS
from tests.repairs.factories import an_order, finished, sign, the_tenant
from tests.test_edges_raced import faults

pytestmark = [pytest.mark.ordeal, pytest.mark.timeout(900)]
APPS = ("complaints", "repairs")


def a_house() -> Cast:
    return Cast(a_building("A", "云汇中心 A 座"), a_building("B", "云汇中心 B 座"))


@pytest.mark.parametrize("app", APPS)
def test_every_form_sent_by_thirty_two_at_once_makes_one_record(app: str, committed_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A1: 1 record, 31 replays with the same redirect, no 5xx, for every form of the app."""
    ours = [name for name in FORMS if name.startswith(f"{app}:")]
    monkeypatch.setattr(once, "AT_ONCE", 32)
    cast, crowd, found = a_house(), once.Crowd(), {}
    for number, name in enumerate(ours):
        if fault := once.fault_of(name, cast, a_building(f"R{number}", f"楼 {number}"), crowd):
            found[name] = fault
    crowd.go_home()
    assert len(ours) > 8 and found == {}


def test_without_the_submission_key_thirty_two_make_more_than_one(committed_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of A1: each sending with a key of its own is a request of its own."""
    monkeypatch.setattr(once, "AT_ONCE", 32)
    cast, crowd = a_house(), once.Crowd()
    filled = once.the_form(crowd.of(cast.frontdesk)[0].get("/repairs/work-orders/new/"))
    typed = {**filled, **FORMS["repairs:work_order_new"](cast, cast.home), "submission_key": lambda: str(uuid.uuid4())}
    crowd.send(cast.frontdesk, "/repairs/work-orders/new/", typed)
    crowd.go_home()
    assert WorkOrder.objects.count() > 1


def test_every_edge_raced_by_eight_has_one_winner(committed_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A4: all edges of all four lives; losers hear that they are late, and the history is a chain."""
    assert faults(list(edges()), 8, monkeypatch) == {}


def test_customers_who_sign_at_once_with_the_button_pressed_leave_nothing_stuck(committed_db: None) -> None:
    """A3: of each order four sign and four press “accepted” at once, again and again: done once, one word in force, none stuck."""
    cast = a_house()
    the_tenant(cast, cast.home)
    orders = [finished(an_order(cast, cast.home), cast) for _turn in range(40)]

    def hand(order: WorkOrder, number: int) -> str:
        if number % 2:
            sign(order, "acceptance", cast)
            return "signed"
        for _turn in range(40):
            try:
                ORDER_FLOW.take(WorkOrder.objects.get(pk=order.pk), "confirm", by=cast.engineer, at=timezone.now())
                return "done"
            except Refused as refusal:
                if WorkOrder.objects.get(pk=order.pk).state == "DONE":
                    return "late"
                assert "has not signed" in refusal.message
        return "never"

    for order in orders:
        answers = Counter(at_once(lambda number, order=order: hand(order, number), 8))
        if not answers["done"]:
            ORDER_FLOW.take(WorkOrder.objects.get(pk=order.pk), "confirm", by=cast.engineer, at=timezone.now())
        assert answers["done"] <= 1 and answers["signed"] == 4, answers
    assert set(WorkOrder.objects.values_list("state", flat=True)) == {"DONE"}
    words = SignOff.objects.filter(document="acceptance", replaced_by=None)
    assert sorted(words.values_list("object_id", flat=True)) == [order.pk for order in orders]
    assert HistoryEntry.objects.filter(kind="STEP", step="confirm").count() == len(orders)
