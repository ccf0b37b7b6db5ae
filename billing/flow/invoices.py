"""An invoice is asked for, issued with its number, and taken back with a reason: void in its month, red-lettered later."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import Invoice
from core.flow import Flow, Step
from staff.access import FINANCE, SERVICE

I = Invoice.State  # noqa: E741
T = gettext_lazy


def is_of_this_month(invoice: Invoice) -> str | None:
    same = invoice.issued_on is not None and invoice.issued_on.replace(day=1) == timezone.localdate().replace(day=1)
    return None if same else _("Only an invoice of this month can be made void. Issue a red-letter invoice.")


def record_number(invoice: Invoice, *, by: Any, at: dt.datetime, note: str, invoice_number: str, issued_on: dt.date) -> list[str]:
    invoice.invoice_number, invoice.issued_on, invoice.issued_by = invoice_number, issued_on, by
    return ["invoice_number", "issued_on", "issued_by"]


def end(invoice: Invoice, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    invoice.ended_on, invoice.ended_reason = timezone.localdate(at), note[:200]
    return ["ended_on", "ended_reason"]


def red_letter(invoice: Invoice, *, by: Any, at: dt.datetime, note: str, red_number: str) -> list[str]:
    invoice.red_number = red_number
    return ["red_number", *end(invoice, by=by, at=at, note=note)]


INVOICE_FLOW = Flow(
    "billing.Invoice",
    T("Tax invoice"),
    I,
    Step("issue", I.REQUESTED, I.ISSUED, FINANCE, [], "M3.2.4-3.3", label=T("Record the issued invoice"), effect=record_number),
    Step("cancel", I.REQUESTED, I.VOID, (FINANCE, SERVICE), [], "M3.2.4-3.3", label=T("Cancel the request"), tone="danger",
         asks_reason=True, effect=end),
    Step("void", I.ISSUED, I.VOID, FINANCE, [is_of_this_month], "M3.2.4-3.3", label=T("Make the invoice void"), tone="danger",
         asks_reason=True, effect=end,
         confirm=T("The invoice number stays and is marked void; its amount may be invoiced again.")),
    Step("red_letter", I.ISSUED, I.RED_LETTERED, FINANCE, [], "M3.2.4-3.3", label=T("Record the red-letter invoice"), tone="danger",
         effect=red_letter, confirm=T("The red-letter invoice takes this one back whole; its amount may be invoiced again.")),
)  # fmt: skip
