"""Every page pattern of the product, in both themes, at desk and phone width: no barrier that axe finds."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from tests.barriers import barriers
from tests.conftest import Cast, a_building
from tests.tenants import moving

PATTERNS = ["desk", "list", "record", "form", "wizard", "sign", "plan", "tenant"]
PATTERNS += ["file", "search", "notices", "approvals", "import", "keys"]


def address(pattern: str, move_in: Any) -> str:
    """Where the pattern is to be seen, with a record on it."""
    return {
        "desk": "/",
        "list": reverse("tenants:move_in_list"),
        "record": reverse("tenants:move_in_detail", args=[move_in.pk]),
        "form": reverse("tenants:tenant_new"),
        "wizard": reverse("tenants:handover", args=[move_in.pk, "papers"]),
        "sign": reverse("tenants:handover", args=[move_in.pk, "sign"]),
        "plan": reverse("frontdesk:stacking_plan"),
        "tenant": reverse("tenants:tenant_detail", args=[move_in.tenant_id]),
        "file": reverse("tenants:tenant_tab", args=[move_in.tenant_id, "file"]),
        "search": reverse("core:search") + "?q=北辰",
        "notices": reverse("core:notices"),
        "approvals": reverse("frontdesk:approvals"),
        "import": reverse("tenants:import"),
        "keys": reverse("premises:key_list"),
    }[pattern]


def test_no_pattern_has_a_barrier(committed_db: Any, live_server: Any, new_context: Any, as_user: Any, everywhere: bool) -> None:
    cast = Cast(a_building("A", "云汇中心 A 座"), a_building("B", "云汇中心 B 座"))
    building = cast.home
    move_in = moving.a_move_in(cast, building, moving.S.TO_SIGN)
    cookie = as_user(cast.service_clerk).cookies["sessionid"].value
    page = new_context(reduced_motion="reduce").new_page()
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    found = {pattern: barriers(page, live_server.url + address(pattern, move_in), everywhere=everywhere) for pattern in PATTERNS}
    assert {pattern: faults for pattern, faults in found.items() if faults} == {}


pytestmark = pytest.mark.usefixtures("committed_db")
