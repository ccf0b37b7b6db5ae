"""Permits run out, and a fit-out ends when its deposit is settled."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from core import queue
from core.flow import Refused
from fitout.flow import FITOUT_FLOW, PERMIT_FLOW
from fitout.models import Fitout, Permit

AT_ONCE = 500


@queue.every_tick
def expire_permits(now: dt.datetime) -> None:
    """Has each permit marked whose last day has passed."""
    today = timezone.localdate(now)
    over = Permit.objects.filter(state=Permit.State.VALID, valid_until__lt=today).values_list("pk", flat=True)
    for pk in over[:AT_ONCE]:
        queue.enqueue("fitout.tasks.expire_permit", dedupe=f"permit:{pk}:expired:{today}", permit_id=pk)


def expire_permit(permit_id: int) -> None:
    """Marks one permit, unless it was extended or taken down meanwhile."""
    permit = Permit.objects.get(pk=permit_id)
    if permit.state == Permit.State.VALID and permit.valid_until < timezone.localdate():
        PERMIT_FLOW.take(permit, "expire", by=None, at=timezone.now())


@queue.every_tick
def close_settled(now: dt.datetime) -> None:
    """Has each accepted fit-out closed of whose deposit nothing is held any more."""
    accepted = Fitout.objects.filter(state=Fitout.State.ACCEPTED, deposit__held=0).values_list("pk", flat=True)
    for pk in accepted[:AT_ONCE]:
        queue.enqueue("fitout.tasks.settle", dedupe=f"fitout:{pk}:settled:{now:%Y%m%d%H%M}", fitout_id=pk)


def settle(fitout_id: int) -> None:
    """Takes the step “close”, unless something is held again."""
    try:
        FITOUT_FLOW.take(Fitout.objects.get(pk=fitout_id), "close", by=None, at=timezone.now())
    except Refused:
        return
