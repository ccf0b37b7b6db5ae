"""Receipts: money taken at the counter or seen at the bank."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models.ledger import Entry, MoneyField, PaymentMethod
from core.models import CleanCharField, Record


class Receipt(Record):
    """Money received from a tenant, with a gap-free number. A void one keeps its number and says why."""

    SERIES: ClassVar[str] = "RC"

    class State(models.TextChoices):
        ISSUED = "ISSUED", pgettext_lazy("money", "Issued")
        VOID = "VOID", _("Void")

    STATE_TONES: ClassVar[dict[str, str]] = {"ISSUED": "S", "VOID": "N"}

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    tenant = models.ForeignKey("tenants.Tenant", models.PROTECT, related_name="receipts", verbose_name=_("tenant"))
    payer = CleanCharField(_("payer"), max_length=120)
    method = models.CharField(_("method"), max_length=10, choices=PaymentMethod.choices)
    amount = MoneyField(_("amount"))
    received_on = models.DateField(_("received on"))
    received_at = models.DateTimeField(_("received at"), editable=False)
    reference = CleanCharField(_("bank or payment reference"), max_length=80, blank=True)
    note = CleanCharField(_("note"), max_length=200, blank=True)
    state = models.CharField(_("status"), max_length=8, choices=State.choices, default=State.ISSUED, editable=False)
    entry = models.OneToOneField(Entry, models.PROTECT, editable=False, related_name="receipt", verbose_name=_("entry"))
    cashier = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name=_("cashier"))
    void_reason = CleanCharField(_("voided because"), max_length=200, blank=True, editable=False)
    voided_at = models.DateTimeField(_("voided"), null=True, editable=False)

    class Meta:
        ordering = ["-received_on", "-id"]
        verbose_name, verbose_name_plural = _("receipt"), _("receipts")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["ISSUED", "VOID"]), name="receipt_state_in_list"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="receipt_positive"),
            models.CheckConstraint(
                condition=Q(state="VOID", voided_at__isnull=False) & ~Q(void_reason="") | Q(state="ISSUED", voided_at=None, void_reason=""),
                name="receipt_void_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["building", "-received_on", "-id"], name="receipt_newest"),
            models.Index(fields=["-received_on", "-id"], name="receipt_latest_anywhere"),
            models.Index(fields=["tenant", "-received_on"], name="receipt_of_tenant"),
        ]
