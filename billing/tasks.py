"""What falls due by the clock in the books; every task may run twice, late or side by side."""

from __future__ import annotations

import datetime as dt
import time

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from billing.flow import PROMISE_FLOW, REMINDER_FLOW, RUN_FLOW
from billing.models import BillingTerms, BillRun
from billing.services import books, late_fees, meters, reminders, runs
from billing.services.ledger import Stamp
from core import health, notices, queue
from premises.models import Building
from staff.access import HEADS, members
from staff.services import tell_department
from tenants.models import Tenant

# Well below a worker's time limit; the next minute goes on where this one stopped.
SECONDS = 240
# Local hour from which the chasing of a day begins.
MORNING = 7


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
def chase_daily(now: dt.datetime) -> None:
    """Once a morning: promises judged, reminders proposed, those nobody sent rung up (any number of beats)."""
    if timezone.localtime(now).hour >= MORNING:
        day = timezone.localdate(now).isoformat()
        queue.enqueue("billing.tasks.chase", dedupe=f"billing.chase:{day}", day=day)


@queue.leased
def chase(day: str) -> None:
    """The chasing of one day; a second run finds nothing to do."""
    on, now = dt.date.fromisoformat(day), timezone.now()
    for promise, step in reminders.verdicts(on):
        PROMISE_FLOW.take(promise, step, by=None, at=now)
    for reminder in reminders.settled(on):
        REMINDER_FLOW.take(reminder, "settle", by=None, at=now)
    for building in Building.objects.order_by("pk"):
        made = reminders.propose(building, on)
        if made:
            text = gettext_noop("%(count)s payment reminders are to be sent.")
            details = {"values": {"count": len(made)}, "url": reverse("billing:dunning"), "dedupe": f"chase:{building.pk}:{day}"}
            tell_department(("CUSTOMER_SERVICE", "FINANCE"), building.pk, text, topic="billing.reminders", **details)
    ring_up_late(on)


def ring_up_late(on: dt.date) -> None:
    """Reminders nobody sent by their day reach the heads, once each."""
    text = gettext_noop("The payment reminder %(number)s to %(tenant)s was to be sent by %(day)s.")
    for row in reminders.late_to_send(on):
        values = {"number": row.number, "tenant": row.tenant.name, "day": row.due_on.isoformat()}
        people = {*members("FINANCE", row.building_id, HEADS), *members("CUSTOMER_SERVICE", row.building_id, HEADS)}
        notices.tell(people, text, topic="billing.reminders", record=row, values=values, dedupe=f"reminder-late:{row.pk}")


@queue.every_tick
def book_late_fees_monthly(now: dt.datetime) -> None:
    """On the first of a month, or as soon after as the beat runs: the late fees of the days before it."""
    month = timezone.localdate(now).replace(day=1)
    for pk in BillingTerms.objects.filter(late_fee_rate_day__gt=0).values_list("building_id", flat=True):
        queue.enqueue(
            "billing.tasks.book_late_fees", dedupe=f"billing.late_fees:{pk}:{month:%Y%m}", building_id=pk, month=month.isoformat()
        )


@queue.leased
def book_late_fees(building_id: int, month: str) -> None:
    """Tenant by tenant, each in a transaction of its own; what a dead worker left is booked by the next attempt."""
    upto = dt.date.fromisoformat(month) - dt.timedelta(days=1)
    for pk in late_fees.debtors(building_id, upto):
        stamp = Stamp(by=None, at=timezone.now(), on=timezone.localdate(), memo=f"{upto:%Y-%m}")
        late_fees.book(Tenant.objects.get(pk=pk), upto, stamp)


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
