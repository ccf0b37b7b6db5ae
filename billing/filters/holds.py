"""Filters of deposits, refunds and waivers."""

from __future__ import annotations

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, MultipleChoiceFilter

from billing.models import Deposit, DepositKind, Refund, Waiver, WaiverKind
from core import lists


class DepositFilter(lists.FilterSet):
    kind = MultipleChoiceFilter(label=_("Deposit kind"), choices=DepositKind.choices)
    standing = ChoiceFilter(
        label=_("Status"),
        choices=[("due", _("Not paid in full")), ("held", _("Held")), ("settled", _("Settled")), ("cancelled", _("Cancelled"))],
        method="by_standing",
    )

    class Meta:
        model = Deposit
        fields = ("kind", "standing")

    def by_standing(self, rows: QuerySet[Deposit], name: str, value: str) -> QuerySet[Deposit]:
        return {
            "due": rows.filter(cancelled_at=None, taken__lt=F("amount_due")),
            "held": rows.filter(held__gt=0),
            "settled": rows.filter(held=0, taken__gt=0),
        }.get(value, rows.exclude(cancelled_at=None))


class RefundFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("Status"), choices=Refund.State.choices)

    class Meta:
        model = Refund
        fields = ("state",)


class WaiverFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("Status"), choices=Waiver.State.choices)
    kind = MultipleChoiceFilter(label=_("Kind"), choices=WaiverKind.choices)

    class Meta:
        model = Waiver
        fields = ("state", "kind")
