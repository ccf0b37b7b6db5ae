"""What the tenants workbook is checked against: buildings, units, tenants and leases that are there, and each other's rows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from core.imports import Book, Row
from premises import access as premises
from premises.models import Building, Unit
from tenants.models import Contact, Lease, Tenant


@dataclass(frozen=True, order=True)
class Span:
    """A lease on the line of its unit."""

    starts_on: dt.date
    last_day: dt.date
    contract: str
    row: Row | None = field(compare=False)


@dataclass
class Stock:
    """The tables by the names people use. `tenants`: (building id, any name of the tenant) -> its full name."""

    buildings: dict[str, int]
    units: dict[tuple[int, str], int]
    parts: set[tuple[int, str]]
    tenant_ids: dict[tuple[int, str], int]
    names: dict[tuple[int, str], str]
    codes: dict[tuple[int, str], str]
    contacts: set[tuple[int, str, str]]
    leases: set[tuple[int, str]]
    seen: set[tuple[Any, ...]] = field(default_factory=set)

    @classmethod
    def of(cls, book: Book, *, by: Any) -> Stock:
        """Reads what the rows of the book may point to; `by` limits it to that person's buildings."""
        allowed = Building.objects.all() if by is None else premises.buildings(by)
        buildings = dict(allowed.values_list("code", "pk"))
        ids = set(buildings.values())
        units = Unit.objects.filter(building_id__in=ids).values_list("building_id", "code", "pk", "merged_into")
        # A row that names a merged file means the one it was merged into.
        named = Tenant.objects.filter(building_id__in=ids).annotate(file=Coalesce("merged_into", "pk"))
        tenants = list(named.values_list("building_id", "name", "short_name", "credit_code", "file"))
        stock = cls(
            buildings=buildings,
            units={(building, code): pk for building, code, pk, _whole in units},
            parts={(building, code) for building, code, _pk, whole in units if whole},
            tenant_ids={(building, name): pk for building, name, _short, _code, pk in tenants},
            names={},
            codes={(building, code): name for building, name, _short, code, _pk in tenants if code},
            contacts=set(Contact.objects.filter(tenant__building_id__in=ids).values_list("tenant_id", "kind", "name")),
            leases=set(Lease.objects.standing().filter(unit__building_id__in=ids).values_list("unit_id", "contract_number")),
        )
        for building, name, short, code, _pk in tenants:
            stock._name(building, name, short, code)
        return stock

    def _name(self, building: int, name: str, short: str, code: str) -> None:
        for word in (name, short, code):
            if word:
                self.names.setdefault((building, word), name)

    def learn(self, rows: Iterable[Row]) -> None:
        """Tenants of the file itself may be named by its other sheets."""
        for row in rows:
            self._name(self.buildings[row["building"]], row["name"], row["short_name"], row["credit_code"])

    def check_tenant(self, row: Row) -> None:
        building = self._building(row)
        if building is None:
            return
        if self._twice(row, "tenants", building, row["name"]):
            row.refuse("name", _("The same tenant stands here twice."))
            return
        self._check_code(row, building)
        people = (row["managers"] or 0) + (row["employees"] or 0)
        if row["people_total"] is not None and row["people_total"] < people:
            row.refuse("people_total", _("Managers and staff together are more than the people in all."))

    def _check_code(self, row: Row, building: int) -> None:
        code = row["credit_code"]
        if not code:
            return
        owner = self.codes.setdefault((building, code), row["name"])
        if owner != row["name"]:
            row.refuse("credit_code", _("This code belongs to %(tenant)s already.") % {"tenant": owner})

    def check_contact(self, row: Row) -> None:
        building = self._building(row)
        name = None if building is None else self._tenant(row, building)
        if name and self._twice(row, "contacts", building, name, row["kind"], row["name"]):
            row.refuse("name", _("The same contact stands here twice."))

    def check_lease(self, row: Row) -> None:
        building = self._building(row)
        if building is None or not self._tenant(row, building):
            return
        place = (building, row["unit"])
        if place not in self.units:
            row.refuse("unit", _("There is no such unit in this building."))
        elif place in self.parts:
            row.refuse("unit", _("This unit is merged into another. Name the whole one."))
        elif self._twice(row, "leases", *place, row["contract_number"]):
            row.refuse("contract_number", _("The same contract stands here twice for this unit."))
        self._check_days(row)

    def _check_days(self, row: Row) -> None:
        if row["ends_on"] < row["starts_on"]:
            row.refuse("ends_on", _("A lease can't end before it starts."))
            return
        for key, reason in (
            ("terminated_on", _("The early end must lie within the lease.")),
            ("rent_free_until", _("The rent-free period must lie within the lease.")),
        ):
            if row[key] and not row["starts_on"] <= row[key] <= row["ends_on"]:
                row.refuse(key, reason)

    def check_overlaps(self, rows: list[Row]) -> None:
        """Names each lease of the file that shares a day with another of its unit, stored or in the file."""
        lines: dict[int, list[Span]] = defaultdict(list)
        for row in rows:
            if self.is_new(row):
                lines[self.unit_id(row)].append(Span(row["starts_on"], row["terminated_on"] or row["ends_on"], row["contract_number"], row))
        for lease in Lease.objects.standing().filter(unit_id__in=lines):
            lines[lease.unit_id].append(Span(lease.starts_on, lease.last_day, lease.contract_number, None))
        for spans in lines.values():
            _refuse_overlaps(sorted(spans))

    def is_new(self, row: Row) -> bool:
        """False for what is stored already under its name."""
        building = self.buildings[row["building"]]
        if row.sheet.key == "tenants":
            return (building, row["name"]) not in self.tenant_ids
        if row.sheet.key == "contacts":
            return (self.tenant_ids.get((building, self._full(row))), row["kind"], row["name"]) not in self.contacts
        return (self.units[(building, row["unit"])], row["contract_number"]) not in self.leases

    def tenant_id(self, row: Row) -> int:
        return self.tenant_ids[(self.buildings[row["building"]], self._full(row))]

    def unit_id(self, row: Row) -> int:
        return self.units[(self.buildings[row["building"]], row["unit"])]

    def _full(self, row: Row) -> str:
        return self.names.get((self.buildings[row["building"]], row["tenant"]), "")

    def _building(self, row: Row) -> int | None:
        found = self.buildings.get(row["building"])
        if found is None:
            row.refuse("building", _("There is no such building, or it is not one of yours."))
        return found

    def _tenant(self, row: Row, building: int) -> str:
        found = self.names.get((building, row["tenant"]), "")
        if not found:
            row.refuse("tenant", _("No tenant of this building has this name or code."))
        return found

    def _twice(self, row: Row, *name: Any) -> bool:
        is_known = name in self.seen
        self.seen.add(name)
        return is_known


def _refuse_overlaps(spans: list[Span]) -> None:
    latest: Span | None = None
    for span in spans:
        if latest is not None and span.starts_on <= latest.last_day:
            (guilty, other) = (span, latest) if span.row else (latest, span)
            if guilty.row:
                words = {"contract": other.contract, "start": other.starts_on, "end": other.last_day}
                guilty.row.refuse("unit", _("Contract %(contract)s has this unit from %(start)s to %(end)s.") % words)
        if latest is None or span.last_day > latest.last_day:
            latest = span
