"""Lives of records as tables: each step with who may take it, what must hold first and what follows.

Nothing else assigns `.state`. Buttons, blockers, charts, the page of who may do what and the generated
tests all come from these tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.database import lock

UNDO_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Blocked:
    """Why a step can't be taken now, and where that can be mended.

    `other_way`: nothing is lacking, another step is the right one; it never stands as what the record waits for if there is
    something that really lacks.
    """

    text: str
    url: str = ""
    other_way: bool = False


class Refused(Exception):
    """A step or service that was not carried out; nothing changed. The message tells a user what to do."""

    def __init__(self, message: Any, blockers: Iterable[Blocked] = ()) -> None:
        super().__init__(str(message))
        self.message = str(message)
        self.blockers = list(blockers)


class NotAllowed(Refused):
    """Refused because this person may not; the page answers 403."""


class TooLate(Refused):
    """Refused because the record has moved on; the page answers 409."""


@dataclass(frozen=True)
class Role:
    """Who may take a step. `holds(user, record)`; `lane` is the department's name on the chart.

    `within`: for a role that the record decides, the role by post without which nobody holds it.
    """

    key: str
    label: Any
    lane: Any
    holds: Callable[[Any, Any], bool] = field(compare=False)
    within: Role | None = None

    def __str__(self) -> str:
        return str(self.label)


SYSTEM = Role("SYSTEM", gettext_lazy("the system"), gettext_lazy("The system"), lambda user, record: user is None)

Guard = Callable[[Any], "str | Blocked | None"]


@dataclass(frozen=True)
class Step:
    """One line of a life. Details in the table of `docs/mechanisms/flow.md`."""

    name: str
    source: Any
    target: Any
    who: Any
    guards: Any = ()
    clause: str = ""
    label: Any = ""
    tone: str = "primary"
    effect: Callable[..., Iterable[str] | None] | None = None
    tell: Callable[..., None] | None = None
    undo: Callable[..., Iterable[str] | None] | None = None
    asks_reason: bool = False
    approval: bool = False
    bulk: bool = False
    confirm: Any = ""

    @property
    def sources(self) -> tuple[str, ...]:
        given = self.source if isinstance(self.source, (tuple, list)) else (self.source,)
        return tuple(str(state) for state in given)

    @property
    def roles(self) -> tuple[Role, ...]:
        return self.who if isinstance(self.who, tuple) else (self.who,)

    def is_for(self, user: Any, record: Any) -> bool:
        return any(role.holds(user, record) for role in self.roles)

    def need_role(self, user: Any, record: Any) -> None:
        """Raises NotAllowed, which names who may, for somebody who may not."""
        if not self.is_for(user, record):
            roles = ", ".join(str(role) for role in self.roles)
            raise NotAllowed(_("“%(step)s” is for: %(roles)s.") % {"step": self.label, "roles": roles})

    def blockers(self, record: Any) -> list[Blocked]:
        answers = (guard(record) for guard in self.guards)
        return [answer if isinstance(answer, Blocked) else Blocked(str(answer)) for answer in answers if answer]


@dataclass(frozen=True)
class Option:
    """A step from where the record stands, as one person sees it."""

    step: Step
    blockers: list[Blocked]

    @property
    def allowed(self) -> bool:
        return not self.blockers


@dataclass(frozen=True)
class NextStep:
    """The one thing to do next: `primary` if it can be done, else its `blockers`; `waiting_for` names whose turn it is."""

    primary: Option | None
    blocked: Option | None
    others: list[Option]
    waiting_for: list[str]

    @property
    def offered(self) -> list[Option]:
        """The other steps that can be taken now."""
        return [option for option in self.others if option.allowed]

    @property
    def blockers(self) -> list[Blocked]:
        return self.blocked.blockers if self.blocked else []


class Flow:
    """The life of one model: `Flow("fitout.Fitout", _("Fit-out"), Fitout.State, Step(…), …)`."""

    def __init__(self, model: str, title: Any, states: type[models.TextChoices], *steps: Step) -> None:
        self.label, self.title, self.states = model, title, states
        self.steps = {step.name: step for step in steps}
        if len(self.steps) != len(steps):
            raise ValueError(f"{model}: two steps share a name")
        for step in steps:
            if step.bulk and (step.asks_reason or not step.approval):
                raise ValueError(f"{model}.{step.name}: only an approval that asks no reason is safe to give to many at once")
            if not {*step.sources, str(step.target)} <= set(states.values):
                raise ValueError(f"{model}.{step.name}: a state is not in {states.__name__}")
        _flows[model] = self

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.label)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps.values())

    def take(self, record: Any, name: str, /, *, by: Any, at: datetime, note: str = "", **details: Any) -> Any:
        """Takes a step and returns the fresh, locked record.

        Locks the row, then reads it, checks state, role and guards, runs the effect and saves only what it
        names; one history row. Raises Refused (NotAllowed, TooLate) and changes nothing when it can't be.
        """
        step = self._step(name)
        with transaction.atomic():
            [fresh] = lock(record)
            self._check(step, fresh, by=by, note=note)
            fields = set(step.effect(fresh, by=by, at=at, note=note, **details) or ()) if step.effect else set()
            self._move(fresh, step.name, str(step.target), fields, by=by, note=note)
            if step.tell:
                step.tell(fresh, by=by, at=at)
        record.state = fresh.state
        return fresh

    def undo(self, record: Any, *, by: Any, at: datetime) -> Any:
        """Takes back the last step: by the same person, within ten minutes, if the step can be undone.

        Raises Refused otherwise, also where something else has taken the old place meanwhile.
        """
        too_late = _("This can't be undone any more. Take the next step that corrects it.")
        try:
            with transaction.atomic():
                fresh = self._undo(record, too_late, by=by, at=at)
        except IntegrityError as error:
            raise Refused(too_late) from error
        record.state = fresh.state
        return fresh

    def _undo(self, record: Any, too_late: str, *, by: Any, at: datetime) -> Any:
        [fresh] = lock(record)
        entry = self.undoable(fresh, by=by, at=at)
        if entry is None:
            raise Refused(too_late)
        undo = self.steps[entry.step].undo
        fields = set((undo(fresh, by=by, at=at) if undo else None) or ())
        self._move(fresh, f"undo_{entry.step}", entry.from_state, fields, by=by, note="")
        return fresh

    def undoable(self, record: Any, *, by: Any, at: datetime) -> Any:
        """The history entry that this person may still undo, or None; one query."""
        last = _last_step(record)
        step = self.steps.get(last.step) if last else None
        if not last or not step or not step.undo or not by:
            return None
        mine_and_recent = last.actor_id == by.pk and at - last.at <= UNDO_FOR
        return last if mine_and_recent and last.to_state == record.state else None

    def options(self, record: Any, user: Any) -> list[Option]:
        """The steps this person may take from here, with what blocks each."""
        mine = (step for step in self.from_here(record) if step.is_for(user, record))
        return [Option(step, [*_own_request(step, record, user), *step.blockers(record)]) for step in mine]

    def from_here(self, record: Any) -> list[Step]:
        return [step for step in self if record.state in step.sources]

    def next_step(self, record: Any, user: Any) -> NextStep:
        """The page's one primary action for this person, or its blockers, or whose turn it is."""
        options = self.options(record, user)
        main = [option for option in options if option.step.tone == "primary"]
        primary = next((option for option in main if option.allowed), None)
        # Of several ways on, the one that lacks least says what is missing.
        blocked = None if primary else min(main, key=_lacks, default=None)
        waiting = [] if main else sorted({str(role) for step in self.from_here(record) if step.tone == "primary" for role in step.roles})
        return NextStep(primary, blocked, [option for option in options if option not in (primary, blocked)], waiting)

    def waits_for(self, record: Any, user: Any) -> bool:
        """True when the record's next main step is this person's to take, free or blocked."""
        return any(step.tone == "primary" and step.is_for(user, record) for step in self.from_here(record))

    def _step(self, name: str) -> Step:
        if name not in self.steps:
            raise Refused(_("There is no step %(name)s here.") % {"name": name})
        return self.steps[name]

    def _check(self, step: Step, record: Any, *, by: Any, note: str) -> None:
        step.need_role(by, record)
        if record.state not in step.sources:
            raise TooLate(
                _("“%(step)s” is not possible now: the record is at “%(state)s”. Look at it again.")
                % {"step": step.label, "state": self.states(record.state).label}
            )
        if step.asks_reason and not note.strip():
            raise Refused(_("Give a reason for “%(step)s”.") % {"step": step.label})
        blockers = [*_own_request(step, record, by), *step.blockers(record)]
        if blockers:
            raise Refused(" ".join(str(blocker.text) for blocker in blockers), blockers)

    def _move(self, record: Any, name: str, target: str, fields: set[str], *, by: Any, note: str) -> None:
        record.state = target
        with connection.cursor() as cursor:
            _announce(cursor, f"{record._meta.db_table}:{record.pk}", name, note, by)
            record.save(update_fields={"state", *fields})
            _announce(cursor, "", "", "", by)


