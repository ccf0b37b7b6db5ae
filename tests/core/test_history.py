"""The trail is written by the database and nobody can bend it, the application's own role included."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import ProgrammingError, connection, connections, transaction
from django.db.utils import DatabaseError

from core import history
from core.models import HistoryEntry
from tests.conftest import Cast

ATTACKS = [
    "UPDATE audit.history SET note = 'forged'",
    "DELETE FROM audit.history",
    "TRUNCATE audit.history",
    "INSERT INTO audit.history (kind, row_table, row_id) VALUES ('STEP', 'x', 1)",
    "DROP TABLE audit.history",
    "ALTER TABLE audit.history DISABLE TRIGGER ALL",
    "DROP TRIGGER history_is_final ON audit.history",
    "UPDATE history SET note = 'forged'",
    "DELETE FROM history",
    "INSERT INTO history (kind, row_table, row_id) VALUES ('STEP', 'x', 1)",
    "DROP TRIGGER history_keeper ON staff_user",
    "ALTER TABLE staff_user DISABLE TRIGGER history_keeper",
    "ALTER TABLE staff_user DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
    "CREATE OR REPLACE FUNCTION audit.keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "SELECT audit.refuse()",
    "TRUNCATE staff_user CASCADE",
    "SET ROLE steward_migrator",
    "DROP SCHEMA audit CASCADE",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_application_role_cannot_alter_the_trail(cast: Cast, attack: str) -> None:
    before = HistoryEntry.objects.count()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)
    assert HistoryEntry.objects.count() == before > 0


@pytest.mark.parametrize("attack", ["UPDATE audit.history SET note = ''", "DELETE FROM audit.history", "TRUNCATE audit.history"])
def test_even_the_owner_is_refused(committed_db: None, attack: str) -> None:
    from staff.models import User

    User.objects.create_user("somebody", name="某人")
    with pytest.raises(ProgrammingError, match="append-only"), connections["migrator"].cursor() as cursor:
        cursor.execute(attack)


def test_a_change_is_kept_with_person_and_both_values(cast: Cast, tower: Any) -> None:
    with history.acting(cast.records):
        tower.address = "北京市朝阳区新路 1 号"
        tower.save()
    entry = history.timeline(tower)[0]
    assert (entry.kind, entry.actor) == ("CHANGED", cast.records)
    assert [change[2] for change in entry.changes] == ["北京市朝阳区新路 1 号"]


def test_bulk_changes_are_kept_too(cast: Cast, tower: Any) -> None:
    from staff.models import User

    before = HistoryEntry.objects.filter(row_table="staff_user").count()
    changed = User.objects.filter(pk__in=[cast.engineer.pk, cast.cashier.pk]).update(phone="13800138000")
    assert HistoryEntry.objects.filter(row_table="staff_user").count() == before + changed


def test_a_save_that_changes_nothing_leaves_no_line(cast: Cast, tower: Any) -> None:
    before = HistoryEntry.objects.count()
    tower.save()
    assert HistoryEntry.objects.count() == before


def test_a_note_carries_its_author(cast: Cast, tower: Any) -> None:
    history.note(tower, "电梯厅地砖破损，已拍照", by=cast.guard)
    entry = history.timeline(tower)[0]
    assert (entry.kind, entry.actor, entry.note) == ("NOTE", cast.guard, "电梯厅地砖破损，已拍照")


def test_the_actor_does_not_leak_into_the_next_transaction(committed_db: None) -> None:
    from staff.models import User

    person = User.objects.create_user("first", name="甲")
    with history.acting(person):
        User.objects.filter(pk=person.pk).update(phone="13800138001")
    User.objects.filter(pk=person.pk).update(phone="13800138002")
    actors = list(HistoryEntry.objects.filter(row_table="staff_user", kind="CHANGED").order_by("id").values_list("actor_id", flat=True))
    assert actors == [person.pk, None]
