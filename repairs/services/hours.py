"""The hours of a service by the hour: kept once, free again when it is not wanted, told as work when it is over (manual 3.12.4)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.database import lock
from core.flow import Refused
from repairs.models import Booking, ServiceItem, WorkItem, WorkOrder

Span = tuple[dt.datetime, dt.datetime]
LONGEST = 2880


def one_at_a_time(service: ServiceItem | None) -> None:
    """Who books the same service waits here, so that a clash is told in words before the database refuses it."""
    if service is not None and service.is_booked:
        lock(service)


def clashes(order: WorkOrder, span: Span) -> QuerySet[Booking]:
    """The bookings that take some of these hours: of the unit, or of the whole building where there is one of a thing."""
    begin, end = span
    taken = Booking.objects.filter(service=order.service, cancelled_at=None, starts_at__lt=end, ends_at__gt=begin)
    if order.service and order.service.is_exclusive:
        taken = taken.filter(building_id=order.building_id)
    elif order.unit_id:
        taken = taken.filter(unit=order.unit_id)
    else:
        taken = taken.filter(unit=None, order__tenant=order.tenant_id)
    return taken.exclude(order=order.pk).select_related("order", "unit", "service").order_by("starts_at")


def in_words(begin: dt.datetime, end: dt.datetime) -> str:
    """2026-11-24 18:00–20:00; the second day only where it is another one."""
    first, last = timezone.localtime(begin), timezone.localtime(end)
    return f"{first:%Y-%m-%d %H:%M}–{last:%H:%M}" if first.date() == last.date() else f"{first:%Y-%m-%d %H:%M}–{last:%m-%d %H:%M}"


def refuse(taken: list[Booking]) -> None:
    """Raises Refused that names every booking in the way, if there is any."""
    if not taken:
        return
    names = "; ".join(f"{in_words(row.starts_at, row.ends_at)} {row.order.company or row.order.name} ({row.order.number})" for row in taken)
    raise Refused(_("%(service)s is booked already: %(clashes)s. Choose other hours.") % {"service": taken[0].service, "clashes": names})


def check(span: Span) -> None:
    """Raises Refused for hours that end before they begin."""
    if span[1] <= span[0]:
        raise Refused(_("A booking ends after it begins."))


def book(order: WorkOrder, booked: Span | None) -> None:
    """Keeps the hours of a service by the hour; call it behind `one_at_a_time`. Raises Refused when they are taken."""
    if order.service is None or not order.service.is_booked:
        return
    if not booked:
        raise Refused(_("Say from when to when it is booked."))
    check(booked)
    refuse(list(clashes(order, booked)))
    starts_at, ends_at = booked
    values = {"building_id": order.building_id, "unit": order.unit, "service": order.service, "starts_at": starts_at, "ends_at": ends_at}
    Booking.objects.create(order=order, is_exclusive=order.service.is_exclusive, **values)


def booking_of(order: WorkOrder) -> Booking | None:
    """The hours that a work order is about, or None."""
    return getattr(order, "booking", None)


def release(order: WorkOrder, *, at: dt.datetime) -> None:
    """What was booked is free again."""
    booking = booking_of(order)
    if booking is not None and booking.cancelled_at is None:
        booking.cancelled_at = at
        booking.save(update_fields=["cancelled_at"])


def book_again(order: WorkOrder) -> None:
    """Takes the same hours again. Raises Refused when somebody has them by now."""
    booking = booking_of(order)
    if booking is None or booking.cancelled_at is None:
        return
    with transaction.atomic():
        one_at_a_time(booking.service)
        refuse(list(clashes(order, (booking.starts_at, booking.ends_at))))
        booking.cancelled_at = None
        booking.save(update_fields=["cancelled_at"])


def write_work(order: WorkOrder, *, by: Any) -> list[str]:
    """What was done for a booking is what was booked: nobody types it again. Returns the fields of the order that changed."""
    booking = booking_of(order)
    if booking is None:
        return []
    told = f"{booking.service.name_zh} {in_words(booking.starts_at, booking.ends_at)}"
    if not order.items.exists():
        WorkItem.objects.create(order=order, service=booking.service, text=told, minutes=min(int(booking.hours * 60), LONGEST), worker=by)
    if order.findings:
        return []
    order.findings = told
    return ["findings"]
