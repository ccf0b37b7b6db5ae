"""A step is taken once, by whom the table names, and leaves exactly one line."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, models
from django.utils import timezone

from core import flow, flow_chart
from core.flow import Blocked, Flow, NotAllowed, Refused, Step, TooLate
from core.models import HistoryEntry
from premises.flow import KEY_FLOW, PARKING_FLOW, UNIT_FLOW
from premises.models import Key, KeyLoan, ParkingSpace, Unit
from staff.access import ANYONE, LEASING, SERVICE
from tenants.flow import GOODS_FLOW
from tests.conftest import Cast, a_building, a_unit, person
from tests.tenants.factories import a_goods_move


def steps_of(unit: Unit) -> list[HistoryEntry]:
    return list(HistoryEntry.objects.filter(kind="STEP", row_table="premises_unit", row_id=unit.pk))


def take(unit: Unit, name: str, by: Any, **details: Any) -> Unit:
    return UNIT_FLOW.take(unit, name, by=by, at=timezone.now(), **details)


def test_of_twenty_people_at_once_exactly_one_takes_the_step(committed_db: None) -> None:
    tower = a_building("A", "云汇中心 A 座")
    unit = a_unit(tower, "1801")
    people = [person(f"leasing{n}", f"租赁{n}", "LEASING", "MEMBER", tower) for n in range(20)]
    start = Barrier(20)

    def reserve(by: Any) -> str:
        try:
            start.wait()
            take(Unit.objects.get(pk=unit.pk), "reserve", by)
        except Refused as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "taken"

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(reserve, people))
    assert sorted(answers) == ["TooLate"] * 19 + ["taken"]
    assert [(line.step, line.from_state, line.to_state) for line in steps_of(unit)] == [("reserve", "VACANT", "RESERVED")]


def test_without_the_lock_the_same_race_is_lost(committed_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: if this ever fails, the race above proves nothing any more."""
    tower = a_building("A", "云汇中心 A 座")
    unit = a_unit(tower, "1801")
    people = [person(f"leasing{n}", f"租赁{n}", "LEASING", "MEMBER", tower) for n in range(8)]
    monkeypatch.setattr(flow, "lock", lambda *rows: [type(row)._base_manager.get(pk=row.pk) for row in rows])
    start = Barrier(8)
    check = Flow._check

    def all_look_before_anyone_leaps(self: Flow, *arguments: Any, **details: Any) -> None:
        check(self, *arguments, **details)
        start.wait(timeout=10)

    monkeypatch.setattr(Flow, "_check", all_look_before_anyone_leaps)

    def reserve(by: Any) -> str:
        try:
            take(Unit.objects.get(pk=unit.pk), "reserve", by)
        finally:
            connection.close()
        return "taken"

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(reserve, people)) == ["taken"] * 8


def test_a_refused_step_changes_nothing(cast: Cast, tower: Any) -> None:
    unit = a_unit(tower, "1801")
    with pytest.raises(NotAllowed, match="Reserve.*leasing"):
        take(unit, "reserve", cast.guard)
    with pytest.raises(TooLate, match="Vacant"):
        take(unit, "occupy", cast.service_clerk)
    with pytest.raises(Refused, match="no step"):
        take(unit, "fly", cast.service_clerk)
    with pytest.raises(Refused, match="reason"):
        take(unit, "take_out_of_use", cast.engineering_head)
    unit.refresh_from_db()
    assert (unit.state, steps_of(unit)) == ("VACANT", [])


def test_the_note_and_the_person_are_in_the_line(cast: Cast, tower: Any) -> None:
    unit = a_unit(tower, "1801")
    take(unit, "take_out_of_use", cast.engineering_head, note="漏水检修")
    [line] = steps_of(unit)
    assert (line.actor_id, line.note) == (cast.engineering_head.pk, "漏水检修")


def test_the_next_step_is_one_button_or_what_blocks_it(cast: Cast, tower: Any) -> None:
    unit = a_unit(tower, "1801")
    free = UNIT_FLOW.next_step(unit, cast.leasing)
    assert free.primary is not None and free.primary.step.name == "reserve"
    unit.merged_into = a_unit(tower, "1802")
    blocked = UNIT_FLOW.next_step(unit, cast.leasing)
    assert (blocked.primary, [str(each.text)[:20] for each in blocked.blockers]) == (None, ["This unit is part of"])
    stranger = UNIT_FLOW.next_step(unit, cast.outsider)
    assert stranger.primary is None and "leasing" in stranger.waiting_for


class Lamp(models.TextChoices):
    OFF = "OFF", "Off"
    ON = "ON", "On"


@pytest.mark.parametrize(
    "steps",
    [
        [Step("a", Lamp.OFF, "BROKEN", ANYONE)],
        [Step("a", "BROKEN", Lamp.ON, ANYONE)],
        [Step("a", Lamp.OFF, Lamp.ON, ANYONE), Step("a", Lamp.ON, Lamp.OFF, ANYONE)],
    ],
)
def test_a_table_with_a_mistake_is_refused_when_it_is_read(steps: list[Step]) -> None:
    with pytest.raises(ValueError, match="tests.Lamp"):
        Flow("tests.Lamp", "Lamp", Lamp, *steps)


