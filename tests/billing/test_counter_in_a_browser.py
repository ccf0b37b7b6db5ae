"""The sums of the counter and of the drawer follow what is typed, in a real browser."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.test import Client
from django.urls import reverse

from tests.billing.factories import a_charge, a_deposit, a_receipt
from tests.conftest import Cast, a_building
from tests.tenants.factories import a_tenant


def signed_in(live_server: Any, new_context: Any, user: Any) -> Any:
    client, context = Client(), new_context()
    client.force_login(user, backend="staff.backends.CountedBackend")
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    return context.new_page()


def test_the_sums_follow_the_fingers(live_server: Any, new_context: Any) -> None:
    tower = a_building("A", "云汇中心 A 座")
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    tenant = a_tenant(cast, tower)
    old = a_charge(cast, tenant, "1280.50", code="WATER", due_on=dt.date(2026, 10, 8), text="2026-10 水费")
    a_charge(cast, tenant, "15128.52", code="OTHER", text="2026-11 物业管理费")
    a_deposit(cast, tenant, "2000.00", taken=False)
    page = signed_in(live_server, new_context, cast.cashier)
    page.goto(live_server.url + reverse("billing:take", args=[tenant.pk]))
    page.wait_for_selector("[data-sums][data-started]")
    page.fill("input[name=amount]", "17000")
    assert page.inner_text("[data-sum=settled]") == "¥16,409.02" and page.inner_text("[data-sum=ahead]") == "¥590.98"
    page.fill(f"input[name=charge_{old.pk}]", "1280.50")
    page.fill("input[name=given]", "17100")
    assert page.inner_text("[data-sum=settled]") == "¥1,280.50" and page.inner_text("[data-sum=change]") == "¥100.00"
    page.fill(f"input[name=charge_{old.pk}]", "17000.10")
    assert page.inner_text("[data-sum=ahead]") == "−¥0.10"
    a_receipt(cast, tenant, "350.50")
    page.goto(live_server.url + reverse("billing:count_drawer", args=[tower.pk]))
    page.wait_for_selector("[data-sums][data-started]")
    page.fill("input[name=face_100]", "3")
    page.fill("input[name=face_0_5]", "1")
    assert page.inner_text("[data-sum=counted]") == "¥300.50" and page.inner_text("[data-sum=difference]") == "−¥50.00"
