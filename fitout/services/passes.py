"""Worker passes: workers are entered, their passes billed, and a receipt serves as many as it paid for (manual 3.2.4-3.3)."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing import services as billing
from billing.models import Allocation, Bill, ChargeKind, Deposit, DepositKind, Receipt
from core import forms, numbering
from core.database import lock
from core.flow import NotAllowed, Refused
from core.models import FileView
from fitout import access
from fitout.models import ENDED, Fitout, FitoutBill, WorkerPass
from fitout.services import fees

FEE = "WORKER_PASS"
S = WorkerPass.State
# A worker has one of these once in a fit-out.
STANDING = [S.APPLIED, S.VALID, S.EXPIRED, S.REVOKED]


def enter(rows: Sequence[WorkerPass], fitout: Fitout, *, by: Any, at: dt.datetime) -> list[WorkerPass]:
    """Registers workers of a fit-out who apply for a pass: all or none. Raises Refused for one who has a pass there."""
    with transaction.atomic():
        [fresh] = lock(fitout)
        if not access.may_register_workers(by, fresh):
            raise NotAllowed(_("Customer service or security registers the workers."))
        if fresh.state in ENDED:
            raise Refused(_("This fit-out has ended."))
        _need_each_once(rows, fresh)
        for row in rows:
            _write(row, fresh, by=by, at=at)
    return list(rows)


def _need_each_once(rows: Iterable[WorkerPass], fitout: Fitout) -> None:
    """Identity numbers are encrypted: they are compared here, not in the database."""
    known = {row.identity_number: row for row in fitout.passes.filter(state__in=STANDING)}
    for row in rows:
        if row.identity_number in known:
            raise Refused(
                _("%(name)s is registered in this fit-out already: %(other)s.") % {"name": row.name, "other": known[row.identity_number]}
            )
        known[row.identity_number] = row


def _write(row: WorkerPass, fitout: Fitout, *, by: Any, at: dt.datetime) -> None:
    row.fitout, row.building_id, row.created_by = fitout, fitout.building_id, by
    row.valid_until = min(row.valid_until or fitout.ends_on, fitout.ends_on)
    numbering.give(row, on=timezone.localdate(at))
    row.save()


def correct(form: Any, *, by: Any) -> WorkerPass:
    """What was entered wrongly, until the pass is made. Raises Conflict when somebody else changed it, Refused once it is made."""
    with transaction.atomic():
        [fresh] = lock(form.instance)
        if fresh.state != S.APPLIED:
            raise Refused(_("The pass is made: it can't be corrected any more."))
        return forms.save_changes(form, by=by)  # type: ignore[no-any-return]


def replace(lost: WorkerPass, *, by: Any, at: dt.datetime) -> WorkerPass:
    """An application for a new pass in place of a lost one; its fee is paid again, once a lost pass."""
    with transaction.atomic():
        lock(lost.fitout)
        [fresh] = lock(lost)
        if fresh.state != S.LOST:
            raise Refused(_("Only a pass that was reported lost is replaced."))
        if WorkerPass.objects.filter(replaces=fresh).exists():
            raise Refused(_("A new pass was applied for already: %(number)s.") % {"number": fresh.replacement})
        names = ("name", "identity_number", "phone", "trade", "certificate_number", "certificate_until", "medical_until", "valid_until")
        made = WorkerPass(replaces=fresh, **{name: getattr(fresh, name) for name in names})
        enter([made], fresh.fitout, by=by, at=at)
    return made


def unbilled(fitout: Fitout) -> Any:
    """Those who applied and whose pass is in no standing payment notice."""
    return fitout.passes.filter(state=S.APPLIED).exclude(bill__in=access.standing_bills(fitout, FitoutBill.Purpose.PASSES))


def ask(fitout: Fitout, *, by: Any, at: dt.datetime) -> Bill | None:
    """Bills the passes that nobody billed yet, by the price list; a place that a withdrawn worker left free is filled first."""
    with transaction.atomic():
        [fresh] = lock(fitout)
        if not access.may_register_workers(by, fresh):
            raise NotAllowed(_("Customer service or security bills the worker passes."))
        left = list(unbilled(fresh).order_by("pk"))
        for bill in access.standing_bills(fresh, FitoutBill.Purpose.PASSES).order_by("pk"):
            left = _fill(bill, left)
        return _bill(fresh, left, by=by, at=at) if left else None


def _fill(bill: Bill, rows: list[WorkerPass]) -> list[WorkerPass]:
    """Puts passes into the places of a notice that nobody uses; those that found none."""
    asked = bill.charges.filter(kind__code=FEE).aggregate(sum=Sum("quantity"))["sum"] or Decimal(0)
    free = max(int(asked) - WorkerPass.objects.filter(bill=bill).exclude(state=S.WITHDRAWN).count(), 0)
    _set_bill(rows[:free], bill)
    return rows[free:]


def _set_bill(rows: Iterable[WorkerPass], bill: Bill) -> None:
    for row in rows:
        row.bill = bill
        row.save(update_fields=["bill"])


def _bill(fitout: Fitout, rows: list[WorkerPass], *, by: Any, at: dt.datetime) -> Bill:
    """One line for all of them, and the deposit if the house asks for one."""
    price = billing.priced(fitout.building_id, FEE, timezone.localdate(at))
    due_on = timezone.localdate(at) + dt.timedelta(days=access.terms_of(fitout.building_id).pay_days)
    line = billing.Line(
        kind=price.kind, quantity=Decimal(len(rows)), unit_price=price.unit_price, due_on=due_on, text=price.kind.name_zh, unit=fitout.unit
    )
    made = fees.bill(fitout, FitoutBill.Purpose.PASSES, [line], by=by, at=at, due_on=due_on)
    _set_bill(rows, made)
    deposit = access.terms_of(fitout.building_id).pass_deposit * len(rows)
    ask_deposit(fitout, DepositKind.PASS, deposit, made, by=by, at=at)
    return made


def ask_deposit(fitout: Fitout, kind: str, amount: Decimal, bill: Bill, *, by: Any, at: dt.datetime) -> Deposit | None:
    """Asks the contractor for a deposit beside a payment notice, once a notice. None where the house asks for none."""
    if amount <= 0:
        return None
    stamp = billing.Stamp(by=by, at=at, on=timezone.localdate(at), memo=fitout.number, record=fitout, key=f"fitout:{kind}:{bill.pk}")
    details = {"payer": fitout.contractor.name, "due_on": bill.due_on, "unit": fitout.unit, "note": bill.number}
    return billing.expect(fitout.tenant, kind, amount, stamp, **details)


def places(bill: Bill | None) -> dict[Receipt, int]:
    """The standing receipts that paid for a notice of passes, and how many more passes each serves.

    All of them together never serve more than is paid of the notice, less the passes made.
    """
    price = bill.charges.filter(kind__code=FEE).values_list("unit_price", flat=True).first() if bill else None
    if bill is None or not price:
        return {}
    paid = Allocation.objects.filter(charge__bill=bill, charge__kind__code=FEE)
    total = paid.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    by_receipt = dict(
        paid.filter(entry__receipt__state=Receipt.State.ISSUED).values_list("entry__receipt").annotate(sum=Sum("amount")).order_by()
    )
    served = WorkerPass.objects.filter(bill=bill, receipt__state=Receipt.State.ISSUED)
    made = dict(served.values_list("receipt").annotate(count=Count("pk")).order_by())
    left = math.floor(total / price) - sum(made.values())
    rows = Receipt.objects.in_bulk(by_receipt)
    found = {rows[key]: min(math.ceil(amount / price) - made.get(key, 0), left) for key, amount in sorted(by_receipt.items())}
    return {receipt: count for receipt, count in found.items() if count > 0}


def claim(row: WorkerPass, receipt: Receipt) -> None:
    """Holds a place of a receipt for a pass until the transaction ends.

    Raises Refused for a receipt that is void, pays for something else or has served as many passes as it paid for.
    """
    [fresh] = lock(receipt)
    if row.bill is None:
        raise Refused(_("Bill the pass first."))
    [bill] = lock(row.bill)
    if fresh.state != Receipt.State.ISSUED:
        raise Refused(_("Receipt %(number)s is void. Ask for the one that stands.") % {"number": fresh})
    if places(bill).get(fresh, 0) < 1:
        values = {"number": fresh, "bill": bill}
        raise Refused(_("Receipt %(number)s pays for no further pass of %(bill)s. Ask for the receipt of this pass.") % values)


def keep_deposit(row: WorkerPass, *, by: Any, at: dt.datetime) -> None:
    """The deposit of a lost pass is kept, as far as one is held."""
    amount = access.terms_of(row.building_id).pass_deposit
    held = access.deposits(row.fitout).filter(kind=DepositKind.PASS, held__gte=amount).first() if amount else None
    if held is None:
        return
    kind = ChargeKind.objects.get(code="COMPENSATION")
    why = billing.Why(reason=_("Lost worker pass %(number)s") % {"number": row.number}, clause="3.2.4-3.3", photo=None)
    billing.deduct(held, amount, kind, billing.Stamp(by=by, at=at, on=timezone.localdate(at), memo=row.number, record=row), why)


def reveal(row: WorkerPass, *, by: Any, at: dt.datetime, reason: str) -> str:
    """The whole identity number; who looked, when and why is logged first. Raises Refused without a reason."""
    if not access.may_register_workers(by, row):
        raise NotAllowed(_("Customer service or security looks at identity numbers."))
    if not reason.strip():
        raise Refused(_("Say why you need the whole number."))
    kind = ContentType.objects.get_for_model(row)
    values = {"content_type": kind, "object_id": row.pk, "viewed_by": by, "viewed_at": at, "reason": reason.strip()[:200]}
    FileView.objects.create(what="identity_number", **values)
    return str(row.identity_number)


def summary(fitout: Fitout) -> list[tuple[str, int]]:
    """(status, how many) of a fit-out's passes, those there are."""
    counts = dict(fitout.passes.order_by().values_list("state").annotate(count=Count("pk")))
    return [(str(S(state).label), counts[state]) for state in S.values if state in counts]


def how_many(count: int) -> str:
    return ngettext("%(n)d worker registered.", "%(n)d workers registered.", count) % {"n": count}
