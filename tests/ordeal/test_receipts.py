"""Receipts under fire: rollbacks and killed backends leave no gap (D2), a killed server loses none (B1).

Each race and fault has a control: the same work with its guard taken away, where the same look must find the damage.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.db import Error, connection, connections, transaction
from django.utils import timezone

from billing import services as billing
from billing.flow import RECEIPT_FLOW
from billing.models import Receipt
from core import numbering
from ops import places, templates
from ops.postgres import Postgres
from ops.servers import TEMPLATE
from tests.billing.factories import TODAY, a_receipt
from tests.ordeal.house import House, as_owner, found, lies, meanwhile, some, together
from tests.ordeal.test_races import WRITERS

pytestmark = [pytest.mark.ordeal, pytest.mark.timeout(600)]

# D2: numbers without gaps ----------------------------------------------------------------------------------------------


class Fire:
    """Receipts taken by twelve writers, one in ten rolled back, one in twenty made void; what the writers were told."""

    def __init__(self, house: House, tries: int) -> None:
        self.house, self.tries, self.unknown, self.killed = house, tries, 0, 0
        self.told: dict[int, str] = {}
        self.voided: dict[int, str] = {}
        self.rolled_back: set[int] = set()

    def burn(self, writer: int) -> None:
        dice = random.Random(f"fire {writer}")
        for _turn in range(self.tries // WRITERS):
            try:
                self.take(dice)
            except Error:
                # Killed: whether it was committed only the table knows.
                self.unknown += 1
                connection.close()

    def kill(self, over: threading.Event) -> None:
        """Ends some connection of the application at every eighth try, whatever it is doing; only a superuser sees and may do it."""
        place = {"host": connection.settings_dict["HOST"], "dbname": connection.settings_dict["NAME"]}
        with closing(psycopg2.connect(user="postgres", **place)) as superuser, superuser.cursor() as cursor:
            superuser.autocommit = True
            while not over.wait(0.01):
                if self.killed * 8 < len(self.told) + len(self.rolled_back) + self.unknown:
                    cursor.execute("SELECT pid FROM pg_stat_activity WHERE usename = 'steward_app' ORDER BY random() LIMIT 1")
                    for (pid,) in cursor.fetchall():
                        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
                        self.killed += 1

    def take(self, dice: random.Random) -> None:
        fate, reason = dice.random(), f"录错 {dice.random()}"
        with transaction.atomic():
            receipt = a_receipt(self.house.cast, dice.choice(self.house.tenants), str(some(dice)))
            transaction.set_rollback(fate < 0.1)
        if fate < 0.1:
            self.rolled_back.add(receipt.pk)
            return
        self.told[receipt.pk] = receipt.number
        if fate > 0.95:
            RECEIPT_FLOW.take(receipt, "void", by=self.house.cast.cashier, at=timezone.now(), note=reason)
            self.voided[receipt.pk] = reason


def numbers() -> list[str]:
    """The numbers that stand on receipts, in order of the numbers."""
    return sorted(Receipt.objects.values_list("number", flat=True), key=lambda number: int(number.rpartition("-")[2]))


def without_a_gap(count: int) -> list[str]:
    return [f"RC-{TODAY:%Y%m%d}-{number:04d}" for number in range(1, count + 1)]


def test_receipts_have_no_gap_when_one_in_ten_rolls_back_and_backends_are_killed(committed_db: None) -> None:
    """D2: 3,120 tries; a number once given stays on its receipt, and on a void one with the reason."""
    fire = Fire(House(20), 3120)
    connection.close()
    with meanwhile(fire.kill):
        together(fire.burn)
    given = numbers()
    assert given == without_a_gap(len(given))
    assert found(f"SELECT last FROM core_counter WHERE series = 'RC' AND day = '{TODAY}'") == [(len(given),)]
    assert len(given) >= 2000 and len(fire.rolled_back) > 150 and fire.killed > 300 and fire.unknown > 100
    assert dict(Receipt.objects.filter(pk__in=fire.told).values_list("pk", "number")) == fire.told
    assert not Receipt.objects.filter(pk__in=fire.rolled_back).exists()
    void = {row.pk: row for row in Receipt.objects.filter(state="VOID")}
    assert len(fire.voided) > 50 and {pk: void[pk].void_reason for pk in fire.voided} == fire.voided
    assert all(row.void_reason and row.entry.reversed_by for row in void.values())
    assert billing.contradictions() == {}


def test_control_numbers_of_a_sequence_have_gaps(committed_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    house = House(4)
    as_owner("CREATE SEQUENCE naive START 100", "GRANT USAGE ON naive TO steward_app")

    def from_sequence(series: str, on: Any, count: int) -> list[str]:
        return [f"{series}-{on:%Y%m%d}-{number}" for [number] in found(f"SELECT nextval('naive') FROM generate_series(1, {count})")]

    monkeypatch.setattr(numbering, "next_numbers", from_sequence)
    before, fire = len(numbers()), Fire(house, 240)
    together(fire.burn)
    given = [int(number.rpartition("-")[2]) for number in numbers()[before:]]
    assert fire.rolled_back
    assert given != list(range(100, 100 + len(given)))


# B1: a killed server ----------------------------------------------------------------------------------------------------


@pytest.fixture
def mortal(django_db_setup: None, django_db_blocker: Any) -> Iterator[Postgres]:
    """A server of this test's own with the product's settings, on which Django works meanwhile; it may be killed."""
    who, kept = places.owner(), templates.find()
    assert kept, "the run keeps the cluster it has migrated"
    home = places.scratch_folder(who)
    with closing(places.try_lock(home / "lock")), django_db_blocker.unblock():
        server = Postgres(home, who, home / "log")
        templates.copy(kept / "pg", server.folder)
        server.start()
        before = {alias: dict(connections[alias].settings_dict) for alias in ("default", "migrator")}
        try:
            move({alias: {"HOST": str(server.sockets), "NAME": TEMPLATE} for alias in before})
            yield server
        finally:
            move(before)
            server.stop()
            shutil.rmtree(home, ignore_errors=True)


def move(settings: dict[str, dict[str, Any]]) -> None:
    connections.close_all()
    for alias, values in settings.items():
        connections[alias].settings_dict.update(values)


def kill(server: Postgres) -> None:
    """SIGKILL for the server and each of its processes, the first first, so that it can't tidy up."""
    process = server.child.process
    pids = [process.pid, *map(int, Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split())]
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()
    while any(runs(pid) for pid in pids[1:]):
        time.sleep(0.01)


