"""A list shows each row once, in the order asked, to those who may see it, and costs the same however long it is."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils import timezone

from core import bulk, keyset, lists
from core.flow import Refused
from core.models import Job, Notice, SavedView, UserSetting
from premises.models import Unit
from premises.tables import UnitTable
from tests.conftest import Cast, a_unit

SignIn = Callable[[Any], Client]

# Paging by key


@pytest.fixture
def lines(cast: Cast) -> list[Notice]:
    """Rows with equal, neighbouring and missing values in every field that is sorted by."""
    now = timezone.now().replace(microsecond=123456)
    rows = [
        Notice(
            recipient=cast.guard if place % 2 else cast.engineer,
            topic="abc"[place % 3],
            text=f"t{place // 4}",
            created_at=now + timedelta(microseconds=place // 2),
            read_at=None if place % 3 == 0 else now + timedelta(microseconds=place // 5),
            dedupe=None if place % 4 else f"d{place}",
        )
        for place in range(23)
    ]
    return Notice.objects.bulk_create(rows)


ORDERS = [
    ["pk"],
    ["-pk"],
    ["topic"],
    ["-topic", "text"],
    ["created_at"],
    ["-created_at"],
    ["read_at"],
    ["-read_at"],
    ["read_at", "-dedupe", "topic"],
    ["recipient__username", "-read_at"],
    ["recipient__last_login"],
]


def walk(order: list[str], size: int, way: str) -> list[int]:
    """Every key met on the way from one end to the other."""
    keys, rows = keyset.order_of(order), Notice.objects.select_related("recipient")
    page = keyset.page(rows, keys, size=size)
    met = [[row.pk for row in page.rows]]
    while page.next and len(met) < 50:
        page = keyset.page(rows, keys, size=size, after=page.next)
        met.append([row.pk for row in page.rows])
    if way == "back":
        met = [[row.pk for row in page.rows]]
        while page.previous and len(met) < 50:
            page = keyset.page(rows, keys, size=size, before=page.previous)
            met.insert(0, [row.pk for row in page.rows])
    return [key for page in met for key in page]


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_every_row_is_met_once_in_order(lines: list[Notice], order: list[str]) -> None:
    whole = list(keyset.ordered(Notice.objects.all(), keyset.order_of(order)).values_list("pk", flat=True))
    for size in (4, len(lines)):
        assert walk(order, size, "on") == walk(order, size, "back") == whole


def test_rows_added_meanwhile_push_none_out(lines: list[Notice], cast: Cast) -> None:
    keys, rows = keyset.order_of(["-created_at"]), Notice.objects.all()
    first = keyset.page(rows, keys, size=10)
    Notice.objects.create(recipient=cast.guard, topic="x", text="x", created_at=timezone.now() + timedelta(days=1))
    second = keyset.page(rows, keys, size=50, after=first.next or "")
    assert {row.pk for row in first.rows + second.rows} == {row.pk for row in lines}


def mark(value: Any) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode()


ODD_MARKS = ["x", "=", "é", "a" * 3000, mark("x"), mark([]), mark([1, 2, 3]), mark([{}, 1]), mark(["\0", 1]), mark(["no date", 1]),
     urlsafe_b64encode(b"[" * 1400).decode(), mark([True, "x"]), urlsafe_b64encode(b"\xff\xfe").decode()]  # fmt: skip


def test_an_odd_mark_starts_from_the_beginning(lines: list[Notice]) -> None:
    keys, rows = keyset.order_of(["created_at"]), Notice.objects.all()
    for odd in ODD_MARKS:
        for way in ("after", "before"):
            assert len(keyset.page(rows, keys, size=50, **{way: odd}).rows) == len(lines), (way, odd)


# Pages


@pytest.fixture
def units(tower: Any) -> list[Unit]:
    return [a_unit(tower, f"18{place:02}") for place in range(30)]


def test_a_page_costs_the_same_however_many_rows(cast: Cast, tower: Any, as_user: SignIn) -> None:
    client = as_user(cast.service_clerk)

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/premises/units/").status_code == 200
        return len(asked)

    a_unit(tower, "1701")
    cost()
    few = cost()
    for place in range(40):
        a_unit(tower, f"18{place:02}")
    assert cost() == few <= 14


def addresses() -> list[str]:
    """Names of the lists of every app."""
    found = []
    for space, (_prefix, resolver) in get_resolver().namespace_dict.items():
        found += [f"{space}:{name}" for name in resolver.reverse_dict if str(name).endswith("_list")]
    return sorted(name for name in found if not name.startswith("admin:"))


def test_every_list_can_be_sorted_by_each_of_its_columns_and_taken_away(cast: Cast, as_user: SignIn) -> None:
    clients, failed = [as_user(cast.records), as_user(cast.general_manager)], []
    for address in map(reverse, addresses()):
        client = next(each for each in clients if each.get(address).status_code == 200)
        columns = getattr(client.get(address).context.get("table"), "sort_links", {})
        asked = [{"sort": f"-{column}", "export": "csv"} for column in columns]
        asked += [{"export": "xlsx"}] if columns else []
        failed += [(address, query) for query in asked if client.get(address, query).status_code != 200]
    assert failed == []


@pytest.mark.parametrize(
    "query",
    [
        "sort=nothing",
        "sort=--code",
        "sort=-",
        "size=7",
        "size=x",
        "after=x&before=y",
        "state=%00",
        "q=%00",
        "q=%25_",
        "export=exe",
        "page=9",
    ],
)
def test_an_odd_address_still_shows_the_list(cast: Cast, units: list[Unit], as_user: SignIn, query: str) -> None:
    assert as_user(cast.service_clerk).get(f"/premises/units/?{query}").status_code == 200


def test_its_next_page_keeps_the_order_and_the_filter(cast: Cast, units: list[Unit], as_user: SignIn) -> None:
    client = as_user(cast.service_clerk)
    first = client.get("/premises/units/?size=25&sort=-code&state=VACANT")
    second = client.get(first.context["next_url"])
    codes = [str(row.record.code) for page in (first, second) for row in page.context["table"].rows]
    assert codes == sorted((unit.code for unit in units), reverse=True)
    assert client.get(second.context["previous_url"]).context["table"].rows[0].record.code == "1829"


def test_a_page_shows_every_row_it_counts(cast: Cast, units: list[Unit], as_user: SignIn) -> None:
    page = as_user(cast.service_clerk).get("/premises/units/").content.decode()
    assert [unit.code for unit in units if f">{unit.code}<" not in page] == []


def test_an_outsider_sees_none_of_its_rows(cast: Cast, units: list[Unit], as_user: SignIn) -> None:
    answer = as_user(cast.outsider).get("/premises/units/")
    assert answer.status_code in {200, 403}
    assert "1800" not in answer.content.decode()


def test_chosen_columns_come_in_the_order_chosen(cast: Cast, units: list[Unit], as_user: SignIn) -> None:
    client = as_user(cast.service_clerk)
    before = [column.name for column in client.get("/premises/units/").context["table"].columns]
    chosen = [before[2], before[0]]
    client.post("/lists/premises-units/columns/", {"column": [*chosen, "gone"]})
    assert [column.name for column in client.get("/premises/units/").context["table"].columns] == chosen
    client.post("/lists/premises-units/columns/", {"reset": "1"})
    assert [column.name for column in client.get("/premises/units/").context["table"].columns] == before


def test_a_saved_view_is_ones_own(cast: Cast, units: list[Unit], as_user: SignIn) -> None:
    client = as_user(cast.service_clerk)
    client.post("/lists/premises-units/views/", {"name": "空置", "query": "state=VACANT"})
    client.post("/lists/premises-units/views/", {"name": "空置", "query": "state=OCCUPIED"})
    view = SavedView.objects.get()
    assert view.query == "state=OCCUPIED"
    assert [row["active"] for row in client.get("/premises/units/?state=OCCUPIED").context["saved_views"]] == [True]
    assert as_user(cast.service_head).get("/premises/units/").context["saved_views"] == []
    assert as_user(cast.service_head).post(f"/views/{view.pk}/drop/").status_code == 404


# Bulk


def ask(user: Any, **posted: Any) -> tuple[Any, list[str]]:
    """Posts a bulk action to a list of units; gives the answer and what the reader is told."""
    told: list[str] = []
    request = RequestFactory().post("/premises/units/", posted)
    request.user, request._messages = user, SimpleNamespace(add=lambda level, text, tags="": told.append(str(text)))

    def rename(unit: Unit, *, by: Any) -> None:
        UserSetting.objects.create(user=by, key=f"done {unit.code}", value=1)
        if unit.code.endswith("1"):
            raise Refused("it ends with one")

    offered = [lists.Bulk("rename", "Rename", rename), lists.Bulk("secret", "Secret", rename, may=lambda user: False)]
    rows = Unit.objects.order_by("code")
    return lists.page(request, name="units", title="Units", rows=rows, table=UnitTable, bulk=offered), told


def test_bulk_does_what_it_can_and_names_what_it_skipped(cast: Cast, units: list[Unit]) -> None:
    answer, told = ask(cast.service_clerk, action="rename", selected=[units[0].pk, units[1].pk, units[2].pk, "x", 10**30])
    assert answer.status_code == 302
    assert told == [f"2 done, 1 skipped. {units[1]}: it ends with one"]
    assert set(UserSetting.objects.values_list("key", flat=True)) == {"done 1800", "done 1802"}


def test_bulk_can_take_all_that_match_and_many_become_a_job(cast: Cast, units: list[Unit], monkeypatch: pytest.MonkeyPatch) -> None:
    _answer, told = ask(cast.service_clerk, action="rename", all_matching="1")
    assert told[0].startswith("27 done, 3 skipped.")
    monkeypatch.setattr(bulk, "LIMIT", 29)
    answer, told = ask(cast.service_clerk, action="rename", all_matching="1")
    job = Job.objects.get(state=Job.State.QUEUED)
    assert (answer.url, told, job.owner) == (reverse("core:job", args=[job.pk]), [], cast.service_clerk)


@pytest.mark.parametrize("action", ["secret", "gone", ""])
def test_bulk_that_is_not_offered_is_refused(cast: Cast, units: list[Unit], action: str) -> None:
    with pytest.raises(Refused):
        ask(cast.service_clerk, action=action, all_matching="1")


def test_times_are_told_apart_to_the_microsecond() -> None:
    at = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=timezone.get_current_timezone())
    [value] = keyset._read(keyset._write(SimpleNamespace(at=at), [keyset.Key("at", False)]), [keyset.Key("at", False)])
    assert datetime.fromisoformat(value) == at
