"""Return visits: which work is followed by one, when, and what the customer said (manual 3.12.4-5, article 5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction

from core.database import lock
from core.sampling import is_drawn
from repairs.models import ReturnVisit, VisitRule, WorkOrder


def rules() -> Sequence[VisitRule]:
    return list(VisitRule.objects.filter(is_active=True))


def rule_for(order: WorkOrder, known: Sequence[VisitRule]) -> VisitRule | None:
    """The first rule that fits: one that says nothing of a thing fits everything."""
    return next((rule for rule in known if _fits(rule, order)), None)


def _fits(rule: VisitRule, order: WorkOrder) -> bool:
    category = rule.category_id in (None, order.category_id, order.category.parent_id)
    return category and rule.urgency_id in (None, order.urgency_id) and rule.is_paid in (None, order.is_paid)


def plan(order: WorkOrder, known: Sequence[VisitRule]) -> ReturnVisit | None:
    """The visit of this round, made if a rule asks for it; the database keeps it one. None where none is asked."""
    rule = rule_for(order, known)
    someone = bool(order.phone)
    # The number and the round decide who is drawn.
    if rule is None or not someone or not is_drawn(f"{order.number}:{order.round}", rule.percent):
        return None
    begin = order.confirmed_at or order.finished_at or order.received_at
    due_at = begin + dt.timedelta(hours=rule.hours_after)
    return ReturnVisit.objects.get_or_create(order=order, round=order.round, defaults={"due_at": due_at})[0]


def note(order: WorkOrder, *, by: Any, at: dt.datetime, is_satisfied: bool, **said: Any) -> ReturnVisit:
    """Keeps what the customer said in the visit of this round: `method`, `person`, `remark`."""
    visit = ReturnVisit.objects.get_or_create(order=order, round=order.round, defaults={"due_at": at})[0]
    for name, value in said.items():
        setattr(visit, name, value)
    visit.is_satisfied, visit.visited_at, visit.visited_by = is_satisfied, at, by
    visit.save(update_fields=[*said, "is_satisfied", "visited_at", "visited_by"])
    return visit


def follow_up(order: WorkOrder, *, at: dt.datetime, close: Callable[[WorkOrder, dt.datetime], Any]) -> None:
    """Plans the visit that a rule asks for, with its time limit on the order, or closes the order."""
    with transaction.atomic():
        [fresh] = lock(order)
        if fresh.state != WorkOrder.State.DONE or fresh.due_at is not None:
            return
        visit = plan(fresh, rules())
        if visit is None or visit.visited_at:
            close(fresh, at)
            return
        fresh.due_at = visit.due_at
        fresh.save(update_fields=["due_at"])
