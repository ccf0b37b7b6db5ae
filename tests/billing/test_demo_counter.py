"""The demo shows a day at the counter, once."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from billing import demo
from billing import services as billing
from billing.models import CashCount, Invoice, Receipt
from staff import demo as people
from tests.billing.test_ledger import settled_at_commit
from tests.tenants.factories import a_tenant


def test_the_demo_loads_receipts_an_invoice_and_a_count_once(db: Any, cast: Any, tower: Any) -> None:
    people.load(timezone.now())
    for number in range(6):
        a_tenant(cast, tower, name=f"北京示例公司{number}", code="")
    for _turn in range(2):
        demo.load(timezone.now())
    settled_at_commit()
    assert (Receipt.objects.count(), Invoice.objects.count(), CashCount.objects.get().state) == (4, 1, "HANDED_OVER")
    assert billing.contradictions() == {}
