"""Reminders, promises and postponements as the product knows them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing import access
from billing.flow import POSTPONEMENT_FLOW, PROMISE_FLOW, REMINDER_FLOW
from billing.models import Postponement, Promise, Reminder
from core import kinds, notices
from core.search import SearchWords

notices.name_topic("billing.reminders", gettext_lazy("Payment reminders"))


def reminder_words(reminder: Reminder) -> SearchWords:
    title = f"{reminder.tenant} {reminder.get_channel_display()}"
    return SearchWords(title=title, subtitle=f"{reminder.number} ¥{reminder.amount}", number=reminder.number)


def promise_words(promise: Promise) -> SearchWords:
    return SearchWords(title=f"{promise.tenant} {promise.pay_by}", subtitle=f"{promise.number} ¥{promise.amount}", number=promise.number)


def postponement_words(wanted: Postponement) -> SearchWords:
    title = f"{wanted.bill.tenant} {wanted.pay_by}"
    return SearchWords(title=title, subtitle=f"{wanted.number} {wanted.bill.number}", number=wanted.number)


def postponement_facts(wanted: Postponement) -> list[tuple[Any, Any]]:
    """What the property manager must see."""
    return [
        (_("Tenant"), wanted.bill.tenant),
        (_("Payment notice"), wanted.bill),
        (_("Outstanding"), f"¥{wanted.bill.outstanding:,.2f}"),
        (_("Due on"), wanted.bill.due_on),
        (_("New due day"), wanted.pay_by),
        (_("Reason"), wanted.reason),
    ]


kinds.register(
    Reminder,
    rows=access.reminders,
    title=gettext_lazy("Payment reminder"),
    icon="bell",
    url="billing:reminder_detail",
    flow=REMINDER_FLOW,
    search=reminder_words,
)
kinds.register(
    Promise,
    rows=access.promises,
    title=gettext_lazy("Promise to pay"),
    icon="calendar",
    url="billing:promise_detail",
    flow=PROMISE_FLOW,
    search=promise_words,
)
kinds.register(
    Postponement,
    rows=access.postponements,
    title=gettext_lazy("Postponement"),
    icon="calendar",
    url="billing:postponement_detail",
    flow=POSTPONEMENT_FLOW,
    summary=postponement_facts,
    search=postponement_words,
)
