"""The gate of a site: green or red with every reason, in once, out always (manual 3.2.4-3.3)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from core.flow import NotAllowed, Refused
from core.models import Notice
from fitout.flow import FITOUT_FLOW, gate
from fitout.models import Contractor, Fitout, FitoutTerms, SiteEntry, WorkerPass
from fitout.services import gate as entries
from fitout.tasks import workers as tasks
from tests.fitout.factories import S, a_fitout
from tests.fitout.worker_records import a_pass, a_site, inside

DAY = dt.timedelta(days=1)


def reasons(row: WorkerPass) -> str:
    return " ".join(str(stop.text) for stop in gate.stops(WorkerPass.objects.get(pk=row.pk)))


def go_in(row: WorkerPass, cast: Any) -> SiteEntry:
    return entries.let_in(row, check=gate.stops, by=cast.guard, at=timezone.now())


@pytest.mark.clause("M3.2.4-3.3")
def test_a_worker_with_everything_in_order_goes_in_once_and_out_once(cast: Any, tower: Any) -> None:
    row = a_pass(cast, tower, fitout=a_site(cast, tower))
    first = go_in(row, cast)
    assert go_in(row, cast) == first
    out = entries.let_out(row, by=cast.guard, at=timezone.now())
    assert entries.let_out(row, by=cast.guard, at=timezone.now()) is None
    assert out is not None and out.left_at is not None
    assert SiteEntry.objects.count() == 1


def test_the_database_keeps_one_open_entry_a_pass(cast: Any, tower: Any) -> None:
    row = inside(cast, tower)
    with pytest.raises(IntegrityError), transaction.atomic():
        SiteEntry.objects.create(worker_pass=row, fitout=row.fitout, entered_at=timezone.now(), let_in_by=cast.guard)


def test_each_thing_that_ran_out_is_looked_at_again_at_every_entry(cast: Any, tower: Any) -> None:
    yesterday = timezone.localdate() - DAY
    fitout = a_site(cast, tower)
    row = a_pass(cast, tower, fitout=fitout, trade="WELDER", name="焊工")
    assert reasons(row) == ""
    WorkerPass.objects.filter(pk=row.pk).update(certificate_until=yesterday)
    assert "certificate ran out" in reasons(row)
    Fitout.objects.filter(pk=fitout.pk).update(insured_until=yesterday)
    assert "insurance ran out" in reasons(row)
    Contractor.objects.filter(pk=fitout.contractor_id).update(qualification_until=yesterday)
    assert "Licence or qualification" in reasons(row)
    fitout.permits.update(valid_from=yesterday - DAY, valid_until=yesterday)
    assert "no valid permit" in reasons(row)
    WorkerPass.objects.filter(pk=row.pk).update(valid_until=yesterday)
    assert "The pass ran out" in reasons(row)
    with pytest.raises(Refused) as refused:
        go_in(row, cast)
    assert len(refused.value.blockers) == 5
    assert all(blocker.url for blocker in refused.value.blockers)


def test_nobody_goes_in_before_the_works_begin_or_while_they_are_stopped(cast: Any, tower: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.PERMITTED)
    row = a_pass(cast, tower, fitout=fitout)
    assert "may not begin yet" in reasons(row)
    fitout = a_fitout(cast, tower, at=S.ON_SITE, fitout=fitout)
    FITOUT_FLOW.take(fitout, "stop_work", by=cast.security_head, at=timezone.now(), note="违规动火")
    assert "stopped" in reasons(row)


def test_somebody_inside_is_let_out_whatever_became_of_the_pass(cast: Any, tower: Any) -> None:
    row = inside(cast, tower)
    WorkerPass.objects.filter(pk=row.pk).update(valid_until=timezone.localdate() - DAY)
    assert entries.let_out(row, by=cast.guard, at=timezone.now()) is not None


def test_only_security_opens_the_gate(cast: Any, tower: Any) -> None:
    row = a_pass(cast, tower, fitout=a_site(cast, tower))
    with pytest.raises(NotAllowed):
        entries.let_in(row, check=gate.stops, by=cast.service_clerk, at=timezone.now())


@pytest.mark.clause("M3.2.4-3.3")
def test_the_guards_page_finds_a_pass_by_number_code_or_name_and_lets_in_and_out(cast: Any, tower: Any, as_user: Any) -> None:
    row, guard = a_pass(cast, tower, fitout=a_site(cast, tower), name="独一人"), as_user(cast.guard)
    page, there = reverse("fitout:gate"), reverse("fitout:gate_pass", args=[row.pk])
    for typed in (row.number, row.number[-9:], "独一人", f"http://host{there}"):
        assert guard.get(page, {"code": typed}).headers["Location"] == there
    assert guard.get(page, {"code": "没有"}).status_code == 404
    for way in ("in", "out"):
        answer = guard.get(there)
        assert "gate-yes" in answer.content.decode()
        key = str(answer.context["form"]["submission_key"].value())
        assert guard.post(there, {"way": way, "submission_key": key}).status_code == 302
    assert row.entries.get().left_at is not None
    assert as_user(cast.outsider).get(there).status_code == 404


def test_a_red_pass_says_why_and_offers_no_way_in(cast: Any, tower: Any, as_user: Any) -> None:
    row = a_pass(cast, tower)
    page = as_user(cast.guard).get(reverse("fitout:gate_pass", args=[row.pk])).content.decode()
    assert "gate-no" in page and "may not begin yet" in page and 'value="in"' not in page


def test_who_is_on_site_now_is_shown_by_site_and_those_left_open_are_marked_and_told_once(cast: Any, tower: Any, as_user: Any) -> None:
    row = inside(cast, tower, name="未出场")
    SiteEntry.objects.update(entered_at=timezone.now() - 2 * DAY)
    page = as_user(cast.security_head).get(reverse("fitout:on_site")).content.decode()
    assert "未出场" in page and "Left open" in page and str(row.fitout.unit) in page
    for _turn in range(2):
        tasks.tell_night(tower.pk)
    assert Notice.objects.filter(recipient=cast.guard, text=tasks.LEFT_OPEN).count() == 1


def test_closing_time_is_the_buildings_own(cast: Any, tower: Any) -> None:
    now = timezone.make_aware(dt.datetime(2026, 11, 23, 21))
    assert timezone.localtime(entries.closed_at(tower.pk, now)).strftime("%d %H") == "22 22"
    FitoutTerms.objects.create(building=tower, site_closes=dt.time(20))
    assert timezone.localtime(entries.closed_at(tower.pk, now)).strftime("%d %H") == "23 20"


def test_a_pass_is_not_taken_back_from_somebody_inside(cast: Any, tower: Any) -> None:
    from fitout.flow import PASS_FLOW

    row = inside(cast, tower)
    with pytest.raises(Refused, match="still on site"):
        PASS_FLOW.take(row, "take_back", by=cast.guard, at=timezone.now())
