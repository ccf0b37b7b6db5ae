"""Keeps children running, restarts the ones that die, and stops all of them together."""

import ctypes
import os
import signal
import time
from pathlib import Path
from types import FrameType

from ops.children import PR_SET_PDEATHSIG, Child
from ops.say import Failed, line, tail, warn

LONGEST_WAIT = 30.0
# A child that has lived this long starts again with the shortest wait.
STEADY_AFTER = 60.0
TICK = 0.25


class Stop(BaseException):
    """Somebody asked us to end: Ctrl-C, a closed terminal, or kill."""


class Supervisor:
    """Children are stopped in the reverse order of `groups`: the ones of one group at the same time."""

    def __init__(self) -> None:
        self.groups: list[list[Child]] = []
        self.waits: dict[str, float] = {}
        self.due: dict[str, float] = {}
        self.stopping = self.hurry = False
        self.maker: Maker | None = None

    def catch_signals(self) -> None:
        """Explicitly: a shell's background job inherits SIGINT ignored."""
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, self._asked_to_stop)

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        if self.stopping:
            self.hurry = True
            return
        self.stopping = True
        line("\nStopping ...")
        raise Stop

    def follow(self, child: Child, *, beside: bool = False) -> None:
        """Takes the child on before it starts, so that no signal can fall between. `beside`: stops together with the last one."""
        if beside:
            self.groups[-1].append(child)
        else:
            self.groups.append([child])

    def watch(self, vital: Child | None) -> None:
        """Until a signal arrives. Raises Failed when the vital child dies."""
        while True:
            if vital is not None and not vital.running:
                raise Failed(
                    f"{vital.program.name} has stopped, so everything stops. The end of {vital.program.log}:\n{tail(vital.program.log)}"
                )
            for group in self.groups:
                for child in group:
                    self._mend(child)
            if self.maker is not None and self.maker.was_interrupted():
                self._asked_to_stop(signal.SIGINT, None)
            time.sleep(TICK)

    def _mend(self, child: Child) -> None:
        if child.running or child.process is None:
            return
        name, now = child.program.name, time.monotonic()
        if name not in self.due:
            wait = self._next_wait(child, now)
            self.due[name] = now + wait
            warn(f"{name} has stopped (exit {child.process.returncode}); starting it again in {wait:.0f} s. Its log: {child.program.log}")
        elif now >= self.due[name]:
            del self.due[name]
            child.start()
            line(f"  {name} started again")

    def _next_wait(self, child: Child, now: float) -> float:
        name = child.program.name
        steady = now - child.started > STEADY_AFTER
        self.waits[name] = 1.0 if steady else min(self.waits.get(name, 0.5) * 2, LONGEST_WAIT)
        return self.waits[name]

    def stop(self) -> None:
        """Last group first. A second Ctrl-C stops waiting for anybody."""
        self.stopping = True
        for group in reversed(self.groups):
            for child in group:
                child.ask()
            for child in group:
                child.stop(lambda: self.hurry)


class Maker:
    """The `make` that we were started by. When it ends, so do we, and with us everything we started."""

    def __init__(self) -> None:
        self.pid = os.getppid()
        self.caught = self._catches_sigint()
        libc = ctypes.CDLL(None)
        if hasattr(libc, "prctl"):
            libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
        if os.getppid() != self.pid:
            raise Stop

    def was_interrupted(self) -> bool:
        """Sent to it alone, make doesn't pass SIGINT on: it stops catching it and waits for us for ever."""
        return self.caught and not self._catches_sigint()

    def _catches_sigint(self) -> bool:
        try:
            status = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8")
        except OSError:
            return False
        caught = next((text.split()[1] for text in status.splitlines() if text.startswith("SigCgt:")), "0")
        return bool(int(caught, 16) >> (signal.SIGINT - 1) & 1)
