"""Chasing: whose turn on the ladder it is, what a reminder asks, and whether promises were kept (manual 1.2.4, article 5 part 1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Min, Q, Sum
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from billing.models import Charge, DunningStep, Promise, Receipt, Reminder
from core import numbering
from core.database import lock
from core.flow import Refused
from tenants.models import Tenant

# Rungs that were missed are climbed one by one, at most this many days apart.
GAP = 7
# A reminder that was proposed is to be sent within so many days; then the head hears of it.
DAYS_TO_SEND = 2


@dataclass(frozen=True)
class Debt:
    """What one tenant is chased for: the oldest day it was due and the yuan due by then."""

    tenant_id: int
    building_id: int
    since: dt.date
    amount: Decimal


@dataclass
class Past:
    """What was done about a debt: the last step with the day it was done, and whether one waits to be sent."""

    step_ids: set[int] = field(default_factory=set)
    last_days: int = -31
    last_on: dt.date | None = None
    is_waiting: bool = False


def chased(charges: Any, on: dt.date, *, ahead: int = 0) -> dict[int, Debt]:
    """What each tenant is chased for on a day, by tenant: overdue, or with `ahead` days falling due within them."""
    rows = charges.chased().order_by()
    rows = rows.filter(ripe__gte=on, ripe__lte=on + dt.timedelta(days=ahead)) if ahead else rows.filter(ripe__lt=on)
    found = rows.values("tenant_id", "building_id").annotate(since=Min("ripe"), sum=Sum("outstanding"))
    return {row["tenant_id"]: Debt(row["tenant_id"], row["building_id"], row["since"], row["sum"]) for row in found}


def lines_of(tenant: Tenant, on: dt.date, since: dt.date) -> list[Charge]:
    """The charges a reminder asks for, oldest first: all that is overdue, or what falls due on its day when that is to come."""
    last = max(since, on - dt.timedelta(days=1))
    rows = Charge.objects.filter(tenant=tenant).chased().filter(ripe__lte=last).select_related("kind", "bill", "unit")
    return list(rows.order_by("ripe", "pk"))


def propose(building: Any, on: dt.date) -> list[Reminder]:
    """Writes the reminders whose day has come in a building; a second call on the same day finds nothing to do."""
    steps = list(DunningStep.objects.filter(is_active=True))
    charges = Charge.objects.filter(building=building, tenant__merged_into=None)
    wanted = [*_before_due(charges, steps, on), *_overdue(charges, steps, on)]
    return [made for debt, step in wanted if (made := _write(debt, step, on))]


def _before_due(charges: Any, steps: Sequence[DunningStep], on: dt.date) -> Iterator[tuple[Debt, DunningStep]]:
    """A friendly note before the day, for each step that lies before it."""
    for step in (each for each in steps if each.after_days < 0):
        debts = chased(charges, on, ahead=-step.after_days)
        told = Reminder.objects.filter(step=step, tenant_id__in=debts).values_list("tenant_id", "since")
        known = set(told)
        yield from ((debt, step) for debt in debts.values() if (debt.tenant_id, debt.since) not in known)


def _overdue(charges: Any, steps: Sequence[DunningStep], on: dt.date) -> Iterator[tuple[Debt, DunningStep]]:
    """The next rung of each debt, rung by rung; a promise that still runs holds it back."""
    ladder = [each for each in steps if each.after_days >= 0]
    debts = chased(charges, on)
    held = set(Promise.objects.filter(tenant_id__in=debts, state="OPEN", pay_by__gte=on).values_list("tenant_id", flat=True))
    past = _past(debts)
    for debt in debts.values():
        step = None if debt.tenant_id in held else _next_rung(ladder, debt, past.get(debt.tenant_id, Past()), on)
        if step:
            yield debt, step


def _past(debts: dict[int, Debt]) -> dict[int, Past]:
    found: dict[int, Past] = {}
    rows = Reminder.objects.filter(tenant_id__in=debts, step__after_days__gte=0).select_related("step").order_by("pk")
    for row in rows:
        if row.since != debts[row.tenant_id].since:
            continue
        past, step = found.setdefault(row.tenant_id, Past()), row.step
        past.step_ids.add(row.step_id or 0)
        past.is_waiting |= row.state in Reminder.WAITING
        if step and step.after_days > past.last_days:
            past.last_days, past.last_on = step.after_days, timezone.localdate(row.sent_at or row.created_at)
    return found


def _next_rung(ladder: Sequence[DunningStep], debt: Debt, past: Past, on: dt.date) -> DunningStep | None:
    step = next((each for each in ladder if each.after_days > past.last_days and each.pk not in past.step_ids), None)
    if step is None or past.is_waiting or debt.since + dt.timedelta(days=step.after_days) > on:
        return None
    if past.last_on is None:
        return step
    apart = min(GAP, step.after_days - past.last_days)
    return step if on >= past.last_on + dt.timedelta(days=apart) else None


def _write(debt: Debt, step: DunningStep, on: dt.date, *, by: Any = None) -> Reminder | None:
    """The proposal, unless another hand wrote it at the same moment."""
    reminder = Reminder(
        building_id=debt.building_id,
        tenant_id=debt.tenant_id,
        step=step,
        channel=step.channel,
        state=Reminder.State.MANAGER if step.who == DunningStep.Who.MANAGER else Reminder.State.TO_SEND,
        since=debt.since,
        amount=debt.amount,
        due_on=on + dt.timedelta(days=DAYS_TO_SEND),
        created_by=by,
    )
    try:
        with transaction.atomic():
            numbering.give(reminder, on=on)
            reminder.save()
    except IntegrityError:
        return None
    return reminder


def by_hand(tenant: Tenant, channel: str, *, by: Any, on: dt.date) -> Reminder:
    """A reminder outside the ladder, to be sent at once. Raises Refused when the tenant owes nothing."""
    open_charges = Charge.objects.filter(tenant=tenant).chased()
    found = open_charges.aggregate(since=Min("ripe"), sum=Sum("outstanding"), late=Sum("outstanding", filter=Q(ripe__lt=on)))
    if not found["sum"]:
        raise Refused(_("%(tenant)s owes nothing that is not disputed.") % {"tenant": tenant.name})
    with transaction.atomic():
        lock(tenant)
        reminder = Reminder(
            building_id=tenant.building_id,
            tenant=tenant,
            channel=channel,
            since=found["since"],
            amount=found["late"] or found["sum"],
            due_on=on,
            created_by=by,
        )
        numbering.give(reminder, on=on)
        reminder.save()
        return reminder


def to_the_manager(reminder: Reminder, *, by: Any, on: dt.date) -> Reminder | None:
    """A tenant who refuses in bad faith: the rung of the manager comes now, whatever the day (manual 3.12.4-5.d)."""
    step = DunningStep.objects.filter(is_active=True, who=DunningStep.Who.MANAGER, after_days__gte=0).first()
    if step is None or Reminder.objects.filter(tenant=reminder.tenant_id, step=step, since=reminder.since).exists():
        return None
    debt = Debt(reminder.tenant_id, reminder.building_id, reminder.since, reminder.amount)
    return _write(debt, step, on, by=by)


def freeze(reminder: Reminder, on: dt.date) -> None:
    """Writes what is asked into the reminder as it is printed, in Chinese, so that it reads the same ever after.

    Raises Refused when nothing is open.
    """
    lines = lines_of(reminder.tenant, on, reminder.since)
    if not lines:
        raise Refused(_("%(tenant)s has paid all of this. There is nothing to remind of.") % {"tenant": reminder.tenant.name})
    with translation.override("zh-hans"):
        reminder.asked = [[_line(line), line.ripe_on.isoformat(), str(line.outstanding)] for line in lines]
    reminder.amount = sum((line.outstanding for line in lines), Decimal(0))


def asked(reminder: Reminder, on: dt.date) -> list[tuple[str, str, Decimal]]:
    """(text, due day, yuan) of each charge: as it was sent, or of one that waits, as things stand."""
    if reminder.asked:
        return [(text, due, Decimal(amount)) for text, due, amount in reminder.asked]
    return [(_line(row), row.ripe_on.isoformat(), row.outstanding) for row in lines_of(reminder.tenant, on, reminder.since)]


def _line(charge: Charge) -> str:
    """What a charge is for, of which unit and months: 物业管理费 1801 2026-11."""
    months = dict.fromkeys(f"{day:%Y-%m}" for day in (charge.period_from, charge.period_to) if day)
    return " ".join(str(part) for part in (charge, charge.unit, " – ".join(months)) if part)


def promise(reminder: Reminder, amount: Decimal, pay_by: dt.date, *, promised_by: str, by: Any, at: dt.datetime) -> Promise:
    """Writes down what was promised. Raises Refused for a day that has passed."""
    if pay_by < timezone.localdate(at):
        raise Refused(_("The promised day has passed. Enter a day that is still to come."))
    made = Promise(
        building_id=reminder.building_id,
        tenant_id=reminder.tenant_id,
        reminder=reminder,
        amount=amount,
        pay_by=pay_by,
        promised_by=promised_by,
        promised_at=at,
        created_by=by,
    )
    with transaction.atomic():
        numbering.give(made, on=timezone.localdate(at))
        made.save()
    return made


def paid_since(promised: Promise) -> Decimal:
    """What came in from the tenant since it promised, yuan."""
    rows = Receipt.objects.filter(tenant_id=promised.tenant_id, state=Receipt.State.ISSUED, received_at__gte=promised.promised_at)
    return rows.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


def verdicts(on: dt.date) -> Iterator[tuple[Promise, str]]:
    """(promise, step) for each open promise that is kept by now, or whose day has passed."""
    for each in Promise.objects.filter(state=Promise.State.OPEN).select_related("tenant").order_by("pk"):
        if paid_since(each) >= each.amount:
            yield each, "keep"
        elif each.pay_by < on:
            yield each, "break_it"


def settled(on: dt.date) -> list[Reminder]:
    """Reminders that wait to be sent although it is paid, or a friendly note although its day has passed."""
    waiting = Reminder.objects.filter(state__in=Reminder.WAITING).select_related("tenant", "step")
    owing = set(
        Charge.objects.filter(tenant__in=waiting.order_by().values("tenant"))
        .chased()
        .order_by()
        .values_list("tenant_id", flat=True)
        .distinct()
    )
    return [row for row in waiting if row.tenant_id not in owing or _is_stale(row, on) or not lines_of(row.tenant, on, row.since)]


def _is_stale(reminder: Reminder, on: dt.date) -> bool:
    return reminder.step is not None and reminder.step.after_days < 0 and reminder.since < on


def late_to_send(on: dt.date) -> list[Reminder]:
    """Reminders nobody has sent by their day."""
    rows = Reminder.objects.filter(state__in=Reminder.WAITING, due_on__lt=on)
    return list(rows.select_related("tenant", "building").order_by("pk"))


@dataclass(frozen=True)
class LastWord:
    """Where chasing a tenant stands: the last reminder that went out, and what is promised."""

    reminder: Reminder | None
    promise: Promise | None


def last_words(tenant_ids: Iterable[int]) -> dict[int, LastWord]:
    """Where chasing each tenant stands; two queries whatever their number."""
    ids = list(tenant_ids)
    sent = Reminder.objects.filter(tenant__in=ids).exclude(sent_at=None).order_by("tenant_id", F("sent_at").desc()).distinct("tenant_id")
    last = {row.tenant_id: row for row in sent.select_related("sent_by")}
    promised = {row.tenant_id: row for row in Promise.objects.filter(tenant__in=ids).order_by("tenant_id", "-pk").distinct("tenant_id")}
    return {pk: LastWord(last.get(pk), promised.get(pk)) for pk in ids}
