"""The bar of bulk actions, with scripts and without."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Cast, a_building
from tests.tenants.moving import S, a_defect, a_move_in

DEFECTS = "/tenants/defects/"


@pytest.fixture
def cookie(committed_db: Any, live_server: Any, as_user: Any) -> dict[str, str]:
    """A clerk's session, with three defects to hand over."""
    cast = Cast(a_building("A", "云汇中心 A 座"), a_building("B", "云汇中心 B 座"))
    move_in = a_move_in(cast, cast.home, S.IN_HANDOVER)
    for _place in range(3):
        a_defect(move_in, cast)
    return {"name": "sessionid", "value": as_user(cast.service_clerk).cookies["sessionid"].value, "url": live_server.url}


def states() -> list[str]:
    from tenants.models import Defect

    return list(Defect.objects.order_by("pk").values_list("state", flat=True))


def test_the_bar_comes_with_the_selection_and_all_is_a_second_step(cookie: Any, live_server: Any, new_context: Any) -> None:
    page = new_context().new_page()
    page.context.add_cookies([cookie])
    page.goto(live_server.url + DEFECTS)
    page.wait_for_selector("[data-list][data-started]")
    bar = page.locator("[data-bulk-bar]")
    assert not bar.is_visible()
    page.locator("[data-select]").first.check()
    assert bar.is_visible()
    page.click("[data-bulk-all]")
    assert page.locator("[data-select]:checked").count() == 3
    assert page.locator("[data-bulk-all-value]").is_checked()
    page.locator("[data-select]").first.uncheck()
    assert not page.locator("[data-bulk-all-value]").is_checked()
    page.click("[data-bulk-bar] button[value=hand_over]")
    page.wait_for_selector(".note-text >> text=完成 2 项")
    assert sorted(states()) == ["HANDED_OVER", "HANDED_OVER", "OPEN"]
    page.click(".note [data-undo]")
    page.wait_for_selector("#job >> text=完成 2 项")
    assert states() == ["OPEN"] * 3


def test_without_scripts_the_bar_is_always_there(cookie: Any, live_server: Any, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    context.add_cookies([cookie])
    page.goto(live_server.url + DEFECTS)
    page.locator("[data-bulk-bar] input[name=all_matching]").check()
    page.click("[data-bulk-bar] button[value=hand_over]")
    assert "3 done, 0 skipped." in page.inner_text("[data-toasts]")
    assert states() == ["HANDED_OVER"] * 3
    context.close()
