"""Columns that lists of several apps share: a link to the row's page, its state, yuan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django_tables2 import Column

from core.templatetags.ui import chip, money, tone_of

RIGHT = {"td": {"class": "num"}, "th": {"class": "num"}}


def to(name: str, attribute: str = "pk") -> Callable[[Any], str]:
    """Links a cell to the page `name` of its row (or of the row its `attribute` names)."""
    return lambda record: reverse(name, args=[getattr(record, attribute)])


class StateColumn(Column):
    """The chip of the row's state; its word in exports."""

    def render(self, value: Any, record: Any) -> Any:
        return chip(value, tone_of(record))

    def value(self, value: Any, record: Any) -> str:
        return str(record.get_state_display())


class NumberColumn(Column):
    """A number, aligned right; as it is in exports."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, attrs=RIGHT, **named)

    def value(self, value: Any) -> Any:
        return value


class MoneyColumn(NumberColumn):
    """Yuan; a number in exports."""

    def render(self, value: Any) -> Any:
        return money(value)
