"""The books under fire: twelve writers, hostile statements, rollbacks, killed backends, a killed server (D1, D2, A5, B1).

Each race and fault has a control: the same work with its guard taken away, where the same look must find the damage.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.db import Error, IntegrityError, OperationalError, connection, connections, transaction
from django.utils import timezone

from billing import services as billing
from billing.flow import RECEIPT_FLOW
from billing.models import Charge, Deposit, Entry, Posting, Receipt
from billing.services import bills, credits, deposits, ledger
from core import numbering
from core.flow import Refused
from ops import places, templates
from ops.postgres import Postgres
from ops.servers import TEMPLATE
from tests.billing.factories import TODAY, a_kind, a_line, a_receipt, a_stamp
from tests.conftest import Cast, a_building
from tests.ordeal.test_races import WRITERS, in_parallel
from tests.tenants.factories import a_tenant

pytestmark = [pytest.mark.ordeal, pytest.mark.timeout(600)]
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


# D1: whatever twelve writers do, the books balance --------------------------------------------------------------------


def some(dice: random.Random, upto: int = 60_000) -> Decimal:
    """Some yuan, to the fen."""
    return Decimal(dice.randrange(1, upto)) / 100


def deposit_of(dice: random.Random, tenant: Any) -> Deposit:
    return dice.choice(list(Deposit.objects.filter(tenant=tenant).order_by("pk")))


def reverse(dice: random.Random, tenant: Any, stamp: billing.Stamp) -> None:
    standing = Entry.objects.filter(tenant=tenant, reverses=None, reversed_by=None).order_by("-pk")
    for entry in standing[dice.randrange(12) :][:1]:
        billing.reverse(entry, stamp)


def take_deposit(dice: random.Random, tenant: Any, stamp: billing.Stamp) -> None:
    part = some(dice)
    billing.receive(tenant, part + some(dice), "TRANSFER", stamp, deposits={deposit_of(dice, tenant): part})


def settle(dice: random.Random, tenant: Any, stamp: billing.Stamp) -> None:
    picks = {row: row.outstanding for row in Charge.objects.filter(tenant=tenant).unpaid().oldest_first()[:1]}
    billing.settle_from(deposit_of(dice, tenant), picks, stamp, billing.Why("抵扣欠费"))


def credit(dice: random.Random, tenant: Any, stamp: billing.Stamp) -> None:
    charges = list(Charge.objects.filter(tenant=tenant).order_by("-pk")[:12])
    credits.credit(dice.choice(charges), some(dice, 5_000), stamp, "多收")


def deduct(dice: random.Random, tenant: Any, stamp: billing.Stamp) -> None:
    billing.deduct(deposit_of(dice, tenant), some(dice), a_kind("COMPENSATION"), stamp, billing.Why("损坏"))


# Money comes in more often than it goes, so that there is something to deduct and to pay back.
COMING: list[Callable[[random.Random, Any, billing.Stamp], Any]] = [
    lambda dice, tenant, stamp: billing.charge(tenant, [a_line(str(some(dice)), code=code) for code in dice.sample(CODES, 2)], stamp),
    lambda dice, tenant, stamp: billing.receive(tenant, some(dice, 120_000), dice.choice(METHODS), stamp),
    lambda dice, tenant, stamp: bills.issue(tenant, [a_line(str(some(dice)))], stamp, due_on=TODAY, title="更换门锁"),
    take_deposit,
]
GOING: list[Callable[[random.Random, Any, billing.Stamp], Any]] = [
    lambda dice, tenant, stamp: billing.use_prepayment(tenant, stamp),
    lambda dice, tenant, stamp: billing.pay_back(deposit_of(dice, tenant), some(dice), dice.choice(METHODS), stamp),
    lambda dice, tenant, stamp: billing.transfer(deposit_of(dice, tenant), deposit_of(dice, tenant), some(dice), stamp, "转移"),
    *(reverse, deduct, settle, credit),
]

AN_ENTRY = (
    "WITH e AS (INSERT INTO billing_entry (building_id, tenant_id, kind, booked_on, memo, at, txid)"
    " SELECT building_id, id, 'WAIVER', %(day)s, '', now(), 0 FROM tenants_tenant WHERE id = %(tenant)s RETURNING *) "
)


def cash_and(other: str, yuan: str) -> str:
    """An entry of ten yuan of cash and so many yuan on another account."""
    return (
        f"{AN_ENTRY} INSERT INTO billing_posting (entry_id, account_id, amount)"
        f" SELECT e.id, a.id, CASE a.method WHEN 'CASH' THEN 10 ELSE {yuan} END FROM e"
        f" JOIN billing_account a ON a.building_id = e.building_id AND (a.method = 'CASH' OR {other})"
    )


OF_THE_TENANT = "entry_id IN (SELECT id FROM billing_entry WHERE tenant_id = %(tenant)s)"
HOSTILE = {
    "an entry without postings": f"{AN_ENTRY} SELECT id FROM e",
    "an entry with one posting": cash_and("false", "0"),
    "an entry off by a fen": cash_and("a.method = 'CARD'", "-9.99"),
    "a deposit without a movement": cash_and("a.deposit_kind = 'LEASE' AND a.tenant_id = e.tenant_id", "-10"),
    "another's prepayment": cash_and(
        "a.id = (SELECT max(id) FROM billing_account WHERE kind = 'PREPAYMENT' AND tenant_id <> e.tenant_id)", "-10"
    ),
    "an entry back-dated": "UPDATE billing_entry SET booked_on = '2026-01-05' WHERE tenant_id = %(tenant)s",
    "an entry deleted": "DELETE FROM billing_entry WHERE tenant_id = %(tenant)s",
    "a posting edited": f"UPDATE billing_posting SET amount = amount + 1 WHERE {OF_THE_TENANT}",
    "a posting deleted": f"DELETE FROM billing_posting WHERE {OF_THE_TENANT}",
    "an allocation deleted": f"DELETE FROM billing_allocation WHERE {OF_THE_TENANT}",
    "a movement edited": f"UPDATE billing_depositmove SET amount = amount * 2 WHERE {OF_THE_TENANT}",
    "a balance typed": "UPDATE billing_account SET balance = balance + CASE kind WHEN 'RECEIVABLE' THEN 1 ELSE -1 END"
    " WHERE tenant_id = %(tenant)s",
    "a charge raised": "UPDATE billing_charge SET amount = amount + 1 WHERE tenant_id = %(tenant)s",
    "a charge marked paid": "UPDATE billing_charge SET outstanding = 0 WHERE outstanding > 0 AND tenant_id = %(tenant)s",
    "a deposit typed": "UPDATE billing_deposit SET held = held + 1, taken = taken + 1 WHERE tenant_id = %(tenant)s",
    "a receipt deleted": "DELETE FROM billing_receipt WHERE tenant_id = %(tenant)s",
}


def attack(name: str, tenant: Any) -> str:
    """Sends a hostile statement as the application's role; what became of it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(HOSTILE[name], {"tenant": tenant.pk, "day": TODAY})
            touched = cursor.rowcount
    except IntegrityError as error:
        # Refused by a rule of the books, not for a slip in the statement.
        assert getattr(error.__cause__, "pgcode", "") == "23514", error
        return "hostile refused"
    return "hostile accepted" if touched else "hostile missed"


