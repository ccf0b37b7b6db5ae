"""The dispatch board, and who can repair what (manual 3.4.4-3, ux.md 3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.boards import Move, moves
from core.flow import Blocked
from core.pages import bound, form_page, need
from core.text import is_key
from repairs import access
from repairs.flow import ORDER_FLOW
from repairs.forms import SkillsForm
from repairs.models import RepairCategory, WorkOrder
from repairs.services import dispatch
from repairs.services.dispatch import Technician
from staff.models import User

# The steps by which somebody is given a work order.
GIVING = ("dispatch", "reassign")
WAITING, ON_A_LANE = 60, 200


@dataclass(frozen=True)
class Ticket:
    """A work order on the board: the step that gives it to somebody, whom to, the other steps, and what stands in the way."""

    order: WorkOrder
    give: Move | None
    offers: list[tuple[Technician, str]]
    moves: list[Move]
    blockers: list[Blocked]

    @property
    def came_back(self) -> bool:
        """Sent before, and waiting again."""
        return self.order.state == WorkOrder.State.NEW and self.order.dispatched_at is not None


@dataclass(frozen=True)
class Lane:
    technician: Technician
    tickets: list[Ticket]


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """What waits to be sent beside each technician with skills, load and shift; a menu or a drag gives it away."""
    need(access.may_dispatch(request.user))
    houses = list(access.dispatch_buildings(request.user))
    building = next((row for row in houses if row.pk == _wanted(request)), next(iter(houses), None))
    context: dict[str, Any] = {"title": _("Dispatch board"), "buildings": houses, "building": building}
    if building is not None:
        context |= _content(request.user, building)
    return render(request, "repairs/board.html", context)


def _wanted(request: HttpRequest) -> int:
    said = request.GET.get("building", "")
    return int(said) if is_key(said) else 0


def _content(user: Any, building: Any) -> dict[str, Any]:
    people = dispatch.technicians(building.pk, timezone.now())
    waiting = access.to_send(user, building)
    tickets = [_ticket(order, people, user) for order in dispatch.read_whole(waiting[:WAITING])]
    given: dict[int, list[Ticket]] = {}
    for order in dispatch.read_whole(access.with_technicians(user, building)[:ON_A_LANE]):
        given.setdefault(order.assignee_id or 0, []).append(_ticket(order, people, user))
    lanes = [Lane(each, given.pop(each.person.pk, [])) for each in people]
    return {
        "waiting": tickets,
        "waiting_count": len(tickets) if len(tickets) < WAITING else waiting.count(),
        "lanes": sorted(lanes, key=_order),
        # Whoever has work orders here without being of engineering any more.
        "others": [ticket for tickets in given.values() for ticket in tickets],
        "has_roster": any(each.duty or each.later for each in people),
    }


def _order(lane: Lane) -> tuple[Any, ...]:
    """Who is on shift first, the absent last."""
    who = lane.technician
    return who.cover is not None, who.duty is None, who.later is None, who.person.name


def _ticket(order: WorkOrder, people: list[Technician], user: Any) -> Ticket:
    found = moves(order, ORDER_FLOW, user, ask_guards=True)
    give = next((move for move in found if move.step.name in GIVING), None)
    suitable = [each for each in dispatch.suggested(people, order) if each.person.pk != order.assignee_id] if give else []
    blockers = [] if found else ORDER_FLOW.next_step(order, user).blockers
    offers = [(each, each.in_words(order)) for each in suitable]
    return Ticket(order, give, offers, [move for move in found if move is not give], blockers)


@require_GET
def skill_list(request: HttpRequest) -> HttpResponse:
    """Who of engineering can repair what, how much each has open and who is on shift."""
    need(access.may_dispatch(request.user) or access.may_read_register(request.user))
    people = list(access.technicians_in(access.register_places(request.user)))
    mine = set(access.skilled(request.user).values_list("pk", flat=True)) if access.may_set_skills(request.user) else set()
    skills, loads = access.skills(people), access.loads(people)
    rows = [(person, skills.get(person.pk, []), loads.get(person.pk, (0, 0))[0], person.pk in mine) for person in people]
    return render(request, "repairs/skills.html", {"title": _("Skills"), "rows": rows, "unclaimed": _nobodys(skills) if rows else []})


def _nobodys(skills: dict[int, list[RepairCategory]]) -> list[RepairCategory]:
    """Main categories that nobody here can repair."""
    held = {key for found in skills.values() for category in found for key in (category.pk, category.parent_id)}
    return [category for category in access.categories() if category.parent_id is None and category.pk not in held]


def skills_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The supervisor says what a technician can repair."""
    person: User = get_object_or_404(access.technicians_in(access.register_places(request.user)), pk=pk)
    need(access.may_set_skills(request.user) and access.skilled(request.user).filter(pk=pk).exists())
    form = bound(request, SkillsForm, person=person)
    back = reverse("repairs:skill_list")

    def save(filled: SkillsForm) -> str:
        dispatch.set_skills(person, filled.cleaned_data["categories"], by=request.user)
        messages.success(request, _("The skills of %(person)s are saved.") % {"person": person})
        return back

    return form_page(request, form, title=_("Skills of %(person)s") % {"person": person}, save=save, cancel_url=back)


urls = [
    path("board/", board, name="board"),
    path("skills/", skill_list, name="skill_list"),
    path("skills/<int:pk>/", skills_edit, name="skills_edit"),
]
