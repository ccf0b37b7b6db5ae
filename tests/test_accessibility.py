"""Every page pattern of the product, in both themes, at desk and phone width: no barrier that axe finds."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import TimeoutError

from tests.conftest import Cast, a_building
from tests.core.test_shell_in_browser import axe
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


def test_no_pattern_has_a_barrier(committed_db: Any, live_server: Any, new_context: Any, as_user: Any) -> None:
    cast = Cast(a_building("A", "云汇中心 A 座"), a_building("B", "云汇中心 B 座"))
    building = cast.home
    move_in = moving.a_move_in(cast, building, moving.S.TO_SIGN)
    cookie = as_user(cast.service_clerk).cookies["sessionid"].value
    page = new_context(reduced_motion="reduce").new_page()
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    found = {}
    for pattern in PATTERNS:
        page.goto(live_server.url + address(pattern, move_in))
        for theme, width in (("light", 1366), ("dark", 375)):
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size({"width": width, "height": 768})
            page.wait_for_function("theme => document.documentElement.dataset.bsTheme === theme", arg=theme)
            # What is looked at is what was painted in the new theme and width.
            page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))")
            if faults := axe(page):
                found[f"{pattern} {theme} {width}"] = faults
            try:
                page.wait_for_function("document.documentElement.scrollWidth <= window.innerWidth", timeout=5000)
            except TimeoutError:
                found[f"{pattern} {width} wide"] = ["needs sideways scrolling"]
    assert found == {}


pytestmark = pytest.mark.usefixtures("committed_db")
