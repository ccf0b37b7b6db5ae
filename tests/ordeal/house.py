"""A tower with debtors for the ordeals of the books, and twelve hands at work in it."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from decimal import Decimal
from typing import Any

from django.db import connection, connections

from billing import services as billing
from tests.billing.factories import a_line, a_receipt, a_stamp
from tests.conftest import Cast, a_building
from tests.ordeal.test_races import WRITERS, in_parallel
from tests.tenants.factories import a_tenant

METHODS = ("CASH", "TRANSFER", "CARD", "QR")
CODES = ("OTHER", "PARKING", "PENALTY", "COMPENSATION")
FEN = Decimal("0.01")


class House:
    """A tower whose tenants have been charged and owe deposits of three kinds; one has paid by every method."""

    def __init__(self, tenants: int) -> None:
        self.cast = Cast(a_building("A", "云汇中心 A 座"), a_building("B", "云汇中心 B 座"))
        self.tenants = [a_tenant(self.cast, self.cast.home, name=f"第{number}号公司", code="") for number in range(tenants)]
        for tenant in self.tenants:
            billing.charge(tenant, [a_line("300.00", code=code) for code in CODES], a_stamp(self.cast))
            for kind in ("LEASE", "FIT_OUT", "KEY"):
                billing.expect(tenant, kind, Decimal("100000.00"), a_stamp(self.cast))
        for method in METHODS:
            a_receipt(self.cast, self.tenants[0], "100.00", method=method)


def together(work: Callable[[int], Any]) -> list[Any]:
    """The answers of every writer's `work(n)`."""
    return in_parallel(work, WRITERS)


@contextmanager
def meanwhile(work: Callable[[threading.Event], Any]) -> Iterator[None]:
    """Runs `work(over)` in a thread beside what happens inside; `over` is set at the end."""
    over = threading.Event()

    def one() -> None:
        with closing(connection):
            work(over)

    with ThreadPoolExecutor(1) as pool:
        beside = pool.submit(one)
        try:
            yield
        finally:
            over.set()
        beside.result()


def as_owner(*statements: str) -> None:
    """Says it as the migrator, who owns the tables: how a control takes a guard away."""
    with connections["migrator"].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connections["migrator"].close()


def found(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def some(dice: random.Random, upto: int = 60_000) -> Decimal:
    """Some yuan, to the fen."""
    return Decimal(dice.randrange(1, upto)) / 100


LIES = {
    "unbalanced": "SELECT entry_id FROM billing_posting GROUP BY 1 HAVING sum(amount) <> 0",
    "empty": "SELECT id FROM billing_entry EXCEPT SELECT entry_id FROM billing_posting",
    "balances": "SELECT id FROM billing_account WHERE (id, balance) NOT IN (SELECT account_id, sum(amount) FROM billing_posting GROUP BY 1)"
    " AND balance <> 0",
    "held": "SELECT id FROM billing_deposit WHERE held < 0 OR held <> 0"
    " AND (id, held) NOT IN (SELECT deposit_id, sum(amount) FROM billing_depositmove GROUP BY 1)",
    "receipts": "SELECT number FROM billing_receipt r"
    " WHERE (state = 'VOID') <> EXISTS (SELECT 1 FROM billing_entry e WHERE e.reverses_id = r.entry_id)",
}


def lies() -> set[str]:
    """Where the books contradict themselves, asked in other words than the product's own recount."""
    return {name for name, query in LIES.items() if found(query)}
