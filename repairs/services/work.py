"""What is recorded on site: findings, repair items, materials, photos (manual 3.4.4-6, -7)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.database import lock
from core.flow import NotAllowed, Refused
from core.models import StoredFile
from repairs import access
from repairs.models import Material, Photo, WorkItem, WorkOrder
from repairs.services import charging
from repairs.services.intake import attach


def _at_work(order: WorkOrder, by: Any) -> WorkOrder:
    """The locked order. Raises NotAllowed or Refused where nothing can be recorded."""
    [fresh] = lock(order)
    if not access.works_on(by, fresh):
        raise NotAllowed(_("This is recorded by the technician of the work order."))
    if not access.may_record(by, fresh):
        raise Refused(_("This is recorded on site: take “Arrived” first."))
    return fresh


def record_findings(order: WorkOrder, findings: str, *, by: Any, photos: Iterable[StoredFile] = (), stage: str = "BEFORE") -> WorkOrder:
    """Writes what was found on site, with photos."""
    with transaction.atomic():
        fresh = _at_work(order, by)
        fresh.findings, fresh.version = findings, fresh.version + 1
        fresh.save(update_fields=["findings", "version"])
        attach(fresh, photos, stage, by=by)
    return fresh


def add_photos(order: WorkOrder, photos: Iterable[StoredFile], stage: str, *, by: Any) -> WorkOrder:
    with transaction.atomic():
        fresh = _at_work(order, by)
        attach(fresh, photos, Photo.Stage(stage), by=by)
    return fresh


def add_item(item: WorkItem, order: WorkOrder, *, by: Any) -> WorkItem:
    """Adds a repair item as it was really done."""
    with transaction.atomic():
        item.order, item.worker = _at_work(order, by), by
        item.save()
    return item


def add_material(material: Material, order: WorkOrder, *, by: Any) -> Material:
    """Adds material. The customer's own carries the verdict; what is not qualified is on record and not used."""
    with transaction.atomic():
        material.order, material.added_by = _at_work(order, by), by
        material.is_used = material.verdict != Material.Verdict.NOT_QUALIFIED
        material.validate_constraints()
        material.save()
    return material


def drop(row: WorkItem | Material, *, by: Any) -> WorkOrder:
    """Takes back a line that was recorded wrongly; the history keeps it."""
    with transaction.atomic():
        fresh = _at_work(row.order, by)
        row.delete()
    return fresh


def in_words(order: WorkOrder) -> str:
    """Findings, items, materials with their verdict, and what it costs: the same in every language but for the words typed."""
    items = [row.text for row in order.items.order_by("pk")]
    materials = [f"{row.name} {row.quantity.normalize():f}{row.measure} {row.verdict}".strip() for row in order.materials.order_by("pk")]
    cost = [f"¥{charging.total(list(order.lines.all())):.2f}"] if order.is_paid else []
    return "\n".join([order.findings, *items, *materials, *cost])[:8000]
