"""The demo shows fit-outs in every place of their life, and contractors good and bad, once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from billing import services as billing
from fitout import access, demo
from fitout.models import Contractor, Fitout
from premises.models import Unit
from staff import demo as people
from tests.conftest import a_unit
from tests.fitout.factories import some_prices
from tests.tenants.factories import a_lease, a_tenant

STATES = ["FIT_OUT", "FIT_OUT", "FIT_OUT", *["OCCUPIED"] * 10]


def test_the_demo_loads_fit_outs_in_every_place_of_their_life_once(cast: Any, tower: Any) -> None:
    people.load(timezone.now())
    some_prices(tower, cast.finance_head)
    for number, state in enumerate(STATES):
        tenant = a_tenant(cast, tower, name=f"北京示例公司{number}", code="")
        unit = a_unit(tower, f"18{number:02}", area="260.00" if number == 6 else "120.50")
        a_lease(cast, tower, tenant=tenant, unit=unit, contract_number=f"YH-{number}", starts_on=dt.date(2025, 1, 1))
        Unit.objects.filter(pk=unit.pk).update(state=state)
    for _turn in range(2):
        demo.load(timezone.now())
    assert sorted(Fitout.objects.values_list("state", flat=True)) == sorted(
        ["REFUNDED", "ON_SITE", "STOPPED", "TO_INSPECT", "PERMITTED", "TO_ISSUE", "AWAITING_FIRE", "AWAITING_FEES", "REWORK_NEEDED",
         "DRAWING_REVIEW", "DRAFT"]
    )  # fmt: skip
    assert access.needs_fire_receipt(Fitout.objects.get(state="AWAITING_FIRE"))
    today, soon = timezone.localdate(), access.soon(cast.service_clerk)
    standings = {row.standing(today, soon) for row in Contractor.objects.select_related("grade")}
    assert standings == {"VALID", "EXPIRING", "EXPIRED", "NOT_ACCEPTED", "BARRED"}
    assert billing.contradictions() == {}
