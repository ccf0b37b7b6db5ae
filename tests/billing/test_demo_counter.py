"""The demo shows a day at the counter, once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from billing import demo
from billing import services as billing
from billing.models import Bill, BillRun, CashCount, Invoice, Receipt, Refund, Waiver
from staff import demo as people
from tests.billing.test_ledger import settled_at_commit
from tests.tenants.factories import a_lease, a_tenant


def test_the_demo_loads_receipts_an_invoice_and_a_count_once(db: Any, cast: Any, tower: Any) -> None:
    people.load(timezone.now())
    for number in range(6):
        tenant = a_tenant(cast, tower, name=f"北京示例公司{number}", code="")
        a_lease(cast, tower, tenant=tenant, code=f"120{number}", contract_number=f"YH-{number}", starts_on=dt.date(2025, 1, 1))
    for _turn in range(2):
        demo.load(timezone.now())
    settled_at_commit()
    assert (Receipt.objects.count(), Invoice.objects.count(), CashCount.objects.get().state) == (6, 1, "HANDED_OVER")
    assert (BillRun.objects.get().state, Bill.objects.count()) == ("ISSUED", 6)
    assert (Refund.objects.get().state, Waiver.objects.get().state) == ("REQUESTED", "WAITING")
    assert billing.contradictions() == {}
