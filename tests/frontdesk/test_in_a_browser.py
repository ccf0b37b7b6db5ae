"""The stacking plan and the approvals inbox by keyboard, and the way in, in a real browser."""

from __future__ import annotations

import datetime as dt
import io
from itertools import combinations
from typing import Any

import segno
from django.db import transaction
from django.utils import timezone

from premises.models import Unit
from premises.services import label_place
from staff import demo
from tenants.flow import ORDER_FLOW
from tenants.models import DirectoryOrder
from tests.billing.factories import a_charge
from tests.complaints.factories import a_complaint
from tests.conftest import Cast, a_building, a_unit
from tests.frontdesk.lives import an_order
from tests.frontdesk.test_approvals import APPROVE, SEND_BACK
from tests.tenants.factories import a_lease


def signed_in(live_server: Any, new_context: Any) -> Any:
    page = new_context().new_page()
    page.goto(f"{live_server.url}/login/")
    page.fill("input[name=login]", "frontdesk")
    page.fill("input[name=password]", demo.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/")
    return page


def test_the_plan_is_walked_and_filtered_by_keyboard(live_server: Any, new_context: Any) -> None:
    tower = a_building("A", "云汇中心 A 座")
    for code, level in (("1801", 18), ("1802", 18), ("1701", 17)):
        a_unit(tower, code, level=level)
    Unit.objects.filter(code="1701").update(state="OCCUPIED")
    demo.load(timezone.now())
    page = signed_in(live_server, new_context)
    page.goto(f"{live_server.url}/frontdesk/stacking-plan/")
    page.wait_for_selector("[data-stacking][data-started]")
    page.locator("[data-cell]").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.textContent").startswith("1802")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("#unit-panel h2")
    assert "1701" in page.inner_text("#unit-panel")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent").startswith("1701")
    page.click("[data-state=VACANT]")
    assert page.locator(".stacking-cell.is-dim").count() == 2


def test_code_state_and_flags_of_a_narrow_unit_do_not_overlap(live_server: Any, new_context: Any, as_user: Any) -> None:
    cast = Cast(a_building("A", "云汇中心 A 座"), a_building("B", "云汇中心 B 座"))
    with transaction.atomic():
        units = [a_unit(cast.home, f"18{number:02}") for number in range(1, 13)]
        lease = a_lease(cast, cast.home, unit=units[0])
        a_charge(cast, lease.tenant, due_on=timezone.localdate() - dt.timedelta(days=9))
        a_complaint(cast, cast.home, tenant=lease.tenant, unit=units[0])
    page = new_context().new_page()
    cookie = as_user(cast.service_head).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    for media, width in (("screen", 1366), ("screen", 760), ("print", 1000)):
        page.emulate_media(media=media)
        page.set_viewport_size({"width": width, "height": 768})
        page.goto(f"{live_server.url}/frontdesk/stacking-plan/")
        cell = page.locator("[data-cell]").first
        assert cell.locator(".stacking-flags").inner_text() == "$!"
        assert overlaps(cell, ("code", "mark", "flags")) == []
        assert cell.locator(".stacking-code").evaluate("each => each.scrollWidth <= each.clientWidth")


def overlaps(cell: Any, parts: tuple[str, ...]) -> list[tuple[str, str]]:
    """The pairs of a unit's parts of which one stands on the other."""
    boxes = {part: cell.locator(f".stacking-{part}").bounding_box() for part in parts}
    return [(one, other) for one, other in combinations(parts, 2) if _meet(boxes[one], boxes[other])]


def _meet(one: dict[str, float], other: dict[str, float]) -> bool:
    across = one["x"] < other["x"] + other["width"] and other["x"] < one["x"] + one["width"]
    down = one["y"] < other["y"] + other["height"] and other["y"] < one["y"] + one["height"]
    return across and down


def test_a_decision_is_opened_by_a_key_and_committed_from_the_opinion(live_server: Any, new_context: Any, monkeypatch: Any) -> None:
    for step in (APPROVE, SEND_BACK):
        monkeypatch.setitem(ORDER_FLOW.steps, step.name, step)
    tower = a_building("A", "云汇中心 A 座")
    demo.load(timezone.now())
    with transaction.atomic():
        first, second = (an_order(None, tower, unit) for unit in ("1801", "1802"))
    page = signed_in(live_server, new_context)
    page.goto(f"{live_server.url}/frontdesk/approvals/")
    page.wait_for_selector("[data-list][data-started]")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/approvals/?view=mine&show=*")
    assert first.number in page.inner_text("#decision")
    page.keyboard.press("a")
    page.wait_for_selector("textarea[name=note]:focus")
    page.keyboard.type("a r j: 同意")
    assert page.input_value("textarea[name=note]") == "a r j: 同意"
    assert DirectoryOrder.objects.filter(state="MADE").count() == 0
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/frontdesk/approvals/")
    assert [DirectoryOrder.objects.get(pk=order.pk).state for order in (first, second)] == ["MADE", "ORDERED"]
    page.keyboard.press("r")
    page.wait_for_selector("textarea[name=note]:focus")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".error-summary, [data-error-summary], .invalid-feedback")
    assert DirectoryOrder.objects.get(pk=second.pk).state == "ORDERED"


def test_a_label_is_scanned_into_the_box_where_a_code_is_typed(live_server: Any, new_context: Any) -> None:
    tower = a_building("A", "云汇中心 A 座")
    place = label_place(a_unit(tower, "1803"))
    demo.load(timezone.now())
    out = io.BytesIO()
    segno.make(f"https://steward.example/p/{place.code}/", error="m").save(out, kind="png", scale=8)
    page = signed_in(live_server, new_context)
    page.goto(f"{live_server.url}/frontdesk/scan/")
    page.click("[data-scan-open]")
    # No camera answers here, so a photo of the label is asked for.
    page.wait_for_selector("[data-scanner-photo]:not([hidden])")
    assert "没有可用的相机" in page.inner_text("[data-scanner-error]")
    page.set_input_files("[data-scanner-photo] input", {"name": "label.png", "mimeType": "image/png", "buffer": out.getvalue()})
    page.wait_for_url(f"{live_server.url}/premises/places/{place.pk}/")
