"""The Customer Complaint Record, the minutes of a review and the slip of a compensation, on paper."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.models import Compensation, Complaint
from core import printing
from core.crypto import format_phone


def moment(value: Any) -> str:
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else ""


def record(complaint: Complaint | None) -> dict[str, Any]:
    """Registration, verification, result and the return visit (manual 3.3.4-1, -5)."""
    facts = [
        (_("Complainant"), complaint and complaint.name),
        (_("Phone"), format_phone(complaint.phone) if complaint else ""),
        (_("Company"), complaint and complaint.company),
        (_("Unit"), complaint and complaint.unit),
        (_("Complained on"), moment(complaint.received_at) if complaint else ""),
        (_("How it came"), complaint and complaint.get_channel_display()),
        (_("Kind"), complaint and complaint.kind),
        (_("Against whom or what"), complaint and complaint.against),
        (_("Recorded by"), complaint and complaint.created_by),
        (_("Responsible department"), complaint and complaint.department),
    ]
    return {"facts": facts, "sections": sections_of(complaint), "settled": resolved_facts(complaint), "visits": visits_of(complaint)}


def sections_of(complaint: Complaint | None) -> list[tuple[Any, str]]:
    """(heading, text): what was told, what was found, what came of it; empty ones are left out of a filled form."""
    told = [
        (_("Complaint"), complaint.content if complaint else ""),
        (_("Course of events"), complaint.course_of_events if complaint else ""),
        (_("Witnesses"), complaint.witnesses if complaint else ""),
        (_("Evidence"), complaint.evidence if complaint else ""),
        (_("What the check found"), complaint.finding if complaint else ""),
        (_("Result"), complaint.result if complaint else ""),
        (_("Malicious: reason and what was explained"), malicious_text(complaint)),
    ]
    if complaint is None:
        return [told[0], told[4], told[5]]
    return [(heading, text) for heading, text in told if text]


def malicious_text(complaint: Complaint | None) -> str:
    if complaint is None or not complaint.is_malicious:
        return ""
    return f"{complaint.malicious_reason}\n{complaint.malicious_answer}"


def resolved_facts(complaint: Complaint | None) -> list[tuple[Any, Any]]:
    return [
        (_("Resolved by"), complaint and complaint.resolved_by),
        (_("Resolved"), moment(complaint.resolved_at) if complaint else ""),
        (_("Cause"), complaint and complaint.cause),
        (_("Rounds"), complaint and complaint.round),
    ]


def visits_of(complaint: Complaint | None) -> list[tuple[Any, ...]]:
    """(when, how, with whom, satisfied, what was said, by whom) of each return visit that was made."""
    rows = complaint.visits.exclude(visited_at=None).select_related("visited_by") if complaint else []
    return [
        (
            moment(row.visited_at),
            row.get_method_display(),
            row.person,
            _("Satisfied") if row.is_satisfied else _("Not satisfied"),
            "\n".join(text for text in (row.remark, row.suggestions) if text),
            row.visited_by,
        )
        for row in rows
    ]


def review(complaint: Complaint | None) -> dict[str, Any]:
    """Who came together, what was decided, who does what by when (manual 3.3.4-3)."""
    facts = [
        (_("Company"), complaint and complaint.company),
        (_("Kind"), complaint and complaint.kind),
        (_("Review held"), moment(complaint.reviewed_at) if complaint else ""),
        (_("Review led by"), complaint and complaint.reviewed_by),
        (_("Taking part in the review"), complaint and complaint.review_people),
        (_("Time limit"), moment(complaint.due_at) if complaint else ""),
    ]
    told = ((_("Complaint"), complaint and complaint.content), (_("Outcome of the review"), complaint and complaint.review_note))
    texts = [(heading, text or "") for heading, text in told]
    measures = complaint.measures.exclude(state="CANCELLED").select_related("owner").order_by("due_on") if complaint else []
    rows = [(row.text, row.owner, row.due_on.isoformat(), row.get_state_display()) for row in measures]
    return {"facts": facts, "sections": texts, "measures": rows}


def compensation(row: Compensation | None) -> dict[str, Any]:
    """What the customer was given, signed for."""
    facts = [
        (_("Complaint"), row and row.complaint),
        (_("Company"), row and row.complaint.company),
        (_("What is given"), row and row.item),
        (_("Worth"), f"¥{row.amount:,.2f}" if row else ""),
        (_("Approved by"), row and row.approved_by),
        (_("Received by"), row and row.received_by),
    ]
    return {"facts": facts, "sections": [(_("Reason"), row.reason if row else "")]}


def was_reviewed(complaint: Complaint) -> str | None:
    return None if complaint.reviewed_at else str(_("No review was held."))


printing.register(
    Complaint,
    printing.PrintForm(
        "record",
        _("Customer Complaint Record"),
        "complaints/print/record.html",
        record,
        parties=(printing.Party(_("Head of the department that resolved it"), key="RESOLVER"), printing.Party(_("Customer"))),
        document="record",
        clause="M3.3.4-1.F1",
        final=lambda complaint: bool(complaint.result),
    ),
    printing.PrintForm(
        "statement",
        _("Statement of the complainant"),
        "complaints/print/record.html",
        record,
        parties=(printing.Party(_("Complainant"), key="COMPLAINANT"), printing.Party(_("Recorded by"))),
        document="statement",
        clause="M3.3.6-5",
        available=lambda complaint: None if complaint.is_misconduct else str(_("Only of a person's misconduct.")),
    ),
    printing.PrintForm(
        "review",
        _("Minutes of the review"),
        "complaints/print/review.html",
        review,
        parties=(printing.Party(_("Customer service manager")),),
        clause="M3.3.4-3",
        available=was_reviewed,
    ),
)
printing.register(
    Compensation,
    printing.PrintForm(
        "slip",
        _("Compensation slip"),
        "tenants/print/sections.html",
        compensation,
        parties=(printing.Party(_("Customer")), printing.Party(_("Customer service"), seal=True)),
        clause="R5a.3.b",
        final=lambda row: row.state in {"APPROVED", "GIVEN"},
        void=lambda row: row.state in {"RETURNED", "WITHDRAWN"},
    ),
)
