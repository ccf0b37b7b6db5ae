"""What the product knows of rounds, and what they show on the pages of places and people."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import kinds, notices, panels, search
from core.search import SearchWords
from rounds import access, agenda
from rounds.flow import ROUND_FLOW
from rounds.models import Checklist, Plan, Round

T = gettext_lazy
SHOWN = 8

notices.name_topic("round", T("Rounds"))


def due_of(round: Round) -> str:
    return f"{timezone.localtime(round.due_from):%Y-%m-%d %H:%M}"


def round_words(round: Round) -> SearchWords:
    return SearchWords(title=round.name, subtitle=due_of(round), number=round.number, rank=5 if round.is_open else 0)


def round_summary(round: Round) -> list[tuple[Any, Any]]:
    return [(_("Round"), round.name), (_("Due"), due_of(round)), (_("Why it was missed"), round.missed_reason)]


def plan_words(plan: Plan) -> SearchWords:
    return SearchWords(title=plan.name, subtitle=str(plan.building), rank=3 if plan.is_active else 0)


def checklist_words(checklist: Checklist) -> SearchWords:
    return SearchWords(title=checklist.name, rank=1)


kinds.register(
    Round,
    rows=access.rounds,
    title=T("Round"),
    icon="route",
    url="rounds:round_detail",
    flow=ROUND_FLOW,
    search=round_words,
    summary=round_summary,
    timely=access.timely,
)
kinds.register(Plan, rows=access.plans, title=T("Round plan"), icon="calendar", url="rounds:plan_detail", search=plan_words)
kinds.register(
    Checklist, rows=access.checklists, title=T("Checklist"), icon="list-check", url="rounds:checklist_detail", search=checklist_words
)


def place_panel(request: Any, place: Any) -> tuple[str, dict[str, Any]]:
    """Whoever scans a label goes on with the round that leads past it; and sees when somebody was here last."""
    now = timezone.now()
    due = [(round, stop_of(round, place)) for round in access.due_here(request.user, place, now)]
    recent = access.stops_at(request.user, place).select_related("round", "done_by").order_by("-captured_at")[:SHOWN]
    return "rounds/place_panel.html", {"due": due, "recent": list(recent), "place": place}


def stop_of(round: Round, place: Any) -> Any:
    """The stop of a place on a round that is begun: the next one not visited."""
    here = list(round.stops.filter(place=place).order_by("position"))
    return next((stop for stop in here if not stop.is_done), here[-1] if here else None)


def desk_panel(request: Any, record: Any) -> tuple[str, dict[str, Any]] | None:
    """My rounds of today: done and asked, and those to be walked now."""
    today = access.mine_today(request.user, timezone.now())
    if not today:
        return None
    done = sum(round.is_finished for round in today)
    now = timezone.now()
    due = [round for round in today if round.is_open and round.due_from <= now]
    return "rounds/desk_panel.html", {"done": done, "asked": len(today), "due": due[:SHOWN]}


panels.register("place", "rounds", T("Rounds"), place_panel, order=30, may=access.may_see_rounds)
panels.register("desk", "rounds", T("Rounds of today"), desk_panel, order=40, may=access.may_see_rounds)
search.action(T("Start a round now"), lambda: reverse("rounds:round_new"), may=access.may_start, icon="route")


def tasks_panel(request: Any, record: Any) -> tuple[str, dict[str, Any]] | None:
    """Behind "my tasks": the way to my rounds of today."""
    found = agenda.of(request.user, timezone.now())
    return ("rounds/phone_tasks.html", {"agenda": found}) if found.first else None


panels.register("tasks", "rounds", T("Rounds"), tasks_panel, may=access.may_see_rounds)


def open_round_at(place: Any, user: Any) -> str:
    """Where a label leads somebody who is on a round that stops there: to the stop. Empty for everybody else."""
    found = agenda.stop_at(place, user, timezone.now())
    return f"{reverse('rounds:walk', args=[found.round_id])}?stop={found.position}&via=QR_LINK" if found else ""


panels.contribute("place.scanned", open_round_at)
