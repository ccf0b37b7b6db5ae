"""Races and faults on a real database, longer than the suite has time for: `make ordeal`."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from core import numbering
from core.flow import Refused
from premises import services as premises
from premises.models import Key, KeyLoan
from tenants.models import Lease
from tenants.services import add_lease
from tests.conftest import Cast, a_building, a_unit
from tests.tenants.factories import a_tenant

pytestmark = [pytest.mark.ordeal, pytest.mark.timeout(600)]
DAY = date(2026, 11, 23)
WRITERS = 12


def in_parallel(work: Any, count: int, workers: int = WRITERS) -> list[Any]:
    """The answers of `work(n)` for each n; every thread closes its connection."""

    def one(number: int) -> Any:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, range(count)))


def test_numbers_have_no_gap_when_one_in_ten_rolls_back_and_connections_are_killed(committed_db: None) -> None:
    """D2: 4,000 tries, 10 % rolled back, a backend killed every fiftieth time."""
    dice = random.Random(7)
    fates, killed = [dice.random() for _ in range(4000)], []

    def create(number: int) -> str | None:
        try:
            with transaction.atomic():
                given = numbering.next_number("TT", DAY)
                if number % 50 == 0:
                    killed.append(kill_one_backend())
                if fates[number] < 0.1:
                    transaction.set_rollback(True)
                    return None
            return given
        except DatabaseError:
            # Killed: whether it was committed is settled below, by the counter itself.
            connection.close()
            return None

    given = sorted(number for number in in_parallel(create, 4000) if number)
    with connection.cursor() as cursor:
        cursor.execute("SELECT last FROM core_counter WHERE series = 'TT'")
        last = cursor.fetchone()[0]
    assert sum(killed) >= 40
    assert len(set(given)) == len(given)
    # Nothing but an unknown outcome (killed between commit and answer) may be missing from what was told.
    assert last - len(given) <= 5
    assert given[-1] <= f"TT-20261123-{last:04d}"


def kill_one_backend() -> int:
    """Ends some connection of the application, as a failing network would; how many were ended. Only a superuser may."""
    place = {"host": connection.settings_dict["HOST"], "dbname": connection.settings_dict["NAME"]}
    with closing(psycopg2.connect(user="postgres", **place)) as superuser, superuser.cursor() as cursor:
        superuser.autocommit = True
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND usename = 'steward_app' ORDER BY random() LIMIT 1) one"
        )
        return len(cursor.fetchall())


def test_a_key_is_never_in_two_hands(committed_db: None) -> None:
    """A5: 12 writers issue and return three keys 3,000 times."""
    tower = a_building("A", "云汇中心 A 座")
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    unit = a_unit(tower, "1801")
    keys = [Key.objects.create(building=tower, unit=unit, kind=Key.Kind.UNIT_KEY, number=f"K-{n}") for n in range(3)]

    def turn(number: int) -> str:
        key = Key.objects.get(pk=keys[number % 3].pk)
        try:
            if number % 2:
                premises.return_key(key, by=cast.frontdesk, at=timezone.now())
            else:
                premises.issue_key(key, holder_name=f"第{number}人", by=cast.frontdesk, at=timezone.now())
        except Refused:
            return "refused"
        return "done"

    answers = in_parallel(turn, 3000)
    assert answers.count("done") > 0
    assert len(answers) == 3000
    for key in Key.objects.all():
        loans = list(KeyLoan.objects.filter(key=key).order_by("issued_at", "pk"))
        assert sum(loan.returned_at is None for loan in loans) == (1 if key.state == "OUT" else 0)
        assert all(before.returned_at is not None for before in loans[:-1])


def test_no_two_leases_share_a_day_of_a_unit(committed_db: None) -> None:
    """A5: 12 writers try 1,200 random leases on two units."""
    tower = a_building("A", "云汇中心 A 座")
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    units, tenant = [a_unit(tower, "1801"), a_unit(tower, "1802")], a_tenant(cast, tower)
    dice = random.Random(11)
    spans = [(dice.randrange(2000), dice.randrange(1, 90)) for _ in range(1200)]

    def sign(number: int) -> str:
        start, days = spans[number]
        lease = Lease(
            tenant=tenant,
            unit=units[number % 2],
            contract_number=f"HT-{number}",
            starts_on=DAY + timedelta(days=start),
            ends_on=DAY + timedelta(days=start + days),
        )
        try:
            add_lease(lease, by=cast.leasing)
        except Refused:
            return "refused"
        return "signed"

    answers = in_parallel(sign, 1200)
    assert answers.count("signed") == Lease.objects.count() > 20
    for unit in units:
        leases = list(Lease.objects.filter(unit=unit).order_by("starts_on"))
        assert all(before.ends_on < after.starts_on for before, after in pairwise(leases))
