"""New rows announce themselves behind “3 new, show”; the list itself never moves under the reader's hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import Cast, a_unit

SignIn = Callable[[Any], Client]
UNITS = "/premises/units/"


def ask(client: Client, address: str = UNITS) -> str:
    """The address at which a list asks for news."""
    return client.get(address).context["news"][0]


def test_rows_that_came_since_are_counted_and_linked(cast: Cast, tower: Any, as_user: SignIn) -> None:
    a_unit(tower, "1801")
    client = as_user(cast.service_clerk)
    url = ask(client)
    assert client.get(url).status_code == 204
    for code in ("1802", "1803", "1804"):
        a_unit(tower, code)
    body = client.get(url).content.decode()
    assert f'<a href="{UNITS}">3 new, show</a>' in body
    assert "<table" not in body


def test_what_was_announced_is_not_announced_again(cast: Cast, tower: Any, as_user: SignIn) -> None:
    client = as_user(cast.service_clerk)
    url = ask(client)
    a_unit(tower, "1801")
    assert client.get(url, headers={"HX-Request": "true"}).status_code == 200
    assert client.get(f"{url}&seen=1").status_code == 204
    a_unit(tower, "1802")
    assert "2 new" in client.get(f"{url}&seen=1").content.decode()


def test_only_what_matches_the_filter_is_new_here(cast: Cast, tower: Any, as_user: SignIn) -> None:
    client = as_user(cast.service_clerk)
    vacant, other = ask(client, f"{UNITS}?state=VACANT&sort=-code"), ask(client, f"{UNITS}?state=OCCUPIED")
    a_unit(tower, "1801")
    assert f'<a href="{UNITS}?state=VACANT&amp;sort=-code">' in client.get(vacant).content.decode()
    assert client.get(other).status_code == 204


def test_rows_of_another_building_are_news_to_nobody_here(cast: Cast, neighbour: Any, as_user: SignIn) -> None:
    client = as_user(cast.service_clerk)
    url = ask(client)
    a_unit(neighbour, "0101")
    assert client.get(url).status_code == 204


def test_it_costs_one_query_more_than_knowing_the_reader(cast: Cast, tower: Any, as_user: SignIn) -> None:
    client = as_user(cast.service_clerk)
    url = ask(client)
    a_unit(tower, "1801")
    with CaptureQueriesContext(connection) as asked:
        client.get(url)
    assert len([query for query in asked if "premises_unit" in query["sql"]]) == 1


@pytest.mark.parametrize("mark", ["", "x", "-1", "9" * 30, "\u0661", "%00"])
def test_an_odd_mark_finds_nothing_new(cast: Cast, tower: Any, as_user: SignIn, mark: str) -> None:
    a_unit(tower, "1801")
    assert as_user(cast.service_clerk).get(f"{UNITS}?fresh={mark}").status_code == 204


def test_the_links_of_the_page_carry_no_mark(cast: Cast, tower: Any, as_user: SignIn) -> None:
    a_unit(tower, "1801")
    page = as_user(cast.service_clerk).get(UNITS)
    assert page.content.decode().count("fresh=") == 1


def test_the_list_stays_as_it_is_until_the_reader_asks(committed_db: Any, live_server: Any, new_context: Any, as_user: SignIn) -> None:
    from core import list_news
    from tests.conftest import a_building

    cast = Cast(a_building("A", "云汇中心 A 座"), a_building("B", "云汇中心 B 座"))
    a_unit(cast.home, "1801")
    page = new_context().new_page()
    page.context.add_cookies(
        [{"name": "sessionid", "value": as_user(cast.service_clerk).cookies["sessionid"].value, "url": live_server.url}]
    )
    was, list_news.SECONDS = list_news.SECONDS, 1
    try:
        page.goto(live_server.url + UNITS)
    finally:
        list_news.SECONDS = was
    a_unit(cast.home, "1800")
    page.wait_for_selector(".list-news a")
    assert page.locator("tbody tr").count() == 1
    page.click(".list-news a")
    page.wait_for_function("document.querySelectorAll('tbody tr').length === 2")
