"""Entries of a phone arrive late, twice, out of order and by several at once; each is recorded once."""

from __future__ import annotations

import datetime as dt
import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models import HistoryEntry
from rounds.models import Answer, Doubt, Photo, Round, RoundStop, StopEntry
from rounds.services.entries import Entry, take_in
from rounds.services.walking import Given
from tests.conftest import Cast, a_building
from tests.core.uploads import picture
from tests.rounds.factories import a_round, a_started_round, some_places

STOPS, TIMES = 4, 5


@pytest.fixture
def guard(cast: Any, as_user: Any) -> Any:
    return as_user(cast.guard)


def send(client: Any, round: Round, *, stop: int = 1, result: str = "PASS", key: UUID | None = None, **more: Any) -> Any:
    item = round.checklist.items.current().order_by("position")[0]
    body = {
        "submission_key": str(key or uuid4()),
        "stop": stop,
        "method": "SCANNER",
        f"result_{item.pk}": result,
        f"note_{item.pk}": "堆物" if result == "FAIL" else "",
    }
    return client.post(reverse("rounds:walk_entries", args=[round.pk]), {**body, **more}, headers={"accept": "application/json"})


SENT = st.lists(
    st.tuples(st.integers(1, STOPS), st.integers(0, 3000), st.sampled_from(["PASS", "FAIL", "NOT_APPLICABLE"])), min_size=1, max_size=3
)


ANY = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}
ORDERS = given(sent=SENT, seed=st.integers(0, 2**32))


@settings(max_examples=100, **ANY)
@ORDERS
def test_five_sendings_in_any_order_are_one_record_and_the_latest_counts(round_of_four: Any, sent: list[Any], seed: int) -> None:
    """reliability.md A6. The outcome is that of the entries sorted by when they were captured, each once."""
    arrive(round_of_four, sent, seed)


@pytest.mark.ordeal
@settings(max_examples=2000, **ANY)
@ORDERS
def test_five_sendings_in_two_thousand_orders_are_one_record(round_of_four: Any, sent: list[Any], seed: int) -> None:
    arrive(round_of_four, sent, seed)


def arrive(round_of_four: Any, sent: list[Any], seed: int) -> None:
    cast, round, item = round_of_four
    Answer.objects.filter(stop__round=round).delete()
    StopEntry.objects.filter(stop__round=round).delete()
    round.stops.update(captured_at=None, received_at=None, done_by=None, note="", doubts=[])
    at = timezone.now()
    # No two at the same moment: which of those is the later nobody can say.
    moments = [at - dt.timedelta(seconds=ago, milliseconds=number) for number, (_stop, ago, _result) in enumerate(sent)]
    made = [
        Entry(uuid4(), stop, {item.pk: Given(result, note="堆物")}, moment, method="SCANNER", note=str(number))
        for number, ((stop, _ago, result), moment) in enumerate(zip(sent, moments, strict=True))
    ]
    arrivals = made * TIMES
    random.Random(seed).shuffle(arrivals)
    for entry in arrivals:
        take_in(round, entry, by=cast.guard, at=at)
    assert StopEntry.objects.filter(stop__round=round).count() == len(made)
    latest = {entry.stop: entry for entry in sorted(made, key=lambda entry: entry.captured_at)}
    told = {stop.position: (stop.captured_at, stop.note) for stop in round.stops.exclude(captured_at=None)}
    assert told == {stop: (entry.captured_at, entry.note) for stop, entry in latest.items()}
    found = {answer.stop.position: answer.result for answer in Answer.objects.filter(stop__round=round).select_related("stop")}
    assert found == {stop: entry.answers[item.pk].result for stop, entry in latest.items()}


@pytest.fixture
def round_of_four(cast: Any, tower: Any) -> Any:
    round = a_started_round(cast, tower, places=some_places(tower, STOPS))
    return cast, round, round.checklist.items.current().order_by("position")[0]


def test_an_entry_sent_five_times_between_others_is_one_record_with_one_photo(cast: Any, tower: Any, guard: Any) -> None:
    round = a_round(cast, tower)
    item = round.checklist.items.current().order_by("position")[0]
    keys = [uuid4(), uuid4()]
    arrivals = [0, 1] * TIMES
    random.Random(7).shuffle(arrivals)
    for number in arrivals:
        photo = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
        answer = send(guard, round, stop=number + 1, result="FAIL", key=keys[number], **{f"photo_{item.pk}": photo})
        assert answer.status_code == 200
    assert (StopEntry.objects.count(), Photo.objects.count(), Answer.objects.count()) == (2, 2, 2)
    assert round.stops.exclude(captured_at=None).count() == 2


def test_eight_sendings_at_once_are_one_record(committed_db: Any) -> None:
    tower = a_building("A", "云汇中心 A 座")
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    round, key = a_round(cast, tower), uuid4()
    clients = [Client() for _number in range(8)]
    for client in clients:
        client.force_login(cast.guard, backend="staff.backends.CountedBackend")

    def once(client: Client) -> int:
        try:
            return int(send(client, round, key=key).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(once, clients))
    assert statuses == [200] * 8
    assert (StopEntry.objects.count(), HistoryEntry.objects.filter(row_table="rounds_answer", kind="CREATED").count()) == (1, 1)


