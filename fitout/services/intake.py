"""Writes an application down with its number and its checklist of papers (manual 3.2.4-1.1)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import numbering, papers
from core.database import lock
from core.flow import NotAllowed, Refused
from fitout import access
from fitout.models import Contractor, Fitout

PROCEDURE = "fit_out"


def apply(fitout: Fitout, *, by: Any, at: dt.datetime) -> Fitout:
    """Registers an application. Raises Refused where unit, tenant and contractor do not belong together."""
    with transaction.atomic():
        fitout.building_id = fitout.unit.building_id
        if not access.may_manage(by, fitout):
            raise NotAllowed(_("Customer service takes fit-out applications."))
        if fitout.contractor.building_id != fitout.building_id or fitout.tenant.building_id != fitout.building_id:
            raise Refused(_("Unit, tenant and contractor belong to different buildings. Choose those of one."))
        if fitout.unit.merged_into_id:
            raise Refused(_("%(unit)s is part of another unit. Apply for the whole.") % {"unit": fitout.unit})
        fitout.area_m2 = fitout.area_m2 or access.floor_area(fitout.unit)
        fitout.created_by, fitout.applied_on = by, timezone.localdate(at)
        numbering.give(fitout, on=fitout.applied_on)
        fitout.save()
        papers.open_for(fitout, PROCEDURE)
    return fitout


def correct(fitout: Fitout, values: dict[str, Any], *, by: Any) -> Fitout:
    """Changes what was applied for; what was signed to the old words is outdated by it."""
    with transaction.atomic():
        [fresh] = lock(fitout)
        if not access.may_manage(by, fresh):
            raise NotAllowed(_("Customer service changes fit-out applications."))
        if fresh.is_ended or fresh.started_at is not None:
            raise Refused(_("The works have begun: this can't be changed any more."))
        for name, value in values.items():
            setattr(fresh, name, value)
        fresh.version += 1
        fresh.full_clean(exclude=["number", "applied_on", "created_by"])
        fresh.save(update_fields=[*values, "version"])
        papers.open_for(fresh, PROCEDURE)
    return fresh


def bar(contractor: Contractor, *, reason: str, by: Any, at: dt.datetime) -> Contractor:
    """Keeps a contractor out until somebody lets it in again."""
    if not reason.strip():
        raise Refused(_("Give the reason."))
    return _set_bar(contractor, at=at, by=by, reason=reason.strip())


def unbar(contractor: Contractor, *, by: Any) -> Contractor:
    return _set_bar(contractor, at=None, by=None, reason="")


def _set_bar(contractor: Contractor, *, at: dt.datetime | None, by: Any, reason: str) -> Contractor:
    with transaction.atomic():
        [fresh] = lock(contractor)
        fresh.barred_at, fresh.barred_by, fresh.barred_reason = at, by, reason
        fresh.save(update_fields=["barred_at", "barred_by", "barred_reason"])
    return fresh
