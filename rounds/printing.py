"""Round sheets, filled and blank."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import printing
from core.printing import Party, PrintForm
from rounds import wording
from rounds.flow import verdict
from rounds.models import Answer, Plan, Round, RoundStop

T = gettext_lazy
WALKED, LED = Party(T("Walked by"), "WALKER"), Party(T("Leader"), "LEADER")
EMPTY_LINES = 14


def moment(value: Any) -> str:
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else ""


def of_round(round: Round | None) -> dict[str, Any]:
    """What a round found, stop by stop; the empty form has room for it."""
    facts = [
        (_("Round"), round.name if round else ""),
        (_("Building"), round.building if round else ""),
        (_("Due"), f"{moment(round.due_from)} – {moment(round.due_until)}" if round else ""),
        (_("Department"), round.department if round else ""),
        (_("Done by"), round.done_by or "" if round else ""),
        (_("Result"), round.get_state_display() if round and not round.is_open else ""),
        (_("Started"), moment(round.started_at) if round else ""),
        (_("Finished"), moment(round.finished_at) if round else ""),
    ]
    if round is None:
        return {"facts": facts, "stops": [], "empty_lines": range(EMPTY_LINES)}
    asked, stops = verdict.items(round), verdict.stops(round)
    told = [_told(stop, asked) for stop in stops] or [_empty(place, number, asked) for number, place in enumerate(_route(round.plan), 1)]
    reason = round.missed_reason or round.gap_reason
    return {"facts": facts, "stops": told, "empty_lines": [], "reason": reason}


def _route(plan: Plan | None) -> list[Any]:
    """The places of a plan; a plan without a route is one stop without a place."""
    return [stop.place for stop in plan.route.select_related("place")] or [None] if plan else [None]


def _told(stop: RoundStop, asked: list[Any]) -> dict[str, Any]:
    given = {answer.item_id: answer for answer in stop.answers.all()}
    head = " · ".join(part for part in (moment(stop.captured_at), str(stop.done_by or ""), "、".join(stop.doubt_labels)) if part)
    lines = [(item.text, item.limits, *_said(given.get(item.pk))) for item in asked]
    return {"number": stop.position, "place": stop.place or "", "head": head, "lines": lines, "note": stop.note}


def _said(answer: Answer | None) -> tuple[str, str]:
    if answer is None:
        return "", ""
    value = f"{answer.number.normalize():f}" if answer.number is not None else answer.choice
    return " · ".join(part for part in (value, str(answer.get_result_display())) if part), answer.note


def _empty(place: Any, number: int, asked: list[Any]) -> dict[str, Any]:
    return {"number": number, "place": place or "", "head": "", "lines": [(item.text, item.limits, "", "") for item in asked], "note": ""}


def of_plan(plan: Plan | None) -> dict[str, Any]:
    """A sheet to fill in by hand: the plan's places, each with the checklist."""
    rule = plan.rules.order_by("starts_on").last() if plan else None
    facts = [
        (_("Round"), plan.name if plan else ""),
        (_("Building"), plan.building if plan else ""),
        (_("How often"), wording.in_words(rule.rule) if rule else ""),
        (_("Department"), plan.department if plan else ""),
        (_("Date and time"), ""),
        (_("Done by"), ""),
    ]
    if plan is None:
        return {"facts": facts, "stops": [], "empty_lines": range(EMPTY_LINES)}
    asked = list(plan.checklist.items.current().order_by("position", "pk"))
    return {"facts": facts, "stops": [_empty(place, number, asked) for number, place in enumerate(_route(plan), 1)], "empty_lines": []}


SHEET = "rounds/print/sheet.html"
printing.register(
    Round,
    PrintForm(
        "sheet",
        T("Round sheet"),
        SHEET,
        of_round,
        (WALKED, LED),
        final=lambda round: not round.is_open,
        void=lambda round: round.state == Round.State.CANCELLED,
        clause="M1.2.7",
    ),
)
printing.register(Plan, PrintForm("sheet", T("Round sheet to fill in"), SHEET, of_plan, (WALKED, LED), clause="M1.2.7"))
