"""`make lint`: every check that needs no running product. All of them run, then it says which failed."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from ops.places import ROOT, VENV
from ops.say import line
from ops.servers import scratch

BIN = VENV / "bin"
APPS = [
    *("core", "staff", "premises", "rounds", "tenants", "billing", "complaints", "repairs", "fitout", "cleaning", "moveout"),
    *("gasops", "relations", "events", "frontdesk"),
]
PRODUCTION = {
    "DEBUG": "0",
    "HTTPS": "1",
    "BEHIND_PROXY": "1",
    "ALLOWED_HOSTS": "steward.example.org",
    "CSRF_TRUSTED_ORIGINS": "https://steward.example.org",
    "STEWARD_STATIC": "manifest",
}
# Written so that this file doesn't find itself.
FOREIGN = {
    "the address of a package server": re.compile(
        r"py[p]i\.(org|python)|python[h]osted|registry\.np[m]js|np[m]mirror|deb\.[d]ebian\.org|https?://[^\s\"']*/(simple|packages)/"
        r"|\"[r]esolved\"\s*:|[i]ndex-url\b|--[f]ind-links|[f]ile:///",
        re.IGNORECASE,
    ),
    "a path of somebody's machine": re.compile(r"(?<![\w./<>{}])/(?:[w]ork|[f]arm|[r]oot|[h]ome/[a-z]+)/"),
}
Check = Callable[[], str]


def run(*command: str | Path, env: dict[str, str] | None = None) -> str:
    """Empty when the command succeeded, else what it said."""
    done = subprocess.run(command, cwd=ROOT, env=os.environ | (env or {}), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return "" if done.returncode == 0 else done.stdout.strip() or f"exit {done.returncode}"


def style() -> str:
    return run(BIN / "ruff", "check", "--quiet", ".")


def layout() -> str:
    return run(BIN / "ruff", "format", "--check", "--quiet", ".")


def types() -> str:
    apps = [name for name in APPS if (ROOT / name / "__init__.py").exists()]
    with_settings = {"DATABASE_URL": "postgresql://a@/a?host=/nowhere", "REDIS_URL": "unix:///nowhere", "SECRET_KEY": "types"}
    return run(BIN / "mypy", "--no-error-summary", "config", *apps, "ops", "manage.py", env=with_settings)


def imports() -> str:
    return run(BIN / "lint-imports", "--no-cache")


def templates() -> str:
    return run(BIN / "djlint", "templates", "--lint", "--quiet")


def migrations_and_deployment() -> str:
    """On a database of its own: no model without its migration, and no warning with the settings of a real deployment."""
    with scratch("steward") as (_servers, environment):
        python, production = BIN / "python", environment | PRODUCTION
        return "\n".join(
            filter(
                None,
                (
                    run(python, "manage.py", "makemigrations", "--check", "--dry-run", env=environment),
                    run(python, "manage.py", "check", "--deploy", "--fail-level", "WARNING", env=production),
                ),
            )
        )


def translations() -> str:
    if shutil.which("xgettext") is None:
        return "GNU gettext is needed to check the translations (Debian: apt-get install gettext)"
    return run(BIN / "python", "-m", "ops.messages", "--check")


def shell_scripts() -> str:
    return run("bash", "-n", ".ci/run")


def foreign_names() -> str:
    """What belongs to one machine must not be committed."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True).stdout.split("\0")
    return "\n".join(found for name in filter(None, names) for found in _foreign_in(ROOT / name))


def _foreign_in(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    found = []
    for number, text in enumerate(lines, 1):
        found += [f"{path.relative_to(ROOT)}:{number}: {what}" for what, pattern in FOREIGN.items() if pattern.search(text)]
    return found


CHECKS: dict[str, Check] = {
    "style (ruff check)": style,
    "layout (ruff format)": layout,
    "types (mypy)": types,
    "imports (import-linter)": imports,
    "templates (djlint)": templates,
    "migrations and deployment": migrations_and_deployment,
    "translations": translations,
    "shell scripts": shell_scripts,
    "names of one machine": foreign_names,
}


def main() -> int:
    """`ops.lint NAME ...` runs only the checks whose names begin so."""
    chosen = {name: check for name, check in CHECKS.items() if not sys.argv[1:] or name.startswith(tuple(sys.argv[1:]))}
    failed = [name for name, check in chosen.items() if not _passes(name, check)]
    line(f"lint: {len(chosen) - len(failed)} of {len(chosen)} checks passed" + (f"; failed: {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


def _passes(name: str, check: Check) -> bool:
    started = time.monotonic()
    complaint = check()
    line(f"{'FAILED' if complaint else 'ok':7}{name} {time.monotonic() - started:.1f} s")
    if complaint:
        line("\n".join(f"    {text}" for text in complaint.splitlines()))
    return not complaint


if __name__ == "__main__":
    sys.exit(main())