_cover: list[Callable[[Any, int], Any]] = []


def set_cover(without: Callable[[Any, int], Any]) -> None:
    """Tells core how a person looks without the posts they cover for an absent one; the app that knows posts calls it once."""
    _cover[:] = [without]


def _own_request(step: Step, record: Any, user: Any) -> list[Blocked]:
    """Nobody decides what they asked for themselves, nor a stand-in what the person they stand in for asked for."""
    asker = getattr(record, "created_by_id", None)
    if not step.approval or user is None or asker is None:
        return []
    if asker == user.pk:
        return [Blocked(_("You made this request yourself. Somebody else decides it."))]
    if any(not step.is_for(without(user, asker), record) for without in _cover):
        return [Blocked(_("You stand in for who made this request. Somebody else decides it."))]
    return []


def _last_step(record: Any) -> Any:
    from core.models import HistoryEntry

    return HistoryEntry.objects.filter(row_table=record._meta.db_table, row_id=record.pk, kind="STEP").order_by("-id").first()


def _lacks(option: Option) -> tuple[bool, int]:
    return any(blocker.other_way for blocker in option.blockers), len(option.blockers)


def as_before(record: Any, *, by: Any, at: datetime) -> set[str]:
    """The undo of a step whose effect writes fields of the record alone: they read again as the history has them."""
    changes = _last_step(record).changes
    if not set(changes).isdisjoint(getattr(record, "HISTORY_HIDDEN", ())):
        raise Refused(_("This can't be undone: the history does not keep what was written before. Take the next step that corrects it."))
    written = [column for column in record._meta.concrete_fields if column.column in changes and column.name not in {"state", "version"}]
    for column in written:
        setattr(record, column.attname, column.to_python(changes[column.column][0]))
    return {column.name for column in written}


def _announce(cursor: Any, row: str, step: str, note: str, by: Any) -> None:
    """Tells the history trigger that the next update of this row is a step, and whose."""
    cursor.execute(
        "SELECT set_config('app.step_row', %s, true), set_config('app.step', %s, true),"
        " set_config('app.step_note', %s, true), set_config('app.user', %s, true)",
        [row, step, note, str(by.pk) if by else ""],
    )


_flows: dict[str, Flow] = {}


def flow_of(model: type[models.Model]) -> Flow | None:
    """The life of a model, or None."""
    return _flows.get(model._meta.label)


def all_flows() -> list[Flow]:
    return list(_flows.values())
