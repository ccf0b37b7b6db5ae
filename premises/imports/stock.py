"""What is stored already and what a file adds, so that rows may name each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from core.imports import Book, Row, Sheet
from premises import access
from premises.models import Building
from staff.models import Territory

Name = tuple[Any, ...]


@dataclass(frozen=True)
class Table:
    """How the rows of a sheet are stored. The building's code and the `key` columns name a row.

    `stored` gives, for columns compared with a row that exists, where its value lies; `links` the sheet a column points to.
    `searched` names the relations that the words of the search index come from.
    """

    sheet: Sheet
    model: type[models.Model]
    key: tuple[str, ...]
    make: Callable[[Row, Stock], models.Model]
    stored: dict[str, str]
    links: dict[str, str] = field(default_factory=dict)
    check: Callable[[Row, Stock], None] = lambda row, stock: None
    building_path: str = "building"
    searched: tuple[str, ...] = ()

    def name(self, row: Row) -> Name:
        return (row["building"], *(row.get(column) for column in self.key))

    def existing(self, building_ids: list[int]) -> models.QuerySet[Any]:
        return self.model._base_manager.filter(**{f"{self.building_path}__in": building_ids})


@dataclass
class Stock:
    """Rows by sheet and name: `stored` in the database (with the values compared), `fresh` in the file."""

    buildings: dict[str, int] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    stored: dict[str, dict[Name, dict[str, Any]]] = field(default_factory=dict)
    fresh: dict[str, dict[Name, Row]] = field(default_factory=dict)
    ids: dict[str, dict[Name, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, book: Book, tables: tuple[Table, ...], *, by: Any) -> Stock:
        """The stock of the buildings a file speaks of; those this person may not see count as taken."""
        codes = {row.get("code") for row in book.rows.get("buildings", [])}
        codes |= {row.get("building") for table in tables for row in book.rows.get(table.sheet.key, [])}
        visible = access.buildings(by) if by else Building.objects.all()
        stock = cls(buildings=dict(visible.filter(code__in=codes - {None}).values_list("code", "pk")))
        stock.hidden = set(Territory.objects.filter(code__in=codes - {None}).values_list("code", flat=True)) - set(stock.buildings)
        stock.ids["buildings"] = {(code,): pk for code, pk in stock.buildings.items()}
        for table in tables:
            stock._load(table)
        return stock

    def _load(self, table: Table) -> None:
        paths = {"building": f"{table.building_path}__code", **{column: column for column in table.key}, **table.stored}
        rows = table.existing(list(self.buildings.values())).values("pk", *set(paths.values()))
        self.stored[table.sheet.key], self.ids[table.sheet.key] = {}, {}
        self.fresh.setdefault(table.sheet.key, {})
        for row in rows.iterator(chunk_size=2000):
            values = {column: row[path] for column, path in paths.items()}
            name = (values["building"], *(values[column] for column in table.key))
            self.stored[table.sheet.key][name] = values
            self.ids[table.sheet.key][name] = row["pk"]

    def has(self, sheet: str, name: Name) -> bool:
        return name in self.stored.get(sheet, {}) or name in self.fresh.get(sheet, {})

    def id(self, sheet: str, building: str, value: Any) -> int | None:
        """The key in the database of what a row names; None for an empty cell."""
        return self.ids[sheet][(building, value)] if value else None

    def value(self, sheet: str, name: Name, column: str) -> Any:
        """A value of a row that is stored or in the file."""
        if name in self.stored.get(sheet, {}):
            return self.stored[sheet][name].get(column)
        row = self.fresh.get(sheet, {}).get(name)
        return row.get(column) if row else None


def check_row(row: Row, table: Table, stock: Stock) -> None:
    """Building known, named once, links lead somewhere, own rules hold, and no contradiction to what is stored."""
    if row["building"] not in stock.buildings and (row["building"],) not in stock.fresh["buildings"]:
        row.refuse("building", _("There is no building “%(code)s” in this file or among yours.") % {"code": row["building"]})
        return
    name = table.name(row)
    if name in stock.fresh[table.sheet.key]:
        other = stock.fresh[table.sheet.key][name].number
        row.refuse(table.key[0], _("The same as row %(row)d.") % {"row": other})
        return
    for column, sheet in table.links.items():
        if row.get(column) and not stock.has(sheet, (row["building"], row[column])):
            row.refuse(column, _("“%(name)s” is not in this file or the building.") % {"name": row[column]})
    table.check(row, stock)
    _check_against_stored(row, table, stock.stored[table.sheet.key].get(name))
    if not row.is_bad:
        stock.fresh[table.sheet.key][name] = row


def _check_against_stored(row: Row, table: Table, stored: dict[str, Any] | None) -> None:
    for column in table.stored if stored else ():
        said, kept = row.get(column), stored[column] if stored else None
        if said not in (None, "") and said != kept:
            row.refuse(column, _("It exists already with “%(value)s”. Correct it on its page.") % {"value": kept or "–"})
