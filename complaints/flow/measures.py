"""A measure is done by its owner and checked by the customer service manager (manual 3.3.4-3, 3.3.2-2.b)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy, gettext_noop

from complaints.flow.roles import OWNER
from complaints.models import Measure
from core import notices
from core.flow import Flow, Step
from staff import access as staff
from staff.access import PROPERTY_MANAGER, SERVICE_HEAD

T = gettext_lazy

M = Measure.State


def report_done(measure: Measure, *, by: Any, at: dt.datetime, note: str, outcome: str) -> list[str]:
    measure.outcome, measure.done_at = outcome, at
    return ["outcome", "done_at"]


def tell_manager(measure: Measure, *, by: Any, at: dt.datetime) -> None:
    text = gettext_noop("%(number)s is done, check it: %(text)s")
    people = staff.members("CUSTOMER_SERVICE", measure.building_id, staff.HEADS)
    values = {"number": measure.number, "text": measure.text[:80]}
    notices.tell(people, text, topic="complaints.measures", record=measure, values=values, by=by)


def tell_owner(measure: Measure, *, by: Any, at: dt.datetime) -> None:
    text = gettext_noop("%(number)s is not good enough yet: %(text)s")
    values = {"number": measure.number, "text": measure.text[:80]}
    notices.tell([measure.owner], text, topic="complaints.measures", record=measure, values=values, by=by)


MEASURE_FLOW = Flow(
    "complaints.Measure",
    T("Measure"),
    M,
    Step("report_done", M.OPEN, M.DONE, (OWNER, SERVICE_HEAD), [], "M3.3.4-3", label=T("Report it done"), effect=report_done,
         tell=tell_manager),
    Step("check", M.DONE, M.CHECKED, (SERVICE_HEAD, PROPERTY_MANAGER), [], "M3.3.2-2.b", label=T("Checked, it works")),
    Step("return_it", M.DONE, M.OPEN, (SERVICE_HEAD, PROPERTY_MANAGER), [], "M3.3.2-2.b", label=T("Not good enough"), tone="secondary",
         tell=tell_owner, asks_reason=True),
    Step("cancel", M.OPEN, M.CANCELLED, SERVICE_HEAD, [], "M3.3.4-3", label=T("Cancel the measure"), tone="danger", asks_reason=True),
)  # fmt: skip
