"""One record of each kind of the premises, in its first state."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from core import files, import_workbook
from core.models import Job
from premises import services
from premises.models import (
    Building,
    EquipmentItem,
    Extinguisher,
    Floor,
    Key,
    KeyCount,
    KeyLoan,
    Meter,
    MeterReading,
    ParkingSpace,
    Place,
    PublicArea,
)
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


def an_equipment_item(cast: Any, building: Any) -> EquipmentItem:
    return EquipmentItem.objects.create(unit=a_unit(building, "1806"), name="风机盘管", quantity=4)


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
    "premises.EquipmentItem": an_equipment_item,
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


def a_neighbour(cast: Any, building: Any) -> dict[str, str]:
    return {"unit_1": a_unit(building, "1802").code}


def a_place_for_a_meter(cast: Any, building: Any) -> dict[str, Any]:
    unit = a_unit(building, "1901", level=19)
    return {"building": building.pk, "number": "E-1901", "kind": "WATER", "unit": unit.code}


def a_floor_for_a_unit(cast: Any, building: Any) -> dict[str, Any]:
    Floor.objects.create(building=building, level=20, name="20F")
    return {"building": building.pk, "floor": "20F", "code": "2001", "area_m2": "88.50"}


def in_it(**typed: Any) -> Any:
    return lambda cast, building: {"building": building.pk, **typed}


def typed(**words: Any) -> Any:
    return lambda cast, building: words


def a_workbook() -> Any:
    return SimpleUploadedFile("b.xlsx", import_workbook.write(tower.small_building()))


# Address of a form → what somebody types into it, beside what the page filled in; a callable makes an upload.
FORMS: dict[str, Any] = {
    "premises:building_edit": typed(phone="010-88888888", management_company="云汇物业"),
    "premises:building_new": typed(code="N1", name="新楼", address="建国路 90 号", management_company="云汇物业", phone="010-88888888"),
    "premises:extinguisher_edit": typed(weight_kg="5"),
    "premises:extinguisher_new": in_it(number="MF-900"),
    "premises:extinguisher_step": typed(rented_to="宏远装饰"),
    "premises:floor_edit": typed(name="8F", level="8"),
    "premises:floor_new": in_it(name="9F", level="9"),
    "premises:import": typed(file=a_workbook),
    "premises:import_preview": typed(),
    "premises:key_count_new": typed(others="K-9"),
    "premises:key_edit": typed(label="备用"),
    "premises:key_loan_sign": typed(method="WITNESSED", witness="王强"),
    "premises:key_new": in_it(number="K-900", kind="UNIT_KEY"),
    "premises:key_step": typed(holder_name="刘晓燕"),
    "premises:meter_edit": typed(position="弱电间"),
    "premises:meter_new": a_place_for_a_meter,
    "premises:meter_read": typed(value="10"),
    "premises:meter_replace": typed(final_value="10", number="E-1804-2"),
    "premises:parking_space_edit": typed(code="B2-019"),
    "premises:parking_space_new": in_it(code="B2-020"),
    "premises:parking_space_step": typed(rented_to="华信科技", plate="京A12345"),
    "premises:public_area_edit": typed(area_m2="90"),
    "premises:public_area_new": in_it(name="地下一层大厅"),
    "premises:reading_void": typed(note="抄错"),
    "premises:unit_edit": typed(area_m2="130.00"),
    "premises:unit_equipment": typed(**{"items-0-name": "风机盘管", "items-0-quantity": "2"}),
    "premises:unit_merge": a_neighbour,
    "premises:unit_new": a_floor_for_a_unit,
    "premises:unit_step": typed(),
}
