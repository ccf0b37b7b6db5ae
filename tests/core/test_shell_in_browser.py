"""The frame as a browser shows it: both themes, every width, by keyboard, with and without scripts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.barriers import axe
from tests.conftest import Cast, a_building


@pytest.mark.usefixtures("committed_db")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_sign_in_page_has_no_barrier(theme: Any, live_server: Any, new_context: Any) -> None:
    page = new_context(color_scheme=theme).new_page()
    page.goto(live_server.url + "/accounts/login/")
    assert page.evaluate("document.documentElement.dataset.bsTheme") == theme
    assert axe(page) == []


@pytest.fixture
def desk(committed_db: Any, live_server: Any, new_context: Any, as_user: Any) -> Any:
    """A browser page of a signed-in clerk inside the frame: the page of a wrong address, which needs no other app."""
    cast = Cast(a_building("A", "云汇中心 A 座"), a_building("B", "云汇中心 B 座"))
    cookie = as_user(cast.frontdesk).cookies["sessionid"].value
    page = new_context().new_page()
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page.goto(live_server.url + "/no/such/page/")
    return page


@pytest.mark.parametrize("width", [320, 375, 1024, 1366])
def test_no_width_needs_sideways_scrolling(width: int, desk: Any) -> None:
    desk.set_viewport_size({"width": width, "height": 700})
    # A busy machine lays the page out a moment after it was resized.
    desk.wait_for_function("document.documentElement.scrollWidth <= window.innerWidth", timeout=5000)
    assert desk.evaluate("window.innerWidth") == width


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_frame_has_no_barrier(theme: Any, desk: Any) -> None:
    desk.emulate_media(color_scheme=theme)
    desk.wait_for_function("theme => document.documentElement.dataset.bsTheme === theme", arg=theme)
    assert axe(desk) == []
    desk.set_viewport_size({"width": 375, "height": 700})
    assert axe(desk) == []


def test_a_chosen_theme_stays_on_the_next_page(desk: Any) -> None:
    desk.locator(".user-menu > summary").click()
    desk.locator("[data-theme-switch] button[value=dark]").click()
    assert desk.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    desk.reload()
    assert desk.evaluate("document.documentElement.dataset.bsTheme") == "dark"


def test_the_palette_opens_by_keyboard_and_gives_the_focus_back(desk: Any) -> None:
    desk.locator("main input[type=search]").focus()
    desk.keyboard.press("Control+k")
    assert desk.locator("#palette-input").evaluate("field => field === document.activeElement")
    desk.keyboard.press("Escape")
    assert desk.locator("main input[type=search]").evaluate("field => field === document.activeElement")


def test_single_keys_are_quiet_while_somebody_types(desk: Any) -> None:
    desk.locator("main input[type=search]").press_sequentially("v?g")
    assert desk.locator("main input[type=search]").input_value() == "v?g"
    assert not desk.locator("#keyboard").is_visible()


def test_single_keys_can_be_switched_off(desk: Any) -> None:
    desk.keyboard.press("?")
    desk.locator("input[data-single-keys]").uncheck()
    desk.keyboard.press("Escape")
    desk.keyboard.press("?")
    assert not desk.locator("#keyboard").is_visible()


def test_on_a_phone_the_menu_opens_from_the_bottom_bar(desk: Any) -> None:
    desk.set_viewport_size({"width": 375, "height": 700})
    desk.locator("#rail").wait_for(state="hidden")
    desk.locator(".bottom-bar [data-rail-open]").click()
    desk.locator("#rail").wait_for(state="visible")
    assert desk.locator("#rail :focus").count() == 1
    desk.keyboard.press("Escape")
    desk.locator("#rail").wait_for(state="hidden")


def test_without_scripts_the_menus_still_open(committed_db: Any, live_server: Any, browser: Any, as_user: Any) -> None:
    cast = Cast(a_building("A", "云汇中心 A 座"), a_building("B", "云汇中心 B 座"))
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": as_user(cast.frontdesk).cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + "/no/such/page/")
    page.locator(".user-menu > summary").click()
    assert page.locator("button[name=language][value=en]").is_visible()
    assert not page.locator("[data-theme-switch]").is_visible()
    context.close()
