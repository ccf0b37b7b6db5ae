"""The refund voucher: what goes back, to whom, in figures and capitals made from one value (manual 3.13.4-4)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from billing.models import Refund
from core import printing
from core.money import in_words
from core.printing import Party, PrintForm

STRUCK_OUT = frozenset({Refund.State.RETURNED, Refund.State.WITHDRAWN})
LABELS = (_("Tenant"), _("Of"), _("Payee"), _("Payee's account"), _("Method"), _("Asked by"), _("Approved by"), _("Paid by"), _("Reason"))


def of_refund(refund: Refund | None) -> dict[str, Any]:
    if refund is None:
        return {"facts": [(label, "") for label in LABELS], "amount": None, "words": ""}
    values = (
        refund.tenant,
        f"{refund.deposit.get_kind_display()} {refund.deposit.number}" if refund.deposit else _("Prepayment"),
        refund.payee,
        refund.payee_account,
        refund.get_method_display(),
        refund.created_by,
        refund.approved_by,
        f"{refund.entry.by} {refund.entry.booked_on:%Y-%m-%d}" if refund.entry else "",
        refund.reason,
    )
    return {"facts": list(zip(LABELS, values, strict=True)), "amount": refund.amount, "words": in_words(refund.amount)}


def approved_first(refund: Refund) -> str | None:
    return _t("It is printed once it is approved.") if refund.state == Refund.State.REQUESTED else None


printing.register(
    Refund,
    PrintForm(
        "voucher",
        _("Refund voucher"),
        "billing/print/refund.html",
        of_refund,
        (Party(_("Payee")), Party(_("Approved by")), Party(_("Cashier"), seal=True)),
        kept=lambda refund: refund.state == Refund.State.PAID,
        clause="M3.13.4-4",
        available=approved_first,
        final=lambda refund: refund.state == Refund.State.PAID,
        void=lambda refund: refund.state in STRUCK_OUT,
    ),
)
