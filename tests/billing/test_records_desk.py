"""Records officers read the money in the admin and change nothing of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from tests.billing.factories import a_bill, a_deposit, a_price, a_receipt, a_refund, a_waiver
from tests.tenants.factories import a_tenant

MODELS = ("bill", "receipt", "deposit", "refund", "waiver", "charge", "entry", "price", "chargekind")


@pytest.mark.parametrize("name", MODELS)
def test_the_money_is_read_and_never_written_in_the_admin(name: str, cast: Any, tower: Any, as_user: Any) -> None:
    tenant = a_tenant(cast, tower)
    bill = a_bill(cast, tenant)
    a_waiver(cast, bill.charges.get(), "5.00")
    a_refund(cast, a_deposit(cast, tenant))
    a_receipt(cast, tenant)
    a_price(tower, "WATER", "5")
    client = as_user(cast.records)
    rows = client.get(reverse(f"admin:billing_{name}_changelist"))
    assert rows.status_code == 200
    row = rows.context["cl"].queryset.first()
    page = client.get(reverse(f"admin:billing_{name}_change", args=[row.pk]))
    assert page.status_code == 200 and 'name="_save"' not in page.content.decode()
    assert client.get(reverse(f"admin:billing_{name}_add")).status_code == 403
    assert client.post(reverse(f"admin:billing_{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    assert client.get(reverse(f"admin:billing_{name}_changelist"), {"q": "华信"}).status_code == 200
    assert as_user(cast.frontdesk).get(reverse(f"admin:billing_{name}_changelist")).status_code in {302, 403}
