"""What is signed on a work order, word for word."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy

from core import signing
from core.crypto import format_phone
from repairs.flow.guards import acceptance_of
from repairs.models import WorkOrder
from repairs.services import charging
from staff.access import ENGINEERING, SERVICE

T = gettext_lazy


def told(order: WorkOrder) -> str:
    """Number, customer, place and fault: what engineering receives."""
    place = " ".join(str(part) for part in (order.unit or order.area or "", order.spot) if part)
    return "\n".join(text for text in (order.number, order.company, order.name, place, order.content) if text)


def received(order: WorkOrder) -> str:
    return told(order) if order.accepted_at else ""


def priced(order: WorkOrder) -> str:
    """Service, time and charge rate: what the customer agrees to before the work (manual 3.12.4-2)."""
    lines = sorted(order.lines.all(), key=lambda line: line.pk) if order.is_paid else []
    if not lines:
        return ""
    said = [f"{line.text} {line.quantity.normalize():f} {line.measure} × {line.unit_price:.2f} = {line.amount:.2f}" for line in lines]
    return "\n".join([told(order), *times(order), *said, f"{charging.total(lines):.2f}"])


def times(order: WorkOrder) -> list[str]:
    """When the service is given: the hours booked, else the appointment, in local time."""
    booking = getattr(order, "booking", None)
    begin, end = (booking.starts_at, booking.ends_at) if booking else (order.appointment_at, order.appointment_until)
    moments = [f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" for moment in (begin, end) if moment]
    return [" – ".join(moments)] if moments else []


def done(order: WorkOrder) -> str:
    """What was found, done and used, and what it costs: what the customer accepts (manual 3.4.4-8)."""
    if order.finished_at is None:
        return ""
    return "\n".join([told(order), format_phone(order.phone), order.work_done, str(order.round)])


def is_finished(order: WorkOrder, document: str) -> bool:
    return order.finished_at is not None and acceptance_of(order) == document


CUSTOMER = signing.Party("CUSTOMER", T("Customer"))
signing.register(
    WorkOrder,
    signing.Document(
        "receipt",
        T("Receipt of the work order"),
        (signing.Party("RECEIVER", T("Received by engineering"), role=ENGINEERING),),
        received,
        needed=lambda order: order.accepted_at is not None,
    ),
    signing.Document("notice", T("Payment Notice of a paid service"), (CUSTOMER,), priced, needed=lambda order: order.is_paid),
    signing.Document("acceptance", T("Work accepted"), (CUSTOMER,), done, needed=lambda order: is_finished(order, "acceptance")),
    signing.Document(
        "check",
        T("Work checked"),
        (signing.Party("CHECKER", T("Checked by customer service"), role=SERVICE),),
        done,
        needed=lambda order: is_finished(order, "check"),
    ),
)
