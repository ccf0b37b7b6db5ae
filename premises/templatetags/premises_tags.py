"""How the pages of the premises word what they show."""

from __future__ import annotations

from typing import Any

from django import template

from core.templatetags.record_tags import shown
from premises.services import plain
from premises.tables import key_status

register = template.Library()
register.filter(shown)


@register.filter
def figure(value: Any) -> str:
    """A figure without trailing zeros; empty for nothing."""
    return "" if value is None else plain(value)


@register.simple_tag
def key_chip(key: Any) -> Any:
    """The chip of a key that carries `due_at`: overdue is computed."""
    return key_status(key, getattr(key, "due_at", None))
