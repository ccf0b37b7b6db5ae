"""Amounts are exact to the fen, in figures and in capitals."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import money

DIGITS = {letter: value for value, letter in enumerate(money.DIGITS)}
PLACES = {"拾": 10, "佰": 100, "仟": 1000}
amounts = st.decimals(min_value=0, max_value=Decimal("9999999999.99"), places=2)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("1409.50", "壹仟肆佰零玖元伍角"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元零叁角贰分"),
        ("107000.53", "壹拾万柒仟元零伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("500.00", "伍佰元整"),
        ("0.00", "零元整"),
        ("0.05", "伍分"),
        ("0.30", "叁角"),
        ("10", "壹拾元整"),
        ("100000000", "壹亿元整"),
        ("100001000", "壹亿零壹仟元整"),
        ("100000001", "壹亿零壹元整"),
        ("1000010000", "壹拾亿零壹万元整"),
        ("10010.00", "壹万零壹拾元整"),
    ],
)
def test_an_amount_in_capitals(amount: str, words: str) -> None:
    assert money.in_words(Decimal(amount)) == f"人民币{words}"


def test_a_negative_amount_says_so_and_one_too_large_is_refused() -> None:
    assert money.in_words(Decimal("-120")) == "人民币负壹佰贰拾元整"
    with pytest.raises(ValueError, match="too large"):
        money.in_words(money.LIMIT + 1)


def read(words: str) -> Decimal:
    """A naive reader of capitals: each unit multiplies the digit before it."""
    yuan, rest = words.removeprefix("人民币").split("元") if "元" in words else ("", words.removeprefix("人民币"))
    total = group = digit = 0
    for letter in yuan:
        if letter in DIGITS:
            digit = DIGITS[letter]
        elif letter in PLACES:
            group, digit = group + digit * PLACES[letter], 0
        else:
            total, group, digit = total + (group + digit) * {"万": 10**4, "亿": 10**8}[letter], 0, 0
    fen = 0
    for letter, following in pairwise(rest):
        fen += DIGITS.get(letter, 0) * {"角": 10, "分": 1}.get(following, 0)
    return Decimal(total + group + digit) + Decimal(fen) / 100


@settings(max_examples=300, deadline=None)
@given(amounts)
def test_capitals_can_be_read_back(amount: Decimal) -> None:
    words = money.in_words(amount)
    assert read(words) == amount
    assert "零零" not in words


@settings(max_examples=200, deadline=None)
@given(amounts, st.lists(st.decimals(min_value=0, max_value=1000, places=3), min_size=1, max_size=8).filter(any))
def test_a_split_adds_up_and_is_fair_to_the_fen(total: Decimal, weights: list[Decimal]) -> None:
    parts = money.allocate(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - total * weight / sum(weights)) < Decimal("0.01")
    assert money.allocate(-total, weights) == [-part for part in parts]


@pytest.mark.parametrize("weights", [[], [Decimal(0)], [Decimal(1), Decimal(-1)]])
def test_a_split_by_nothing_is_refused(weights: list[Decimal]) -> None:
    with pytest.raises(ValueError, match="Weights"):
        money.allocate(Decimal(1), weights)


@pytest.mark.parametrize(("amount", "shown"), [("16409.02", "¥16,409.02"), ("-120", "-¥120.00"), ("0.005", "¥0.01"), ("-0.001", "¥0.00")])
def test_it_is_shown_with_its_sign_first(amount: str, shown: str) -> None:
    assert money.format_money(Decimal(amount)) == shown


def test_half_a_fen_is_rounded_up() -> None:
    assert [money.to_fen(Decimal(text)) for text in ("0.005", "0.015", "2.675", "1.004")] == [1, 2, 268, 100]
