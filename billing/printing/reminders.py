"""The Payment Reminder (催缴单): which charges, since when, and the words of its step."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.models import Reminder
from billing.services import prices, reminders
from core import printing
from core.money import in_words
from core.printing import Party, PrintForm


def of_reminder(reminder: Reminder | None) -> dict[str, Any]:
    """As it was sent; one that waits is filled from what is open now: it is printed first and recorded as sent when it goes out."""
    if reminder is None:
        facts = [(_("Tenant"), ""), (_("Units"), ""), (_("Oldest due day"), ""), (_("To be sent by"), "")]
        return {"facts": facts, "lines": [], "empty_lines": range(6), "amount": None, "words": "", "text": "", "terms": None}
    lines = reminders.asked(reminder, timezone.localdate())
    amount = sum((line[2] for line in lines), Decimal(0))
    facts = [
        (_("Tenant"), reminder.tenant.name),
        (_("Channel"), reminder.get_channel_display()),
        (_("Oldest due day"), reminder.since.isoformat()),
        (_("Date"), timezone.localdate(reminder.sent_at or timezone.now()).isoformat()),
    ]
    text = reminder.step.text if reminder.step else ""
    terms = prices.terms_of(reminder.building_id)
    return {"facts": facts, "lines": lines, "amount": amount, "words": in_words(amount), "text": text, "terms": terms}


def is_void(reminder: Reminder) -> bool:
    """True for what is not to go out any more."""
    return reminder.state in (Reminder.State.LEFT_OUT, Reminder.State.SETTLED)


printing.register(
    Reminder,
    PrintForm(
        "payment-reminder",
        _("Payment Reminder"),
        "billing/print/reminder.html",
        of_reminder,
        (Party(_("Received by")), Party(_("Finance"), seal=True)),
        (_("Copy 1: kept"), _("Copy 2: tenant")),
        kept=lambda reminder: bool(reminder.sent_at),
        clause="M1.2.4",
        void=is_void,
    ),
)
