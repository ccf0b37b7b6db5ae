"""Writes a request down with its number, and corrects what was told (manual 3.4.4-1, 3.12.4-1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing import services as billing
from core import numbering
from core.database import lock
from core.flow import NotAllowed, Refused
from core.models import StoredFile
from repairs import access
from repairs.models import Photo, ServiceItem, ServiceLine, WorkOrder
from repairs.services import charging, deadlines, hours
from staff.models import in_language
from tenants.models import Lease, Tenant

TOLD = (
    "name", "phone", "unit", "area", "spot", "content", "urgency", "appointment_at", "appointment_until", "category", "equipment", "tenant",
)  # fmt: skip


def report(order: WorkOrder, *, by: Any, at: dt.datetime, files: Iterable[StoredFile] = (), booked: Any = None) -> WorkOrder:
    """Registers a request: number, time limits, the tenant behind the unit, what the service costs.

    `booked`: (from, to) of a service by the hour. Raises Refused when nothing says where it is, or there is no price.
    """
    with transaction.atomic():
        hours.one_at_a_time(order.service)
        order.building_id = building_of(order)
        if not _stands_in(order.equipment, order.unit):
            order.equipment = None
        if order.tenant is None and order.unit is not None and not order.is_public:
            order.tenant = tenant_of(order.unit, timezone.localdate(at))
        order.company = order.company or (order.tenant.name if order.tenant else "")
        if booked and order.appointment_at is None:
            order.appointment_at, order.appointment_until = booked
        order.created_by, order.received_at = by, at
        order.is_paid = bool(order.service and order.service.charge_kind_id) and not order.is_public
        order.due_at = deadlines.limit(order, at, order.urgency.dispatch_minutes)
        order.finish_by = deadlines.finish_limit(order)
        numbering.give(order, on=timezone.localdate(at))
        order.save()
        attach(order, files, Photo.Stage.BEFORE, by=by)
        hours.book(order, booked)
        _price(order, by=by, on=timezone.localdate(at))
    return order


def building_of(order: WorkOrder) -> int:
    """Where it belongs: with its unit, else its area, its tenant, or the building that was named. Refused without any."""
    found = {place.building_id for place in (order.unit, order.area, order.tenant) if place is not None}
    if len(found) > 1:
        raise Refused(_("Unit, public area and customer lie in different buildings. Name those of one."))
    for building_id in found:
        return building_id
    if order.building_id is None:
        raise Refused(_("Say which building it is about."))
    return order.building_id


def tenant_of(unit: Any, on: dt.date) -> Tenant | None:
    """Who lets a unit on a day, or None."""
    lease = Lease.objects.in_force(on).filter(unit=unit).select_related("tenant").first()
    return lease.tenant if lease else None


def attach(order: WorkOrder, files: Iterable[StoredFile], stage: str, *, by: Any) -> None:
    """Hangs stashed photos on a work order."""
    for stored in files:
        stored.record = order
        stored.save(update_fields=["content_type", "object_id"])
        Photo.objects.create(order=order, stage=stage, file=stored, added_by=by)


def _price(order: WorkOrder, *, by: Any, on: dt.date) -> None:
    """Writes the first line of what a paid service costs: one of its measure, or the hours booked."""
    if not order.is_paid or order.service is None:
        return
    quantity = order.booking.hours if order.service.is_booked else Decimal(1)
    ServiceLine.objects.create(
        order=order,
        kind=order.service.charge_kind,
        text=order.service.name_zh,
        quantity=quantity,
        measure=order.service.measure_zh,
        unit_price=rate_of(order.service, order.building_id, on),
        added_by=by,
    )
    charging.weigh(order)


def rate_of(service: ServiceItem, building_id: int, on: dt.date) -> Decimal:
    """Yuan for one of its measure: its own rate, else the building's price list. Raises Refused when neither has one."""
    if service.charge_kind is None:
        return Decimal(0)
    if service.unit_price is not None:
        return service.unit_price
    return billing.priced(building_id, service.charge_kind.code, on).unit_price


def rate_in_words(service: ServiceItem, building_id: int, on: dt.date) -> str:
    """What the list says of a price: free, a rate, or that there is none yet."""
    if service.charge_kind_id is None:
        return _("free of charge")
    try:
        rate = rate_of(service, building_id, on)
    except Refused:
        return _("to be agreed")
    return f"¥{rate:,.2f} / {in_language(service, 'measure')}"


def correct(order: WorkOrder, told: dict[str, Any], *, by: Any, at: dt.datetime) -> WorkOrder:
    """Corrects what was told while the order is open. Its limits follow the new urgency and appointment."""
    with transaction.atomic():
        [fresh] = lock(order)
        if not fresh.is_open:
            raise Refused(_("This work order is settled. Reopen it, or write a new one."))
        if not access.may_change(by, fresh):
            raise NotAllowed(_("What was told is corrected by customer service or the engineering supervisor."))
        _name_tenant(fresh, told)
        _name_place(fresh, told)
        for name in TOLD:
            if name in told:
                setattr(fresh, name, told[name])
        if fresh.state == WorkOrder.State.NEW:
            fresh.due_at = deadlines.limit(fresh, fresh.received_at, fresh.urgency.dispatch_minutes)
        elif fresh.state == WorkOrder.State.ACCEPTED:
            fresh.due_at = deadlines.arrival_limit(fresh, at)
        if fresh.paused_at is None:
            fresh.finish_by = deadlines.finish_limit(fresh)
        fresh.version += 1
        fresh.save(update_fields=[*TOLD, "company", "due_at", "finish_by", "version"])
    return fresh


def _name_place(order: WorkOrder, told: dict[str, Any]) -> None:
    """Where it is may be corrected within the building; equipment of another unit is let go. Refused once hours are booked there."""
    for place in (told.get("unit"), told.get("area")):
        if place is not None and place.building_id != order.building_id:
            raise Refused(_("It stays in its building. Write a new request for another one."))
    if "unit" not in told or told["unit"] == order.unit:
        return
    if hasattr(order, "booking"):
        raise Refused(_("Its hours are booked for this unit. Withdraw it and book anew."))
    if not _stands_in(told.get("equipment"), told.get("unit")):
        told["equipment"] = None


def _stands_in(equipment: Any, unit: Any) -> bool:
    """False for equipment of another unit, which is let go."""
    return equipment is None or (unit is not None and equipment.unit_id == unit.pk)


def _name_tenant(order: WorkOrder, told: dict[str, Any]) -> None:
    """Who pays may be named late. Raises Refused where that is charged already, or lies in another building."""
    tenant = told.get("tenant", order.tenant)
    if tenant == order.tenant:
        return
    if order.bill_id:
        raise Refused(_("It was charged to this tenant. It stays with them."))
    if tenant is None and order.is_paid:
        raise Refused(_("Name the tenant who pays first: a paid service is charged to a tenant."))
    if tenant and tenant.building_id != order.building_id:
        raise Refused(_("The unit is in another building than the tenant."))
    order.company = tenant.name if tenant else ""
