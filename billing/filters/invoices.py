"""Filters of the invoices and cash counts."""

from django.utils.translation import gettext_lazy as _
from django_filters import DateFromToRangeFilter, MultipleChoiceFilter

from billing.models import CashCount, Invoice
from core import lists


class InvoiceFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("Status"), choices=Invoice.State.choices)
    kind = MultipleChoiceFilter(label=_("Kind"), choices=Invoice.Kind.choices)
    requested_on = DateFromToRangeFilter(label=_("Requested on"))
    issued_on = DateFromToRangeFilter(label=_("Issued on"))

    class Meta:
        model = Invoice
        fields = ("state", "kind", "requested_on", "issued_on")


class CashCountFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("Status"), choices=CashCount.State.choices)
    counted_on = DateFromToRangeFilter(label=_("Day"))

    class Meta:
        model = CashCount
        fields = ("state", "counted_on")
