"""What customers say of paid services is listed at customer service and reaches both managers (article 5, 4)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from core import queue
from core.models import Notice
from core.notices import words
from repairs import tasks
from repairs.flow import ORDER_FLOW
from repairs.models import WorkOrder
from repairs.services import opinions
from tests.repairs.factories import an_order, at_work, sign
from tests.repairs.test_paid import a_line, accepted, fresh, pay, tick


def served(cast: Any, tower: Any, step: str, at: dt.datetime, remark: str = "") -> WorkOrder:
    """A paid service that is finished, paid and called back."""
    order = at_work(an_order(cast, tower, service="TAP"), cast)
    a_line(order, cast, "45.55", "1.5")
    sign(fresh(order), "notice", cast)
    order = accepted(order, cast)
    pay(order, cast)
    tick()
    order, said = fresh(order), {"method": "PHONE", "person": "刘洋", "remark": remark}
    order = ORDER_FLOW.take(order, step, by=cast.service_clerk, at=timezone.now(), **said)
    WorkOrder.objects.filter(pk=order.pk).update(finished_at=at)
    return fresh(order)


@pytest.mark.clause("R5a.4.a")
def test_what_was_done_when_for_how_much_is_reported_and_totalled_at_customer_service(cast: Any, tower: Any, as_user: Any) -> None:
    at = timezone.now()
    good, bad = served(cast, tower, "called_back", at, "很及时"), served(cast, tower, "called_back_not_satisfied", at, "又漏了")
    client, there = as_user(cast.service_clerk), reverse("repairs:paid_list")
    rows = {row.record.pk: row.record for row in client.get(there).context["table"].rows}
    assert [(rows[each.pk].amount, rows[each.pk].is_satisfied, rows[each.pk].remark) for each in (good, bad)] == [
        (Decimal("98.33"), True, "很及时"),
        (Decimal("98.33"), False, "又漏了"),
    ]
    assert [row.record for row in client.get(there, {"said": "bad"}).context["table"].rows] == [bad]
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    assert len(client.get(there, {"finished_at_after": tomorrow.isoformat()}).context["table"].rows) == 0
    assert "98.33" in client.get(there, {"export": "csv"}).content.decode()


@pytest.mark.clause("R5a.4.b")
def test_a_customer_who_is_not_satisfied_is_heard_of_by_both_managers_at_once(cast: Any, tower: Any) -> None:
    served(cast, tower, "called_back", timezone.now(), "很好")
    assert not Notice.objects.filter(topic="opinions").exists()
    order = served(cast, tower, "called_back_not_satisfied", timezone.now(), "又漏了")
    told = Notice.objects.filter(topic="opinions")
    assert {row.recipient for row in told} == {cast.property_manager, cast.general_manager}
    assert all("又漏了" in words(row) and order.number in words(row) for row in told)


@pytest.mark.clause("R5a.4.b")
def test_on_monday_both_managers_hear_of_the_week_before_once(cast: Any, tower: Any, neighbour: Any) -> None:
    monday = timezone.make_aware(dt.datetime(2026, 11, 23, 8, 0))
    served(cast, tower, "called_back", monday - dt.timedelta(days=3), "很好")
    served(cast, tower, "called_back", monday - dt.timedelta(hours=8, minutes=1))
    served(cast, tower, "called_back", monday - dt.timedelta(hours=1), "属于本周")
    tasks.report_opinions(monday - dt.timedelta(minutes=1))
    queue.drain(timezone.now() + dt.timedelta(seconds=1))
    assert not Notice.objects.filter(topic="opinions").exists()
    for _again in range(3):
        tasks.report_opinions(monday + dt.timedelta(days=_again))
        queue.drain(timezone.now() + dt.timedelta(seconds=1))
    told = list(Notice.objects.filter(topic="opinions"))
    assert {row.recipient for row in told} == {cast.property_manager, cast.general_manager} and len(told) == 2
    assert told[0].values | {"building": ""} == {
        "building": "", "first": "2026-11-16", "last": "2026-11-22", "n": "2", "asked": "2", "happy": "2",
    }  # fmt: skip
    assert told[0].url.endswith("?finished_at_after=2026-11-16&finished_at_before=2026-11-22")
    opinions.report(tower, dt.date(2026, 11, 16), dt.date(2026, 11, 22))
    assert Notice.objects.filter(topic="opinions").count() == 2
