"""What upper apps show on lower apps' pages. An app registers its panels in its own `panels.py`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Panel:
    """A piece of a page: `render(request, record)` gives (template, context), or None to stay away.

    Without a title its template brings its own cards.
    """

    slot: str
    key: str
    title: Any
    render: Callable[[Any, Any], tuple[str, dict[str, Any]] | None]
    order: int
    may: Callable[[Any], bool]


@dataclass(frozen=True)
class Flag:
    """A mark on a unit of the stacking plan: `contribute("unit.flags", function)`, function(unit ids, user) -> (Flag, rows).

    `rows` is a queryset with a `unit_id`; those of all apps are read in one query. None stays away, and
    {id: [Flag]} answers with several marks that took a query of their own.

    `key` names the filter, `sign` is one or two characters, `label` says what it means.
    """

    key: str
    sign: str
    label: Any


_panels: dict[str, list[Panel]] = defaultdict(list)
_contributions: dict[str, list[Callable[..., Any]]] = defaultdict(list)


def register(
    slot: str,
    key: str,
    title: Any,
    render: Callable[[Any, Any], tuple[str, dict[str, Any]] | None],
    *,
    order: int = 100,
    may: Callable[[Any], bool] = lambda user: True,
) -> None:
    """Adds a panel to a slot such as `tenant` or `unit`; the same key again replaces the first."""
    kept = [panel for panel in _panels[slot] if panel.key != key]
    _panels[slot] = sorted([*kept, Panel(slot, key, title, render, order, may)], key=lambda panel: (panel.order, panel.key))


def panels(slot: str, user: Any) -> list[Panel]:
    """The panels of a slot that this person may see, in order."""
    return [panel for panel in _panels[slot] if panel.may(user)]


def contribute(slot: str, function: Callable[..., Any]) -> None:
    """Adds a function whose answers the owner of the slot collects (flags of a unit, items of a file part)."""
    if function not in _contributions[slot]:
        _contributions[slot].append(function)


def contributions(slot: str, *arguments: Any) -> list[Any]:
    """The answers of every function contributed to a slot."""
    return [function(*arguments) for function in _contributions[slot]]
