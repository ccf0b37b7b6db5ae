"""Every step × state × person of every life in the product, made from the tables themselves."""

from __future__ import annotations

from copy import copy
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.flow import SYSTEM, Flow, NotAllowed, Refused, Step, TooLate, all_flows
from core.models import HistoryEntry
from tests.conftest import Cast
from tests.records import FACTORIES

FLOWS = {flow.label: flow for flow in all_flows()}
STEPS = [(label, step.name) for label, flow in FLOWS.items() for step in flow]


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


def tried(flow: Flow, record: Any, step: Step, person: Any) -> str:
    """What does happen, then taken back."""
    before = HistoryEntry.objects.filter(kind="STEP", row_table=record._meta.db_table, row_id=record.pk).count()
    answer = "MAY"
    try:
        with transaction.atomic():
            taken = flow.take(record, step.name, by=person, at=timezone.now(), note="原因")
            lines = HistoryEntry.objects.filter(kind="STEP", row_table=record._meta.db_table, row_id=record.pk).count()
            assert (taken.state, lines) == (str(step.target), before + 1)
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
def test_every_step_is_taken_only_from_its_states_and_only_by_its_roles(label: str, cast: Cast, tower: Any) -> None:
    flow = FLOWS[label]
    original = FACTORIES[label](cast, tower)
    wrong = []
    for state in flow.states.values:
        record = put(original, state)
        if record is None:
            continue
        for step in flow:
            for person in [*cast.everybody(), *([None] if SYSTEM in step.roles else [])]:
                expected, got = outcome(flow, record, step, person), tried(flow, copy(record), step, person)
                if expected != got:
                    wrong.append((step.name, state, str(person), expected, got))
    assert wrong == []


@pytest.mark.parametrize("label", FLOWS)
def test_a_stranger_from_another_building_takes_no_step(label: str, cast: Cast, tower: Any) -> None:
    flow = FLOWS[label]
    record = FACTORIES[label](cast, tower)
    assert [step.name for step in flow if step.is_for(cast.outsider, record)] == []
