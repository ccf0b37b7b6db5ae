"""Every form of the product sent several times at once (eight times in the ordeal): one record, and every answer leads to it.

The forms are found through the address table: a page whose form carries a `submission_key`. What is typed there
comes from `FORMS` in `tests/<app>/factories.py`; a form that is in neither `FORMS` nor `TWICE` (with a reason) fails.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from core.models import HistoryEntry, Submission
from staff.models import PostTerritory, User
from tests.conftest import Cast, a_building, a_unit
from tests.records import FORMS, TWICE
from tests.tenants.factories import a_contact
from tests.test_forms_everywhere import WHO, the_form
from tests.test_pages import PAGES, arguments, filled, shares

# pytest asks the module of a test with the fixture `made` what makes it.
__all__ = ["shares"]

AT_ONCE, AT_ONCE_IN_THE_SUITE = 8, 4
APPS = sorted({name.partition(":")[0] for name in FORMS})
# What differs between two rows that are otherwise the same.
OF_ITS_OWN = {"id", "number", "created_at", "token", "path"}
# A file is taken in before the form is judged, so each sending leaves one; those that hang on nothing are swept.
UPLOADS = {"core_storedfile"}


class Crowd:
    """Several browsers of each person, and as many threads with a connection each."""

    def __init__(self, size: int = AT_ONCE) -> None:
        self.size, self.pool = size, ThreadPoolExecutor(size)
        self.browsers: dict[int, list[Client]] = {}

    def of(self, user: User) -> list[Client]:
        if user.pk not in self.browsers:
            self.browsers[user.pk] = [Client(headers={"accept-language": "en"}) for _ in range(self.size)]
            for client in self.browsers[user.pk]:
                client.force_login(user, backend="staff.backends.CountedBackend")
        return self.browsers[user.pk]

    def send(self, user: User, url: str, typed: dict[str, Any]) -> list[Any]:
        start = Barrier(self.size)

        def one(client: Client) -> Any:
            values = {name: value() if callable(value) else value for name, value in typed.items()}
            start.wait(timeout=20)
            return client.post(url, values)

        return list(self.pool.map(one, self.of(user)))

    def go_home(self) -> None:
        start = Barrier(self.size)
        list(self.pool.map(lambda _number: (start.wait(timeout=20), connection.close()), range(self.size)))
        self.pool.shutdown()


def reaching(cast: Cast, building: Any) -> None:
    """The posts of everybody at home reach this building too."""
    for name, user in cast.people.items():
        cast.people[name] = User.objects.get(pk=user.pk)
        if name != "outsider":
            PostTerritory.objects.create(post=user.posts.get(), territory_id=building.pk)


def doubled(since: int) -> list[str]:
    """Tables with two new rows that say the same."""
    lines = HistoryEntry.objects.filter(pk__gt=since, kind="CREATED").exclude(row_table__in=UPLOADS)
    made = Counter(
        (line.row_table, json.dumps({name: said for name, said in line.changes.items() if name not in OF_ITS_OWN}, sort_keys=True))
        for line in lines
    )
    return sorted({table for (table, _said), count in made.items() if count > 1})


def fault_of(name: str, cast: Cast, building: Any, crowd: Crowd) -> str:
    """What goes wrong when the form is sent by all at once; empty when nothing does."""
    reaching(cast, building)
    url, user = reverse(name, kwargs=arguments(name, cast, building)), getattr(cast, WHO[name])
    filled: dict[str, Any] = the_form(crowd.of(user)[0].get(url))
    typed = {**filled, **FORMS[name](cast, building)}
    if "submission_key" not in filled:
        return "the page has no form with a submission key"
    newest = HistoryEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    answers = crowd.send(user, url, typed)
    seen = {(answer.status_code, answer.headers.get("Location", "")) for answer in answers}
    if len(seen) > 1 or {status for status, _url in seen} != {302}:
        return f"{sorted(seen)} {_words(answers)}"
    if Submission.objects.filter(key=typed["submission_key"][0]).count() != 1:
        return "the submission is not on record"
    return f"twice in {doubled(newest)}" if doubled(newest) else ""


def _words(answers: list[Any]) -> Any:
    """What the first refusing page says, to find out why."""
    for answer in answers:
        if answer.status_code != 302:
            form = (answer.context or {}).get("form") if answer.context else None
            return dict(form.errors) if form is not None else answer.content.decode()[-300:]
    return ""


@pytest.mark.timeout(120)
@pytest.mark.parametrize("times", [AT_ONCE_IN_THE_SUITE, pytest.param(AT_ONCE, marks=pytest.mark.ordeal)])
@pytest.mark.parametrize("app", APPS)
def test_a_form_sent_several_times_at_once_does_its_work_once(app: str, times: int, committed_db: None) -> None:
    cast, crowd, faults = Cast(a_building("A", "云汇中心 A 座"), a_building("B", "云汇中心 B 座")), Crowd(times), {}
    for number, name in enumerate(name for name in FORMS if name.startswith(f"{app}:")):
        fault = fault_of(name, cast, a_building(f"R{number}", f"楼 {number}"), crowd)
        if fault:
            faults[name] = fault
    crowd.go_home()
    assert not faults, "\n".join(f"{name}: {fault}" for name, fault in faults.items())


def test_a_note_sent_eight_times_at_once_is_one_line(committed_db: None) -> None:
    tower, crowd = a_building("A", "云汇中心 A 座"), Crowd()
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    unit = a_unit(tower, "1801")
    url = reverse("core:note", args=["premises.Unit", unit.pk])
    answers = crowd.send(cast.service_clerk, url, {"note": "已电话通知", "submission_key": str(uuid.uuid4())})
    crowd.go_home()
    assert {answer.status_code for answer in answers} == {302}
    assert HistoryEntry.objects.filter(kind="NOTE", row_id=unit.pk).count() == 1


def test_of_eight_edits_of_one_version_one_wins_and_the_others_see_both_texts(committed_db: None) -> None:
    tower, crowd = a_building("A", "云汇中心 A 座"), Crowd()
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    row = a_contact(cast, tower)
    tower.refresh_from_db()
    edits = {
        reverse("premises:unit_edit", args=[a_unit(tower, "1802").pk]): "area_m2",
        reverse("tenants:contact_edit", args=[row.pk]): "title",
        reverse("tenants:tenant_edit", args=[row.tenant_id]): "industry",
        reverse("tenants:file_part_edit", args=[row.tenant.file_parts.first().pk]): "not_applicable_reason",
    }
    for url, field in edits.items():
        filled: dict[str, Any] = the_form(crowd.of(cast.service_clerk)[0].get(url))
        mine = iter(range(201, 201 + AT_ONCE))
        typed = {**filled, "submission_key": lambda: str(uuid.uuid4()), field: lambda numbers=mine: f"{next(numbers)}.00"}
        answers = crowd.send(cast.service_clerk, url, typed)
        assert sorted(answer.status_code for answer in answers) == [302, *[409] * (AT_ONCE - 1)], url
        for late in answers:
            if late.status_code == 409:
                [(_label, now, typed_by_me)] = late.context["rows"]
                assert now != typed_by_me and {now[-3:], typed_by_me[-3:]} == {".00"}
    crowd.go_home()


@pytest.mark.parametrize("name", [name for name in WHO if name not in FORMS and not name.endswith("_print")])
def test_every_page_with_a_form_is_sent_twice_or_says_why_not(name: str, cast: Cast, made: Any, signed_in: Callable[..., Client]) -> None:
    url = reverse(name, kwargs=filled(name, made))
    has_form = the_form(signed_in(getattr(cast, WHO[name])).get(url))
    assert not has_form or len(TWICE.get(name, "")) > 20, "Say in FORMS of the app's factories what is typed into this form."


def test_no_form_is_listed_that_is_gone() -> None:
    assert (set(FORMS) | set(TWICE)) - set(PAGES) == set()
