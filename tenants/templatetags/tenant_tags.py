"""How the pages of the tenant file word what they show."""

from __future__ import annotations

from functools import lru_cache

from django import template

from core.templatetags.record_tags import is_long, shown
from staff.models import Department

register = template.Library()
register.filter(shown)
register.filter(is_long)


@lru_cache(maxsize=64)
def _department(code: str) -> Department | None:
    return Department.objects.filter(code=code).first()


@register.filter
def department(code: str) -> str:
    """The department's name in the language of the page."""
    return str(_department(code) or code)
