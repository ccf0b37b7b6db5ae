"""pytest plugin: which clauses of the handbook the passed tests prove (`@pytest.mark.clause("M3.1.4-2.1")`)."""

import json
from collections import defaultdict

import pytest

from ops import handbook

PROVEN = pytest.StashKey[defaultdict[str, set[str]]]()
DIGEST = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--clauses", action="store_true", help="write down the clauses that the passed tests prove, for `make handbook`")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", 'clause("M3.1.4-2.1", ...): the clauses of docs/handbook.csv that this test proves')
    proven: defaultdict[str, set[str]] = defaultdict(set)
    config.stash[PROVEN] = proven
    config.stash[DIGEST] = handbook.tree_digest() if config.getoption("--clauses") else ""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A clause that the handbook doesn't have is a slip of the pen, so it stops the run."""
    known = {clause.id for clause in handbook.clauses()}
    for item in items:
        named = [str(clause) for mark in item.iter_markers("clause") for clause in mark.args]
        if wrong := [clause for clause in named if clause not in known]:
            raise pytest.UsageError(f"{item.nodeid} names clauses that docs/handbook.csv does not have: {', '.join(wrong)}")
        item.user_properties += [("clause", clause) for clause in named]


class Collector:
    """Lives only in the steering process, where xdist delivers every report."""

    def __init__(self, config: pytest.Config) -> None:
        self.proven = config.stash[PROVEN]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            for name, clause in report.user_properties:
                if name == "clause":
                    self.proven[str(clause)].add(report.nodeid)


def pytest_sessionstart(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):
        session.config.pluginmanager.register(Collector(session.config))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    config = session.config
    if hasattr(config, "workerinput") or not config.getoption("--clauses"):
        return
    proven = {clause: sorted(tests) for clause, tests in sorted(config.stash[PROVEN].items())}
    handbook.RESULTS.parent.mkdir(exist_ok=True)
    handbook.RESULTS.write_text(json.dumps({"tree": config.stash[DIGEST], "proven": proven}, indent=1), encoding="utf-8")
