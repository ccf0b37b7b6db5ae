"""Writes an application down with its number and its checklist of papers (manual 3.2.4-1.1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import numbering, papers
from core.database import lock
from core.flow import NotAllowed, Refused
from fitout import access
from fitout.models import Fitout

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


def correct(fitout: Fitout, values: dict[str, Any], *, by: Any, check: Callable[[Fitout], None] = lambda fresh: None) -> Fitout:
    """Changes what was applied for; what was signed to the old words is outdated by it.

    `check(fresh)` is asked under the lock, before anything is changed: the form's comparison of versions.
    """
    with transaction.atomic():
        [fresh] = lock(fitout)
        check(fresh)
        if not access.may_manage(by, fresh):
            raise NotAllowed(_("Customer service changes fit-out applications."))
        if fresh.is_ended or fresh.started_at is not None:
            raise Refused(_("The works have begun: this can't be changed any more."))
        if "contractor" in values and values["contractor"].building_id != fresh.building_id:
            raise Refused(_("Unit, tenant and contractor belong to different buildings. Choose those of one."))
        for name, value in values.items():
            setattr(fresh, name, value)
        fresh.version += 1
        fresh.full_clean(exclude=["number", "applied_on", "created_by"])
        fresh.save(update_fields=[*values, "version"])
        papers.open_for(fresh, PROCEDURE)
    return fresh
