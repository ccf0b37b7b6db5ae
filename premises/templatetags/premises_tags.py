"""How the pages of the premises word what they show."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.db import models
from django.utils import timezone
from django.utils.html import format_html

from core import kinds
from premises.services import plain
from premises.tables import key_status

register = template.Library()


@register.filter
def shown(value: Any) -> Any:
    """A value as a fact: days and times in full, a record as a link."""
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, models.Model) and kinds.known(value) and kinds.of(value).detail:
        return format_html('<a href="{}">{}</a>', kinds.of(value).url(value), value)
    return "" if value is None else value


@register.filter
def figure(value: Any) -> str:
    """A figure without trailing zeros; empty for nothing."""
    return "" if value is None else plain(value)


@register.simple_tag
def key_chip(key: Any) -> Any:
    """The chip of a key that carries `due_at`: overdue is computed."""
    return key_status(key, getattr(key, "due_at", None))
