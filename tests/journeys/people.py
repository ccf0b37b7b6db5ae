"""Browser windows of the people of a journey, and what all of them do in one."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.conftest import Cast


class People:
    """A browser window for each person who is asked for."""

    def __init__(self, live_server: Any, new_context: Any, cast: Cast) -> None:
        self.live_server, self.new_context, self.cast = live_server, new_context, cast
        self.pages: dict[str, Any] = {}

    def at(self, name: str, path: str) -> Any:
        """The page of an address, opened by this person; `.answered` is its status."""
        if name not in self.pages:
            client, context = Client(), self.new_context()
            client.force_login(getattr(self.cast, name), backend="staff.backends.CountedBackend")
            cookie = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": self.live_server.url}])
            self.pages[name] = context.new_page()
            self.pages[name].set_default_timeout(8000)
        page = self.pages[name]
        page.answered = page.goto(self.live_server.url + path).status
        return page


def sent(page: Any) -> None:
    with page.expect_navigation():
        page.locator("#form [data-submit]").click()
    assert page.locator(".error-summary").count() == 0, page.locator(".error-summary").inner_text()


def draw(page: Any) -> None:
    """A finger on the pad."""
    page.locator("[data-signature][data-ready]").first.wait_for()
    pad = page.locator("[data-signature-canvas]").first
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(box["x"] + 30 + 15 * step, box["y"] + 30 + 6 * (step % 3))
    page.mouse.up()
