"""Which rows of the premises a person sees: those of the buildings of their posts. Nothing else asks for a role."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from premises.models import (
    Building,
    EquipmentItem,
    Extinguisher,
    Floor,
    Key,
    KeyCount,
    KeyLoan,
    KeyLoanQuerySet,
    KeyQuerySet,
    Meter,
    MeterQuerySet,
    MeterReading,
    ParkingSpace,
    Place,
    PublicArea,
    Unit,
    UnitQuerySet,
)
from staff import access as staff


def buildings(user: Any) -> QuerySet[Building]:
    return staff.in_territories(Building.objects.all(), user, "pk")


def floors(user: Any) -> QuerySet[Floor]:
    return staff.in_territories(Floor.objects.select_related("building"), user)


def units(user: Any) -> UnitQuerySet:
    return Unit.objects.filter(building__in=staff.territories(user)).select_related("building", "floor")


def places(user: Any) -> QuerySet[Place]:
    return staff.in_territories(Place.objects.select_related("territory"), user, "territory_id")


def public_areas(user: Any) -> QuerySet[PublicArea]:
    return staff.in_territories(PublicArea.objects.select_related("building", "floor"), user)


def meters(user: Any) -> MeterQuerySet:
    return Meter.objects.filter(building__in=staff.territories(user)).select_related("building", "unit", "area")


def readings(user: Any) -> QuerySet[MeterReading]:
    rows = MeterReading.objects.select_related("meter", "meter__unit", "meter__area", "read_by")
    return staff.in_territories(rows, user, "meter__building_id")


def keys(user: Any) -> KeyQuerySet:
    rows = Key.objects.filter(building__in=staff.territories(user))
    return rows.select_related("building", "unit", "parking_space", "area")


def key_loans(user: Any) -> KeyLoanQuerySet:
    rows = KeyLoan.objects.filter(key__building__in=staff.territories(user))
    return rows.select_related("key__building", "key__unit", "key__parking_space", "issued_by", "returned_to")


def key_counts(user: Any) -> QuerySet[KeyCount]:
    return staff.in_territories(KeyCount.objects.select_related("building", "counted_by"), user)


def parking_spaces(user: Any) -> QuerySet[ParkingSpace]:
    return staff.in_territories(ParkingSpace.objects.select_related("building", "floor"), user)


def extinguishers(user: Any) -> QuerySet[Extinguisher]:
    return staff.in_territories(Extinguisher.objects.select_related("building", "place"), user)


def equipment(user: Any) -> QuerySet[EquipmentItem]:
    return staff.in_territories(EquipmentItem.objects.select_related("unit"), user, "unit__building_id")


SURVEYORS = ("CUSTOMER_SERVICE", "LEASING", "ENGINEERING", "RECORDS", "MANAGEMENT")


def _in_department(user: Any, departments: tuple[str, ...], territory_id: int | None = None) -> bool:
    return any(staff.holds(user, department, territory_id=territory_id) for department in departments)


def may_change(user: Any, territory_id: int | None = None) -> bool:
    """Add and correct floors, units, areas, meters, parking and equipment: the departments that survey the house."""
    return _in_department(user, SURVEYORS, territory_id)


def may_read_meters(user: Any, territory_id: int | None = None) -> bool:
    """Write down readings: customer service and engineering."""
    return _in_department(user, ("CUSTOMER_SERVICE", "ENGINEERING"), territory_id)


def may_keep_keys(user: Any, territory_id: int | None = None) -> bool:
    """Issue, take back and count keys and cards: customer service."""
    return _in_department(user, ("CUSTOMER_SERVICE",), territory_id)


def may_import(user: Any) -> bool:
    """Load a building from a workbook: records officers and management."""
    return _in_department(user, ("RECORDS", "MANAGEMENT"))


def may_see_keys(user: Any) -> bool:
    """Keys and cards with their holders: those who keep, guard or use them."""
    return _in_department(user, ("CUSTOMER_SERVICE", "SECURITY", "ENGINEERING", "RECORDS", "MANAGEMENT"))
