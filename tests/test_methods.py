"""Every address of complaints, repairs, fit-outs and rounds × everybody × every method × own and other building (reliability.md E1).

Held against `tests/methods.json`: address → building → method → status → people. `UPDATE_PAGES=1 pytest -m ordeal
tests/test_methods.py -n0` writes it anew; review its difference like code.
What a request changes is taken back, so each meets the record as it was made.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from staff.models import PostTerritory, User
from tests.conftest import Cast
from tests.records import OPEN_TO_ALL
from tests.test_once_is_once import reaching
from tests.test_pages import PAGES, filled, shares, squeezed

TABLE = Path(__file__).with_name("methods.json")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
APPS = ("complaints:", "repairs:", "fitout:", "rounds:")
OURS = [name for name in PAGES if name.startswith(APPS)]
# One of each sort for the suite; everybody in the ordeal.
SOME = ("engineer", "outsider", "service_clerk")
CALM = {200, 302, 303, 403, 404, 405, 409, 422}


def status_of(client: Client, method: str, url: str) -> int:
    """What one request is answered; what it did is taken back."""
    with transaction.atomic():
        answer = client.generic(method, url, "", content_type="application/x-www-form-urlencoded").status_code
        transaction.set_rollback(True)
    return answer


def cells(
    names: list[str], cast: Cast, places: dict[str, Any], people: dict[str, Client], methods: tuple[str, ...]
) -> dict[str, dict[str, dict[str, dict[str, str]]]]:
    """Address → place → method → status → people, for addresses that share a record; anonymous is one of the people."""
    everybody = people | {"anonymous": Client()}
    found: dict[str, dict[str, dict[str, dict[str, str]]]] = {name: {} for name in names}
    for place, building in places.items():
        with transaction.atomic():
            record = made(names[0], cast, building)
            for name in names:
                url = reverse(name, kwargs=filled(name, record))
                found[name][place] = {
                    method: squeezed({key: status_of(client, method, url) for key, client in everybody.items()}) for method in methods
                }
            transaction.set_rollback(True)
    return found


def made(name: str, cast: Cast, building: Any) -> Any:
    """A record in a building; for the other one everybody works there just as long as it takes to make it."""
    make = shares(name)
    if make is None:
        return None
    if building == cast.home:
        return make(cast, building)
    reaching(cast, building)
    record = make(cast, building)
    guests = [each.pk for each in cast.people.values() if each.pk != cast.outsider.pk]
    PostTerritory.objects.filter(territory_id=building.pk, post__user__in=guests).delete()
    cast.people.update({key: User.objects.get(pk=person.pk) for key, person in cast.people.items()})
    return record


def that_share(names: list[str]) -> list[list[str]]:
    """The addresses by the record that fills them."""
    found: dict[Any, list[str]] = {}
    for name in names:
        found.setdefault(shares(name), []).append(name)
    return list(found.values())


def answered(
    names: list[str], cast: Cast, tower: Any, neighbour: Any, people: dict[str, Client], methods: tuple[str, ...] = METHODS
) -> dict[str, Any]:
    """What addresses that share a record answer."""
    places = {"own": tower, "other": neighbour} if PAGES[names[0]].pattern.regex.groupindex else {"own": tower}
    got = cells(names, cast, places, people, methods)
    statuses = {int(status) for places in got.values() for place in places.values() for method in place.values() for status in method}
    assert statuses <= CALM, statuses
    return got


def only(table: dict[str, Any], some: set[str], like: dict[str, Any]) -> dict[str, Any]:
    """The part of a row of the table that is about these people, and about the places and methods of `like`."""
    kept = {place: {method: table.get(place, {}).get(method, {}) for method in methods} for place, methods in like.items()}
    for methods in kept.values():
        for method, answers in methods.items():
            named = {status: " ".join(who for who in names.split() if who in some) for status, names in answers.items()}
            methods[method] = {status: names for status, names in named.items() if names}
    return kept


@pytest.mark.timeout(120)
@pytest.mark.parametrize("app", APPS)
def test_what_somebody_of_each_sort_sends_answers_what_the_table_says(
    app: str, cast: Cast, tower: Any, neighbour: Any, as_user: Callable[..., Client]
) -> None:
    table, wrong = json.loads(TABLE.read_text(encoding="utf8")), {}
    people = {key: as_user(cast.people[key]) for key in sorted(SOME)}
    for names in that_share([name for name in OURS if name.startswith(app)]):
        with transaction.atomic():
            answers = answered(names, cast, tower, neighbour, people, ("POST",))
            transaction.set_rollback(True)
        for name, got in answers.items():
            wanted = only(table.get(name, {}), {*SOME, "anonymous"}, got)
            wrong |= {} if got == wanted else {name: (got, wanted)}
    assert wrong == {}


@pytest.mark.ordeal
@pytest.mark.parametrize("name", OURS)
def test_every_method_of_everybody_answers_what_the_table_says(
    name: str, cast: Cast, tower: Any, neighbour: Any, as_user: Callable[..., Client]
) -> None:
    got = answered([name], cast, tower, neighbour, {key: as_user(person) for key, person in cast.people.items()})[name]
    table = json.loads(TABLE.read_text(encoding="utf8")) if TABLE.exists() else {}
    if os.environ.get("UPDATE_PAGES"):
        TABLE.write_text(json.dumps({**table, name: got}, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf8")
        return
    assert got == table.get(name), f"{name} is not in the table, or not like this"


def test_nobody_of_this_building_reaches_a_record_of_another() -> None:
    """A reading of the table itself: who works in the tower gets 404, 405 or 403 for each record of the neighbour."""
    table = json.loads(TABLE.read_text(encoding="utf8"))
    reached = [
        (name, method, status, people)
        for name, places in table.items()
        if name not in OPEN_TO_ALL
        for method, answers in places.get("other", {}).items()
        for status, people in answers.items()
        if status not in {"403", "404", "405"} and set(people.split()) - {"outsider", "anonymous"}
    ]
    assert reached == []


def test_the_table_is_as_large_as_it_must_be_and_has_no_row_of_a_page_that_is_gone() -> None:
    table = json.loads(TABLE.read_text(encoding="utf8"))
    people = {who for places in table.values() for method in places["own"].values() for names in method.values() for who in names.split()}
    count = sum(len(places) * len(METHODS) * len(people) for places in table.values())
    assert set(table) == set(OURS) and len(people) == 17 and count >= 5_000
