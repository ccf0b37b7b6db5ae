"""Permits for hot work and work at height: applied for within limits, checked at the spot, watched, stopped (manual 3.2.3-2, 3.10.3-3)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from core.flow import NotAllowed, Refused
from core.models import Notice
from fitout.flow import FITOUT_FLOW, HEIGHT_FLOW, HOT_WORK_FLOW
from fitout.flow.site_permits import ISOLATED, STOPPED, stop_for_weather
from fitout.models import HeightPermit, HotWorkPermit, WorkerPass
from fitout.services import site_permits
from fitout.tasks import workers as tasks
from tests.fitout.worker_records import (
    a_height_permit,
    a_hot_work,
    a_pass,
    a_photo,
    a_site,
    approve,
    at,
    begin,
    hot_work_of,
    next_working_day,
)

stands_on = a_site

DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)


def broken(permit: Any, **values: Any) -> set[str]:
    """The fields whose limits an application breaks."""
    for name, value in values.items():
        setattr(permit, name, value)
    return {field for field, _text in site_permits.faults(permit, at=timezone.now())}


def travel(to: dt.datetime) -> Any:
    return time_machine.travel(to, tick=False)


@pytest.mark.clause("M3.2.3-2.F1")
def test_an_application_keeps_to_the_limits_of_the_house(cast: Any, tower: Any) -> None:
    fitout, day = a_site(cast, tower), next_working_day()
    permit = hot_work_of(fitout, cast)
    assert broken(permit) == set()
    assert broken(permit, starts_at=at(day, 7)) == {"starts_at"}
    assert broken(permit, starts_at=at(day, 8), ends_at=at(day, 17)) == {"ends_at"}
    assert "ends_at" in broken(permit, starts_at=at(day, 17), ends_at=at(day + DAY, 9))
    assert broken(permit, starts_at=at(day, 9), ends_at=at(day, 12), clear_m=9) == {"clear_m"}
    assert broken(permit, clear_m=10, extinguishers=1) == {"extinguishers"}
    assert broken(permit, extinguishers=2, has_blanket=False) == {"has_blanket"}


@pytest.mark.clause("M3.2.3-2")
def test_the_flame_is_for_a_certified_worker_and_somebody_else_watches(cast: Any, tower: Any) -> None:
    fitout = a_site(cast, tower)
    permit = hot_work_of(fitout, cast)
    welder, watcher = permit.welder, permit.watcher
    assert broken(permit, welder=watcher) == {"welder", "watcher"}
    assert broken(permit, welder=welder, watcher=welder) == {"watcher"}
    welder.certificate_until = timezone.localdate()
    assert broken(permit, watcher=watcher) == {"welder"}
    assert broken(permit, welder=a_pass(cast, tower, fitout=fitout, made=False, trade="WELDER")) == {"welder"}


def test_a_watcher_watches_one_fire_at_a_time(cast: Any, tower: Any) -> None:
    first = a_hot_work(cast, tower)
    second = hot_work_of(first.fitout, cast, watcher=first.watcher)
    assert broken(second) == {"watcher"}
    with pytest.raises(Refused, match="another permit"):
        site_permits.apply(second, by=cast.guard, at=timezone.now())


@pytest.mark.clause("M3.2.4-3.4.a")
def test_the_contractor_applies_on_the_page_and_what_was_wrong_is_kept_beside_its_field(cast: Any, tower: Any, as_user: Any) -> None:
    fitout, day = a_site(cast, tower), next_working_day()
    permit, clerk = hot_work_of(fitout, cast), as_user(cast.service_clerk)
    url = reverse("fitout:hot_work_new", args=[fitout.pk])
    key = str(clerk.get(url).context["form"]["submission_key"].value())
    told = {
        "spot": permit.spot, "work": permit.work, "tool": permit.tool, "starts_at": f"{day}T06:00", "ends_at": f"{day}T12:00",
        "welder": permit.welder.pk, "watcher": permit.watcher.pk, "clear_m": "10", "extinguishers": "2", "has_blanket": "on",
        "submission_key": key,
    }  # fmt: skip
    answer = clerk.post(url, told)
    assert answer.status_code == 422
    assert "allowed from 08:00 to 18:00" in str(answer.context["form"].errors["starts_at"])
    assert clerk.post(url, {**told, "starts_at": f"{day}T09:00"}).status_code == 302
    made = HotWorkPermit.objects.get()
    assert (made.state, made.created_by, made.number[:2]) == ("APPLIED", cast.service_clerk, "DH")


@pytest.mark.clause("M3.2.3-2.F1")
def test_security_approves_but_nobody_their_own_request(cast: Any, tower: Any) -> None:
    fitout = a_site(cast, tower)
    own = site_permits.apply(hot_work_of(fitout, cast), by=cast.guard, at=timezone.now())
    with pytest.raises(Refused, match="made this request yourself"):
        approve(own, cast)
    with pytest.raises(NotAllowed):
        HOT_WORK_FLOW.take(own, "approve", by=cast.engineer, at=timezone.now())
    taken = HOT_WORK_FLOW.take(own, "approve", by=cast.security_head, at=timezone.now())
    assert (taken.state, taken.approved_by) == ("APPROVED", cast.security_head)


@pytest.mark.clause("M3.2.3-2.F1")
def test_what_comes_too_late_is_decided_by_the_head_with_a_reason(cast: Any, tower: Any) -> None:
    permit = a_hot_work(cast, tower)
    HotWorkPermit.objects.filter(pk=permit.pk).update(created_at=at(next_working_day(), 8))
    with pytest.raises(Refused, match="too late for the ordinary way"):
        approve(permit, cast)
    with pytest.raises(NotAllowed):
        HOT_WORK_FLOW.take(permit, "approve_late", by=cast.guard, at=timezone.now(), note="水管爆裂")
    with pytest.raises(Refused, match="Give a reason"):
        HOT_WORK_FLOW.take(permit, "approve_late", by=cast.security_head, at=timezone.now())
    taken = HOT_WORK_FLOW.take(permit, "approve_late", by=cast.security_head, at=timezone.now(), note="水管爆裂")
    assert (taken.state, taken.urgent_reason) == ("APPROVED", "水管爆裂")


@pytest.mark.clause("M3.2.4-3.4.a")
def test_the_work_begins_in_its_time_after_the_spot_is_checked_with_a_photo(cast: Any, tower: Any) -> None:
    permit = approve(a_hot_work(cast, tower), cast)
    with travel(permit.starts_at - MINUTE), pytest.raises(Refused, match="begins at"):
        begin(permit, cast)
    with travel(permit.starts_at + MINUTE):
        with pytest.raises(Refused, match="Not in order"):
            begin(permit, cast, checked=["HOT_CLEAR"])
        with pytest.raises(Refused, match="photo"):
            begin(permit, cast, photo=None)
        taken = begin(permit, cast)
    assert (taken.state, taken.checked_by) == ("WORKING", cast.guard)
    assert "可燃物已清除或遮盖" in taken.checked_items


def test_passes_and_certificates_are_looked_at_again_before_the_work(cast: Any, tower: Any) -> None:
    permit = approve(a_hot_work(cast, tower), cast)
    WorkerPass.objects.filter(pk=permit.welder_id).update(certificate_until=timezone.localdate() - DAY)
    with travel(permit.starts_at + MINUTE), pytest.raises(Refused, match="certificate ran out"):
        begin(permit, cast)


@pytest.mark.clause("M3.2.3-2")
def test_the_spot_is_watched_after_the_flame_and_what_was_isolated_goes_back(cast: Any, tower: Any) -> None:
    permit = approve(a_hot_work(cast, tower, isolated="喷淋末端"), cast)
    with travel(permit.starts_at + MINUTE):
        begin(permit, cast)
        HOT_WORK_FLOW.take(permit, "flame_out", by=cast.engineer, at=timezone.now())
    with travel(permit.starts_at + 20 * MINUTE), pytest.raises(Refused, match="30 minutes"):
        HOT_WORK_FLOW.take(permit, "close", by=cast.guard, at=timezone.now())
    with travel(permit.starts_at + 32 * MINUTE):
        with pytest.raises(Refused, match="still out of service"):
            HOT_WORK_FLOW.take(permit, "close", by=cast.guard, at=timezone.now())
        site_permits.put_back(permit, by=cast.engineer, at=timezone.now())
        assert HOT_WORK_FLOW.take(permit, "close", by=cast.guard, at=timezone.now()).state == "CLOSED"


@pytest.mark.parametrize("who", ["service_clerk", "engineer", "guard"])
def test_each_of_the_three_departments_stops_it_on_the_spot_with_a_reason(who: str, cast: Any, tower: Any) -> None:
    permit = approve(a_hot_work(cast, tower), cast)
    with travel(permit.starts_at + MINUTE):
        begin(permit, cast)
        with pytest.raises(Refused, match="Give a reason"):
            HOT_WORK_FLOW.take(permit, "stop", by=getattr(cast, who), at=timezone.now())
        assert HOT_WORK_FLOW.take(permit, "stop", by=getattr(cast, who), at=timezone.now(), note="看火人离岗").state == "STOPPED"
    assert Notice.objects.filter(text=STOPPED, weight="URGENT", recipient=cast.security_head).exists()


@pytest.mark.clause("M3.2.3-2")
def test_it_expires_by_itself_and_an_open_isolation_alarms_security_once(cast: Any, tower: Any) -> None:
    permit = approve(a_hot_work(cast, tower, isolated="18F 烟感"), cast)
    with travel(permit.starts_at + MINUTE):
        begin(permit, cast)
        tasks.expire("hot", permit.pk)
        assert HotWorkPermit.objects.get().state == "WORKING"
    with travel(permit.ends_at + MINUTE):
        for _turn in range(2):
            tasks.expire("hot", permit.pk)
            tasks.alarm_isolation(permit.pk)
        assert HotWorkPermit.objects.get().state == "EXPIRED"
        assert Notice.objects.filter(text=ISOLATED, recipient=cast.guard, weight="URGENT").count() == 1
        site_permits.put_back(permit, by=cast.guard, at=timezone.now())
    assert not site_permits.isolations().exists()


def test_no_flame_is_approved_on_a_site_that_is_stopped(cast: Any, tower: Any) -> None:
    permit = a_hot_work(cast, tower)
    FITOUT_FLOW.take(permit.fitout, "stop_work", by=cast.security_head, at=timezone.now(), note="停工")
    with pytest.raises(Refused, match="stopped"):
        approve(permit, cast)


@pytest.mark.clause("M3.2.3-2.F1")
def test_the_permit_prints_filled_and_blank(cast: Any, tower: Any, as_user: Any) -> None:
    permit, guard = approve(a_hot_work(cast, tower), cast), as_user(cast.guard)
    url = reverse("fitout:hot_work_print", args=[permit.pk, "hot-work-permit"])
    assert [guard.get(url, {"blank": blank})["Content-Type"] for blank in ("", "1")] == ["application/pdf"] * 2


def test_the_board_shows_todays_permits_and_what_is_out_of_service(cast: Any, tower: Any, as_user: Any) -> None:
    permit = approve(a_hot_work(cast, tower, isolated="喷淋末端"), cast)
    with travel(permit.starts_at + MINUTE):
        begin(permit, cast)
        HOT_WORK_FLOW.take(permit, "flame_out", by=cast.guard, at=timezone.now())
        page = as_user(cast.security_head).get(reverse("fitout:permit_board")).content.decode()
    assert permit.number in page and "喷淋末端" in page and "Still out of service" in page


@pytest.mark.clause("M3.10.3-3.1")
def test_nobody_works_at_height_without_a_medical_examination_in_force(cast: Any, tower: Any) -> None:
    permit = a_height_permit(cast, tower)
    permit.worker.medical_until = timezone.localdate()
    assert broken(permit) == {"worker"}


@pytest.mark.parametrize(
    ("weather", "says"),
    [
        pytest.param({"is_stormy": True, "wind_force": 1}, "rainstorm", marks=pytest.mark.clause("M3.10.3-3.2.1")),
        pytest.param({"wind_force": 6}, "force 6", marks=pytest.mark.clause("M3.10.3-3.2.2")),
        pytest.param({"is_dangerous": True, "wind_force": 1}, "dangerous", marks=pytest.mark.clause("M3.10.3-3.2.3")),
    ],
)
def test_outdoor_work_at_height_does_not_begin_in_bad_weather_and_is_stopped_by_it(
    weather: dict[str, Any], says: str, cast: Any, tower: Any
) -> None:
    permit = approve(a_height_permit(cast, tower), cast)
    told = {"wind_force": 3, "is_stormy": False, "is_dangerous": False, **weather}
    with travel(permit.starts_at + MINUTE):
        with pytest.raises(Refused, match=says):
            begin(permit, cast, **told)
        begin(permit, cast, wind_force=5)
        assert stop_for_weather(tower.pk, by=cast.guard, at=timezone.now(), wind_force=5, is_stormy=False, is_dangerous=False) == []
        assert stop_for_weather(tower.pk, by=cast.guard, at=timezone.now(), **told)
    assert HeightPermit.objects.get().state == "STOPPED"


def test_indoors_the_weather_stops_nobody(cast: Any, tower: Any) -> None:
    permit = approve(a_height_permit(cast, tower, is_outdoors=False), cast)
    with travel(permit.starts_at + MINUTE):
        assert begin(permit, cast, is_stormy=True).state == "WORKING"


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("HEIGHT_ZONE", marks=pytest.mark.clause("M3.10.3-3.3")),
        pytest.param("HEIGHT_BELT", marks=pytest.mark.clause("M3.10.3-3.4")),
        pytest.param("HEIGHT_THROW", marks=pytest.mark.clause("M3.10.3-3.5")),
        pytest.param("HEIGHT_GEAR", marks=pytest.mark.clause("M3.10.3-3.6")),
        pytest.param("HEIGHT_RAILS", marks=pytest.mark.clause("M3.10.3-3.7")),
        pytest.param("HEIGHT_CONDUCT", marks=pytest.mark.clause("M3.10.3-3.8")),
    ],
)
def test_work_at_height_does_not_begin_until_each_safety_rule_is_ticked(code: str, cast: Any, tower: Any) -> None:
    permit = approve(a_height_permit(cast, tower), cast)
    others = [row.code for row in site_permits.checks(permit) if row.code != code]
    with travel(permit.starts_at + MINUTE):
        with pytest.raises(Refused, match="Not in order"):
            begin(permit, cast, checked=others, wind_force=2)
        taken = begin(permit, cast, wind_force=2, photo=a_photo(cast.guard, "fitout.spot"))
    assert HEIGHT_FLOW.take(taken, "close", by=cast.guard, at=taken.starts_at + 5 * MINUTE).state == "CLOSED"


def test_security_enters_the_weather_on_its_page(cast: Any, tower: Any, as_user: Any) -> None:
    permit = approve(a_height_permit(cast, tower), cast)
    with travel(permit.starts_at + MINUTE):
        begin(permit, cast, wind_force=2)
        guard, url = as_user(cast.guard), reverse("fitout:weather")
        key = str(guard.get(url).context["form"]["submission_key"].value())
        guard.post(url, {"building": tower.pk, "wind_force": "7", "submission_key": key})
    assert HeightPermit.objects.get().state == "STOPPED"
    assert as_user(cast.service_clerk).get(url).status_code == 403
