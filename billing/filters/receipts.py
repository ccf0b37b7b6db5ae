"""Filters of the receipts."""

from django.utils.translation import gettext_lazy as _
from django_filters import DateFromToRangeFilter, MultipleChoiceFilter

from billing.models import PaymentMethod, Receipt
from core import lists


class ReceiptFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("Status"), choices=Receipt.State.choices)
    method = MultipleChoiceFilter(label=_("Method"), choices=PaymentMethod.choices)
    received_on = DateFromToRangeFilter(label=_("Received on"))

    class Meta:
        model = Receipt
        fields = ("state", "method", "received_on")
