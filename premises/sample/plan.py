"""The tower on paper: floors, units, which of them are merged, who sits where."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

CODE, SMALL_CODE = "A", "B2"
FLOORS = [(level, f"B{-level}" if level < 0 else f"{level}F") for level in (-3, -2, -1, *range(1, 23))]
OFFICE_AREAS = ("186.40", "152.30", "128.50", "96.80", "96.80", "128.50", "152.30", "186.40")
SHOP_AREAS = ("238.60", "86.20", "64.50", "172.00")
BASEMENT_AREAS = ("320.00", "96.40", "58.30", "58.30", "112.70", "45.60", "38.00", "76.50")
BASEMENT_USES = ("RESTAURANT", "RESTAURANT", "RETAIL", "RETAIL", "RETAIL", "RETAIL", "STORAGE", "STORAGE")
MERGED = {"2101": ("2102", "2103"), "1501": ("1502",), "0801": ("0802",)}
WHOLE_FLOORS = (22, 20, 19, 17, 12, 6)
FITTING_OUT, RESERVED, LEAVING = {9, 20, 30}, {40, 41}, {44}
SHOPKEEPERS = range(50, 60)
OUT_OF_USE = "B108"


@dataclass(frozen=True)
class Unit:
    code: str
    level: int
    floor: str
    area: Decimal
    use: str


@cache
def units() -> tuple[Unit, ...]:
    """The 180 units, bottom up: eight in the basement, four shops, eight offices on each of 21 floors."""
    found = [
        Unit(f"B1{n:02d}", -1, "B1", Decimal(area), use)
        for n, (area, use) in enumerate(zip(BASEMENT_AREAS, BASEMENT_USES, strict=True), start=1)
    ]
    found += [Unit(f"01{n:02d}", 1, "1F", Decimal(area), "RETAIL") for n, area in enumerate(SHOP_AREAS, start=1)]
    found += [
        Unit(f"{level:02d}{n:02d}", level, f"{level}F", Decimal(area), "OFFICE")
        for level in range(2, 23)
        for n, area in enumerate(OFFICE_AREAS, start=1)
    ]
    return tuple(found)


@cache
def parts() -> dict[str, str]:
    """Merged unit -> the whole it belongs to."""
    return {part: whole for whole, merged in MERGED.items() for part in merged}


@cache
def allotment() -> dict[str, int]:
    """Unit -> number of the company that rents it; vacant units are missing."""
    offices = [unit for unit in reversed(units()) if unit.use == "OFFICE" and unit.code not in parts()]
    found = {unit.code: WHOLE_FLOORS.index(unit.level) for unit in offices if unit.level in WHOLE_FLOORS}
    # Every seventh of the rest stays vacant, as in a tower that is nearly full.
    rest = [unit for n, unit in enumerate([unit for unit in offices if unit.level not in WHOLE_FLOORS]) if n % 7 != 5]
    wanted = [number for number in range(6, 50) for _n in range(_size(number))]
    found.update({unit.code: number for unit, number in zip(rest, wanted, strict=False)})
    shops = [unit.code for unit in units() if unit.use in {"RESTAURANT", "RETAIL"}]
    found.update(dict(zip(shops, SHOPKEEPERS, strict=False)))
    return found


def _size(number: int) -> int:
    """How many units a company rents."""
    return 4 if number < 18 else 2 if number < 36 else 1


def allot(companies: list[Any]) -> None:
    """Gives each company its units, the largest code first."""
    for code, number in allotment().items():
        companies[number].units.append(code)


def state_of(code: str) -> str:
    """What the unit's status is on the day of the sample."""
    number = allotment().get(code)
    if code == OUT_OF_USE:
        return "OUT_OF_USE"
    if number is None:
        return "VACANT"
    special = {**dict.fromkeys(FITTING_OUT, "FIT_OUT"), **dict.fromkeys(RESERVED, "RESERVED"), **dict.fromkeys(LEAVING, "MOVING_OUT")}
    return special.get(number, "OCCUPIED")
