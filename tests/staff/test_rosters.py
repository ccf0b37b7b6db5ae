"""The shift rosters: who fills them in, what is refused, who is on shift."""

from __future__ import annotations

import datetime as dt
import subprocess
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.flow import NotAllowed, Refused
from core.models import Notice
from staff import access, services
from staff.models import Department, Duty, Post, User
from tests.conftest import START, person
from tests.staff.factories import a_roster, a_shift

MONDAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)
AT = timezone.make_aware(dt.datetime(2026, 11, 23, 9))


def plan(roster: Any, by: User, *wanted: tuple[User, dt.date, Any], at: dt.datetime = AT) -> int:
    return services.plan(roster, {(user.pk, day): shift for user, day, shift in wanted}, by=by, at=at)


def moment(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))


def away(user: User, stand_in: User, day: dt.date) -> None:
    post = Post.objects.get(user=user)
    services.arrange_cover(post, stand_in=stand_in, starts_on=day, ends_on=day, reason="年假", by=user)


def week_page(name: str, roster: Any, first: dt.date) -> str:
    return reverse(f"staff:roster_{name}", args=[roster.department.code, roster.territory.pk, f"{first:%G-W%V}"])


def test_a_leader_fills_in_the_week_and_everybody_of_the_department_reads_it(cast: Any, tower: Any, as_user: Any) -> None:
    roster, today = a_roster(tower), timezone.localdate()
    first, day, head = services.monday(today), a_shift(tower, "Day", 8, 17), as_user(cast.engineering_head)
    form = head.get(week_page("plan", roster, first)).context["form"]
    typed = {
        f"on-{cast.engineer.pk}-{today:%Y%m%d}": day.pk,
        "version": form["version"].value(),
        "submission_key": form["submission_key"].value(),
    }
    assert head.post(week_page("plan", roster, first), typed).url == week_page("week", roster, first)
    duty = Duty.objects.get()
    assert (duty.user, duty.shift, duty.day, duty.planned_by) == (cast.engineer, day, today, cast.engineering_head)
    page = as_user(cast.engineer).get(week_page("week", roster, first)).content.decode()
    assert "08:00–17:00" in page and "王强" in page and "Fill in the week" not in page
    assert Notice.objects.filter(recipient=cast.engineer, topic="roster").count() == 1


def test_the_roster_is_for_the_department_its_leaders_and_management(cast: Any, tower: Any, as_user: Any) -> None:
    roster = a_roster(tower)
    a_shift(tower, "Day", 8, 17)
    answers = {name: as_user(user).get(week_page("week", roster, MONDAY)).status_code for name, user in cast.people.items()}
    assert {name for name, status in answers.items() if status == 200} == {
        "engineer", "engineering_head", "property_manager", "general_manager",
    }  # fmt: skip
    assert answers["outsider"] == 404
    first = services.monday(timezone.localdate())
    assert as_user(cast.engineer).get(week_page("plan", roster, first)).status_code == 403
    assert as_user(cast.general_manager).get(week_page("plan", roster, first)).status_code == 403


def test_the_first_page_shows_my_own_shifts(cast: Any, tower: Any, as_user: Any) -> None:
    today = timezone.localdate()
    plan(a_roster(tower), cast.engineering_head, (cast.engineer, today, a_shift(tower, "Day", 8, 17)), at=timezone.now())
    page = as_user(cast.engineer).get(reverse("staff:roster_list"))
    assert [duty.day for duty in page.context["mine"]] == [today]
    assert as_user(cast.outsider).get(reverse("staff:roster_list")).context["mine"] == []


def test_nobody_is_on_two_shifts_at_the_same_time(cast: Any, tower: Any) -> None:
    roster, night, day = a_roster(tower), a_shift(tower, "Night", 20, 8), a_shift(tower, "Day", 7, 16)
    plan(roster, cast.engineering_head, (cast.engineer, MONDAY, night))
    with pytest.raises(Refused, match="two shifts at the same time"):
        plan(roster, cast.engineering_head, (cast.engineer, MONDAY + DAY, day))
    assert Duty.objects.count() == 1


def test_the_database_refuses_the_overlap_whoever_writes_it(cast: Any, tower: Any) -> None:
    shift = a_shift(tower, "Night", 20, 8)
    values = {"user": cast.engineer, "shift": shift, "planned_by": cast.engineering_head}
    Duty.objects.create(day=MONDAY, starts_at=shift.span(MONDAY)[0], ends_at=shift.span(MONDAY)[1], **values)
    with pytest.raises(IntegrityError, match="duty_one_at_a_time"), transaction.atomic():
        Duty.objects.create(day=MONDAY + DAY, starts_at=moment(MONDAY + DAY, 7), ends_at=moment(MONDAY + DAY, 9), **values)


