"""The approvals inbox: decisions and signatures that wait for me, from the lives and documents themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from core import signing
from core.signing import Document, Party
from frontdesk import approvals
from staff.access import ENGINEERING, SERVICE
from tenants.flow import ORDER_FLOW
from tenants.models import DirectoryOrder
from tests.frontdesk.lives import an_order

DOCUMENT = Document("line", "Line of the board", (Party("ENGINEERING", "Engineering", ENGINEERING),), lambda order: order.name)


@pytest.fixture
def with_decision(monkeypatch: Any) -> None:
    """Making a line asks for a decision."""
    monkeypatch.setitem(ORDER_FLOW.steps, "make", replace(ORDER_FLOW.steps["make"], approval=True))


@pytest.fixture
def with_signature(monkeypatch: Any) -> None:
    """An order for the board is signed by engineering."""
    monkeypatch.setitem(signing._documents, DirectoryOrder, {"line": DOCUMENT})


def text_of(client: Any, query: str = "") -> str:
    answer = client.get(f"/frontdesk/approvals/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_decision_waits_for_those_who_may_take_it(cast: Any, tower: Any, as_user: Any, with_decision: None) -> None:
    order = an_order(cast, tower, "1801")
    assert [ask.record for ask in approvals.waiting_for(cast.service_clerk)] == [order]
    assert order.number in text_of(as_user(cast.service_clerk))
    assert order.number not in text_of(as_user(cast.engineer))
    assert order.number not in text_of(as_user(cast.outsider))


def test_the_decision_is_shown_with_its_step(cast: Any, tower: Any, as_user: Any, with_decision: None) -> None:
    order = an_order(cast, tower, "1801")
    text = text_of(as_user(cast.service_clerk), f"?show=tenants.DirectoryOrder-{order.pk}")
    assert f"/tenants/directory-orders/{order.pk}/do/make/" in text


def test_what_i_decided_is_listed_as_done(cast: Any, tower: Any, as_user: Any, with_decision: None) -> None:
    order = an_order(cast, tower, "1801")
    ORDER_FLOW.take(order, "make", by=cast.service_clerk, at=timezone.now(), maker="标识公司")
    assert [done.record for done in approvals.done_by(cast.service_clerk)] == [order]
    assert approvals.done_by(cast.service_head) == []
    assert order.number in text_of(as_user(cast.service_clerk), "?view=done")


def test_what_i_sent_shows_whose_turn_it_is(cast: Any, tower: Any, as_user: Any, with_decision: None) -> None:
    order = an_order(cast, tower, "1801")
    DirectoryOrder.objects.filter(pk=order.pk).update(created_by=cast.leasing)
    text = text_of(as_user(cast.leasing), "?view=sent")
    assert order.number in text and str(SERVICE) in text
    assert order.number not in text_of(as_user(cast.guard), "?view=sent")


def sign(order: Any, by: Any) -> None:
    stroke = [[{"x": 1, "y": 1}, {"x": 9, "y": 9}]]
    signing.sign(order, "line", "ENGINEERING", by=by, at=timezone.now(), method="SCREEN", name="王强", strokes=stroke)


def test_a_signature_waits_until_it_is_given(cast: Any, tower: Any, with_signature: None) -> None:
    order = an_order(cast, tower, "1801")
    assert [ask.record for ask in approvals.waiting_for(cast.engineer)] == [order]
    assert approvals.waiting_for(cast.cashier) == []
    sign(order, cast.engineer)
    assert approvals.waiting_for(cast.engineer) == []
    assert [done.record for done in approvals.done_by(cast.engineer)] == [order]


def test_a_signature_that_the_record_outgrew_waits_again(cast: Any, tower: Any, with_signature: None) -> None:
    order = an_order(cast, tower, "1801")
    sign(order, cast.engineer)
    DirectoryOrder.objects.filter(pk=order.pk).update(name="华信集团")
    assert [ask.record for ask in approvals.waiting_for(cast.engineer)] == [order]


def test_more_records_cost_no_more_queries(
    cast: Any, tower: Any, with_signature: None, with_decision: None, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        an_order(cast, tower, f"18{number:02}")
    with django_assert_max_num_queries(8):
        assert len(approvals.waiting_for(cast.engineer)) == 12
