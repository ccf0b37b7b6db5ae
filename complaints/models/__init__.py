"""Complaints, what is done about them, and the house's own rules of both (manual 3.3)."""

from complaints.models.complaint import OPEN_STATES, WORDS, Complaint, ComplaintQuerySet, Escalation, ReturnVisit
from complaints.models.rules import Audience, ComplaintCause, ComplaintKind, EscalationStep, Phrase, RegisterKeeper, VisitRule
from complaints.models.work import Compensation, Measure, MeasureQuerySet

__all__ = [
    "OPEN_STATES",
    "WORDS",
    "Audience",
    "Compensation",
    "Complaint",
    "ComplaintCause",
    "ComplaintKind",
    "ComplaintQuerySet",
    "Escalation",
    "EscalationStep",
    "Measure",
    "MeasureQuerySet",
    "Phrase",
    "RegisterKeeper",
    "ReturnVisit",
    "VisitRule",
]
