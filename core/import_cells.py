"""How a cell of a workbook becomes a value. Each converter raises ValueError with a reason for people."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _

from core.models import phone_validator
from core.text import clean, clean_code

Convert = Callable[[Any], Any]
YES = {"是", "有", "yes", "y", "true", "1", "√", "✓", "x"}
NO = {"否", "无", "no", "n", "false", "0", "-", "×"}


def _as_text(cell: Any) -> str:
    """A cell as people see it: 1203.0 is 1203, a date is 2026-11-23."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}"
    return clean(str(cell))


def text(limit: int) -> Convert:
    """Clean text of at most `limit` characters."""

    def convert(cell: Any) -> str:
        value = _as_text(cell)
        if len(value) > limit:
            raise ValueError(_("Shorten this to %(limit)d characters.") % {"limit": limit})
        return value

    return convert


def code(limit: int) -> Convert:
    """A code in its one spelling (upper case, half width, no spaces)."""

    def convert(cell: Any) -> str:
        value = clean_code(_as_text(cell))
        if len(value) > limit:
            raise ValueError(_("Shorten this to %(limit)d characters.") % {"limit": limit})
        return value

    return convert


def number(*, places: int, least: str = "", most: str = "999999999") -> Convert:
    """A Decimal with at most `places` places between `least` and `most`."""

    def convert(cell: Any) -> Decimal:
        value = _decimal(cell)
        if least and value < Decimal(least):
            raise ValueError(_("Enter at least %(least)s.") % {"least": least})
        if value > Decimal(most):
            raise ValueError(_("Enter at most %(most)s.") % {"most": most})
        rounded = value.quantize(Decimal(1).scaleb(-places))
        # A figure computed by the spreadsheet carries float noise far below the last place; more than that is a mistake.
        if abs(rounded - value) > Decimal("0.000001"):
            raise ValueError(_("Use at most %(n)d decimal places.") % {"n": places})
        return rounded

    return convert


def _decimal(cell: Any) -> Decimal:
    if isinstance(cell, bool) or (isinstance(cell, float) and not math.isfinite(cell)):
        raise ValueError(_("Enter a number."))
    try:
        value = Decimal(clean_code(str(cell)).replace(",", "")[:40])
    except InvalidOperation:
        raise ValueError(_("Enter a number.")) from None
    if not value.is_finite() or abs(value) > Decimal("1e12"):
        raise ValueError(_("Enter a number."))
    return value


def whole(*, least: int = 0, most: int = 1_000_000) -> Convert:
    """A whole number between `least` and `most`."""
    as_number = number(places=0, least=str(least), most=str(most))
    return lambda cell: int(as_number(cell))


def day(cell: Any) -> date:
    """A date: a real one, or text such as 2026-11-23, 2026/11/23 or 2026年11月23日."""
    if isinstance(cell, datetime):
        value = cell.date()
    elif isinstance(cell, date):
        value = cell
    else:
        value = _written_day(_as_text(cell))
    if not 1950 <= value.year <= 2100:
        raise ValueError(_("Enter a date between 1950 and 2100."))
    return value


def _written_day(written: str) -> date:
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", written)
    try:
        return date(*(int(part) for part in found.groups())) if found else date.fromisoformat(written)
    except ValueError:
        raise ValueError(_("Enter a date, for example 2026-11-23.")) from None


def flag(cell: Any) -> bool:
    """Yes or no, in either language."""
    written = _as_text(cell).casefold()
    if written in YES:
        return True
    if written in NO:
        return False
    raise ValueError(_("Enter yes or no."))


def choice(choices: type[models.TextChoices]) -> Convert:
    """One of the choices: its stored value or its label in either language."""

    def convert(cell: Any) -> str:
        found = _names(choices).get(_as_text(cell).casefold())
        if found is None:
            raise ValueError(_("Choose one of: %(choices)s.") % {"choices": ", ".join(str(label) for label in choices.labels)})
        return found

    return convert


@cache
def _names(choices: type[models.TextChoices]) -> dict[str, str]:
    names = {value.casefold(): value for value in choices.values}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            names.update({str(label).casefold(): value for value, label in choices.choices})
    return names


def phone(cell: Any) -> str:
    """A phone number."""
    value = _as_text(cell)
    try:
        phone_validator(value)
    except ValidationError as error:
        raise ValueError(error.messages[0]) from None
    return value


def email(cell: Any) -> str:
    """An e-mail address."""
    value = _as_text(cell)
    try:
        validate_email(value)
    except ValidationError as error:
        raise ValueError(error.messages[0]) from None
    return value
