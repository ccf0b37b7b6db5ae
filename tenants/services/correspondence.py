"""Registers papers between tenant and management, circulars and breaches (manual 3.11.4-1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from core import numbering
from core.database import lock
from core.models import StoredFile
from staff.services import tell_department
from tenants.models import Breach, Circular, CircularDelivery, Correspondence, GoodsMove, Lease, Tenant
from tenants.services.file import attach, refresh_file


def register_letter(letter: Correspondence, *, by: Any, on: dt.date, files: Iterable[StoredFile] = ()) -> Correspondence:
    """Registers a paper with its number; it is in the tenant's file from now on."""
    with transaction.atomic():
        letter.building_id, letter.created_by, letter.registered_on = letter.tenant.building_id, by, on
        numbering.give(letter, on=on)
        letter.save()
        attach(letter, files)
        refresh_file(letter.tenant, on=on)
    return letter


def draft_circular(circular: Circular, *, by: Any, on: dt.date, files: Iterable[StoredFile] = ()) -> Circular:
    """Stores a circular that is still to be issued."""
    with transaction.atomic():
        circular.created_by = by
        numbering.give(circular, on=on)
        circular.save()
        attach(circular, files)
    return circular


def audience(circular: Circular) -> QuerySet[Tenant]:
    """The tenants a circular concerns: those in the building now, on its floor if it names one."""
    leases = Lease.objects.standing().filter(unit__building_id=circular.building_id)
    if circular.floor_id:
        leases = leases.filter(unit__floor_id=circular.floor_id)
    return Tenant.objects.filter(building_id=circular.building_id, left_on=None, pk__in=leases.values("tenant"))


def record_delivery(
    delivery: CircularDelivery, *, by: Any, at: dt.datetime, method: str, received_by: str, explained: bool = False
) -> CircularDelivery:
    """Notes that a tenant has its copy, how, and who took it; the same again changes nothing."""
    with transaction.atomic():
        [fresh] = lock(delivery)
        if fresh.delivered_at is None:
            fresh.method, fresh.received_by, fresh.explained = method, received_by, explained
            fresh.delivered_at, fresh.delivered_by = at, by
            fresh.save(update_fields=["method", "received_by", "explained", "delivered_at", "delivered_by"])
            refresh_file(fresh.tenant, on=timezone.localdate(at))
    return fresh


def report_breach(breach: Breach, *, by: Any, on: dt.date, files: Iterable[StoredFile] = ()) -> Breach:
    """Records a breach and tells customer service."""
    with transaction.atomic():
        breach.building_id, breach.created_by = breach.tenant.building_id, by
        numbering.give(breach, on=on)
        breach.save()
        attach(breach, files)
        text = gettext_noop("Breach %(number)s by %(tenant)s: %(kind)s")
        values = {"number": breach.number, "tenant": str(breach.tenant), "kind": str(breach.get_kind_display())}
        tell_department("CUSTOMER_SERVICE", breach.building_id, text, topic="tenants.breaches", record=breach, values=values, by=by)
    return breach


def book_move(move: GoodsMove, *, by: Any, on: dt.date) -> GoodsMove:
    """Books a goods lift for a move and tells security. Raises IntegrityError when the lift is taken meanwhile."""
    with transaction.atomic():
        move.building_id, move.created_by = move.tenant.building_id, by
        numbering.give(move, on=on)
        move.save()
        text = gettext_noop("Goods move %(number)s of %(tenant)s on %(day)s, %(lift)s")
        day = timezone.localtime(move.starts_at).strftime("%m-%d %H:%M")
        values = {"number": move.number, "tenant": str(move.tenant), "day": day, "lift": move.lift}
        tell_department("SECURITY", move.building_id, text, topic="tenants.goods", record=move, values=values, by=by)
    return move
