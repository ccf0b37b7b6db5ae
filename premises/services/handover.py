"""What the handover forms of a unit say, as plain lines that every template and every app can use (manual 3.1.4-3)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from premises.models import EquipmentItem, Key, Meter, MeterReading, Unit
from premises.services.readings import plain


def meter_lines(readings: Iterable[MeterReading]) -> list[list[str]]:
    """Kind, number, multiplier, reading, unit of measure and day of each reading."""
    return [
        [
            str(reading.meter.get_kind_display()),
            reading.meter.number,
            plain(reading.meter.multiplier),
            plain(reading.value),
            reading.meter.unit_of_measure,
            f"{reading.read_on:%Y-%m-%d}",
        ]
        for reading in readings
    ]


def key_lines(keys: Iterable[Key]) -> list[list[str]]:
    """Kind, how many and their numbers, a line a kind."""
    ordered = sorted(keys, key=lambda key: (key.kind, key.number))
    return [
        [str(Key.Kind(kind).label), str(len(group)), ", ".join(key.number for key in group)]
        for kind, group in ((kind, list(found)) for kind, found in groupby(ordered, key=lambda key: key.kind))
    ]


def equipment_lines(items: Iterable[EquipmentItem]) -> list[list[str]]:
    """Name, quantity, condition and remark."""
    return [[item.name, str(item.quantity), str(item.get_condition_display()), item.remark] for item in items]


def newest_readings(unit: Unit) -> list[MeterReading]:
    """The last valid reading of each meter in use of a unit; one query."""
    rows = MeterReading.objects.filter(meter__unit=unit, meter__removed_on=None, voided_at=None).select_related("meter")
    return list(rows.order_by("meter__kind", "meter__number", "-read_on", "-id").distinct("meter__kind", "meter__number"))


def handover(
    unit: Unit | None, *, tenant_name: str = "", readings: Iterable[MeterReading] | None = None, keys: Iterable[Key] | None = None
) -> dict[str, Any]:
    """The context of the print templates of the unit's handover forms; None gives the empty forms.

    `readings`: those to print, else the newest of each meter. `keys`: those handed over, else all of the unit.
    """
    if unit is None:
        return {"facts": _facts(None, tenant_name), "meter_lines": [], "key_lines": [], "equipment_lines": [], "empty_lines": range(8)}
    taken = newest_readings(unit) if readings is None else list(readings)
    handed = unit.keys.exclude(state=Key.State.RETIRED) if keys is None else keys
    return {
        "unit": unit,
        "tenant_name": tenant_name,
        "facts": _facts(unit, tenant_name),
        "meter_lines": meter_lines(taken),
        "electricity_lines": meter_lines(reading for reading in taken if reading.meter.kind == Meter.Kind.ELECTRICITY),
        "usage_lines": usage_lines(unit),
        "key_lines": key_lines(handed),
        "equipment_lines": equipment_lines(unit.equipment.all()),
        "empty_lines": [],
    }


def usage_lines(unit: Unit) -> list[list[str]]:
    """Electricity between the last two readings of each meter: number, before, now, multiplier, usage, day."""
    lines = []
    for meter in unit.meters.in_use().filter(kind=Meter.Kind.ELECTRICITY).order_by("number"):
        found = list(meter.readings.filter(voided_at=None)[:2])
        if not found:
            continue
        now, before = found[0], found[1] if len(found) > 1 else found[0]
        used = plain(now.usage) if now.usage is not None and now != before else "0"
        lines.append([meter.number, plain(before.value), plain(now.value), plain(meter.multiplier), used, f"{now.read_on:%Y-%m-%d}"])
    return lines


def _facts(unit: Unit | None, tenant_name: str) -> list[tuple[str, str]]:
    return [
        (_("Tenant"), tenant_name),
        (_("Building"), str(unit.building) if unit else ""),
        (_("Unit"), unit.code if unit else ""),
        (_("Floor"), str(unit.floor) if unit else ""),
        (_("Gross floor area (m²)"), plain(unit.area_m2) if unit else ""),
        (_("Date of handover"), ""),
    ]
