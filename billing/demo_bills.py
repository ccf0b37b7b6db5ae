"""A price list, last month's bills, deposits held and asked back, and a waiver that waits: to look at."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from billing import services as billing
from billing.flow import REMINDER_FLOW, RUN_FLOW
from billing.models import Bill, BillingTerms, Charge, ChargeKind, LeaseFee, Postponement, Price, Refund, Reminder, Waiver
from billing.services import postponements, refunds, reminders, runs, waivers
from billing.tasks import continue_run
from premises.models import Building
from staff.models import User
from tenants.models import Lease, Tenant

PRICES = {
    "MANAGEMENT_FEE": "28",
    "ELECTRICITY": "1.2",
    "WATER": "9.5",
    "PARKING": "1200",
    "OVERTIME_AIR_CON": "180",
    "FITOUT_MANAGEMENT_FEE": "10",
    "WASTE_REMOVAL_FEE": "10",
    "WORKER_PASS": "10",
    "EXTINGUISHER_RENT": "30",
    "OVERTIME_SUPERVISION": "80",
    "ACCESS_CARD": "30",
    "KEY_COPY": "15",
    "REPAIR_LABOUR": "80",
}


def load(building: Building, tenants: list[Tenant], now: dt.datetime) -> None:
    """Writes the examples of a building; the caller sees to it that this happens once."""
    finance, cashier, clerk = (User.objects.get(username=name) for name in ("finance_head", "cashier", "service_clerk"))
    _prices(building, finance)
    _last_month(building, cashier, now - dt.timedelta(days=20))
    _deposits(tenants, cashier, clerk, now)
    _waiver(tenants[1], clerk, now)
    _chasing(building, tenants, clerk, now)


def _prices(building: Building, by: User) -> None:
    kinds = {kind.code: kind for kind in ChargeKind.objects.filter(code__in=PRICES)}
    starts_on = dt.date(2026, 1, 1)
    rows = [
        Price(building=building, kind=kinds[code], unit_price=Decimal(yuan), starts_on=starts_on, set_by=by)
        for code, yuan in PRICES.items()
    ]
    Price.objects.bulk_create(rows)
    account = {
        "account_name": building.management_company,
        "account_bank": "中国工商银行北京建国门支行",
        "account_number": "0200 0033 0900 0001",
    }
    BillingTerms.objects.get_or_create(building=building, defaults=account)


def _last_month(building: Building, by: User, at: dt.datetime) -> None:
    """The bills of the month of this moment, issued then."""
    month = timezone.localdate(at).replace(day=1)
    for lease in Lease.objects.in_force(month).filter(tenant__building=building).order_by("pk")[:12]:
        LeaseFee.objects.create(lease=lease, kind=ChargeKind.objects.get(code="RENT"), unit_price=Decimal(150), starts_on=lease.starts_on)
    run = runs.open_run(building, month, by=by, on=timezone.localdate(at))
    run = RUN_FLOW.take(run, "issue", by=by, at=at)
    continue_run(run.pk)
    stamp = billing.Stamp(by=by, at=at + dt.timedelta(days=9), on=timezone.localdate(at) + dt.timedelta(days=9))
    for place, bill in enumerate(Bill.objects.filter(run=run).select_related("tenant").order_by("tenant__number")):
        # The first ones are for the examples that follow; of the others one in nine has not paid.
        if place >= 8 and place % 9:
            billing.receive(bill.tenant, bill.outstanding, "TRANSFER", stamp, reference=f"ICBC {bill.number}")


def _deposits(tenants: list[Tenant], cashier: User, clerk: User, now: dt.datetime) -> None:
    stamp = billing.Stamp(by=cashier, at=now, on=timezone.localdate(now))
    for tenant, kind, amount in ((tenants[0], "LEASE", 36000), (tenants[1], "FIT_OUT", 18000), (tenants[2], "FIT_OUT", 12000)):
        deposit = billing.expect(tenant, kind, Decimal(amount), stamp)
        if tenant is not tenants[2]:
            billing.receive(tenant, Decimal(amount), "TRANSFER", stamp, deposits={deposit: Decimal(amount)}, picks={})
        if kind == "FIT_OUT" and tenant is tenants[1]:
            deposit.refresh_from_db()
            why = billing.Why("施工损坏电梯厅门框", "装修承诺书第五条")
            billing.deduct(deposit, Decimal(600), ChargeKind.objects.get(code="COMPENSATION"), stamp, why)
            deposit.refresh_from_db()
            wanted = Refund(tenant=tenant, deposit=deposit, amount=deposit.held, reason="装修验收合格，申请退还押金")
            refunds.request(wanted, by=clerk, on=stamp.on)


def _waiver(tenant: Tenant, clerk: User, now: dt.datetime) -> None:
    charge = Charge.objects.filter(tenant=tenant, outstanding__gt=800).order_by("pk").first()
    if charge:
        wanted = Waiver(charge=charge, kind="FEE", amount=Decimal(800), reason="停水两天影响营业，客户要求减免")
        waivers.ask(wanted, by=clerk, on=timezone.localdate(now))


def _chasing(building: Building, tenants: list[Tenant], clerk: User, now: dt.datetime) -> None:
    """Debts of several ages: reminders that wait, one that was sent and signed for, a promise, a later day asked for."""
    today = timezone.localdate(now)
    kind, stamp = ChargeKind.objects.get(code="PARKING"), billing.Stamp(by=clerk, at=now, on=today)
    for tenant, days in zip(tenants[2:6], (2, 9, 16, 34), strict=True):
        due_on = today - dt.timedelta(days=days)
        billing.charge(tenant, [billing.Line(kind, Decimal(1), Decimal(1200), due_on, text="车位费")], stamp)
    reminders.propose(building, today)
    signed = Reminder.objects.filter(tenant=tenants[5]).first()
    if signed:
        signed = REMINDER_FLOW.take(signed, "send", by=clerk, at=now, spoke_to="前台")
        REMINDER_FLOW.take(signed, "deliver", by=clerk, at=now, received_by="行政 周女士", delivered_on=today)
    call = reminders.by_hand(tenants[4], "CALL", by=clerk, on=today)
    said = {"result": "PROMISED", "spoke_to": "财务 林经理", "note": "集团付款周期为每月底"}
    REMINDER_FLOW.take(call, "send", by=clerk, at=now, promised=Decimal(1200), pay_by=today + dt.timedelta(days=5), **said)
    bill = Bill.objects.filter(tenant=tenants[0], outstanding__gt=0).order_by("pk").first()
    if bill:
        wanted = Postponement(bill=bill, pay_by=postponements.latest_day(bill), reason="总部付款流程调整，申请延期一次")
        postponements.ask(wanted, by=clerk, on=today)
