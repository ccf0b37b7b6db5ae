"""Requests of people without an account: so many an hour from one address, and looked up by number and phone."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import files
from core.flow import Refused
from premises.models import Place
from repairs import access
from repairs.models import WorkOrder
from repairs.services import intake
from repairs.services.deadlines import words
from staff.services import tell_department

REPORTED = gettext_noop("%(number)s was reported by the label, send it on by %(due)s: %(name)s, %(what)s.")
HOUR = dt.timedelta(hours=1)
WRONG_TRIES = 20


class TooMany(Refused):
    """More requests from one address than the building takes in an hour."""

    status = 429


def key_of(address: str) -> str:
    """What is kept of an address: enough to count by, nothing to read back."""
    return salted_hmac("repairs.public", address, algorithm="sha256").hexdigest()


def is_open(place: Place) -> bool:
    """Whether the building takes requests by its labels."""
    return access.terms_of(place.territory_id).public_per_hour > 0


def address_for(place: Place) -> str:
    """Where a label leads somebody without an account; "" where the building takes none."""
    return reverse("repairs:public_report", args=[place.code]) if is_open(place) else ""


def report(order: WorkOrder, place: Place, *, address: str, photo: Any, at: dt.datetime) -> WorkOrder:
    """Registers a request from a label and tells customer service. Raises TooMany, or ValidationError for a photo that is none."""
    with transaction.atomic():
        order.reporter_key = key_of(address)
        _count(order.reporter_key, place.territory_id, at)
        order.channel = WorkOrder.Channel.LABEL
        order.building_id = place.territory_id
        order.unit, order.area = getattr(place, "unit", None), getattr(place, "public_area", None)
        order.is_public = order.unit is None
        order.spot = "" if order.unit or order.area else place.label
        photos = [files.stash(photo, by=None, purpose="repairs.photo")] if photo else []
        made = intake.report(order, by=None, at=at, files=photos)
        details = {"topic": "repairs", "record": made, "values": words(made), "by": None}
        tell_department("CUSTOMER_SERVICE", made.building_id, REPORTED, **details)
        return made


def _count(key: str, building_id: int, at: dt.datetime) -> None:
    """One address at a time; raises TooMany when it has reported enough within the hour."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    most = access.terms_of(building_id).public_per_hour
    if WorkOrder.objects.filter(reporter_key=key, received_at__gt=at - HOUR).count() >= most:
        raise TooMany(_("That is a lot within an hour. Please call the management office, or try again later."))


def tracked(number: str, tail: str, *, address: str) -> WorkOrder:
    """The work order of a number and the last four digits of its phone.

    Raises Refused with one message for every wrong pair, and after too many of them in an hour.
    """
    tries = f"repairs-track:{key_of(address)}"
    if (cache.get(tries) or 0) >= WRONG_TRIES:
        raise TooMany(_("Too many tries. Please call the management office, or try again in an hour."))
    found = WorkOrder.objects.filter(number=number.strip().upper()).select_related("category", "building", "bill").first()
    if found is None or not re.fullmatch(r"\d{4}", tail) or not re.sub(r"\D", "", found.phone).endswith(tail):
        cache.add(tries, 0, timeout=int(HOUR.total_seconds()))
        cache.incr(tries)
        raise Refused(_("We find no request with this number and phone. Check both."))
    return found
