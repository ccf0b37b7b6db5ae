"""Three departments check an open site every day, and only then; what they find is on record (manual 3.2.4-4.2)."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import clock, queue
from core.models import Notice
from fitout import access
from fitout.models import OPEN_SITE, DrawingVersion, Fitout, QuietHours, SiteCheck, SiteRule
from fitout.panels.site import subject
from fitout.services import drawings, site_board, site_checks
from fitout.tasks import site as tasks
from rounds import kinds as rounds_kinds
from rounds.models import Plan, Round
from rounds.services import missed
from rounds.signals import round_finished
from tests.conftest import Cast
from tests.fitout.factories import S, a_fitout, take
from tests.fitout.site_records import WALKERS, a_finding, a_site, a_site_check, the_plan, walk

stands_on = a_site

clause = pytest.mark.clause
DAY = dt.timedelta(days=1)


def open_rounds(fitout: Fitout) -> Any:
    return Round.objects.filter(plan__in=fitout.plans.values("plan"), state=Round.State.NOT_STARTED)


def days_of(fitout: Fitout, department: str) -> list[dt.date]:
    rows = Round.objects.filter(plan=the_plan(fitout, department)).order_by("due_from")
    return [row.due_from.astimezone(clock.ZONE).date() for row in rows]


@clause("M3.2.4-4.2")
@clause("M3.2.4-4")
def test_from_the_first_day_each_of_three_departments_is_asked_at_least_once_a_day(cast: Cast, tower: Any) -> None:
    fitout = a_site(cast, tower)
    tomorrow = timezone.localdate() + DAY
    assert {row.department.code for row in fitout.plans.all()} == set(access.SITE)
    for department in access.SITE:
        days = [day for day in days_of(fitout, department) if day >= tomorrow]
        assert days and days == [tomorrow + DAY * number for number in range(len(days))]


@pytest.mark.from_scratch
@clause("M3.2.4-4.2")
def test_checks_are_made_only_while_the_site_is_open(cast: Cast, tower: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.PERMITTED)
    assert not Plan.objects.filter(kind="fitout.site_check").exists()
    fitout = a_fitout(cast, tower, at=S.ON_SITE, fitout=fitout)
    asked = open_rounds(fitout).count()
    assert asked
    fitout = take(fitout, "stop_work", cast.guard, note="违规动火")
    assert open_rounds(fitout).count() == 0
    fitout = take(fitout, "resume_work", cast.security_head)
    assert open_rounds(fitout).count() == asked
    fitout = a_fitout(cast, tower, at=S.TO_APPROVE, fitout=fitout)
    assert open_rounds(fitout).count() == 0
    fitout = take(fitout, "return_completion", cast.property_manager, note="照片不全")
    assert open_rounds(fitout).count() == asked
    fitout = a_fitout(cast, tower, at=S.ACCEPTED, fitout=fitout)
    assert open_rounds(fitout).count() == 0
    assert not Plan.objects.filter(pk__in=fitout.plans.values("plan"), is_active=True).exists()


@clause("M3.2.4-4.2.A")
@clause("M3.2.4-4.2.B")
@clause("M3.2.4-4.2.C")
def test_each_department_has_a_checklist_of_its_own(cast: Cast, tower: Any) -> None:
    fitout = a_site(cast, tower)

    def asked(department: str) -> str:
        return " ".join(item.text for item in the_plan(fitout, department).checklist.items.current())

    assert all(word in asked("CUSTOMER_SERVICE") for word in ("公共设施设备", "噪音", "进度", "成品保护"))
    assert all(word in asked("ENGINEERING") for word in ("报审", "结构"))
    assert all(word in asked("SECURITY") for word in ("消防", "灭火器", "施工人员"))


@clause("M3.2.4-4.2.D")
@clause("M3.2.4-4.2.D.F1")
def test_a_finished_round_is_a_line_of_the_patrol_record(
    cast: Cast, tower: Any, as_user: Any, django_capture_on_commit_callbacks: Any
) -> None:
    fitout = a_site(cast, tower)
    with django_capture_on_commit_callbacks(execute=True):
        walk(fitout, cast, "CUSTOMER_SERVICE", said="隔墙完成")
    check = SiteCheck.objects.get()
    assert (check.fitout, check.department.code, check.progress) == (fitout, "CUSTOMER_SERVICE", "隔墙完成")
    page = as_user(cast.engineer).get(reverse("fitout:site_check_list"))
    assert fitout.number in page.content.decode()


def test_a_lost_signal_loses_no_check(cast: Cast, tower: Any) -> None:
    fitout = a_site(cast, tower)
    rounds = [walk(fitout, cast, department) for department in WALKERS]
    assert SiteCheck.objects.count() == 0
    tasks.keep_site_checks(timezone.now())
    tasks.keep_site_checks(timezone.now())
    assert set(SiteCheck.objects.values_list("round", flat=True)) == {round.pk for round in rounds}


def test_a_check_is_made_once_by_signal_and_sweep(cast: Cast, tower: Any) -> None:
    round = walk(a_site(cast, tower), cast)
    round_finished.send_robust(Round, round=round, by=cast.guard)
    round_finished.send_robust(Round, round=round, by=cast.guard)
    assert site_checks.sweep(timezone.now()) == 0
    assert SiteCheck.objects.count() == 1


def test_other_rounds_become_no_site_check(cast: Cast, tower: Any) -> None:
    from tests.rounds.factories import a_round

    assert site_checks.keep(a_round(cast, tower)) is None


@clause("M3.2.4-4.2.A")
def test_customer_service_tells_how_far_the_works_are(cast: Cast, tower: Any, as_user: Any) -> None:
    check = a_site_check(cast, tower)
    page = as_user(cast.service_clerk).get(reverse("fitout:fitout_detail", args=[check.fitout_id])).content.decode()
    assert "Customer service has not told how far the works are." in page
    there = reverse("fitout:site_check_progress", args=[check.pk])
    assert as_user(cast.guard).get(there).status_code == 403
    form = as_user(cast.service_clerk).get(there).context["form"]
    typed = {"progress": "吊顶龙骨安装中", "submission_key": form["submission_key"].value()}
    assert as_user(cast.service_clerk).post(there, typed).status_code == 302
    assert "吊顶龙骨安装中" in as_user(cast.guard).get(reverse("fitout:fitout_detail", args=[check.fitout_id])).content.decode()


@clause("M3.2.4-4.2.B")
def test_a_check_leads_to_the_approved_drawings_and_no_others(cast: Cast, tower: Any, as_user: Any) -> None:
    check = a_site_check(cast, tower, department="ENGINEERING")
    passed = drawings.approved(check.fitout)
    assert len(passed) == check.fitout.drawings.count() and {row.verdict for row in passed} == {"PASSED"}
    returned = passed[0]
    DrawingVersion.objects.filter(pk=returned.pk).update(verdict="RETURNED")
    page = as_user(cast.engineer).get(reverse("fitout:site_check_detail", args=[check.pk])).content.decode()
    assert str(passed[1].file.token) in page and str(returned.file.token) not in page


@clause("M3.2.3-6")
@pytest.mark.parametrize(
    ("days", "moment", "expected"),
    [
        ("WORKDAYS", "2026-11-23 10:00", True),
        ("WORKDAYS", "2026-11-23 18:00", False),
        ("WORKDAYS", "2026-11-22 10:00", False),
        ("REST_DAYS", "2026-11-22 10:00", True),
        ("EVERY_DAY", "2026-11-22 17:59", True),
        ("WORKDAYS", "2026-10-01 10:00", False),
    ],
)
def test_quiet_hours_follow_the_calendar_of_working_days(tower: Any, days: str, moment: str, expected: bool) -> None:
    QuietHours.objects.create(building=tower, days=days, starts=dt.time(8), ends=dt.time(18))
    at = dt.datetime.fromisoformat(moment).replace(tzinfo=clock.ZONE)
    assert access.is_quiet(tower.pk, at) is expected


@clause("M3.2.3-6")
def test_a_check_says_whether_it_was_within_the_quiet_hours(cast: Cast, tower: Any, as_user: Any) -> None:
    QuietHours.objects.create(building=tower, days="EVERY_DAY", starts=dt.time(0), ends=dt.time(23, 59, 59))
    check = a_site_check(cast, tower)
    page = as_user(cast.service_clerk).get(reverse("fitout:site_check_detail", args=[check.pk]))
    said = {str(label): value for label, value in page.context["facts"]}
    assert said["Within the quiet hours"] == "Yes" and "00:00" in said["Quiet hours"]


def test_the_board_shows_who_was_there_and_who_is_expected(cast: Cast, tower: Any, as_user: Any) -> None:
    fitout, today = a_site(cast, tower), timezone.localdate()
    walk(fitout, cast, "SECURITY")
    late = Round.objects.filter(plan=the_plan(fitout, "ENGINEERING")).order_by("due_from").first()
    assert late is not None
    Round.objects.filter(pk=late.pk).update(due_from=timezone.now() - DAY / 2, due_until=timezone.now() - DAY / 3)
    missed.mark_missed(timezone.now())
    day = (timezone.now() - DAY / 2).astimezone(clock.ZONE).date()
    board = site_board.of_day(access.fitouts(cast.service_clerk), day)
    assert board.missed == 1
    page = as_user(cast.service_clerk).get(reverse("fitout:site_board"), {"day": today.isoformat()})
    assert page.status_code == 200 and str(fitout.unit) in page.content.decode()
    assert as_user(cast.service_clerk).get(reverse("fitout:site_board"), {"day": "gestern"}).status_code == 422
    assert as_user(cast.cleaner).get(reverse("fitout:site_board")).status_code == 403


@pytest.mark.from_scratch
def test_the_board_asks_as_often_for_ten_sites_as_for_one(cast: Cast, tower: Any) -> None:
    a_site(cast, tower)

    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            board = site_board.of_day(access.fitouts(cast.service_clerk), timezone.localdate())
            assert [str(round.done_by or round.plan_id) for row in board.rows for round in row.all]
        return len(made)

    one = queries()
    a_site(cast, tower, code="1901")
    a_site(cast, tower, code="2001")
    assert queries() == one <= 5


def test_a_stopped_site_is_on_the_board_without_checks(cast: Cast, tower: Any) -> None:
    fitout = take(a_site(cast, tower), "stop_work", cast.guard, note="违规动火")
    board = site_board.of_day(access.fitouts(cast.guard), timezone.localdate() + DAY)
    [row] = board.rows
    assert row.subject == fitout and fitout.state in OPEN_SITE and row.all == []


@clause("M3.2.4-4.2")
def test_a_missed_check_shows_on_the_fit_out_and_reaches_the_head(cast: Cast, tower: Any, as_user: Any) -> None:
    fitout, now = a_site(cast, tower), timezone.now()
    round = Round.objects.filter(plan=the_plan(fitout, "ENGINEERING")).order_by("due_from").first()
    assert round is not None
    Round.objects.filter(pk=round.pk).update(due_from=now - DAY, due_until=now - DAY / 2)
    missed.mark_missed(now)
    for pk, step in missed.untold(now + 3 * DAY):
        missed.tell(Round.objects.get(pk=pk), _step(step), at=now + 3 * DAY)
    assert Notice.objects.filter(recipient=cast.engineering_head, topic="overdue.round").exists()
    assert "Missed" in as_user(cast.service_clerk).get(reverse("fitout:fitout_detail", args=[fitout.pk])).content.decode()


def _step(pk: int) -> Any:
    from rounds.models import MissedStep

    return MissedStep.objects.get(pk=pk)


def pages(answer: Any) -> int:
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf", answer.status_code
    return len(pikepdf.open(BytesIO(answer.content)).pages)


@clause("M3.2.4-4.2.D.F1")
def test_the_patrol_record_prints_by_site_and_by_day_filled_and_blank(cast: Cast, tower: Any, as_user: Any) -> None:
    fitout = a_site(cast, tower)
    a_finding(fitout, cast)
    site_checks.sweep(timezone.now())
    [line] = site_checks.lines_of(Fitout.objects.all(), timezone.localdate() - DAY, timezone.localdate())
    assert [answer.note for answer in line.findings] == ["缺两具"]
    client = as_user(cast.guard)
    own = reverse("fitout:fitout_print", args=[fitout.pk, "patrol-record"])
    day = reverse("fitout:record_print")
    for url in (own, day):
        assert (pages(client.get(url)), pages(client.get(url, {"blank": "1"}))) == (1, 1)
    assert client.get(day, {"day": "morgen"}).status_code == 422


def test_a_missed_round_stands_in_the_printed_record_with_its_reason(cast: Cast, tower: Any) -> None:
    from rounds.flow import ROUND_FLOW

    fitout, now = a_site(cast, tower), timezone.now()
    round = Round.objects.filter(plan=the_plan(fitout, "SECURITY")).order_by("due_from").first()
    assert round is not None
    Round.objects.filter(pk=round.pk).update(due_from=now - dt.timedelta(hours=2), due_until=now - dt.timedelta(hours=1))
    missed.mark_missed(now)
    ROUND_FLOW.take(Round.objects.get(pk=round.pk), "explain", by=cast.guard, at=now, note="值班人员处理火警")
    from fitout.printing.site import cells

    lines = site_checks.lines_of(Fitout.objects.all(), timezone.localdate() - DAY, timezone.localdate())
    assert [cells(line)[5] for line in lines] == ["值班人员处理火警"]


def test_a_round_leads_to_its_fit_out_and_a_finding_to_a_breach(cast: Cast, tower: Any) -> None:
    fitout = a_site(cast, tower)
    answer = a_finding(fitout, cast)
    found = subject(answer.stop.round)
    assert found is not None and fitout.number in found[0]
    offered = {each.key: url for each, url in rounds_kinds.follow_ups(answer, cast.guard)}
    assert offered["breach"].endswith(f"?answer={answer.pk}")
    assert "breach" not in {each.key for each, _url in rounds_kinds.follow_ups(answer, cast.cashier)}


def test_every_reader_of_the_register_sees_the_rounds_of_sites(cast: Cast, tower: Any) -> None:
    from rounds import access as rounds

    walk(a_site(cast, tower), cast, "SECURITY")
    assert rounds.rounds(cast.engineer).filter(kind="fitout.site_check", department__code="SECURITY").exists()
    assert not rounds.rounds(cast.outsider).filter(kind="fitout.site_check").exists()


@pytest.mark.from_scratch
def test_more_checks_a_day_are_a_row_of_rules_not_code(cast: Cast, tower: Any) -> None:
    rule = SiteRule.objects.get(department__code="SECURITY")
    values = {"department": rule.department, "checklist": rule.checklist}
    for hour in (9, 20):
        SiteRule.objects.create(building=tower, starts=dt.time(hour), minutes=120, **values)
    fitout = a_site(cast, tower)
    tomorrow = timezone.localdate() + DAY
    assert days_of(fitout, "SECURITY").count(tomorrow) == 2
    assert days_of(fitout, "ENGINEERING").count(tomorrow) == 1


def test_the_clock_keeps_what_the_queue_lost(cast: Cast, tower: Any) -> None:
    walk(a_site(cast, tower), cast)
    assert tasks.keep_site_checks in queue._every_tick
    queue.tick(timezone.now())
    assert SiteCheck.objects.count() == 1
