"""Measures are fixed by a review or planned to prevent; the owner hears of it at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from complaints.models import Complaint, Measure
from core import notices, numbering
from core.database import lock
from core.flow import Refused


def plan(measure: Measure, *, by: Any, on: dt.date) -> Measure:
    """Writes a prevention measure down with its number and tells its owner."""
    with transaction.atomic():
        measure.created_by = by
        numbering.give(measure, on=on)
        measure.save()
        tell_owner(measure, by=by)
    return measure


def fix(measure: Measure, complaint: Complaint, *, by: Any, on: dt.date) -> Measure:
    """Fixes a measure of the review of a complaint. Refused once the complaint is settled."""
    with transaction.atomic():
        [fresh] = lock(complaint)
        if not fresh.is_open:
            raise Refused(_("This complaint is settled. Reopen it, or plan a prevention measure."))
        measure.complaint, measure.building_id, measure.way = fresh, fresh.building_id, Measure.Way.REVIEW
        return plan(measure, by=by, on=on)


def tell_owner(measure: Measure, *, by: Any) -> None:
    text = gettext_noop("%(number)s is yours, due on %(due)s: %(text)s")
    values = {"number": measure.number, "due": measure.due_on.isoformat(), "text": measure.text[:80]}
    notices.tell([measure.owner], text, topic="complaints.measures", record=measure, values=values, by=by)
