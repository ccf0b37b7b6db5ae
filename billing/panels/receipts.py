"""Receipts as the product knows them."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing import access
from billing.flow import RECEIPT_FLOW
from billing.models import Receipt
from core import kinds, search
from core.search import SearchWords


def receipt_words(receipt: Receipt) -> SearchWords:
    return SearchWords(
        title=receipt.payer, subtitle=f"{receipt.number} ¥{receipt.amount}", number=receipt.number, words=[receipt.reference]
    )


kinds.register(
    Receipt,
    rows=access.receipts,
    title=_("Receipt"),
    icon="receipt-2",
    url="billing:receipt_detail",
    flow=RECEIPT_FLOW,
    search=receipt_words,
)
search.action(_("Take money"), lambda: reverse("billing:counter"), may=access.may_take_money, icon="coin")
