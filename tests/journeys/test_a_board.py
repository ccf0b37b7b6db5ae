"""The dispatch board in a browser: drag and menu do the same, also without scripts; the phone page; nobody is kept out."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from repairs.models import Skill, WorkOrder
from staff import services as staff
from staff.models import Duty
from tests.barriers import barriers
from tests.conftest import Cast, a_building, person
from tests.journeys.people import People
from tests.repairs.factories import a_category, a_public_order, an_order, at_work, moved
from tests.staff.factories import a_roster, a_shift

pytestmark = [pytest.mark.timeout(240), pytest.mark.xdist_group("journeys")]
BOARD = reverse("repairs:board")
STATUSES = reverse("repairs:work_order_list") + "?as=board"
MINE = reverse("repairs:mine")


class House:
    def __init__(self, live_server: Any, new_context: Any) -> None:
        self.live_server, self.new_context = live_server, new_context
        self.cast = Cast(a_building("A", "云汇中心 A 座"), a_building("B", "云汇中心 B 座"))
        self.people = People(live_server, new_context, self.cast)
        self.other = person("li", "李工", "ENGINEERING", "MEMBER", self.cast.home)
        Skill.objects.create(user=self.cast.engineer, category=a_category())


@pytest.fixture
def house(live_server: Any, new_context: Any) -> House:
    return House(live_server, new_context)


def card(page: Any, order: WorkOrder) -> Any:
    return page.locator("[data-card]", has_text=order.number)


def drag(page: Any, order: WorkOrder, column: str) -> None:
    """Drags a card by hand onto a column."""
    with page.expect_navigation():
        card(page, order).drag_to(page.locator(f'[data-column="{column}"]'), source_position={"x": 120, "y": 40})


def test_a_card_is_dragged_to_a_technician_and_given_to_another_by_the_menu(house: House) -> None:
    order = a_public_order(house.cast, house.cast.home)
    page = house.people.at("engineering_head", BOARD)
    page.locator("[data-card][draggable=true]").wait_for()
    drag(page, order, str(house.cast.engineer.pk))
    order.refresh_from_db()
    assert (order.state, order.assignee) == ("ASSIGNED", house.cast.engineer) and page.url.endswith(BOARD)
    card(page, order).locator("summary").first.click()
    with page.expect_navigation():
        card(page, order).locator(f'button[value="{house.other.pk}"]').click()
    order.refresh_from_db()
    assert order.assignee == house.other
    assert page.locator(f'[data-column="{house.other.pk}"] [data-card]').count() == 1


def test_a_card_stays_where_no_step_leads(house: House) -> None:
    order = an_order(house.cast, house.cast.home)
    page = house.people.at("frontdesk", BOARD)
    page.locator("[data-card][draggable=true]").wait_for()
    card(page, order).drag_to(page.locator(f'[data-column="{house.cast.engineer.pk}"]'), source_position={"x": 120, "y": 40})
    page.locator("[data-toasts-polite]", has_text="不能移到那里").wait_for()
    order.refresh_from_db()
    assert order.state == "NEW"


def test_the_menu_works_without_scripts(house: House) -> None:
    order = a_public_order(house.cast, house.cast.home)
    house.people.new_context = lambda: house.new_context(java_script_enabled=False)
    page = house.people.at("frontdesk", BOARD)
    card(page, order).locator("summary").first.click()
    with page.expect_navigation():
        card(page, order).locator(f'button[value="{house.cast.engineer.pk}"]').click()
    order.refresh_from_db()
    assert (order.state, order.assignee) == ("ASSIGNED", house.cast.engineer)


def test_a_card_moves_by_status_on_the_lists_board(house: House) -> None:
    order = moved(a_public_order(house.cast, house.cast.home), house.cast, "dispatch")
    page = house.people.at("engineer", STATUSES)
    page.set_viewport_size({"width": 1800, "height": 900})
    page.locator("[data-card][draggable=true]").wait_for()
    drag(page, order, "ACCEPTED")
    order.refresh_from_db()
    assert order.state == "ACCEPTED" and page.url.endswith("?as=board")


def test_the_technicians_day_on_the_phone(house: House) -> None:
    order = moved(a_public_order(house.cast, house.cast.home), house.cast, "dispatch")
    page = house.people.at("engineer", "/")
    page.set_viewport_size({"width": 375, "height": 812})
    with page.expect_navigation():
        page.locator(".bottom-bar a", has_text="我的任务").click()
    assert page.url.endswith(MINE)
    for state in ("ACCEPTED", "IN_PROGRESS"):
        button = page.locator(".route-stop .task-actions button").first
        assert button.bounding_box()["height"] >= 48
        with page.expect_navigation():
            button.click()
        order.refresh_from_db()
        assert order.state == state
        page.goto(house.live_server.url + MINE)
    assert page.locator(".route-stop a", has_text="照片").bounding_box()["height"] >= 48


def test_nobody_is_kept_out(house: House, everywhere: bool) -> None:
    cast, home = house.cast, house.cast.home
    a_public_order(cast, home)
    an_order(cast, home)
    at_work(a_public_order(cast, home), cast)
    shift, today = a_shift(home, "日班", 0, 0), timezone.localdate()
    span = shift.span(today)
    Duty.objects.create(user=house.other, shift=shift, day=today, starts_at=span[0], ends_at=span[1], planned_by=house.other)
    Duty.objects.create(
        user=cast.engineer, shift=shift, day=today, starts_at=span[0], ends_at=span[0] + dt.timedelta(hours=1), planned_by=house.other
    )
    roster = a_roster(home)
    week = [roster.department.code, home.pk, f"{staff.monday(today):%G-W%V}"]
    pages = {
        "engineering_head": [
            BOARD,
            STATUSES,
            MINE,
            reverse("repairs:skill_list"),
            reverse("repairs:skills_edit", args=[cast.engineer.pk]),
            reverse("staff:roster_week", args=week),
            reverse("staff:roster_plan", args=week),
        ],
        "engineer": [MINE, reverse("staff:roster_list")],
    }
    house.people.new_context = lambda: house.new_context(reduced_motion="reduce")
    faults = {}
    for who, paths in pages.items():
        page = house.people.at(who, "/")
        for path in paths:
            if found := barriers(page, house.live_server.url + path, everywhere=everywhere):
                faults[f"{who} {path}"] = found
    assert faults == {}
