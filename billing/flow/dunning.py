"""Lives of a reminder, of what was promised on it, and of a due day put off (manual 1.2.4, 3.12.4-5.d)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from billing.models import Channel, Postponement, Promise, Reminder
from billing.services import postponements, reminders
from core import notices
from core.flow import SYSTEM, Flow, Refused, Step
from staff import access as staff
from staff.access import FINANCE, FINANCE_HEAD, PROPERTY_MANAGER, SERVICE, SERVICE_HEAD

R = Reminder.State
T = gettext_lazy
# Finance may always help out, as customer service helps finance (article 5 part 1-8).
DESKS = (SERVICE, FINANCE)


def sending_of(reminder: Reminder) -> str:
    """The step that sends a reminder that waits."""
    return "send_as_manager" if reminder.state == R.MANAGER else "send"


def leaving_of(reminder: Reminder) -> str:
    """The step that leaves it out."""
    return "spare" if reminder.state == R.MANAGER else "leave_out"


def not_elsewhere(reminder: Reminder) -> str | None:
    return _("The tenant's file was merged into another.") if reminder.tenant.merged_into_id else None


def send(
    reminder: Reminder,
    *,
    by: Any,
    at: dt.datetime,
    note: str = "",
    result: str = Reminder.Result.SENT,
    spoke_to: str = "",
    promised: Decimal | None = None,
    pay_by: dt.date | None = None,
) -> list[str]:
    """Writes what was asked, how, and what came of it. Raises Refused when the tenant owes nothing any more."""
    if reminder.channel == Channel.CALL and result == Reminder.Result.SENT:
        raise Refused(_("Say what came of the call."))
    reminders.freeze(reminder, timezone.localdate(at))
    if promised and pay_by:
        _replace_promise(reminder, by=by, at=at)
        reminders.promise(reminder, promised, pay_by, promised_by=spoke_to or reminder.tenant.name, by=by, at=at)
        result = Reminder.Result.PROMISED
    reminder.result, reminder.spoke_to, reminder.note, reminder.sent_at, reminder.sent_by = result, spoke_to, note, at, by
    return ["asked", "amount", "result", "spoke_to", "note", "sent_at", "sent_by"]


def _replace_promise(reminder: Reminder, *, by: Any, at: dt.datetime) -> None:
    earlier = Promise.objects.filter(tenant_id=reminder.tenant_id, state=Promise.State.OPEN).first()
    if earlier:
        PROMISE_FLOW.take(earlier, "withdraw", by=by, at=at, note=_("replaced by a new promise on %(reminder)s") % {"reminder": reminder})


def can_be_delivered(reminder: Reminder) -> str | None:
    return _("A call is not delivered; only a paper or a visit has a proof of delivery.") if reminder.channel == Channel.CALL else None


def note_delivery(reminder: Reminder, *, by: Any, at: dt.datetime, received_by: str, delivered_on: dt.date, note: str = "") -> list[str]:
    """Proof of delivery: it stops the three years after which a debt can't be sued for (Civil Code, articles 188, 195)."""
    if delivered_on > timezone.localdate(at) or delivered_on < timezone.localdate(reminder.sent_at):
        raise Refused(_("The day of delivery lies between the day it was sent and today."))
    reminder.received_by, reminder.delivered_on = received_by, delivered_on
    return ["received_by", "delivered_on"]


