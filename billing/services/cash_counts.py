"""Counting the drawer: what the books say came in since the last count, and what is there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from billing.models import DENOMINATIONS, Account, CashCount, CashCountLine, PaymentMethod, Posting
from core import numbering
from core.flow import Refused

Pieces = Mapping[str, int]


def uncounted(cashier: Any, building: Any) -> QuerySet[Posting]:
    """Money a cashier took or paid out in a building that no count covers yet, in the order of the books."""
    rows = Posting.objects.filter(account__kind=Account.Kind.MONEY, account__building=building, entry__by=cashier, cash_count_line=None)
    return rows.select_related("account", "entry__tenant").order_by("pk")


def by_method(postings: QuerySet[Posting]) -> list[tuple[str, int, Decimal]]:
    """(method, how many, yuan) in the order of the methods; cash is always there."""
    rows = postings.order_by().values("account__method").annotate(n=Count("pk"), sum=Sum("amount"))
    found = {row["account__method"]: (row["n"], row["sum"]) for row in rows}
    found.setdefault(PaymentMethod.CASH, (0, Decimal(0)))
    return [(str(label), *found[code]) for code, label in PaymentMethod.choices if code in found]


def cash_in(postings: Iterable[Posting]) -> Decimal:
    """The cash among these postings, yuan."""
    return sum((row.amount for row in postings if row.account.method == PaymentMethod.CASH), Decimal(0))


def worth(pieces: Pieces) -> Decimal:
    """What the notes and coins counted come to, yuan."""
    return sum((face * pieces.get(str(face), 0) for face in DENOMINATIONS), Decimal(0)).quantize(Decimal("0.01"))


def count(building: Any, pieces: Pieces, *, by: Any, at: dt.datetime, on: dt.date, seen: Decimal, reason: str = "") -> CashCount:
    """Counts a cashier's drawer once a day; `seen` is the cash the cashier was told to expect.

    Raises Refused on a second count of a day, when money came in meanwhile, and for a difference without a reason.
    """
    with transaction.atomic():
        if CashCount.objects.filter(building=building, cashier=by, counted_on=on).exists():
            raise Refused(_("You counted today already. What came in since goes into the next count."))
        rows = list(uncounted(by, building))
        expected = cash_in(rows)
        if expected != seen:
            raise Refused(_("Cash expected is now %(amount)s: money was booked meanwhile. Check and send again.") % {"amount": expected})
        check_difference(worth(pieces), expected, reason)
        made = CashCount(building=building, cashier=by, counted_on=on, counted_at=at, created_by=by)
        made.expected, made.counted, made.pieces, made.reason = expected, worth(pieces), dict(pieces), reason
        numbering.give(made, on=on)
        made.save()
        CashCountLine.objects.bulk_create([CashCountLine(count=made, posting=row) for row in rows])
        return made


def check_difference(counted: Decimal, expected: Decimal, reason: str) -> None:
    """Raises Refused for a difference that nobody explains."""
    if counted != expected and not reason.strip():
        raise Refused(
            _("Counted %(counted)s, expected %(expected)s: give the reason of the difference.") % {"counted": counted, "expected": expected}
        )


def covered(made: CashCount) -> QuerySet[Posting]:
    """The money a count covers, in the order of the books."""
    return Posting.objects.filter(cash_count_line__count=made).select_related("account", "entry__tenant").order_by("pk")


def pieces_of(made: CashCount) -> list[tuple[Decimal, int, Decimal]]:
    """(denomination, pieces, yuan) of what was counted, largest first."""
    rows = [(face, int(made.pieces.get(str(face), 0))) for face in DENOMINATIONS]
    return [(face, number, face * number) for face, number in rows if number]


def face_field(face: Decimal) -> str:
    """The form field of a denomination: `face_100`, `face_0_5`."""
    return f"face_{face}".replace(".", "_")


def pieces_from(values: Mapping[str, int | None]) -> dict[str, int]:
    """How many pieces of each denomination, from the fields of a form."""
    found = {str(face): int(values.get(face_field(face)) or 0) for face in DENOMINATIONS}
    return {face: number for face, number in found.items() if number}
