"""What a lease owes for a month, to the day: pure arithmetic over rows that were read before."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from billing.models import ChargeKind, LeaseFee, Price
from billing.services.ledger import Line
from core.money import allocate, round_fen
from tenants.models import Lease

DAY = dt.timedelta(days=1)
Span = tuple[dt.date, dt.date]


def month_of(day: dt.date) -> Span:
    """First and last day of the month."""
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def overlap(one: Span, other: Span) -> Span | None:
    """The days two spans share, None when there are none."""
    first, last = max(one[0], other[0]), min(one[1], other[1])
    return (first, last) if first <= last else None


def without(span: Span, taken: Iterable[Span]) -> list[Span]:
    """What is left of a span when others are cut out of it."""
    left = [span]
    for cut in taken:
        left = [piece for part in left for piece in _cut(part, cut)]
    return left


def _cut(part: Span, cut: Span) -> list[Span]:
    if overlap(part, cut) is None:
        return [part]
    before, after = (part[0], cut[0] - DAY), (cut[1] + DAY, part[1])
    return [piece for piece in (before, after) if piece[0] <= piece[1]]


def at_prices(span: Span, prices: Sequence[Price]) -> list[tuple[Span, Decimal]]:
    """The pieces of a span with the unit price of each; days before the first price are left out."""
    pieces = []
    for place, price in enumerate(prices):
        last = prices[place + 1].starts_on - DAY if place + 1 < len(prices) else span[1]
        shared = overlap(span, (price.starts_on, last))
        if shared:
            pieces.append((shared, price.unit_price))
    return pieces


@dataclass(frozen=True)
class Month:
    """What one building charges in one month: read once, used for every lease."""

    first: dt.date
    last: dt.date
    due_on: dt.date
    kinds: Sequence[ChargeKind]
    prices: Mapping[int, Sequence[Price]]

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Piece:
    """One kind for one stretch of days at one price."""

    kind: ChargeKind
    span: Span
    quantity: Decimal
    unit_price: Decimal


def lines_of(lease: Lease, month: Month, fees: Sequence[LeaseFee]) -> list[Line]:
    """What a lease is charged for a month, pro rata to the day, in the order of the kinds.

    A merged unit is split over its parts by area so that the parts add up to the fen. Lines of zero are left out.
    """
    stay = overlap((lease.starts_on, lease.last_day), (month.first, month.last))
    if stay is None:
        return []
    pieces = [piece for fee in fees for piece in _agreed(lease, fee, month, stay)]
    for kind in month.kinds:
        taken = [(fee.starts_on, fee.ends_on or dt.date.max - DAY) for fee in fees if fee.kind_id == kind.pk]
        for span in without(stay, taken):
            pieces += _priced(lease, kind, month, span, quantity=None)
    return [line for piece in pieces for line in _lines(lease, month, piece)]


def _agreed(lease: Lease, fee: LeaseFee, month: Month, stay: Span) -> list[Piece]:
    span = overlap(stay, (fee.starts_on, fee.ends_on or dt.date.max - DAY))
    if span is None:
        return []
    if fee.unit_price is None:
        return _priced(lease, fee.kind, month, span, quantity=fee.quantity)
    charged = _charged_days(lease, fee.kind, span)
    return [Piece(fee.kind, charged, _quantity(lease, fee.kind, fee.quantity), fee.unit_price)] if charged else []


def _priced(lease: Lease, kind: ChargeKind, month: Month, span: Span, *, quantity: Decimal | None) -> list[Piece]:
    charged = _charged_days(lease, kind, span)
    found = at_prices(charged, month.prices.get(kind.pk, ())) if charged else []
    return [Piece(kind, days, _quantity(lease, kind, quantity), price) for days, price in found]


def _charged_days(lease: Lease, kind: ChargeKind, span: Span) -> Span | None:
    """Rent begins when the rent-free period is over; every other fee runs from the first day."""
    if kind.group != ChargeKind.Group.RENT or lease.rent_free_until is None:
        return span
    return overlap(span, (lease.rent_free_until + DAY, span[1]))


def _quantity(lease: Lease, kind: ChargeKind, agreed: Decimal | None) -> Decimal:
    if agreed is not None:
        return agreed
    return area_of(lease) if kind.basis == ChargeKind.Basis.PER_M2_MONTH else Decimal(1)


def area_of(lease: Lease) -> Decimal:
    """The billed area: the lease's, else that of the unit with what is merged into it, m²."""
    return lease.area_m2 or sum((unit.area_m2 for unit in units_of(lease)), Decimal(0))


def units_of(lease: Lease) -> list[Any]:
    """The unit and those merged into it."""
    return [lease.unit, *lease.unit.parts.all()]


def _lines(lease: Lease, month: Month, piece: Piece) -> list[Line]:
    days = (piece.span[1] - piece.span[0]).days + 1
    total = round_fen(piece.quantity * piece.unit_price * days / month.days)
    units = units_of(lease) if piece.kind.basis == ChargeKind.Basis.PER_M2_MONTH else [lease.unit]
    parts = allocate(total, [unit.area_m2 for unit in units])
    shares = allocate(piece.quantity, [unit.area_m2 for unit in units])
    found = zip(units, parts, shares, strict=True)
    return [_line(lease, month, piece, unit=unit, amount=amount, quantity=share) for unit, amount, share in found if amount]


def _line(lease: Lease, month: Month, piece: Piece, *, unit: Any, amount: Decimal, quantity: Decimal) -> Line:
    days = (piece.span[1] - piece.span[0]).days + 1
    whole = "" if days == month.days else f" × {days}/{month.days}" + _(" days")
    measure = " m²" if piece.kind.basis == ChargeKind.Basis.PER_M2_MONTH else ""
    return Line(
        kind=piece.kind,
        quantity=quantity,
        unit_price=piece.unit_price,
        due_on=month.due_on,
        amount=amount,
        formula=f"{quantity.normalize():f}{measure} × {piece.unit_price.normalize():f}{whole}",
        key=f"lease:{lease.pk}:{piece.kind.code}:{unit.pk}:{piece.span[0]:%Y%m%d}-{piece.span[1]:%Y%m%d}",
        unit=unit,
        lease=lease,
        period=piece.span,
    )
