"""How the pages of the money word what they show."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from billing.standing import chip_of

register = template.Library()


@register.simple_tag
def standing_chip(row: Any) -> Any:
    """The chip of what a notice or a deposit stands at today."""
    standing = row.standing
    return chip_of(standing(timezone.localdate()) if callable(standing) else standing)
