"""What runs out: the page, the calendar, and reminders that come once for each thing, day and rung."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from core import history, queue
from core.models import Notice, Outbox
from fitout import tasks
from fitout.models import Contractor, Expiring, ExpiryReminder, Fitout, FitoutTerms
from fitout.services import calendar, expiries
from premises.services import label_place
from rounds import services as rounds
from rounds.models import Round
from tests.conftest import Cast, a_building
from tests.fitout.factories import DAY, S, a_fitout, an_application


def tick(now: dt.datetime) -> None:
    tasks.expiries.remind_of_expiries(now)
    queue.drain(timezone.now() + DAY)


def heard(person: Any) -> int:
    return Notice.objects.filter(recipient=person, text=expiries.RUNS_OUT).count()


@pytest.fixture
def site(cast: Any, tower: Any) -> Fitout:
    """An open site whose papers all run for long."""
    fitout = a_fitout(cast, tower, at=S.ON_SITE)
    far = timezone.localdate() + 300 * DAY
    Fitout.objects.filter(pk=fitout.pk).update(insured_until=far)
    fitout.permits.update(valid_until=far)
    fitout.passes.update(valid_until=far)
    fitout.refresh_from_db()
    return fitout


def test_each_kind_is_on_the_page_until_it_is_renewed(cast: Any, site: Fitout, as_user: Any) -> None:
    today = timezone.localdate()
    client, url = as_user(cast.service_clerk), reverse("fitout:expiry_list")
    assert "Nothing runs out" in client.get(url).content.decode()
    Fitout.objects.filter(pk=site.pk).update(insured_until=today + 5 * DAY)
    site.permits.update(valid_until=today + 3 * DAY)
    site.passes.update(valid_until=today + 2 * DAY, certificate_until=today - DAY)
    Contractor.objects.filter(pk=site.contractor_id).update(licence_until=today + 20 * DAY, qualification_until=today + 25 * DAY)
    found = expiries.running_out([site.building_id], today + 30 * DAY)
    order = [Expiring.CERTIFICATE, Expiring.PASS, Expiring.PERMIT, Expiring.INSURANCE, Expiring.LICENCE, Expiring.QUALIFICATION]
    assert [row.kind for row in found] == order
    page = client.get(url).content.decode()
    assert all(row.url in page for row in found) and "Expired" in page
    week = client.get(url, {"days": "7", "kind": "PERMIT"}).content.decode()
    assert site.permits.get().number in week and "Business licence" not in week
    assert as_user(cast.outsider).get(url).content.decode().count(site.number) == 0
    assert as_user(cast.cleaner).get(url).status_code == 403


@pytest.mark.parametrize(("left", "step"), [(31, None), (30, 30), (8, 30), (7, 7), (2, 7), (1, 1), (0, 1), (-3, 1)])
def test_the_rung_is_the_nearest_that_covers_what_is_left(left: int, step: int | None) -> None:
    assert expiries.rung(dt.date(2026, 11, 23) + left * DAY, dt.date(2026, 11, 23), [30, 7, 1]) == step


def test_customer_service_is_reminded_once_a_rung_and_the_contractor_s_record_says_so(cast: Any, site: Fitout) -> None:
    today, now = timezone.localdate(), timezone.now()
    Contractor.objects.filter(pk=site.contractor_id).update(qualification_until=today + 7 * DAY)
    for _again in range(3):
        tick(now)
    assert heard(cast.service_clerk) == 1 and heard(cast.guard) == 0
    assert "资质" in "".join(entry.note for entry in history.timeline(site.contractor)) or history.timeline(site.contractor)[0].note
    tick(now + 6 * DAY)
    assert sorted(ExpiryReminder.objects.values_list("days_before", flat=True)) == [1, 7] and heard(cast.service_clerk) == 2


def test_an_outage_costs_no_reminder_and_sends_only_the_last_rung(cast: Any, site: Fitout) -> None:
    Contractor.objects.filter(pk=site.contractor_id).update(licence_until=timezone.localdate() + 40 * DAY)
    tick(timezone.now())
    assert heard(cast.service_clerk) == 0
    tick(timezone.now() + 35 * DAY)
    assert list(ExpiryReminder.objects.values_list("days_before", flat=True)) == [7]


def test_what_was_renewed_meanwhile_is_not_told_of(cast: Any, site: Fitout) -> None:
    today = timezone.localdate()
    Contractor.objects.filter(pk=site.contractor_id).update(licence_until=today + DAY)
    tasks.expiries.remind_of_expiries(timezone.now())
    Contractor.objects.filter(pk=site.contractor_id).update(licence_until=today + 400 * DAY)
    queue.drain(timezone.now() + DAY)
    assert heard(cast.service_clerk) == 0


def test_on_which_days_is_data_of_the_building(cast: Any, site: Fitout, as_user: Any) -> None:
    Contractor.objects.filter(pk=site.contractor_id).update(licence_until=timezone.localdate() + 50 * DAY)
    url = reverse("fitout:terms_edit", args=[site.building_id])
    assert as_user(cast.service_clerk).get(url).status_code == 403
    head = as_user(cast.service_head)
    said = {field: value for field, value in head.get(url).context["form"].initial.items() if value is not None}
    said |= {"hot_from": "08:00", "hot_until": "18:00", "submission_key": str(uuid4())}
    assert head.post(url, {**said, "remind_days": "0"}).status_code == 422
    assert head.post(url, {**said, "submission_key": str(uuid4()), "remind_days": "3,60"}).status_code == 302
    assert FitoutTerms.objects.get().remind_days == [60, 3]
    tick(timezone.now())
    assert list(ExpiryReminder.objects.values_list("days_before", flat=True)) == [60]


@pytest.mark.timeout(120)
def test_eight_workers_remind_once(committed_db: None) -> None:
    tower = a_building("A", "云汇中心 A 座")
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    fitout = an_application(cast, tower)
    Contractor.objects.filter(pk=fitout.contractor_id).update(licence_until=timezone.localdate() + 7 * DAY)
    [(expiry, step)] = expiries.unsent(timezone.now())

    def one(_number: int) -> None:
        tasks.expiries.remind_of_expiries(timezone.now())
        tasks.expiries.remind(expiry.key, expiry.on.isoformat(), step)
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(8)))
    queue.drain(timezone.now() + DAY)
    assert ExpiryReminder.objects.count() == 1 and heard(cast.service_clerk) == 1
    assert Outbox.objects.filter(task="fitout.tasks.expiries.remind").count() <= 1


def test_the_calendar_shows_bars_inspections_and_the_ends_of_permits(cast: Any, site: Fitout, as_user: Any) -> None:
    today = timezone.localdate()
    site.permits.update(valid_until=today)
    Fitout.objects.filter(pk=site.pk).update(inspection_at=timezone.now())
    client, url = as_user(cast.engineer), reverse("fitout:calendar")
    for view in ("month", "week", "agenda"):
        page = client.get(url, {"view": view, "day": today.isoformat()}).content.decode()
        assert site.unit.code in page and site.permits.get().number in page and "Completion inspection" in page, view
    assert "No site is planned" in client.get(url, {"day": "2020-01-01"}).content.decode()
    assert site.unit.code not in as_user(cast.outsider).get(url).content.decode()
    assert as_user(cast.cleaner).get(url).status_code == 403


def test_the_bar_of_a_site_ends_with_its_acceptance(cast: Any, site: Fitout) -> None:
    today = timezone.localdate()
    Fitout.objects.filter(pk=site.pk).update(starts_on=today - 40 * DAY, ends_on=today + 40 * DAY)

    def bar(accepted_at: Any) -> tuple[dt.date, dt.date]:
        Fitout.objects.filter(pk=site.pk).update(accepted_at=accepted_at)
        [entry] = [row for row in calendar.entries(cast.engineer, today - 60 * DAY, today + 60 * DAY) if row.kind == "WORKS"]
        return entry.starts_on, entry.ends_on

    assert bar(None) == (today - 40 * DAY, today + 40 * DAY)
    assert bar(timezone.now() - 10 * DAY) == (today - 40 * DAY, today - 10 * DAY)


def test_each_week_is_full_and_no_two_bars_lie_on_each_other() -> None:
    monday = dt.date(2026, 11, 23)
    spans = [(-3, 4), (0, 0), (1, 9), (5, 6), (2, 2), (6, 20), (0, 6)]
    rows = [calendar.Entry("WORKS", str(number), monday + a * DAY, monday + b * DAY, "", None) for number, (a, b) in enumerate(spans)]
    for week in calendar.weeks(rows, monday, monday + 13 * DAY, most=None):
        assert all(sum(cell.days for cell in lane) == 7 for lane in week.lanes)
        shown = {cell.entry.title for lane in week.lanes for cell in lane if cell.entry}
        wanted = {row.title for row in rows if row.starts_on <= week.days[-1] and row.ends_on >= week.days[0]}
        assert shown == wanted
    [week] = calendar.weeks(rows, monday, monday + 6 * DAY, most=2)
    assert len(week.lanes) == 2 and week.hidden == len(rows) - sum(1 for lane in week.lanes for cell in lane if cell.entry)


def test_the_label_of_the_unit_shows_the_permit_and_the_next_checks(cast: Any, site: Fitout, as_user: Any) -> None:
    rounds.generate([row.plan for row in site.plans.select_related("plan")], at=timezone.now())
    place = label_place(site.unit)
    coming = Round.objects.filter(due_until__gte=timezone.now()).order_by("due_from").first()
    page = as_user(cast.guard).get(reverse("premises:place_detail", args=[place.pk])).content.decode()
    assert site.permits.get().number in page and site.number in page and coming and reverse("rounds:round_detail", args=[coming.pk]) in page


def test_the_plan_marks_sites_and_permits_that_end(cast: Any, site: Fitout, as_user: Any) -> None:
    site.permits.update(valid_until=timezone.localdate() + 6 * DAY)
    page = as_user(cast.engineer).get(reverse("frontdesk:stacking_plan")).content.decode()
    assert "Fit-out under way" in page and "Fit-out permit ends within 7 days" in page
