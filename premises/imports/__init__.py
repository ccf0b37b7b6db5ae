"""A real building from a workbook: floors, units, meters, keys and the rest, all or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import kinds, search
from core.imports import Book, Import, Progress, Row
from premises import services
from premises.imports import sheets, tables
from premises.imports.stock import Stock, Table, check_row
from premises.models import Building, Key, KeyLoan, Place, Unit

BATCH = 500


class PremisesImport(Import):
    """The premises workbook. Rows that exist just as they stand in the file are left alone."""

    key: ClassVar[str] = "premises"
    title: ClassVar[Any] = gettext_lazy("Premises")
    sheets = sheets.SHEETS

    def check(self, book: Book, *, by: Any) -> None:
        self.stock = Stock.of(book, tables.TABLES, by=by)
        self.stock.fresh["buildings"] = {}
        for row in book.good("buildings"):
            self._check_building(row)
        for table in tables.TABLES:
            for row in book.good(table.sheet.key):
                check_row(row, table, self.stock)
        for row in book.good("units"):
            if row.get("merged_into"):
                tables.check_whole(row, self.stock)
        tables.check_reading_order([row for row in book.good("readings") if self.is_new(row)], self.stock)

    def _check_building(self, row: Row) -> None:
        if row["code"] in self.stock.hidden:
            row.refuse("code", _("This code is taken by a territory outside your posts."))
        elif (row["code"],) in self.stock.fresh["buildings"]:
            row.refuse("code", _("The same building stands here twice."))
        else:
            self.stock.fresh["buildings"][(row["code"],)] = row

    def is_new(self, row: Row) -> bool:
        if row.sheet.key == "buildings":
            return row["code"] not in self.stock.buildings
        return _table(row).name(row) not in self.stock.stored[row.sheet.key]

    def write(self, book: Book, *, by: Any, at: datetime, progress: Progress) -> None:
        total = sum(len(rows) for rows in book.rows.values())
        done = self._write_buildings(book)
        for table in tables.TABLES:
            rows = [row for row in book.good(table.sheet.key) if self.is_new(row)]
            for batch in _slices(rows):
                self._write_batch(table, batch, by=by, at=at)
                done += len(batch)
                progress(min(done, total), total)
            AFTER.get(table.sheet.key, _nothing_more)(self, rows)
        progress(total, total)

    def _write_buildings(self, book: Book) -> int:
        fresh = [row for row in book.good("buildings") if self.is_new(row)]
        for row in fresh:
            building = Building.objects.create(**{key: value for key, value in row.values.items() if value is not None})
            self.stock.buildings[building.code] = building.pk
        index(Building, list(self.stock.buildings.values()))
        return len(fresh)

    def _write_batch(self, table: Table, batch: Sequence[Row], *, by: Any, at: datetime) -> None:
        made = [table.make(row, self.stock) for row in batch]
        if table.sheet.key in {"units", "areas"}:
            _label(made)
        table.model._base_manager.bulk_create(made)
        index(table.model, [thing.pk for thing in made], table.searched)
        self.stock.ids[table.sheet.key].update({table.name(row): thing.pk for row, thing in zip(batch, made, strict=True)})
        if table.sheet.key == "keys":
            held = ((row, key) for row, key in zip(batch, made, strict=True) if isinstance(key, Key) and row.get("holder_name"))
            KeyLoan.objects.bulk_create(tables.make_loan(row, key, by=by, at=at) for row, key in held)


def index(model: type[models.Model], ids: list[int], related: tuple[str, ...] = ()) -> None:
    """Has the search find new rows: rows stored in bulk send no signal."""
    if kinds.known(model) and kinds.of(model).search:
        search.index(*model._base_manager.filter(pk__in=ids).select_related(*related))


def _slices(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def _table(row: Row) -> Table:
    return next(table for table in tables.TABLES if table.sheet.key == row.sheet.key)


def _label(owners: list[Any]) -> None:
    """Each unit and public area gets a place with a label code."""
    codes = services.new_place_codes(len(owners))
    places = [Place(territory_id=owner.building_id, code=code, label=str(owner)) for owner, code in zip(owners, codes, strict=True)]
    Place.objects.bulk_create(places)
    index(Place, [place.pk for place in places], ("territory",))
    for owner, place in zip(owners, places, strict=True):
        owner.place = place


def _nothing_more(importer: PremisesImport, rows: list[Row]) -> None:
    """Most sheets are done when their rows are stored."""


def _merge(importer: PremisesImport, rows: list[Row]) -> None:
    ids = importer.stock.ids["units"]
    parts = [
        Unit(pk=ids[(row["building"], row["code"])], merged_into_id=ids[(row["building"], row["merged_into"])])
        for row in rows
        if row.get("merged_into")
    ]
    Unit.objects.bulk_update(parts, ["merged_into"], batch_size=BATCH)


AFTER = {"units": _merge}