def pass_on(reminder: Reminder, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    """Refusal in bad faith goes to the persons concerned: the manager's rung comes now, and they are told."""
    reminders.to_the_manager(reminder, by=by, on=timezone.localdate(at))
    reminder.result = Reminder.Result.REFUSED
    return ["result"]


def tell_the_persons_concerned(reminder: Reminder, *, by: Any, at: dt.datetime) -> None:
    text = gettext_noop("%(tenant)s refuses to pay ¥%(amount)s in bad faith.")
    values = {"tenant": str(reminder.tenant), "amount": f"{reminder.amount:,.2f}"}
    people = {*staff.holders(PROPERTY_MANAGER, reminder), *staff.holders(FINANCE_HEAD, reminder)}
    notices.tell(people, text, topic="billing.reminders", record=reminder, values=values, by=by)


REMINDER_FLOW = Flow(
    "billing.Reminder",
    T("Payment reminder"),
    R,
    Step("send", R.TO_SEND, R.SENT, DESKS, [not_elsewhere], "M1.2.4", label=T("Record it as sent"), effect=send),
    Step("send_as_manager", R.MANAGER, R.SENT, PROPERTY_MANAGER, [not_elsewhere], "M1.2.4", label=T("Record it as sent"), effect=send),
    Step("leave_out", R.TO_SEND, R.LEFT_OUT, DESKS, [], "M1.2.4", label=T("Leave it out this time"), tone="secondary", asks_reason=True),
    Step("spare", R.MANAGER, R.LEFT_OUT, PROPERTY_MANAGER, [], "M1.2.4", label=T("Leave it out this time"), tone="secondary",
         asks_reason=True),
    Step("hand_up", R.TO_SEND, R.MANAGER, (SERVICE_HEAD, FINANCE_HEAD), [], "M1.2.4", label=T("Hand it to the property manager"),
         tone="secondary", asks_reason=True),
    Step("settle", (R.TO_SEND, R.MANAGER), R.SETTLED, SYSTEM, [], "M1.2.4", label=T("No longer needed")),
    Step("deliver", R.SENT, R.DELIVERED, (*DESKS, PROPERTY_MANAGER), [can_be_delivered], "M1.2.4", label=T("Record the delivery"),
         tone="secondary", effect=note_delivery),
    Step("pass_on", (R.TO_SEND, R.SENT, R.DELIVERED), R.PASSED_ON, (SERVICE_HEAD, FINANCE_HEAD), [], "M3.12.4-5.d",
         label=T("Pass on: refuses in bad faith"), tone="danger", asks_reason=True, effect=pass_on, tell=tell_the_persons_concerned),
)  # fmt: skip


def tell_of_a_broken_promise(promise: Promise, *, by: Any, at: dt.datetime) -> None:
    text = gettext_noop("%(tenant)s did not pay the promised ¥%(amount)s by %(day)s.")
    values = {"tenant": str(promise.tenant), "amount": f"{promise.amount:,.2f}", "day": promise.pay_by.isoformat()}
    people = {*staff.holders(FINANCE, promise), *([promise.created_by] if promise.created_by else [])}
    notices.tell(people, text, topic="billing.reminders", record=promise, values=values, by=by)


PROMISE_FLOW = Flow(
    "billing.Promise",
    T("Promise to pay"),
    Promise.State,
    Step("withdraw", "OPEN", "WITHDRAWN", (SERVICE, FINANCE, PROPERTY_MANAGER), [], "M1.2.4", label=T("Withdraw it"), tone="danger",
         asks_reason=True),
    Step("keep", "OPEN", "KEPT", SYSTEM, [], "M1.2.4", label=T("The promise is kept")),
    Step("break_it", "OPEN", "BROKEN", SYSTEM, [], "M1.2.4", label=T("The promise is broken"), tell=tell_of_a_broken_promise),
)  # fmt: skip


def still_open(wanted: Postponement) -> str | None:
    return None if wanted.bill.outstanding else _("Nothing of this notice is open.")


def put_off(wanted: Postponement, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    postponements.set_day(wanted.bill, wanted.pay_by)
    wanted.decided_by = by
    return ["decided_by"]


def put_back(wanted: Postponement, *, by: Any, at: dt.datetime, note: str = "") -> list[str]:
    postponements.set_day(wanted.bill, None)
    wanted.decided_by = None
    return ["decided_by"]


POSTPONEMENT_FLOW = Flow(
    "billing.Postponement",
    T("Postponement"),
    Postponement.State,
    Step("grant", "REQUESTED", "GRANTED", PROPERTY_MANAGER, [still_open], "M1.2.4", label=T("Grant the later day"), effect=put_off,
         undo=put_back, approval=True, bulk=True),
    Step("return_request", "REQUESTED", "RETURNED", PROPERTY_MANAGER, [], "M1.2.4", label=T("Return it"), tone="secondary",
         asks_reason=True, approval=True),
    Step("withdraw", "REQUESTED", "WITHDRAWN", (SERVICE, FINANCE), [], "M1.2.4", label=T("Withdraw it"), tone="danger", asks_reason=True),
)  # fmt: skip
