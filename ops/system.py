"""Debian packages that pip and npm can't bring. Installed when we may, else named in one line."""

import ctypes.util
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from ops.places import RUN
from ops.say import step, warn


class Need(NamedTuple):
    package: str
    purpose: str
    present: Callable[[], bool]


def _program(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name) for name in names)


def _library(name: str) -> Callable[[], bool]:
    return lambda: ctypes.util.find_library(name) is not None


RUNNING = (
    Need("libpango-1.0-0", "printing forms", _library("pango-1.0")),
    Need("libpangoft2-1.0-0", "printing forms", _library("pangoft2-1.0")),
    Need("libharfbuzz-subset0", "printing forms quickly", _library("harfbuzz-subset")),
)
TESTING = (
    Need("chromium", "browser tests", _program("chromium", "chromium-browser", "google-chrome")),
    Need("libatomic1", "browser tests", _library("atomic")),
    Need("poppler-utils", "reading printed forms back in tests", _program("pdftotext")),
    Need("gettext", "checking translations", _program("xgettext")),
)


def provide(needs: Iterable[Need]) -> None:
    """Installs what is missing as root on Debian or Ubuntu; otherwise says what will not work, and goes on."""
    missing = [need for need in needs if not need.present()]
    if not missing:
        return
    names = " ".join(need.package for need in missing)
    if os.getuid() != 0 or shutil.which("apt-get") is None:
        purposes = ", ".join(dict.fromkeys(need.purpose for need in missing))
        warn(f"Not on this machine: {names} (for {purposes}). To have them: sudo apt-get install {names}")
        return
    with step(f"System packages: {names}"):
        installed = _install([need.package for need in missing])
    if not installed:
        warn(f"apt-get could not install {names} (see {RUN / 'log' / 'apt.log'}); going on without.")


def _install(packages: list[str]) -> bool:
    """Refreshes apt's lists only when they don't know the packages: a new machine has none."""
    return _apt("install", *packages) or (_apt("update") and _apt("install", *packages))


def _apt(verb: str, *packages: str) -> bool:
    log = RUN / "log" / "apt.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    options = ["-y", "-q", "-o", "DPkg::Lock::Timeout=180"] + (["--no-install-recommends"] if verb == "install" else [])
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    with log.open("ab") as out:
        done = subprocess.run(
            ["apt-get", *options, verb, *packages], stdout=out, stderr=out, stdin=subprocess.DEVNULL, env=environment, cwd=Path("/")
        )
    return done.returncode == 0
