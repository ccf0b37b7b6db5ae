"""The dispatch board: what waits, who can be sent, giving and moving a work order, the board of a list."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.flow import NotAllowed
from core.models import Notice
from repairs import access
from repairs.models import Skill, WorkOrder
from repairs.services import dispatch
from staff import services as staff
from staff.models import Duty, Post, Shift
from tests.conftest import person
from tests.repairs.factories import a_category, a_public_order, an_order, at_work, confirmed, finished, moved
from tests.staff.factories import a_shift

BOARD = reverse("repairs:board")
STATUSES = reverse("repairs:work_order_list") + "?as=board"


def a_technician(tower: Any, name: str, *skills: str) -> Any:
    user = person(name, name, "ENGINEERING", "MEMBER", tower)
    for code in skills:
        Skill.objects.create(user=user, category=a_category(code))
    return user


def on_shift(user: Any, tower: Any, *, begins: int = -1, ends: int = 3) -> Duty:
    """On shift from so many hours from now."""
    now = timezone.now()
    shift = Shift.objects.filter(name_en="Watch").first() or a_shift(tower, "Watch", 0, 0)
    span = {"starts_at": now + dt.timedelta(hours=begins), "ends_at": now + dt.timedelta(hours=ends)}
    return Duty.objects.create(user=user, shift=shift, day=timezone.localdate(), planned_by=user, **span)


def give(client: Any, order: WorkOrder, step: str, assignee: Any, back: str = BOARD) -> Any:
    url = f"{reverse('repairs:work_order_step', args=[order.pk, step])}?back={back}"
    return client.post(url, {"assignee": getattr(assignee, "pk", assignee), "submission_key": str(uuid.uuid4())})


def test_what_waits_is_given_away_with_one_press(cast: Any, tower: Any, as_user: Any) -> None:
    order, client = a_public_order(cast, tower), as_user(cast.frontdesk)
    page = client.get(BOARD)
    [ticket] = page.context["waiting"]
    assert ticket.order == order and cast.engineer in [who.person for who, _words in ticket.offers]
    assert f'name="assignee" value="{cast.engineer.pk}"' in page.content.decode()
    assert give(client, order, "dispatch", cast.engineer).url == BOARD
    order.refresh_from_db()
    assert (order.state, order.assignee, order.dispatched_by) == ("ASSIGNED", cast.engineer, cast.frontdesk)
    assert Notice.objects.filter(recipient=cast.engineer).exists()
    page = client.get(BOARD)
    assert page.context["waiting"] == []
    [lane] = [lane for lane in page.context["lanes"] if lane.technician.person == cast.engineer]
    assert [ticket.order for ticket in lane.tickets] == [order] and lane.technician.load == 1


def test_a_press_without_scripts_twice_is_once(cast: Any, tower: Any, as_user: Any) -> None:
    order, client = a_public_order(cast, tower), as_user(cast.frontdesk)
    url = f"{reverse('repairs:work_order_step', args=[order.pk, 'dispatch'])}?back={BOARD}"
    typed = {"assignee": cast.engineer.pk, "submission_key": str(uuid.uuid4())}
    assert [client.post(url, typed).status_code for _time in range(2)] == [302, 302]
    assert WorkOrder.objects.get().state == "ASSIGNED"


def test_the_customers_own_goes_to_the_supervisor_first(cast: Any, tower: Any, as_user: Any) -> None:
    order, client = an_order(cast, tower), as_user(cast.frontdesk)
    [ticket] = client.get(BOARD).context["waiting"]
    assert ticket.give is None and "send_to_review" in [move.step.name for move in ticket.moves]
    answer = give(client, order, "dispatch", cast.engineer)
    assert answer.status_code == 422 and "supervisor reviews it first" in answer.content.decode()
    assert WorkOrder.objects.get().state == "NEW"


def test_the_supervisor_gives_it_to_somebody_else(cast: Any, tower: Any, as_user: Any) -> None:
    order, other = moved(a_public_order(cast, tower), cast, "dispatch", "accept"), a_technician(tower, "李工")
    client = as_user(cast.engineering_head)
    lanes = {lane.technician.person: lane.tickets for lane in client.get(BOARD).context["lanes"]}
    assert cast.engineer not in [who.person for who, _words in lanes[cast.engineer][0].offers]
    assert give(client, order, "reassign", other).url == BOARD
    order.refresh_from_db()
    assert (order.state, order.assignee) == ("ASSIGNED", other)


def test_the_front_desk_does_not_take_work_from_a_technician(cast: Any, tower: Any, as_user: Any) -> None:
    order = moved(a_public_order(cast, tower), cast, "dispatch", "accept")
    client = as_user(cast.frontdesk)
    lanes = {lane.technician.person: lane.tickets for lane in client.get(BOARD).context["lanes"]}
    assert lanes[cast.engineer][0].give is None
    assert give(client, order, "reassign", cast.engineering_head).status_code == 403


def test_what_came_back_and_what_nobody_has_waits_to_be_sent(cast: Any, tower: Any, as_user: Any) -> None:
    back = moved(a_public_order(cast, tower), cast, "dispatch", "accept", "hand_back")
    nobodys = moved(a_public_order(cast, tower), cast, "dispatch")
    reviewed = moved(an_order(cast, tower), cast, "send_to_review")
    tickets = {ticket.order: ticket for ticket in as_user(cast.engineering_head).get(BOARD).context["waiting"]}
    assert set(tickets) == {back, nobodys, reviewed}
    assert tickets[back].came_back and not tickets[nobodys].came_back
    assert tickets[nobodys].give.step.name == "reassign"
    assert "can_be_done" in [move.step.name for move in tickets[reviewed].moves]


def test_who_fits_stands_first_by_skill_then_shift_then_load(cast: Any, tower: Any) -> None:
    able, busy, idle = a_technician(tower, "甲", "POWER"), a_technician(tower, "乙"), a_technician(tower, "丙")
    here = a_technician(tower, "丁")
    on_shift(here, tower)
    WorkOrder.objects.filter(pk=moved(a_public_order(cast, tower), cast, "dispatch").pk).update(assignee=busy)
    found = dispatch.technicians(tower.pk, timezone.now())
    order = an_order(cast, tower)
    names = [who.person for who in dispatch.suggested(found, order)]
    assert names[:2] == [able, here] and names.index(idle) < names.index(busy) and names[-1] == busy
    words = {who.person: who.in_words(order) for who in found}
    assert words[able].startswith("★ 甲 · Power and lights · 0 open") and "on shift until" in words[here]
    assert "1 open" in words[busy] and "no skills entered" in words[busy]


def test_a_part_of_a_category_asks_for_the_skill_of_the_whole(cast: Any, tower: Any) -> None:
    able = a_technician(tower, "甲", "POWER")
    order = a_public_order(cast, tower)
    assert order.category.parent == a_category("POWER")
    assert dispatch.suggested(dispatch.technicians(tower.pk, timezone.now()), order)[0].person == able


def test_the_absent_stand_last_with_who_stands_in(cast: Any, tower: Any, as_user: Any) -> None:
    Skill.objects.create(user=cast.engineer, category=a_category())
    day = timezone.localdate()
    post = Post.objects.get(user=cast.engineer)
    staff.arrange_cover(post, stand_in=cast.service_clerk, starts_on=day, ends_on=day, reason="年假", by=cast.engineer)
    order = a_public_order(cast, tower)
    found = dispatch.suggested(dispatch.technicians(tower.pk, timezone.now()), order)
    assert found[-1].person == cast.engineer and "absent, 陈静 stands in" in found[-1].in_words(order)
    assert "absent, 陈静 stands in" in as_user(cast.frontdesk).get(BOARD).content.decode()


def test_the_step_page_offers_the_same_people_in_the_same_order(cast: Any, tower: Any, as_user: Any) -> None:
    able = a_technician(tower, "子", "POWER")
    order = a_public_order(cast, tower)
    form = as_user(cast.frontdesk).get(reverse("repairs:work_order_step", args=[order.pk, "dispatch"])).context["form"]
    choices = list(form.fields["assignee"].choices)
    assert choices[0][0] == "" and choices[1][1].startswith("★ 子") and choices[1][0].value == able.pk


def test_the_board_is_for_the_front_desk_and_the_supervisors(cast: Any, tower: Any, as_user: Any) -> None:
    order = a_public_order(cast, tower)
    answers = {name: as_user(user).get(BOARD) for name, user in cast.people.items()}
    assert {name for name, answer in answers.items() if answer.status_code == 200} == {
        "frontdesk", "service_clerk", "service_head", "engineering_head", "outsider",
    }  # fmt: skip
    assert order.number not in answers["outsider"].content.decode() and answers["outsider"].context["waiting"] == []
    assert cast.engineer not in [lane.technician.person for lane in answers["outsider"].context["lanes"]]


def test_another_building_in_the_address_shows_ones_own(cast: Any, tower: Any, neighbour: Any, as_user: Any) -> None:
    assert as_user(cast.outsider).get(f"{BOARD}?building={tower.pk}").context["building"] == neighbour
    assert as_user(cast.frontdesk).get(f"{BOARD}?building=x").context["building"] == tower


def test_more_work_orders_cost_no_more_queries(cast: Any, tower: Any, as_user: Any) -> None:
    def all_kinds() -> None:
        a_public_order(cast, tower)
        an_order(cast, tower)
        an_order(cast, tower, service="TAP")
        moved(an_order(cast, tower, service="LAMP"), cast, "send_to_review", "quote")
        moved(a_public_order(cast, tower), cast, "dispatch")
        at_work(an_order(cast, tower, service="TAP"), cast)
        finished(an_order(cast, tower), cast)
        confirmed(an_order(cast, tower, service="TAP"), cast)

    head, clerk = as_user(cast.engineering_head), as_user(cast.service_clerk)
    pages = [(head, BOARD), (clerk, STATUSES), (head, STATUSES), (head, reverse("repairs:skill_list"))]
    pages.append((as_user(cast.engineer), reverse("repairs:mine")))
    counts: list[list[int]] = []
    for _time in range(2):
        all_kinds()
        counts.append([])
        for client, url in pages:
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            counts[-1].append(len(queries))
    assert counts[0] == counts[1]
    assert max(counts[1]) <= 25


def test_the_list_is_a_board_by_status_with_the_steps_allowed(cast: Any, tower: Any, as_user: Any) -> None:
    new, done = a_public_order(cast, tower), at_work(a_public_order(cast, tower), cast)
    page = as_user(cast.frontdesk).get(STATUSES)
    columns = {column.state: column for column, _url in page.context["board"]}
    assert [card.record for card in columns["NEW"].cards] == [new] and columns["IN_PROGRESS"].count == 1
    assert [move.step.name for move in columns["NEW"].cards[0].moves] == ["dispatch", "withdraw"]
    assert columns["IN_PROGRESS"].cards[0].moves == [] and done.number in page.content.decode()
    assert "CLOSED" not in columns


def test_a_card_moves_and_the_board_comes_back(cast: Any, tower: Any, as_user: Any) -> None:
    order, client = moved(a_public_order(cast, tower), cast, "dispatch"), as_user(cast.engineer)
    page = client.get(STATUSES).content.decode()
    there = f"{reverse('repairs:work_order_step', args=[order.pk, 'accept'])}?back=%2Frepairs%2Fwork-orders%2F%3Fas%3Dboard"
    assert f'data-move="ACCEPTED" formaction="{there}"' in page
    answer = client.post(there, {"submission_key": str(uuid.uuid4())})
    assert answer.url == STATUSES and WorkOrder.objects.get().state == "ACCEPTED"


def test_the_board_keeps_filters_search_and_views(cast: Any, tower: Any, as_user: Any) -> None:
    order, _other = a_public_order(cast, tower), an_order(cast, tower)
    page = as_user(cast.frontdesk).get(f"{STATUSES}&q={order.number}&public=true")
    assert sum(column.count for column, _url in page.context["board"]) == 1
    assert {view["url"].rpartition("?")[2].rpartition("&")[2] for view in page.context["presets"]} == {"as=board"}
    text = page.content.decode()
    assert '<input type="hidden" name="as" value="board">' in text and "1 matching" in text
    assert order.number not in as_user(cast.outsider).get(STATUSES).content.decode()


def test_a_long_column_says_how_many_more_and_where(cast: Any, tower: Any, as_user: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.boards.CARDS", 1)
    for _each in range(3):
        a_public_order(cast, tower)
    page = as_user(cast.frontdesk).get(STATUSES)
    column, url = page.context["board"][0]
    assert (len(column.cards), column.more) == (1, 2) and url.endswith("?state=NEW")
    assert "2 more in the list" in page.content.decode()


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_the_way_back_stays_here(back: str, cast: Any, tower: Any, as_user: Any) -> None:
    order = a_public_order(cast, tower)
    answer = give(as_user(cast.frontdesk), order, "dispatch", cast.engineer, back)
    assert answer.url == reverse("repairs:work_order_detail", args=[order.pk])


def test_the_supervisor_says_who_can_repair_what(cast: Any, tower: Any, as_user: Any) -> None:
    client, url = as_user(cast.engineering_head), reverse("repairs:skills_edit", args=[cast.engineer.pk])
    Skill.objects.create(user=cast.engineer, category=a_category("POWER"))
    form = client.get(url).context["form"]
    typed = {"categories": [a_category("WATER").pk, a_category("DOORS").pk], "submission_key": form["submission_key"].value()}
    assert client.post(url, typed).url == reverse("repairs:skill_list")
    assert {skill.category.code for skill in cast.engineer.repair_skills.all()} == {"WATER", "DOORS"}
    page = client.get(reverse("repairs:skill_list"))
    assert "Water and drains" in page.content.decode() and a_category("POWER") in page.context["unclaimed"]


def test_skills_are_set_by_engineering_in_its_own_building(cast: Any, tower: Any, as_user: Any) -> None:
    url = reverse("repairs:skills_edit", args=[cast.engineer.pk])
    statuses = {name: as_user(getattr(cast, name)).get(url).status_code for name in ("engineer", "frontdesk", "outsider", "guard")}
    assert statuses == {"engineer": 403, "frontdesk": 403, "outsider": 404, "guard": 404}
    with pytest.raises(NotAllowed):
        dispatch.set_skills(cast.engineer, [], by=cast.service_head)
    assert as_user(cast.guard).get(reverse("repairs:skill_list")).status_code == 403
    assert cast.engineer not in [row[0] for row in as_user(cast.outsider).get(reverse("repairs:skill_list")).context["rows"]]


def test_to_send_is_due_first(cast: Any, tower: Any) -> None:
    late, soon = a_public_order(cast, tower), a_public_order(cast, tower, urgency="URGENT")
    WorkOrder.objects.filter(pk=late.pk).update(due_at=timezone.now() + dt.timedelta(days=1))
    assert list(access.to_send(cast.frontdesk, tower)) == [soon, late]
