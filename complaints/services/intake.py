"""Writes a complaint down, and what is noted on it outside its life (manual 3.3.6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints import access
from complaints.models import Complaint, RegisterKeeper
from complaints.services.deadlines import limit
from core import numbering
from core.database import lock
from core.flow import NotAllowed, Refused, flow_of
from core.models import StoredFile
from premises.models import Building
from tenants import services as tenants


def log_complaint(complaint: Complaint, *, by: Any, at: dt.datetime, files: Iterable[StoredFile] = ()) -> Complaint:
    """Registers a complaint with its number and the time by which it is verified; it is in the tenant's file from now on."""
    with transaction.atomic():
        complaint.building_id = building_of(complaint)
        complaint.created_by, complaint.received_at = by, at
        complaint.is_misconduct = complaint.kind.is_misconduct
        complaint.due_at = limit(complaint.kind, at, complaint.kind.verify_hours)
        if complaint.tenant and not complaint.company:
            complaint.company = complaint.tenant.name
        numbering.give(complaint, on=timezone.localdate(at))
        complaint.save()
        attach(complaint, files)
        if complaint.tenant:
            tenants.refresh_file(complaint.tenant, on=timezone.localdate(at))
    return complaint


TOLD = (
    "name", "phone", "channel", "tenant", "company", "unit", "kind", "content", "against", "course_of_events", "witnesses", "evidence",
)  # fmt: skip


def correct(complaint: Complaint, told: dict[str, Any], *, by: Any, at: dt.datetime) -> Complaint:
    """Corrects what was told while the complaint is open; the history keeps what stood there, a signed statement is signed anew."""
    with transaction.atomic():
        [fresh] = lock(complaint)
        if not access.may_correct(by, fresh):
            raise NotAllowed(_("What was told is corrected by customer service while the complaint is open."))
        for place in (told.get("tenant"), told.get("unit")):
            if place is not None and place.building_id != fresh.building_id:
                raise Refused(_("It stays in its building. Log a new complaint for another one."))
        before = fresh.tenant_id
        for name in TOLD:
            setattr(fresh, name, told.get(name, getattr(fresh, name)))
        if fresh.tenant and (fresh.tenant_id != before or not fresh.company):
            fresh.company = fresh.tenant.name
        fresh.is_misconduct = fresh.kind.is_misconduct
        if fresh.state == Complaint.State.LOGGED:
            fresh.due_at = limit(fresh.kind, fresh.received_at, fresh.kind.verify_hours)
        fresh.version += 1
        fresh.save(update_fields=[*TOLD, "is_misconduct", "due_at", "version"])
        if fresh.tenant:
            tenants.refresh_file(fresh.tenant, on=timezone.localdate(at))
    return fresh


def building_of(complaint: Complaint) -> int:
    """Where it belongs: with its tenant, else its unit, else the building that was named. Refused without any."""
    for place in (complaint.tenant, complaint.unit):
        if place is not None:
            return place.building_id
    if complaint.building_id is None:
        raise Refused(_("Say which building it is about."))
    return complaint.building_id


def attach(record: Any, files: Iterable[StoredFile]) -> None:
    """Hangs stashed files on a record."""
    for stored in files:
        stored.record = record
        stored.save(update_fields=["content_type", "object_id"])


def mark_malicious(complaint: Complaint, *, reason: str, answer: str, by: Any) -> Complaint:
    """A head marks a complaint as malicious, with the reason and what was patiently explained; its life goes on (3.3.4-6).

    Raises NotAllowed for anybody else, Refused without both texts or when it is marked already.
    """
    with transaction.atomic():
        [fresh] = lock(complaint)
        if not access.may_judge(by, fresh):
            raise NotAllowed(_("A complaint is marked as malicious by a head."))
        if fresh.is_malicious:
            raise Refused(_("This complaint is marked as malicious already."))
        if not reason.strip() or not answer.strip():
            raise Refused(_("Write the reason and what was explained to the customer."))
        fresh.malicious_reason, fresh.malicious_answer, fresh.malicious_by = reason, answer, by
        fresh.version += 1
        fresh.save(update_fields=["malicious_reason", "malicious_answer", "malicious_by", "version"])
    return fresh


def name_keeper(building: Building, keeper: Any, *, by: Any) -> RegisterKeeper:
    """Says who keeps the register of a building. Raises NotAllowed, or Refused for somebody outside customer service there."""
    if not access.may_name_keepers(by, building):
        raise NotAllowed(_("The customer service manager or the management names the keeper of the register."))
    if not access.works_in_service(keeper, building.pk):
        raise Refused(_("%(person)s is not in customer service there. Choose somebody who is.") % {"person": keeper})
    with transaction.atomic():
        lock(building)
        row, is_new = RegisterKeeper.objects.get_or_create(building=building, defaults={"keeper": keeper})
        if not is_new and row.keeper_id != keeper.pk:
            row.keeper, row.version = keeper, row.version + 1
            row.save(update_fields=["keeper", "version"])
    return row


def hand_to_repairs(complaint: Complaint, *, by: Any, at: dt.datetime, note: str) -> Complaint:
    """Ends a complaint that is a repair request, once its work order stands; `note` is that one's number."""
    life = flow_of(Complaint)
    return life.take(complaint, "became_repair", by=by, at=at, note=note) if life else complaint
