"""Fire extinguishers of the house on a site: hired and returned (manual 3.2.4-3.4)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.database import lock
from core.flow import NotAllowed, Refused
from fitout import access
from fitout.models import ENDED, ExtinguisherHire, Fitout
from premises import services as premises
from premises.models import Extinguisher


def hire(fitout: Fitout, extinguisher: Extinguisher, *, spot: str = "", by: Any, at: dt.datetime) -> ExtinguisherHire:
    """Security hands out an extinguisher from the store."""
    with transaction.atomic():
        [fresh] = lock(fitout)
        if not access.may_guard(by, fresh):
            raise NotAllowed(_("Security hands out fire extinguishers."))
        if fresh.state in ENDED or extinguisher.building_id != fresh.building_id:
            raise Refused(_("Hire an extinguisher of this building to a fit-out that goes on."))
        premises.EXTINGUISHER_FLOW.take(extinguisher, "rent", by=by, at=at, rented_to=fresh.contractor.name)
        return ExtinguisherHire.objects.create(fitout=fresh, extinguisher=extinguisher, spot=spot, hired_at=at, hired_by=by)


def take_back(row: ExtinguisherHire, *, condition: str, by: Any, at: dt.datetime) -> ExtinguisherHire:
    """An extinguisher comes back: into the store, or out of use when it is damaged or lost."""
    with transaction.atomic():
        lock(row.fitout)
        [fresh] = lock(row)
        if not access.may_guard(by, fresh.fitout):
            raise NotAllowed(_("Security takes fire extinguishers back."))
        if fresh.returned_at:
            raise Refused(_("It is returned already."))
        gone = condition in (ExtinguisherHire.Condition.DAMAGED, ExtinguisherHire.Condition.LOST)
        reason = str(ExtinguisherHire.Condition(condition).label)
        premises.EXTINGUISHER_FLOW.take(fresh.extinguisher, "retire" if gone else "give_back", by=by, at=at, note=reason if gone else "")
        fresh.returned_at, fresh.returned_to, fresh.condition = at, by, condition
        fresh.save(update_fields=["returned_at", "returned_to", "condition"])
    return fresh
