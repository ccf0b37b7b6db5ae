"""Numbers are gap-free and never given twice, whoever asks at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, transaction

from core import numbering

DAY = date(2026, 11, 23)


def create(_: int) -> str:
    try:
        with transaction.atomic():
            return numbering.next_number("TT", DAY)
    finally:
        connection.close()


def test_fifty_people_at_once_get_fifty_consecutive_numbers(committed_db: None) -> None:
    with ThreadPoolExecutor(10) as pool:
        numbers = list(pool.map(create, range(50)))
    assert sorted(numbers) == [f"TT-20261123-{n:04d}" for n in range(1, 51)]


def test_a_creation_that_fails_leaves_no_gap(committed_db: None) -> None:
    first = create(0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        numbering.next_number("TT", DAY)
        raise ZeroDivisionError
    assert (first, create(0)) == ("TT-20261123-0001", "TT-20261123-0002")


def test_each_series_and_day_counts_for_itself(db: None) -> None:
    with transaction.atomic():
        numbers = [numbering.next_number("AA", DAY), numbering.next_number("BB", DAY), numbering.next_number("AA", date(2026, 11, 24))]
    assert numbers == ["AA-20261123-0001", "BB-20261123-0001", "AA-20261124-0001"]


def test_a_number_outside_a_transaction_is_refused(committed_db: None) -> None:
    with pytest.raises(RuntimeError):
        numbering.next_number("TT", DAY)
