"""Filters of deposits, refunds and waivers."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, ModelChoiceFilter, MultipleChoiceFilter

from billing import access
from billing.models import Deposit, DepositKind, Refund, Waiver, WaiverKind
from core import lists, signing
from staff.models import User


def holders(request: Any) -> Any:
    """Tenants with a deposit that this person sees."""
    return access.tenants(request.user).filter(deposits__isnull=False).distinct().order_by("name")


def askers(request: Any) -> Any:
    """Whoever asked for a waiver that this person sees."""
    return User.objects.filter(pk__in=access.waivers(request.user).order_by().values("created_by")).order_by("name")


def signers(request: Any) -> Any:
    """Whoever signed a waiver that this person sees."""
    return User.objects.filter(pk__in=access.waivers(request.user).order_by().values("signed_by")).order_by("name")


class DepositFilter(lists.FilterSet):
    tenant = ModelChoiceFilter(label=_("Tenant"), queryset=holders)
    kind = MultipleChoiceFilter(label=_("Deposit kind"), choices=DepositKind.choices)
    standing = ChoiceFilter(
        label=_("Status"),
        choices=[("due", _("Not paid in full")), ("held", _("Held")), ("settled", _("Settled")), ("cancelled", _("Cancelled"))],
        method="by_standing",
    )

    class Meta:
        model = Deposit
        fields = ("tenant", "kind", "standing")

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
    consent = ChoiceFilter(label=_("Consent"), choices=[("due", _("Countersignature due"))], method="by_consent")
    created_by = ModelChoiceFilter(label=_("Asked by"), queryset=askers)
    signed_by = ModelChoiceFilter(label=_("Signed by"), queryset=signers)

    class Meta:
        model = Waiver
        fields = ("state", "kind", "consent", "created_by", "signed_by")

    def by_consent(self, rows: QuerySet[Waiver], name: str, value: str) -> QuerySet[Waiver]:
        return rows.filter(pk__in=signing.awaiting(Waiver).order_by().values("object_id"))
