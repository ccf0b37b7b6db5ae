"""Leases: no two share a day on a unit, whoever enters them and how fast."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from core.flow import Refused
from tenants.models import Lease
from tenants.services import add_lease, terminate_lease, void_lease
from tests.conftest import Cast, a_unit
from tests.tenants.factories import a_lease, a_tenant


def draft(tenant: Any, unit: Any, contract: str, start: dt.date, end: dt.date) -> Lease:
    return Lease(tenant=tenant, unit=unit, contract_number=contract, starts_on=start, ends_on=end)


@pytest.mark.clause("M1.1-4.F3")
def test_an_overlapping_lease_is_refused_by_name(cast: Cast, tower: Any) -> None:
    first = a_lease(cast, tower)
    other = a_tenant(cast, tower, name="上海北辰贸易有限公司", code="91350100M000100Y43")
    with pytest.raises(Refused) as refusal:
        add_lease(draft(other, first.unit, "YH-2", dt.date(2027, 12, 31), dt.date(2029, 1, 1)), by=cast.leasing)
    assert str(refusal.value) == "Unit 1203 is let to 华信科技 from 2026-01-01 to 2027-12-31 (contract YH-2026-0001)."


def test_the_day_after_a_lease_is_free(cast: Cast, tower: Any) -> None:
    first = a_lease(cast, tower)
    add_lease(draft(first.tenant, first.unit, "YH-2", dt.date(2028, 1, 1), dt.date(2029, 1, 1)), by=cast.leasing)
    assert first.unit.leases.count() == 2


def test_a_lease_that_ended_early_or_was_voided_frees_the_unit(cast: Cast, tower: Any) -> None:
    first = a_lease(cast, tower)
    terminate_lease(first, on=dt.date(2026, 6, 30), by=cast.leasing, reason="提前退租")
    second = add_lease(draft(first.tenant, first.unit, "YH-2", dt.date(2026, 7, 1), dt.date(2027, 1, 1)), by=cast.leasing)
    void_lease(second, reason="录入错误", by=cast.leasing)
    add_lease(draft(first.tenant, first.unit, "YH-3", dt.date(2026, 7, 1), dt.date(2027, 1, 1)), by=cast.leasing)
    assert Lease.objects.standing().count() == 2


def test_the_database_itself_refuses_an_overlap(cast: Cast, tower: Any) -> None:
    first = a_lease(cast, tower)
    with pytest.raises(IntegrityError, match="lease_no_overlap"), transaction.atomic():
        draft(first.tenant, first.unit, "YH-2", dt.date(2027, 1, 1), dt.date(2027, 2, 1)).save()


@pytest.mark.parametrize("end", [dt.date(2025, 12, 31), dt.date(2028, 1, 1)])
def test_an_early_end_lies_within_the_lease(cast: Cast, tower: Any, end: dt.date) -> None:
    with pytest.raises(Refused, match="within"):
        terminate_lease(a_lease(cast, tower), on=end, by=cast.leasing)


def test_voiding_needs_a_reason(cast: Cast, tower: Any) -> None:
    with pytest.raises(Refused, match="reason"):
        void_lease(a_lease(cast, tower), reason="  ", by=cast.leasing)


def test_a_unit_of_another_building_is_refused(cast: Cast, tower: Any, neighbour: Any) -> None:
    with pytest.raises(Refused, match="another building"):
        a_lease(cast, tower, unit=a_unit(neighbour, "0101", level=1))


def test_ten_people_let_one_unit_at_once_and_one_wins(committed_db: None, cast: Cast, tower: Any) -> None:
    tenant, unit = a_tenant(cast, tower), a_unit(tower, "1203", level=12)

    def let(number: int) -> bool:
        try:
            add_lease(draft(tenant, unit, f"YH-{number}", dt.date(2026, 1, 1), dt.date(2026, 12, 31)), by=cast.leasing)
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(10) as pool:
        won = list(pool.map(let, range(10)))
    assert (won.count(True), Lease.objects.count()) == (1, 1)


def test_the_form_names_the_lease_in_the_way_and_keeps_what_was_typed(cast: Cast, tower: Any, as_user: Any) -> None:
    first = a_lease(cast, tower)
    url = reverse("tenants:lease_new", args=[first.tenant_id])
    answer = as_user(cast.leasing).post(
        url, {"unit": "1203", "contract_number": "YH-2026-0099", "starts_on": "2026-05-01", "ends_on": "2026-09-01"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "contract YH-2026-0001" in page and "YH-2026-0099" in page


def test_leasing_may_let_and_a_guard_may_not(cast: Cast, tower: Any, as_user: Any) -> None:
    url = reverse("tenants:lease_new", args=[a_tenant(cast, tower).pk])
    assert as_user(cast.leasing).get(url).status_code == 200
    assert as_user(cast.guard).get(url).status_code == 403
    assert as_user(cast.outsider).get(url).status_code == 404
