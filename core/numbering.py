"""Record numbers such as FO-20261123-0007: gap-free per series and day, never reused."""

from datetime import date
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _


def next_number(series: str, on: date) -> str:
    """The next number of a series. The counter row stays locked until the caller's transaction ends,

    so call it last: a rolled-back creation leaves no gap and others wait only for the insert.
    Raises RuntimeError outside a transaction.
    """
    return next_numbers(series, on, 1)[0]


def next_numbers(series: str, on: date, count: int) -> list[str]:
    """The next `count` numbers of a series, for rows written together."""
    if not connection.in_atomic_block:
        raise RuntimeError("A number is given inside the transaction that creates its record.")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_counter AS c (series, day, last) VALUES (%s, %s, %s) "
            "ON CONFLICT (series, day) DO UPDATE SET last = c.last + EXCLUDED.last RETURNING last",
            [series, on, count],
        )
        last = cursor.fetchone()[0]
    return [f"{series}-{on:%Y%m%d}-{number:04d}" for number in range(last - count + 1, last + 1)]


def give(record: Any, *, on: date) -> None:
    """Sets the number of a new record of a numbered kind (`SERIES`)."""
    if record.number:
        raise ValueError(_("%(number)s has its number already.") % {"number": record.number})
    record.number = next_number(record.SERIES, on)
