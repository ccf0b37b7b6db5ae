"""How the pages of the tenant file word what they show."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

from django import template
from django.db import models
from django.template.defaultfilters import linebreaksbr
from django.utils import timezone
from django.utils.html import format_html

from core import kinds
from staff.models import Department

register = template.Library()
LONG = 60


@register.filter
def shown(value: Any) -> Any:
    """A value as a fact: days and times in full, a record as a link, text with its lines."""
    if value is None or value == "":
        return ""
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, models.Model) and kinds.known(value) and kinds.of(value).detail:
        return format_html('<a href="{}">{}</a>', kinds.of(value).url(value), value)
    return linebreaksbr(str(value), autoescape=True)


@register.filter
def is_long(value: Any) -> bool:
    """True for text that wants the whole width."""
    return isinstance(value, str) and (len(value) > LONG or "\n" in value)


@lru_cache(maxsize=64)
def _department(code: str) -> Department | None:
    return Department.objects.filter(code=code).first()


@register.filter
def department(code: str) -> str:
    """The department's name in the language of the page."""
    return str(_department(code) or code)
