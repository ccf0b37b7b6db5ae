"""What waits for a person: records whose next main step is theirs. The lives' own tables decide."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from django.db.models import CharField, Model, QuerySet, Value
from django.utils import timezone

from core import kinds, signing
from core.flow import SYSTEM, Flow, Role, Step
from core.kinds import Kind
from core.models import Record
from staff import access as staff

# Nobody works through more than this in a day: of a kind, of those rows that themselves say whose turn it is, and of those
# that may ask for a signature.
MOST = 1000
ROWS_ASKED = 300
SIGNED_ASKED = 200
# What the system does by itself waits for nobody.
ROLES_BY_POST = frozenset({SYSTEM.key, *(role.key for role in staff.ROLES)})

Wanted = Callable[[Step], bool]
Key = tuple[str, int]


def main_steps(step: Step) -> bool:
    return step.tone == "primary"


def decisions(step: Step) -> bool:
    return step.approval


class Work:
    """The open records that may concern a person, read once for a page however many questions it has.

    One question finds (id, state, since when) of all kinds; a kind's rows are read only where the record itself decides
    whose turn it is, or may ask for a signature.
    """

    def __init__(self, user: Any) -> None:
        self.user = user
        self._known: dict[tuple[str, Wanted], tuple[set[str], set[str]]] = {}
        # Label of a kind -> id -> row.
        self.read: dict[str, dict[int, Any]] = {}

    def waiting(self, wanted: Wanted = main_steps, limit: int = MOST) -> list[Key]:
        """(kind, id) of the records from where this person takes a wanted step, free or blocked, newest first."""
        found = [(since, kind.label, pk) for kind in works() for pk, since in self._waiting(kind, wanted)]
        found.sort(reverse=True)
        return [(label, pk) for _since, label, pk in found[:limit]]

    def to_sign(self, kind: Kind) -> list[Any]:
        """The newest records of a kind that may ask for this person's signature."""
        if not signs_perhaps(kind, self.user):
            return []
        return [row for row in self._rows_of(kind).values() if row.state in going_on(kind)][:SIGNED_ASKED]

    def records(self, wanted: Iterable[Key]) -> list[Any]:
        """The records behind the keys, in that order."""
        return records(wanted, self.user, self.read)

    def _waiting(self, kind: Kind, wanted: Wanted) -> Iterator[tuple[int, datetime]]:
        sure, perhaps = self._states(kind, wanted)
        for pk, state, since in self._index.get(kind.label, ()):
            if state in sure or (state in perhaps and self._is_mine(kind, pk, wanted)):
                yield pk, since

    def _is_mine(self, kind: Kind, pk: int, wanted: Wanted) -> bool:
        row = self._rows_of(kind).get(pk)
        return row is not None and any(wanted(step) and step.is_for(self.user, row) for step in kind.flow.from_here(row))  # type: ignore[union-attr]

    def _rows_of(self, kind: Kind) -> dict[int, Any]:
        """The newest rows of a kind of which only the record can say whether they concern this person."""
        if kind.label not in self.read:
            wanted = {*self._newest(kind, self._decided_by_record(kind), ROWS_ASKED)}
            if signs_perhaps(kind, self.user):
                wanted.update(self._newest(kind, going_on(kind), SIGNED_ASKED))
            rows = kind.rows(self.user).filter(pk__in=wanted).order_by("-pk") if wanted else ()
            self.read[kind.label] = {row.pk: row for row in rows}
        return self.read[kind.label]

    def _newest(self, kind: Kind, states: set[str], most: int) -> list[int]:
        return sorted((pk for pk, state, _since in self._index.get(kind.label, ()) if state in states), reverse=True)[:most]

    def _states(self, kind: Kind, wanted: Wanted) -> tuple[set[str], set[str]]:
        if (kind.label, wanted) not in self._known:
            self._known[kind.label, wanted] = _states(kind.flow, self.user, wanted) if kind.flow else (set(), set())
        return self._known[kind.label, wanted]

    def _decided_by_record(self, kind: Kind) -> set[str]:
        return self._states(kind, main_steps)[1] | self._states(kind, decisions)[1]

    @cached_property
    def _index(self) -> dict[str, list[tuple[int, str, datetime]]]:
        """Kind -> (id, state, since when) of what may concern this person; one question for all kinds."""
        parts = [part for kind in works() for part in self._parts(kind)]
        found: dict[str, list[tuple[int, str, datetime]]] = {}
        for label, pk, state, since in parts[0].union(*parts[1:], all=True) if parts else ():
            found.setdefault(label, []).append((pk, state, since))
        return found

    def _parts(self, kind: Kind) -> Iterator[QuerySet[Any]]:
        mine = {state for wanted in (main_steps, decisions) for states in self._states(kind, wanted) for state in states}
        if mine:
            yield _found(kind, self.user, mine, MOST)
        if going_on(kind) - mine and signs_perhaps(kind, self.user):
            yield _found(kind, self.user, going_on(kind) - mine, SIGNED_ASKED)


def _found(kind: Kind, user: Any, states: set[str], most: int) -> QuerySet[Any]:
    """The newest records of a kind in these states: kind, id, state, since when. Work of coming days waits for nobody yet."""
    rows = kind.timely(kind.rows(user), timezone.now()).filter(state__in=states).order_by("-pk").select_related(None)
    return rows.annotate(queue_kind=Value(kind.label, CharField())).values_list("queue_kind", "pk", "state", "created_at")[:most]


def signs_perhaps(kind: Kind, user: Any) -> bool:
    """True when a document of the kind may ask for this person's signature."""
    return any(may_be_signed_by(document, user) for document in signing.documents_of(kind.model))


def may_be_signed_by(document: signing.Document, user: Any) -> bool:
    """True when a party of the document may be this person: by a post somewhere, or where the record decides."""
    roles = [party.role for party in document.parties if party.role]
    return any(role.key not in ROLES_BY_POST or holds_somewhere(role, user) for role in roles)


def works() -> list[Kind]:
    """Kinds of work: numbered records with a life and a page. A key or a unit has a life too, but waits for nobody."""
    return [kind for kind in kinds.all_kinds() if kind.flow and kind.detail and issubclass(kind.model, Record)]


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


def records(wanted: Iterable[Key], user: Any, read: dict[str, dict[int, Any]] | None = None) -> list[Model]:
    """The records behind the keys, in that order; one query a kind of which not all are `read` already."""
    asked = list(dict.fromkeys(wanted))
    found = {(label, pk): row for label, rows in (read or {}).items() for pk, row in rows.items()}
    missing: dict[str, list[int]] = {}
    for label, pk in asked:
        if (label, pk) not in found:
            missing.setdefault(label, []).append(pk)
    for label, pks in missing.items():
        found |= {(label, row.pk): row for row in kinds.named(label).rows(user).filter(pk__in=pks)}
    return [found[key] for key in asked if key in found]
