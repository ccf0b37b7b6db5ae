"""Counting what of the handbook is proven."""

import json
from pathlib import Path

import pytest

from ops import handbook


def test_the_project_keeps_all_607_clauses_each_once() -> None:
    ids = [clause.id for clause in handbook.clauses()]
    assert (len(ids), len(set(ids))) == (607, 607)


def test_the_report_counts_per_app_names_what_is_missing_and_ends_with_the_total() -> None:
    first, second = [clause.id for clause in handbook.clauses() if clause.app == "tenants"][:2]
    lines = handbook.report({first: ["tests/tenants/test_x.py::test_y"], second: []}).splitlines()
    everything = sum(clause.app == "tenants" for clause in handbook.clauses())
    assert f"tenants        1 / {everything}" in lines
    assert not any(line.strip().startswith(f"{first} ") for line in lines)
    assert any(line.strip().startswith(f"{second} ") for line in lines)
    assert lines[-1] == "total: 1 / 607"


def test_results_of_another_tree_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handbook, "RESULTS", tmp_path / "clauses.json")
    assert handbook.results() is None
    handbook.RESULTS.write_text(json.dumps({"tree": "of yesterday", "proven": {"A1.1": ["t"]}}))
    assert handbook.results() is None
    handbook.RESULTS.write_text(json.dumps({"tree": handbook.tree_digest(), "proven": {"A1.1": ["t"]}}))
    assert handbook.results() == {"A1.1": ["t"]}
