"""What the page of a complaint says, in the order in which it came about."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from complaints.models import Complaint
from core.crypto import format_phone
from core.pages import without_blanks

Facts = list[tuple[Any, Any]]


def facts_of(complaint: Complaint) -> Facts:
    """Label and value of everything that is known; empty values are shown as such only where somebody must fill them."""
    return [*_told(complaint), *without_blanks([*_misconduct(complaint), *_work(complaint), *_marks(complaint)])]


def _told(complaint: Complaint) -> Facts:
    return [
        (_("Complainant"), complaint.name),
        (_("Phone"), format_phone(complaint.phone)),
        (_("Company"), complaint.company),
        (_("Unit"), complaint.unit or ""),
        (_("Kind"), complaint.kind),
        (_("How it came"), complaint.get_channel_display()),
        (_("Complained on"), complaint.received_at),
        (_("Recorded by"), complaint.created_by),
        (_("Against whom or what"), complaint.against),
        (_("Complaint"), complaint.content),
    ]


def _misconduct(complaint: Complaint) -> Facts:
    return [
        (_("Course of events"), complaint.course_of_events),
        (_("Witnesses"), complaint.witnesses),
        (_("Evidence"), complaint.evidence),
    ]


def _work(complaint: Complaint) -> Facts:
    return [
        (_("Checks the facts"), complaint.checker),
        (_("What the check found"), complaint.finding),
        (_("Responsible department"), complaint.department),
        (_("Time limit"), complaint.due_at),
        (_("Review led by"), complaint.reviewed_by),
        (_("Taking part in the review"), complaint.review_people),
        (_("Outcome of the review"), complaint.review_note),
        (_("Result"), complaint.result),
        (_("Cause"), complaint.cause),
        (_("Resolved by"), complaint.resolved_by),
        (_("Resolved"), complaint.resolved_at),
        (_("Other suggestions"), complaint.suggestions),
    ]


def _marks(complaint: Complaint) -> Facts:
    return [
        (_("Special case, general manager informed"), complaint.special_reason),
        (_("Malicious"), complaint.malicious_reason),
        (_("What was explained"), complaint.malicious_answer),
        (_("Marked malicious by"), complaint.malicious_by),
    ]
