"""The books under fire: twelve writers and hostile statements (D1), and the last fen of a deposit (A5).

Each race and fault has a control: the same work with its guard taken away, where the same look must find the damage.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from billing import services as billing
from billing.flow import RECEIPT_FLOW
from billing.models import Charge, Deposit, Entry, Posting, Receipt
from billing.services import bills, credits, deposits, ledger
from core.flow import Refused
from tests.billing.factories import TODAY, a_kind, a_line, a_receipt, a_stamp
from tests.billing.test_reversals import BEHIND_ITS_RECEIPT
from tests.conftest import a_building
from tests.ordeal.house import CODES, FEN, METHODS, House, as_owner, found, lies, meanwhile, some, together
from tests.ordeal.test_races import WRITERS
from tests.tenants.factories import a_tenant

pytestmark = [pytest.mark.ordeal, pytest.mark.timeout(600)]

# D1: whatever twelve writers do, the books balance --------------------------------------------------------------------


def deposit_of(dice: random.Random, tenant: Any) -> Deposit:
    return dice.choice(list(Deposit.objects.filter(tenant=tenant).order_by("pk")))


def reverse(dice: random.Random, tenant: Any, stamp: billing.Stamp) -> None:
    """A receipt is made void, what has no paper is reversed as it is."""
    standing = Entry.objects.filter(tenant=tenant, reverses=None, reversed_by=None).order_by("-pk")
    for entry in standing[dice.randrange(12) :][:1]:
        if receipt := Receipt.objects.filter(entry=entry).first():
            RECEIPT_FLOW.take(receipt, "void", by=stamp.by, at=stamp.at, note="录入错误")
        else:
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
    "a receipt's money taken back behind it": BEHIND_ITS_RECEIPT,
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
    assert Receipt.objects.filter(state="VOID").exists()
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
