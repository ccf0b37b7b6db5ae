"""My desk: figures that equal their lists, and nothing of other buildings."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core import kinds, notices
from core.models import Draft, UserSetting
from frontdesk import approvals, deadlines, desk_page, waiting
from premises import services as premises
from premises.models import Key, KeyLoan, Unit
from staff.models import Post, User
from tenants.models import Lease
from tests.conftest import a_unit
from tests.frontdesk.lives import a_letter, a_tenant, an_order
from tests.records import FACTORIES
from tests.repairs.factories import an_order as a_repair
from tests.repairs.factories import at_work


def page(client: Client, url: str = "/") -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def tile(text: str, label: str) -> int:
    """The figure of a tile."""
    found = re.search(rf'tile-label">{label}</span><span class="tile-value num">(\d+)<', text)
    assert found, f"no tile {label}"
    return int(found[1])


def test_the_desk_greets_with_name_and_post(cast: Any, as_user: Any) -> None:
    text = page(as_user(cast.frontdesk))
    assert "李敏" in text and "Customer service" in text


@pytest.mark.parametrize(("hour", "words"), [(7, "Good morning"), (12, "Good afternoon"), (18, "Good evening")])
def test_the_greeting_follows_the_clock(hour: int, words: str) -> None:
    assert desk_page.greeting(hour) == words


def test_somebody_without_a_post_is_told_whom_to_ask(db: None, as_user: Any) -> None:
    text = page(as_user(User.objects.create(username="new", name="新人")))
    assert "No post yet" in text and "Stacking plan" not in text


def test_what_waits_is_counted_as_it_is_listed(cast: Any, tower: Any, as_user: Any) -> None:
    for number in range(3):
        an_order(cast, tower, f"180{number}")
    client = as_user(cast.service_clerk)
    listed = page(client, "/frontdesk/waiting/")
    assert tile(page(client), "Waits for me") == listed.count('<th scope="row">') == 3


def test_the_list_of_one_kind_shows_that_kind(cast: Any, tower: Any, as_user: Any) -> None:
    order, letter = an_order(cast, tower, "1801"), a_letter(cast, tower)
    text = page(as_user(cast.service_clerk), "/frontdesk/waiting/?kind=tenants.DirectoryOrder")
    assert order.number in text and letter.number not in text


def test_a_step_of_another_department_does_not_wait_for_me(cast: Any, tower: Any) -> None:
    an_order(cast, tower, "1801")
    assert waiting.Work(cast.cashier).waiting() == []


def test_a_stranger_has_nothing_waiting_from_this_building(cast: Any, tower: Any, as_user: Any) -> None:
    order = an_order(cast, tower, "1801")
    assert waiting.Work(cast.outsider).waiting() == []
    assert order.number not in page(as_user(cast.outsider), "/frontdesk/waiting/")


def test_a_role_that_the_record_decides_is_asked_record_by_record(cast: Any, tower: Any) -> None:
    mine, others = a_letter(cast, tower), a_letter(cast, tower)
    for letter, code in ((mine, "ENGINEERING"), (others, "FINANCE")):
        type(letter).objects.filter(pk=letter.pk).update(department=code)
    kinds_waiting = dict(waiting.Work(cast.engineer).waiting())
    assert kinds_waiting.get("tenants.Correspondence") == mine.pk


def test_newer_work_of_others_hides_none_of_mine(cast: Any, tower: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "ROWS_ASKED", 1)
    monkeypatch.setattr(waiting, "SIGNED_ASKED", 1)
    mine, newer = at_work(a_repair(cast, tower), cast), a_repair(cast, tower)
    assert waiting.signs_perhaps(kinds.of(mine), cast.engineer) and newer.pk > mine.pk
    assert ("repairs.WorkOrder", mine.pk) in waiting.Work(cast.engineer).waiting()


def test_a_stand_in_sees_the_work_of_the_absent_colleague(cast: Any, tower: Any) -> None:
    from staff import services

    order = an_order(cast, tower, "1801")
    today, post = timezone.localdate(), Post.objects.get(user=cast.service_clerk)
    services.arrange_cover(post, stand_in=cast.guard, starts_on=today, ends_on=today, reason="病假", by=cast.service_clerk)
    stand_in = User.objects.get(pk=cast.guard.pk)
    assert ("tenants.DirectoryOrder", order.pk) in waiting.Work(stand_in).waiting()


def lent_key(cast: Any, tower: Any, hours: int) -> KeyLoan:
    """A key that is due back in so many hours (negative: it was due)."""
    now = timezone.now()
    key = Key.objects.create(building=tower, unit=a_unit(tower, f"K{abs(hours)}"), kind=Key.Kind.UNIT_KEY, number=f"K-{abs(hours)}")
    issued = now - timedelta(hours=48)
    return premises.issue_key(
        key, holder_name="张工", holder_phone="138 0013 8000", by=cast.frontdesk, at=issued, due_at=now + timedelta(hours=hours)
    )


def test_a_key_past_its_time_is_overdue_for_the_front_desk_only(cast: Any, tower: Any, as_user: Any) -> None:
    lent_key(cast, tower, -2)
    assert tile(page(as_user(cast.frontdesk)), "Overdue") == 1
    assert tile(page(as_user(cast.cashier)), "Overdue") == 0
    assert tile(page(as_user(cast.outsider)), "Overdue") == 0


@pytest.mark.clause("M1.2.8")
def test_overdue_and_due_today_are_counted_as_they_are_listed(cast: Any, tower: Any, as_user: Any) -> None:
    today = timezone.localdate()
    for code, days in (("1801", -1), ("1802", 0), ("1803", 0), ("1804", 5)):
        an_order(cast, tower, code, due_on=today + timedelta(days=days))
    client = as_user(cast.service_clerk)
    desk = page(client)
    for when, label in (("overdue", "Overdue"), ("today", "Due today")):
        listed = page(client, f"/frontdesk/due/?when={when}").count('<th scope="row">')
        assert tile(desk, label) == listed == {"overdue": 1, "today": 2}[when]


def test_a_move_in_of_today_is_on_the_desks_of_those_who_take_part(cast: Any, tower: Any) -> None:
    now = timezone.localtime().replace(hour=9, minute=0)
    move_in = FACTORIES["tenants.MoveIn"](cast, tower)
    type(move_in).objects.filter(pk=move_in.pk).update(takeover_at=now + timedelta(hours=2))
    line = (deadlines.TODAY, "move_in", move_in.pk)
    concerned = {name for name, person in cast.people.items() if line in deadlines.due(person, now)}
    assert {"service_clerk", "engineer", "leasing"} <= concerned
    assert not concerned & {"guard", "cleaner", "cashier", "outsider"}
    [due] = deadlines.lines([line], cast.service_clerk)
    assert due.row == move_in and due.url == f"/tenants/move-ins/{move_in.pk}/"


def test_a_day_is_not_overdue_before_midnight(cast: Any, tower: Any) -> None:
    order = an_order(cast, tower, "1801", due_on=timezone.localdate())
    late = timezone.localtime().replace(hour=23, minute=59)
    assert deadlines.due(cast.service_clerk, late, only=deadlines.OVERDUE) == []
    assert deadlines.due(cast.service_clerk, late + timedelta(minutes=2), only=deadlines.OVERDUE) == [
        (deadlines.OVERDUE, "directory", order.pk)
    ]


def test_drafts_and_unread_notices_are_shown(cast: Any, as_user: Any) -> None:
    Draft.objects.create(user=cast.frontdesk, form="/x/", title="报修 1203", url="/x/", content={}, saved_at=timezone.now())
    notices.tell([cast.frontdesk], "%(who)s is here.", topic="test", values={"who": "王先生"})
    text = page(as_user(cast.frontdesk))
    assert "报修 1203" in text and "王先生 is here." in text


def test_drafts_are_my_own_and_can_be_thrown_away(cast: Any, as_user: Any) -> None:
    mine, theirs = (
        Draft.objects.create(user=user, form="/x/", title=f"草稿 {user.username}", url="/x/", content={}, saved_at=timezone.now())
        for user in (cast.frontdesk, cast.guard)
    )
    client = as_user(cast.frontdesk)
    text = page(client, "/frontdesk/drafts/")
    assert mine.title in text and theirs.title not in text
    client.post(f"/drafts/{mine.pk}/discard/", {"next": "/frontdesk/drafts/"})
    assert mine.title not in page(client, "/frontdesk/drafts/")


def test_the_desk_stays_within_its_queries(cast: Any, tower: Any, as_user: Any, django_assert_max_num_queries: Any) -> None:
    for number in range(4):
        an_order(cast, tower, f"180{number}")
        a_letter(cast, tower)
    client = as_user(cast.service_clerk)
    client.get("/")
    with django_assert_max_num_queries(20):
        client.get("/")


def test_a_manager_sees_the_buildings_in_figures(cast: Any, tower: Any, neighbour: Any, as_user: Any) -> None:
    for code in ("1801", "1802"):
        a_unit(tower, code)
    [house] = desk_page.overview(cast.general_manager)
    assert house.building == tower and ("VACANT", "Vacant", 2) in house.states
    assert "云汇中心 B 座" not in page(as_user(cast.general_manager))
    assert f"/frontdesk/stacking-plan/?building={tower.pk}" not in page(as_user(cast.cleaner))


def test_the_frame_of_a_page_costs_four_queries(cast: Any, as_user: Any, django_assert_max_num_queries: Any) -> None:
    client = as_user(cast.frontdesk)
    client.get("/frontdesk/keyboard/")
    # The person of the session, their posts, their buildings, and unread notices with kept choices in one.
    with django_assert_max_num_queries(4):
        client.get("/frontdesk/keyboard/")


def test_the_building_switch_is_kept_and_a_strangers_building_ignored(cast: Any, tower: Any, neighbour: Any, as_user: Any) -> None:
    client = as_user(cast.frontdesk)
    answer = client.post("/frontdesk/buildings/", {"building": [str(tower.pk), str(neighbour.pk), "x"], "next": "/help/"})
    assert answer.status_code == 302 and answer.url == "/help/"
    assert UserSetting.objects.get(user=cast.frontdesk, key="buildings").value == [tower.pk]


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_a_switch_never_leads_off_the_site(cast: Any, as_user: Any, url: str) -> None:
    assert as_user(cast.frontdesk).post("/frontdesk/visitor-mode/", {"next": url}).url == "/"


def test_visitor_mode_is_kept_until_switched_off(cast: Any, as_user: Any) -> None:
    client = as_user(cast.frontdesk)
    client.post("/frontdesk/visitor-mode/", {"next": "/"})
    assert "visitor-mode" in page(client)
    client.post("/frontdesk/visitor-mode/", {"next": "/"})
    assert ' visitor-mode"' not in page(client)


def test_theme_and_single_keys_are_kept(cast: Any, as_user: Any) -> None:
    client = as_user(cast.frontdesk)
    assert client.post("/frontdesk/setting/", {"key": "theme", "value": "dark"}).status_code == 204
    assert client.post("/frontdesk/setting/", {"key": "single_keys", "value": "off"}).status_code == 204
    person = User.objects.get(pk=cast.frontdesk.pk)
    assert (person.theme, person.single_keys) == ("dark", False)
    assert client.post("/frontdesk/setting/", {"key": "is_superuser", "value": "on"}).status_code == 422


def test_a_caller_is_found_by_the_last_four_digits(cast: Any, tower: Any, as_user: Any) -> None:
    tenant = a_letter(cast, tower).tenant
    type(tenant).objects.filter(pk=tenant.pk).update(phone="010-8588 6012")
    assert tenant.name in page(as_user(cast.frontdesk), "/frontdesk/call/?phone=6012")
    assert tenant.name in page(as_user(cast.frontdesk), "/frontdesk/call/?phone=01085886012")
    assert tenant.name not in page(as_user(cast.outsider), "/frontdesk/call/?phone=6012")
    assert "at least four digits" in page(as_user(cast.frontdesk), "/frontdesk/call/?phone=12")


@pytest.mark.clause("M3.9.1-2.8")
def test_a_visitor_is_told_the_unit_number_and_nothing_else(cast: Any, tower: Any, as_user: Any) -> None:
    tenant, unit = a_tenant(tower), a_unit(tower, "1803")
    day = timezone.localdate()
    Lease.objects.create(tenant=tenant, unit=unit, contract_number="HT-1", starts_on=day, ends_on=day + timedelta(days=9))
    text = page(as_user(cast.frontdesk), "/frontdesk/where/?company=华信")
    assert "1803" in text
    assert tenant.name not in text and tenant.short_name not in text and tenant.phone not in text and "HT-1" not in text
    assert "1803" not in page(as_user(cast.outsider), "/frontdesk/where/?company=华信")


@pytest.mark.clause("M1.1-1")
def test_customer_service_passes_a_tenants_request_to_the_department_concerned(cast: Any, tower: Any, as_user: Any) -> None:
    letter = a_letter(cast, tower)
    client = as_user(cast.service_clerk)
    key = "3f0c9a3e-8f5c-4a9b-9d5f-0d9a7c1f2e11"
    answer = client.post(f"/tenants/correspondence/{letter.pk}/do/forward/", {"department": "ENGINEERING", "submission_key": key})
    assert answer.status_code == 302, answer.content.decode()
    assert letter.number in page(as_user(cast.engineer), "/frontdesk/waiting/")
    assert letter.number not in page(as_user(cast.cashier), "/frontdesk/waiting/")


def test_a_label_code_opens_its_unit_and_an_unknown_one_says_so(cast: Any, tower: Any, as_user: Any) -> None:
    unit = a_unit(tower, "1801")
    place = premises.place_of(unit) if hasattr(premises, "place_of") else Unit.objects.get(pk=unit.pk).place
    client = as_user(cast.frontdesk)
    if place:
        assert client.get(f"/frontdesk/scan/?code={place.code.lower()}").status_code == 302
    assert client.get("/frontdesk/scan/?code=NOPE99").status_code == 404
    assert client.get("/frontdesk/scan/").status_code == 200


def test_every_procedure_is_drawn_with_its_steps(cast: Any, as_user: Any) -> None:
    client = as_user(cast.cleaner)
    text = page(client, "/frontdesk/procedures/")
    assert "Directory board order" in text and "customer service" in text
    assert "<svg" in page(client, "/frontdesk/procedures/tenants.DirectoryOrder/")
    assert client.get("/frontdesk/procedures/tenants.Nothing/").status_code == 404


def test_approvals_of_nobody_are_empty_and_views_exist(cast: Any, as_user: Any) -> None:
    client = as_user(cast.cleaner)
    assert "Nothing waits for your decision" in page(client, "/frontdesk/approvals/")
    for view in ("sent", "done"):
        page(client, f"/frontdesk/approvals/?view={view}")
    assert client.get("/frontdesk/approvals/?view=else").status_code == 404
    assert approvals.waiting_for(waiting.Work(cast.cleaner)) == []
