"""How typed words find a unit or a key where the picker has no script."""

from __future__ import annotations

from typing import Any

from core.text import clean_code


def by_code(rows: Any, text: str) -> Any:
    """Units whose number contains what was typed."""
    return rows.filter(code__icontains=clean_code(text))


def by_number(rows: Any, text: str) -> Any:
    """Keys and cards whose number contains what was typed."""
    return rows.filter(number__icontains=clean_code(text))
