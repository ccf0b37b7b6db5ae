"""How the rows of each sheet become rows of the database, and what must hold for them."""

from __future__ import annotations

from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from core.imports import Row
from premises import services
from premises.imports import sheets
from premises.imports.stock import Name, Stock, Table
from premises.models import EquipmentItem, Extinguisher, Floor, Key, KeyLoan, Meter, MeterReading, ParkingSpace, PublicArea, Unit

SHANGHAI = ZoneInfo("Asia/Shanghai")


def _given(row: Row, *columns: str) -> dict[str, Any]:
    """The filled cells of these columns; the rest keeps the model's usual value."""
    return {column: row[column] for column in columns if row.get(column) is not None}


def _same(*columns: str) -> dict[str, str]:
    return {column: column for column in columns}


def make_floor(row: Row, stock: Stock) -> Floor:
    return Floor(building_id=stock.buildings[row["building"]], **_given(row, "name", "level", "is_refuge"))


def check_floor(row: Row, stock: Stock) -> None:
    taken = [name for name, other in stock.fresh["floors"].items() if name[0] == row["building"] and other["level"] == row["level"]]
    taken += [name for name, kept in stock.stored["floors"].items() if name[0] == row["building"] and kept["level"] == row["level"]]
    if taken and taken[0][1] != row["name"]:
        row.refuse("level", _("Floor %(floor)s has this level.") % {"floor": taken[0][1]})


def make_unit(row: Row, stock: Stock) -> Unit:
    floor = stock.id("floors", row["building"], row["floor"])
    given = _given(row, "code", "area_m2", "net_area_m2", "use", "state")
    return Unit(building_id=stock.buildings[row["building"]], floor_id=floor, **given)


def check_unit(row: Row, _stock: Stock) -> None:
    if row.get("net_area_m2") and row["net_area_m2"] > row["area_m2"]:
        row.refuse("net_area_m2", _("The net floor area is larger than the gross one."))
    if row.get("merged_into"):
        _check_part(row)


def _check_part(row: Row) -> None:
    if row["merged_into"] == row["code"]:
        row.refuse("merged_into", _("A unit can't be part of itself."))
    if row.get("state") not in (None, Unit.State.VACANT):
        row.refuse("state", _("The status of a merged unit stands in the row of the whole: leave this cell empty."))


def check_whole(row: Row, stock: Stock) -> None:
    """A merged unit lies beside its whole, and the whole is no part itself; asked when all units are known."""
    whole = (row["building"], row["merged_into"])
    if not stock.has("units", whole):
        row.refuse("merged_into", _("“%(name)s” is not in this file or the building.") % {"name": row["merged_into"]})
    elif stock.value("units", whole, "merged_into"):
        row.refuse("merged_into", _("%(unit)s is itself part of another unit.") % {"unit": row["merged_into"]})
    elif stock.value("units", whole, "floor") != row["floor"]:
        row.refuse("merged_into", _("%(unit)s is on another floor.") % {"unit": row["merged_into"]})


def make_area(row: Row, stock: Stock) -> PublicArea:
    floor = stock.id("floors", row["building"], row.get("floor"))
    return PublicArea(building_id=stock.buildings[row["building"]], floor_id=floor, **_given(row, "name", "area_m2"))


def make_meter(row: Row, stock: Stock) -> Meter:
    given = _given(row, "number", "kind", "multiplier", "digits", "position", "installed_on")
    unit = stock.id("units", row["building"], row.get("unit"))
    area = stock.id("areas", row["building"], row.get("area"))
    return Meter(building_id=stock.buildings[row["building"]], unit_id=unit, area_id=area, **given)


def check_meter(row: Row, _stock: Stock) -> None:
    if bool(row.get("unit")) == bool(row.get("area")):
        row.refuse("unit", _("Name either a unit or a public area."))


def make_reading(row: Row, stock: Stock) -> MeterReading:
    return MeterReading(
        meter_id=stock.id("meters", row["building"], row["meter"]),
        read_on=row["read_on"],
        value=row["value"],
        kind=row.get("kind") or MeterReading.Kind.ROUTINE,
        usage=row["usage"],
    )


def make_space(row: Row, stock: Stock) -> ParkingSpace:
    state = ParkingSpace.State.RENTED if row.get("rented_to") else ParkingSpace.State.FREE
    floor = stock.id("floors", row["building"], row.get("floor"))
    given = _given(row, "code", "has_lock", "rented_to", "plate")
    return ParkingSpace(building_id=stock.buildings[row["building"]], floor_id=floor, state=state, **given)


def make_key(row: Row, stock: Stock) -> Key:
    return Key(
        building_id=stock.buildings[row["building"]],
        unit_id=stock.id("units", row["building"], row.get("unit")),
        parking_space_id=stock.id("parking", row["building"], row.get("parking_space")),
        area_id=stock.id("areas", row["building"], row.get("area")),
        state=Key.State.OUT if row.get("holder_name") else Key.State.IN_STORE,
        **_given(row, "number", "kind", "label"),
    )


def check_key(row: Row, _stock: Stock) -> None:
    opened = [column for column in ("unit", "parking_space", "area") if row.get(column)]
    if len(opened) > 1:
        row.refuse(opened[1], _("A key opens one thing: name a unit, a parking space or a public area."))


