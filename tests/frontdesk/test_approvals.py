"""The approvals inbox: decisions and signatures that wait for me, from the lives and documents themselves."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from core import kinds, signing
from core.flow import Flow, Refused, Step
from core.models import HistoryEntry
from core.signing import Document, Party
from frontdesk import approvals, waiting
from staff.access import ENGINEERING, SERVICE
from staff.models import Cover
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
    assert [ask.record for ask in approvals.waiting_for(waiting.Work(cast.service_clerk))] == [order]
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
    assert [ask.record for ask in approvals.waiting_for(waiting.Work(cast.engineer))] == [order]
    assert approvals.waiting_for(waiting.Work(cast.cashier)) == []
    sign(order, cast.engineer)
    assert approvals.waiting_for(waiting.Work(cast.engineer)) == []
    assert [done.record for done in approvals.done_by(cast.engineer)] == [order]


def test_a_signature_that_the_record_outgrew_waits_again(cast: Any, tower: Any, with_signature: None) -> None:
    order = an_order(cast, tower, "1801")
    sign(order, cast.engineer)
    DirectoryOrder.objects.filter(pk=order.pk).update(name="华信集团")
    assert [ask.record for ask in approvals.waiting_for(waiting.Work(cast.engineer))] == [order]


def test_more_records_cost_no_more_queries(
    cast: Any, tower: Any, with_signature: None, with_decision: None, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        an_order(cast, tower, f"18{number:02}")
    with django_assert_max_num_queries(8):
        assert len(approvals.waiting_for(waiting.Work(cast.engineer))) == 12


APPROVE = Step("approve", "ORDERED", "MADE", SERVICE, approval=True, bulk=True, label="Approve it", undo=lambda record, **_: None)
SEND_BACK = Step("send_back", "ORDERED", "ORDERED", SERVICE, approval=True, asks_reason=True, label="Return it", tone="secondary")


@pytest.fixture
def asked(cast: Any, tower: Any, monkeypatch: Any) -> Any:
    """An order that leasing asks for; customer service approves or returns it."""
    for step in (APPROVE, SEND_BACK):
        monkeypatch.setitem(ORDER_FLOW.steps, step.name, step)
    kind = replace(kinds.of(DirectoryOrder), summary=lambda order: [("On the board", order.name)])
    monkeypatch.setitem(kinds._kinds, DirectoryOrder, kind)
    return asked_by(cast.leasing, an_order(cast, tower, "1801"))


def asked_by(person: Any, order: Any) -> Any:
    DirectoryOrder.objects.filter(pk=order.pk).update(created_by=person)
    return DirectoryOrder.objects.get(pk=order.pk)


def page_of(order: Any, step: str = "approve") -> str:
    return f"/frontdesk/approvals/tenants.DirectoryOrder/{order.pk}/{step}/"


def once(**given: Any) -> dict[str, Any]:
    return {"submission_key": str(uuid.uuid4()), **given}


def test_the_facts_of_a_decision_are_on_one_screen(cast: Any, asked: Any, as_user: Any) -> None:
    text = text_of(as_user(cast.service_clerk))
    assert "On the board" in text and "Asked by" in text and str(cast.leasing) in text
    assert page_of(asked) in text and page_of(asked, "send_back") in text
    assert "data-key-approve" in text and "data-key-return" in text


def test_it_is_approved_with_a_comment(cast: Any, asked: Any, as_user: Any) -> None:
    client = as_user(cast.service_clerk)
    assert "autofocus" in client.get(page_of(asked)).content.decode()
    sent = once(note="同意，尽快")
    assert [client.post(page_of(asked), sent).status_code for _twice in range(2)] == [302, 302]
    asked.refresh_from_db()
    [line] = HistoryEntry.objects.filter(row_table="tenants_directoryorder", row_id=asked.pk, kind="STEP")
    assert (asked.state, line.step, line.note) == ("MADE", "approve", "同意，尽快")


def test_a_return_needs_its_reason_and_names_who_gets_it(cast: Any, asked: Any, as_user: Any) -> None:
    client = as_user(cast.service_clerk)
    shown = client.get(page_of(asked, "send_back")).content.decode()
    assert f"Goes to: customer service, {cast.leasing}" in " ".join(shown.split())
    assert client.post(page_of(asked, "send_back"), once(note=" ")).status_code == 422
    assert HistoryEntry.objects.filter(kind="STEP", row_id=asked.pk, step="send_back").count() == 0
    assert client.post(page_of(asked, "send_back"), once(note="楼层写错")).status_code == 302
    assert HistoryEntry.objects.get(kind="STEP", row_id=asked.pk, step="send_back").note == "楼层写错"


def test_what_changed_since_it_was_returned_is_shown(cast: Any, asked: Any, as_user: Any) -> None:
    client = as_user(cast.service_clerk)
    assert "Changes since last time" not in text_of(client)
    ORDER_FLOW.take(asked, "send_back", by=cast.service_clerk, at=timezone.now(), note="名称有误")
    DirectoryOrder.objects.filter(pk=asked.pk).update(name="华信集团", version=2)
    DirectoryOrder.objects.filter(pk=asked.pk).update(name="华信控股", version=3)
    text = text_of(client)
    assert "v1 → v3" in text and "<del>华信科技</del> <ins>华信控股</ins>" in text and "华信集团" not in text.split("Timeline")[0]


def test_nobody_decides_their_own_request(cast: Any, asked: Any, as_user: Any) -> None:
    asked_by(cast.service_clerk, asked)
    client = as_user(cast.service_clerk)
    text = text_of(client)
    assert "You made this request yourself" in text and f'href="{page_of(asked)}"' not in text
    refused = client.post(page_of(asked), once(note=""))
    assert (refused.status_code, "You made this request yourself" in refused.content.decode()) == (422, True)
    with pytest.raises(Refused, match="yourself"):
        ORDER_FLOW.take(asked, "approve", by=cast.service_clerk, at=timezone.now())
    assert client.get(page_of(asked, "post")).status_code == 404


def test_a_decision_is_only_for_who_may_take_and_see_it(cast: Any, asked: Any, as_user: Any) -> None:
    assert as_user(cast.outsider).get(page_of(asked)).status_code == 404
    assert as_user(cast.guard).post(page_of(asked), once(note="")).status_code == 403


def test_a_decision_that_came_too_late_says_so(cast: Any, asked: Any, as_user: Any) -> None:
    ORDER_FLOW.take(asked, "approve", by=cast.service_head, at=timezone.now())
    late = as_user(cast.service_clerk).post(page_of(asked), once(note=""))
    assert (late.status_code, "is not possible now" in late.content.decode()) == (409, True)


def test_a_decision_is_taken_back_from_the_list_of_what_is_done(cast: Any, asked: Any, as_user: Any) -> None:
    client, undo = as_user(cast.service_clerk), f"/records/tenants.DirectoryOrder/{asked.pk}/undo/"
    client.post(page_of(asked), once(note=""))
    assert undo in text_of(client, "?view=done")
    client.post(undo)
    asked.refresh_from_db()
    assert asked.state == "ORDERED"
    assert undo not in text_of(client, "?view=done")


def test_a_requester_sees_who_stands_in_for_whoever_decides(cast: Any, asked: Any, as_user: Any) -> None:
    today = timezone.localdate()
    Cover.objects.create(
        post=cast.service_head.posts.get(),
        absent=cast.service_head,
        stand_in=cast.service_clerk,
        starts_on=today,
        ends_on=date(2099, 1, 1),
        reason="休假",
        arranged_by=cast.service_head,
    )
    [ask] = approvals.sent_by(cast.leasing)
    assert ask.away == ("周岚 is away until 2099-01-01; 陈静 stands in.",)
    assert "周岚 is away until 2099-01-01" in text_of(as_user(cast.leasing), "?view=sent")


def test_safe_decisions_are_listed_first_and_each_has_its_own_result(cast: Any, tower: Any, asked: Any, as_user: Any) -> None:
    own = asked_by(cast.service_clerk, an_order(cast, tower, "1802"))
    gone, hidden = an_order(cast, tower, "1803"), 999_999
    client = as_user(cast.service_clerk)
    keys = [f"tenants.DirectoryOrder-{pk}-approve" for pk in (asked.pk, own.pk, gone.pk, hidden)]
    assert keys[0] in text_of(client)
    listed = client.get("/frontdesk/approvals/together/", {"ask": keys}).content.decode()
    assert all(order.number in listed for order in (asked, own, gone)) and "Will not be approved" in listed
    ORDER_FLOW.take(gone, "approve", by=cast.service_head, at=timezone.now())
    assert client.post("/frontdesk/approvals/together/", once(ask=keys, note="批量")).status_code == 302
    text = text_of(client)
    assert text.count("Not approved") == 2 and "You made this request yourself" in text and "is not possible now" in text
    assert [DirectoryOrder.objects.get(pk=order.pk).state for order in (asked, own, gone)] == ["MADE", "ORDERED", "MADE"]
    assert "Approved together" not in text_of(client)


def test_only_steps_marked_safe_are_taken_together(cast: Any, asked: Any, as_user: Any) -> None:
    keys = [f"tenants.DirectoryOrder-{asked.pk}-{step}" for step in ("send_back", "cancel", "none")]
    as_user(cast.service_clerk).post("/frontdesk/approvals/together/", once(ask=keys, note="x"))
    asked.refresh_from_db()
    assert (asked.state, HistoryEntry.objects.filter(row_id=asked.pk, kind="STEP").count()) == ("ORDERED", 0)
    with pytest.raises(ValueError, match="safe"):
        Flow("tests.Order", "Order", DirectoryOrder.State, replace(SEND_BACK, bulk=True))


def test_oral_consent_waits_in_a_tab_of_its_own_until_it_is_countersigned(cast: Any, tower: Any, as_user: Any, monkeypatch: Any) -> None:
    monkeypatch.setitem(signing._documents, DirectoryOrder, {"line": replace(DOCUMENT, oral=True)})
    order, given = an_order(cast, tower, "1801"), timezone.now() - timedelta(days=3)
    row = signing.oral_consent(
        order,
        "line",
        "ENGINEERING",
        by=cast.service_clerk,
        of=cast.engineer,
        given_at=given,
        due_on=timezone.localdate(given),
        note="在工地",
    )
    client = as_user(cast.engineer)
    assert approvals.waiting_for(waiting.Work(cast.engineer)) == [] and approvals.to_countersign(cast.engineering_head) == []
    text = text_of(client, "?view=countersign")
    assert "oral consent of 王强" in text and "在工地" in text and "chip-danger" in text
    assert f"/sign-offs/{row.pk}/countersign/?verdict=AGREED" in text
    assert "Changes since last time" not in text
    DirectoryOrder.objects.filter(pk=order.pk).update(name="华信控股", version=2)
    assert "<del>华信科技</del> <ins>华信控股</ins>" in text_of(client, "?view=countersign")
    assert "Counter-sign" in client.get("/").content.decode()
    assert "No oral consent" in text_of(as_user(cast.service_clerk), "?view=countersign")
    signing.countersign(row, by=cast.engineer, at=timezone.now(), agree=True)
    assert "No oral consent" in text_of(client, "?view=countersign")
