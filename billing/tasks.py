"""What falls due by the clock in the books; every task may run twice, late or side by side."""

from __future__ import annotations

import datetime as dt
import time

from django.utils import timezone
from django.utils.translation import gettext_noop

from billing.flow import RUN_FLOW
from billing.models import BillRun
from billing.services import books, meters, runs
from billing.services.ledger import Stamp
from core import health, notices, queue
from premises.models import Building
from staff.access import HEADS, members

# Well below a worker's time limit; the next minute goes on where this one stopped.
SECONDS = 240


@queue.leased
def continue_run(run_id: int) -> None:
    """Bills batch by batch until the run is through, then says so."""
    began = time.monotonic()
    run = BillRun.objects.select_related("issued_by").get(pk=run_id)
    while time.monotonic() - began < SECONDS:
        if not runs.next_batch(run_id, stamp_of(run)):
            finish(run)
            return


def finish(run: BillRun) -> None:
    """Ends a run that has come to its last tenant; a second call finds nothing to do."""
    run.refresh_from_db()
    if run.state != BillRun.State.RUNNING or not runs.is_through(run):
        return
    stamp = stamp_of(run)
    meters.credit_struck_out(run.building_id, stamp)
    runs.settle_from_prepayments(run, stamp)
    RUN_FLOW.take(run, "finish", by=None, at=timezone.now())


def stamp_of(run: BillRun) -> Stamp:
    """Booked by who issued the run, on the day it was issued."""
    at = run.issued_at or timezone.now()
    return Stamp(by=run.issued_by, at=timezone.now(), on=timezone.localdate(at), record=run)


@queue.every_tick
def go_on_with_runs(now: dt.datetime) -> None:
    """Picks up runs whose worker died."""
    for pk in BillRun.objects.filter(state=BillRun.State.RUNNING).values_list("pk", flat=True):
        queue.enqueue("billing.tasks.continue_run", dedupe=f"billing.run:{pk}:{now:%Y%m%d%H%M}", run_id=pk)


@queue.every_tick
def check_books_hourly(now: dt.datetime) -> None:
    """Has the books recounted once an hour, whatever the number of beats."""
    queue.enqueue("billing.tasks.check_books", dedupe=f"billing.check:{now:%Y%m%d%H}", hour=f"{now:%Y-%m-%d %H}:00 UTC")


@queue.leased
def check_books(hour: str) -> None:
    """Recounts the books and tells the heads of finance when anything contradicts itself."""
    found = books.contradictions()
    health.keep("books", {"checked": hour, "contradictions": found})
    if found:
        text = gettext_noop("The books contradict themselves: %(what)s. Stop taking money and call the administrator.")
        people = {head for building in Building.objects.all() for head in members("FINANCE", building.pk, HEADS)}
        notices.tell(people, text, topic="emergency", values={"what": "; ".join(found)}, weight="URGENT", dedupe=f"books:{hour}")
