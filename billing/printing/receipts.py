"""The receipt, on A4 and on three-part paper of 241 × 93 mm (manual 3.2.4-3.3, ux of prints)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from billing.models import Receipt
from billing.services import receipts
from core import printing
from core.money import in_words
from core.printing import Party, PrintForm

COPIES = (_("Copy 1: kept"), _("Copy 2: tenant"), _("Copy 3: finance"))


def of_receipt(receipt: Receipt | None) -> dict[str, Any]:
    if receipt is None:
        return {"facts": [(_("Payer"), ""), (_("Date"), "")], "lines": [], "empty_lines": range(4), "amount": None, "words": ""}
    facts = [
        (_("Payer"), receipt.payer),
        (_("Date"), receipt.received_on.isoformat()),
        (_("Method"), f"{receipt.get_method_display()} {receipt.reference}".strip()),
        (_("Cashier"), receipt.cashier),
    ]
    return {
        "facts": facts,
        "lines": receipts.lines_of(receipt),
        "amount": receipt.amount,
        "words": in_words(receipt.amount),
        "note": receipt.note,
    }


def is_void(receipt: Receipt) -> bool:
    return receipt.state == Receipt.State.VOID


def always(receipt: Receipt) -> bool:
    """A receipt says the same from the moment it is issued."""
    return True


PARTIES = (Party(_("Payer")), Party(_("Finance"), seal=True))

printing.register(
    Receipt,
    PrintForm(
        "receipt",
        _("Receipt"),
        "billing/print/receipt.html",
        of_receipt,
        PARTIES,
        COPIES,
        size="RECEIPT",
        kept=always,
        clause="M3.2.4-3.3.F2",
        void=is_void,
    ),
    PrintForm(
        "receipt-a4",
        _("Receipt (A4)"),
        "billing/print/receipt.html",
        of_receipt,
        PARTIES,
        COPIES,
        kept=always,
        clause="M3.2.4-3.3.F2",
        void=is_void,
        heading=_("Receipt"),
    ),
)
