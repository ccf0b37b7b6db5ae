"""What the desk's pages show, put together from the lives, the deadlines and the inboxes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import forms, kinds, notices
from core.flow import Flow, Step
from core.kinds import Kind
from frontdesk import approvals, calls, deadlines, navigation, stacking, waiting
from premises import access as premises
from premises.models import Unit
from staff import access as staff
from staff.models import in_language

LINES = 5


@dataclass(frozen=True)
class Entry:
    """A record in a queue with what this person does next."""

    record: Any
    kind: Kind
    doing: str


@dataclass(frozen=True)
class Action:
    label: Any
    url: str


@dataclass(frozen=True)
class Right:
    """A step of a procedure and whether this person's posts allow it."""

    step: Step
    mine: bool


def context(user: Any, at: datetime) -> dict[str, Any]:
    """My desk. Every figure is the length of the list it links to."""
    work = waiting.Work(user)
    keys = work.waiting()
    due = deadlines.due(user, at)
    overdue, today = ([key for key in due if key[0] == when] for when in (deadlines.OVERDUE, deadlines.TODAY))
    asks = approvals.waiting_for(work)
    lines = deadlines.lines([*overdue[:LINES], *today[:LINES]], user, work.read)
    held: list[Any] = list(staff.own_posts(user, at))
    return {
        "greeting": greeting(timezone.localtime(at).hour),
        "posts": held,
        "shift": next(((in_language(post, "shift_name"), post.shift_until) for post in held if post.shift_until), None),
        "covers": [held for held in staff.posts(user) if held.covers_for],
        "waiting": {"count": len(keys), "by_kind": by_kind(keys), "entries": entries(work.records(keys[:12]), user)},
        "overdue": {"count": len(overdue), "lines": [line for line in lines if line.when == deadlines.OVERDUE]},
        "today": {"count": len(today), "lines": [line for line in lines if line.when == deadlines.TODAY]},
        "asks": {"count": len(asks), "first": asks[:LINES]},
        "to_countersign": len(approvals.to_countersign(user)),
        "drafts": forms.drafts_of(user)[:LINES],
        "notices": [(line, notices.words(line)) for line in notices.inbox(user).filter(read_at=None)[:LINES]],
        "actions": actions(user),
        "overview": overview(user) if staff.holds(user, "MANAGEMENT") else [],
        "may_take_calls": staff.holds(user, "CUSTOMER_SERVICE"),
    }


@dataclass(frozen=True)
class House:
    """A building in figures: its units by state."""

    building: Any
    states: list[tuple[str, Any, int]]

    @property
    def plan_url(self) -> str:
        return f"{reverse('frontdesk:stacking_plan')}?building={self.building.pk}"


def overview(user: Any) -> list[House]:
    """The buildings of a manager with their units by state; two queries."""
    counted = premises.units(user).whole().order_by().values_list("building", "state").annotate(units=Count("pk"))
    found = {(building, state): units for building, state, units in counted}
    return [
        House(building, [(state, label, found.get((building.pk, state), 0)) for state, label in Unit.State.choices])
        for building in premises.buildings(user).order_by("name")
    ]


def greeting(hour: int) -> str:
    """Good morning until noon, good afternoon until six, then good evening."""
    if hour < 12:
        return _("Good morning")
    return _("Good afternoon") if hour < 18 else _("Good evening")


def by_kind(keys: list[tuple[str, int]]) -> list[tuple[Kind, int]]:
    """How many wait of each kind, most first."""
    return [(kinds.named(label), count) for label, count in Counter(label for label, _pk in keys).most_common()]


def entries(records: list[Any], user: Any) -> list[Entry]:
    return [Entry(record, kinds.of(record), doing(record, user)) for record in records]


def doing(record: Any, user: Any) -> str:
    """The label of the main step this person takes next; guards are not asked, so that a list stays quick."""
    life = kinds.of(record).flow
    steps = (step for step in life.from_here(record) if step.tone == "primary" and step.is_for(user, record)) if life else iter(())
    return str(next((step.label for step in steps), ""))


