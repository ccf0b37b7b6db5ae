"""A bill run charges every lease of a month once, to the day and to the fen."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from billing import services as billing
from billing.flow import RUN_FLOW
from billing.models import Bill, BillRun, Charge, LeaseFee
from billing.services import credits, prices, runs
from billing.tasks import continue_run, finish, stamp_of
from core.flow import Refused
from premises.models import Meter, Unit
from premises.services import record_reading
from tenants.services import terminate_lease
from tests.billing.factories import TODAY, a_kind, a_price, a_receipt, a_stamp
from tests.billing.test_ledger import settled_at_commit
from tests.conftest import a_unit
from tests.tenants.factories import a_lease, a_tenant

NOVEMBER = dt.date(2026, 11, 1)


def a_run(cast: Any, building: Any, month: dt.date = NOVEMBER) -> BillRun:
    return runs.open_run(building, month, by=cast.cashier, on=TODAY)


def issued(cast: Any, building: Any, month: dt.date = NOVEMBER) -> BillRun:
    run = RUN_FLOW.take(a_run(cast, building, month), "issue", by=cast.cashier, at=timezone.now())
    continue_run(run.pk)
    settled_at_commit()
    run.refresh_from_db()
    return run


@pytest.mark.clause("M1.2.4")
def test_every_lease_is_billed_once(cast: Any, tower: Any) -> None:
    a_price(tower, "MANAGEMENT_FEE", "28.00")
    lease = a_lease(cast, tower)
    run = issued(cast, tower)
    bill = Bill.objects.get()
    assert (run.state, run.billed, run.total) == ("ISSUED", 1, Decimal("3374.00"))
    assert (bill.tenant, bill.amount, bill.outstanding) == (lease.tenant, Decimal("3374.00"), Decimal("3374.00"))
    today = timezone.localdate()
    assert bill.number == f"PN-{today:%Y%m%d}-0001"
    charge = bill.charges.get()
    assert (charge.formula, charge.unit, charge.due_on) == ("120.5 m² × 28", lease.unit, max(run.due_on, today))
    assert billing.contradictions() == {}


def test_a_second_run_finds_nothing_to_do(cast: Any, tower: Any) -> None:
    a_price(tower, "MANAGEMENT_FEE", "28.00")
    a_lease(cast, tower)
    run = issued(cast, tower)
    with pytest.raises(Refused, match="bill run already"):
        a_run(cast, tower)
    assert runs.preview(run).billed == []
    continue_run(run.pk)
    finish(run)
    assert Charge.objects.count() == 1


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "days"),
    [
        (dt.date(2026, 11, 16), dt.date(2027, 12, 31), 15),
        (dt.date(2026, 1, 1), dt.date(2026, 11, 10), 10),
        (dt.date(2026, 11, 30), dt.date(2026, 11, 30), 1),
    ],
)
def test_a_lease_inside_the_month_pays_by_the_day(cast: Any, tower: Any, starts_on: dt.date, ends_on: dt.date, days: int) -> None:
    a_price(tower, "MANAGEMENT_FEE", "28.00")
    a_lease(cast, tower, starts_on=starts_on, ends_on=ends_on)
    issued(cast, tower)
    assert Charge.objects.get().amount == (Decimal("3374.00") * days / 30).quantize(Decimal("0.01"))


def test_a_price_that_changes_inside_the_month_splits_it(cast: Any, tower: Any) -> None:
    a_price(tower, "MANAGEMENT_FEE", "28.00")
    a_price(tower, "MANAGEMENT_FEE", "30.00", dt.date(2026, 11, 21))
    a_lease(cast, tower)
    issued(cast, tower)
    amounts = list(Charge.objects.order_by("period_from").values_list("amount", "period_from", "period_to"))
    assert amounts == [
        (Decimal("2249.33"), dt.date(2026, 11, 1), dt.date(2026, 11, 20)),
        (Decimal("1205.00"), dt.date(2026, 11, 21), dt.date(2026, 11, 30)),
    ]


def test_a_merged_unit_is_split_over_its_parts_to_the_fen(cast: Any, tower: Any) -> None:
    a_price(tower, "MANAGEMENT_FEE", "0.0001")
    head = a_unit(tower, "1801", area="33.33")
    for code, area in (("1802", "33.33"), ("1803", "33.35")):
        Unit.objects.filter(pk=a_unit(tower, code, area=area).pk).update(merged_into=head)
    a_price(tower, "RENT", "9.99")
    lease = a_lease(cast, tower, unit=head)
    LeaseFee.objects.create(lease=lease, kind=a_kind("RENT"), starts_on=lease.starts_on)
    issued(cast, tower)
    rent = Charge.objects.filter(kind__code="RENT").order_by("unit__code")
    assert [row.unit.code for row in rent] == ["1801", "1802", "1803"]
    assert sum(row.amount for row in rent) == Decimal("999.10")


def test_agreed_fees_replace_the_price_list_and_rent_waits_for_the_rent_free_period(cast: Any, tower: Any) -> None:
    a_price(tower, "MANAGEMENT_FEE", "28.00")
    lease = a_lease(cast, tower, rent_free_until=dt.date(2026, 11, 15))
    LeaseFee.objects.create(lease=lease, kind=a_kind("MANAGEMENT_FEE"), unit_price=Decimal("20"), starts_on=dt.date(2026, 11, 11))
    LeaseFee.objects.create(lease=lease, kind=a_kind("RENT"), unit_price=Decimal("150"), starts_on=lease.starts_on)
    issued(cast, tower)
    assert {(row.kind.code, row.amount) for row in Charge.objects.select_related("kind")} == {
        ("MANAGEMENT_FEE", Decimal("1124.67")),
        ("MANAGEMENT_FEE", Decimal("1606.67")),
        ("RENT", Decimal("9037.50")),
    }


def test_an_excluded_tenant_is_left_out_with_the_reason(cast: Any, tower: Any) -> None:
    a_price(tower, "MANAGEMENT_FEE", "28.00")
    lease = a_lease(cast, tower)
    other = a_lease(cast, tower, tenant=a_tenant(cast, tower, name="上海云帆贸易有限公司", code=""), code="1204")
    run = a_run(cast, tower)
    runs.exclude(run, lease.tenant, "合同正在补签", by=cast.cashier)
    assert [(bill.tenant, bill.exclusion) for bill in runs.preview(run).bills if bill.exclusion] == [(lease.tenant, "合同正在补签")]
    RUN_FLOW.take(run, "issue", by=cast.cashier, at=timezone.now())
    continue_run(run.pk)
    assert [bill.tenant for bill in Bill.objects.all()] == [other.tenant]


def test_a_run_without_prices_is_refused_and_says_where_to_set_them(cast: Any, tower: Any) -> None:
    a_lease(cast, tower)
    with pytest.raises(Refused, match="no price yet for: Management fee"):
        RUN_FLOW.take(a_run(cast, tower), "issue", by=cast.cashier, at=timezone.now())


def test_a_killed_run_goes_on_where_it_stopped(cast: Any, tower: Any) -> None:
    a_price(tower, "MANAGEMENT_FEE", "28.00")
    for n in range(5):
        a_lease(cast, tower, tenant=a_tenant(cast, tower, name=f"第{n}家公司", code=""), code=f"10{n}1", contract_number=f"C{n}")
    run = RUN_FLOW.take(a_run(cast, tower), "issue", by=cast.cashier, at=timezone.now())
    assert runs.next_batch(run.pk, stamp_of(run), size=2) == 2
    finish(run)
    assert (run.state, Bill.objects.count()) == ("RUNNING", 2)
    continue_run(run.pk)
    run.refresh_from_db()
    settled_at_commit()
    assert (run.state, run.billed, Bill.objects.count()) == ("ISSUED", 5, 5)
    assert [bill.number[-4:] for bill in Bill.objects.order_by("number")] == ["0001", "0002", "0003", "0004", "0005"]
    assert billing.contradictions() == {}


def test_what_was_paid_ahead_settles_the_new_bill(cast: Any, tower: Any) -> None:
    a_price(tower, "MANAGEMENT_FEE", "28.00")
    lease = a_lease(cast, tower)
    a_receipt(cast, lease.tenant, "4000.00")
    issued(cast, tower)
    assert Bill.objects.get().standing(TODAY) == ("PAID", "S")
    assert billing.prepaid(lease.tenant) == Decimal("626.00")


def a_meter(lease: Any, number: str = "E-1203", multiplier: str = "1") -> Meter:
    return Meter.objects.create(
        building=lease.tenant.building, unit=lease.unit, kind="ELECTRICITY", number=number, multiplier=Decimal(multiplier)
    )


def read(meter: Meter, value: str, day: dt.date, cast: Any, **values: Any) -> Any:
    return record_reading(meter, Decimal(value), on=day, by=cast.engineer, confirmed=True, **values)


def test_readings_become_charges_at_the_price_of_their_day(cast: Any, tower: Any) -> None:
    a_price(tower, "MANAGEMENT_FEE", "28.00")
    a_price(tower, "ELECTRICITY", "1.20")
    lease = a_lease(cast, tower)
    meter = a_meter(lease, multiplier="40")
    read(meter, "100", dt.date(2026, 10, 20), cast, kind="BASELINE")
    read(meter, "152.6", dt.date(2026, 11, 20), cast)
    issued(cast, tower)
    charge = Charge.objects.get(kind__code="ELECTRICITY")
    assert (charge.quantity, charge.amount) == (Decimal("2104"), Decimal("2524.80"))
    assert charge.formula == "(152.6 − 100) × 40 kWh × 1.2"
    assert runs.meters.open_readings(tower.pk, TODAY).by_tenant == {}


def test_an_estimate_is_marked_and_trued_up_when_the_meter_is_read(cast: Any, tower: Any) -> None:
    a_price(tower, "MANAGEMENT_FEE", "28.00")
    a_price(tower, "ELECTRICITY", "1.00")
    lease = a_lease(cast, tower)
    meter = a_meter(lease)
    read(meter, "100", dt.date(2026, 9, 20), cast, kind="BASELINE")
    read(meter, "200", dt.date(2026, 10, 20), cast, is_estimated=True)
    issued(cast, tower, dt.date(2026, 10, 1))
    assert "(estimated)" in Charge.objects.get(kind__code="ELECTRICITY").text
    read(meter, "150", dt.date(2026, 11, 20), cast)
    issued(cast, tower, NOVEMBER)
    rows = Charge.objects.filter(kind__code="ELECTRICITY").order_by("pk")
    assert [(row.amount, row.outstanding) for row in rows] == [(Decimal("100.00"), 0), (Decimal("50.00"), Decimal("50.00"))]
    assert billing.contradictions() == {}


def test_a_reading_after_the_tenant_left_is_still_theirs_and_one_of_nobody_is_named(cast: Any, tower: Any) -> None:
    lease = a_lease(cast, tower, ends_on=dt.date(2026, 10, 31))
    meter, idle = a_meter(lease), Meter.objects.create(building=tower, unit=a_unit(tower, "0901", level=9), kind="WATER", number="W1")
    for one, values in ((meter, ("10", "20")), (idle, ("1", "2"))):
        read(one, values[0], dt.date(2026, 9, 1), cast, kind="BASELINE")
        read(one, values[1], dt.date(2026, 11, 2), cast)
    found = runs.meters.open_readings(tower.pk, TODAY)
    assert list(found.by_tenant) == [lease.tenant_id]
    assert [reason for _reading, reason in found.unclaimed] == ["Nobody rented 0901 that day."]


def test_a_credit_lowers_what_is_open_and_gives_back_what_was_paid(cast: Any, tower: Any) -> None:
    a_price(tower, "MANAGEMENT_FEE", "28.00")
    lease = a_lease(cast, tower)
    issued(cast, tower)
    charge = Charge.objects.get()
    a_receipt(cast, lease.tenant, "3000.00")
    credits.credit(charge, Decimal("1000.00"), a_stamp(cast), "提前退租")
    charge.refresh_from_db()
    assert (charge.outstanding, billing.prepaid(lease.tenant)) == (0, Decimal("626.00"))
    with pytest.raises(Refused, match="At most"):
        credits.credit(charge, Decimal("2374.01"), a_stamp(cast), "再次冲减")
    settled_at_commit()
    assert billing.contradictions() == {}


def test_a_price_cannot_begin_in_what_is_billed(cast: Any, tower: Any) -> None:
    old = a_price(tower, "MANAGEMENT_FEE", "28.00")
    a_lease(cast, tower)
    issued(cast, tower)
    for day, fits in ((dt.date(2026, 11, 30), False), (dt.date(2026, 12, 1), True)):
        price = type(old)(building=tower, kind=old.kind, unit_price=Decimal("30"), starts_on=day)
        if fits:
            prices.set_price(price, by=cast.finance_head)
        else:
            with pytest.raises(Refused, match="billed up to 2026-11-30"):
                prices.set_price(price, by=cast.finance_head)
    with pytest.raises(Refused, match="billed up to"):
        prices.strike_out(old, by=cast.finance_head, at=timezone.now())
    prices.strike_out(price, by=cast.finance_head, at=timezone.now())
    assert prices.priced(tower.pk, "MANAGEMENT_FEE", dt.date(2026, 12, 5)) == old


def test_a_lease_that_ends_early_is_billed_to_its_last_day(cast: Any, tower: Any) -> None:
    a_price(tower, "MANAGEMENT_FEE", "28.00")
    lease = a_lease(cast, tower)
    terminate_lease(lease, on=dt.date(2026, 11, 6), by=cast.leasing)
    issued(cast, tower)
    assert Charge.objects.get().amount == Decimal("674.80")
