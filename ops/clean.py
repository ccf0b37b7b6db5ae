"""`make clean`: removes what make has made, wherever it had to be put."""

import os
import shutil
import sys
from pathlib import Path

from ops import places
from ops.places import ROOT, RUN, VENV
from ops.say import warn

CACHES = (".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache", "test-results", "htmlcov")


def doomed() -> list[Path]:
    outside = Path("/var/lib") / f"steward-{places.fingerprint(ROOT)}"
    sockets = [Path("/tmp") / f"steward-{os.getuid()}-{places.fingerprint(RUN / 'servers')}"]  # noqa: S108
    return [RUN, outside, *sockets, VENV, ROOT / "node_modules", *(ROOT / name for name in CACHES)]


def main() -> int:
    lock = places.try_lock(RUN / "lock")
    if lock is None:
        warn("A stack runs in this checkout; stop it first (Ctrl-C in its terminal).")
        return 1
    with lock:
        for folder in doomed():
            shutil.rmtree(folder, ignore_errors=True)
    for catalogue in (ROOT / "locale").glob("*/LC_MESSAGES/*.mo"):
        catalogue.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
