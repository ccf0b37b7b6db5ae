"""The Engineering Work Order, the Payment Notice of a paid service, the Repair Request Register and the Service Item List, on paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from core import printing
from core.crypto import format_phone
from core.money import in_words
from premises.models import Building
from repairs import access
from repairs.models import Material, WorkOrder
from repairs.services import charging, intake
from staff.models import in_language

T = gettext_lazy


def moment(value: Any) -> str:
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else ""


def place_of(order: WorkOrder) -> str:
    return " ".join(str(part) for part in (order.unit or order.area, order.spot) if part)


def customer(order: WorkOrder | None) -> list[tuple[Any, Any]]:
    """Whose it is, where and until when."""
    return [
        (pgettext("repair", "Customer"), order.company or order.name if order else ""),
        (_("Phone"), format_phone(order.phone) if order else ""),
        (_("Unit"), place_of(order) if order else ""),
        (_("Who reported it"), order.name if order else ""),
        (_("Reported on"), moment(order.received_at) if order else ""),
        (_("Appointment"), moment(order.appointment_at) if order else ""),
    ]


def work_order(order: WorkOrder | None) -> dict[str, Any]:
    """What the form of manual 3.4.2-1.F1 asks: customer, telephone, fault, times, repair items, remarks."""
    facts = [
        *customer(order),
        (_("Category"), order.category if order else ""),
        (_("Urgency"), order.urgency if order else ""),
        (_("Received by"), order.accepted_by if order else ""),
        (_("Time accepted"), moment(order.accepted_at) if order else ""),
        (_("Technician"), order.assignee if order else ""),
        (_("Arrived"), moment(order.arrived_at) if order else ""),
        (_("Finished"), moment(order.finished_at) if order else ""),
        (_("Checked by customer service"), checked_by(order) if order else ""),
    ]
    items = [(row.text, row.minutes, row.worker) for row in order.items.select_related("worker")] if order else []
    return {
        "facts": facts,
        "fault": order.content if order else "",
        "findings": order.findings if order else "",
        "items": items,
        "empty_items": [] if items else range(3),
        "remarks": remarks_of(order) if order else [],
        "empty_remarks": range(2) if order is None else [],
    }


def checked_by(order: WorkOrder) -> str:
    """Who of customer service checked what is nobody's own."""
    from core import signing

    rows = [row for row in signing.panel(order) if row.document.key == "check" and row.is_valid and row.signoff]
    return f"{rows[0].signoff.name} {moment(rows[0].signoff.signed_at)}" if rows and rows[0].signoff else ""


def remarks_of(order: WorkOrder) -> list[tuple[Any, ...]]:
    """Materials; the customer's own with the word “qualified” or “not qualified” (manual 3.4.4-7)."""
    return [
        (row.name, f"{row.quantity.normalize():f} {row.measure}", row.get_source_display(), " ".join(remark(row)))
        for row in order.materials.order_by("pk")
    ]


def remark(row: Material) -> list[str]:
    return [str(text) for text in (row.get_verdict_display() if row.verdict else "", row.remark) if text]


def payment_notice(order: WorkOrder | None) -> dict[str, Any]:
    """Service, time and charge rate, to be signed before the work (manual 3.12.4-2.F1)."""
    lines = list(order.lines.order_by("pk")) if order else []
    booking = getattr(order, "booking", None)
    time = f"{moment(booking.starts_at)} – {moment(booking.ends_at)}" if booking else moment(order.appointment_at) if order else ""
    total = charging.total(lines) if lines else None
    rows = [(row.text, f"{row.quantity.normalize():f}", row.measure, f"{row.unit_price:,.2f}", f"{row.amount:,.2f}") for row in lines]
    return {
        "facts": [*customer(order)[:5], (_("Time of the service"), time)],
        "content": order.content if order else "",
        "headings": [_("Service"), _("Quantity"), _("Unit of measure"), _("Charge rate"), _("Amount")],
        "lines": rows,
        "empty_lines": [] if rows else range(3),
        "amount": total,
        "words": in_words(total) if total is not None else "",
    }


def is_paid(order: WorkOrder) -> str | None:
    return None if order.is_paid else str(_("Only of a paid service."))


def register_of_day(building: Building, day: dt.date, rows: Iterable[WorkOrder], *, by: Any, at: dt.datetime) -> bytes:
    """The Repair Request Register of a day (manual 3.4.4-1.F1) as PDF, across an A4 sheet."""
    lines = [
        (
            order.number,
            timezone.localtime(order.received_at).strftime("%H:%M"),
            order.company or order.name,
            place_of(order),
            format_phone(order.phone),
            order.content[:120],
            moment(order.appointment_at)[5:],
            order.assignee or "",
            moment(order.accepted_at)[11:],
            order.get_state_display(),
        )
        for order in rows
    ]
    title = str(_("Repair Request Register"))
    sheet = printing.Sheet(title=title, company=building.management_company, printed_by=str(by), printed_at=at)
    headings = [
        _("Number"),
        _("Reported"),
        pgettext("repair", "Customer"),
        _("Where"),
        _("Phone"),
        _("Fault"),
        _("Appointment"),
        _("Technician"),
        _("Time accepted"),
        _("Status"),
    ]
    context = {
        "subtitle": f"{building} · {day.isoformat()}",
        "headings": headings,
        "lines": lines,
        "empty_lines": [] if lines else range(8),
    }
    return printing.render("repairs/print/register.html", context, sheet)


def service_list(building: Building | None) -> dict[str, Any]:
    """The Repair Service Item List with a building's prices of today (manual 3.4.2-3.F1)."""
    on = timezone.localdate()
    lines = [
        (row.category, str(row), intake.rate_in_words(row, building.pk, on) if building else "", in_language(row, "measure"), row.note)
        for row in access.services()
    ]
    headings = [_("Category"), _("Repair service item"), _("Price"), _("Unit of measure"), _("Note")]
    facts = [(_("Building"), building or ""), (_("As of"), on.isoformat() if building else "")]
    return {"facts": facts, "headings": headings, "lines": lines, "empty_lines": [], "remarks": "", "note": ""}


CUSTOMER = printing.Party(pgettext_lazy("repair", "Customer"), key="CUSTOMER")
printing.register(
    WorkOrder,
    printing.PrintForm(
        "work-order",
        T("Engineering Work Order"),
        "repairs/print/work_order.html",
        work_order,
        parties=(CUSTOMER, printing.Party(T("Technician"))),
        document="acceptance",
        clause="M3.4.2-1.F1",
        void=lambda order: order.state == WorkOrder.State.WITHDRAWN,
    ),
    printing.PrintForm(
        "payment-notice",
        T("Payment Notice of a paid service"),
        "repairs/print/payment_notice.html",
        payment_notice,
        parties=(CUSTOMER, printing.Party(T("Customer service"), seal=True)),
        document="notice",
        clause="M3.12.4-2.F1",
        available=is_paid,
        void=lambda order: order.state == WorkOrder.State.WITHDRAWN,
    ),
)
printing.register(
    Building,
    printing.PrintForm(
        "repair-services",
        T("Repair Service Item List"),
        "tenants/print/table.html",
        service_list,
        parties=(printing.Party(T("Engineering"), seal=True),),
        clause="M3.4.2-3.F1",
    ),
)
