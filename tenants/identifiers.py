"""Numbers that identify companies and people, with their check digits (GB 32100-2015, GB 11643-1999)."""

from __future__ import annotations

import datetime as dt
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.text import clean_code

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CODE_SHAPE = re.compile(f"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")
CODE_WEIGHTS = [pow(3, place, 31) for place in range(17)]
RESIDENT_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
RESIDENT_WEIGHTS = [pow(2, 17 - place, 11) for place in range(17)]


def credit_code_check(body: str) -> str:
    """The 18th character of a unified social credit code from its first 17."""
    total = sum(ALPHABET.index(letter) * weight for letter, weight in zip(body, CODE_WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def is_credit_code(code: str) -> bool:
    """True for a well-formed unified social credit code with the right check character."""
    return bool(CODE_SHAPE.fullmatch(code)) and credit_code_check(code[:17]) == code[17]


def suggested_code(code: str) -> str:
    """The code with O and I read as 0 and 1, if that makes it valid; else ""."""
    guess = code.replace("O", "0").replace("I", "1")
    return guess if guess != code and is_credit_code(guess) else ""


def validate_credit_code(value: str) -> None:
    """Raises ValidationError that says what is wrong with a unified social credit code."""
    code = clean_code(value)
    if is_credit_code(code):
        return
    if suggested_code(code):
        raise ValidationError(
            _("Did you mean %(code)s? The letters O and I do not occur in this code."), params={"code": suggested_code(code)}
        )
    if len(code) != 18:
        raise ValidationError(_("A unified social credit code has 18 characters; this one has %(count)d."), params={"count": len(code)})
    raise ValidationError(_("This unified social credit code is not valid: compare it with the business licence."))


def is_resident_number(number: str, *, today: dt.date) -> bool:
    """True for an 18-character resident identity number with a real birth date up to today and the right check digit."""
    if not RESIDENT_SHAPE.fullmatch(number) or not _born_by(number[6:14], today):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], RESIDENT_WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == number[17]


def _born_by(digits: str, today: dt.date) -> bool:
    try:
        born = dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return dt.date(1900, 1, 1) <= born <= today
