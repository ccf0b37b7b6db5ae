"""A word is found in the rows that contain it and in no others, in the order of the list, whichever way it is looked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core import keyset, text_search
from repairs import access
from repairs.models import WORDS, WorkOrder
from tests.conftest import Cast, a_unit
from tests.repairs.factories import a_category, an_urgency

SignIn = Callable[[Any], Client]
FIELDS = (*WORDS, "unit__code", "tenant__initials")
SAID = [
    "茶水间水槽下水管漏水，已用水桶接住。",
    "漏水点在 A-1801 号房（北侧）",
    "水漏了一地",
    "Wi-Fi keeps dropping in Room 1801",
    "50% of the lamps are out",
    "50 of the lamps are out",
    "门_禁 \\ 坏了 'quoted' \"twice\"",
    "STRASSE straße ÉCOLE école ﬁlter",
    "水",
    "a:* & b | !c <-> d",
    "line one\nline two 漏水",
    "İstanbul ıssız",
]
# What people type: pieces of what is written, with the signs that LIKE, SQL and text search read otherwise.
LETTERS = st.sampled_from(sorted({letter for text in SAID for letter in text} | set("%_\\'\":*&|!<>()-  漏水點")))
WORD = st.one_of(
    st.text(LETTERS, min_size=1, max_size=6),
    st.sampled_from(SAID).flatmap(
        lambda text: st.integers(0, len(text) - 1).flatmap(lambda at: st.integers(1, 9).map(lambda n: text[at : at + n]))
    ),
)


@pytest.fixture
def orders(cast: Cast, tower: Any) -> list[WorkOrder]:
    """Work orders with mixed texts, one in a unit."""
    unit = a_unit(tower, "1801B")
    rows = [
        WorkOrder(
            number=f"BX-20261123-{place:04d}",
            building=tower,
            unit=unit if place == 3 else None,
            company="华信科技" if place % 2 else "",
            name="刘洋",
            phone="138 0013 8000" if place % 3 else "010-8888 8888",
            category=a_category(),
            urgency=an_urgency("ORDINARY"),
            content=text,
            received_at="2026-11-23T10:00+08:00",
            created_by=cast.frontdesk,
        )
        for place, text in enumerate(SAID)
    ]
    return WorkOrder.objects.bulk_create(rows)


def naive(word: str) -> list[int]:
    found = Q()
    for field in FIELDS:
        found |= Q(**{f"{field}__icontains": word})
    return list(WorkOrder.objects.filter(found).order_by("-pk").values_list("pk", flat=True))


def picked(word: str, count: int = 100) -> list[int]:
    return access.SEARCH.ask(WorkOrder.objects.all(), word).pick(WorkOrder.objects.all(), keyset.order_of(["-pk"]), False, count)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example("%")
@example("_")
@example("\\")
@example("'")
@example("ß")
@example("1801")
@example("漏水")
@given(word=WORD)
def test_it_finds_what_icontains_finds(orders: list[WorkOrder], word: str) -> None:
    wanted = naive(word) if word.strip() == word else None
    if wanted is None:  # a list trims what is typed
        return
    by_index = list(access.SEARCH(WorkOrder.objects.all(), word).order_by("-pk").values_list("pk", flat=True))
    by_reading = list(access.SEARCH.read(WorkOrder.objects.all(), word).order_by("-pk").values_list("pk", flat=True))
    assert by_index == wanted
    assert by_reading == wanted
    assert picked(word) == wanted
    assert access.SEARCH.ask(WorkOrder.objects.all(), word).count(most=100) == len(wanted)


@pytest.mark.parametrize(("first", "at_once", "long"), [(1, 0, 2), (1, 0, 100), (1, 100, 2), (3, 2, 5), (100, 0, 1)])
@pytest.mark.parametrize("word", ["水", "lamps", "138", "漏水点", "甭"])
@pytest.mark.parametrize("count", [1, 3, 50])
def test_it_finds_the_same_first_rows_on_every_way(
    orders: list[WorkOrder], monkeypatch: pytest.MonkeyPatch, first: int, at_once: int, long: int, word: str, count: int
) -> None:
    monkeypatch.setattr(text_search, "FIRST_WALK", first)
    monkeypatch.setattr(text_search, "SORTED_AT_ONCE", at_once)
    monkeypatch.setattr(text_search, "LONG_WALK", long)
    assert picked(word, count) == naive(word)[:count]


def test_it_finds_nothing_for_a_word_with_a_character_that_no_text_holds(orders: list[WorkOrder]) -> None:
    assert picked("水\x1f") == []
    assert not access.SEARCH(WorkOrder.objects.all(), "\x1e").exists()


def test_it_asks_the_index_and_not_every_row(orders: list[WorkOrder]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = WorkOrder.objects.filter(access.SEARCH.by_index(WorkOrder, "漏水")).order_by().explain()
    assert "work_order_words" in plan
    assert "unit_code_words" in plan
    assert "tenant_initials_words" in plan


def test_it_pages_through_what_it_finds_without_missing_any(as_user: SignIn, cast: Cast, orders: list[WorkOrder]) -> None:
    first = orders[0]
    told = {"building": first.building, "name": "刘洋", "phone": "13800138000", "category": first.category, "urgency": first.urgency}
    told |= {"received_at": "2026-11-24T10:00+08:00"}
    texts = ["吊顶漏水" if place % 2 else "灯不亮" for place in range(130)]
    numbered = [WorkOrder(number=f"BX-20261124-{place:04d}", content=text, **told) for place, text in enumerate(texts)]
    WorkOrder.objects.bulk_create(numbered)
    browser, seen = as_user(cast.frontdesk), list[int]()
    address: str | None = f"{reverse('repairs:work_order_list')}?q={quote('漏水')}&size=25"
    while address:
        answer = browser.get(address)
        seen += [row.pk for row in answer.context["table"].data]
        assert answer.content.count(b"<tr>") == len(answer.context["table"].data) + 1
        address = answer.context["next_url"]
    assert seen == naive("漏水")
    assert answer.context["count"] == f"{len(seen)} matching"


def test_it_asks_as_many_queries_for_many_as_for_few(as_user: SignIn, cast: Cast, orders: list[WorkOrder]) -> None:
    browser, address = as_user(cast.frontdesk), reverse("repairs:work_order_list")
    browser.get(address)
    asked = {}
    for word in ("水", "一地", "甭"):
        with CaptureQueriesContext(connection) as queries:
            browser.get(f"{address}?q={quote(word)}")
        asked[word] = len(queries)
    assert max(asked.values()) - min(asked.values()) <= 1


def test_that_there_are_more_than_are_counted_is_believed_for_a_while(orders: list[WorkOrder]) -> None:
    cache.clear()
    asked = access.SEARCH.ask(WorkOrder.objects.all(), "水")
    assert asked.count(most=2) == 2
    with CaptureQueriesContext(connection) as queries:
        assert asked.count(most=2) == 2
    assert len(queries) == 0
    assert asked.count(most=100) == len(naive("水"))
