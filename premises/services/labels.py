"""The sheets of QR labels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.template.loader import render_to_string

from core import printing
from premises.models import Place

ACROSS, DOWN = 3, 8


def print_labels(places: Iterable[Place], *, link: str) -> bytes:
    """QR labels as PDF, 24 on a sheet; `link` + code is what the QR leads to."""
    cells: list[dict[str, Any] | None] = [
        {"code": place.code, "name": place.label, "building": str(place.territory), "qr": printing.qr_code(f"{link}{place.code}/")}
        for place in places
    ]
    rows = [cells[start : start + ACROSS] for start in range(0, len(cells), ACROSS)]
    sheets = [_filled(rows[start : start + DOWN]) for start in range(0, len(rows), DOWN)]
    return printing.pdf(render_to_string("premises/print/labels.html", {"sheets": sheets}))


def _filled(rows: list[list[Any]]) -> list[list[Any]]:
    """The last row of a sheet filled up, so that its labels keep their size."""
    return [[*row, *([None] * (ACROSS - len(row)))] for row in rows]
