"""The cash hand-over sheet."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from billing.models import DENOMINATIONS, CashCount
from billing.services import cash_counts
from core import printing
from core.money import in_words
from core.printing import Party, PrintForm


def of_count(count: CashCount | None) -> dict[str, Any]:
    if count is None:
        names = (_("Cashier"), _("Day"), _("Cash expected"), _("Cash counted"))
        return {"facts": [(name, "") for name in names], "pieces": [(face, "", "") for face in DENOMINATIONS], "methods": [], "words": ""}
    facts = [
        (_("Cashier"), count.cashier),
        (_("Day"), count.counted_on.isoformat()),
        (_("Cash expected"), f"¥{count.expected:,.2f}"),
        (_("Cash counted"), f"¥{count.counted:,.2f}"),
        (_("Difference"), f"¥{count.difference:,.2f}"),
        (_("Reason of the difference"), count.reason or "–"),
    ]
    return {
        "facts": facts,
        "methods": cash_counts.by_method(cash_counts.covered(count)),
        "pieces": cash_counts.pieces_of(count),
        "amount": count.counted,
        "words": in_words(count.counted),
    }


printing.register(
    CashCount,
    PrintForm(
        "cash-count",
        _("Cash hand-over sheet"),
        "billing/print/cash_count.html",
        of_count,
        (Party(_("Cashier")), Party(_("Head of finance"), seal=True)),
        kept=lambda count: count.state == CashCount.State.ACCEPTED,
    ),
)
