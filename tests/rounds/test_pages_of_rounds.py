"""Pages of plans, the board, the quota and the histories."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from rounds import wording
from rounds.models import Plan, Round
from rounds.recurrence import Repeats, Rule, Window
from tests.rounds.factories import ZONE, a_plan, a_plan_typed, a_round, a_started_round, record, some_places, the_department

ANCHOR = dt.date(2026, 1, 5)
MORNING = (Window(dt.time(8), 120),)


@pytest.mark.parametrize(
    ("rule", "chinese", "english"),
    [
        (Rule(Repeats.DAYS, MORNING, ANCHOR), "每天，08:00–10:00", "every day, 08:00–10:00"),
        (Rule(Repeats.DAYS, MORNING, ANCHOR, working_days_only=True), "每个工作日，08:00–10:00", "every working day, 08:00–10:00"),
        (Rule(Repeats.WEEKS, MORNING, ANCHOR, every=2, weekdays=(1, 5)), "每 2 周的星期一、星期五，08:00–10:00",
         "every 2 weeks on Monday/Friday, 08:00–10:00"),
        (Rule(Repeats.MONTH_DAYS, MORNING, ANCHOR, month_days=(31,)), "每月 31 日，08:00–10:00", "every month on the 31, 08:00–10:00"),
        (Rule(Repeats.SPREAD, MORNING, ANCHOR, times=2), "每月 2 次，均匀分布，08:00–10:00", "2 times a month, spread out, 08:00–10:00"),
        (Rule(Repeats.ON_DEMAND, (), ANCHOR), "按需", "on demand"),
    ],
)  # fmt: skip
def test_a_rule_is_said_in_both_languages(rule: Rule, chinese: str, english: str) -> None:
    assert wording.in_words(rule) == english
    with translation.override("zh-hans"):
        assert wording.in_words(rule) == chinese


def test_a_window_past_midnight_is_read_as_it_is_typed() -> None:
    assert wording.windows_of("22:00-02:00\n8：00－9:30".replace("－", "-")) == (Window(dt.time(22), 240), Window(dt.time(8), 90))


def test_the_next_ten_dates_are_shown_before_a_plan_is_saved(cast: Any, tower: Any, as_user: Any) -> None:
    told = {"repeats": "MONTH_DAYS", "month_days": "31", "windows": "08:00-10:00", "starts_on": "2027-01-01"}
    page = as_user(cast.security_head).get(reverse("rounds:plan_preview"), told).content.decode()
    assert "2027-02-28" in page and "every month on the 31" in page and not Plan.objects.exists()


def test_a_plan_is_made_on_the_page_and_its_bad_input_is_kept(cast: Any, tower: Any, as_user: Any) -> None:
    client, url = as_user(cast.security_head), reverse("rounds:plan_new")
    key = client.get(url).context["form"]["submission_key"].value()
    typed = {
        **a_plan_typed(cast, tower),
        "department": the_department().pk,
        "starts_on": timezone.localdate().isoformat(),
        "submission_key": key,
    }
    refused = client.post(url, {**typed, "windows": "morgens", "name": "夜间巡逻甲"})
    assert refused.status_code == 422 and "夜间巡逻甲" in refused.content.decode() and "morgens" in refused.content.decode()
    assert client.post(url, typed).status_code == 302
    assert Plan.objects.get().route.count() == 2


def test_this_and_later_is_changed_on_the_page(cast: Any, tower: Any, as_user: Any) -> None:
    plan = a_plan(cast, tower)
    client, day = as_user(cast.security_head), timezone.localdate() + dt.timedelta(days=3)
    url = f"{reverse('rounds:plan_edit', args=[plan.pk])}?from={day}"
    form = client.get(url).context["form"]
    filled = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False, [])}
    answer = client.post(url, {**filled, "name": "晚间巡逻", "windows": "20:00-21:00"})
    assert answer.status_code == 302
    names = {round.due_from.astimezone(ZONE).date() >= day: round.name for round in plan.rounds.all()}
    assert names == {False: "大厦全方位巡逻", True: "晚间巡逻"}


@pytest.mark.parametrize("view", ["day", "week", "month", "agenda"])
def test_the_board_shows_the_rounds_of_my_department_in_every_view(view: str, cast: Any, tower: Any, as_user: Any) -> None:
    a_round(cast, tower)
    url = reverse("rounds:board")
    assert "大厦全方位巡逻" in as_user(cast.guard).get(url, {"view": view}).content.decode()
    assert "大厦全方位巡逻" not in as_user(cast.cleaner).get(url, {"view": view}).content.decode()


def test_the_quota_counts_done_and_asked_by_place(cast: Any, tower: Any, as_user: Any) -> None:
    first = timezone.localdate().replace(day=1)
    rule = Rule(Repeats.DAYS, (Window(dt.time(0), 1440),), timezone.localdate(), every=40)
    round = a_started_round(cast, tower, rule=rule)
    record(round, cast.guard)
    page = as_user(cast.guard).get(reverse("rounds:quota"), {"month": f"{first:%Y-%m}"}).content.decode()
    assert "1/1" in page and "0/1" in page


def test_the_history_of_a_place_and_of_a_person_show_what_was_recorded(cast: Any, tower: Any, as_user: Any) -> None:
    round = a_started_round(cast, tower)
    record(round, cast.guard)
    client, place = as_user(cast.security_head), some_places(tower)[0]
    at_place = client.get(reverse("rounds:place_history", args=[place.pk])).content.decode()
    of_person = client.get(reverse("rounds:person_history", args=[cast.guard.pk])).content.decode()
    assert "大厦全方位巡逻" in at_place and "大厦全方位巡逻" in of_person


def test_a_scanned_label_leads_to_the_stop_that_is_due_there(cast: Any, tower: Any, as_user: Any) -> None:
    round, place = a_started_round(cast, tower), some_places(tower)[0]
    assert as_user(cast.guard).get(reverse("scan", args=[place.code])).url.startswith(reverse("rounds:walk", args=[round.pk]))
    page = as_user(cast.guard).get(reverse("premises:place_detail", args=[place.pk])).content.decode()
    assert f"{reverse('rounds:round_stop', args=[round.pk, 1])}?scanned=1" in page


def test_a_round_sheet_prints_filled_and_blank_and_a_plan_its_labels(cast: Any, tower: Any, as_user: Any) -> None:
    round, client = a_started_round(cast, tower), as_user(cast.guard)
    record(round, cast.guard)
    pages = [
        reverse("rounds:round_print", args=[round.pk, "sheet"]),
        reverse("rounds:plan_print", args=[round.plan_id, "sheet"]),
        reverse("rounds:plan_labels", args=[round.plan_id]),
    ]
    assert [client.get(page).content[:5] for page in pages] == [b"%PDF-"] * 3


def test_a_round_without_a_plan_has_the_next_number_of_the_day(cast: Any, tower: Any) -> None:
    from rounds import services
    from tests.rounds.factories import a_checklist

    told = {
        "kind": "rounds.inspection",
        "name": "漏水排查",
        "building": tower,
        "checklist": a_checklist(tower),
        "department": the_department(),
    }
    made = [services.start_now(**told, by=cast.guard, at=timezone.now()) for _turn in range(2)]
    assert [round.number[-4:] for round in made] == ["0001", "0002"] and Round.objects.filter(plan=None).count() == 2
