"""The stacking plan by keyboard, and the way in, in a real browser."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from premises.models import Unit
from staff import demo
from tests.conftest import a_building, a_unit


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
