"""Every form of the product × bad input of every kind: a clear answer, what was typed is still there, never a 5xx.

The forms are found through the address table, so a new page is tested without a line here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from core import kinds
from core.views import form_of
from premises.models import Key, ParkingSpace, PublicArea
from tests.conftest import Cast, a_unit
from tests.records import FACTORIES, FORMS
from tests.tenants.factories import a_tenant
from tests.test_pages import PAGES, TABLE, filled
from tests.test_pages import shares as of_page

CALM = {200, 204, 302, 400, 403, 404, 405, 409, 413, 422}
MARK = "仍在<b>这里</b>&amp;"
HOSTILE = {
    "nothing": "",
    "a mark": MARK,
    "a long text": "长" * 10_000,
    "a null character": "a\x00b",
    "invisible and turning characters": "a\u202eb\u200bc\ufeff",
    "half a surrogate pair's neighbour": "\U0001f600" * 50,
    "a huge number": "9" * 400,
    "a number with an exponent": "1e309",
    "not a number": "NaN",
    "minus one": "-1",
    "a day that is not": "2026-02-31",
    "the first day": "0001-01-01",
    "the last day": "9999-12-31T23:59",
    "a script": "<script>alert(1)</script>",
    "a query": "'; DROP TABLE core_submission; --",
    "the key of nothing": "2147483648",
    "a chosen row that is none": "=9223372036854775807",
    "a raised digit": "²",
    "a sum without bounds": "1e400",
    "a share below nothing": "-0.0000001",
    "structure": '{"a": [1, {"b": null}]}',
    "deep structure": "[" * 5_000,
}
# Tried in each field alone, the others as the page filled them in: so that the checks across fields are reached.
ALONE = "9" * 400


@dataclass
class Fields(HTMLParser):
    """The fields of the page's own form with a submission key, and what the page filled in. Buttons that lead elsewhere don't count."""

    values: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()
        self._inside: dict[str, list[str]] = {}
        self._select = ""
        self._area = ""
        self._leads_elsewhere = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._inside, self._leads_elsewhere = {}, bool(given.get("action"))
        name = given.get("name", "")
        if tag == "input" and name and (given.get("type") not in {"checkbox", "radio", "submit"} or "checked" in given):
            ticked = "on" if given.get("type") in {"checkbox", "radio"} else ""
            self._inside.setdefault(name, []).append(given.get("value", ticked))
        elif tag in {"input", "select", "textarea"} and name:
            self._inside.setdefault(name, [])
            self._select = name if tag == "select" else self._select
            self._area = name if tag == "textarea" else ""
        elif tag == "option" and self._select and "selected" in given:
            self._inside[self._select].append(given.get("value", ""))

    def handle_data(self, text: str) -> None:
        if self._area:
            self._inside[self._area].append(text.lstrip("\n"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        if tag == "select":
            self._select = ""
        if tag == "form" and "submission_key" in self._inside and not self._leads_elsewhere:
            self.values = self._inside


KEPT = {"submission_key", "version", "csrfmiddlewaretoken"}


# Page → somebody who may open it, by the table of pages.
WHO = {
    name: max(row["200"].split(), key=lambda who: who == "service_clerk")
    for name, row in json.loads(TABLE.read_text(encoding="utf8")).items()
    if name in PAGES and row.get("200", "anonymous") != "anonymous"
}


def shares(name: str = "", label: str = "", **_other: Any) -> Any:
    """What makes the record of the page or of the life."""
    return of_page(name) if name else FACTORIES[label]


def opened(name: str, cast: Cast, made: Any, signed_in: Callable[..., Client]) -> tuple[Client, str, dict[str, list[str]]] | None:
    """Somebody who may open the page, its address and its form; None when there is nothing to fill in."""
    url = reverse(name, kwargs=filled(name, made))
    client = signed_in(getattr(cast, WHO[name]))
    answer = client.get(url)
    values = the_form(answer)
    return (client, url, values) if values else None


def the_form(answer: Any) -> dict[str, list[str]]:
    """The fields of the page's own form, as the page filled them in; empty when it has none."""
    page = Fields()
    page.feed(answer.content.decode() if answer["Content-Type"].startswith("text/html") else "")
    return page.values


FILLED_IN = [name for name in WHO if not name.endswith("_print")]


def mixes(fields: list[str], count: int) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """Every field with bad input of another kind, and each time of yet another."""
    kinds_of_it = list(HOSTILE.values())
    for turn in range(count):
        yield f"mix {turn}", {each: [kinds_of_it[(turn * 7 + place * 3) % len(kinds_of_it)]] * 2 for place, each in enumerate(fields)}


def everything(fields: list[str]) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """All fields with each kind of bad input in turn."""
    for kind, value in HOSTILE.items():
        yield kind, {each: [value, value] for each in fields}


def answers_clearly(client: Client, url: str, given: dict[str, list[str]], typed: Iterable[tuple[str, dict[str, list[str]]]]) -> None:
    for kind, values in typed:
        answer = client.post(url, {**given, **values})
        assert answer.status_code in CALM, f"{kind}: {answer.status_code}"
        if answer.status_code == 422:
            # Beside the form, or on the page that says why a step was refused.
            text = answer.content.decode()
            assert 'class="error-summary' in text or 'class="blockers"' in text, f"{kind}: nothing says what is wrong"


