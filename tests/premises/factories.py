"""One record of each kind of the premises, in its first state."""

from __future__ import annotations

from typing import Any

from premises.models import Extinguisher, Key, ParkingSpace
from tests.conftest import a_unit


def a_vacant_unit(cast: Any, building: Any) -> Any:
    return a_unit(building, "1801")


def a_key(cast: Any, building: Any) -> Key:
    return Key.objects.create(building=building, unit=a_unit(building, "1802"), kind=Key.Kind.UNIT_KEY, number="K-1802-1")


def a_parking_space(cast: Any, building: Any) -> ParkingSpace:
    return ParkingSpace.objects.create(building=building, code="B2-018", rented_to="华信科技")


def an_extinguisher(cast: Any, building: Any) -> Extinguisher:
    return Extinguisher.objects.create(building=building, number="MF-001", rented_to="宏远装饰")


FACTORIES = {
    "premises.Unit": a_vacant_unit,
    "premises.Key": a_key,
    "premises.ParkingSpace": a_parking_space,
    "premises.Extinguisher": an_extinguisher,
}
