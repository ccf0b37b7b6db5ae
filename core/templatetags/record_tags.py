"""Small look-ups that templates need."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import template
from django.db import models
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core import cells, kinds

register = template.Library()
LONG = 60


@register.filter
def shown(value: Any) -> Any:
    """A value as a fact: days and times in full, figures without trailing zeros, a record as a link, text with its lines."""
    if value is None or value == "":
        return ""
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, models.Model) and kinds.known(value) and kinds.of(value).detail:
        return format_html('<a href="{}">{}</a>', kinds.of(value).url(value), value)
    return linebreaksbr(str(value), autoescape=True) if isinstance(value, str) and not hasattr(value, "__html__") else value


@register.filter
def presence_url(record: Any) -> str:
    """Where a page asks who else has the record open; empty without a record that people can open."""
    if not isinstance(record, models.Model) or record.pk is None or not kinds.known(record):
        return ""
    return reverse("core:presence", args=[kinds.of(record).label, record.pk])


@register.filter
def is_long(value: Any) -> bool:
    """True for text that wants the whole width."""
    return isinstance(value, str) and not hasattr(value, "__html__") and (len(value) > LONG or "\n" in value)


@register.filter
def item(mapping: Any, key: Any) -> Any:
    """mapping[key], or None."""
    return mapping.get(key) if hasattr(mapping, "get") else None


@register.filter
def with_cells(table: Any) -> Iterator[tuple[Any, SafeString]]:
    """Each row of a list's table and its cells."""
    return cells.rows(table)
