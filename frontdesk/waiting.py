"""What waits for a person: records whose next main step is theirs. The lives' own tables decide."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.db.models import CharField, Model, Q, QuerySet, Value
from django.utils import timezone

from core import kinds
from core.flow import SYSTEM, Flow, Role, Step
from core.kinds import Kind
from core.models import Record
from staff import access as staff

# Steps whose role depends on the record itself are asked row by row; nobody works through more than this in a day.
ROWS_ASKED = 300
# What the system does by itself waits for nobody.
ROLES_BY_POST = frozenset({SYSTEM.key, *(role.key for role in staff.ROLES)})

Wanted = Callable[[Step], bool]


def main_steps(step: Step) -> bool:
    return step.tone == "primary"


def decisions(step: Step) -> bool:
    return step.approval


class OpenRows:
    """The newest open records of each kind as one person sees them, read once for a page however many questions it has."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self._read: dict[str, list[Any]] = {}
        self._some: set[str] | None = None

    def of(self, kind: Kind, states: Iterable[str]) -> list[Any]:
        """The newest rows in these states, at most `ROWS_ASKED`."""
        wanted = set(states)
        newest = self._newest(kind)
        if len(newest) < ROWS_ASKED and wanted <= going_on(kind):
            return [row for row in newest if row.state in wanted]
        return list(_now(kind, self.user).filter(state__in=wanted).order_by("-pk")[:ROWS_ASKED])

    def _newest(self, kind: Kind) -> list[Any]:
        if kind.label not in self._read:
            rows = _now(kind, self.user).filter(state__in=going_on(kind)).order_by("-pk")
            self._read[kind.label] = list(rows[:ROWS_ASKED]) if kind.label in self._going_on() else []
        return self._read[kind.label]

    def _going_on(self) -> set[str]:
        """The kinds of which this person sees anything open: one question for all of them, as most kinds have nothing open."""
        if self._some is None:
            parts = [_one(kind, self.user) for kind in works()]
            self._some = set(parts[0].union(*parts[1:], all=True)) if parts else set()
        return self._some


def _one(kind: Kind, user: Any) -> QuerySet[Any]:
    """The label of a kind if anything of it is open for this person."""
    rows = _now(kind, user).filter(state__in=going_on(kind)).order_by()
    return rows.annotate(queue_kind=Value(kind.label, CharField())).values_list("queue_kind", flat=True)[:1]


@dataclass(frozen=True)
class Queue:
    """The records of one kind that wait for somebody."""

    kind: Kind
    rows: QuerySet[Any]


def works() -> list[Kind]:
    """Kinds of work: numbered records with a life and a page. A key or a unit has a life too, but waits for nobody."""
    return [kind for kind in kinds.all_kinds() if kind.flow and kind.detail and issubclass(kind.model, Record)]


def waiting(kind: Kind, user: Any, wanted: Wanted = main_steps, open_rows: OpenRows | None = None) -> QuerySet[Any]:
    """The rows of a kind from where this person takes a wanted step, free or blocked; their rows only."""
    if kind.flow is None:
        return kind.rows(user).none()
    sure, perhaps = _states(kind.flow, user, wanted)
    found = Q(state__in=sure)
    if perhaps:
        asked = (open_rows or OpenRows(user)).of(kind, perhaps)
        found |= Q(pk__in=[row.pk for row in asked if _is_for(kind.flow, row, user, wanted)])
    return _now(kind, user).filter(found)


def _now(kind: Kind, user: Any) -> QuerySet[Any]:
    """The rows of a kind that can wait for somebody now: work of coming days does not."""
    return kind.timely(kind.rows(user), timezone.now())


def _states(flow: Flow, user: Any, wanted: Wanted) -> tuple[set[str], set[str]]:
    """States from which the person takes a wanted step on any record they see; and those where the record decides."""
    places = staff.territories(user)
    sure: set[str] = set()
    perhaps: set[str] = set()
    for step in filter(wanted, flow):
        held = [_held_at(step, user, place) for place in places]
        if held and all(held):
            sure.update(step.sources)
        elif any(held) or any(_decided_by_record(role, user) for role in step.roles):
            perhaps.update(step.sources)
    return sure, perhaps - sure


def _decided_by_record(role: Role, user: Any) -> bool:
    """True when only the record says whether this person holds the role."""
    return role.key not in ROLES_BY_POST and (role.within is None or holds_somewhere(role.within, user))


def _held_at(step: Step, user: Any, place: int) -> bool:
    """True when a role that rests on posts alone makes the step this person's in a territory."""
    probe = SimpleNamespace(building_id=place)
    return any(role.holds(user, probe) for role in step.roles if role.key in ROLES_BY_POST)


def may_somewhere(step: Step, user: Any) -> bool:
    """True when this person's posts alone make the step theirs in some territory."""
    return any(_held_at(step, user, place) for place in staff.territories(user))


def holds_somewhere(role: Role, user: Any) -> bool:
    """True when this person's posts make a role theirs in some territory."""
    return any(role.holds(user, SimpleNamespace(building_id=place)) for place in staff.territories(user))


def going_on(kind: Kind) -> set[str]:
    """The states of a kind from which its life still goes on."""
    return {state for step in kind.flow or () for state in step.sources if step.tone == "primary"}


def _is_for(flow: Flow, row: Any, user: Any, wanted: Wanted) -> bool:
    return any(wanted(step) and step.is_for(user, row) for step in flow.from_here(row))


def queues(user: Any, wanted: Wanted = main_steps, open_rows: OpenRows | None = None) -> list[Queue]:
    """A queue for each kind of work in which this person has wanted steps; nothing is counted yet."""
    lives = [kind for kind in works() if any(map(wanted, kind.flow or ()))]
    return [Queue(kind, waiting(kind, user, wanted, open_rows)) for kind in lives]


def keys(found: Iterable[Queue], limit: int = 1000) -> list[tuple[str, int]]:
    """(kind, id) of the waiting records, newest first; one query for all kinds."""
    parts = [
        queue.rows.order_by().annotate(queue_kind=Value(queue.kind.label, CharField())).values_list("queue_kind", "pk", "created_at")
        for queue in found
    ]
    if not parts:
        return []
    rows = parts[0].union(*parts[1:], all=True).order_by("-created_at")[:limit]
    return [(kind, pk) for kind, pk, _created in rows]


def records(wanted: Iterable[tuple[str, int]], user: Any) -> list[Model]:
    """The records behind the keys, in that order; one query a kind."""
    asked = list(wanted)
    by_kind = {label: [pk for name, pk in asked if name == label] for label, _pk in asked}
    found = {(label, row.pk): row for label, pks in by_kind.items() for row in kinds.named(label).rows(user).filter(pk__in=pks)}
    return [found[key] for key in asked if key in found]
