"""Passes and permits that run out, systems left out of service, entries left open at night. All of it may run twice or late."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_noop

from core import queue
from core.flow import Refused
from fitout.flow import HEIGHT_FLOW, HOT_WORK_FLOW, PASS_FLOW
from fitout.flow.site_permits import ISOLATED, tell
from fitout.models import HeightPermit, HotWorkPermit, SiteEntry, WorkerPass
from fitout.services import gate, site_permits
from staff.services import tell_department

AT_ONCE = 500
FLOWS = {"pass": PASS_FLOW, "hot": HOT_WORK_FLOW, "height": HEIGHT_FLOW}
LEFT_OPEN = gettext_noop("%(n)s workers did not leave the sites of %(building)s: look whether they are still there.")


@queue.every_tick
def run_out(now: dt.datetime) -> None:
    """Has each pass and permit taken out of force whose time is over."""
    today = timezone.localdate(now)
    passes = WorkerPass.objects.filter(state=WorkerPass.State.VALID, valid_until__lt=today)
    hot = HotWorkPermit.objects.filter(state__in=["APPLIED", "APPROVED", "WORKING"], ends_at__lte=now)
    high = HeightPermit.objects.filter(state__in=["APPLIED", "APPROVED", "WORKING"], ends_at__lte=now)
    for kind, rows in (("pass", passes), ("hot", hot), ("height", high)):
        for pk in rows.values_list("pk", flat=True)[:AT_ONCE]:
            queue.enqueue("fitout.tasks.workers.expire", dedupe=f"fitout:{kind}:{pk}:expire:{now:%Y%m%d%H%M}", kind=kind, pk=pk)


def expire(kind: str, pk: int) -> None:
    """Takes the step “expire”, unless something else happened meanwhile."""
    life = FLOWS[kind]
    try:
        life.take(life.model._base_manager.get(pk=pk), "expire", by=None, at=timezone.now())
    except Refused:
        return


@queue.every_tick
def alarm_isolations(now: dt.datetime) -> None:
    """Tells security once of each permit that is over while something is still out of service (manual 3.2.3-2)."""
    for pk in site_permits.isolations().filter(ends_at__lte=now).values_list("pk", flat=True)[:AT_ONCE]:
        queue.enqueue("fitout.tasks.workers.alarm_isolation", dedupe=f"fitout:hot:{pk}:isolation", pk=pk)


def alarm_isolation(pk: int) -> None:
    permit = site_permits.isolations().filter(pk=pk).select_related("fitout__unit").first()
    if permit is not None:
        tell(permit, ISOLATED, by=None, urgent=True, dedupe=f"fitout:hot:{pk}:isolation")


@queue.every_tick
def tell_of_the_night(now: dt.datetime) -> None:
    """Tells security once a night and building of entries that were left open past closing time."""
    buildings = SiteEntry.objects.open().values_list("fitout__building_id", flat=True).order_by().distinct()
    for building in buildings:
        closed = gate.closed_at(building, now)
        if SiteEntry.objects.left_open(closed).filter(fitout__building=building).exists():
            key = f"fitout:night:{building}:{timezone.localdate(closed)}"
            queue.enqueue("fitout.tasks.workers.tell_night", dedupe=key, building_id=building)


def tell_night(building_id: int) -> None:
    now = timezone.now()
    closed = gate.closed_at(building_id, now)
    rows = list(SiteEntry.objects.left_open(closed).filter(fitout__building=building_id).select_related("fitout__building")[:AT_ONCE])
    if not rows:
        return
    values = {"n": str(len(rows)), "building": str(rows[0].fitout.building)}
    key = f"fitout:night:{building_id}:{timezone.localdate(closed)}"
    tell_department("SECURITY", building_id, LEFT_OPEN, topic="fitout", values=values, by=None, url="/fitout/on-site/", dedupe=key)