def runs(pid: int) -> bool:
    """False for one that is gone, or dead and only waits for its parent to notice."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def killed_under_load(server: Postgres, house: House, kills: int) -> list[str]:
    """The numbers of the receipts that were acknowledged, the last ones just before a kill."""
    acknowledged, over = list[str](), threading.Event()

    def writer(number: int) -> None:
        dice = random.Random(number)
        while not over.is_set():
            try:
                acknowledged.append(a_receipt(house.cast, dice.choice(house.tenants), str(some(dice))).number)
            except Error:
                connection.close()
                time.sleep(0.05)

    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(together, writer)
        try:
            for _kill in range(kills):
                time.sleep(2)
                kill(server)
                server.start()
        finally:
            over.set()
        work.result()
    connections.close_all()
    return acknowledged


def test_what_was_acknowledged_outlives_a_killed_server(mortal: Postgres) -> None:
    """B1: ten times kill -9 of every process of PostgreSQL."""
    house = House(20)
    acknowledged = killed_under_load(mortal, house, kills=10)
    given = numbers()
    assert len(acknowledged) > 500
    assert set(acknowledged) - set(given) == set()
    assert given == without_a_gap(len(given))
    assert lies() == set() and billing.contradictions() == {}


def test_control_a_server_that_does_not_wait_for_its_disk_loses_receipts(mortal: Postgres) -> None:
    house = House(20)
    for statement in ("ALTER ROLE steward_app SET synchronous_commit = off", "ALTER SYSTEM SET wal_writer_delay = '10s'"):
        mortal.psql("-c", statement)
    mortal.psql("-c", "SELECT pg_reload_conf()")
    connection.close()
    acknowledged = killed_under_load(mortal, house, kills=2)
    assert set(acknowledged) - set(numbers())
