"""Filters of the bill runs."""

from django.utils.translation import gettext_lazy as _
from django_filters import MultipleChoiceFilter

from billing.models import BillRun
from core import lists


class BillRunFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("Status"), choices=BillRun.State.choices)

    class Meta:
        model = BillRun
        fields = ("state",)
