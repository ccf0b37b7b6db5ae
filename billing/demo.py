"""A day at the counter to look at: charges, receipts, an invoice, a cash count handed over."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from billing import demo_bills
from billing import services as billing
from billing.flow import COUNT_FLOW
from billing.models import ChargeKind, Invoice, Receipt
from billing.services import cash_counts, invoices
from core import history
from staff.models import User
from tenants.models import Tenant

TOWER = "A"


def load(now: dt.datetime) -> None:
    """Loads the examples once; what is there stays."""
    tenants = list(Tenant.objects.filter(building__code=TOWER, left_on=None).order_by("number")[:6])
    if len(tenants) < 6 or Receipt.objects.filter(building__code=TOWER).exists():
        return
    cashier = User.objects.get(username="cashier")
    with transaction.atomic(), history.acting(cashier):
        _counter(tenants, cashier, now)
        demo_bills.load(tenants[0].building, tenants, now)


def _counter(tenants: list[Tenant], cashier: User, now: dt.datetime) -> None:
    """Money taken yesterday and counted; more taken today."""
    yesterday = now - dt.timedelta(days=1)
    before, today = (billing.Stamp(by=cashier, at=at, on=timezone.localdate(at)) for at in (yesterday, now))
    for tenant, amount in zip(tenants, ("1280.50", "860", "320", "2400", "150", "975"), strict=True):
        _charge(tenant, Decimal(amount), before)
    billing.receive(tenants[0], Decimal("1280.50"), "TRANSFER", before, reference="ICBC 20261122-0091")
    billing.receive(tenants[1], Decimal(900), "CASH", before)
    _hand_over(tenants[0], cashier, yesterday)
    billing.receive(tenants[2], Decimal(200), "QR", today, note="余款下周支付")
    billing.receive(tenants[3], Decimal(2400), "CARD", today)
    _invoice(tenants[3], cashier, today)


def _charge(tenant: Tenant, amount: Decimal, stamp: billing.Stamp) -> None:
    line = billing.Line(
        kind=ChargeKind.objects.get(code="PAID_SERVICE"), quantity=Decimal(1), unit_price=amount, due_on=stamp.on, text="上门维修服务费"
    )
    billing.charge(tenant, [line], stamp)


def _hand_over(tenant: Tenant, cashier: User, at: dt.datetime) -> None:
    expected = cash_counts.cash_in(cash_counts.uncounted(cashier, tenant.building))
    made = cash_counts.count(tenant.building, {"100": 9}, by=cashier, at=at, on=timezone.localdate(at), seen=expected)
    COUNT_FLOW.take(made, "hand_over", by=cashier, at=at)


def _invoice(tenant: Tenant, cashier: User, stamp: billing.Stamp) -> None:
    wanted = Invoice(tenant=tenant, title=tenant.name, tax_number=tenant.credit_code, amount=Decimal(2400), email="finance@example.com")
    invoices.request(wanted, by=cashier, on=stamp.on)
