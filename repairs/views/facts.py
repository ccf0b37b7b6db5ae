"""What the page of a work order says, in the order in which it came about."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.crypto import format_phone
from core.pages import without_blanks
from repairs.models import WorkOrder

Facts = list[tuple[Any, Any]]


def facts_of(order: WorkOrder) -> Facts:
    """Label and value of everything that is known."""
    return without_blanks([*_told(order), *_sent(order), *_reviewed(order), *_done(order)])


def _told(order: WorkOrder) -> Facts:
    booking = getattr(order, "booking", None)
    return [
        (pgettext("repair", "Customer"), order.company),
        (_("Who reported it"), order.name),
        (_("Phone"), format_phone(order.phone)),
        (_("Unit"), order.unit),
        (_("Public area"), order.area),
        (_("Where exactly"), order.spot),
        (_("Equipment"), order.equipment),
        (_("Public property"), _("Yes") if order.is_public else _("No")),
        (_("Category"), order.category),
        (_("Repair service item"), order.service or _("Not on the list")),
        (_("Fault"), order.content),
        (_("Urgency"), order.urgency),
        (_("Appointment"), order.appointment_at),
        (_("Appointment until"), order.appointment_until),
        (_("Booked from"), booking and booking.starts_at),
        (_("Booked to"), booking and booking.ends_at),
        (_("How it was reported"), order.get_channel_display()),
        (_("Reported on"), order.received_at),
        (_("Recorded by"), order.created_by),
        (_("Defect"), order.defect),
        (_("Complaint"), order.complaint),
    ]


def _sent(order: WorkOrder) -> Facts:
    return [
        (_("Sent to engineering by"), order.dispatched_by),
        (_("Sent to engineering"), order.dispatched_at),
        (_("Technician"), order.assignee),
        (_("Received by"), order.accepted_by),
        (_("Time accepted"), order.accepted_at),
        (_("Time limit"), order.due_at),
        (_("To be finished by"), order.finish_by),
        (_("Why it waits"), order.get_pause_reason_display()),
        (_("Waiting since"), order.paused_at),
    ]


def _reviewed(order: WorkOrder) -> Facts:
    return [
        (_("Reviewed by"), order.reviewed_by),
        (_("Answer of the review"), order.answer),
        (_("How the customer was told"), order.get_reply_display()),
    ]


def _done(order: WorkOrder) -> Facts:
    return [
        (_("Arrived"), order.arrived_at),
        (_("Findings on site"), order.findings),
        (_("Finished"), order.finished_at),
        (_("Accepted by the customer"), order.confirmed_at),
        (_("Payment notice"), order.bill),
        (_("Why payment is refused"), order.refusal),
        (_("Passed on to the persons concerned"), order.passed_on_at),
    ]
