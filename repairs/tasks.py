"""What falls due by the clock: return visits, closing, payments, late work orders. Any of it may run twice, late or side by side."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from billing.models import Bill
from core import queue
from core.flow import Refused
from premises.models import Building
from repairs.flow import ORDER_FLOW
from repairs.models import EscalationStep, WorkOrder
from repairs.services import deadlines, opinions, visits

AT_ONCE = 500
DONE = WorkOrder.State.DONE


@queue.every_tick
def follow_up_done(now: dt.datetime) -> None:
    """Has each finished work order decided on: a return visit by the rules, or closed."""
    for pk, turn in WorkOrder.objects.filter(state=DONE, due_at=None).values_list("pk", "round")[:AT_ONCE]:
        queue.enqueue("repairs.tasks.follow_up", dedupe=f"work-order:{pk}:visit:{turn}", order_id=pk)


def follow_up(order_id: int) -> None:
    """Plans the visit of the round or closes the order; a second run finds nothing to do."""
    order = WorkOrder.objects.select_related("category", "urgency").get(pk=order_id)
    if order.state != DONE or order.due_at is not None:
        return
    visits.follow_up(order, at=timezone.now(), close=lambda fresh, at: ORDER_FLOW.take(fresh, "close", by=None, at=at))


@queue.every_tick
def settle_paid(now: dt.datetime) -> None:
    """Has each work order settled whose Payment Notice was paid."""
    paid = Bill.objects.filter(outstanding=0).exclude(state=Bill.State.VOID)
    waiting = WorkOrder.objects.filter(Q(state="TO_PAY") | Q(state="REFUSED"), bill__in=paid)
    # Of the minute: the same notice is paid again after its receipt was taken back, and waits again after a rework.
    for pk in waiting.values_list("pk", flat=True)[:AT_ONCE]:
        queue.enqueue("repairs.tasks.settle", dedupe=f"work-order:{pk}:paid:{now:%Y%m%d%H%M}", order_id=pk)


def settle(order_id: int) -> None:
    """Takes the step “paid”, unless somebody has or the payment was taken back."""
    try:
        ORDER_FLOW.take(WorkOrder.objects.get(pk=order_id), "paid", by=None, at=timezone.now())
    except Refused:
        return


@queue.every_tick
def escalate_late(now: dt.datetime) -> None:
    """Has everybody told who stands on the ladder of a late work order and was not."""
    for pk, step, due_at in deadlines.unsent(now):
        key = f"work-order:{pk}:late:{step}:{due_at.timestamp()}"
        queue.enqueue("repairs.tasks.escalate", dedupe=key, order_id=pk, step_id=step)


def escalate(order_id: int, step_id: int) -> None:
    """Tells one rung of one work order; the row that keeps it is unique."""
    deadlines.escalate(WorkOrder.objects.get(pk=order_id), EscalationStep.objects.get(pk=step_id), at=timezone.now())


@queue.every_tick
def report_opinions(now: dt.datetime) -> None:
    """On Monday has the week before reported of each building that had a paid service."""
    week = opinions.week_before(now)
    if week is None:
        return
    first, last = week
    for building in opinions.finished(first, last).order_by().values_list("building", flat=True).distinct():
        key = f"opinions:{building}:{first.isoformat()}"
        queue.enqueue("repairs.tasks.report_week", dedupe=key, building_id=building, first=first.isoformat(), last=last.isoformat())


def report_week(building_id: int, first: str, last: str) -> None:
    """Tells both managers; the notice of a week is unique."""
    opinions.report(Building.objects.get(pk=building_id), dt.date.fromisoformat(first), dt.date.fromisoformat(last))
