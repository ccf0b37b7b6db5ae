"""The stacking plan: floors top down, units as wide as their area, merged units spanning (ux.md 3.5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.urls import reverse
from django.utils import timezone

from core import panels
from premises import access as premises
from premises.models import Building, Floor, Unit
from tenants import access as tenants
from tenants.models import Lease

COLUMNS, NARROWEST = 48, 4


@dataclass
class Cell:
    """A unit on the plan. `codes` are its own number and those merged into it.

    `span` is its width in columns, `fair` what its area alone would give.
    """

    unit: Unit
    name: str
    area_m2: Decimal
    codes: list[str]
    flags: list[panels.Flag] = field(default_factory=list)
    span: int = 1
    fair: Decimal = Decimal(1)

    @property
    def mark(self) -> str:
        return Unit.STATE_CODES[self.unit.state]

    @property
    def is_merged(self) -> bool:
        return len(self.codes) > 1

    @property
    def title(self) -> str:
        """`1803`, or `1803–1805` for merged units."""
        return self.codes[0] if not self.is_merged else f"{self.codes[0]}–{self.codes[-1]}"

    @property
    def css(self) -> str:
        return self.unit.state.lower().replace("_", "-")

    @property
    def flag_keys(self) -> str:
        return " ".join(flag.key for flag in self.flags)


@dataclass(frozen=True)
class Row:
    floor: Floor
    cells: list[Cell]


@dataclass(frozen=True)
class Legend:
    """A state or flag with the number of units that have it."""

    key: str
    mark: str
    label: Any
    count: int

    @property
    def css(self) -> str:
        return self.key.lower().replace("_", "-")


@dataclass(frozen=True)
class Plan:
    building: Building
    rows: list[Row]
    states: list[Legend]
    flags: list[Legend]

    @property
    def panel_root(self) -> str:
        """The addresses of the side panels begin so; asked once, not for each cell."""
        return f"{reverse('frontdesk:stacking_plan')}units/"

    @property
    def cells(self) -> list[Cell]:
        return [cell for row in self.rows for cell in row.cells]


def plan(building: Building, user: Any) -> Plan:
    """The plan of one building as this person sees it; one query and those of the flags, however many units."""
    units = list(_units(building, user))
    flags = _flags([unit.pk for unit in units], user)
    cells = _cells(units, flags)
    floors = sorted({unit.floor for unit in units}, key=lambda floor: -floor.level)
    rows = [Row(floor, _fitted([cell for cell in cells if cell.unit.floor_id == floor.pk])) for floor in floors]
    return Plan(building, [row for row in rows if row.cells], _state_legend(cells), _flag_legend(cells))


def _units(building: Building, user: Any) -> QuerySet[Unit]:
    """The building's units, each with `tenant_name`: who rents it today, or is about to move in."""
    running = tenants.leases(user).here_or_coming(timezone.localdate()).filter(unit=OuterRef("pk"))  # type: ignore[attr-defined]
    name = Coalesce(NullIf("tenant__short_name", Value("")), "tenant__name")
    rows = premises.units(user).filter(building=building).select_related(None).select_related("floor")
    return rows.annotate(tenant_name=Subquery(running.annotate(shown=name).values("shown")[:1])).order_by("code")


def _flags(ids: list[int], user: Any) -> dict[int, list[panels.Flag]]:
    """The marks of every app; one query for all that answer with rows."""
    found: dict[int, list[panels.Flag]] = {}
    answers = [answer for answer in panels.contributions("unit.flags", ids, user) if answer]
    for answer in [*(each for each in answers if isinstance(each, dict)), *_marked([each for each in answers if isinstance(each, tuple)])]:
        for unit_id, flags in answer.items():
            found.setdefault(unit_id, []).extend(flags)
    return found


def _marked(answers: list[tuple[panels.Flag, QuerySet[Any]]]) -> list[dict[int, list[panels.Flag]]]:
    """{unit: [flag]} of each answer that is rows; the place of an answer says whose a row is."""
    parts = [rows.order_by().annotate(flag=Value(place)).values_list("unit_id", "flag") for place, (_flag, rows) in enumerate(answers)]
    if not parts:
        return []
    pairs = parts[0].union(*parts[1:])
    return [{unit: [answers[place][0]]} for unit, place in pairs]


def _cells(units: Iterable[Any], flags: dict[int, list[panels.Flag]]) -> list[Cell]:
    cells: dict[int, Cell] = {}
    parts = []
    for unit in units:
        if unit.merged_into_id:
            parts.append(unit)
        else:
            cells[unit.pk] = Cell(unit, unit.tenant_name or "", unit.area_m2, [unit.code], list(flags.get(unit.pk, [])))
    for part in parts:
        whole = cells.get(part.merged_into_id or 0)
        if whole:
            whole.codes = sorted([*whole.codes, part.code])
            whole.area_m2 += part.area_m2
    return sorted(cells.values(), key=lambda cell: cell.codes[0])


def _fitted(cells: list[Cell]) -> list[Cell]:
    """The cells with spans that follow their areas and fill the row of 48 columns; none too narrow for its code."""
    total = sum((cell.area_m2 for cell in cells), Decimal(0))
    least = max(1, min(NARROWEST, COLUMNS // max(len(cells), 1)))
    for cell in cells:
        cell.fair = cell.area_m2 * COLUMNS / total
        cell.span = max(least, round(cell.fair))
    for _missing in range(COLUMNS - _taken(cells) if cells else 0):
        max(cells, key=lambda cell: cell.fair - cell.span).span += 1
    for _extra in range(_taken(cells) - max(COLUMNS, len(cells))):
        max((cell for cell in cells if cell.span > least), key=lambda cell: cell.span - cell.fair).span -= 1
    return cells


def _taken(cells: list[Cell]) -> int:
    return sum(cell.span for cell in cells)


def _state_legend(cells: list[Cell]) -> list[Legend]:
    counts = Counter(cell.unit.state for cell in cells)
    return [Legend(state, Unit.STATE_CODES[state], label, counts[state]) for state, label in Unit.State.choices]


def _flag_legend(cells: list[Cell]) -> list[Legend]:
    counts = Counter(flag.key for cell in cells for flag in cell.flags)
    named = {flag.key: flag for cell in cells for flag in cell.flags}
    return [Legend(key, named[key].sign, named[key].label, counts[key]) for key in sorted(named)]


def lease_of(unit: Unit, user: Any) -> Lease | None:
    """The lease that runs in a unit today, or the one that is about to begin."""
    return tenants.leases(user).here_or_coming(timezone.localdate()).filter(unit=unit).first()  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Share:
    """The area of the units in one state: m² and percent of the building."""

    mark: str
    state: str
    label: Any
    units: int
    area_m2: Decimal
    percent: Decimal


def areas(shown: Plan) -> list[Share]:
    """Units and area by state, the states in their usual order."""
    total = sum((cell.area_m2 for cell in shown.cells), Decimal(0)) or Decimal(1)
    found = []
    for entry in shown.states:
        area = sum((cell.area_m2 for cell in shown.cells if cell.unit.state == entry.key), Decimal(0))
        found.append(Share(entry.mark, entry.key, entry.label, entry.count, area, round(area * 100 / total, 1)))
    return found
