"""One record of each kind of the premises, in its first state."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from core import files, import_workbook
from core.models import Job
from premises import services
from premises.models import Building, Extinguisher, Floor, Key, KeyCount, KeyLoan, Meter, MeterReading, ParkingSpace, Place, PublicArea
from premises.sample import tower
from tests.conftest import a_unit

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def a_vacant_unit(cast: Any, building: Any) -> Any:
    return a_unit(building, "1801")


def the_building(cast: Any, building: Any) -> Building:
    return building


def a_place(cast: Any, building: Any) -> Place:
    return services.label_place(a_unit(building, "1803"))


def a_public_area(cast: Any, building: Any) -> PublicArea:
    return PublicArea.objects.create(building=building, name="大堂")


def a_meter(cast: Any, building: Any) -> Meter:
    return Meter.objects.create(building=building, unit=a_unit(building, "1804"), kind=Meter.Kind.ELECTRICITY, number="E-1804")


def a_reading(cast: Any, building: Any) -> MeterReading:
    return services.record_reading(a_meter(cast, building), Decimal(5), on=date(2026, 10, 1), by=cast.engineer)


def a_key(cast: Any, building: Any) -> Key:
    return Key.objects.create(building=building, unit=a_unit(building, "1802"), kind=Key.Kind.UNIT_KEY, number="K-1802-1")


def a_key_loan(cast: Any, building: Any) -> KeyLoan:
    return services.issue_key(a_key(cast, building), holder_name="刘晓燕", by=cast.service_clerk, at=NOW)


def a_key_count(cast: Any, building: Any) -> KeyCount:
    return services.count_keys(building, found=["K-9"], by=cast.service_clerk, at=NOW)


def a_parking_space(cast: Any, building: Any) -> ParkingSpace:
    return ParkingSpace.objects.create(building=building, code="B2-018", rented_to="华信科技")


def an_extinguisher(cast: Any, building: Any) -> Extinguisher:
    return Extinguisher.objects.create(building=building, number="MF-001", rented_to="宏远装饰")


def an_upload(cast: Any, building: Any) -> Any:
    content = BytesIO(import_workbook.write(tower.small_building()))
    content.name, content.size = "b.xlsx", len(content.getvalue())  # type: ignore[attr-defined]
    return files.stash(content, by=cast.records, purpose="import")


def an_import(cast: Any, building: Any) -> Job:
    return Job.objects.create(kind="import.premises", title="导入", owner=cast.records)


FACTORIES = {
    "premises.Unit": a_vacant_unit,
    "premises.Building": the_building,
    "premises.Place": a_place,
    "premises.PublicArea": a_public_area,
    "premises.Meter": a_meter,
    "premises.Key": a_key,
    "premises.KeyLoan": a_key_loan,
    "premises.KeyCount": a_key_count,
    "premises.ParkingSpace": a_parking_space,
    "premises.Extinguisher": an_extinguisher,
}


def of(factory: Any, **more: Any) -> Any:
    """Arguments of an address below a record: its key and what else is asked."""
    return lambda cast, building: {"pk": factory(cast, building).pk, **more}


ARGUMENTS = {
    "premises:import_preview": lambda cast, building: {"token": an_upload(cast, building).token},
    "premises:import_status": of(an_import),
    "premises:building_edit": of(the_building),
    "premises:floor_new": of(the_building),
    "premises:floor_edit": lambda cast, building: {"pk": Floor.objects.create(building=building, level=7, name="7F").pk},
    "premises:public_area_edit": of(a_public_area),
    "premises:unit_edit": of(a_vacant_unit),
    "premises:unit_merge": of(a_vacant_unit),
    "premises:unit_split": of(a_vacant_unit),
    "premises:unit_equipment": of(a_vacant_unit),
    "scan": lambda cast, building: {"code": a_place(cast, building).code},
    "premises:scan": lambda cast, building: {"code": a_place(cast, building).code},
    "premises:meter_edit": of(a_meter),
    "premises:meter_read": of(a_meter),
    "premises:meter_replace": of(a_meter),
    "premises:reading_void": of(a_reading),
    "premises:key_edit": of(a_key),
    "premises:key_loan_sign": of(a_key_loan, document="key_receipt", party="HOLDER"),
    "premises:parking_space_edit": of(a_parking_space),
    "premises:extinguisher_edit": of(an_extinguisher),
}
