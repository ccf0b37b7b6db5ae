"""What the person at the terminal reads while something takes time."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Failed(Exception):
    """Something the person has to know; its text is all that is printed."""


def line(text: str = "") -> None:
    print(text, flush=True)


def warn(text: str) -> None:
    print(f"! {text}", file=sys.stderr, flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Prints what is being done now and, when it is done, how long it took."""
    print(f"  {text} ...", end="", flush=True)
    started = time.monotonic()
    try:
        yield
    except BaseException as problem:
        print(" failed" if isinstance(problem, Exception) else " interrupted", flush=True)
        raise
    print(f" {time.monotonic() - started:.1f} s", flush=True)


def tail(log: Path, lines: int = 20) -> str:
    """The last lines of a log, indented, or a note that there are none."""
    try:
        kept = log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
    except OSError:
        kept = []
    return "\n".join(f"    {text}" for text in kept) or "    (the log is empty)"
