"""Papers between tenant and management, circulars to all, breaches of the rules."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from core import kinds
from core.flow import NotAllowed, Refused
from core.models import Notice
from tenants import tasks
from tenants.flow import BREACH_FLOW, CIRCULAR_FLOW, LETTER_FLOW
from tenants.models import Breach, Circular, CircularDelivery, Correspondence
from tenants.services.correspondence import draft_circular, record_delivery
from tests.conftest import Cast, a_unit
from tests.tenants.factories import TODAY, a_breach, a_circular, a_lease, a_letter, a_tenant


def sent(client: Any, url: str, **values: Any) -> Any:
    key = client.get(url).context["form"]["submission_key"].value()
    return client.post(url, {**values, "submission_key": key})


@pytest.mark.clause("M3.11.4-1", "M3.11.3-8")
@pytest.mark.parametrize("kind", ["INSTRUCTION", "REPORT", "NOTICE", "CIRCULAR", "LETTER"])
def test_a_paper_is_registered_with_a_number_and_can_be_found(cast: Cast, tower: Any, as_user: Any, kind: str) -> None:
    tenant = a_tenant(cast, tower)
    client = as_user(cast.service_clerk)
    answer = sent(
        client,
        reverse("tenants:correspondence_new"),
        tenant=f"={tenant.pk}",
        direction="IN",
        kind=kind,
        sender="华信科技",
        recipient="物业管理处",
        subject="申请加班空调",
        dated_on="2026-11-20",
        reply_due_on="2026-11-25",
    )
    letter = Correspondence.objects.get()
    assert answer.status_code == 302 and letter.number.startswith("LT-") and letter.registered_on == timezone.localdate()
    assert letter.number in client.get(reverse("tenants:correspondence_list"), {"q": "加班"}).content.decode()


@pytest.mark.clause("M3.11.4-1")
def test_a_paper_is_forwarded_the_department_is_told_and_answers(cast: Cast, tower: Any) -> None:
    letter = a_letter(cast, tower, reply_due_on=TODAY)
    with pytest.raises(NotAllowed):
        LETTER_FLOW.take(letter, "answer", by=cast.engineer, at=timezone.now(), answer="x")
    letter = LETTER_FLOW.take(letter, "forward", by=cast.service_clerk, at=timezone.now(), department="ENGINEERING")
    assert Notice.objects.filter(recipient=cast.engineer, topic="tenants.letters").count() == 1
    assert not Notice.objects.filter(recipient=cast.guard).exists()
    letter = LETTER_FLOW.take(letter, "answer", by=cast.engineer, at=timezone.now(), answer="已安排供应")
    assert (letter.state, letter.answer) == ("ANSWERED", "已安排供应")


def test_a_paper_that_wants_an_answer_is_not_closed_without_one(cast: Cast, tower: Any) -> None:
    letter = a_letter(cast, tower, reply_due_on=TODAY)
    with pytest.raises(Refused, match="expects an answer"):
        LETTER_FLOW.take(letter, "close", by=cast.service_clerk, at=timezone.now())


@pytest.mark.clause("M3.11.4-1")
def test_a_paper_to_the_tenant_is_delivered_with_a_receipt_and_not_forwarded(cast: Cast, tower: Any) -> None:
    letter = a_letter(cast, tower, direction="OUT")
    with pytest.raises(Refused, match="record its delivery"):
        LETTER_FLOW.take(letter, "forward", by=cast.service_clerk, at=timezone.now(), department="ENGINEERING")
    letter = LETTER_FLOW.take(letter, "deliver", by=cast.service_clerk, at=timezone.now(), method="BY_HAND", received_by="刘女士")
    assert (letter.state, letter.received_by) == ("DELIVERED", "刘女士")


def test_forwarding_through_the_page_asks_for_the_department(cast: Cast, tower: Any, as_user: Any) -> None:
    letter = a_letter(cast, tower)
    client, url = as_user(cast.service_clerk), reverse("tenants:correspondence_step", args=[letter.pk, "forward"])
    assert sent(client, url, department="SECURITY").status_code == 302
    letter.refresh_from_db()
    page = client.get(reverse("tenants:correspondence_detail", args=[letter.pk])).content.decode()
    assert letter.department == "SECURITY" and "Security" in page and "Forwarded" in page


@pytest.mark.parametrize(("field", "value"), [("dated_on", "2999-01-01"), ("reply_due_on", "1999-01-01"), ("subject", ""), ("tenant", "")])
def test_bad_letters_are_refused(cast: Cast, tower: Any, as_user: Any, field: str, value: str) -> None:
    values = {
        "tenant": f"={a_tenant(cast, tower).pk}", "direction": "IN", "kind": "LETTER", "sender": "a", "recipient": "b", "subject": "c",
        "dated_on": "2026-11-20", field: value,
    }  # fmt: skip
    assert sent(as_user(cast.service_clerk), reverse("tenants:correspondence_new"), **values).status_code == 422


def test_a_tenant_of_another_building_cannot_be_written_to(cast: Cast, tower: Any, as_user: Any) -> None:
    values = {
        "tenant": f"={a_tenant(cast, tower).pk}", "direction": "IN", "kind": "LETTER", "sender": "a", "recipient": "b", "subject": "c",
        "dated_on": "2026-11-20",
    }  # fmt: skip
    assert sent(as_user(cast.outsider), reverse("tenants:correspondence_new"), **values).status_code == 422


def test_due_answers_are_told_once_a_day(cast: Cast, tower: Any) -> None:
    a_letter(cast, tower, reply_due_on=TODAY - dt.timedelta(days=1))
    for _run in range(2):
        tasks.remind_of_day(TODAY.isoformat())
    assert Notice.objects.filter(recipient=cast.service_clerk, topic="tenants.letters").count() == 1


@pytest.mark.clause("M1.1-2")
def test_a_circular_on_public_rules_reaches_every_tenant_and_each_delivery_is_recorded(cast: Cast, tower: Any, as_user: Any) -> None:
    circular = a_circular(cast, tower)
    a_lease(cast, tower, tenant=a_tenant(cast, tower, name="上海北辰", code=""), code="1204", contract_number="Y2")
    a_tenant(cast, tower, name="没有租约", code="")
    circular = CIRCULAR_FLOW.take(circular, "issue", by=cast.service_head, at=timezone.now())
    copies = list(circular.deliveries.order_by("tenant__name"))
    assert len(copies) == 2
    with pytest.raises(Refused, match="2 tenants have not got their copy"):
        CIRCULAR_FLOW.take(circular, "close", by=cast.service_clerk, at=timezone.now())
    for copy in copies:
        url = reverse("tenants:circular_delivery", args=[copy.pk])
        assert sent(as_user(cast.service_clerk), url, method="BY_HAND", received_by="前台", explained="on").status_code == 302
    circular = CIRCULAR_FLOW.take(circular, "close", by=cast.service_clerk, at=timezone.now())
    assert circular.state == "CLOSED"
    assert set(CircularDelivery.objects.values_list("received_by", "explained", "delivered_by")) == {("前台", True, cast.service_clerk.pk)}


def test_a_delivery_is_recorded_once(cast: Cast, tower: Any) -> None:
    circular = CIRCULAR_FLOW.take(a_circular(cast, tower), "issue", by=cast.service_head, at=timezone.now())
    [copy] = circular.deliveries.all()
    record_delivery(copy, by=cast.service_clerk, at=timezone.now(), method="BY_HAND", received_by="甲")
    again = record_delivery(copy, by=cast.frontdesk, at=timezone.now(), method="POST", received_by="乙")
    assert (again.received_by, again.delivered_by) == ("甲", cast.service_clerk)


def test_a_circular_for_one_floor_goes_to_that_floor(cast: Cast, tower: Any) -> None:
    lease = a_lease(cast, tower)
    other = a_lease(
        cast, tower, tenant=a_tenant(cast, tower, name="上海北辰", code=""), unit=a_unit(tower, "0901", level=9), contract_number="Y2"
    )
    draft = Circular(building=tower, floor=lease.unit.floor, title="停水", body="x")
    circular = draft_circular(draft, by=cast.service_clerk, on=TODAY)
    circular = CIRCULAR_FLOW.take(circular, "issue", by=cast.service_head, at=timezone.now())
    assert [copy.tenant for copy in circular.deliveries.all()] == [lease.tenant] != [other.tenant]


def test_a_circular_to_nobody_is_not_issued(cast: Cast, tower: Any) -> None:
    circular = draft_circular(Circular(building=tower, title="停水", body="x"), by=cast.service_clerk, on=TODAY)
    with pytest.raises(Refused, match="nobody to send it to"):
        CIRCULAR_FLOW.take(circular, "issue", by=cast.service_head, at=timezone.now())


@pytest.mark.clause("M3.11.3-9")
def test_a_breach_is_reported_warned_of_and_closed(cast: Cast, tower: Any, as_user: Any) -> None:
    tenant = a_tenant(cast, tower)
    answer = sent(
        as_user(cast.guard),
        reverse("tenants:breach_new"),
        tenant=f"={tenant.pk}",
        kind="BLOCKED_PASSAGE",
        happened_at="2026-11-20T10:05",
        place="12 层走廊",
        description="堆放纸箱",
    )
    breach = Breach.objects.get()
    assert answer.status_code == 302 and breach.number.startswith("WZ-")
    assert Notice.objects.filter(recipient=cast.service_clerk, topic="tenants.breaches").exists()
    breach = BREACH_FLOW.take(breach, "warn", by=cast.guard, at=timezone.now(), measure="口头警告", warned_person="赵女士", mend_by=TODAY)
    breach = BREACH_FLOW.take(breach, "close", by=cast.service_clerk, at=timezone.now(), measure="当日已清理")
    assert (breach.state, breach.measure, breach.mend_by) == ("CLOSED", "口头警告\n当日已清理", TODAY)


def test_a_breach_in_the_future_is_refused(cast: Cast, tower: Any, as_user: Any) -> None:
    tenant = f"={a_tenant(cast, tower).pk}"
    values = {"tenant": tenant, "kind": "NOISE", "happened_at": "2099-01-01T10:00", "place": "x", "description": "x"}
    answer = sent(as_user(cast.service_clerk), reverse("tenants:breach_new"), **values)
    assert answer.status_code == 422 and "lies ahead" in answer.content.decode()


def test_a_cleaner_may_not_report_a_breach_in_the_book(cast: Cast, tower: Any, as_user: Any) -> None:
    a_breach(cast, tower)
    client = as_user(cast.cleaner)
    assert client.get(reverse("tenants:breach_new")).status_code == 403
    assert reverse("tenants:breach_new") not in client.get(reverse("tenants:breach_list")).content.decode()


@pytest.mark.parametrize("factory", [a_letter, a_circular, a_breach])
def test_a_stranger_finds_no_paper(cast: Cast, tower: Any, as_user: Any, factory: Any) -> None:
    assert as_user(cast.outsider).get(kinds.of(record := factory(cast, tower)).url(record)).status_code == 404
