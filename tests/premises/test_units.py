"""A unit's life, units merged and split, and who may move them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal as D
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.flow import NotAllowed, Refused
from premises import access, services
from premises.models import PLACE_ALPHABET, Floor, Key, Place, Unit
from premises.services import UNIT_FLOW
from tests.conftest import Cast, a_unit

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def walk(unit: Unit, by: Any, *steps: str) -> Unit:
    for step in steps:
        unit = UNIT_FLOW.take(unit, step, by=by, at=NOW)
    return unit


@pytest.mark.clause("M3.1.4-3", "M3.1.4-3.6")
def test_a_unit_goes_from_vacant_to_occupied_and_back(cast: Cast, tower: Any) -> None:
    unit = walk(a_unit(tower, "1801"), cast.service_clerk, "reserve", "begin_handover", "occupy")
    assert unit.state == "OCCUPIED"
    unit = walk(unit, cast.service_clerk, "begin_fit_out", "end_fit_out", "begin_move_out", "vacate")
    assert unit.state == "VACANT"


def test_a_unit_is_not_vacant_while_its_keys_are_out(cast: Cast, tower: Any) -> None:
    unit = walk(a_unit(tower, "1801"), cast.service_clerk, "begin_handover", "occupy", "begin_move_out")
    key = Key.objects.create(building=tower, unit=unit, kind=Key.Kind.UNIT_KEY, number="K-1")
    services.issue_key(key, holder_name="刘晓燕", by=cast.service_clerk, at=NOW)
    with pytest.raises(Refused, match="K-1"):
        walk(unit, cast.service_clerk, "vacate")
    services.return_key(key, by=cast.service_clerk, at=NOW)
    assert walk(unit, cast.service_clerk, "vacate").state == "VACANT"


def test_only_the_head_of_engineering_takes_a_unit_out_of_use_and_says_why(cast: Cast, tower: Any) -> None:
    unit = a_unit(tower, "1801")
    with pytest.raises(NotAllowed):
        walk(unit, cast.engineer, "take_out_of_use")
    with pytest.raises(Refused, match="reason"):
        walk(unit, cast.engineering_head, "take_out_of_use")
    unit = UNIT_FLOW.take(unit, "take_out_of_use", by=cast.engineering_head, at=NOW, note="漏水")
    assert walk(unit, cast.engineering_head, "return_to_use").state == "VACANT"


def test_merged_units_count_as_one_with_the_area_of_all(cast: Cast, tower: Any) -> None:
    whole, part = a_unit(tower, "1801", area="100"), a_unit(tower, "1802", area="50.50")
    services.merge_units(whole, [part], by=cast.leasing)
    assert [unit.code for unit in access.units(cast.leasing).whole()] == ["1801"]
    assert access.units(cast.leasing).with_total_area().get(code="1801").total_area_m2 == D("150.50")


def test_a_part_of_a_merged_unit_has_no_life_of_its_own(cast: Cast, tower: Any) -> None:
    whole, part = a_unit(tower, "1801"), a_unit(tower, "1802")
    services.merge_units(whole, [part], by=cast.leasing)
    with pytest.raises(Refused, match="part of 1801"):
        walk(part, cast.leasing, "reserve")
    with pytest.raises(IntegrityError, match="unit_part_has_no_life"), transaction.atomic():
        Unit.objects.filter(pk=part.pk).update(state="OCCUPIED")


@pytest.mark.parametrize("case", ["let", "other floor", "itself", "nobody", "merged already"])
def test_units_that_do_not_belong_together_are_not_merged(case: str, cast: Cast, tower: Any) -> None:
    whole, part, third = a_unit(tower, "1801"), a_unit(tower, "1802"), a_unit(tower, "1803")
    others = {"itself": [whole], "nobody": []}.get(case, [part])
    if case == "let":
        walk(part, cast.leasing, "reserve")
    if case == "other floor":
        others = [a_unit(tower, "1901", level=19)]
    if case == "merged already":
        services.merge_units(third, [part], by=cast.leasing)
    with pytest.raises(Refused):
        services.merge_units(whole, others, by=cast.leasing)
    assert whole.parts.count() == 0


def test_split_units_live_again(cast: Cast, tower: Any) -> None:
    whole, part = a_unit(tower, "1801"), a_unit(tower, "1802")
    services.merge_units(whole, [part], by=cast.leasing)
    walk(whole, cast.leasing, "reserve")
    with pytest.raises(Refused, match="not vacant"):
        services.split_unit(whole, by=cast.leasing)
    walk(whole, cast.leasing, "release")
    assert services.split_unit(whole, by=cast.leasing) == [part]
    part.refresh_from_db()
    assert walk(part, cast.leasing, "reserve").state == "RESERVED"


def test_a_unit_number_is_one_however_it_is_typed(tower: Any) -> None:
    unit = a_unit(tower, " ａ-1203 ")
    unit.refresh_from_db()
    assert unit.code == "A-1203"
    with pytest.raises(IntegrityError, match="unit_code_once"), transaction.atomic():
        a_unit(tower, "a-1203")


@pytest.mark.parametrize("area", ["0", "-1"])
def test_the_database_refuses_a_unit_without_area(area: str, tower: Any) -> None:
    with pytest.raises(IntegrityError, match="unit_area_positive"), transaction.atomic():
        a_unit(tower, "1801", area=area)


def test_there_is_no_floor_zero(tower: Any) -> None:
    with pytest.raises(IntegrityError, match="floor_no_level_zero"), transaction.atomic():
        Floor.objects.create(building=tower, level=0, name="0F")


def test_label_codes_have_no_look_alikes_and_never_repeat(tower: Any) -> None:
    codes = services.new_place_codes(500)
    assert len(set(codes)) == 500
    assert set("".join(codes)) <= set(PLACE_ALPHABET)
    assert not set("01258OILZSB") & set(PLACE_ALPHABET)


def test_a_place_keeps_its_label(tower: Any) -> None:
    unit = a_unit(tower, "1801")
    assert services.label_place(unit) == services.label_place(unit)
    assert Place.objects.count() == 1


def test_nobody_sees_the_units_of_another_building(cast: Cast, tower: Any) -> None:
    a_unit(tower, "1801")
    assert list(access.units(cast.outsider)) == []
    assert [unit.code for unit in access.units(cast.guard)] == ["1801"]
