"""Check digits of companies and people, by the vectors of the standards."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from tenants import identifiers

TODAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91110108551385082Q", "91000000000000000K", "918587832P12455XH0"])
def test_valid_credit_codes_pass(code: str) -> None:
    identifiers.validate_credit_code(code)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("91350100M000100Y4A", "not valid"),
        ("9135010", "18 characters; this one has 7"),
        ("9135O1OOM000100Y43", "Did you mean 91350100M000100Y43"),
        ("91350100M000100YS3", "not valid"),
    ],
)
def test_a_wrong_credit_code_says_what_is_wrong(code: str, reason: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        identifiers.validate_credit_code(code)
    assert reason in refusal.value.messages[0]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("11010519491231002X", True),
        ("440524188001010014", False),  # born 1880: nobody alive
        ("110223198001010014", True),
        ("810000199003070015", True),
        ("110101203001010014", False),
        ("110105194912310021", False),
        ("11010519491331002X", False),
    ],
)
def test_resident_numbers_are_checked_by_date_and_digit(number: str, expected: bool) -> None:
    assert identifiers.is_resident_number(number, today=TODAY) is expected
