"""A new category, urgency or escalation step is a row in the admin, not code."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import Notice
from repairs.models import EscalationStep, RepairCategory, Urgency
from tests.conftest import Cast
from tests.repairs.factories import a_public_order, moved
from tests.repairs.test_deadlines import LATE, made_late, tick


@pytest.fixture
def officer(cast: Cast, as_user: Any) -> Any:
    """An officer who keeps the rules."""
    user = cast.records
    user.is_superuser = True
    user.save(update_fields=["is_superuser"])
    return as_user(user)


def added(client: Any, model: str, **values: Any) -> None:
    answer = client.post(reverse(f"admin:repairs_{model}_add"), values)
    assert answer.status_code == 302, answer.content.decode()[:2000]


def test_a_category_an_urgency_and_a_rung_are_added_and_used(cast: Cast, tower: Any, officer: Any) -> None:
    minutes = {f"{turn}_minutes": 7 for turn in ("dispatch", "review", "accept", "arrive", "finish", "confirm")}
    names = {"position": 9, "is_active": "on"}
    added(officer, "urgency", code="VIP", name_en="VIP", name_zh="贵宾", **minutes, **names)
    added(officer, "repaircategory", code="CURTAINS", name_en="Curtains", name_zh="窗帘", finish_minutes=3, **names)
    added(officer, "escalationstep", minutes_late=3, audience="GENERAL_MANAGER", is_active="on")
    at = timezone.now()
    category = RepairCategory.objects.get(code="CURTAINS")
    order = a_public_order(cast, tower, service=None, category=category, urgency="VIP", at=at)
    assert (order.due_at, order.finish_by) == (at + dt.timedelta(minutes=7), at + dt.timedelta(minutes=3))
    made_late(moved(order, cast, "send_to_review"), minutes=4)
    tick()
    assert Notice.objects.filter(topic=LATE, recipient=cast.general_manager).count() == 1
    assert EscalationStep.objects.count() == 4 and Urgency.objects.filter(code="VIP").exists()


def test_what_was_used_is_switched_off_and_never_deleted(cast: Cast, tower: Any, officer: Any, as_user: Any) -> None:
    category = RepairCategory.objects.get(code="NETWORK")
    assert officer.post(reverse("admin:repairs_repaircategory_delete", args=[category.pk]), {"post": "yes"}).status_code == 403
    category.is_active = False
    category.save(update_fields=["is_active"])
    page = as_user(cast.frontdesk).get(reverse("repairs:work_order_new")).content.decode()
    assert "Telephone and network" not in page and "Power and lights" in page


def test_work_orders_are_read_in_the_admin_and_changed_nowhere_there(cast: Cast, tower: Any, officer: Any) -> None:
    order = a_public_order(cast, tower)
    page = officer.get(reverse("admin:repairs_workorder_changelist")).content.decode()
    assert order.number in page and reverse("repairs:work_order_detail", args=[order.pk]) in page
    assert officer.post(reverse("admin:repairs_workorder_change", args=[order.pk]), {"name": "x"}).status_code == 403
