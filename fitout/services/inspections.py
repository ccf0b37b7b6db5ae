"""Comments of inspections, their rectification, and what damage costs (manual 3.2.4-4.5, 3.2.4-5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing import services as billing
from billing.models import ChargeKind
from core import files, numbering
from core.database import lock
from core.flow import NotAllowed, Refused
from core.models import StoredFile
from fitout import access
from fitout.models import ConcealedWorks, Damage, Fitout, FitoutBill, InspectionPhoto, Remark
from fitout.services import fees
from staff import access as staff

TO_INSPECT = (Fitout.State.TO_INSPECT, Fitout.State.RECTIFYING)
TO_INSPECT_CONCEALED = (ConcealedWorks.State.BOOKED, ConcealedWorks.State.RECTIFYING)
PRICED = (*TO_INSPECT, Fitout.State.ON_SITE, Fitout.State.STOPPED)


def apply(row: ConcealedWorks, *, by: Any, at: dt.datetime) -> ConcealedWorks:
    """The contractor's Concealed Works Inspection Form, as customer service takes it (manual 3.2.4-4.5)."""
    with transaction.atomic():
        [fresh] = lock(row.fitout)
        if not access.may_manage(by, fresh):
            raise NotAllowed(_("Customer service takes the application."))
        if not fresh.is_open_site:
            raise Refused(_("The site is not open."))
        row.fitout, row.building_id, row.created_by = fresh, fresh.building_id, by
        numbering.give(row, on=timezone.localdate(at))
        row.save()
    return row


def add_photos(row: ConcealedWorks, photos: Iterable[StoredFile], *, by: Any) -> None:
    """Photos of what will be covered, by any of the three departments."""
    with transaction.atomic():
        [fresh] = lock(row)
        if not access.may_inspect(by, fresh):
            raise NotAllowed(_("The three departments take the photos."))
        if fresh.state in (ConcealedWorks.State.COVERED, ConcealedWorks.State.WITHDRAWN):
            raise Refused(_("This is settled: no photo can be added."))
        for file in photos:
            files.attach(file, fresh)
            InspectionPhoto.objects.create(concealed=fresh, file=file, round=fresh.round)


def remark(row: Remark, *, by: Any, photo: StoredFile | None = None) -> Remark:
    """A department's comment at an inspection. Raises NotAllowed for another department's name."""
    with transaction.atomic():
        [fresh] = lock(row.concealed or row.fitout)
        code = row.department.code
        if code not in access.SITE or not staff.holds(by, code, None, fresh.building_id):
            raise NotAllowed(_("Write the comment of your own department."))
        if fresh.state not in (TO_INSPECT_CONCEALED if row.concealed else TO_INSPECT):
            raise Refused(_("There is no inspection now."))
        row.round = fresh.round if row.concealed else fresh.completion_round
        row.by, row.photo = by, photo
        files.attach(photo, fresh)
        row.save()
    return row


def found_rectified(row: Remark, *, by: Any, at: dt.datetime) -> Remark:
    """The department sees that what it wrote is rectified."""
    with transaction.atomic():
        [fresh] = lock(row)
        if not staff.holds(by, fresh.department.code, None, fresh.fitout.building_id):
            raise NotAllowed(_("The department that wrote the comment looks at it again."))
        fresh.rectified_at, fresh.rectified_by = at, by
        fresh.save(update_fields=["rectified_at", "rectified_by"])
    return fresh


def price_damage(row: Damage, *, by: Any, photo: StoredFile | None = None) -> Damage:
    """Damage to common property at its price, before the sheet is signed (manual 3.2.4-5.4)."""
    with transaction.atomic():
        [fresh] = lock(row.fitout)
        if not access.may_inspect(by, fresh):
            raise NotAllowed(_("The three departments price the damage."))
        if fresh.state not in PRICED:
            raise Refused(_("Damage is priced while the site is open, before the sheet goes to the property manager."))
        row.by, row.photo = by, photo
        files.attach(photo, fresh)
        row.save()
    return row


def bill_damage(row: Damage, *, by: Any, at: dt.datetime) -> Damage:
    """Charges damage by a payment notice of its own where the deposit does not cover it."""
    with transaction.atomic():
        [fitout] = lock(row.fitout)
        [fresh] = lock(row)
        if not access.may_manage(by, fitout):
            raise NotAllowed(_("Customer service bills the damage."))
        if fresh.charge_id:
            raise Refused(_("It is charged already."))
        kind = ChargeKind.objects.get(code="COMPENSATION")
        due_on = timezone.localdate(at) + dt.timedelta(days=access.terms_of(fitout.building_id).pay_days)
        line = billing.Line(
            kind=kind, quantity=fresh.quantity, unit_price=fresh.unit_price, due_on=due_on, amount=fresh.amount, text=fresh.what,
            unit=fitout.unit, key=f"fitout-damage:{fresh.pk}",
        )  # fmt: skip
        made = fees.bill(fitout, FitoutBill.Purpose.DAMAGE, [line], by=by, at=at, due_on=due_on)
        fresh.charge = made.charges.get()
        fresh.save(update_fields=["charge"])
    return fresh


def drop_damage(row: Damage, *, by: Any) -> None:
    """Takes back what was priced wrongly, as long as nothing is deducted."""
    with transaction.atomic():
        lock(row.fitout)
        [fresh] = lock(row)
        if fresh.charge_id or not access.may_inspect(by, fresh.fitout):
            raise Refused(_("It is deducted already."))
        fresh.delete()
