"""The Payment Notice (缴费通知单): what, for which time, at which rate, by when, and where to pay."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from billing.models import Bill
from billing.services import prices
from core import printing
from core.money import in_words
from core.printing import Party, PrintForm


def of_bill(bill: Bill | None) -> dict[str, Any]:
    if bill is None:
        facts = [(_("Tenant"), ""), (_("Unit"), ""), (_("For"), ""), (_("Due on"), "")]
        return {"facts": facts, "lines": [], "empty_lines": range(6), "amount": None, "words": "", "terms": None}
    lines = list(bill.charges.select_related("kind", "unit").order_by("kind__position", "pk"))
    units = ", ".join(dict.fromkeys(str(line.unit) for line in lines if line.unit))
    facts = [(_("Tenant"), bill.tenant.name), (_("Unit"), units), (_("For"), bill.title), (_("Due on"), bill.due_on.isoformat())]
    terms = prices.terms_of(bill.building_id)
    return {
        "facts": facts,
        "lines": lines,
        "amount": bill.amount,
        "words": in_words(bill.amount),
        "terms": terms,
        "issued_on": bill.issued_on,
    }


def is_void(bill: Bill) -> bool:
    return bill.state == Bill.State.VOID


printing.register(
    Bill,
    PrintForm(
        "payment-notice",
        _("Payment Notice"),
        "billing/print/bill.html",
        of_bill,
        (Party(_("Tenant")), Party(_("Finance"), seal=True)),
        (_("Copy 1: kept"), _("Copy 2: tenant")),
        kept=lambda bill: True,
        clause="M3.12.4-2.F1",
        void=is_void,
    ),
)
