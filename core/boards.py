"""A list as a board: columns are the places of a life, and a card moves by taking a step (ux.md 3.1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber

from core import kinds
from core.flow import Flow, Step

CARDS = 20


@dataclass(frozen=True)
class Board:
    """How a list looks as a board: its life, the states that are columns, the template of a card, the order in a column.

    `read` turns the rows of the cards into records with all that the guards of the life look at, in a fixed number of
    queries; without it guards are told only when a step is taken. `state` is the list's filter that finds a whole column.
    """

    flow: Flow
    states: Sequence[str]
    card: str
    order: Sequence[str] = ("-pk",)
    read: Callable[[QuerySet[Any]], list[Any]] | None = None
    state: str = "state"


@dataclass(frozen=True)
class Move:
    """A step that somebody may take with a card, and where it leads."""

    step: Step
    url: str
    asks: bool
    target: str
    label: Any


@dataclass(frozen=True)
class Card:
    record: Any
    moves: list[Move]


@dataclass(frozen=True)
class Column:
    """A place of the life with its first cards; `count` are all."""

    state: str
    label: Any
    tone: str
    count: int
    cards: list[Card]

    @property
    def more(self) -> int:
        return self.count - len(self.cards)


def moves(record: Any, life: Flow, user: Any, *, ask_guards: bool) -> list[Move]:
    """The steps that this person may take with the record now: by role and state, and with `ask_guards` by what must hold too."""
    options = life.options(record, user) if ask_guards else []
    steps = [option.step for option in options if option.allowed]
    if not ask_guards:
        steps = [step for step in life.from_here(record) if step.is_for(user, record)]
    return [_move(record, life, step) for step in steps]


def _move(record: Any, life: Flow, step: Step) -> Move:
    from core.views import form_of  # views import lists, and lists this module

    asks = bool(step.confirm or step.asks_reason or form_of(type(record), step))
    target = str(step.target)
    return Move(step, kinds.of(record).step_url(record, step.name), asks, target, life.states(target).label)


def columns(board: Board, rows: QuerySet[Any], user: Any) -> list[Column]:
    """The board of these rows; two queries and those of `read`, whatever their number."""
    of_board = rows.filter(state__in=board.states).order_by()
    counts = dict(of_board.values_list("state").annotate(count=Count("pk")))
    order = [F(name.removeprefix("-")).desc() if name.startswith("-") else F(name).asc(nulls_last=True) for name in (*board.order, "pk")]
    place = Window(RowNumber(), partition_by=[F("state")], order_by=order)
    first = rows.filter(pk__in=of_board.annotate(place=place).filter(place__lte=CARDS).values("pk"))
    cards: dict[str, list[Card]] = {state: [] for state in board.states}
    for record in board.read(first.order_by(*order)) if board.read else first.order_by(*order):
        cards[record.state].append(Card(record, moves(record, board.flow, user, ask_guards=board.read is not None)))
    tones = getattr(rows.model, "STATE_TONES", {})
    return [
        Column(state, board.flow.states(state).label, tones.get(state, "N"), counts.get(state, 0), cards[state]) for state in board.states
    ]
