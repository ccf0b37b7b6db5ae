"""Every step × state × person of every life in the product, made from the tables themselves."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.flow import SYSTEM, Flow, NotAllowed, Refused, Step, TooLate, all_flows
from core.models import HistoryEntry
from tests.conftest import Cast
from tests.records import FACTORIES

FLOWS = {flow.label: flow for flow in all_flows()}
UNDOABLE = [(label, step.name) for label, flow in FLOWS.items() for step in flow if step.undo]
# What the steps that can be undone ask for beyond a note.
DETAILS: dict[str, dict[str, Any]] = {
    "complaints.Complaint.assign": {"department": "CLEANING", "finding": "属实"},
    "premises.ParkingSpace.rent": {"rented_to": "华信科技", "plate": "京A12345"},
    "premises.Extinguisher.rent": {"rented_to": "华信科技"},
    "tenants.Breach.warn": {"measure": "口头提醒", "warned_person": "刘女士", "mend_by": date(2099, 1, 1)},
    "tenants.Breach.close": {"measure": "已整改"},
    "tenants.Correspondence.answer": {"answer": "已回复"},
    "tenants.Correspondence.deliver": {"method": "BY_HAND", "received_by": "刘女士"},
    "tenants.Correspondence.forward": {"department": "ENGINEERING"},
    "tenants.Defect.mend": {"mended_note": "已更换"},
    "tenants.Defect.plan": {"due_on": date(2099, 1, 1)},
    "tenants.DirectoryOrder.make": {"maker": "明达标识"},
    "tenants.FileItem.sort": {"shelf": "B-2"},
}
# What a fresh record lacks so that the database lets it stand later in its life.
LACKING: dict[str, dict[str, Any]] = {"tenants.MoveIn": {"visitor_checked_at": timezone.now()}}
STEPS = [(label, step.name) for label, flow in FLOWS.items() for step in flow]


def shares(label: str, **_other: Any) -> Any:
    """What makes a fresh record of the life."""
    return FACTORIES[label]


def put(record: Any, state: str) -> Any:
    """Sets a state behind the flow's back, to stand at every place of a life; None where a constraint forbids it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f'UPDATE "{record._meta.db_table}" SET state = %s WHERE id = %s', [state, record.pk])
    except IntegrityError:
        return None
    return type(record)._base_manager.get(pk=record.pk)


def outcome(flow: Flow, record: Any, step: Step, person: Any) -> str:
    """What the table says must happen: NOT_ALLOWED, TOO_LATE, or MAY (then only guards and input decide)."""
    if not step.is_for(person, record):
        return "NOT_ALLOWED"
    return "MAY" if record.state in step.sources else "TOO_LATE"


def lines_of(record: Any) -> int:
    """How many steps the history tells of the record."""
    return HistoryEntry.objects.filter(kind="STEP", row_table=record._meta.db_table, row_id=record.pk).count()


def tried(flow: Flow, record: Any, step: Step, person: Any, before: int) -> str:
    """What does happen to a record of which the history told so many steps before, then taken back."""
    answer = "MAY"
    try:
        with transaction.atomic():
            taken = flow.take(record, step.name, by=person, at=timezone.now(), note="原因")
            assert (taken.state, lines_of(record)) == (str(step.target), before + 1)
            transaction.set_rollback(True)
    except NotAllowed:
        answer = "NOT_ALLOWED"
    except TooLate:
        answer = "TOO_LATE"
    except (Refused, TypeError, KeyError):
        # A guard, or a step whose form asks for more than a note: both come after role and state.
        answer = "MAY"
    return answer


def test_every_life_has_a_record_to_try_it_on() -> None:
    assert set(FLOWS) - set(FACTORIES) == set()


def test_every_step_says_whose_it_is_and_what_it_is_called() -> None:
    assert [f"{label}.{name}" for label, name in STEPS if not (FLOWS[label].steps[name].roles and FLOWS[label].steps[name].label)] == []


@pytest.mark.parametrize("label", FLOWS)
def test_every_state_can_be_reached_and_left_or_is_an_end(label: str) -> None:
    flow = FLOWS[label]
    reached = {str(step.target) for step in flow}
    left = {source for step in flow for source in step.sources}
    first = flow.model._meta.get_field("state").default
    assert set(flow.states.values) - reached - {str(first)} == set()
    assert left - reached - {str(first)} == set()


@pytest.mark.parametrize("label", FLOWS)
def test_every_step_is_taken_only_from_its_states_and_only_by_its_roles(label: str, cast: Cast, made: Any) -> None:
    flow = FLOWS[label]
    wrong = []
    for state in flow.states.values:
        record = put(made, state)
        if record is None:
            continue
        before = lines_of(record)
        for step in flow:
            for person in [*cast.everybody(), *([None] if SYSTEM in step.roles else [])]:
                expected, got = outcome(flow, record, step, person), tried(flow, copy(record), step, person, before)
                if expected != got:
                    wrong.append((step.name, state, str(person), expected, got))
        assert lines_of(record) == before, "what was tried was taken back"
    assert wrong == []


@pytest.mark.parametrize("label", FLOWS)
def test_a_stranger_from_another_building_takes_no_step(label: str, cast: Cast, made: Any) -> None:
    assert [step.name for step in FLOWS[label] if step.is_for(cast.outsider, made)] == []


@pytest.mark.parametrize(("label", "name"), UNDOABLE)
def test_a_step_that_is_undone_leaves_the_record_as_it_was(label: str, name: str, cast: Cast, made: Any, monkeypatch: Any) -> None:
    flow, step = FLOWS[label], FLOWS[label].steps[name]
    at = timezone.now()
    if label in LACKING:
        flow.model._base_manager.filter(pk=made.pk).update(**LACKING[label])
    # The guards have tests of their own; here every source state counts, however it was reached.
    monkeypatch.setitem(flow.steps, name, replace(step, guards=()))
    walked = []
    for record in filter(None, (put(made, state) for state in step.sources)):
        person = next(person for person in cast.everybody() if step.is_for(person, record))
        before = said(record)
        flow.take(record, name, by=person, at=at, note="原因", **DETAILS.get(f"{label}.{name}", {}))
        with pytest.raises(Refused):
            flow.undo(record, by=person, at=timezone.now() + timedelta(minutes=11))
        flow.undo(record, by=person, at=timezone.now())
        assert said(type(record)._base_manager.get(pk=record.pk)) == before
        walked.append(record.pk)
    assert walked


def said(record: Any) -> dict[str, Any]:
    """Everything a row says."""
    return {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields}
