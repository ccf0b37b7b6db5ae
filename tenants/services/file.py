"""The customer file: what is in each of the twelve parts, what is lacking, and how documents come in.

Other apps add to a part without touching this one: `panels.contribute("tenant.file.10", function)` with
`function(tenant) -> Iterable[FileEntry]`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils.translation import gettext_lazy as _

from core import panels
from core.database import lock
from core.flow import Refused
from core.models import StoredFile
from tenants.models import FileCategory, FileItem, FilePart, FileUse, Tenant

DUE_SOON = dt.timedelta(days=7)

STATES = {
    "COMPLETE": (_("Complete"), "S"),
    "INCOMPLETE": (_("Incomplete"), "I"),
    "DUE": (_("Due soon"), "Y"),
    "OVERDUE": (_("Overdue"), "D"),
    "NOT_APPLICABLE": (_("Not applicable"), "N"),
}


@dataclass(frozen=True)
class FileEntry:
    """Something a part of the file holds, or (`is_lacking`) still lacks. `url` leads to where it is or can be mended."""

    title: Any
    dated_on: dt.date | None = None
    url: str = ""
    is_lacking: bool = False


@dataclass(frozen=True)
class PartLine:
    """One of the twelve lines of the checklist."""

    part: FilePart
    items: list[FileItem]
    entries: list[FileEntry]
    on: dt.date = field(compare=False)

    @property
    def lacking(self) -> list[FileEntry]:
        return [entry for entry in self.entries if entry.is_lacking]

    @property
    def found(self) -> list[FileEntry]:
        return [entry for entry in self.entries if not entry.is_lacking]

    @property
    def is_complete(self) -> bool:
        """Nothing lacking, and at least one document unless the part may be empty."""
        category = self.part.category
        return not self.lacking and bool(self.items or self.found or category.may_be_empty)

    @property
    def state(self) -> str:
        """COMPLETE, NOT_APPLICABLE, OVERDUE, DUE or INCOMPLETE."""
        if self.part.not_applicable_reason:
            return "NOT_APPLICABLE"
        if self.is_complete:
            return "COMPLETE"
        return due_state(self.part.due_on, self.on)

    @property
    def label(self) -> Any:
        return STATES[self.state][0]

    @property
    def tone(self) -> str:
        return STATES[self.state][1]


def due_state(due_on: dt.date | None, on: dt.date) -> str:
    """OVERDUE, DUE (within a week) or INCOMPLETE for a part that lacks something."""
    if due_on is None or due_on > on + DUE_SOON:
        return "INCOMPLETE"
    return "OVERDUE" if due_on < on else "DUE"


def open_file(tenant: Tenant) -> None:
    """Makes the missing parts of a tenant's file, each with its owner and due date; safe to run again."""
    since = tenant.since or tenant.created_at.date()
    parts = [
        FilePart(
            tenant=tenant,
            category=category,
            owner_department=category.owner_department,
            due_on=since + dt.timedelta(days=category.due_days),
        )
        for category in FileCategory.objects.all()
    ]
    FilePart.objects.bulk_create(parts, ignore_conflicts=True)


def file_of(tenant: Tenant, *, on: dt.date) -> list[PartLine]:
    """The twelve lines of a tenant's file, in order; what records prove is read as it is now."""
    parts = tenant.file_parts.select_related("category", "owner").order_by("category__position")
    items: dict[int, list[FileItem]] = {}
    for item in FileItem.objects.filter(part__tenant=tenant).exclude(state=FileItem.State.REMOVED).order_by("sheet", "id"):
        items.setdefault(item.part_id, []).append(item)
    return [PartLine(part, items.get(part.pk, []), _entries(part.category.position, tenant), on) for part in parts]


def _entries(position: int, tenant: Tenant) -> list[FileEntry]:
    answers: list[Iterable[FileEntry]] = panels.contributions(f"tenant.file.{position}", tenant)
    return [entry for answer in answers for entry in answer or ()]


