"""The demo shows repairs in every place of their life, once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from billing import services as billing
from repairs import demo
from repairs.models import Booking, WorkOrder
from staff import demo as people
from tests.repairs.factories import an_area
from tests.tenants.factories import a_lease, a_tenant


def test_the_demo_loads_repairs_in_every_place_of_their_life_once(db: Any, cast: Any, tower: Any) -> None:
    people.load(timezone.now())
    an_area(tower)
    for number in range(8):
        tenant = a_tenant(cast, tower, name=f"北京示例公司{number}", code="")
        a_lease(cast, tower, tenant=tenant, code=f"120{number}", contract_number=f"YH-{number}", starts_on=dt.date(2025, 1, 1))
    for _turn in range(2):
        demo.load(timezone.now())
    states = set(WorkOrder.objects.values_list("state", flat=True))
    assert states == {
        "NEW", "REVIEW", "AWAITING_TENANT", "ASSIGNED", "ACCEPTED", "AWAITING_PARTS", "PAUSED", "TO_CONFIRM", "TO_PAY", "REFUSED",
        "CLOSED", "DECLINED", "WITHDRAWN",
    }  # fmt: skip
    assert (WorkOrder.objects.count(), Booking.objects.count()) == (24, 3)
    assert WorkOrder.objects.overdue(timezone.now()).exists() and billing.contradictions() == {}