@pytest.mark.parametrize("name", FILLED_IN)
def test_bad_input_gets_a_clear_answer(name: str, cast: Cast, made: Any, signed_in: Callable[..., Client]) -> None:
    found = opened(name, cast, made, signed_in)
    if found is None:
        return
    client, url, given = found
    typed = [each for each in given if each not in KEPT]
    nothing = {each: ["", ""] for each in typed}
    answers_clearly(client, url, given, [("nothing", nothing), *mixes(typed, 3), *((each, {each: [ALONE]}) for each in typed[:3])])


@pytest.mark.ordeal
@pytest.mark.parametrize("name", FILLED_IN)
def test_bad_input_of_every_kind_in_every_field_gets_a_clear_answer(
    name: str, cast: Cast, made: Any, signed_in: Callable[..., Client]
) -> None:
    found = opened(name, cast, made, signed_in)
    if found is None:
        return
    client, url, given = found
    typed = [each for each in given if each not in KEPT]
    answers_clearly(client, url, given, [*everything(typed), *((each, {each: [ALONE]}) for each in typed)])
    answers_clearly(client, url, given, mixes(typed, len(HOSTILE)))


@pytest.mark.parametrize("name", [name for name in WHO if name.endswith(("_new", "_edit"))])
def test_what_was_typed_is_still_on_the_page(name: str, cast: Cast, made: Any, signed_in: Callable[..., Client]) -> None:
    found = opened(name, cast, made, signed_in)
    if found is None:
        return
    client, url, given = found
    typed = [each for each in given if each not in KEPT and not each.endswith("_token")]
    answer = client.post(url, {**given, **dict.fromkeys(typed, MARK), "submission_key": ""})
    if answer.status_code == 422:
        text = answer.content.decode()
        assert "仍在&lt;b&gt;这里&lt;/b&gt;&amp;amp;" in text
        assert "<b>这里" not in text


# Field → the key of a row of another building, as its form would send it.
FOREIGN: dict[str, Callable[[Cast, Any], str]] = {
    "building": lambda cast, other: str(other.pk),
    "tenant": lambda cast, other: f"={a_tenant(cast, other).pk}",
    "unit": lambda cast, other: f"={a_unit(other, '9901', level=99).pk}",
    "unit_1": lambda cast, other: f"={a_unit(other, '9902', level=99).pk}",
    "floor": lambda cast, other: str(a_unit(other, "9903", level=98).floor_id),
    "key": lambda cast, other: f"={Key.objects.create(building=other, kind='CUSTOMER_CARD', number='KH-999').pk}",
    "parking_space": lambda cast, other: f"={ParkingSpace.objects.create(building=other, code='B9-001').pk}",
    "area": lambda cast, other: f"={PublicArea.objects.create(building=other, name='别处大堂').pk}",
    "stand_in": lambda cast, other: f"={cast.outsider.pk}",
    "owner": lambda cast, other: f"={cast.outsider.pk}",
    "of": lambda cast, other: str(cast.outsider.pk),
}


@pytest.mark.parametrize("name", [name for name in FORMS if name in WHO])
def test_nothing_of_another_building_can_be_chosen(
    name: str, cast: Cast, tower: Any, neighbour: Any, made: Any, signed_in: Callable[..., Client]
) -> None:
    found = opened(name, cast, made, signed_in)
    assert found is not None
    client, url, given = found
    form = client.get(url).context.get("form")
    asked = [each for each in FOREIGN if form is not None and each in form.fields and not form.fields[each].disabled]
    valid = FORMS[name](cast, tower) if asked else {}
    for each in asked:
        typed = {**given, **valid, each: FOREIGN[each](cast, neighbour)}
        answer = client.post(url, {label: value() if callable(value) else value for label, value in typed.items()})
        assert answer.status_code == 422, each
        assert each in answer.context["form"].errors, each


STEPS = [(kind.label, step.name) for kind in kinds.all_kinds() for step in kind.flow or ()]


@pytest.mark.parametrize(("label", "step"), STEPS)
def test_the_form_of_a_step_judges_bad_input(label: str, step: str, cast: Cast, made: Any) -> None:
    kind = kinds.named(label)
    form_class = form_of(kind.model, kind.flow.steps[step])  # type: ignore[union-attr]
    if form_class is None:
        return
    wanted = {"record": made, "user": cast.service_clerk} if getattr(form_class, "wants_record", False) else {}
    for value in HOSTILE.values():
        typed = QueryDict(mutable=True)
        for name in form_class(**wanted).fields:
            typed.setlist(name, [value, value])
        form = form_class(typed, MultiValueDict(), **wanted)
        form.belongs_to(cast.service_clerk)
        assert form.is_valid() in {True, False}


@pytest.mark.parametrize(("label", "step"), STEPS)
def test_the_page_of_a_step_answers_everybody_calmly(
    label: str, step: str, cast: Cast, made: Any, signed_in: Callable[..., Client]
) -> None:
    url = kinds.named(label).step_url(made, step)
    chosen = kinds.named(label).flow.steps[step]  # type: ignore[union-attr]
    holder = next((user for user in cast.everybody() if chosen.is_for(user, made)), cast.outsider)
    for user in (holder, cast.outsider):
        client = signed_in(user)
        assert client.get(url).status_code in CALM
        assert client.post(url, {}).status_code in CALM
