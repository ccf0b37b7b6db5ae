"""What is charged for, at which price from which day."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from billing.models.ledger import FIRST_DAY, LAST_DAY
from core.models import CleanCharField, Recorded


class ChargeKind(Recorded):
    """One thing that may be charged (收费项目). A new one is a row, not code; `code` is what other apps name it by."""

    class Group(models.TextChoices):
        MANAGEMENT_FEE = "MANAGEMENT_FEE", _("Management fee")
        RENT = "RENT", _("Rent")
        ENERGY = "ENERGY", _("Energy charge")
        PARKING = "PARKING", _("Parking")
        AIR_CON = "AIR_CON", _("Overtime air-conditioning charge")
        FIT_OUT = "FIT_OUT", _("Fit-out fees")
        PASS_CARD = "PASS_CARD", _("Passes and cards")
        SERVICE = "SERVICE", _("Paid services")
        FINE = "FINE", _("Fines and compensation")
        LATE_FEE = "LATE_FEE", _("Late fee")
        OTHER = "OTHER", _("Other")

    class Basis(models.TextChoices):
        PER_M2_MONTH = "PER_M2_MONTH", _("per m² and month")
        PER_MONTH = "PER_MONTH", _("per month")
        PER_M2 = "PER_M2", _("per m²")
        PER_UNIT_USED = "PER_UNIT_USED", _("per unit used")
        PER_HOUR = "PER_HOUR", _("per hour")
        PER_PIECE = "PER_PIECE", _("per piece")
        FIXED = "FIXED", _("once")

    MONTHLY: ClassVar[frozenset[str]] = frozenset({"PER_M2_MONTH", "PER_MONTH"})

    code = models.CharField(_("code"), max_length=40, unique=True)
    name_en = CleanCharField(_("name in English"), max_length=80)
    name_zh = CleanCharField(_("name in Chinese"), max_length=80)
    group = models.CharField(_("group"), max_length=16, choices=Group.choices)
    basis = models.CharField(_("charged"), max_length=14, choices=Basis.choices)
    meter_kind = models.CharField(_("meter"), max_length=12, blank=True, help_text=_("for energy: the kind of meter that is read"))
    every_lease = models.BooleanField(_("on every lease"), default=False, help_text=_("billed each month without being agreed one by one"))
    vat_percent = models.DecimalField(_("VAT, %"), max_digits=4, decimal_places=2, default=6)
    is_active = models.BooleanField(_("in use"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    note = CleanCharField(_("note"), max_length=200, blank=True)
    clause = models.CharField(_("clause"), max_length=24, blank=True)

    class Meta:
        ordering = ["position", "code"]
        verbose_name, verbose_name_plural = _("charge kind"), _("charge kinds")
        constraints = [
            models.CheckConstraint(condition=Q(vat_percent__range=(0, 50)), name="charge_kind_vat_in_range"),
            models.CheckConstraint(condition=Q(basis="PER_UNIT_USED") ^ Q(meter_kind=""), name="charge_kind_names_its_meter"),
            models.CheckConstraint(
                condition=Q(every_lease=False) | Q(basis__in=["PER_M2_MONTH", "PER_MONTH"]), name="charge_kind_every_lease_is_monthly"
            ),
        ]

    def __str__(self) -> str:
        return self.name_zh if (get_language() or "zh").startswith("zh") else self.name_en


class PriceQuerySet(models.QuerySet["Price"]):
    def standing(self) -> PriceQuerySet:
        """Prices that were not struck out."""
        return self.filter(voided_at=None)


class Price(Recorded):
    """The unit price of a charge kind in a building from a day on, until the next one begins. Never edited.

    What was charged keeps the price it was charged at; a new price can't begin on a day already billed.
    """

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    kind = models.ForeignKey(ChargeKind, models.PROTECT, related_name="prices", verbose_name=_("charge kind"))
    starts_on = models.DateField(_("from"))
    unit_price = models.DecimalField(_("unit price"), max_digits=12, decimal_places=4, help_text=_("yuan"))
    note = CleanCharField(_("note"), max_length=200, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")
    voided_at = models.DateTimeField(_("struck out"), null=True, editable=False)
    voided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")

    objects = PriceQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "-starts_on"]
        verbose_name, verbose_name_plural = _("price"), _("prices")
        constraints = [
            models.UniqueConstraint(
                fields=["building", "kind", "starts_on"],
                condition=Q(voided_at=None),
                name="price_once_a_day",
                violation_error_message=_("There is a price from this day already."),
            ),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="price_not_negative"),
            models.CheckConstraint(condition=Q(starts_on__range=(FIRST_DAY, LAST_DAY)), name="price_day_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.unit_price.normalize():f}"


class BillingTerms(Recorded):
    """How a building bills and chases: days, rates and order, each a setting (shared defaults of the trade)."""

    building = models.OneToOneField("premises.Building", models.PROTECT, related_name="billing_terms", verbose_name=_("building"))
    issue_day = models.PositiveSmallIntegerField(_("bills go out by day"), default=5)
    due_day = models.PositiveSmallIntegerField(_("bills are due on day"), default=15)
    late_fee_rate_day = models.DecimalField(
        _("late fee a day"), max_digits=7, decimal_places=6, default=0, help_text=_("0.0005 is 0.05 % a day of what is unpaid; 0 is off")
    )
    late_fee_grace_days = models.PositiveSmallIntegerField(
        _("days of grace"), default=0, help_text=_("paid within them there is no late fee; after them it counts from the due day")
    )
    late_fee_cap_percent = models.PositiveSmallIntegerField(
        _("late fee at most, per cent of the charge"), default=100, help_text=_("a court may cut what lies far above the loss")
    )
    postpone_days = models.PositiveSmallIntegerField(_("a due day may be put off by days"), default=30)
    account_name = CleanCharField(_("account name"), max_length=80, blank=True)
    account_bank = CleanCharField(_("bank"), max_length=80, blank=True)
    account_number = CleanCharField(_("account number"), max_length=40, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("billing terms"), _("billing terms")
        constraints = [
            models.CheckConstraint(condition=Q(issue_day__range=(1, 28), due_day__range=(1, 28)), name="terms_days_exist_each_month"),
            models.CheckConstraint(condition=Q(late_fee_rate_day__range=(0, "0.01")), name="terms_late_fee_at_most_1_percent"),
            models.CheckConstraint(
                condition=Q(late_fee_cap_percent__range=(1, 100), postpone_days__range=(0, 365)), name="terms_cap_and_days_in_range"
            ),
        ]

    def __str__(self) -> str:
        return str(self.building)
