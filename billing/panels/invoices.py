"""Invoices and cash counts as the product knows them."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing import access
from billing.flow import COUNT_FLOW, INVOICE_FLOW
from billing.models import CashCount, Invoice
from core import kinds, notices, search
from core.search import SearchWords

notices.name_topic("billing.cash", _("Cash counts"))


def invoice_words(invoice: Invoice) -> SearchWords:
    words = [word for word in (invoice.invoice_number, invoice.tax_number, invoice.tenant.name) if word]
    return SearchWords(title=invoice.title, subtitle=f"{invoice.number} ¥{invoice.amount}", number=invoice.number, words=words)


def count_words(count: CashCount) -> SearchWords:
    return SearchWords(title=f"{count.cashier} {count.counted_on:%Y-%m-%d}", number=count.number)


def count_summary(count: CashCount) -> list[tuple[object, object]]:
    counted = [(_("Cash expected"), f"¥{count.expected:,.2f}"), (_("Cash counted"), f"¥{count.counted:,.2f}")]
    return [(_("Cashier"), count.cashier), (_("Day"), count.counted_on), *counted, (_("Reason of the difference"), count.reason or "–")]


kinds.register(
    Invoice,
    rows=access.invoices,
    title=_("Tax invoice"),
    icon="file-text",
    url="billing:invoice_detail",
    flow=INVOICE_FLOW,
    search=invoice_words,
)
kinds.register(
    CashCount,
    rows=access.cash_counts,
    title=_("Cash count"),
    icon="cash",
    url="billing:cash_count_detail",
    flow=COUNT_FLOW,
    search=count_words,
    summary=count_summary,
)
search.action(_("Count the drawer"), lambda: reverse("billing:cash_count_new"), may=access.may_take_money, icon="cash")