def one_turn(house: House, dice: random.Random, hostile: float) -> str:
    tenant = dice.choice(house.tenants)
    try:
        if dice.random() < hostile:
            return attack(dice.choice(sorted(HOSTILE)), tenant)
        dice.choice(COMING + COMING + GOING)(dice, tenant, a_stamp(house.cast))
    except Refused:
        return "refused"
    except OperationalError as error:
        return type(error.__cause__).__name__
    return "done"


def storm(house: House, turns: int, *, hostile: float) -> Counter[str]:
    """Every writer takes so many turns, this share of them hostile; how often what came of it."""

    def writer(number: int) -> Counter[str]:
        dice = random.Random(f"{number} {hostile}")
        return Counter(one_turn(house, dice, hostile) for _turn in range(turns))

    return sum(together(writer), Counter())


LIES = {
    "unbalanced": "SELECT entry_id FROM billing_posting GROUP BY 1 HAVING sum(amount) <> 0",
    "empty": "SELECT id FROM billing_entry EXCEPT SELECT entry_id FROM billing_posting",
    "balances": "SELECT id FROM billing_account WHERE (id, balance) NOT IN (SELECT account_id, sum(amount) FROM billing_posting GROUP BY 1)"
    " AND balance <> 0",
    "held": "SELECT id FROM billing_deposit WHERE held < 0 OR held <> 0"
    " AND (id, held) NOT IN (SELECT deposit_id, sum(amount) FROM billing_depositmove GROUP BY 1)",
}


def lies() -> set[str]:
    """Where the books contradict themselves, asked in other words than the product's own recount."""
    return {name for name, query in LIES.items() if found(query)}


def test_the_books_balance_whatever_twelve_writers_do(committed_db: None) -> None:
    """D1: at least 6,000 postings and 300 hostile statements."""
    house, looks = House(20), list[dict[str, list[int]]]()

    def look(over: threading.Event) -> None:
        while not over.wait(0.2):
            looks.append(billing.contradictions())

    with meanwhile(look):
        peaceful = storm(house, 120, hostile=0)
        outcomes = storm(house, 280, hostile=0.15)
    assert Posting.objects.count() >= 6000, outcomes
    assert outcomes["hostile refused"] >= 300 and outcomes["hostile accepted"] == 0, outcomes
    # Hostile statements lock in no order and may run into somebody; the product's own services never do.
    assert peaceful["done"] > 800 and peaceful["DeadlockDetected"] == 0, peaceful
    kinds = {"CHARGE", "CREDIT", "PAYMENT", "PREPAYMENT_USED", "DEPOSIT_DEDUCTED", "DEPOSIT_MOVED", "REFUND", "REVERSAL"}
    assert set(Entry.objects.values_list("kind", flat=True)) == kinds
    assert len(looks) > 20 and not any(looks), looks
    assert lies() == set()
    assert billing.contradictions() == {}