def test_two_people_swap_in_one_go(cast: Any, tower: Any) -> None:
    roster, day, late = a_roster(tower), a_shift(tower, "Day", 8, 17), a_shift(tower, "Late", 14, 22)
    head = cast.engineering_head
    plan(roster, head, (cast.engineer, MONDAY, day), (head, MONDAY, late))
    plan(roster, head, (cast.engineer, MONDAY, late), (head, MONDAY, day))
    assert dict(Duty.objects.values_list("user__username", "shift__name_en")) == {"engineer": "Late", "engineering_head": "Day"}


def test_a_free_day_takes_the_shift_away(cast: Any, tower: Any) -> None:
    roster, day = a_roster(tower), a_shift(tower, "Day", 8, 17)
    plan(roster, cast.engineering_head, (cast.engineer, MONDAY, day), (cast.engineer, MONDAY + DAY, day))
    plan(roster, cast.engineering_head, (cast.engineer, MONDAY, None))
    assert [duty.day for duty in Duty.objects.all()] == [MONDAY + DAY]


def test_who_is_absent_gets_no_shift(cast: Any, tower: Any) -> None:
    away(cast.engineer, cast.service_clerk, MONDAY)
    with pytest.raises(Refused, match="is absent on 2026-11-23; 陈静 stands in"):
        plan(a_roster(tower), cast.engineering_head, (cast.engineer, MONDAY, a_shift(tower, "Day", 8, 17)))


def test_an_absence_after_the_plan_is_marked_and_takes_them_off_shift(cast: Any, tower: Any) -> None:
    roster, day = a_roster(tower), a_shift(tower, "Day", 8, 17)
    plan(roster, cast.engineering_head, (cast.engineer, MONDAY, day))
    away(cast.engineer, cast.service_clerk, MONDAY)
    week = services.week_of(roster, MONDAY)
    [cell] = [cell for cell in week.cells if cell.duty]
    assert cell.clashes and week.strength == [(day, [0] * 7)]
    assert not access.on_shift("ENGINEERING", tower.pk, moment(MONDAY, 9)).exists()


def test_the_stand_in_is_on_the_roster_of_the_week(cast: Any, tower: Any) -> None:
    away(cast.engineer, cast.service_clerk, MONDAY)
    lines = {line.person: line.stands_in_for for line in services.week_of(a_roster(tower), MONDAY).lines}
    assert lines[cast.service_clerk] == "王强"


def test_only_a_leader_of_the_department_plans(cast: Any, tower: Any) -> None:
    wanted = (cast.engineer, MONDAY, a_shift(tower, "Day", 8, 17))
    for user in (cast.engineer, cast.security_head, cast.general_manager, cast.outsider):
        with pytest.raises(NotAllowed):
            plan(a_roster(tower), user, wanted)


def test_a_week_that_is_over_stays(cast: Any, tower: Any) -> None:
    with pytest.raises(Refused, match="This week is over"):
        plan(a_roster(tower), cast.engineering_head, (cast.engineer, MONDAY - DAY, a_shift(tower, "Day", 8, 17)))


def test_nobody_of_another_department_or_building_is_put_on_it(cast: Any, tower: Any, neighbour: Any) -> None:
    day = a_shift(tower, "Day", 8, 17)
    with pytest.raises(Refused, match="no longer belongs to the department"):
        plan(a_roster(tower), cast.engineering_head, (cast.guard, MONDAY, day))
    with pytest.raises(Refused, match="not in use here"):
        plan(a_roster(tower), cast.engineering_head, (cast.engineer, MONDAY, a_shift(neighbour, "Day", 8, 17)))


def test_last_week_is_copied_where_days_are_free(cast: Any, tower: Any, as_user: Any) -> None:
    roster, first, head = a_roster(tower), services.monday(timezone.localdate()), cast.engineering_head
    day, late = a_shift(tower, "Day", 8, 17), a_shift(tower, "Late", 14, 22)
    then = timezone.now() - dt.timedelta(days=7)
    plan(roster, head, *((cast.engineer, first - (7 - number) * DAY, day) for number in range(3)), at=then)
    plan(roster, head, (cast.engineer, first, late), at=timezone.now())
    away(cast.engineer, cast.service_clerk, first + 2 * DAY)
    client = as_user(head)
    answer = client.post(week_page("copy", roster, first))
    assert answer.url == week_page("plan", roster, first)
    planned = Duty.objects.filter(day__gte=first).order_by("day").values_list("day", "shift__name_en")
    assert list(planned) == [(first, "Late"), (first + DAY, "Day")]
    page = client.get(answer.url).content.decode()
    assert "1 shift was copied." in page and "王强 is absent on" in page


def test_two_leaders_at_once_see_both_plans(cast: Any, tower: Any, as_user: Any) -> None:
    roster, first = a_roster(tower), services.monday(timezone.localdate())
    day, late, client = a_shift(tower, "Day", 8, 17), a_shift(tower, "Late", 14, 22), as_user(cast.engineering_head)
    form = client.get(week_page("plan", roster, first)).context["form"]
    plan(roster, cast.engineering_head, (cast.engineer, first, day), at=timezone.now())
    name = f"on-{cast.engineer.pk}-{first:%Y%m%d}"
    typed = {name: late.pk, "version": form["version"].value(), "submission_key": form["submission_key"].value()}
    answer = client.post(week_page("plan", roster, first), typed)
    assert answer.status_code == 409 and "Late" in answer.content.decode()
    assert Duty.objects.get().shift == day


