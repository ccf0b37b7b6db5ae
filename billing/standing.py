"""The words and tones of what notices and deposits stand at: computed from the money, never stored."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.templatetags.ui import chip

WORDS: dict[str, Any] = {
    "DUE": pgettext_lazy("payment notice", "Due"),
    "PART_PAID": _("Part paid"),
    "PAID": _("Paid"),
    "OVERDUE": _("Overdue"),
    "DISPUTED": _("Disputed"),
    "VOID": _("Void"),
    "HELD": _("Held"),
    "PART_HELD": _("Part received"),
    "SETTLED": _("Settled"),
    "CANCELLED": _("Cancelled"),
}


def words_of(slug: str) -> str:
    return str(WORDS[slug])


def chip_of(standing: tuple[str, str]) -> SafeString:
    """The chip of (slug, tone)."""
    return chip(words_of(standing[0]), standing[1])
