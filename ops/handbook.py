"""`make handbook`: how much of the handbook is proven by tests that passed on this very tree."""

import csv
import hashlib
import json
import subprocess
import sys
from itertools import groupby
from typing import NamedTuple

from ops.places import ROOT, RUN

CLAUSES = ROOT / "docs" / "handbook.csv"
RESULTS = RUN / "clauses.json"
# What a test's outcome can hang on.
WATCHED = (".py", ".html", ".css", ".js", ".svg", ".sql", ".po", ".csv", ".txt", ".toml", ".json", ".xlsx")


class Clause(NamedTuple):
    id: str
    app: str
    kind: str
    summary: str


def clauses() -> list[Clause]:
    with CLAUSES.open(encoding="utf-8", newline="") as rows:
        return [Clause(**row) for row in csv.DictReader(rows)]


def tree_digest() -> str:
    """Changes with every file of the project that a test could notice."""
    digest = hashlib.sha256()
    for name in sorted(_files()):
        path = ROOT / name
        if name.endswith(WATCHED) and path.is_file():
            digest.update(name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _files() -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode == 0:
        return done.stdout.split("\0")
    hidden = (".run", ".venv", "node_modules", ".git")
    return [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.relative_to(ROOT).parts[0] not in hidden]


def results() -> dict[str, list[str]] | None:
    """Clause to the tests that prove it, from the last run of the whole suite; None when the tree has changed since."""
    try:
        last = json.loads(RESULTS.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return last["proven"] if last.get("tree") == tree_digest() else None


def run_clause_tests() -> dict[str, list[str]]:
    """Runs the tests that carry a clause. Their failures are shown and prove nothing."""
    print("No results for this tree yet: running the tests that carry a clause.", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup", "-m", "clause and not ordeal", "--clauses"]
    subprocess.run(command, cwd=ROOT)
    return results() or {}


def report(proven: dict[str, list[str]]) -> str:
    known = sorted(clauses(), key=lambda clause: clause.app)
    lines: list[str] = []
    for app, group in groupby(known, key=lambda clause: clause.app):
        rows = list(group)
        missing = [clause for clause in rows if not proven.get(clause.id)]
        lines.append(f"{app:12} {len(rows) - len(missing):>3} / {len(rows)}")
        lines += [f"    {clause.id:<16} {clause.summary[:100]}" for clause in missing]
    total = sum(1 for clause in known if proven.get(clause.id))
    return "\n".join([*lines, f"total: {total} / {len(known)}"])


def main() -> None:
    proven = results()
    print(report(run_clause_tests() if proven is None else proven))


if __name__ == "__main__":
    main()
