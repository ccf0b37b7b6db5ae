"""Many hands at one thing at the same moment, each with a connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection


def at_once(work: Callable[[int], Any], count: int) -> list[Any]:
    """The answers of `work(n)`, begun by all at the same moment; an exception is its answer."""
    start = Barrier(count)

    def one(number: int) -> Any:
        try:
            start.wait(timeout=30)
            return work(number)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
