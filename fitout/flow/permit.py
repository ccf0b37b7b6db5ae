"""The life of a Fit-out Permit: issued once by the fit-out's own step, then extended, revoked, run out or handed in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.flow import SYSTEM, Flow, Refused, Step
from fitout.models import Permit
from staff.access import ENGINEERING_HEAD, SECURITY_HEAD, SERVICE_HEAD

S = Permit.State
T = gettext_lazy


def extend(permit: Permit, *, by: Any, at: dt.datetime, note: str, valid_until: dt.date) -> list[str]:
    """A later last day. Raises Refused for one that is no later."""
    if valid_until <= permit.valid_until:
        raise Refused(_("Enter a day after %(day)s.") % {"day": permit.valid_until})
    permit.valid_until = valid_until
    return ["valid_until"]


PERMIT_FLOW = Flow(
    "fitout.Permit",
    T("Fit-out permit"),
    S,
    Step("extend", (S.VALID, S.EXPIRED), S.VALID, SERVICE_HEAD, [], "M3.2.4-3.2", label=T("Extend it"), tone="secondary", effect=extend,
         asks_reason=True),
    Step("revoke", (S.VALID, S.EXPIRED), S.REVOKED, (SERVICE_HEAD, ENGINEERING_HEAD, SECURITY_HEAD), [], "M3.2.4-4.2.D",
         label=T("Revoke it"), tone="danger", asks_reason=True),
    Step("expire", S.VALID, S.EXPIRED, SYSTEM, [], "M3.2.4-3.2", label=T("It has run out"), tone="secondary"),
    Step("hand_in", (S.VALID, S.EXPIRED), S.RETURNED, SYSTEM, [], "M3.2.4-5.5", label=T("Taken off the door"), tone="secondary"),
)  # fmt: skip
