"""`make messages` collects the texts to translate; `--check` tells, without touching anything, what a language still lacks."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from ops.places import ROOT
from ops.say import Failed, warn

LANGUAGE = "zh_Hans"
IGNORED = (".venv", ".run", "node_modules", "tests", "bench", "docs", "ops", "docker")
# No connection is made, but the settings want the addresses.
ENVIRONMENT = {
    "DATABASE_URL": "postgresql://steward_app@/steward?host=/nowhere",
    "REDIS_URL": "unix:///nowhere",
    "SECRET_KEY": "only-for-collecting-texts",
    "FIELD_KEYS": "",
}


def collect(root: Path) -> None:
    """Brings locale/zh_Hans below `root` up to the texts of the code below `root`."""
    folder = root / "locale" / LANGUAGE / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    _collect_domain(root, "django")
    if (folder / "djangojs.po").exists():
        _collect_domain(root, "djangojs")


def _collect_domain(root: Path, domain: str) -> None:
    command = [sys.executable, "manage.py", "makemessages", f"--locale={LANGUAGE}", f"--domain={domain}"]
    command += ["--no-obsolete", "--add-location=file", "--no-wrap", *(f"--ignore={name}" for name in IGNORED)]
    done = subprocess.run(command, cwd=root, env=os.environ | ENVIRONMENT, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(f"makemessages failed:\n{done.stderr.strip()[-3000:]}")


def missing() -> list[str]:
    """A line for each text that is untranslated, only guessed (fuzzy), or has other placeholders than the English one."""
    import polib

    with tempfile.TemporaryDirectory(prefix="steward-messages-") as folder:
        copy = Path(folder)
        _copy_sources(copy)
        collect(copy)
        lines: list[str] = []
        for catalogue in sorted((copy / "locale" / LANGUAGE / "LC_MESSAGES").glob("*.po")):
            lines += [_line(entry) for entry in polib.pofile(str(catalogue)) if not entry.obsolete and not entry.translated()]
            lines += _format_errors(catalogue)
        return lines


def _line(entry: object) -> str:
    kind = "guessed" if "fuzzy" in getattr(entry, "flags", []) else "untranslated"
    where = ", ".join(name for name, _number in getattr(entry, "occurrences", []))
    return f"{kind}: {getattr(entry, 'msgid', '')!r} ({where})"


def _format_errors(catalogue: Path) -> list[str]:
    done = subprocess.run(["msgfmt", "--check-format", "-o", "/dev/null", catalogue], capture_output=True, text=True)
    return [] if done.returncode == 0 else done.stderr.strip().splitlines()


def _copy_sources(target: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        source = ROOT / name
        if source.suffix in {".py", ".html", ".txt", ".js", ".po"} and source.is_file() and Path(name).parts[0] not in IGNORED:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target / name)


def main() -> int:
    if shutil.which("xgettext") is None:
        warn("GNU gettext is needed for this and is not installed (Debian: apt-get install gettext).")
        return 1
    try:
        if "--check" not in sys.argv:
            collect(ROOT)
            return 0
        lines = missing()
    except Failed as problem:
        warn(str(problem))
        return 1
    print("\n".join(lines))
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
