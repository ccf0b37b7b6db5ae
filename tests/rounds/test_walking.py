"""A round is walked: started, recorded stop by stop, finished by what was found; entries are taken in once."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.flow import NotAllowed, Refused
from rounds import services
from rounds.flow import ROUND_FLOW, gaps
from rounds.models import Answer, Doubt, Photo, Round, StopEntry
from rounds.services import Given, ItemDraft
from tests.core.uploads import keep, picture
from tests.rounds.factories import a_checklist, a_missed_round, a_plan, a_round, a_started_round, record, some_places


def finished(round: Round, cast: Any, **said: Any) -> Round:
    return services.finish(round, by=cast.guard, at=timezone.now(), **said)


@pytest.mark.clause("M1.2.7")
def test_a_round_with_everything_in_order_passes(cast: Any, tower: Any) -> None:
    round = a_started_round(cast, tower)
    record(round, cast.guard, stop=1)
    record(round, cast.guard, stop=2)
    assert finished(round, cast).state == Round.State.PASS


def test_a_finding_fails_the_round_and_needs_a_note_and_a_photo(cast: Any, tower: Any) -> None:
    round = a_started_round(cast, tower)
    with pytest.raises(Refused, match="Say in the note what is wrong"):
        record(round, cast.guard, result="FAIL", said=" ")
    stop = record(round, cast.guard, result="FAIL")
    record(round, cast.guard, stop=2)
    with pytest.raises(Refused, match="a photo for"):
        finished(round, cast)
    services.add_photo(stop, keep(picture(), cast.guard, "a.jpg"), by=cast.guard, answer=stop.answers.get())
    assert finished(round, cast).state == Round.State.FAIL


def test_a_round_with_a_stop_left_out_is_finished_in_part_with_a_reason(cast: Any, tower: Any) -> None:
    round = a_started_round(cast, tower)
    record(round, cast.guard)
    with pytest.raises(Refused, match="not visited"):
        finished(round, cast)
    assert finished(round, cast, reason="2 层封闭施工").state == Round.State.PARTIAL


def test_a_recorded_stop_begins_the_round(cast: Any, tower: Any) -> None:
    round = a_round(cast, tower)
    record(round, cast.guard)
    round.refresh_from_db()
    assert (round.state, round.done_by) == (Round.State.IN_PROGRESS, cast.guard)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**6))
def test_each_entry_sent_five_times_in_any_order_is_taken_in_once(cast: Any, tower: Any, seed: int) -> None:
    """A6: three entries, two of them for one stop; the later of those counts."""
    round, now = a_round(cast, tower, name=str(seed)), timezone.now()
    sent = [(uuid4(), 1, "PASS", 1), (uuid4(), 1, "FAIL", 2), (uuid4(), 2, "PASS", 3)] * 5
    random.Random(seed).shuffle(sent)
    for entry, stop, result, minute in sent:
        captured = now + dt.timedelta(minutes=minute)
        record(round, cast.guard, stop=stop, result=result, entry=entry, captured_at=captured, received_at=captured)
    assert StopEntry.objects.filter(stop__round=round).count() == 3
    answers = Answer.objects.filter(stop__round=round).order_by("stop__position")
    assert [answer.result for answer in answers] == ["FAIL", "PASS"]


def test_an_entry_that_arrives_after_the_end_is_taken_in_and_judged_anew(cast: Any, tower: Any) -> None:
    round = a_started_round(cast, tower)
    record(round, cast.guard)
    finished(round, cast, reason="手机没电")
    record(round, cast.guard, stop=2)
    round.refresh_from_db()
    assert (round.state, round.gap_reason) == (Round.State.PASS, "")


def test_an_entry_for_a_missed_round_is_taken_in(cast: Any, tower: Any) -> None:
    round = a_missed_round(cast, tower)
    record(round, cast.guard, captured_at=round.due_from + dt.timedelta(minutes=1))
    round.refresh_from_db()
    assert round.was_late and round.state == Round.State.IN_PROGRESS


def test_doubtful_entries_are_kept_and_flagged(cast: Any, tower: Any) -> None:
    round, now = a_started_round(cast, tower), timezone.now()
    ahead = now + dt.timedelta(days=2)
    stop = record(round, cast.security_head, stop=2, method="NONE", captured_at=ahead, received_at=now)
    assert stop.doubts == [Doubt.NOT_SCANNED, Doubt.OUTSIDE_WINDOW, Doubt.CLOCK_AHEAD, Doubt.SOMEBODY_ELSE]


def test_two_stops_recorded_in_the_same_second_are_flagged(cast: Any, tower: Any) -> None:
    round, now = a_started_round(cast, tower), timezone.now()
    record(round, cast.guard, stop=1, captured_at=now)
    assert Doubt.TOO_FAST in record(round, cast.guard, stop=2, captured_at=now + dt.timedelta(seconds=2)).doubts


def test_a_number_and_a_choice_judge_themselves(cast: Any, tower: Any) -> None:
    items = [
        ItemDraft("压力", kind="NUMBER", low=2, high=4, measure="kPa"),
        ItemDraft("锁", kind="CHOICE", options=("好", "坏"), failing=("坏",)),
    ]
    round = a_round(cast, tower, checklist=a_checklist(tower, name="调压箱", items=items))
    number, choice = round.checklist.items.order_by("position")
    answers = {number.pk: Given(number=4.5, note="偏高"), choice.pk: Given(choice="好")}
    stop = record(round, cast.guard, answers=answers)
    assert [answer.result for answer in stop.answers.order_by("item__position")] == ["FAIL", "PASS"]


def test_a_round_keeps_the_items_it_was_started_with(cast: Any, tower: Any) -> None:
    round = a_started_round(cast, tower, checklist=a_checklist(tower, name="门禁", items=["门禁正常"]))
    services.set_items(round.checklist, [ItemDraft("门禁与闸机正常"), ItemDraft("读卡器完好")])
    record(round, cast.guard, answers={round.checklist.items.get(text="门禁正常").pk: Given("PASS")})
    record(round, cast.guard, stop=2, answers={round.checklist.items.get(text="门禁正常").pk: Given("PASS")})
    later = round.plan.rounds.exclude(pk=round.pk).earliest("due_from")
    assert (gaps(round), round.checklist_version) == ([], 1)
    assert ROUND_FLOW.take(later, "start", by=cast.guard, at=later.due_from).checklist_version == 2


def test_an_unchanged_checklist_makes_no_new_version(cast: Any, tower: Any) -> None:
    checklist = a_checklist(tower, name="门禁", items=["门禁正常"])
    item = checklist.items.get()
    assert services.set_items(checklist, [ItemDraft("门禁正常", pk=item.pk)]).version == 1


def test_a_round_is_started_from_its_time_on(cast: Any, tower: Any) -> None:
    later = a_plan(cast, tower).rounds.latest("due_from")
    with pytest.raises(Refused, match="due from"):
        ROUND_FLOW.take(later, "start", by=cast.guard, at=timezone.now())


def test_a_round_given_to_somebody_is_theirs_and_the_leaders(cast: Any, tower: Any) -> None:
    round = ROUND_FLOW.take(a_round(cast, tower), "give", by=cast.security_head, at=timezone.now(), person=cast.security_head)
    with pytest.raises(NotAllowed):
        ROUND_FLOW.take(round, "start", by=cast.guard, at=timezone.now())


def test_a_moved_round_leaves_its_time_empty_for_good(cast: Any, tower: Any) -> None:
    round = a_plan(cast, tower).rounds.latest("due_from")
    begins = round.due_from + dt.timedelta(hours=1)
    ROUND_FLOW.take(
        round, "move", by=cast.security_head, at=timezone.now(), note="消防演练", due_from=begins, due_until=begins + dt.timedelta(hours=2)
    )
    services.change_plan(round.plan, by=cast.security_head, at=timezone.now(), name="改名")
    assert Round.objects.get(moved_from=round).due_from == begins
    assert round.plan.rounds.get(due_from=round.due_from).state == Round.State.CANCELLED


def test_the_whole_round_is_walked_on_pages_without_scripts(cast: Any, tower: Any, as_user: Any) -> None:
    round = a_round(cast, tower)
    client = as_user(cast.guard)
    client.post(reverse("rounds:round_step", args=[round.pk, "start"]))
    item = round.checklist.items.order_by("position")[0]
    codes = [place.code for place in some_places(tower)]
    for position, code in enumerate(codes, 1):
        page = reverse("rounds:round_stop", args=[round.pk, position])
        key = client.get(page).context["form"]["submission_key"].value()
        assert client.post(page, {"submission_key": key, "code": code, f"result_{item.pk}": "PASS"}).status_code == 302
    client.post(reverse("rounds:round_step", args=[round.pk, "finish_in_order"]))
    round.refresh_from_db()
    assert (round.state, {stop.method for stop in round.stops.all()}) == (Round.State.PASS, {"CODE"})


def test_a_code_of_another_place_is_told_and_nothing_typed_is_lost(cast: Any, tower: Any, as_user: Any) -> None:
    round = a_started_round(cast, tower)
    item = round.checklist.items.order_by("position")[0]
    page, client = reverse("rounds:round_stop", args=[round.pk, 1]), as_user(cast.guard)
    key = client.get(page).context["form"]["submission_key"].value()
    answer = client.post(page, {"submission_key": key, "code": some_places(tower)[1].code, f"result_{item.pk}": "PASS", "note": "地面湿滑"})
    assert answer.status_code == 422 and "another place" in answer.content.decode() and "地面湿滑" in answer.content.decode()


def test_a_photo_is_seen_by_whoever_sees_the_round_and_by_nobody_else(cast: Any, tower: Any, as_user: Any) -> None:
    round = a_started_round(cast, tower)
    record(round, cast.guard, shown=(keep(picture(), cast.guard, "a.jpg"),))
    url = reverse("core:file", args=[Photo.objects.get().file.token])
    assert [as_user(who).get(url).status_code for who in (cast.security_head, cast.cleaner, cast.outsider)] == [200, 404, 404]
