"""A tenant's year, replayed from a workbook, gives the statement that was worked out by hand, to the fen."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from billing import services as billing
from billing.flow import RECEIPT_FLOW, REFUND_FLOW, RUN_FLOW, WAIVER_FLOW
from billing.models import Charge, ChargeKind, Deposit, Price, Receipt, Refund, Waiver
from billing.services import accounts, prices, refunds, runs, waivers
from billing.tasks import stamp_of
from core.clock import ZONE
from premises.models import Meter
from premises.services import record_reading
from tests.billing.test_ledger import settled_at_commit
from tests.conftest import a_unit
from tests.tenants.factories import a_lease, a_tenant

WORKBOOK = Path(__file__).resolve().parents[2] / "docs" / "samples" / "one-tenant-year.xlsx"


def rows(sheet: str) -> list[tuple[Any, ...]]:
    return list(load_workbook(WORKBOOK, read_only=True)[sheet].iter_rows(min_row=2, values_only=True))


class Year:
    """Does what the workbook says, each event on its day."""

    def __init__(self, cast: Any, tower: Any) -> None:
        self.cast, self.tower = cast, tower
        self.tenant = a_tenant(cast, tower)
        unit = a_unit(tower, "1201", level=12, area="120.50")
        a_lease(cast, tower, tenant=self.tenant, unit=unit, starts_on=dt.date(2026, 1, 16), ends_on=dt.date(2027, 12, 31))
        kinds = ("ELECTRICITY", "WATER", "GAS")
        self.meters = {kind: Meter.objects.create(building=tower, unit=unit, kind=kind, number=f"{kind}-1201") for kind in kinds}

    def at(self, on: dt.date) -> dt.datetime:
        return dt.datetime(on.year, on.month, on.day, 12, tzinfo=ZONE)

    def stamp(self, on: dt.date) -> billing.Stamp:
        return billing.Stamp(by=self.cast.cashier, at=self.at(on), on=on)

    def price(self, on: dt.date, code: str, yuan: Decimal) -> None:
        kind = ChargeKind.objects.get(code=code)
        prices.set_price(Price(building=self.tower, kind=kind, unit_price=yuan, starts_on=on), by=self.cast.finance_head)

    def baseline(self, on: dt.date, kind: str, value: Decimal) -> None:
        record_reading(self.meters[kind], value, on=on, by=self.cast.engineer, kind="BASELINE")

    def reading(self, on: dt.date, kind: str, value: Decimal) -> None:
        record_reading(self.meters[kind], value, on=on, by=self.cast.engineer, confirmed=True)

    def bill_run(self, on: dt.date, month: str, _amount: Any) -> None:
        run = runs.open_run(self.tower, dt.date.fromisoformat(f"{month}-01"), by=self.cast.cashier, on=on)
        run = RUN_FLOW.take(run, "issue", by=self.cast.cashier, at=self.at(on))
        while runs.next_batch(run.pk, stamp_of(run)):
            pass

    def receive(self, on: dt.date, method: str, amount: Decimal) -> None:
        billing.receive(self.tenant, amount, method, self.stamp(on))

    def void_last(self, on: dt.date, _what: str, _amount: Any) -> None:
        RECEIPT_FLOW.take(Receipt.objects.order_by("pk").last(), "void", by=self.cast.cashier, at=self.at(on), note="金额录错")

    def waive(self, on: dt.date, code: str, amount: Decimal) -> None:
        charge = Charge.objects.filter(kind__code=code, outstanding__gt=0).order_by("-due_on", "-pk").first()
        waiver = waivers.ask(Waiver(charge=charge, kind="FEE", amount=amount, reason="停水"), by=self.cast.service_head, on=on)
        assert not waivers.may_sign(self.cast.service_head, waiver)
        WAIVER_FLOW.take(waiver, "approve", by=self.cast.property_manager, at=self.at(on))

    def deposit(self, on: dt.date, kind: str, amount: Decimal) -> None:
        deposit = billing.expect(self.tenant, kind, amount, self.stamp(on))
        billing.receive(self.tenant, amount, "TRANSFER", self.stamp(on), deposits={deposit: amount}, picks={})

    def deduct(self, on: dt.date, kind: str, amount: Decimal) -> None:
        compensation = ChargeKind.objects.get(code="COMPENSATION")
        billing.deduct(Deposit.objects.get(kind=kind), amount, compensation, self.stamp(on), billing.Why("损坏门框", "租约第十二条"))

    def refund(self, on: dt.date, kind: str, amount: Decimal) -> None:
        wanted = Refund(tenant=self.tenant, deposit=Deposit.objects.get(kind=kind), amount=amount, reason="退租")
        refund = refunds.request(wanted, by=self.cast.service_head, on=on)
        REFUND_FLOW.take(refund, "approve", by=self.cast.finance_head, at=self.at(on))
        REFUND_FLOW.take(refund, "pay", by=self.cast.cashier, at=self.at(on))


def test_the_year_gives_the_statement_worked_out_by_hand(cast: Any, tower: Any) -> None:
    year = Year(cast, tower)
    for day, event, what, amount in rows("events"):
        getattr(year, event)(day.date(), what, Decimal(str(amount)) if amount not in (None, "") else None)
        settled_at_commit()
    found = accounts.statement(year.tenant, dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    told = [(line.entry.booked_on, line.entry.kind, line.charged, line.settled, line.balance) for line in found.lines]
    by_hand = [(day.date(), kind, *(Decimal(str(figure)) for figure in figures)) for day, kind, *figures, _how in rows("statement")]
    assert told == by_hand
    assert (found.closing, billing.owed(year.tenant), billing.prepaid(year.tenant)) == (0, 0, 0)
    deposit = Deposit.objects.get()
    assert (deposit.held, deposit.standing[0]) == (0, "SETTLED")
    assert billing.contradictions() == {}
