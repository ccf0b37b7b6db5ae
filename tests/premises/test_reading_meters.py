"""A reading is written down once, checked against the last, and never edited."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal as D
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.flow import Refused
from premises import services
from premises.models import Meter, MeterReading
from premises.services import ReadingDoubtful, ReadingRefused
from tests.conftest import Cast, a_unit

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def meter(tower: Any) -> Meter:
    return Meter.objects.create(
        building=tower, unit=a_unit(tower, "1801"), kind=Meter.Kind.ELECTRICITY, number="E-1801-1", multiplier=D(30)
    )


def read(meter: Meter, value: str, day: str, by: Any, **more: Any) -> MeterReading:
    return services.record_reading(meter, D(value), on=date.fromisoformat(day), by=by, **more)


@pytest.mark.clause("M1.2.2-b", "M3.1.4-3.2")
def test_the_base_reading_at_takeover_is_kept_with_reader_and_day(meter: Meter, cast: Cast) -> None:
    base = read(meter, "12345.6", "2026-11-01", cast.engineer, kind="BASELINE")
    assert (base.value, base.read_on, base.read_by, base.kind, base.usage) == (
        D("12345.6"),
        date(2026, 11, 1),
        cast.engineer,
        "BASELINE",
        None,
    )


def test_usage_is_the_difference_times_the_multiplier(meter: Meter, cast: Cast) -> None:
    read(meter, "100", "2026-10-01", cast.engineer, kind="BASELINE")
    assert read(meter, "112.5", "2026-11-01", cast.engineer).usage == D("375.000")


def test_a_lower_reading_is_refused_and_nothing_is_stored(meter: Meter, cast: Cast) -> None:
    read(meter, "100", "2026-10-01", cast.engineer)
    with pytest.raises(ReadingRefused, match="Lower than the last reading, 100"):
        read(meter, "99.9", "2026-11-01", cast.engineer)
    assert meter.readings.count() == 1


def test_a_lower_reading_is_taken_when_the_meter_was_replaced(meter: Meter, cast: Cast) -> None:
    read(meter, "100", "2026-10-01", cast.engineer)
    fresh = read(meter, "3", "2026-11-01", cast.engineer, replaced=True)
    assert (fresh.kind, fresh.usage) == ("REPLACED", None)


def test_a_meter_that_rolled_over_counts_past_its_last_digit(meter: Meter, cast: Cast) -> None:
    read(meter, "999990", "2026-10-01", cast.engineer)
    assert read(meter, "15", "2026-11-01", cast.engineer, kind="ROLLED_OVER").usage == D(25 * 30)


def test_usage_over_thirty_percent_off_asks_once(meter: Meter, cast: Cast) -> None:
    read(meter, "100", "2026-09-01", cast.engineer)
    read(meter, "130", "2026-10-01", cast.engineer)
    with pytest.raises(ReadingDoubtful, match="over 30 %"):
        read(meter, "171", "2026-10-31", cast.engineer)
    assert meter.readings.count() == 2
    kept = read(meter, "171", "2026-10-31", cast.engineer, confirmed=True)
    assert kept.is_confirmed


@pytest.mark.parametrize(("last", "doubtful", "usual"), [("100", "131", "130"), ("0", "300001", "300000"), (None, "300001", "300000")])
def test_a_base_reading_far_off_asks_once(last: str | None, doubtful: str, usual: str, meter: Meter, cast: Cast) -> None:
    if last is not None:
        read(meter, last, "2026-09-01", cast.engineer)
    with pytest.raises(ReadingDoubtful, match="confirm it"):
        read(meter, doubtful, "2026-10-01", cast.engineer, kind="BASELINE")
    assert not read(meter, usual, "2026-10-01", cast.engineer, kind="BASELINE").is_confirmed
    assert read(meter, str(D(doubtful) * 2), "2026-10-02", cast.engineer, kind="BASELINE", confirmed=True).is_confirmed


def test_a_base_reading_is_held_against_the_usage_before_it(meter: Meter, cast: Cast) -> None:
    read(meter, "100", "2026-09-01", cast.engineer)
    read(meter, "130", "2026-10-01", cast.engineer)
    with pytest.raises(ReadingDoubtful, match="a day"):
        read(meter, "131", "2026-10-31", cast.engineer, kind="BASELINE")
    assert read(meter, "160", "2026-10-31", cast.engineer, kind="BASELINE").usage == D(900)


@pytest.mark.parametrize("value", ["169", "151"])
def test_usage_within_thirty_percent_asks_nothing(value: str, meter: Meter, cast: Cast) -> None:
    read(meter, "100", "2026-09-01", cast.engineer)
    read(meter, "130", "2026-10-01", cast.engineer)
    assert read(meter, value, "2026-10-31", cast.engineer).pk


def test_periods_of_different_length_are_compared_by_the_day(meter: Meter, cast: Cast) -> None:
    read(meter, "100", "2026-08-01", cast.engineer)
    read(meter, "161", "2026-10-01", cast.engineer)
    assert read(meter, "191", "2026-10-31", cast.engineer).pk


def test_a_reading_of_an_earlier_day_is_refused(meter: Meter, cast: Cast) -> None:
    read(meter, "100", "2026-10-01", cast.engineer)
    with pytest.raises(ReadingRefused, match="2026-10-01"):
        read(meter, "101", "2026-09-30", cast.engineer)


@pytest.mark.parametrize("value", ["-1", "1000000"])
def test_a_value_the_meter_cannot_show_is_refused(value: str, meter: Meter, cast: Cast) -> None:
    with pytest.raises(ReadingRefused):
        read(meter, value, "2026-10-01", cast.engineer)


def test_a_replaced_meter_ends_with_its_final_reading_and_the_new_one_begins_with_a_base(meter: Meter, cast: Cast) -> None:
    read(meter, "100", "2026-10-01", cast.engineer)
    new = services.replace_meter(
        meter, number="e-1801-2 ", final_value=D("120"), first_value=D("0.4"), on=date(2026, 11, 5), by=cast.engineer
    )
    meter.refresh_from_db()
    assert (new.number, new.unit, new.multiplier) == ("E-1801-2", meter.unit, meter.multiplier)
    assert (meter.removed_on, meter.replaced_by) == (date(2026, 11, 5), new)
    assert next((r.kind, r.value) for r in meter.readings.all()) == ("FINAL", D("120"))
    assert [(r.kind, r.value) for r in new.readings.all()] == [("BASELINE", D("0.4"))]
    with pytest.raises(ReadingRefused, match="was removed"):
        read(meter, "121", "2026-11-06", cast.engineer)


def test_a_replacement_with_a_number_that_exists_changes_nothing(meter: Meter, cast: Cast) -> None:
    read(meter, "100", "2026-10-01", cast.engineer)
    with pytest.raises(Refused, match="exists already"):
        services.replace_meter(meter, number="E-1801-1", final_value=D(120), first_value=D(0), on=date(2026, 11, 5), by=cast.engineer)
    meter.refresh_from_db()
    assert (meter.removed_on, meter.readings.count()) == (None, 1)


def test_only_the_newest_reading_can_be_voided_and_only_with_a_reason(meter: Meter, cast: Cast) -> None:
    old, new = read(meter, "100", "2026-10-01", cast.engineer), read(meter, "900", "2026-11-01", cast.engineer)
    with pytest.raises(Refused, match="newest"):
        services.void_reading(old, by=cast.engineer, at=NOW, reason="抄错")
    with pytest.raises(Refused, match="reason"):
        services.void_reading(new, by=cast.engineer, at=NOW, reason=" ")
    services.void_reading(new, by=cast.engineer, at=NOW, reason="抄错")
    assert services.last_reading(meter) == old
    assert read(meter, "110", "2026-11-01", cast.engineer).usage == D(300)


def test_the_database_refuses_a_meter_of_both_a_unit_and_nothing(tower: Any) -> None:
    with pytest.raises(IntegrityError, match="meter_of_unit_or_area"), transaction.atomic():
        Meter.objects.create(building=tower, kind="WATER", number="W-1")


def test_the_database_refuses_the_same_number_twice_in_one_building_only(meter: Meter, neighbour: Any) -> None:
    Meter.objects.create(building=neighbour, unit=a_unit(neighbour, "1801"), kind="WATER", number=meter.number)
    with pytest.raises(IntegrityError, match="meter_number_once"), transaction.atomic():
        Meter.objects.create(building=meter.building, unit=meter.unit, kind="WATER", number="ｅ-1801-1")


def test_meters_are_walked_from_the_top_floor_down(tower: Any) -> None:
    for code, level in (("0301", 3), ("2201", 22), ("2202", 22)):
        Meter.objects.create(building=tower, unit=a_unit(tower, code, level=level), kind="ELECTRICITY", number=f"E-{code}")
    assert [meter.number for meter in Meter.objects.in_walking_order()] == ["E-2201", "E-2202", "E-0301"]
