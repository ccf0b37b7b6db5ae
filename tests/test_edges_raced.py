"""Steps of complaints and repairs taken by several at once: one wins, the others hear that they are late (reliability.md A4)."""

from __future__ import annotations

import time
from typing import Any

import pytest

from core import flow as core_flow
from tests.conftest import Cast, a_building
from tests.edges import FLOWS, WHOLE, edges, fault_of, open_gates

# The long version races every edge by eight: tests/ordeal/test_service_races.py.
SOME = [
    ("repairs.WorkOrder", "accept", "ASSIGNED"),
    ("repairs.WorkOrder", "confirm_and_charge", "TO_CONFIRM"),
    ("repairs.WorkOrder", "pass_on", "REFUSED"),
    ("complaints.Complaint", "assign", "LOGGED"),
    ("complaints.Complaint", "plan_visit", "HANDLED"),
    ("complaints.Compensation", "give", "APPROVED"),
]


def faults(chosen: list[tuple[str, str, str]], crowd: int, monkeypatch: Any) -> dict[str, str]:
    cast = Cast(a_building("A", "云汇中心 A 座"), a_building("B", "云汇中心 B 座"))
    bases = {label: WHOLE[label](cast, cast.home) for label in {label for label, _name, _source in chosen}}
    for label in bases:
        open_gates(FLOWS[label], monkeypatch)
    found = {f"{label}.{name} from {source}": fault_of(label, name, source, cast, bases[label], crowd) for label, name, source in chosen}
    return {edge: fault for edge, fault in found.items() if fault}


@pytest.mark.timeout(120)
def test_of_four_who_take_a_step_at_once_one_wins(committed_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults(SOME, 4, monkeypatch) == {}


@pytest.mark.timeout(120)
def test_without_the_lock_several_win(committed_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of A4."""

    def unlocked(*rows: Any) -> list[Any]:
        fresh = [type(row)._base_manager.get(pk=row.pk) for row in rows]
        time.sleep(0.1)
        return fresh

    monkeypatch.setattr(core_flow, "lock", unlocked)
    found = faults([("repairs.WorkOrder", "accept", "ASSIGNED"), ("complaints.Complaint", "assign", "LOGGED")], 4, monkeypatch)
    assert len(found) == 2


def test_no_edge_is_forgotten() -> None:
    assert {label for label, _name, _source in edges()} == set(WHOLE)
