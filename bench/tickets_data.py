"""Tickets for the big data set: work orders with return visits and history, and a complaint for every tenth of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connections

from bench import dataset
from premises.models import Building, Unit
from staff.models import Department, Post, PostTerritory, User

TABLES = ("repairs_workorder", "repairs_returnvisit", "complaints_complaint", "audit.history")
STATEMENTS = (Path(__file__).parent / "tickets.sql").read_text(encoding="utf8").split(";\n")
# One unit with who lets it: a row for each of the 5,000.
POOL = """
CREATE TEMPORARY TABLE IF NOT EXISTS pool AS
SELECT (row_number() OVER (ORDER BY u.id) - 1)::int AS place_in_pool, u.id AS unit_id, u.building_id, t.id AS tenant_id,
       coalesce(t.name, '') AS company
FROM premises_unit u
LEFT JOIN LATERAL (SELECT tenant_id FROM tenants_lease l WHERE l.unit_id = u.id ORDER BY starts_on DESC LIMIT 1) l ON true
LEFT JOIN tenants_tenant t ON t.id = l.tenant_id
"""
INDEXES = """SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index WHERE indrelid = %s::regclass AND NOT indisunique AND NOT indisexclusion"""
KEYS = """SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
       format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'"""


def clerk() -> User:
    """Somebody of customer service with posts in every tower, over towers, units and tenants; made where there are none."""
    return User.objects.filter(username="clerk").first() or dataset.load(is_searched=False)


def technician() -> User:
    """Somebody of engineering in every tower."""
    user, is_new = User.objects.get_or_create(username="technician", defaults={"name": "张伟"})
    if is_new:
        department = Department.objects.get(code="ENGINEERING")
        post = Post.objects.create(user=user, department=department, rank="MEMBER", starts_on=dt.date(2020, 1, 1))
        towers = Building.objects.values_list("pk", flat=True)
        PostTerritory.objects.bulk_create([PostTerritory(post=post, territory_id=pk) for pk in towers])
    return user


def load(first: int, last: int, *, clerk: User, technician: User) -> None:
    """Writes the work orders from the first to the last past the history triggers, and what hangs on them.

    Check and unique constraints hold row by row; foreign keys and the other indexes are put back, and so checked, at the end.
    """
    if not Unit.objects.exists():
        raise SystemExit("the data set is empty")
    parameters = {"first": first, "last": last, "clerk": clerk.pk, "technician": technician.pk}
    with connections["migrator"].cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '256MB'")
        cursor.execute(POOL)
        with bare(cursor):
            for statement in filter(str.strip, STATEMENTS):
                cursor.execute(statement, parameters)
        cursor.execute("VACUUM ANALYZE repairs_workorder, repairs_returnvisit, complaints_complaint, premises_unit, tenants_tenant")


@contextmanager
def bare(cursor: Any) -> Iterator[None]:
    """The tables without history triggers, foreign keys and plain indexes; whoever fills them row by row waits ten times as long."""
    again = []
    for table in TABLES:
        for question in (KEYS, INDEXES):
            cursor.execute(question, [table])
            for drop, make in cursor.fetchall():
                cursor.execute(drop)
                again.append(make)
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    for table in TABLES:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    for make in reversed(again):
        cursor.execute(make)
