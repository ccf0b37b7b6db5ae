"""A round is walked on a phone's page with plain forms: no script is needed."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from rounds import kinds
from rounds.models import Answer, Photo, Round, RoundStop
from rounds.services import ItemDraft
from tests.core.uploads import picture
from tests.rounds.factories import a_checklist, a_round, a_started_round, record


def a_photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("现场.jpg", picture(), "image/jpeg")


@pytest.fixture
def guard(cast: Any, as_user: Any) -> Any:
    return as_user(cast.guard)


def page(round: Round) -> str:
    return reverse("rounds:walk", args=[round.pk])


def filled(round: Round, *, stop: int = 1, result: str = "PASS", **more: Any) -> dict[str, Any]:
    """What somebody fills in at a stop: the first question answered."""
    item = round.checklist.items.current().order_by("position")[0]
    return {
        "submission_key": str(uuid4()),
        "stop": stop,
        f"result_{item.pk}": result,
        **{key.replace("ITEM", str(item.pk)): value for key, value in more.items()},
    }


def stops(round: Round) -> list[RoundStop]:
    return list(round.stops.order_by("position"))


@pytest.mark.clause("M1.2.7")
def test_a_round_is_walked_to_its_end_by_plain_forms(cast: Any, tower: Any, guard: Any) -> None:
    round = a_round(cast, tower)
    assert guard.post(page(round), filled(round, stop=1)).status_code == 302
    answer = guard.post(page(round), filled(round, stop=2), follow=True)
    assert "Every stop is recorded" in answer.content.decode()
    guard.post(reverse("rounds:walk_finish", args=[round.pk]), {"submission_key": str(uuid4()), "note": ""})
    round.refresh_from_db()
    assert (round.state, round.done_by) == (Round.State.PASS, cast.guard)


def test_a_typed_code_leads_to_its_stop(cast: Any, tower: Any, guard: Any) -> None:
    round = a_started_round(cast, tower)
    second = stops(round)[1]
    shown = guard.get(page(round), {"code": f" {second.place.code.lower()} "})  # type: ignore[union-attr]
    assert shown.context["line"].position == 2
    assert shown.context["stop_form"].initial["method"] == "CODE"


def test_a_code_of_elsewhere_says_so(cast: Any, tower: Any, guard: Any) -> None:
    shown = guard.get(page(a_started_round(cast, tower)), {"code": "ACDEFG"})
    assert "The label ACDEFG is not on this round." in shown.content.decode()


def test_the_label_leads_who_is_on_a_round_to_the_stop(cast: Any, tower: Any, guard: Any) -> None:
    round = a_started_round(cast, tower)
    place = stops(round)[1].place
    answer = guard.get(reverse("scan", args=[place.code]))  # type: ignore[union-attr]
    assert answer.url == f"{page(round)}?stop=2&via=QR_LINK"
    guard.post(answer.url, {**filled(round, stop=2), "method": guard.get(answer.url).context["stop_form"].initial["method"]})
    assert stops(round)[1].method == RoundStop.Method.QR_LINK


def test_the_label_leads_to_a_round_that_nobody_has_begun_too(cast: Any, tower: Any, guard: Any) -> None:
    round = a_round(cast, tower)
    place = round.plan.route.get(position=2).place  # type: ignore[union-attr]
    assert guard.get(reverse("scan", args=[place.code])).url == f"{page(round)}?stop=2&via=QR_LINK"


def test_the_label_leads_everybody_else_to_the_place(cast: Any, tower: Any, as_user: Any) -> None:
    place = stops(a_started_round(cast, tower))[0].place
    answer = as_user(cast.cashier).get(reverse("scan", args=[place.code]))  # type: ignore[union-attr]
    assert answer.url == reverse("premises:place_detail", args=[place.pk])  # type: ignore[union-attr]


def test_a_finding_without_a_note_and_a_photo_comes_back_with_what_was_typed(cast: Any, tower: Any, guard: Any) -> None:
    round = a_started_round(cast, tower)
    answer = guard.post(page(round), {**filled(round, result="FAIL"), "note": "门口"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Say what is wrong." in text and "Take a photo, or tick that none is possible." in text and "门口" in text
    assert not stops(round)[0].is_done


def test_a_photo_survives_an_error_elsewhere(cast: Any, tower: Any, guard: Any) -> None:
    round = a_started_round(cast, tower)
    item = round.checklist.items.current().order_by("position")[0]
    answer = guard.post(page(round), {**filled(round, result="FAIL"), f"photo_{item.pk}": a_photo()})
    [token] = [
        file.token for file in answer.context["stop_form"][f"photo_{item.pk}"].field.widget.get_context("x", None, {})["widget"]["kept"]
    ]
    again = {**filled(round, result="FAIL", note_ITEM="堆放纸箱"), f"photo_{item.pk}_token": str(token)}
    assert guard.post(page(round), again).status_code == 302
    assert Photo.objects.get().answer.item == item  # type: ignore[union-attr]


def test_a_finding_offers_what_its_kind_follows_up_with(cast: Any, tower: Any, guard: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(kinds, "_everywhere", [])
    kinds.offer(kinds.FollowUp("repair", "Create repair", url=lambda answer: f"/repairs/work-orders/new/?spot={answer.item}"))
    round = a_started_round(cast, tower)
    item = round.checklist.items.current().order_by("position")[0]
    wrong = {**filled(round, result="FAIL", note_ITEM="堆放纸箱"), f"photo_{item.pk}": a_photo()}
    text = guard.post(page(round), wrong, follow=True).content.decode()
    assert "Create repair" in text and "堆放纸箱" in text


def test_a_number_outside_its_limits_is_a_finding_and_asks_for_a_note(cast: Any, tower: Any, guard: Any) -> None:
    round = a_started_round(cast, tower)
    number = round.checklist.items.current().get(kind="NUMBER")
    assert guard.post(page(round), {**filled(round), f"number_{number.pk}": "31.5"}).status_code == 422
    told = {**filled(round), f"number_{number.pk}": "31.5", f"note_{number.pk}": "空调停机", f"nophoto_{number.pk}": "on"}
    assert guard.post(page(round), told).status_code == 302
    assert Answer.objects.get(item=number).result == Answer.Result.FAIL


def test_every_kind_of_question_can_be_answered(cast: Any, tower: Any, guard: Any) -> None:
    items = [
        "门锁",
        ItemDraft("压力", kind="NUMBER", low=2, high=5, measure="kPa"),
        ItemDraft("天气", kind="CHOICE", options=("晴", "雨")),
        ItemDraft("全景", kind="PHOTO"),
    ]
    round = a_started_round(cast, tower, checklist=a_checklist(tower, name="四种", items=items))
    lock, pressure, weather, view = round.checklist.items.current().order_by("position")
    told = {
        "submission_key": str(uuid4()),
        "stop": 1,
        f"result_{lock.pk}": "NOT_APPLICABLE",
        f"number_{pressure.pk}": "3.25",
        f"choice_{weather.pk}": "雨",
    }
    assert guard.post(page(round), told).status_code == 422
    told |= {"submission_key": str(uuid4()), f"photo_{view.pk}": a_photo()}
    assert guard.post(page(round), told).status_code == 302
    found = {answer.item_id: (answer.result, answer.choice) for answer in Answer.objects.all()}
    assert found == {lock.pk: ("NOT_APPLICABLE", ""), pressure.pk: ("PASS", ""), weather.pk: ("PASS", "雨"), view.pk: ("PASS", "")}


def test_a_recorded_stop_opens_with_what_was_said(cast: Any, tower: Any, guard: Any) -> None:
    round = a_started_round(cast, tower)
    record(round, cast.guard, stop=1, result="FAIL")
    text = guard.get(page(round), {"stop": "1"}).content.decode()
    assert "堆放纸箱" in text


def test_what_is_left_out_needs_a_reason(cast: Any, tower: Any, guard: Any) -> None:
    round = a_started_round(cast, tower)
    record(round, cast.guard, stop=1)
    there = reverse("rounds:walk_finish", args=[round.pk])
    answer = guard.post(there, {"submission_key": str(uuid4()), "note": ""})
    assert answer.status_code == 422 and "Still open" in answer.content.decode()
    guard.post(there, {"submission_key": str(uuid4()), "note": "二层封闭施工"})
    round.refresh_from_db()
    assert (round.state, round.gap_reason) == (Round.State.PARTIAL, "二层封闭施工")


def test_who_may_only_read_a_round_does_not_walk_it(cast: Any, tower: Any, as_user: Any) -> None:
    round = a_started_round(cast, tower)
    assert as_user(cast.general_manager).get(page(round)).status_code == 403
    assert as_user(cast.outsider).get(page(round)).status_code == 404


def test_a_cancelled_round_says_so_and_takes_nothing(cast: Any, tower: Any, guard: Any) -> None:
    round = a_round(cast, tower)
    Round.objects.filter(pk=round.pk).update(state="CANCELLED")
    assert "This round was cancelled" in guard.get(page(round)).content.decode()
    assert guard.post(page(round), filled(round)).status_code == 422


def test_the_page_of_a_long_round_is_small_and_asks_the_database_seldom(
    cast: Any, tower: Any, guard: Any, django_assert_max_num_queries: Any
) -> None:
    import gzip

    from tests.rounds.factories import some_places

    asked = [
        "消防通道畅通",
        "灯具完好",
        "门锁完好",
        "无渗水",
        "无异味",
        "标识清楚",
        "灭火器在位",
        "地面干净",
        ItemDraft("温度", kind="NUMBER", low=16, high=28, measure="℃"),
        ItemDraft("天气", kind="CHOICE", options=("晴", "雨", "雪")),
    ]
    round = a_started_round(cast, tower, places=some_places(tower, 12), checklist=a_checklist(tower, name="长", items=asked))
    for number in range(1, 7):
        record(
            round, cast.guard, stop=number, result="FAIL" if number == 3 else "PASS", at=timezone.now() - dt.timedelta(minutes=60 - number)
        )
    guard.get(page(round))
    with django_assert_max_num_queries(8):
        shown = guard.get(page(round))
    assert len(gzip.compress(shown.content, 6)) < 25_000


def test_a_finding_becomes_a_repair_request_with_what_was_found(cast: Any, tower: Any, guard: Any) -> None:
    round = a_started_round(cast, tower)
    stop = record(round, cast.guard, result="FAIL")
    shown = guard.get(page(round), {"saved": stop.position})
    [url] = [url for finding in shown.context["saved"].findings for offer, url in finding.follow_ups if offer.key == "repair"]
    assert url.replace("&", "&amp;") in shown.content.decode()
    started = guard.get(url).context["form"].initial
    assert started["area"] == stop.place.public_area.pk
    assert (started["spot"], started["content"]) == (str(stop), "消防通道畅通: 堆放纸箱")
