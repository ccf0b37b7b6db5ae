"""A building's tenants from a workbook: companies, contacts and leases, all or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core import numbering, queue
from core.imports import Book, Import, Progress, Row
from core.search import initials
from tenants.imports.sheets import SHEETS
from tenants.imports.stock import Stock
from tenants.models import Contact, Lease, Tenant

BATCH = 500
CHECKED = 100


class TenantsImport(Import):
    """The tenants workbook. Rows that are stored already are left alone, so a file may be loaded again."""

    key: ClassVar[str] = "tenants"
    title: ClassVar[Any] = gettext_lazy("Tenants")
    sheets = SHEETS

    def check(self, book: Book, *, by: Any) -> None:
        self.stock = Stock.of(book, by=by)
        for row in book.good("tenants"):
            self.stock.check_tenant(row)
        self.stock.learn(book.good("tenants"))
        for row in book.good("contacts"):
            self.stock.check_contact(row)
        for row in book.good("leases"):
            self.stock.check_lease(row)
        self.stock.check_overlaps(list(book.good("leases")))

    def is_new(self, row: Row) -> bool:
        return self.stock.is_new(row)

    def write(self, book: Book, *, by: Any, at: dt.datetime, progress: Progress) -> None:
        total = sum(len(rows) for rows in book.rows.values())
        done = 0
        writers = {"tenants": self._tenants, "contacts": self._contacts, "leases": self._leases}
        for key, write in writers.items():
            rows = [row for row in book.good(key) if self.is_new(row)]
            for batch in _slices(rows):
                write(batch, by=by, at=at)
                # Foreign keys checked batch by batch: all at the end would outlast the statement timeout.
                connection.check_constraints()
                done += len(batch)
                progress(done, total)
        self._have_files_opened(book, on=timezone.localdate(at))
        progress(total, total)

    def _tenants(self, batch: Sequence[Row], *, by: Any, at: dt.datetime) -> None:
        on = timezone.localdate(at)
        made = [self._tenant(row, by=by, on=on) for row in batch]
        Tenant.objects.bulk_create(made)
        for row, tenant in zip(batch, made, strict=True):
            self.stock.tenant_ids[(tenant.building_id, row["name"])] = tenant.pk

    def _tenant(self, row: Row, *, by: Any, on: dt.date) -> Tenant:
        values = {key: value for key, value in row.values.items() if key != "building"}
        return Tenant(
            building_id=self.stock.buildings[row["building"]],
            number=numbering.next_number(Tenant.SERIES, on),
            created_by=by,
            initials=initials(row["name"])[:120],
            **values,
        )

    def _contacts(self, batch: Sequence[Row], *, by: Any, at: dt.datetime) -> None:
        Contact.objects.bulk_create(Contact(tenant_id=self.stock.tenant_id(row), **_without(row, "building", "tenant")) for row in batch)

    def _leases(self, batch: Sequence[Row], *, by: Any, at: dt.datetime) -> None:
        Lease.objects.bulk_create(
            Lease(tenant_id=self.stock.tenant_id(row), unit_id=self.stock.unit_id(row), **_without(row, "building", "tenant", "unit"))
            for row in batch
        )

    def _have_files_opened(self, book: Book, *, on: dt.date) -> None:
        """A worker opens the files and looks at what each lacks: for thousands that takes longer than anybody waits."""
        ids = sorted({self.stock.tenant_ids[(self.stock.buildings[row["building"]], row["name"])] for row in book.good("tenants")})
        for start in range(0, len(ids), CHECKED):
            queue.enqueue("tenants.tasks.check_files", tenant_ids=ids[start : start + CHECKED], day=on.isoformat())


def _without(row: Row, *keys: str) -> dict[str, Any]:
    return {key: value for key, value in row.values.items() if key not in keys}


def _slices(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))
