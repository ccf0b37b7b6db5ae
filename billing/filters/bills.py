"""Filters of the payment notices."""

from __future__ import annotations

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, DateFromToRangeFilter

from billing.models import Bill
from core import lists


class BillFilter(lists.FilterSet):
    standing = ChoiceFilter(
        label=_("Status"),
        choices=[
            ("open", _("Open")),
            ("overdue", _("Overdue")),
            ("part", _("Part paid")),
            ("paid", _("Paid")),
            ("disputed", _("Disputed")),
            ("void", _("Void")),
        ],
        method="by_standing",
    )
    due_on = DateFromToRangeFilter(label=_("Due on"))

    class Meta:
        model = Bill
        fields = ("standing", "due_on")

    def by_standing(self, rows: QuerySet[Bill], name: str, value: str) -> QuerySet[Bill]:
        issued, today = rows.filter(state=Bill.State.ISSUED), timezone.localdate()
        return {
            "open": issued.filter(outstanding__gt=0),
            "overdue": issued.filter(outstanding__gt=0, due_on__lt=today).exclude(postponed_to__gte=today),
            "part": issued.filter(outstanding__gt=0, outstanding__lt=F("amount")),
            "paid": issued.filter(outstanding=0),
            "disputed": rows.filter(state=Bill.State.DISPUTED),
        }.get(value, rows.filter(state=Bill.State.VOID))