def test_control_without_the_triggers_the_same_storm_leaves_lies(committed_db: None) -> None:
    house = House(6)
    tables, ways = ("entry", "posting", "account", "deposit"), ("an entry off by a fen", "a balance typed", "a deposit typed")
    assert storm(house, 10, hostile=0.3)["hostile accepted"] == 0
    as_owner(*(f"ALTER TABLE billing_{table} DISABLE TRIGGER USER" for table in tables))
    accepted = {attack(name, house.tenants[0]) for name in ways}
    as_owner(*(f"ALTER TABLE billing_{table} ENABLE TRIGGER USER" for table in tables))
    assert accepted == {"hostile accepted"}
    assert lies() >= {"unbalanced", "balances", "held"}
    named = set(billing.contradictions())
    assert {"entries that do not sum to zero", "accounts whose balance is not the sum of their postings"} <= named
    assert "deposits whose held amount is not the sum of their movements" in named
    assert {attack(name, house.tenants[0]) for name in ways} == {"hostile refused"}


def first_charges(house: House, name: str) -> Counter[str]:
    """All tenants of a new building are charged for the first time at once, for the same kinds in different orders."""
    building, start = a_building(name, f"新楼 {name}"), threading.Barrier(WRITERS)
    tenants = [a_tenant(house.cast, building, name=f"{name} 楼第{number}号公司", code="") for number in range(WRITERS)]

    def one(number: int) -> str:
        lines = [a_line("10.00", code=code) for code in random.Random(number).sample(CODES, len(CODES))]
        start.wait(timeout=60)
        try:
            billing.charge(tenants[number], lines, a_stamp(house.cast))
        except OperationalError as error:
            return type(error.__cause__).__name__
        return "done"

    return Counter(together(one))


def test_the_first_charges_of_a_building_never_wait_for_each_other_in_a_ring(committed_db: None) -> None:
    house = House(1)
    assert [first_charges(house, f"N{number}") for number in range(10)] == [{"done": WRITERS}] * 10
    assert billing.contradictions() == {}


def test_control_without_one_order_of_new_accounts_they_do(committed_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    house = House(1)
    monkeypatch.setattr(ledger, "sorted", lambda lines, key: list(lines), raising=False)
    assert sum((first_charges(house, f"N{number}") for number in range(3)), Counter())["DeadlockDetected"] > 0


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


# A5: the last fen of a deposit -----------------------------------------------------------------------------------------


def fens(house: House, count: int) -> list[Deposit]:
    """Deposits of one tenant with a fen held in each."""
    tenant = house.tenants[0]
    held = [billing.expect(tenant, "PASS", FEN, a_stamp(house.cast)) for _number in range(count)]
    a_receipt(house.cast, tenant, str(FEN * count), picks={}, deposits=dict.fromkeys(held, FEN))
    return held


def snatch(house: House, wanted: list[Deposit]) -> Counter[str]:
    """Every writer tries to get the fen of each deposit, all at the same one at the same time."""
    start, [into] = threading.Barrier(WRITERS), Deposit.objects.filter(tenant=house.tenants[0], kind="KEY")
    stamp, kind = a_stamp(house.cast), a_kind("COMPENSATION")
    ways: list[Callable[[Deposit], Any]] = [
        lambda deposit: billing.deduct(deposit, FEN, kind, stamp, billing.Why("损坏")),
        lambda deposit: billing.pay_back(deposit, FEN, "TRANSFER", stamp),
        lambda deposit: billing.transfer(deposit, into, FEN, stamp, "转移"),
    ]

    def one(deposit: Deposit, way: Callable[[Deposit], Any]) -> str:
        start.wait(timeout=60)
        try:
            way(deposit)
        except (Refused, IntegrityError) as error:
            return type(error).__name__
        return "done"

    return sum(together(lambda number: Counter(one(row, ways[(number + row.pk) % 3]) for row in wanted)), Counter())


def overdrawn() -> list[tuple[Any, ...]]:
    return found("SELECT deposit_id FROM billing_depositmove GROUP BY 1 HAVING sum(amount) < 0")


def test_the_last_fen_of_a_deposit_goes_to_one_of_twelve(committed_db: None) -> None:
    """A5: 7,200 tries at 600 deposits of a fen."""
    house = House(1)
    outcomes = snatch(house, fens(house, 600))
    assert outcomes == {"done": 600, "Refused": 600 * (WRITERS - 1)}
    assert not overdrawn() and not Deposit.objects.filter(kind="PASS").exclude(held=0).exists()
    assert billing.contradictions() == {}


def test_control_without_locks_the_database_refuses_and_without_its_rules_it_is_overdrawn(
    committed_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(1)
    first, second = fens(house, 40), fens(house, 40)
    monkeypatch.setattr(deposits, "lock", lambda *rows: [type(row)._base_manager.get(pk=row.pk) for row in rows])
    outcomes = snatch(house, first)
    assert outcomes["done"] == 40 and outcomes["IntegrityError"] > 0 and not overdrawn()
    as_owner("ALTER TABLE billing_deposit DROP CONSTRAINT deposit_not_below_zero")
    snatch(house, second)
    assert overdrawn()


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
