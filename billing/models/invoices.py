"""Invoices (发票) asked for by tenants: recorded here with the number the tax system gave, never beyond what was received."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models.ledger import MoneyField
from core.models import CleanCharField, Record

# 15, 17, 18 or 20 letters and digits: the unified code, or the numbers given before it.
tax_number_validator = RegexValidator(r"^[0-9A-Z]{15,20}$", _("A tax number has 15 to 20 digits and capital letters."))
invoice_number_validator = RegexValidator(r"^[0-9]{8,20}$", _("An invoice number has 8 to 20 digits."))


class Invoice(Record):
    """An invoice a tenant asks for. Its own number is the request's; `invoice_number` is the tax system's.

    The database refuses that a tenant's standing invoices exceed what its issued receipts brought for charges, in yuan.
    """

    SERIES: ClassVar[str] = "IV"

    class State(models.TextChoices):
        REQUESTED = "REQUESTED", _("Requested")
        ISSUED = "ISSUED", pgettext_lazy("money", "Issued")
        RED_LETTERED = "RED_LETTERED", _("Red-lettered")
        VOID = "VOID", _("Void")

    class Kind(models.TextChoices):
        NORMAL = "NORMAL", _("Ordinary VAT invoice")
        SPECIAL = "SPECIAL", _("Special VAT invoice")

    STATE_TONES: ClassVar[dict[str, str]] = {"REQUESTED": "W", "ISSUED": "S", "RED_LETTERED": "N", "VOID": "N"}

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    tenant = models.ForeignKey("tenants.Tenant", models.PROTECT, related_name="invoices", verbose_name=_("tenant"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.NORMAL)
    title = CleanCharField(_("invoice title"), max_length=120)
    tax_number = models.CharField(_("tax number"), max_length=20, blank=True, validators=[tax_number_validator])
    email = models.EmailField(_("e-mail"), max_length=120, blank=True)
    amount = MoneyField(_("amount"))
    note = CleanCharField(_("note"), max_length=200, blank=True)
    requested_on = models.DateField(_("requested on"), editable=False)
    state = models.CharField(_("status"), max_length=12, choices=State.choices, default=State.REQUESTED, editable=False)
    invoice_number = models.CharField(
        _("invoice number"), max_length=20, null=True, unique=True, editable=False, validators=[invoice_number_validator]
    )
    issued_on = models.DateField(_("issued on"), null=True, editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("issued by")
    )
    red_number = models.CharField(
        _("red-letter number"), max_length=20, null=True, unique=True, editable=False, validators=[invoice_number_validator]
    )
    ended_on = models.DateField(_("taken back on"), null=True, editable=False)
    ended_reason = CleanCharField(_("taken back because"), max_length=200, blank=True, editable=False)

    class Meta:
        ordering = ["-requested_on", "-id"]
        verbose_name, verbose_name_plural = _("tax invoice"), _("tax invoices")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["REQUESTED", "ISSUED", "RED_LETTERED", "VOID"]), name="invoice_state_in_list"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="invoice_positive"),
            models.CheckConstraint(
                condition=~Q(kind="SPECIAL") | ~Q(tax_number=""),
                name="invoice_special_has_tax_number",
                violation_error_message=_("A special VAT invoice needs the tax number."),
            ),
            models.CheckConstraint(
                condition=Q(state="REQUESTED", invoice_number=None, issued_on=None)
                | Q(state__in=["ISSUED", "RED_LETTERED"], invoice_number__isnull=False, issued_on__isnull=False)
                | Q(state="VOID"),
                name="invoice_issued_has_number",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["REQUESTED", "ISSUED"], ended_on=None, ended_reason="")
                | Q(state__in=["RED_LETTERED", "VOID"], ended_on__isnull=False) & ~Q(ended_reason=""),
                name="invoice_ended_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="RED_LETTERED", red_number__isnull=False) | ~Q(state="RED_LETTERED") & Q(red_number=None),
                name="invoice_red_has_number",
            ),
            models.CheckConstraint(condition=Q(red_number=None) | ~Q(red_number=F("invoice_number")), name="invoice_red_is_another"),
        ]
        indexes = [
            models.Index(fields=["building", "-requested_on", "-id"], name="invoice_newest"),
            models.Index(fields=["tenant"], condition=Q(state__in=["REQUESTED", "ISSUED"]), name="invoice_standing"),
        ]
