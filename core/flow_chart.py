"""The swim-lane chart of a procedure: departments as lanes, steps as boxes, this record's position marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.flow import Flow, Step

BOX, GAP, LANE, HEAD = 132, 28, 76, 96


@dataclass(frozen=True)
class Box:
    """A step on the chart, in SVG units. `standing` is "done", "now" or ""."""

    step: Step
    x: int
    y: int
    standing: str

    @property
    def lines(self) -> list[str]:
        """The label on at most three lines: by words, or by nine characters where there are no spaces."""
        return _wrapped(str(self.step.label))


@dataclass(frozen=True)
class Arrow:
    """A line from the end of one box to the start of another: points of a polyline."""

    points: str


@dataclass(frozen=True)
class Chart:
    title: str
    lanes: list[tuple[str, int]]
    boxes: list[Box]
    arrows: list[Arrow]
    width: int
    height: int
    box_width: int = BOX
    lane_height: int = LANE
    head: int = HEAD


def chart(flow: Flow, record: Any = None) -> Chart:
    """The chart of a flow; with a record its taken steps (from the history) and its possible next ones are marked.

    One query with a record, none without. Steps that only correct (tone other than "primary") are drawn too.
    """
    lanes = _lanes(flow)
    taken = _taken(flow, record)
    boxes = [_box(index, step, lanes, taken, record) for index, step in enumerate(flow)]
    return Chart(
        title=_("Procedure: %(title)s") % {"title": flow.title},
        lanes=[(name, position * LANE) for name, position in lanes.items()],
        boxes=boxes,
        arrows=_arrows(boxes),
        width=HEAD + len(boxes) * (BOX + GAP) + GAP,
        height=len(lanes) * LANE,
    )


def _lanes(flow: Flow) -> dict[str, int]:
    names = dict.fromkeys(str(step.roles[0].lane) for step in flow)
    return {name: position for position, name in enumerate(names)}


def _taken(flow: Flow, record: Any) -> set[str]:
    from core.models import HistoryEntry

    if record is None:
        return set()
    rows = HistoryEntry.objects.filter(row_table=record._meta.db_table, row_id=record.pk, kind="STEP")
    return set(rows.values_list("step", flat=True))


def _box(index: int, step: Step, lanes: dict[str, int], taken: set[str], record: Any) -> Box:
    is_next = record is not None and record.state in step.sources and step.tone == "primary"
    standing = "now" if is_next else ("done" if step.name in taken else "")
    y = lanes[str(step.roles[0].lane)] * LANE + 10
    return Box(step, HEAD + GAP + index * (BOX + GAP), y, standing)


def _arrows(boxes: list[Box]) -> list[Arrow]:
    """Each box is joined to the nearest earlier one whose target state it starts from."""
    found = []
    for index, box in enumerate(boxes):
        before = [other for other in boxes[:index] if str(other.step.target) in box.step.sources]
        if before:
            found.append(_arrow(before[-1], box))
    return found


def _arrow(start: Box, end: Box) -> Arrow:
    half = (LANE - 20) // 2
    x1, y1, x2, y2 = start.x + BOX, start.y + half, end.x, end.y + half
    middle = x2 - GAP // 2
    return Arrow(f"{x1},{y1} {middle},{y1} {middle},{y2} {x2},{y2}")


def _wrapped(label: str) -> list[str]:
    if " " not in label:
        return [label[start : start + 9] for start in range(0, len(label), 9)][:3]
    lines = [""]
    for word in label.split():
        if len(lines[-1]) + len(word) > 18 and lines[-1]:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines[:3]
