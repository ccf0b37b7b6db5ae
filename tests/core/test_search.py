"""Any part somebody remembers finds the record, for those who may see it, at a small and constant price."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import kinds, search
from core.models import SearchEntry
from core.search import SearchWords
from premises.models import Unit
from tests.conftest import Cast, a_unit

SignIn = Callable[[Any], Client]
WORDS = SearchWords(
    title="北京华信科技有限公司",
    subtitle="A-1203",
    number="KH-20261123-0007",
    words=("华信科技", search.initials("华信科技"), "A-1203", "13800138000", "京A12345"),
)


@pytest.fixture
def found(tower: Any, monkeypatch: pytest.MonkeyPatch) -> Unit:
    """A record that is found by the words above."""
    unit = a_unit(tower, "A-1203")
    monkeypatch.setitem(kinds._kinds, Unit, kind_with(lambda record: WORDS))
    search.index(unit)
    return unit


def kind_with(words: Callable[[Any], SearchWords | None]) -> kinds.Kind:
    from dataclasses import replace

    return replace(kinds.of(Unit), search=words)


def hits(user: Any, text: str) -> list[Any]:
    return [hit.record for _title, lines in search.find(user, text) for hit in lines]


FINDING = [
    *("KH-20261123-0007", "kh-20261123", "0007", "20261123-0007", "1123 0007"),
    *("北京华信", "华信科技", "信科", "有限公司", "华 信", "科技 华信", "信"),
    *("bjhxkj", "hxkj", "HXKJ", "xkj", "bj"),
    *("A1203", "a-1203", "A 1203", "12-03", "1203", "Ａ１２０３", "12/03"),
    *("8000", "138000", "13800138000", "138 0013 8000", "138-0013-8000"),
    *("京A12345", "京a·12345", "A12345", "2345"),
    *("华信 8000", "hxkj 1203", "1203 华信"),
]
NOT_FINDING = ["", "  ", "--", "华科", "8002", "hxkz", "华信 9999", "%", "_", "\\", "a" * 101, "1203华信", "''"]


def test_any_part_that_somebody_remembers_finds_it(cast: Cast, found: Unit) -> None:
    assert [text for text in FINDING if hits(cast.service_clerk, text) != [found]] == []
    assert [text for text in NOT_FINDING if hits(cast.service_clerk, text)] == []


@pytest.mark.parametrize("text", ["KH-20261123-0007", "华信", "8000", "hxkj"])
def test_an_outsider_finds_nothing(cast: Cast, found: Unit, as_user: SignIn, text: str) -> None:
    assert hits(cast.outsider, text) == []
    assert "华信" not in as_user(cast.outsider).get("/search/", {"q": text}, headers={"X-Palette": "1"}).content.decode().replace(text, "")
    assert as_user(cast.outsider).get(f"/r/{WORDS.number}/").status_code == 404


def test_an_entry_of_everywhere_still_asks_the_kinds_own_rows(cast: Cast, found: Unit) -> None:
    SearchEntry.objects.filter(object_id=found.pk, kind="premises.Unit").update(territory_id=None)
    assert hits(cast.outsider, "华信") == []
    assert hits(cast.service_clerk, "华信") == [found]


def test_an_exact_number_stands_first(cast: Cast, tower: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    units = [a_unit(tower, code) for code in ("1101", "1102", "1103")]
    numbers = dict(zip([unit.pk for unit in units], ["1-12", "112", "0112"], strict=True))
    monkeypatch.setitem(kinds._kinds, Unit, kind_with(lambda unit: SearchWords(title=f"t{unit.pk}", number=numbers[unit.pk])))
    search.index(*units)
    assert hits(cast.service_clerk, "112")[0] == units[1]
    assert hits(cast.service_clerk, "112")[-1] == units[2]


def test_it_follows_changes_and_deletion(cast: Cast, found: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(kinds._kinds, Unit, kind_with(lambda record: SearchWords(title="改名")))
    search.index(found)
    assert (hits(cast.service_clerk, "华信"), hits(cast.service_clerk, "改名")) == ([], [found])
    monkeypatch.setitem(kinds._kinds, Unit, kind_with(lambda record: None))
    search.index(found)
    assert not SearchEntry.objects.filter(kind="premises.Unit", object_id=found.pk).exists()


def test_saving_writes_the_index_when_the_transaction_commits(
    cast: Cast, tower: Any, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        unit = a_unit(tower, "B-0977")
    assert hits(cast.service_clerk, "0977") == [unit]
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        unit.save()
        key = unit.pk
        unit.delete()
    assert not SearchEntry.objects.filter(kind="premises.Unit", object_id=key).exists()


def test_the_index_can_be_rebuilt(cast: Cast, found: Unit) -> None:
    SearchEntry.objects.all().delete()
    assert search.reindex(kinds.of(Unit)) == Unit.objects.count()
    assert hits(cast.service_clerk, "华信") == [found]


def test_the_palette_asks_the_same_few_questions_however_many_are_found(cast: Cast, tower: Any, as_user: SignIn) -> None:
    client = as_user(cast.service_clerk)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = client.get("/search/?q=77", headers={"X-Palette": "1"})
        assert answer.status_code == 200
        assert "<html" not in answer.content.decode()
        return len(asked)

    search.index(a_unit(tower, "7701"))
    cost()
    one = cost()
    search.index(*[a_unit(tower, f"77{place:02}") for place in range(2, 40)])
    assert cost() == one <= 6


def test_the_index_answers_two_characters_by_its_pieces(cast: Cast, found: Unit) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "search_pieces" in search.rows(cast.service_clerk, "信科").explain()


def test_one_exact_number_opens_its_record(cast: Cast, found: Unit, as_user: SignIn) -> None:
    client = as_user(cast.service_clerk)
    assert client.get(f"/r/{WORDS.number}/")["Location"] == kinds.of(Unit).url(found)
    assert "华信科技" in client.get("/search/?q=华信").content.decode()


@pytest.mark.parametrize("text", ["\0", "#", ">", "@", "#0007", ">x", "'\"<script>", "\ud7ff" * 80, "%00", "🚪"])
def test_odd_questions_are_answered(cast: Cast, found: Unit, as_user: SignIn, text: str) -> None:
    answer = as_user(cast.service_clerk).get("/search/", {"q": text}, headers={"X-Palette": "1"})
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode()


def test_actions_are_found_by_words_and_initials(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    offered = [search.Action("新入驻", lambda: "/new/", lambda user: True), search.Action("新合同", lambda: "/x/", lambda user: False)]
    monkeypatch.setattr(search, "_actions", offered)
    assert [hit.url for hit in search.actions(cast.guard, "入驻")] == ["/new/"]
    assert [hit.url for hit in search.actions(cast.guard, "xrz")] == ["/new/"]
    assert search.actions(cast.guard, "合同") == []


def test_many_hits_of_one_kind_never_hide_another(cast: Cast, tower: Any) -> None:
    from tests.conftest import a_unit
    from tests.tenants.factories import a_tenant

    units = [a_unit(tower, f"18{number:02d}") for number in range(1, 41)]
    tenant = a_tenant(cast, tower, name="北京一八18科技有限公司")
    search.index(*units, tenant)
    groups = dict(search.find(cast.service_clerk, "18"))
    assert sorted(len(hits) for hits in groups.values()) == [1, 8]


def test_the_at_sign_finds_people_alone(cast: Cast, tower: Any, as_user: Any) -> None:
    from tests.conftest import a_unit

    search.index(cast.engineer, a_unit(tower, "1801"))
    client = as_user(cast.service_clerk)
    assert "王强" in client.get("/search/", {"q": "@王强"}).content.decode()
    page = client.get("/search/", {"q": "@1801"}).content.decode()
    assert "/premises/units/" not in page.split("<main", 1)[1]
