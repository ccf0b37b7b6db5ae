"""Every edge of the lives of complaints and repairs, raced: records that can stand in each state, and what each step is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from core import signing
from core.flow import SYSTEM, Flow, Step, TooLate, all_flows
from core.models import HistoryEntry
from repairs.models import PAUSED_STATES
from tests.complaints.factories import a_compensation, a_complaint, a_measure
from tests.complaints.test_handling import VISIT, take, to_call_back
from tests.conftest import Cast
from tests.races import at_once
from tests.repairs.factories import WHO, an_order, confirmed, the_tenant

FLOWS = {flow.label: flow for flow in all_flows() if flow.label.partition(".")[0] in {"complaints", "repairs"}}
SAID: dict[str, dict[str, Any]] = {
    "complaints.Complaint.assign": {"department": "CLEANING", "finding": "属实"},
    "complaints.Complaint.assign_again": {"department": "CLEANING", "finding": "再查"},
    "complaints.Complaint.explain": {"result": "已说明"},
    "complaints.Complaint.hold_review": {"department": "CLEANING", "review_people": "周岚", "review_note": "加派人手"},
    "complaints.Complaint.report_result": {"result": "已办", "cause": None},
    "complaints.Complaint.satisfied": VISIT,
    "complaints.Complaint.not_satisfied": VISIT,
    "complaints.Measure.report_done": {"outcome": "已排班"},
    "complaints.Compensation.give": {"received_by": "刘洋"},
}


def whole_order(cast: Cast, building: Any) -> Any:
    """A paid work order with everything that any state asks for."""
    order = confirmed(an_order(cast, building, service="TAP"), cast)
    told = {"findings": "断路器老化", "refusal": "太贵", "answer": "可以", "reviewed_by": cast.engineering_head}
    type(order).objects.filter(pk=order.pk).update(reviewed_at=timezone.now(), dispatched_at=timezone.now(), **told)
    return type(order).objects.get(pk=order.pk)


def whole_measure(cast: Cast, building: Any) -> Any:
    measure = a_measure(cast, building)
    type(measure).objects.filter(pk=measure.pk).update(outcome="已排班", done_at=timezone.now())
    return type(measure).objects.get(pk=measure.pk)


def whole_compensation(cast: Cast, building: Any) -> Any:
    row = a_compensation(cast, building, by=cast.service_head, complaint=a_complaint(cast, building, tenant=the_tenant(cast, building)))
    given = {"given_at": timezone.now(), "due_on": timezone.localdate(), "note": "电话同意"}
    signing.oral_consent(row, "compensation", "LIMIT_HOLDER", by=cast.service_clerk, of=cast.property_manager, **given)
    type(row).objects.filter(pk=row.pk).update(approved_by=cast.service_head, received_by="刘洋", given_at=timezone.now())
    return type(row).objects.get(pk=row.pk)


def whole_complaint(cast: Cast, building: Any) -> Any:
    return take(to_call_back(cast, building, tenant=the_tenant(cast, building)), "satisfied", cast.service_clerk, **VISIT)


WHOLE: dict[str, Callable[[Cast, Any], Any]] = {
    "complaints.Complaint": whole_complaint,
    "complaints.Measure": whole_measure,
    "complaints.Compensation": whole_compensation,
    "repairs.WorkOrder": whole_order,
}


def edges() -> Iterator[tuple[str, str, str]]:
    """(life, step, state it starts from) of every edge."""
    for label, flow in FLOWS.items():
        for step in flow:
            yield from ((label, step.name, source) for source in step.sources)


def stand(base: Any, state: str) -> Any:
    """The record as it was made, put into a state behind its life's back; None where a constraint forbids it."""
    kept = {column.attname: getattr(base, column.attname) for column in base._meta.concrete_fields if not column.primary_key}
    values = {**kept, "state": state}
    if hasattr(base, "paused_at"):
        paused = state in PAUSED_STATES
        values |= {"paused_at": timezone.now() if paused else None, "pause_reason": "PARTS" if paused else ""}
    try:
        with transaction.atomic():
            type(base)._base_manager.filter(pk=base.pk).update(**values)
    except IntegrityError:
        return None
    return type(base)._base_manager.get(pk=base.pk)


def said_at(label: str, step: Step) -> dict[str, Any]:
    if label == "repairs.WorkOrder":
        return {"note": "原因", **WHO.get(step.name, ("", {}))[1]} | ({"assignee": None} if step.name == "reassign" else {})
    return {"note": "原因", **SAID.get(f"{label}.{step.name}", {})}


def who_takes(step: Step, record: Any, cast: Cast) -> Any:
    if SYSTEM in step.roles:
        return None
    return next(person for person in cast.everybody() if step.is_for(person, record))


def open_gates(flow: Flow, monkeypatch: Any) -> None:
    """Guards have tests of their own: here the race is all that refuses."""
    for name, step in flow.steps.items():
        monkeypatch.setitem(flow.steps, name, replace(step, guards=(), approval=False))


def lines_of(record: Any, since: int) -> list[tuple[str, str]]:
    rows = HistoryEntry.objects.filter(pk__gt=since, kind="STEP", row_table=record._meta.db_table, row_id=record.pk).order_by("pk")
    return list(rows.values_list("from_state", "to_state"))


def fault_of(label: str, name: str, source: str, cast: Cast, base: Any, crowd: int) -> str:
    """What goes wrong when so many take one edge at once; empty when one wins and the others hear that they are late."""
    flow = FLOWS[label]
    step, record = flow.steps[name], stand(base, source)
    if record is None:
        return "no record can stand there"
    person, told = who_takes(step, record, cast), said_at(label, step)
    since = HistoryEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    answers = at_once(lambda _number: flow.take(copy(record), name, by=person, at=timezone.now(), **told), crowd)
    won = [answer for answer in answers if not isinstance(answer, Exception)]
    strange = [answer for answer in answers if isinstance(answer, Exception) and not isinstance(answer, TooLate)]
    chain, stands = lines_of(record, since), type(record)._base_manager.get(pk=record.pk).state
    again = str(step.target) in step.sources
    if strange:
        return repr(strange[0])
    if len(won) != 1 and not (again and won):
        return f"{len(won)} won"
    if len(chain) != len(won) or stands != str(step.target) or chain[0] != (source, str(step.target)):
        return f"the history says {chain} and it stands at {stands}"
    return ""
