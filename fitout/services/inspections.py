"""Comments of inspections, their rectification, and what damage costs (manual 3.2.4-4.5, 3.2.4-5)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import files
from core.database import lock
from core.flow import NotAllowed, Refused
from core.models import StoredFile
from fitout import access
from fitout.models import Damage, Fitout, Remark
from staff import access as staff


def remark(row: Remark, *, by: Any, photo: StoredFile | None = None) -> Remark:
    """A department's comment at an inspection. Raises NotAllowed for another department's name."""
    with transaction.atomic():
        [fresh] = lock(row.concealed or row.fitout)
        code = row.department.code
        if code not in access.SITE or not staff.holds(by, code, None, fresh.building_id):
            raise NotAllowed(_("Write the comment of your own department."))
        if row.concealed is None and fresh.state not in (Fitout.State.TO_INSPECT, Fitout.State.RECTIFYING):
            raise Refused(_("There is no completion inspection now."))
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
        if fresh.state not in (Fitout.State.TO_INSPECT, Fitout.State.RECTIFYING, Fitout.State.ON_SITE, Fitout.State.STOPPED):
            raise Refused(_("Damage is priced while the site is open, before the sheet goes to the property manager."))
        row.by, row.photo = by, photo
        files.attach(photo, fresh)
        row.save()
    return row


def drop_damage(row: Damage, *, by: Any) -> None:
    """Takes back what was priced wrongly, as long as nothing is deducted."""
    with transaction.atomic():
        lock(row.fitout)
        [fresh] = lock(row)
        if fresh.charge_id or not access.may_inspect(by, fresh.fitout):
            raise Refused(_("It is deducted already."))
        fresh.delete()
