"""Database and Valkey together, and the environment that leads the product to them."""

import os
import secrets
import shutil
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ops import places
from ops.places import FONTS, Owner
from ops.postgres import Postgres
from ops.say import Failed
from ops.valkey import Valkey

TEMPLATE = "steward_template"


class Servers:
    """Both servers with their data below `home`."""

    def __init__(self, home: Path, who: Owner, logs: Path, *, throw_away: bool = False) -> None:
        home.mkdir(parents=True, exist_ok=True)
        if who.uid != os.getuid():
            home.chmod(0o755)
        self.home, self.who = home, who
        self.postgres = Postgres(home, who, logs / "postgres.log", throw_away=throw_away)
        self.valkey = Valkey(home, who, logs / "valkey.log", throw_away=throw_away)

    def start(self) -> None:
        self.postgres.start()
        self.valkey.start()

    def stop(self) -> None:
        self.valkey.stop()
        self.postgres.stop()

    def environment(self, database: str = "steward") -> dict[str, str]:
        """Addresses only; keys and folders are the caller's."""
        return {
            "DATABASE_URL": self.postgres.url("steward_app", database),
            "MIGRATOR_DATABASE_URL": self.postgres.url("steward_migrator", database),
            "REDIS_URL": self.valkey.url(),
        }


def new_keys() -> dict[str, str]:
    """A fresh SECRET_KEY and a ring of one field key."""
    return {"SECRET_KEY": secrets.token_urlsafe(50), "FIELD_KEYS": f"k1:{_field_key()}"}


def _field_key() -> str:
    """32 random bytes, in letters that the plain and the URL-safe base64 alphabets share."""
    while True:
        text = b64encode(secrets.token_bytes(32)).decode()
        if "+" not in text and "/" not in text:
            return text


@contextmanager
def scratch(name: str = TEMPLATE, cluster: Callable[[Path], None] | None = None) -> Iterator[tuple[Servers, dict[str, str]]]:
    """Throw-away servers with an empty database `name` owned by the migrator, and the environment for them.

    `cluster` may put a cluster that has both already in the place that it is given.
    """
    servers, lock = _scratch_servers()
    try:
        if cluster is not None:
            cluster(servers.postgres.folder)
        servers.start()
        if cluster is None:
            _make_database(servers, name)
        yield servers, servers.environment(name) | new_keys() | _scratch_environment(servers.home)
    finally:
        servers.stop()
        shutil.rmtree(servers.home, ignore_errors=True)
        if servers.postgres.sockets.parent != servers.home:
            shutil.rmtree(servers.postgres.sockets, ignore_errors=True)
        lock.close()


def _make_database(servers: Servers, name: str) -> None:
    servers.postgres.make_roles()
    if name != "steward":
        servers.postgres.psql("-c", f"CREATE DATABASE {name} OWNER steward_migrator")


def _scratch_servers() -> tuple[Servers, IO[str]]:
    who = places.owner()
    for _attempt in range(3):
        home = places.scratch_folder(who)
        lock = places.try_lock(home / "lock")
        if lock is not None:
            return Servers(home, who, home / "log", throw_away=True), lock
    raise Failed("No scratch folder could be made.")


def _scratch_environment(home: Path) -> dict[str, str]:
    media = home / "media"
    media.mkdir(mode=0o700)
    kept = {"MEDIA_ROOT": str(media), "STEWARD_STATIC": "plain", "CONN_MAX_AGE": "0", "DJANGO_SETTINGS_MODULE": "config.settings"}
    if (FONTS / "fonts.conf").exists():
        kept["FONTCONFIG_FILE"] = str(FONTS / "fonts.conf")
    return kept
