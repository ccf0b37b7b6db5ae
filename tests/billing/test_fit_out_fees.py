"""The fees of a fit-out are billed from the Fit-out Fee Schedule and paid by the tenant and by the contractor (manual 3.2.4-1.3)."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from billing import services as billing
from billing.models import Bill, Deposit, Receipt
from tests.billing.factories import a_kind, a_price
from tests.billing.test_ledger import settled_at_commit
from tests.tenants.factories import a_tenant

clause = pytest.mark.clause
CONTRACTOR = "北京精工装饰有限公司"


@clause("M3.2.4-1.3.a")
def test_customer_service_bills_by_the_schedule_and_tenant_and_contractor_pay(cast: Any, tower: Any, as_user: Any) -> None:
    for code, yuan in (("FITOUT_MANAGEMENT_FEE", "10"), ("WASTE_REMOVAL_FEE", "8")):
        a_price(tower, code, yuan)
    tenant, due = a_tenant(cast, tower), (timezone.localdate() + dt.timedelta(days=7)).isoformat()
    service, cashier = as_user(cast.service_head), as_user(cast.cashier)
    for code in ("FITOUT_MANAGEMENT_FEE", "WASTE_REMOVAL_FEE"):
        typed = {"tenant": f"={tenant.pk}", "kind": a_kind(code).pk, "quantity": "260", "due_on": due, "submission_key": uuid.uuid4()}
        assert service.post(reverse("billing:bill_new"), typed).status_code == 302
    # By the schedule: 260 m² at 10.00 and at 8.00.
    assert sorted(Bill.objects.values_list("amount", flat=True)) == [Decimal("2080.00"), Decimal("2600.00")]
    asked = {"tenant": f"={tenant.pk}", "kind": "FIT_OUT", "amount": "18000", "payer": CONTRACTOR, "due_on": due}
    assert service.post(reverse("billing:deposit_new"), {**asked, "submission_key": uuid.uuid4()}).status_code == 302
    deposit, take = Deposit.objects.get(), reverse("billing:take", args=[tenant.pk])
    fees = {"amount": "4680", "method": "TRANSFER", "submission_key": uuid.uuid4()}
    assert cashier.post(take, fees).status_code == 302
    kept = {"amount": "18000", "method": "TRANSFER", "payer": CONTRACTOR, f"deposit_{deposit.pk}": "18000", "submission_key": uuid.uuid4()}
    assert cashier.post(take, kept).status_code == 302
    assert list(Receipt.objects.order_by("pk").values_list("payer", "amount")) == [
        (tenant.name, Decimal("4680.00")), (CONTRACTOR, Decimal("18000.00")),
    ]  # fmt: skip
    deposit.refresh_from_db()
    assert (deposit.held, deposit.payer, billing.owed(tenant)) == (Decimal("18000.00"), CONTRACTOR, 0)
    settled_at_commit()
    assert billing.contradictions() == {}
