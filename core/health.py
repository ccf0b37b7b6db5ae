"""What the health page reports beyond "it answers": figures that apps register, looked up, never worked out on request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.cache import cache

HOURS = 26 * 3600
_reports: dict[str, Callable[[], Any]] = {}


def report(name: str, function: Callable[[], Any]) -> None:
    """Adds a report: `function()` gives what JSON can hold, cheaply; None while there is nothing to say."""
    _reports[name] = function


def reports() -> dict[str, Any]:
    """Every registered report by name."""
    return {name: function() for name, function in sorted(_reports.items())}


def keep(name: str, found: Any) -> None:
    """Keeps what a regular check found, for the health page and the desks, for a day."""
    cache.set(f"health:{name}", found, HOURS)


def kept(name: str) -> Any:
    """What the last check found; None when none ran for a day."""
    return cache.get(f"health:{name}")
