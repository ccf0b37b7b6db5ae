"""Databases of the tests: copies of the migrated template, spoken to as the application's own role."""

import os
from collections.abc import Callable, Iterator
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


class Grounds:
    """What the tests of this worker stand on; each takes back to it what it did.

    A bare copy of the template, or a copy that was furnished once with committed rows; and on it perhaps an open
    transaction with rows that several tests in a row share.
    """

    def __init__(self, bare: str) -> None:
        self.bare = self.here = bare
        self.furnished: dict[str, Any] = {}
        self._atomic: Any = None
        self._shared: Any = None
        self.made: Any = None

    def bare_copy(self) -> None:
        self._go_to(self.bare)

    def furnished_copy(self, name: str, furnish: Callable[[], Any]) -> Any:
        """What `furnish` gave when it committed its rows to the copy of this name."""
        database = f"{name}_{worker()}"
        if database not in self.furnished:
            self.leave()
            _copy(database)
            _point_at(database)
            self.here = database
            self.furnished[database] = furnish()
        self._go_to(database)
        return self.furnished[database]

    def share(self, what: Any, make: Callable[[], Any]) -> Any:
        """What `make` gave, kept until a test shares something else or nothing."""
        from django.db import transaction

        if self._atomic is None or what != self._shared:
            self.leave()
            self._atomic = transaction.atomic()
            # As in Django's TestCase: the product's outermost transactions may open inside.
            self._atomic._from_testcase = True
            self._atomic.__enter__()
            self._shared = what
            try:
                self.made = make()
            except BaseException:
                self.leave()
                raise
        return self.made

    def leave(self) -> None:
        """Nothing is shared any more."""
        from django.db import transaction

        if self._atomic is not None:
            atomic, self._atomic, self._shared, self.made = self._atomic, None, None, None
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)

    def _go_to(self, database: str) -> None:
        if self.here != database:
            self.leave()
            _point_at(database)
            self.here = database


@pytest.fixture(scope="session")
def grounds(django_test_environment: None, django_db_blocker: Any) -> Iterator[Grounds]:
    """This worker's databases; tests in them are rolled back."""
    with django_db_blocker.unblock():
        found = Grounds(f"test_{worker()}")
        _copy(found.bare)
        _point_at(found.bare)
    yield found
    with django_db_blocker.unblock():
        found.leave()
        _point_at(found.bare)
        for name in (found.bare, *found.furnished):
            _drop(name)


@pytest.fixture(scope="session")
def django_db_setup(grounds: Grounds) -> None:
    """The databases of the tests are there."""


@pytest.fixture
def ground(grounds: Grounds) -> None:
    """Where the test stands: on a bare copy, unless the tests say otherwise."""
    grounds.bare_copy()
    grounds.leave()


@pytest.fixture
def committed_db(grounds: Grounds, django_db_setup: None, django_db_blocker: Any) -> Iterator[SimpleNamespace]:
    """A database of this test's own for real commits, threads and processes. Gives `.name` and `.url`.

    The application's role may not TRUNCATE, so pytest-django's way of cleaning up after commits can't be used.
    """
    from django.db import connections

    name, before = f"test_{worker()}_{next(NUMBERS)}", connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock():
        grounds.leave()
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
def _django_db_helper(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """pytest-django's wrapping in a rolled-back transaction, except where the test commits."""
    marker = request.node.get_closest_marker("django_db")
    if marker is not None and (marker.args or marker.kwargs.get("transaction")):
        pytest.fail("Use the fixture committed_db instead of django_db(transaction=True).", pytrace=False)
    if "committed_db" in request.fixturenames:
        request.getfixturevalue("committed_db")
    else:
        with django_db_blocker.unblock():
            request.getfixturevalue("ground")
        request.getfixturevalue("_django_db_helper")
    yield


@pytest.fixture
def live_server(committed_db: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveServer]:
    """The product on a port of 127.0.0.1, with its static files. Gives `.url`."""
    from django.db import connections

    # As a live server: a browser's connections keep theirs to the database, which is slow until it has seen every table.
    for alias in connections:
        monkeypatch.setitem(connections[alias].settings_dict, "CONN_MAX_AGE", 60)
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
