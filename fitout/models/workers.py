"""Worker passes, and who is on site now (manual 3.2.4-3.3)."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.crypto import EncryptedCharField, mask_identity
from core.models import CleanCharField, Record, Recorded, StoredFile, phone_validator
from fitout.models.fitout import Fitout
from fitout.models.rules import Trade


class WorkerPass(Record):
    """A worker's pass: paid for at the cashier, made by security with photo and certificate, given back in the end."""

    SERIES: ClassVar[str] = "CZ"
    HISTORY_HIDDEN: ClassVar[tuple[str, ...]] = ("identity_number",)

    class State(models.TextChoices):
        APPLIED = "APPLIED", pgettext_lazy("pass", "Applied for")
        VALID = "VALID", _("Valid")
        EXPIRED = "EXPIRED", _("Expired")
        REVOKED = "REVOKED", _("Revoked")
        LOST = "LOST", _("Lost")
        RETURNED = "RETURNED", pgettext_lazy("pass", "Returned")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    STATE_TONES: ClassVar[dict[str, str]] = {
        "APPLIED": "W",
        "VALID": "S",
        "EXPIRED": "D",
        "REVOKED": "D",
        "LOST": "D",
        "RETURNED": "N",
        "WITHDRAWN": "N",
    }
    HELD: ClassVar[list[str]] = ["VALID", "EXPIRED", "REVOKED"]

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    fitout = models.ForeignKey(Fitout, models.PROTECT, related_name="passes", verbose_name=_("fit-out"))
    name = CleanCharField(_("worker"), max_length=60)
    identity_number = EncryptedCharField(_("identity number"), max_length=40)
    phone = CleanCharField(_("phone"), max_length=30, blank=True, validators=[phone_validator])
    trade = models.ForeignKey(Trade, models.PROTECT, related_name="+", verbose_name=_("trade"))
    certificate_number = CleanCharField(_("certificate number"), max_length=60, blank=True)
    certificate_until = models.DateField(_("certificate valid until"), null=True, blank=True)
    certificate = models.OneToOneField(
        StoredFile, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("certificate")
    )
    photo = models.OneToOneField(
        StoredFile, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("photo")
    )
    bill = models.ForeignKey("billing.Bill", models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("payment notice"))
    receipt = models.ForeignKey(
        "billing.Receipt", models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("receipt shown")
    )
    valid_until = models.DateField(_("valid until"))
    state = models.CharField(_("status"), max_length=10, choices=State.choices, default=State.APPLIED, editable=False)
    medical_until = models.DateField(_("medical examination valid until"), null=True, blank=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, editable=False, related_name="replacement", verbose_name=_("in place of the lost pass")
    )
    made_at = models.DateTimeField(_("made"), null=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("made by")
    )
    returned_at = models.DateTimeField(_("returned"), null=True, editable=False)

    class Meta:
        ordering = ["-id"]
        verbose_name, verbose_name_plural = _("worker pass"), _("worker passes")
        indexes = [
            models.Index(fields=["building", "-id"], name="worker_pass_by_building"),
            models.Index(fields=["valid_until"], condition=Q(state="VALID"), name="worker_pass_running"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["APPLIED", "VALID", "EXPIRED", "REVOKED", "LOST", "RETURNED", "WITHDRAWN"]),
                name="worker_pass_state_known",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="worker_pass_named"),
            models.CheckConstraint(
                condition=~Q(state__in=["VALID", "EXPIRED", "REVOKED", "LOST", "RETURNED"])
                | Q(made_at__isnull=False, made_by__isnull=False, photo__isnull=False, receipt__isnull=False),
                name="worker_pass_made_of_what_it_needs",
            ),
            models.CheckConstraint(condition=~Q(state="RETURNED") | Q(returned_at__isnull=False), name="worker_pass_returned_at"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def lapses_on(self) -> dt.date:
        """The last day on which both the pass and the certificate it was made by hold."""
        return min(self.valid_until, self.certificate_until or self.valid_until)

    @property
    def masked_identity_number(self) -> str:
        return mask_identity(self.identity_number)


class SiteEntryQuerySet(models.QuerySet["SiteEntry"]):
    def open(self) -> SiteEntryQuerySet:
        """Those who are on site now."""
        return self.filter(left_at=None)

    def left_open(self, before: dt.datetime) -> SiteEntryQuerySet:
        """Those who came in before a moment and were never let out."""
        return self.open().filter(entered_at__lt=before)


class SiteEntry(Recorded):
    """A worker on site, from entry to exit."""

    worker_pass = models.ForeignKey(WorkerPass, models.PROTECT, related_name="entries", verbose_name=_("worker pass"))
    fitout = models.ForeignKey(Fitout, models.PROTECT, related_name="entries", verbose_name=_("fit-out"))
    entered_at = models.DateTimeField(_("entered"))
    let_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("let in by"))
    left_at = models.DateTimeField(_("left"), null=True)
    let_out_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("let out by"))

    objects = SiteEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-entered_at", "-id"]
        verbose_name, verbose_name_plural = _("entry to a site"), _("entries to sites")
        indexes = [models.Index(fields=["fitout"], condition=Q(left_at=None), name="on_site_now")]
        constraints = [
            models.UniqueConstraint(fields=["worker_pass"], condition=Q(left_at=None), name="on_site_once"),
            models.CheckConstraint(condition=Q(left_at=None) | Q(left_at__gte=F("entered_at")), name="site_entry_in_order"),
        ]

    def __str__(self) -> str:
        return str(self.worker_pass)
