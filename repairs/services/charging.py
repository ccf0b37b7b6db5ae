"""What a paid service costs and how it reaches the books: one Payment Notice for each work order (manual 3.12.4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing import services as billing
from billing.models import Bill, Reminder
from core.database import lock
from core.flow import NotAllowed, Refused, flow_of
from repairs import access
from repairs.models import ServiceLine, WorkOrder


def total(lines: Sequence[ServiceLine]) -> Decimal:
    """Yuan of some lines."""
    return sum((line.amount for line in lines), Decimal(0))


def add_line(line: ServiceLine, order: WorkOrder, *, by: Any) -> ServiceLine:
    """Adds what something costs; from now on it is a paid service, and the customer signs (again) before the work goes on."""
    with transaction.atomic():
        [fresh] = lock(order)
        _may_price(fresh, by)
        line.order, line.added_by = fresh, by
        line.save()
        weigh(fresh)
    return line


def drop_line(line: ServiceLine, *, by: Any) -> WorkOrder:
    """Takes a line away; without any it is no paid service any more."""
    with transaction.atomic():
        [fresh] = lock(line.order)
        _may_price(fresh, by)
        line.delete()
        weigh(fresh)
    return fresh


def weigh(order: WorkOrder) -> None:
    """It is a paid service as long as its lines come to more than nothing. Raises Refused when it waits for its money."""
    is_paid = total(list(order.lines.all())) > 0
    if is_paid == order.is_paid:
        return
    if order.state in access.TO_PAY:
        raise Refused(_("Something must be charged here. If nothing is due any more, take “Nothing is due”."))
    order.is_paid, order.version = is_paid, order.version + 1
    order.save(update_fields=["is_paid", "version"])


def _may_price(order: WorkOrder, by: Any) -> None:
    """Raises NotAllowed for who may not say what it costs, Refused where that is settled."""
    if not (access.may_lead(by, order) or access.may_take_up(by, order)):
        raise NotAllowed(_("What it costs is said by customer service or the engineering supervisor."))
    if order.tenant_id is None:
        raise Refused(_("Name the tenant who pays first: a paid service is charged to a tenant."))
    if not access.price_is_open(order):
        raise Refused(_("The work is finished: what it costs stands in the Payment Notice."))


def issue(order: WorkOrder, *, by: Any, at: dt.datetime) -> Bill:
    """Writes the Payment Notice of a work order into the books, once: a second call gives the first one, unless it is void."""
    if order.bill is not None and access.is_charged(order):
        return order.bill
    if order.tenant is None:
        raise Refused(_("Name the tenant who pays first: a paid service is charged to a tenant."))
    on = timezone.localdate(at)
    due_on = on + dt.timedelta(days=access.terms_of(order.building_id).pay_days)
    stamp = billing.Stamp(by=by, at=at, on=on, memo=order.number, record=order)
    lines = [_line(order, line, due_on) for line in order.lines.select_related("kind").order_by("pk")]
    return billing.issue_bill(order.tenant, lines, stamp, due_on=due_on, title=f"有偿服务 {order.number}")


def _line(order: WorkOrder, line: ServiceLine, due_on: dt.date) -> billing.Line:
    again = order.bill_id or 0
    return billing.Line(
        kind=line.kind,
        quantity=line.quantity,
        unit_price=line.unit_price,
        due_on=due_on,
        text=line.text,
        unit=order.unit,
        key=f"repair:{line.pk}:{again}",
    )


def pass_on(order: WorkOrder, *, by: Any, at: dt.datetime, note: str) -> None:
    """A refusal in bad faith goes to the persons concerned: a reminder that is passed on at once (manual 3.12.4-5.d)."""
    if order.tenant is None:
        raise Refused(_("Name the tenant who pays first: a paid service is charged to a tenant."))
    if order.bill is not None and order.bill.state == Bill.State.DISPUTED:
        raise Refused(_("The Payment Notice %(number)s is disputed. Finance settles the dispute first.") % {"number": order.bill})
    reminder = billing.remind_by_hand(order.tenant, "CALL", by=by, on=timezone.localdate(at))
    life = flow_of(Reminder)
    if life is not None:
        life.take(reminder, "pass_on", by=by, at=at, note=note)
