"""Return visits: planned for each round when the department has reported, noted when they were made (manual 3.3.6-6)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from complaints.models import Complaint, ReturnVisit
from complaints.services.deadlines import limit


def plan(complaint: Complaint) -> ReturnVisit:
    """The visit of this round; the database keeps it one. Its time runs from the result."""
    begin = complaint.resolved_at or complaint.received_at
    due_at = limit(complaint.kind, begin, complaint.kind.visit_hours)
    return ReturnVisit.objects.get_or_create(complaint=complaint, round=complaint.round, defaults={"due_at": due_at})[0]


def note(complaint: Complaint, *, by: Any, at: dt.datetime, is_satisfied: bool, **said: Any) -> ReturnVisit:
    """Keeps what the customer said in the visit of this round: `method`, `person`, `remark`, `suggestions`."""
    visit = plan(complaint)
    for name, value in said.items():
        setattr(visit, name, value)
    visit.is_satisfied, visit.thanked = is_satisfied, True
    visit.visited_at, visit.visited_by = at, by
    visit.save(update_fields=[*said, "is_satisfied", "thanked", "visited_at", "visited_by"])
    return visit