def test_what_is_refused_keeps_what_was_chosen(cast: Any, tower: Any, as_user: Any) -> None:
    roster, first = a_roster(tower), services.monday(timezone.localdate())
    night, day, client = a_shift(tower, "Night", 20, 8), a_shift(tower, "Day", 7, 16), as_user(cast.engineering_head)
    form = client.get(week_page("plan", roster, first)).context["form"]
    names = [f"on-{cast.engineer.pk}-{first + number * DAY:%Y%m%d}" for number in range(2)]
    typed = {names[0]: night.pk, names[1]: day.pk, "version": form["version"].value(), "submission_key": form["submission_key"].value()}
    answer = client.post(week_page("plan", roster, first), typed)
    text = answer.content.decode()
    assert answer.status_code == 422 and "two shifts at the same time" in text
    assert f'<option value="{night.pk}" selected>' in text and Duty.objects.count() == 0


def test_a_night_shift_lasts_until_the_morning(cast: Any, tower: Any, neighbour: Any) -> None:
    plan(a_roster(tower), cast.engineering_head, (cast.engineer, MONDAY, a_shift(tower, "Night", 20, 8)))

    def on(at: dt.datetime, place: Any = tower) -> list[User]:
        return list(access.on_shift("ENGINEERING", place.pk, at))

    assert on(moment(MONDAY, 23)) == on(moment(MONDAY + DAY, 7, 59)) == [cast.engineer]
    assert on(moment(MONDAY + DAY, 8)) == on(moment(MONDAY, 19, 59)) == []
    assert on(moment(MONDAY, 23), neighbour) == []
    assert not access.on_shift("SECURITY", tower.pk, moment(MONDAY, 23)).exists()


def test_the_hours_of_a_shift_that_was_changed_stay_where_they_were_planned(cast: Any, tower: Any) -> None:
    shift = a_shift(tower, "Day", 8, 17)
    plan(a_roster(tower), cast.engineering_head, (cast.engineer, MONDAY, shift))
    shift.begins = dt.time(12)
    shift.save(update_fields=["begins"])
    assert access.on_shift("ENGINEERING", tower.pk, moment(MONDAY, 9)).get() == cast.engineer


def test_the_week_prints_on_one_sheet_across(cast: Any, tower: Any, as_user: Any) -> None:
    roster = a_roster(tower)
    plan(roster, cast.engineering_head, (cast.engineer, MONDAY, a_shift(tower, "Day", 8, 17)))
    answer = as_user(cast.engineer).get(week_page("print", roster, MONDAY))
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    said = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=answer.content, capture_output=True, check=True).stdout.decode()
    assert said.count('<page width="841.') == 1 and ">王强<" in said


def test_more_people_cost_no_more_queries(cast: Any, tower: Any, as_user: Any) -> None:
    roster, day, client = a_roster(tower), a_shift(tower, "Day", 8, 17), as_user(cast.engineer)
    client.get(week_page("week", roster, MONDAY))
    counts = []
    for number in (1, 6):
        more = [person(f"tech{number}{each}", f"技工{number}{each}", "ENGINEERING", "MEMBER", tower) for each in range(number)]
        plan(roster, cast.engineering_head, *((user, MONDAY, day) for user in more))
        with CaptureQueriesContext(connection) as queries:
            client.get(week_page("week", roster, MONDAY))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_addresses_that_are_no_week_are_not_found(cast: Any, tower: Any, as_user: Any) -> None:
    a_shift(tower, "Day", 8, 17)
    client = as_user(cast.engineer)
    for path in (f"ENGINEERING/{tower.pk}/2026-W99/", f"NOBODY/{tower.pk}/2026-W48/", f"ENGINEERING/{tower.pk}/never/"):
        assert client.get(f"/staff/rosters/{path}").status_code == 404


def test_my_desk_says_until_when_my_shift_lasts(cast: Any, tower: Any, as_user: Any) -> None:
    now = timezone.now()
    shift = a_shift(tower, "Watch", 0, 0)
    begins, ends = now - dt.timedelta(hours=1), now + dt.timedelta(hours=2)
    values = {"user": cast.engineer, "shift": shift, "planned_by": cast.engineering_head, "day": timezone.localdate(begins)}
    Duty.objects.create(starts_at=begins, ends_at=ends, **values)
    assert f"Watch until {timezone.localtime(ends):%H:%M}" in as_user(cast.engineer).get("/").content.decode()


def test_who_left_is_not_planned_any_more(cast: Any, tower: Any) -> None:
    Post.objects.filter(user=cast.engineer).update(ends_on=MONDAY - DAY, starts_on=START)
    assert cast.engineer not in access.crew(a_roster(tower), MONDAY, MONDAY + 6 * DAY)
    assert Department.objects.get(code="ENGINEERING") == a_roster(tower).department
