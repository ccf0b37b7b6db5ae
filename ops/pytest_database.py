"""Databases of the tests: copies of the migrated template, spoken to as the application's own role."""

import os
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pytest_django.live_server_helper import LiveServer

from ops.pytest_servers import worker
from ops.servers import TEMPLATE

NUMBERS = count(1)
SESSION_NAME = pytest.StashKey[str]()


def _say(role: str, statement: str) -> None:
    """Runs a statement outside a transaction and outside Django."""
    import psycopg2

    folder = parse_qs(urlsplit(os.environ["MIGRATOR_DATABASE_URL"]).query)["host"][0]
    with closing(psycopg2.connect(host=folder, user=role, dbname="postgres")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)


def _copy(name: str) -> None:
    _say("steward_migrator", f'CREATE DATABASE "{name}" TEMPLATE {TEMPLATE} STRATEGY FILE_COPY')


def _drop(name: str) -> None:
    # Only the superuser may end the application's connections that linger.
    _say("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _point_at(name: str) -> None:
    """Every alias, in every thread: new connections read the same settings dictionary."""
    from django.db import connections

    connections.close_all()
    for alias in ("default", "migrator"):
        connections[alias].settings_dict["NAME"] = name


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """This worker's database; tests in it are rolled back."""
    name = f"test_{worker()}"
    with django_db_blocker.unblock():
        _copy(name)
        _point_at(name)
    yield
    with django_db_blocker.unblock():
        _point_at(name)
        _drop(name)


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[SimpleNamespace]:
    """A database of this test's own for real commits, threads and processes. Gives `.name` and `.url`.

    The application's role may not TRUNCATE, so pytest-django's way of cleaning up after commits can't be used.
    """
    from django.db import connections

    name, before = f"test_{worker()}_{next(NUMBERS)}", connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock():
        _copy(name)
        _point_at(name)
        url = os.environ["DATABASE_URL"].replace(f"/{TEMPLATE}?", f"/{name}?")
        try:
            yield SimpleNamespace(name=name, url=url)
        finally:
            _point_at(before)
            _drop(name)


@pytest.fixture
def transactional_db(committed_db: SimpleNamespace) -> None:
    """The usual name for the same thing."""


@pytest.fixture
def _django_db_helper(request: pytest.FixtureRequest) -> Iterator[None]:
    """pytest-django's wrapping in a rolled-back transaction, except where the test commits."""
    marker = request.node.get_closest_marker("django_db")
    if marker is not None and (marker.args or marker.kwargs.get("transaction")):
        pytest.fail("Use the fixture committed_db instead of django_db(transaction=True).", pytrace=False)
    request.getfixturevalue("committed_db" if "committed_db" in request.fixturenames else "_django_db_helper")
    yield


@pytest.fixture
def live_server(committed_db: SimpleNamespace) -> Iterator[LiveServer]:
    """The product on a port of 127.0.0.1, with its static files. Gives `.url`."""
    server = LiveServer("127.0.0.1")
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(autouse=True)
def _clean_cache() -> Iterator[None]:
    """Sessions, rate limits and the broker of this worker, emptied after each test; under a millisecond."""
    yield
    from redis import Redis

    for name in ("REDIS_URL", "CACHE_URL"):
        with closing(Redis.from_url(os.environ[name])) as server:
            server.flushdb()