def completeness(lines: list[PartLine]) -> tuple[int, int]:
    """(complete, needed) of a file: parts that don't apply count as complete."""
    return sum(line.state in {"COMPLETE", "NOT_APPLICABLE"} for line in lines), len(lines)


def counts(tenant: Tenant) -> tuple[int, int]:
    """(complete, needed) as last found, in one query."""
    found = tenant.file_parts.aggregate(
        needed=Count("pk"), complete=Count("pk", filter=~Q(complete_on=None) | ~Q(not_applicable_reason=""))
    )
    return found["complete"], found["needed"]


def refresh_file(tenant: Tenant, *, on: dt.date) -> list[PartLine]:
    """Looks at the whole file and stores which parts are complete, so that lists and reminders need not."""
    lines = file_of(tenant, on=on)
    for line in lines:
        if line.is_complete == (line.part.complete_on is None):
            line.part.complete_on = on if line.is_complete else None
            line.part.save(update_fields=["complete_on"])
    return lines


def sort_file(tenant: Tenant, *, by: Any, on: dt.date) -> list[PartLine]:
    """Notes that somebody went through the whole file today (manual 3.11.4-3)."""
    with transaction.atomic():
        lines = refresh_file(tenant, on=on)
        for part in lock(*(line.part for line in lines)):
            part.sorted_on, part.sorted_by = on, by
            part.save(update_fields=["sorted_on", "sorted_by"])
    return lines


def add_document(
    part: FilePart,
    title: str,
    *,
    by: Any,
    on: dt.date,
    dated_on: dt.date | None = None,
    files: Iterable[StoredFile] = (),
    record: Any = None,
    shelf: str = "",
    note: str = "",
) -> FileItem:
    """Takes a document into a part of the file: collected, to be sorted and filed."""
    with transaction.atomic():
        item = FileItem.objects.create(
            part=part, title=title, dated_on=dated_on, record=record, shelf=shelf, note=note, received_on=on, received_by=by
        )
        attach(item, files)
        refresh_file(part.tenant, on=on)
    return item


def attach(record: Any, files: Iterable[StoredFile] | StoredFile | None) -> None:
    """Hangs stashed files on a record."""
    for stored in [files] if isinstance(files, StoredFile) else files or ():
        stored.record = record
        stored.save(update_fields=["content_type", "object_id"])


def next_sheet(part: FilePart) -> int:
    """The next sheet number of a part; its row stays locked until the transaction ends."""
    [fresh] = lock(part)
    return (fresh.items.aggregate(last=Max("sheet"))["last"] or 0) + 1


def lend(use: FileUse, *, by: Any) -> FileUse:
    """Logs that somebody consulted a document or took the paper away. Raises Refused when it is out or not filed."""
    with transaction.atomic():
        [item] = lock(use.item)
        if item.state != FileItem.State.FILED:
            raise Refused(_("File the document before it is used."))
        out = item.uses.filter(kind=FileUse.Kind.LENT, returned_at=None).first()
        if out and use.kind == FileUse.Kind.LENT:
            raise Refused(_("The document is with %(name)s.") % {"name": out.user_name})
        use.given_by = by
        use.save()
    return use


def take_back(use: FileUse, *, by: Any, at: dt.datetime) -> FileUse:
    """Logs that a lent document is back. Raises Refused when it is back already."""
    with transaction.atomic():
        [fresh] = lock(use)
        if fresh.kind != FileUse.Kind.LENT or fresh.returned_at:
            raise Refused(_("This document is back already."))
        fresh.returned_at = at
        fresh.save(update_fields=["returned_at"])
    return fresh


def set_aside(part: FilePart, *, reason: str, by: Any) -> FilePart:
    """Takes a part off the checklist with a reason, or (with an empty reason) puts it back."""
    with transaction.atomic():
        [fresh] = lock(part)
        fresh.not_applicable_reason = reason.strip()
        fresh.save(update_fields=["not_applicable_reason"])
    return fresh
