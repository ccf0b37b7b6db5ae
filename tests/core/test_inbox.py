"""The inbox holds every line: one entry a record with its story behind it, fifty entries a page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import inbox_pages, notices
from core.models import Notice
from tests.conftest import Cast, a_unit

SignIn = Callable[[Any], Client]
INBOX = "/notices/"


def tell(user: Any, text: str, record: Any = None, **details: Any) -> Notice:
    notices.tell([user], text, topic="test", record=record, **details)
    return Notice.objects.latest("pk")


def entries(client: Client, address: str = INBOX) -> list[tuple[str, list[str]]]:
    return [(line.words, [each.text for each in line.earlier]) for line in client.get(address).context["lines"]]


def test_lines_about_one_record_are_one_entry(cast: Cast, tower: Any, as_user: SignIn) -> None:
    unit, other = a_unit(tower, "1801"), a_unit(tower, "1802")
    for text, record in (("a", unit), ("b", None), ("c", other), ("d", unit), ("e", None), ("f", unit)):
        tell(cast.guard, text, record)
    tell(cast.engineer, "not mine", unit)
    assert entries(as_user(cast.guard)) == [("f", ["d", "a"]), ("e", []), ("c", []), ("b", [])]
    body = as_user(cast.guard).get(INBOX).content.decode()
    assert "2 earlier about the same" in body
    assert "not mine" not in body


def test_lines_of_the_same_moment_are_one_entry_too(cast: Cast, tower: Any, as_user: SignIn) -> None:
    unit = a_unit(tower, "1801")
    for text in "abc":
        tell(cast.guard, text, unit)
    Notice.objects.update(created_at=timezone.now())
    assert entries(as_user(cast.guard)) == [("c", ["b", "a"])]


def test_every_line_can_be_reached_page_by_page(cast: Cast, as_user: SignIn) -> None:
    now = timezone.now()
    rows = [Notice(recipient=cast.guard, topic="t", text=f"n{n}", created_at=now - timedelta(minutes=n)) for n in range(120)]
    Notice.objects.bulk_create(rows)
    client, address, met = as_user(cast.guard), INBOX, []
    while address:
        page = client.get(address)
        met += [line.words for line in page.context["lines"]]
        address = f"{INBOX}{page.context['next_url']}" if page.context["next_url"] else ""
    assert met == [f"n{n}" for n in range(120)]
    assert entries(client, f"{INBOX}{page.context['previous_url']}")[0][0] == "n50"


def test_its_cost_does_not_grow_with_the_lines(cast: Cast, tower: Any, as_user: SignIn) -> None:
    client, units = as_user(cast.guard), [a_unit(tower, f"18{place:02}") for place in range(5)]

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(INBOX)
        return len(asked)

    tell(cast.guard, "x", units[0])
    cost()
    few = cost()
    for place in range(60):
        tell(cast.guard, f"y{place}", units[place % 5])
    assert cost() == few


def test_opening_an_entry_reads_its_story_and_nothing_newer(cast: Cast, tower: Any, as_user: SignIn) -> None:
    unit = a_unit(tower, "1801")
    first, second, third = tell(cast.guard, "a", unit), tell(cast.guard, "b", unit), tell(cast.guard, "c", unit)
    other, theirs = tell(cast.guard, "d"), tell(cast.engineer, "a", unit)
    as_user(cast.guard).post(reverse("core:open_notice", args=[second.pk]))
    unread = set(Notice.objects.filter(read_at=None).values_list("pk", flat=True))
    assert unread == {third.pk, other.pk, theirs.pk}
    assert first.pk not in unread


def test_chosen_entries_are_marked_as_read_together(cast: Cast, tower: Any, as_user: SignIn) -> None:
    unit = a_unit(tower, "1801")
    tell(cast.guard, "a", unit)
    chosen, left, theirs = tell(cast.guard, "b", unit), tell(cast.guard, "c"), tell(cast.engineer, "d")
    client = as_user(cast.guard)
    sent = {"selected": [chosen.pk, theirs.pk, "x", 10**30], "next": f"{INBOX}?after=x"}
    answer = client.post(reverse("core:read_some"), sent)
    assert answer.url == f"{INBOX}?after=x"
    assert set(Notice.objects.filter(read_at=None)) == {left, theirs}
    assert "2 lines marked as read." in client.get(INBOX).content.decode()


def test_a_kind_of_notice_can_be_muted_from_any_page(cast: Cast, as_user: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_pages, "SIZE", 1)
    for topic in ("old", "new", "overdue.x"):
        notices.tell([cast.guard], "x", topic=topic)
    assert [topic for topic, _label, _muted in as_user(cast.guard).get(INBOX).context["topics"]] == ["new", "old"]


@pytest.mark.parametrize("query", ["after=x", "before=x", "after=%00", "after=x&before=y"])
def test_an_odd_mark_shows_the_first_page(cast: Cast, as_user: SignIn, query: str) -> None:
    tell(cast.guard, "a")
    assert entries(as_user(cast.guard), f"{INBOX}?{query}") == [("a", [])]
