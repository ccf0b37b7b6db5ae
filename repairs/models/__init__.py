"""Repair requests and paid services, what is done about them, and the house's own rules of both (manual 3.4, 3.12)."""

from repairs.models.order import OPEN_STATES, PAUSED_STATES, WORDS, Escalation, ReturnVisit, WorkOrder, WorkOrderQuerySet
from repairs.models.rules import (
    Audience,
    EscalationStep,
    RepairCategory,
    RepairTerms,
    ServiceItem,
    Skill,
    Urgency,
    VisitRule,
)
from repairs.models.work import Booking, Material, Photo, ServiceLine, WorkItem

__all__ = [
    "OPEN_STATES",
    "PAUSED_STATES",
    "WORDS",
    "Audience",
    "Booking",
    "Escalation",
    "EscalationStep",
    "Material",
    "Photo",
    "RepairCategory",
    "RepairTerms",
    "ReturnVisit",
    "ServiceItem",
    "ServiceLine",
    "Skill",
    "Urgency",
    "VisitRule",
    "WorkItem",
    "WorkOrder",
    "WorkOrderQuerySet",
]