def test_the_answer_says_how_the_stop_stands_and_what_is_offered(cast: Any, tower: Any, guard: Any, monkeypatch: Any) -> None:
    from rounds import kinds

    monkeypatch.setattr(kinds, "_everywhere", [kinds.FollowUp("repair", "Create repair", url=lambda answer: "/there/")])
    told = send(guard, a_round(cast, tower), result="FAIL").json()
    assert (told["stop"], told["done"]) == (1, 1)
    assert told["findings"] == [{"text": "消防通道畅通", "note": "堆物", "follow_ups": [{"label": "Create repair", "url": "/there/"}]}]


def test_what_a_phone_recorded_without_a_network_is_taken_in_as_it_is_and_flagged(cast: Any, tower: Any, guard: Any) -> None:
    round = a_started_round(cast, tower)
    long_ago = (timezone.now() - dt.timedelta(hours=13)).isoformat()
    assert send(guard, round, captured_at=long_ago, method="NONE", whereabouts="REFUSED").status_code == 200
    stop = RoundStop.objects.get(round=round, position=1)
    assert {Doubt.LATE_UPLOAD, Doubt.NOT_SCANNED} <= set(stop.doubts)
    assert (stop.whereabouts, stop.received_at > stop.captured_at) == ("REFUSED", True)  # type: ignore[operator]


def test_a_clock_that_runs_ahead_is_flagged_and_not_refused(cast: Any, tower: Any, guard: Any) -> None:
    round = a_round(cast, tower)
    assert send(guard, round, captured_at=(timezone.now() + dt.timedelta(hours=2)).isoformat()).status_code == 200
    assert Doubt.CLOCK_AHEAD in RoundStop.objects.get(round=round, position=1).doubts


def test_an_entry_keeps_to_its_place_when_the_route_was_changed_meanwhile(cast: Any, tower: Any, guard: Any) -> None:
    from rounds import services

    places = some_places(tower, 3)
    round = a_round(cast, tower, places=places)
    services.change_plan(round.plan, by=cast.security_head, at=timezone.now(), places=[places[2], places[0]])
    fresh = round.plan.rounds.order_by("due_from")[0]  # type: ignore[union-attr]
    assert send(guard, fresh, stop=1, code=places[0].code).status_code == 200
    assert RoundStop.objects.get(round=fresh, place=places[0]).is_done
    gone = send(guard, fresh, stop=2, code=places[1].code)
    assert gone.status_code == 422 and "not on it any more" in gone.json()["error"]


def test_what_can_not_be_taken_in_is_answered_in_words(cast: Any, tower: Any, guard: Any, as_user: Any) -> None:
    round = a_round(cast, tower)
    assert "no number of its own" in send(guard, round, submission_key="x").json()["error"]
    assert send(guard, round, captured_at="gestern").status_code == 422
    assert send(guard, round, stop=9).status_code == 422
    assert send(guard, round, latitude="200").status_code == 422
    assert send(as_user(cast.outsider), round).status_code == 404
    assert send(as_user(cast.general_manager), round).status_code == 403
    Round.objects.filter(pk=round.pk).update(state="CANCELLED")
    assert "cancelled" in send(guard, round).json()["error"]
    assert not StopEntry.objects.exists()


def test_an_entry_of_one_round_is_not_an_answer_for_another(cast: Any, tower: Any, guard: Any) -> None:
    first, key = a_started_round(cast, tower), uuid4()
    second = first.plan.rounds.exclude(pk=first.pk).order_by("due_from")[0]  # type: ignore[union-attr]
    assert send(guard, first, key=key).status_code == 200
    assert send(guard, second, key=key).status_code == 422


def test_an_entry_without_a_token_is_refused(cast: Any, tower: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.guard, backend="staff.backends.CountedBackend")
    assert send(client, a_round(cast, tower)).status_code == 403
    assert not StopEntry.objects.exists()


def test_the_session_says_who_is_here_and_gives_a_token(cast: Any, guard: Any) -> None:
    told = guard.get(reverse("rounds:phone_session")).json()
    assert told["user"] == cast.guard.pk and told["csrf"]
    assert Client().get(reverse("rounds:phone_session")).status_code == 302


def test_a_late_end_of_a_round_is_taken_in_once(cast: Any, tower: Any, guard: Any) -> None:
    round = a_started_round(cast, tower)
    send(guard, round, stop=1)
    there, key = reverse("rounds:walk_finish", args=[round.pk]), str(uuid4())
    refused = guard.post(there, {"submission_key": key}, headers={"accept": "application/json"})
    assert refused.status_code == 422 and "Still open" in refused.json()["error"]
    for _time in range(2):
        told = guard.post(there, {"submission_key": key, "note": "下雨"}, headers={"accept": "application/json"})
        assert told.json()["state"] == Round.State.PARTIAL
    round.refresh_from_db()
    assert round.gap_reason == "下雨"