def test_a_guard_may_link_to_where_it_is_mended() -> None:
    step = Step("a", Lamp.OFF, Lamp.ON, ANYONE, [lambda record: Blocked("no bulb", "/stores/"), lambda record: "dark", lambda record: None])
    assert step.blockers(None) == [Blocked("no bulb", "/stores/"), Blocked("dark")]


def test_a_step_can_be_undone_for_ten_minutes_by_the_same_person(cast: Cast, tower: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    unit = a_unit(tower, "1801")
    undoable = Step("reserve", "VACANT", "RESERVED", (LEASING, SERVICE), label="Reserve", undo=lambda record, **_: None)
    monkeypatch.setitem(UNIT_FLOW.steps, "reserve", undoable)
    take(unit, "reserve", cast.leasing)
    with pytest.raises(Refused, match="undone"):
        UNIT_FLOW.undo(unit, by=cast.service_clerk, at=timezone.now())
    with pytest.raises(Refused, match="undone"):
        UNIT_FLOW.undo(unit, by=cast.leasing, at=timezone.now() + timedelta(minutes=11))
    UNIT_FLOW.undo(unit, by=cast.leasing, at=timezone.now())
    unit.refresh_from_db()
    assert (unit.state, [line.step for line in steps_of(unit)][-1]) == ("VACANT", "undo_reserve")


def test_a_step_that_cannot_be_undone_says_so(cast: Cast, tower: Any) -> None:
    unit = a_unit(tower, "1801")
    take(unit, "begin_handover", cast.leasing)
    with pytest.raises(Refused, match="corrects"):
        UNIT_FLOW.undo(unit, by=cast.leasing, at=timezone.now())


def test_an_undone_step_gives_its_fields_back_as_the_history_has_them(cast: Cast, tower: Any) -> None:
    space = ParkingSpace.objects.create(building=tower, code="B1-01")
    at = timezone.now()
    PARKING_FLOW.take(space, "rent", by=cast.leasing, at=at, rented_to="华信科技", plate="京A12345")
    PARKING_FLOW.take(space, "give_back", by=cast.service_clerk, at=at)
    PARKING_FLOW.undo(space, by=cast.service_clerk, at=timezone.now())
    space.refresh_from_db()
    assert (space.state, space.rented_to, space.plate) == ("RENTED", "华信科技", "京A12345")


def test_a_key_taken_back_by_mistake_is_out_again_with_its_holder(cast: Cast, tower: Any) -> None:
    key = Key.objects.create(building=tower, unit=a_unit(tower, "1801"), kind=Key.Kind.UNIT_KEY, number="K-1801")
    at = timezone.now()
    KEY_FLOW.take(key, "issue", by=cast.service_clerk, at=at, holder_name="刘女士")
    KEY_FLOW.take(key, "take_back", by=cast.service_clerk, at=at)
    KEY_FLOW.undo(key, by=cast.service_clerk, at=timezone.now())
    assert (Key.objects.get().state, [loan.holder_name for loan in KeyLoan.objects.open()]) == ("OUT", ["刘女士"])


def test_a_unit_merged_meanwhile_takes_no_step_back(cast: Cast, tower: Any) -> None:
    whole, part = a_unit(tower, "1801"), a_unit(tower, "1802")
    for step in ("take_out_of_use", "return_to_use"):
        UNIT_FLOW.take(part, step, by=cast.engineering_head, at=timezone.now(), note="维修")
    Unit.objects.filter(pk=part.pk).update(merged_into=whole)
    with pytest.raises(Refused, match="part of"):
        UNIT_FLOW.undo(part, by=cast.engineering_head, at=timezone.now())
    assert Unit.objects.get(pk=part.pk).state == "VACANT"


def test_an_undo_whose_place_is_taken_meanwhile_is_refused(cast: Cast, tower: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(GOODS_FLOW.steps, "cancel", replace(GOODS_FLOW.steps["cancel"], undo=flow.as_before))
    first = a_goods_move(cast, tower)
    GOODS_FLOW.take(first, "cancel", by=cast.service_clerk, at=timezone.now(), note="改期")
    a_goods_move(cast, tower, tenant=first.tenant, starts_at=first.starts_at, ends_at=first.ends_at)
    with pytest.raises(Refused, match="corrects"):
        GOODS_FLOW.undo(first, by=cast.service_clerk, at=timezone.now())
    assert type(first).objects.get(pk=first.pk).state == "CANCELLED"


def test_the_chart_marks_where_the_record_stands(cast: Cast, tower: Any) -> None:
    unit = a_unit(tower, "1801")
    take(unit, "reserve", cast.leasing)
    chart = flow_chart.chart(UNIT_FLOW, Unit.objects.get(pk=unit.pk))
    standing = {box.step.name: box.standing for box in chart.boxes}
    assert (standing["reserve"], standing["begin_handover"], standing["occupy"]) == ("done", "now", "")
    assert len(chart.boxes) == len(UNIT_FLOW.steps) and chart.arrows
