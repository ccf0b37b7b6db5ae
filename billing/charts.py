"""Bars as SVG drawn on the server: the numbers stand beside them in a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

HEIGHT, BAR, GAP = 120, 28, 14


@dataclass(frozen=True)
class Bar:
    """One bar: its place and height in the drawing's units, its label and amount."""

    x: int
    y: int
    height: int
    label: Any
    amount: Decimal
    inner_y: int
    inner_height: int


@dataclass(frozen=True)
class Chart:
    """Bars side by side; `inner` is the part that is settled."""

    bars: Sequence[Bar]
    width: int
    height: int = HEIGHT + 24
    base: int = HEIGHT


def bars(rows: Sequence[tuple[Any, Decimal, Decimal]]) -> Chart:
    """(label, amount, part of it) → a chart scaled to the largest amount."""
    top = max((amount for _label, amount, _part in rows), default=Decimal(0)) or Decimal(1)
    found = []
    for place, (label, amount, part) in enumerate(rows):
        whole, inner = int(amount * HEIGHT / top), int(part * HEIGHT / top)
        found.append(Bar(GAP + place * (BAR + GAP), HEIGHT - whole, whole, label, amount, HEIGHT - inner, inner))
    return Chart(found, GAP + len(rows) * (BAR + GAP))