def tabs(request: HttpRequest, counts: dict[str, int], chosen: str) -> list[dict[str, Any]]:
    """All, then a tab a kind."""
    everything = {"label": _("All"), "url": request.path, "active": not chosen, "count": sum(counts.values())}
    return [
        everything,
        *(
            {"label": kinds.named(label).plural, "url": f"{request.path}?kind={label}", "active": chosen == label, "count": count}
            for label, count in counts.items()
        ),
    ]


KEYS = (
    ("Ctrl K", gettext_lazy("Search or command")),
    ("/", gettext_lazy("Search in the list")),
    ("g d", gettext_lazy("My desk")),
    ("g t", gettext_lazy("Repairs")),
    ("g u", gettext_lazy("Units")),
    ("g a", gettext_lazy("Approvals")),
    ("g k", gettext_lazy("Keys")),
    ("n", gettext_lazy("New")),
    ("j k", gettext_lazy("Next, previous row")),
    ("x", gettext_lazy("Select, select a range")),
    ("Enter", gettext_lazy("Open")),
    ("e", gettext_lazy("Edit")),
    ("s", gettext_lazy("Go to the next step")),
    ("c", gettext_lazy("Comment")),
    ("p", gettext_lazy("Print menu")),
    (".", gettext_lazy("Copy number")),
    ("u", gettext_lazy("Back to list")),
    ("z", gettext_lazy("Undo")),
    ("[ ]", gettext_lazy("Previous, next record")),
    ("v", gettext_lazy("Visitor mode")),
    ("a r", gettext_lazy("Approve, return: opens the decision")),
    ("Ctrl Enter", gettext_lazy("Submit the form")),
    ("Esc", gettext_lazy("Close")),
    ("?", gettext_lazy("Keyboard")),
)
NEW_PAGES = (
    ("repairs:work_order_new", gettext_lazy("New repair"), (staff.SERVICE, staff.ENGINEERING, staff.SECURITY, staff.CLEANING)),
    ("complaints:complaint_new", gettext_lazy("New complaint"), (staff.SERVICE,)),
    ("tenants:move_in_new", gettext_lazy("New move-in notice"), (staff.LEASING,)),
    ("tenants:tenant_new", gettext_lazy("New tenant"), (staff.SERVICE, staff.LEASING, staff.RECORDS)),
    ("tenants:directory_order_new", gettext_lazy("New directory board order"), (staff.SERVICE,)),
    ("tenants:breach_new", gettext_lazy("New breach"), (staff.SERVICE, staff.SECURITY, staff.ENGINEERING)),
    ("premises:key_list", gettext_lazy("Keys & cards"), (staff.SERVICE, staff.SECURITY)),
    ("premises:meter_list", gettext_lazy("Meter readings"), (staff.ENGINEERING,)),
)


def actions(user: Any) -> list[Action]:
    """What this person begins most often: the first is the page's button, the others its menu."""
    offered = [(name, label) for name, label, roles in NEW_PAGES if any(role.holds(user, None) for role in roles)]
    return [Action(label, navigation.address(name)) for name, label in offered if navigation.address(name)]


def unit_panel(unit: Any, user: Any) -> dict[str, Any]:
    """The side panel of a unit on the stacking plan."""
    lease, kind = stacking.lease_of(unit, user), kinds.of(unit) if kinds.known(unit) else None
    return {
        "unit": unit,
        "lease": lease,
        "open_records": [*calls.move_ins_of(unit, user), *calls.open_records("unit", unit, user)],
        "next_step": kind.flow.next_step(unit, user) if kind and kind.flow else None,
        "url": kind.url(unit) if kind else "",
        "plan_url": f"{reverse('frontdesk:stacking_plan')}?building={unit.building_id}",
    }


def rights(life: Flow, user: Any) -> list[Right]:
    """Each step of a procedure with whether this person may take it in some building."""
    return [Right(step, waiting.may_somewhere(step, user)) for step in life]