def make_loan(row: Row, key: Key, *, by: Any, at: datetime) -> KeyLoan:
    """The open loan of a key that is out; issued at noon of its day, or now."""
    issued = datetime.combine(row["issued_on"], time(12), SHANGHAI).astimezone(UTC) if row.get("issued_on") else at
    given = _given(row, "holder_name", "holder_phone", "holder_company")
    return KeyLoan(key=key, issued_at=min(issued, at), issued_by=by, **given)


def make_extinguisher(row: Row, stock: Stock) -> Extinguisher:
    state = Extinguisher.State.RENTED if row.get("rented_to") else Extinguisher.State.IN_STORE
    given = _given(row, "number", "kind", "weight_kg", "check_due_on", "rented_to")
    return Extinguisher(building_id=stock.buildings[row["building"]], state=state, **given)


def make_item(row: Row, stock: Stock) -> EquipmentItem:
    unit = stock.id("units", row["building"], row["unit"])
    return EquipmentItem(unit_id=unit, position=row.number % 30_000, **_given(row, "name", "quantity", "condition", "remark"))


def check_reading_order(rows: list[Row], stock: Stock) -> None:
    """Along each meter's own time no reading is lower than the one before, unless the meter was replaced.

    Gives each row its `usage`.
    """
    last: dict[tuple[str, str], tuple[Any, Any]] = {}
    for row in sorted(rows, key=lambda row: (row["read_on"], row.number)):
        meter = (row["building"], row["meter"])
        before = last.get(meter) or _last_stored(meter, stock)
        may_be_lower = row.get("kind") in services.MAY_BE_LOWER
        if before and row["read_on"] < before[0]:
            row.refuse("read_on", _("The meter has a later reading already."))
        elif before and row["value"] < before[1] and not may_be_lower:
            row.refuse("value", _("Lower than the reading before, %(last)s.") % {"last": services.plain(before[1])})
        else:
            row.values["usage"] = _usage(row, before[1] if before else None, stock)
            last[meter] = (row["read_on"], row["value"])


def _usage(row: Row, before: Decimal | None, stock: Stock) -> Decimal | None:
    meter = (row["building"], row["meter"])
    return services.usage_between(
        before,
        row["value"],
        kind=row.get("kind") or MeterReading.Kind.ROUTINE,
        multiplier=stock.value("meters", meter, "multiplier") or Decimal(1),
        digits=stock.value("meters", meter, "digits") or 6,
    )


def _last_stored(meter: tuple[str, str], stock: Stock) -> tuple[Any, Any] | None:
    kept = stock.stored["meters"].get(meter)
    return (kept["last_read_on"], kept["last_value"]) if kept and kept["last_read_on"] else None


class MeterTable(Table):
    def existing(self, building_ids: list[int]) -> Any:
        return Meter.objects.filter(building__in=building_ids).with_last_reading()


class ReadingTable(Table):
    """A reading is named by meter, day and kind; an empty kind is a routine reading. Voided ones don't count."""

    def name(self, row: Row) -> Name:
        return (row["building"], row["meter"], row["read_on"], row.get("kind") or MeterReading.Kind.ROUTINE)

    def existing(self, building_ids: list[int]) -> Any:
        return super().existing(building_ids).filter(voided_at=None)


FLOORS = Table(sheets.FLOORS, Floor, ("name",), make_floor, _same("level", "is_refuge"), check=check_floor)
UNITS = Table(
    sheets.UNITS,
    Unit,
    ("code",),
    make_unit,
    _same("area_m2", "net_area_m2", "use") | {"floor": "floor__name", "merged_into": "merged_into__code"},
    {"floor": "floors"},
    check_unit,
    searched=("building", "floor"),
)
AREAS = Table(
    sheets.AREAS,
    PublicArea,
    ("name",),
    make_area,
    {"floor": "floor__name", "area_m2": "area_m2"},
    {"floor": "floors"},
    searched=("building",),
)
METERS = MeterTable(
    sheets.METERS,
    Meter,
    ("number",),
    make_meter,
    _same("kind", "multiplier", "digits", "installed_on", "last_value", "last_read_on") | {"unit": "unit__code", "area": "area__name"},
    {"unit": "units", "area": "areas"},
    check_meter,
    searched=("unit", "area"),
)
READINGS = ReadingTable(
    sheets.READINGS,
    MeterReading,
    ("meter", "read_on", "kind"),
    make_reading,
    {"value": "value", "meter": "meter__number"},
    {"meter": "meters"},
    building_path="meter__building",
)
PARKING = Table(sheets.PARKING, ParkingSpace, ("code",), make_space, _same("has_lock") | {"floor": "floor__name"}, {"floor": "floors"})
KEYS = Table(
    sheets.KEYS,
    Key,
    ("number",),
    make_key,
    _same("kind") | {"unit": "unit__code", "parking_space": "parking_space__code", "area": "area__name"},
    {"unit": "units", "parking_space": "parking", "area": "areas"},
    check_key,
    searched=("unit", "parking_space", "area"),
)
EXTINGUISHERS = Table(sheets.EXTINGUISHERS, Extinguisher, ("number",), make_extinguisher, _same("kind", "weight_kg"))
EQUIPMENT = Table(
    sheets.EQUIPMENT,
    EquipmentItem,
    ("unit", "name"),
    make_item,
    {"quantity": "quantity", "unit": "unit__code"},
    {"unit": "units"},
    building_path="unit__building",
)
TABLES = (FLOORS, UNITS, AREAS, METERS, READINGS, PARKING, KEYS, EXTINGUISHERS, EQUIPMENT)
