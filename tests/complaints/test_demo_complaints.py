"""The demo shows complaints in every place of their life, once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from complaints import demo
from complaints.models import Compensation, Complaint, Measure
from staff import demo as people
from tests.tenants.factories import a_lease, a_tenant


def test_the_demo_loads_complaints_in_every_place_of_their_life_once(db: Any, cast: Any, tower: Any) -> None:
    people.load(timezone.now())
    for number in range(8):
        tenant = a_tenant(cast, tower, name=f"北京示例公司{number}", code="")
        a_lease(cast, tower, tenant=tenant, code=f"120{number}", contract_number=f"YH-{number}", starts_on=dt.date(2025, 1, 1))
    for _turn in range(2):
        demo.load(timezone.now())
    states = sorted(Complaint.objects.values_list("state", flat=True))
    assert states == [
        "ARCHIVED", "ARCHIVED", "ARCHIVED", "ARCHIVED", "ASSIGNED", "ASSIGNED", "LOGGED", "SATISFIED", "TO_CALL_BACK", "VERIFYING",
    ]  # fmt: skip
    assert (Measure.objects.count(), Compensation.objects.get().state) == (3, "APPROVED")
    assert Complaint.objects.overdue(timezone.now()).exists()
