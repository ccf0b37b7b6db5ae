"""What the walk page shows of a round: its route with what is recorded, what is next and what is still open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch

from core.text import clean_code
from rounds import kinds
from rounds.flow import verdict
from rounds.models import Answer, ChecklistItem, Round, RoundStop
from rounds.models import Photo as PhotoRow


@dataclass
class Finding:
    """Something that was not in order, with the (follow-up, address) that this person may start from it."""

    answer: Answer
    follow_ups: list[tuple[kinds.FollowUp, str]]


@dataclass
class StopLine:
    """A stop of the route. `stop` is None while nobody has begun the round."""

    position: int
    label: str
    code: str = ""
    stop: RoundStop | None = None
    gaps: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        return self.stop is not None and self.stop.is_done

    @property
    def answers(self) -> dict[int, Answer]:
        """What is recorded here, by item."""
        return {answer.item_id: answer for answer in self.stop.answers.all()} if self.stop else {}

    @property
    def photographed(self) -> set[int]:
        """The items that have a photo here."""
        photos = {photo.answer_id for photo in self.stop.photos.all()} if self.stop else set()
        return {item for item, answer in self.answers.items() if answer.pk in photos}


@dataclass
class Board:
    """A round as its walker sees it."""

    round: Round
    items: list[ChecklistItem]
    lines: list[StopLine]

    @property
    def version(self) -> int:
        """The checklist's version that this page asks."""
        return self.round.checklist_version or self.round.checklist.version

    @property
    def done(self) -> int:
        return sum(line.is_done for line in self.lines)

    @property
    def open_lines(self) -> list[StopLine]:
        """Where something is left out."""
        return [line for line in self.lines if line.gaps]

    def next_line(self) -> StopLine | None:
        return next((line for line in self.lines if not line.is_done), None)

    def at(self, position: Any) -> StopLine | None:
        """The line of a position, however it is spelled."""
        return next((line for line in self.lines if str(line.position) == str(position)), None)

    def coded(self, code: str) -> StopLine | None:
        """The stop with the label of this code: the first that is not done yet, if the place comes twice."""
        here = [line for line in self.lines if line.code and line.code == clean_code(code)[:12]]
        return next((line for line in here if not line.is_done), here[-1] if here else None)


def board(round: Round, user: Any) -> Board:
    """The board of a round; four queries, two before it is begun. No row more costs another query."""
    items = verdict.items(round)
    lines = _walked(round, user, items) if round.started_at else _planned(round)
    return Board(round, items, lines)


def _planned(round: Round) -> list[StopLine]:
    route = round.plan.route.select_related("place").order_by("position") if round.plan else []
    places = [stop.place for stop in route]
    if not places:
        return [StopLine(1, round.name, gaps=[""])]
    return [StopLine(number, place.label, place.code, gaps=[""]) for number, place in enumerate(places, 1)]


def _walked(round: Round, user: Any, items: list[ChecklistItem]) -> list[StopLine]:
    answers = Prefetch("answers", Answer.objects.select_related("item").order_by("item__position", "pk"))
    photos = Prefetch("photos", PhotoRow.objects.order_by("pk"))
    stops = round.stops.select_related("place__unit", "place__public_area").prefetch_related(answers, photos).order_by("position")
    return [_line(stop, round, user, items) for stop in stops]


def _line(stop: RoundStop, round: Round, user: Any, items: list[ChecklistItem]) -> StopLine:
    # Follow-ups ask a finding for its stop and round: both are here already.
    stop.round = round
    found = [answer for answer in stop.answers.all() if answer.is_finding]
    label, code = (stop.place.label, stop.place.code) if stop.place else (round.name, "")
    return StopLine(stop.position, label, code, stop, verdict.left_out(stop, items), list(findings(found, user)))


def findings(answers: Iterable[Answer], user: Any) -> Iterable[Finding]:
    """Each with what it offers this person."""
    return (Finding(answer, kinds.follow_ups(answer, user)) for answer in answers)
