"""Every address × everybody: exact answers, held against the table in `tests/pages.json`.

The suite asks for somebody of each answer the table gives, the stranger and who isn't signed in; `make ordeal` asks for
everybody. `UPDATE_PAGES=1 pytest -m ordeal tests/test_pages.py -n0` writes the table anew; review its difference like code.
Whatever the table says, these hold: nobody gets a 5xx, a stranger gets 404 for every record of another
building, and who isn't signed in is sent to the sign-in page.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from core import kinds, printing
from tests.conftest import Cast
from tests.records import ARGUMENTS, FACTORIES, OPEN_TO_ALL

# The health page's own answer while no worker runs.
SAYS_503 = {"core:healthz"}
CLERK = "service_clerk"
TABLE = Path(__file__).with_name("pages.json")
# Pages of libraries that guard themselves and hold no record of ours.
OF_LIBRARIES = ("account_", "mfa_", "usersessions_", "admin:", "set_language", "jsi18n")


def addresses(patterns: Any = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """(full name, pattern) of every address of the product."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern.url_patterns, inner)
        else:
            yield f"{space}{pattern.name or pattern.pattern}", pattern


PAGES = {name: pattern for name, pattern in addresses() if not name.startswith(OF_LIBRARIES)}


def kind_of(name: str) -> kinds.Kind | None:
    """The kind whose detail, step or print page this is."""
    for kind in kinds.all_kinds():
        if name in {kind.detail, kind.steps, kind.prints} and kind.detail:
            return kind
    return None


def shares(name: str) -> Callable[[Cast, Any], Any] | None:
    """What makes the record that fills the address, or all of its arguments; the same for addresses that may share it."""
    kind = kind_of(name)
    if name in ARGUMENTS or kind is None:
        return ARGUMENTS.get(name)
    return FACTORIES[kind.label]


def arguments(name: str, cast: Cast, tower: Any) -> dict[str, Any]:
    """What fills the address: a record in the tower."""
    make = shares(name)
    return filled(name, make(cast, tower) if make else None)


def filled(name: str, made: Any) -> dict[str, Any]:
    """The arguments of the address for what `shares` made."""
    kind = kind_of(name)
    if name in ARGUMENTS or kind is None:
        return made or {}
    given: dict[str, Any] = {"pk": made.pk}
    if name == kind.steps:
        given["step"] = next(iter(kind.flow.steps)).replace(" ", "-") if kind.flow else "none"
    if name == kind.prints:
        forms = printing.forms_of(kind.model)
        given["form"] = forms[0].key if forms else "none"
    return given


@pytest.fixture
def laid_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody's print is filled in, but the engine lays only the first out: which of them it lays out is nobody's right."""
    lay_out, laid_out = printing.pdf, []

    def pdf(page: str) -> bytes:
        if not laid_out:
            laid_out.append(lay_out(page))
        return laid_out[0]

    monkeypatch.setattr(printing, "pdf", pdf)


def answers(url: str, who: Iterable[str], cast: Cast, signed_in: Callable[..., Client]) -> tuple[dict[str, int], int]:
    """The status each person gets, and how many queries the page costs a clerk whose caches are warm."""
    people = {key: Client() if key == "anonymous" else signed_in(cast.people[key]) for key in who}
    got = {key: client.get(url).status_code for key, client in people.items()}
    with CaptureQueriesContext(connection) as queries:
        people[CLERK].get(url)
    return got, len(queries)


def table() -> dict[str, Any]:
    return json.loads(TABLE.read_text(encoding="utf8")) if TABLE.exists() else {}


def by_answer(row: dict[str, Any]) -> dict[str, list[str]]:
    """Status -> people of a row of the table."""
    return {status: names.split() for status, names in row.items() if status != "queries"}


def some(name: str, row: dict[str, Any]) -> set[str]:
    """One person for each answer of the row, another one on each page; and those whose answer matters everywhere."""
    chosen = {min(people, key=lambda who: zlib.crc32(f"{name} {who}".encode())) for people in by_answer(row).values()}
    return chosen | {CLERK, "service_head", "outsider", "anonymous"}


def agree(name: str, got: dict[str, int]) -> None:
    """What holds whatever the table says."""
    assert name in SAYS_503 or [key for key, status in got.items() if status >= 500] == []
    if PAGES[name].pattern.regex.groupindex and name not in OPEN_TO_ALL:
        # A page that asks for a right before it looks for the record answers 403 to the same post in this building too.
        has_no_right = got["outsider"] == got["service_head"] == 403
        assert has_no_right or got["outsider"] in {404, 405}, "a stranger sees nothing of this building"
    if name not in OPEN_TO_ALL:
        assert got["anonymous"] in {302, 405}


@pytest.mark.parametrize("name", PAGES)
def test_somebody_of_each_answer_gets_what_the_table_says(name: str, cast: Cast, made: Any, signed_in: Callable[..., Client]) -> None:
    row = table().get(name, {})
    asked = some(name, row)
    got, queries = answers(reverse(name, kwargs=filled(name, made)), asked, cast, signed_in)
    agree(name, got)
    wanted = {who: int(status) for status, people in by_answer(row).items() for who in people if who in asked}
    assert got == wanted, f"{name} is not in the table, or not like this"
    assert queries <= row["queries"], "the page asks the database more often than it did"


@pytest.mark.ordeal
@pytest.mark.usefixtures("laid_out_once")
@pytest.mark.parametrize("name", PAGES)
def test_everybody_gets_exactly_what_the_table_says(name: str, cast: Cast, made: Any, signed_in: Callable[..., Client]) -> None:
    got, queries = answers(reverse(name, kwargs=filled(name, made)), [*cast.people, "anonymous"], cast, signed_in)
    agree(name, got)
    row = {**squeezed(got), "queries": queries}
    if os.environ.get("UPDATE_PAGES"):
        TABLE.write_text(json.dumps({**table(), name: row}, indent=1, sort_keys=True) + "\n", encoding="utf8")
        return
    told = table().get(name, {"queries": 0})
    assert {**row, "queries": 0} == {**told, "queries": 0}, f"{name} is not in the table, or not like this"
    assert queries <= told["queries"], "the page asks the database more often than it did"


def squeezed(got: dict[str, int]) -> dict[str, str]:
    """Status -> people, so that a row of the table can be read."""
    return {str(status): " ".join(sorted(key for key in got if got[key] == status)) for status in sorted(set(got.values()))}


def test_the_table_has_no_row_for_a_page_that_is_gone() -> None:
    assert set(table()) - set(PAGES) == set()


def test_every_kind_of_record_can_be_tried() -> None:
    assert {kind.label for kind in kinds.all_kinds() if kind.detail} - set(FACTORIES) == set()
