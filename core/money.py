"""Money in yuan as Decimal: rounding to the fen, amounts in Chinese capitals, splits that add up."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

FEN = Decimal("0.01")
DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")
LIMIT = Decimal("9999999999999999.99")


def round_fen(amount: Decimal) -> Decimal:
    """Yuan rounded half up to the fen."""
    return amount.quantize(FEN, rounding=ROUND_HALF_UP)


def to_fen(amount: Decimal) -> int:
    """Yuan as whole fen."""
    return int(round_fen(amount) * 100)


def format_money(amount: Decimal) -> str:
    """`¥16,409.02`, `-¥120.00`."""
    rounded = round_fen(amount)
    return f"{'-' if rounded < 0 else ''}¥{abs(rounded):,.2f}"


def in_words(amount: Decimal) -> str:
    """The amount in capitals as a receipt needs it: 1409.50 → 人民币壹仟肆佰零玖元伍角.

    Raises ValueError for amounts too large to write.
    """
    rounded = round_fen(amount)
    if abs(rounded) > LIMIT:
        raise ValueError("The amount is too large to be written in capitals.")
    yuan, fen = divmod(abs(to_fen(rounded)), 100)
    sign = "负" if rounded < 0 else ""
    return f"人民币{sign}{_yuan(yuan, fen)}{_small(yuan, fen)}"


def _yuan(yuan: int, fen: int) -> str:
    if yuan == 0:
        return "零元" if fen == 0 else ""
    groups = []
    while yuan:
        yuan, group = divmod(yuan, 10000)
        groups.append(group)
    text, skipped = "", False
    for position in reversed(range(len(groups))):
        group = groups[position]
        if group:
            # One 零 stands for any gap between what is written.
            gap = "零" if text and (skipped or group < 1000) else ""
            text += f"{gap}{_group(group)}{GROUPS[position]}"
        skipped = group == 0
    return f"{text}元"


def _group(group: int) -> str:
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit == 0:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + DIGITS[digit] + PLACES[place]
        gap = False
    return text


def _small(yuan: int, fen: int) -> str:
    jiao, fen = divmod(fen, 10)
    if not jiao and not fen:
        return "整"
    gap = "零" if yuan and (jiao == 0 or yuan % 10 == 0) else ""
    return gap + (f"{DIGITS[jiao]}角" if jiao else "") + (f"{DIGITS[fen]}分" if fen else "")


def allocate(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Splits a total by weights (not all zero, none negative) so that the parts add up to the fen: largest remainder.

    Raises ValueError for weights that can't be used.
    """
    if not weights or any(weight < 0 for weight in weights) or sum(weights) == 0:
        raise ValueError("Weights must be zero or more, and not all zero.")
    fen, whole = to_fen(total), sum(weights, Decimal(0))
    shares = [Decimal(abs(fen)) * weight / whole for weight in weights]
    parts = [int(share.to_integral_value(ROUND_DOWN)) for share in shares]
    rest = sorted(range(len(weights)), key=lambda place: (parts[place] - shares[place], place))
    for place in rest[: abs(fen) - sum(parts)]:
        parts[place] += 1
    return [Decimal(part if fen >= 0 else -part) / 100 for part in parts]
