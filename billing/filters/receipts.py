"""Filters of the receipts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_filters import DateFromToRangeFilter, ModelChoiceFilter, MultipleChoiceFilter

from billing import access
from billing.models import PaymentMethod, Receipt
from core import lists
from staff.models import User


def cashiers(request: Any) -> Any:
    """Whoever took money in the buildings this person sees."""
    return User.objects.filter(pk__in=access.receipts(request.user).order_by().values("cashier")).order_by("name")


class ReceiptFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("Status"), choices=Receipt.State.choices)
    method = MultipleChoiceFilter(label=_("Method"), choices=PaymentMethod.choices)
    cashier = ModelChoiceFilter(label=_("Cashier"), queryset=cashiers)
    received_on = DateFromToRangeFilter(label=_("Received on"))

    class Meta:
        model = Receipt
        fields = ("state", "method", "cashier", "received_on")
