"""Where everything happens: buildings, floors, units, places, meters, keys, parking."""

from premises.models.buildings import PLACE_ALPHABET, Building, CodeField, Floor, Place, PublicArea, Unit, UnitQuerySet
from premises.models.equipment import EquipmentItem, Extinguisher, ParkingSpace
from premises.models.keys import Key, KeyCount, KeyDifference, KeyLoan, KeyLoanQuerySet, KeyQuerySet
from premises.models.meters import Meter, MeterQuerySet, MeterReading

__all__ = [
    "PLACE_ALPHABET",
    "Building",
    "CodeField",
    "EquipmentItem",
    "Extinguisher",
    "Floor",
    "Key",
    "KeyCount",
    "KeyDifference",
    "KeyLoan",
    "KeyLoanQuerySet",
    "KeyQuerySet",
    "Meter",
    "MeterQuerySet",
    "MeterReading",
    "ParkingSpace",
    "Place",
    "PublicArea",
    "Unit",
    "UnitQuerySet",
]
