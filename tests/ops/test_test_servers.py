"""The throw-away servers and databases that every test runs on."""

import os
import threading

import pytest
from django.db import connection, connections


@pytest.mark.django_db
def test_tests_speak_to_the_database_as_the_application_not_as_its_owner() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        user, database = cursor.fetchone()
    assert (user, database.startswith("test_")) == ("steward_app", True)


def test_a_committed_database_is_seen_by_other_threads(committed_db) -> None:
    seen: list[str] = []

    def look() -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT current_database()")
            seen.append(cursor.fetchone()[0])
        connections.close_all()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [committed_db.name]


def test_each_committed_database_is_dropped_afterwards(committed_db) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{committed_db.name.rsplit('_', 1)[0]}\\_%"])
        assert [name for (name,) in cursor.fetchall()] == [committed_db.name]


@pytest.mark.django_db
def test_a_test_may_ask_for_the_committed_database_and_carry_the_django_db_mark(transactional_db) -> None:
    assert connection.settings_dict["NAME"] != f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    assert not connection.in_atomic_block


def test_the_cache_is_empty_at_the_start_of_a_test_first() -> None:
    _cache_is_empty_and_gets_dirty()


def test_the_cache_is_empty_at_the_start_of_a_test_second() -> None:
    _cache_is_empty_and_gets_dirty()


def _cache_is_empty_and_gets_dirty() -> None:
    from django.core.cache import cache

    assert cache.get("left") is None
    cache.set("left", "over")
