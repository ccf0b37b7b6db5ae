"""The rail: every entry leads somewhere, and only where this person may go."""

from __future__ import annotations

from typing import Any

import pytest

from frontdesk import navigation

ITEMS = [item for group in navigation.RAIL for item in group.items]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.url)
def test_every_entry_has_its_page(item: navigation.Item) -> None:
    assert navigation.address(item.url)


def test_everybody_can_open_what_their_rail_shows(cast: Any, as_user: Any) -> None:
    for name in ("frontdesk", "general_manager", "records"):
        client = as_user(getattr(cast, name))
        closed = [url for _label, url in navigation.pages(getattr(cast, name)) if client.get(url).status_code != 200]
        assert closed == [], f"{name} is led to closed doors"


def test_the_page_shown_is_marked_and_no_other(cast: Any) -> None:
    def marked(path: str) -> list[str]:
        shown = navigation.groups(cast.frontdesk, path)
        return [item["url"] for group in shown for item in group["items"] if item["active"]]

    assert marked("/") == ["/"]
    assert marked("/frontdesk/stacking-plan/units/7/") == ["/frontdesk/stacking-plan/"]
    assert marked("/staff/covers/new/") == ["/staff/covers/"]


def test_an_entry_without_the_right_is_absent(cast: Any) -> None:
    assert "/frontdesk/call/" not in [url for _label, url in navigation.pages(cast.engineer)]
    assert "/admin/" not in [url for _label, url in navigation.pages(cast.service_head)]
    assert "/admin/" in [url for _label, url in navigation.pages(cast.records)]
