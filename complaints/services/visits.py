"""Return visits: by the rules of the house, one a round when the department has reported, noted when made (manual 3.3.6-6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from complaints.models import Complaint, ReturnVisit, VisitRule
from core import clock
from core.sampling import is_drawn


def rules() -> Sequence[VisitRule]:
    return list(VisitRule.objects.filter(is_active=True))


def rule_for(complaint: Complaint, known: Sequence[VisitRule]) -> VisitRule | None:
    """The first rule that fits: one without a kind fits every kind, one of a main kind its parts."""
    kind = complaint.kind
    return next((rule for rule in known if rule.kind_id in (None, kind.pk, kind.parent_id)), None)


def asked_by(complaint: Complaint, known: Sequence[VisitRule]) -> VisitRule | None:
    """The rule that asks for a visit of this round, or None. Number and round decide who is in a share; a second round always is."""
    rule = rule_for(complaint, known)
    if rule is None or complaint.round > 1:
        return rule
    return rule if is_drawn(f"{complaint.number}:{complaint.round}", rule.percent) else None


def due(complaint: Complaint, days: int) -> dt.datetime:
    """So many days after the result, working days where the kind counts working hours."""
    begin = timezone.localtime(complaint.resolved_at or complaint.received_at)
    if not complaint.kind.in_working_hours:
        return begin + dt.timedelta(days=days)
    return dt.datetime.combine(clock.add_working_days(begin.date(), days), begin.timetz())


def due_by_rule(complaint: Complaint) -> dt.datetime | None:
    """When the visit of this round is due; None where no rule asks for one."""
    rule = asked_by(complaint, rules())
    return due(complaint, rule.days_after) if rule else None


def plan(complaint: Complaint) -> ReturnVisit:
    """The visit of this round; the database keeps it one. Its time runs from the result."""
    rule = rule_for(complaint, rules()) or VisitRule()
    due_at = due(complaint, rule.days_after)
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
