"""Letters, circulars, breach notices, directory board orders and goods moves on paper."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import printing
from core.crypto import format_phone
from tenants.models import Breach, Circular, Correspondence, DirectoryOrder, GoodsMove


def _moment(value: Any) -> str:
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else ""


def letter(record: Correspondence | None) -> dict[str, Any]:
    """A paper to a tenant, or the register slip of one that came in (manual 3.11.4-1)."""
    facts = [
        (_("Direction"), record and record.get_direction_display()),
        (_("Kind"), record and record.get_kind_display()),
        (_("Sender"), record and record.sender),
        (_("Recipient"), record and record.recipient),
        (_("Date of the paper"), record and record.dated_on),
        (_("Registered on"), record and record.registered_on),
        (_("Reply needed by"), record and record.reply_due_on),
        (_("Tenant"), record and record.tenant.name),
    ]
    return {
        "facts": facts,
        "subject": record and record.subject,
        "text": record.body if record else "",
        "answer": record.answer if record else "",
    }


def circular(record: Circular | None) -> dict[str, Any]:
    """A circular as it is posted and handed out."""
    facts = [(_("Subject matter"), record and record.get_kind_display()), (_("Issued on"), record and record.issued_on)]
    return {"facts": facts, "subject": record and record.title, "text": record.body if record else "", "answer": ""}


def deliveries(record: Circular | None) -> dict[str, Any]:
    """The delivery list of a circular, to be signed by each tenant."""
    rows = record.deliveries.select_related("tenant").order_by("tenant__name") if record else []
    lines = [(n, row.tenant.name, row.received_by, _moment(row.delivered_at), "") for n, row in enumerate(rows, start=1)]
    headings = [_("No."), _("Tenant"), _("Received by"), _("Delivered at"), _("Signature")]
    return {"headings": headings, "lines": lines, "empty_lines": [] if record else range(20), "subject": record and record.title}


def breach(record: Breach | None) -> dict[str, Any]:
    """The notice a tenant gets about a breach."""
    facts = [
        (_("Tenant"), record and record.tenant.name),
        (_("Unit"), record and record.unit),
        (_("Kind"), record and record.get_kind_display()),
        (_("When"), _moment(record.happened_at) if record else ""),
        (_("Where"), record and record.place),
        (_("Rule broken"), record and record.rule),
        (_("To be put right by"), record and record.mend_by),
        (_("Person warned"), record and record.warned_person),
    ]
    return {"facts": facts, "subject": "", "text": record.description if record else "", "answer": record.measure if record else ""}


def board_order(record: DirectoryOrder | None) -> dict[str, Any]:
    """The Directory Board Order Form (manual 3.1.4-2.4, 1.2.8)."""
    facts = [
        (_("Tenant"), record and record.tenant.name),
        (_("Kind"), record and record.get_kind_display()),
        (_("Floor"), record and record.floor),
        (_("Unit as shown"), record and record.unit_text),
        (_("Name as shown"), record and record.name),
        (_("English name as shown"), record and record.name_en),
        (_("Line before"), record and record.line_before),
        (_("Ordered on"), record and record.ordered_on),
        (_("Due on"), record and record.due_on),
        (_("Made by"), record and record.maker),
    ]
    return {"facts": facts, "subject": "", "text": "", "answer": ""}


def goods_move(record: GoodsMove | None) -> dict[str, Any]:
    """The booking of a goods lift, for the movers and the guards (manual 1.2.2)."""
    facts = [
        (_("Tenant"), record and record.tenant.name),
        (_("Unit"), record and record.unit),
        (_("Direction"), record and record.get_direction_display()),
        (_("Goods lift"), record and record.lift),
        (_("From"), _moment(record.starts_at) if record else ""),
        (_("Until"), _moment(record.ends_at) if record else ""),
        (_("Vehicles"), record and record.vehicles),
        (_("Removal company"), record and record.mover),
        (_("Contact"), record and record.contact_name),
        (_("Phone"), format_phone(record.contact_phone) if record else ""),
    ]
    return {"facts": facts, "subject": "", "text": record.note if record else "", "answer": ""}


TENANT, OFFICE = printing.Party(_("Tenant")), printing.Party(_("Customer service"), seal=True)
SECURITY = printing.Party(_("Security"))
FORM = "tenants/print/form.html"


def _is_sent(record: Circular) -> str | None:
    return None if record.issued_on else str(_("The circular is not issued yet."))


printing.register(
    Correspondence, printing.PrintForm("letter", _("Letter and register slip"), FORM, letter, parties=(OFFICE,), clause="M3.11.4-1")
)
printing.register(
    Circular,
    printing.PrintForm(
        "circular", _("Circular"), FORM, circular, parties=(OFFICE,), clause="M1.1-2", final=lambda row: bool(row.issued_on)
    ),
    printing.PrintForm("deliveries", _("Delivery list"), "tenants/print/deliveries.html", deliveries, clause="M1.1-2", available=_is_sent),
)
printing.register(Breach, printing.PrintForm("notice", _("Breach notice"), FORM, breach, parties=(OFFICE, TENANT), clause="M3.11.3-9"))
printing.register(
    DirectoryOrder,
    printing.PrintForm(
        "order",
        _("Directory Board Order Form"),
        FORM,
        board_order,
        parties=(TENANT, OFFICE),
        clause="M1.2.8",
        void=lambda row: row.state == DirectoryOrder.State.CANCELLED,
    ),
)
printing.register(
    GoodsMove,
    printing.PrintForm(
        "booking",
        _("Goods move booking"),
        FORM,
        goods_move,
        parties=(TENANT, OFFICE, SECURITY),
        clause="M1.2.2-d",
        void=lambda row: row.state == GoodsMove.State.CANCELLED,
    ),
)
