"""Letters, circulars and breaches: one line a step (manual 3.11.3-8, -9; 3.11.4-1; 1.1)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core.flow import Blocked, Flow, Role, Step, as_before
from staff.access import ENGINEERING, SECURITY, SERVICE, SERVICE_HEAD, holds
from staff.services import tell_department
from tenants.models import Breach, Circular, CircularDelivery, Correspondence
from tenants.services import correspondence as letters

L, C, B = Correspondence.State, Circular.State, Breach.State
T = gettext_lazy

FORWARDED_TO = Role(
    "FORWARDED_TO",
    T("the department it was forwarded to"),
    T("The department concerned"),
    lambda user, letter: bool(letter and letter.department) and holds(user, letter.department, None, letter.building_id),
)


def is_incoming(letter: Correspondence) -> str | None:
    return None if letter.direction == "IN" else _("This paper goes to the tenant: record its delivery.")


def is_outgoing(letter: Correspondence) -> str | None:
    return None if letter.direction == "OUT" else _("This paper came from the tenant: forward it or record the answer.")


def is_answered(letter: Correspondence) -> str | None:
    waits = letter.direction == "IN" and letter.reply_due_on and not letter.answered_at
    return _("The tenant expects an answer: record it first.") if waits else None


def forward(letter: Correspondence, *, by: Any, at: dt.datetime, note: str, department: Any) -> list[str]:
    letter.department = getattr(department, "code", department)
    return ["department"]


def tell_forwarded(letter: Correspondence, *, by: Any, at: dt.datetime) -> None:
    text = gettext_noop("%(number)s from %(tenant)s was forwarded to you: %(subject)s")
    values = {"number": letter.number, "tenant": str(letter.tenant), "subject": letter.subject[:80]}
    tell_department(letter.department, letter.building_id, text, topic="tenants.letters", record=letter, values=values, by=by)


def take_back_forward(letter: Correspondence, *, by: Any, at: dt.datetime) -> list[str]:
    letter.department = ""
    return ["department"]


def answer(letter: Correspondence, *, by: Any, at: dt.datetime, note: str, answer: str) -> list[str]:
    letter.answer, letter.answered_at = answer, at
    return ["answer", "answered_at"]


def deliver(letter: Correspondence, *, by: Any, at: dt.datetime, note: str, method: str, received_by: str) -> list[str]:
    letter.method, letter.received_by, letter.delivered_at = method, received_by, at
    return ["method", "received_by", "delivered_at"]


LETTER_FLOW = Flow(
    "tenants.Correspondence",
    T("Correspondence"),
    L,
    Step("answer", (L.REGISTERED, L.FORWARDED), L.ANSWERED, (SERVICE, FORWARDED_TO), [is_incoming], "M3.11.4-1",
         label=T("Record the answer"), effect=answer, undo=as_before),
    Step("forward", L.REGISTERED, L.FORWARDED, SERVICE, [is_incoming], "M3.11.4-1", label=T("Forward to a department"),
         tone="secondary", effect=forward, tell=tell_forwarded, undo=take_back_forward),
    Step("deliver", L.REGISTERED, L.DELIVERED, SERVICE, [is_outgoing], "M3.11.4-1",
         label=T("Record the delivery"), effect=deliver, undo=as_before),
    Step("close", (L.REGISTERED, L.FORWARDED, L.ANSWERED, L.DELIVERED), L.CLOSED, SERVICE, [is_answered], "M3.11.4-1",
         label=T("Close"), tone="secondary", undo=as_before),
)  # fmt: skip


def has_readers(circular: Circular) -> str | None:
    return None if letters.audience(circular).exists() else _("No tenant rents here now: there is nobody to send it to.")


def all_delivered(circular: Circular) -> Blocked | None:
    waiting = circular.deliveries.filter(delivered_at=None).count()
    if not waiting:
        return None
    text = _("%(count)d tenants have not got their copy yet.") % {"count": waiting}
    return Blocked(text, reverse("tenants:circular_detail", args=[circular.pk]))


def issue(circular: Circular, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    circular.issued_on = timezone.localdate(at)
    copies = [CircularDelivery(circular=circular, tenant=tenant) for tenant in letters.audience(circular)]
    CircularDelivery.objects.bulk_create(copies)
    return ["issued_on"]


CIRCULAR_FLOW = Flow(
    "tenants.Circular",
    T("Circular"),
    C,
    Step("issue", C.DRAFT, C.ISSUED, SERVICE_HEAD, [has_readers], "M1.1-2", label=T("Issue the circular"), effect=issue,
         confirm=T("Every tenant it concerns gets a copy on the delivery list.")),
    Step("close", C.ISSUED, C.CLOSED, SERVICE, [all_delivered], "M1.1-2", label=T("Close"), undo=as_before),
    Step("cancel", C.DRAFT, C.CANCELLED, SERVICE, [], "M1.1-2",
         label=T("Cancel the circular"), tone="danger", asks_reason=True, undo=as_before),
)  # fmt: skip


def warn(breach: Breach, *, by: Any, at: dt.datetime, note: str, measure: str, warned_person: str, mend_by: Any = None) -> list[str]:
    breach.measure, breach.warned_person, breach.warned_at = measure, warned_person, at
    breach.mend_by = mend_by or breach.mend_by
    return ["measure", "warned_person", "warned_at", "mend_by"]


def close_breach(breach: Breach, *, by: Any, at: dt.datetime, note: str, measure: str) -> list[str]:
    breach.measure = "\n".join(text for text in (breach.measure, measure) if text)
    breach.closed_at = at
    return ["measure", "closed_at"]


def reopen_breach(breach: Breach, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    breach.closed_at = None
    return ["closed_at"]


BREACH_FLOW = Flow(
    "tenants.Breach",
    T("Breach"),
    B,
    Step("warn", B.OPEN, B.WARNED, (SERVICE, SECURITY, ENGINEERING), [], "M3.11.3-9",
         label=T("Warn the tenant"), effect=warn, undo=as_before),
    Step("close", (B.OPEN, B.WARNED), B.CLOSED, SERVICE, [], "M3.11.3-9",
         label=T("Put right, close"), effect=close_breach, undo=as_before),
    Step("reopen", B.CLOSED, B.OPEN, SERVICE_HEAD, [], "M3.11.3-9", label=T("Reopen"), tone="secondary",
         effect=reopen_breach, asks_reason=True, undo=as_before),
)  # fmt: skip
