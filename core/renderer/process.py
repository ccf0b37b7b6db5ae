"""Starts the process that lays pages out, hands it one page at a time, and ends it when it goes wrong."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Lock
from time import monotonic

from core.renderer import engine

LIMIT_SECONDS, LIMIT_MEGABYTES = 20, 512
# A renderer grows a little with every page; a new one after so many keeps the limit of memory for the page.
PAGES_EACH = 300
# It ends itself at the limit; this much later it is ended from here.
GRACE_SECONDS = 3
ROOT = Path(__file__).resolve().parents[2]


class Failed(Exception):
    """The page could not be laid out; says why, for the log."""


class TooMuch(Failed):
    """The page took more time or memory than a page may."""


class Renderer:
    """One process that lays pages out, started when first needed. Threads take turns; a fork starts its own."""

    _child: subprocess.Popen[bytes] | None

    def __init__(self, fonts: Path, *, seconds: int = LIMIT_SECONDS, megabytes: int = LIMIT_MEGABYTES) -> None:
        self.fonts, self.seconds, self.megabytes = fonts, seconds, megabytes
        self._forget()

    def pdf(self, page: str) -> bytes:
        """The page as PDF. Raises TooMuch beyond the limits of time and memory, Failed for a page that is wrong."""
        if self._owner != os.getpid():
            self._forget()
        if not self._lock.acquire(timeout=self.seconds):
            raise TooMuch("the renderer was busy with other pages")
        try:
            return self._answered(page.encode())
        finally:
            self._lock.release()

    def close(self) -> None:
        """Ends the process; the next page starts another."""
        child, self._child = self._child, None
        if child is None or self._owner != os.getpid():
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            with suppress(OSError):
                pipe.close()  # type: ignore[union-attr]

    def _forget(self) -> None:
        self._child = None
        self._lock, self._owner, self._pages = Lock(), os.getpid(), 0

    def _answered(self, page: bytes) -> bytes:
        child, answer = self._ready(), b""
        self._pages += 1
        try:
            answer = _exchange(child, page, until=monotonic() + self._patience())
        finally:
            if answer[:1] not in (engine.PDF, engine.FAILED):
                self.close()
        if answer.startswith(engine.PDF):
            return answer[1:]
        if answer.startswith(engine.FAILED):
            raise Failed(answer[1:].decode(errors="replace"))
        raise TooMuch(f"more than {self.seconds} s or {self.megabytes} MB (ended with {child.returncode})")

    def _patience(self) -> int:
        return self.seconds + GRACE_SECONDS + (engine.START_SECONDS if self._pages == 1 else 0)

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._child is not None and (self._pages >= PAGES_EACH or self._child.poll() is not None):
            self.close()
        child = self._child or self._start()
        if self._child is not child:
            self._child, self._pages = child, 0
        return child

    def _start(self) -> subprocess.Popen[bytes]:
        """A clean process, not a fork: a fork of a busy web worker would copy its locks, connections and keys."""
        command = [sys.executable, "-m", "core.renderer.engine", str(self.seconds), str(self.megabytes)]
        environment = {name: os.environ[name] for name in ("PATH", "TMPDIR", "PYTHONPYCACHEPREFIX") if name in os.environ}
        environment["LANG"] = "C.UTF-8"
        if self.fonts.exists():
            environment["FONTCONFIG_FILE"] = str(self.fonts)
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=environment)


def _exchange(child: subprocess.Popen[bytes], page: bytes, *, until: float) -> bytes:
    """Sends the page and returns the answer; empty when the process ended or the time is over."""
    try:
        engine.send(child.stdin, page)  # type: ignore[arg-type]
    except BrokenPipeError:
        return b""
    head = _read(child, engine.LENGTH.size, until=until)
    return _read(child, engine.LENGTH.unpack(head)[0], until=until) if head else b""


def _read(child: subprocess.Popen[bytes], wanted: int, *, until: float) -> bytes:
    """So many bytes, or none when the process ends or time runs out before."""
    pipe, got, watch = child.stdout.fileno(), b"", select.poll()  # type: ignore[union-attr]
    watch.register(pipe, select.POLLIN)
    while len(got) < wanted:
        ready = watch.poll(max(until - monotonic(), 0) * 1000)
        piece = os.read(pipe, min(wanted - len(got), 1 << 20)) if ready else b""
        if not piece:
            return b""
        got += piece
    return got
