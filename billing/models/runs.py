"""What is agreed for a lease each month, who is left out of a bill run and why, and credits of what was charged too much."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.charges import BillRun, Charge
from billing.models.ledger import Entry, MoneyField
from billing.models.prices import ChargeKind
from core.models import CleanCharField, Recorded


class LeaseFee(Recorded):
    """A monthly fee agreed for one lease: rent, a parking space, or a management fee other than the price list's."""

    lease = models.ForeignKey("tenants.Lease", models.PROTECT, related_name="fees", verbose_name=_("lease"))
    kind = models.ForeignKey(ChargeKind, models.PROTECT, related_name="+", verbose_name=_("charge kind"))
    quantity = models.DecimalField(
        _("quantity"), max_digits=12, decimal_places=2, null=True, blank=True, help_text=_("empty: the billed area, or one a month")
    )
    unit_price = models.DecimalField(
        _("unit price"), max_digits=12, decimal_places=4, null=True, blank=True, help_text=_("empty: the price list of the day")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    note = CleanCharField(_("note"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["lease", "kind", "starts_on"]
        verbose_name, verbose_name_plural = _("fee of a lease"), _("fees of leases")
        constraints = [
            models.CheckConstraint(condition=Q(quantity=None) | Q(quantity__gt=0), name="lease_fee_quantity_positive"),
            models.CheckConstraint(condition=Q(unit_price=None) | Q(unit_price__gte=0), name="lease_fee_price_not_negative"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="lease_fee_ends_after_start",
                violation_error_message=_("The fee can't end before it starts."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lease} {self.kind}"


class RunExclusion(Recorded):
    """A tenant left out of one bill run, with the reason."""

    run = models.ForeignKey(BillRun, models.PROTECT, related_name="exclusions", verbose_name=_("bill run"))
    tenant = models.ForeignKey("tenants.Tenant", models.PROTECT, related_name="+", verbose_name=_("tenant"))
    reason = CleanCharField(_("reason"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = _("exclusion from a bill run"), _("exclusions from bill runs")
        constraints = [
            models.UniqueConstraint(fields=["run", "tenant"], name="exclusion_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="exclusion_has_reason"),
        ]


class Credit(models.Model):
    """Part of a charge taken back because it was too much. What was paid of it already becomes prepayment."""

    entry = models.OneToOneField(Entry, models.PROTECT, related_name="credit", verbose_name=_("entry"))
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="credits", verbose_name=_("charge"))
    amount = MoneyField(_("amount"))
    reason = CleanCharField(_("reason"), max_length=200)

    class Meta:
        verbose_name, verbose_name_plural = _("credit"), _("credits")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="credit_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="credit_has_reason"),
        ]


class ReadingCharge(models.Model):
    """Which charge a meter reading became. A reading is charged once; an estimate's charge is credited when it is read."""

    reading = models.OneToOneField("premises.MeterReading", models.PROTECT, related_name="billed", verbose_name=_("meter reading"))
    charge = models.ForeignKey(Charge, models.PROTECT, null=True, related_name="readings", verbose_name=_("charge"))

    class Meta:
        verbose_name, verbose_name_plural = _("charged reading"), _("charged readings")
