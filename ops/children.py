"""Processes that never outlive the one who started them."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ops.places import Owner
from ops.say import Failed

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


@dataclass
class Program:
    """What to start and how it wants to be stopped."""

    name: str
    command: Sequence[str | os.PathLike[str]]
    log: Path
    env: Mapping[str, str] | None = None
    who: Owner | None = None
    cwd: Path | None = None
    stop_with: signal.Signals = signal.SIGTERM
    # What the kernel sends when the supervisor itself is killed.
    dies_with: signal.Signals = signal.SIGTERM
    patience: float = 10.0
    pass_fds: Sequence[int] = ()


@dataclass
class Child:
    """One running program. Start from the main thread: the kernel ties the child to the thread."""

    program: Program
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    asked: bool = False

    def start(self) -> None:
        self.asked = False
        self.process = spawn(self.program)
        self.started = time.monotonic()

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask(self) -> None:
        """Asks it to stop, once: a second request means hurry to most programs."""
        if self.running and not self.asked:
            self.asked = True
            _signal(self.process, self.program.stop_with)

    def stop(self, hurry: Callable[[], bool] = lambda: False) -> None:
        """Asks, waits as long as the program may take, then insists."""
        if self.process is None:
            return
        self.ask()
        _wait(self.process, self.program.patience, hurry)
        for sign in (signal.SIGQUIT, signal.SIGKILL):
            if self.running:
                _signal(self.process, sign)
                _wait(self.process, 3.0)
        reap_group(self.process.pid)


def _signal(process: subprocess.Popen[bytes] | None, sign: signal.Signals) -> None:
    if process is not None:
        with suppress(ProcessLookupError):
            process.send_signal(sign)


def _wait(process: subprocess.Popen[bytes], patience: float, hurry: Callable[[], bool] = lambda: False) -> None:
    until = time.monotonic() + patience
    while process.poll() is None and time.monotonic() < until and not hurry():
        time.sleep(0.02)


def reap_group(leader: int) -> None:
    """Every child leads its own session, so what is left of its group is its own offspring."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def spawn(program: Program) -> subprocess.Popen[bytes]:
    """Own session, or Ctrl-C at the terminal would hit the database before the worker has finished."""
    program.log.parent.mkdir(parents=True, exist_ok=True)
    account: dict[str, object] = {}
    if program.who is not None and program.who.uid != os.getuid():
        account = {"user": program.who.uid, "group": program.who.gid, "extra_groups": []}
    with program.log.open("ab") as log:
        return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
            [os.fspath(part) for part in program.command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=dict(program.env) if program.env is not None else None,
            cwd=program.cwd,
            start_new_session=True,
            pass_fds=program.pass_fds,
            preexec_fn=_tie(program.dies_with, os.getpid()),  # noqa: PLW1509
            **account,
        )


def _tie(sign: signal.Signals, parent: int) -> Callable[[], None]:
    def tie() -> None:
        # A shell's background job inherits SIGINT ignored.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if hasattr(LIBC, "prctl"):
            LIBC.prctl(PR_SET_PDEATHSIG, int(sign), 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

    return tie


def finish(program: Program) -> None:
    """Runs the program to its end. Raises Failed with its last words when it did not succeed."""
    child = Child(program)
    begin = program.log.stat().st_size if program.log.exists() else 0
    child.start()
    assert child.process is not None
    try:
        code = child.process.wait()
    except BaseException:
        child.stop()
        raise
    if code != 0:
        raise Failed(f"{program.name} failed (exit {code}). Its last words, in full in {program.log}:\n{_since(program.log, begin)}")


def _since(log: Path, begin: int) -> str:
    with log.open("rb") as handle:
        handle.seek(begin)
        lines = handle.read().decode("utf-8", "replace").splitlines()[-25:]
    return "\n".join(f"    {line}" for line in lines)
