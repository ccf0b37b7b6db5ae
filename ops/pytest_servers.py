"""pytest plugin: one throw-away PostgreSQL and Valkey per run, before Django's settings are read.

Only the process that steers the run starts them; xdist's workers inherit the addresses and take databases of their own.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial

import pytest

from ops import templates
from ops.environment import GIVEN
from ops.places import ROOT, RUN
from ops.servers import Servers, scratch

if sys.dont_write_bytecode:
    # As the Makefile does: compiled once, but not beside the sources.
    sys.dont_write_bytecode, sys.pycache_prefix = False, str(RUN / "pycache")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix

RUNNING = pytest.StashKey[ExitStack]()
INNER = "STEWARD_TEST_SERVERS"


def worker() -> str:
    """`gw0`, `gw1` ... under xdist, else `main`."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    # A wrapper, because pytest-django reads the settings in the first plain implementation of this hook.
    if not _only_asks(early_config):
        _give_servers(early_config)
    return (yield)


def _only_asks(config: pytest.Config) -> bool:
    """--help and --version start nothing; --collect-only imports models but never connects."""
    known = config.known_args_namespace
    return bool(getattr(known, "help", False) or getattr(known, "version", 0))


def _give_servers(config: pytest.Config) -> None:
    if worker() == "main" and INNER not in os.environ:
        # The caller's own addresses and switches are not for the tests.
        for name in GIVEN:
            os.environ.pop(name, None)
        config.stash[RUNNING] = ExitStack()
        kept = templates.find()
        cluster = None if kept is None else partial(templates.copy, kept / "pg")
        servers, environment = config.stash[RUNNING].enter_context(scratch(cluster=cluster))
        os.environ.update(environment)
        os.environ[INNER] = str(servers.postgres.sockets)
        if not config.known_args_namespace.__dict__.get("collectonly") and (kept is None or not templates.is_exact(kept)):
            _migrate(config, servers)
    _own_valkey_databases()


def _migrate(config: pytest.Config, servers: Servers) -> None:
    command = [sys.executable, "manage.py", "migrate", "--database=migrator", "--verbosity=0", "--no-input", "--skip-checks"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        config.stash[RUNNING].close()
        raise pytest.UsageError(f"migrate failed:\n{(done.stdout + done.stderr)[-6000:]}")
    # Statistics as a live database has them; autovacuum is off here.
    servers.postgres.psql("-c", "ANALYZE", database=servers_database())
    templates.keep(servers)


def servers_database() -> str:
    return os.environ["DATABASE_URL"].rpartition("?")[0].rpartition("/")[2]


def _own_valkey_databases() -> None:
    """A pair of numbers for each worker, so that one worker's cleaning never touches another's sessions."""
    number = int(worker()[2:]) + 1 if worker() != "main" else 0
    socket = os.environ["REDIS_URL"].partition("?")[0]
    os.environ["REDIS_URL"] = f"{socket}?db={number * 2}"
    os.environ["CACHE_URL"] = f"{socket}?db={number * 2 + 1}"


def pytest_configure(config: pytest.Config) -> None:
    """Registered this late, their fixtures win over the ones of pytest-django of the same name."""
    from ops import pytest_browser, pytest_database

    for plugin in (pytest_database, pytest_browser):
        config.pluginmanager.register(plugin)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    if RUNNING in config.stash:
        config.stash[RUNNING].close()
