"""Contractors: one row a building and company, whatever number of fit-outs it carries out there."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import CleanCharField, Recorded, phone_validator
from fitout.models.rules import QualificationGrade


class Standing(models.TextChoices):
    """Whether a contractor may work today, worst first."""

    BARRED = "BARRED", _("Barred")
    NOT_ACCEPTED = "NOT_ACCEPTED", pgettext_lazy("contractor", "Not accepted")
    EXPIRED = "EXPIRED", _("Expired")
    EXPIRING = "EXPIRING", _("Expires soon")
    VALID = "VALID", _("Valid")


class ContractorQuerySet(models.QuerySet["Contractor"]):
    def in_standing(self, standing: str, on: dt.date, soon: dt.timedelta) -> ContractorQuerySet:
        """Those that stand so on a day; `soon` is how long before the end of a paper it counts as expiring."""
        if standing == Standing.BARRED:
            return self.filter(barred_at__isnull=False)
        open_ones = self.filter(barred_at=None)
        accepted = Q(grade__is_accepted=True) & ~Q(qualification_number="")
        if standing == Standing.NOT_ACCEPTED:
            return open_ones.exclude(accepted)
        fit = open_ones.filter(accepted)
        gone = Q(licence_until__lt=on) | Q(qualification_until__lt=on)
        if standing == Standing.EXPIRED:
            return fit.filter(gone)
        near = Q(licence_until__range=(on, on + soon)) | Q(qualification_until__range=(on, on + soon))
        current = fit.exclude(licence_until__lt=on).exclude(qualification_until__lt=on)
        if standing == Standing.EXPIRING:
            return current.filter(near)
        return current.exclude(licence_until__range=(on, on + soon)).exclude(qualification_until__range=(on, on + soon))


class Contractor(Recorded):
    """A company that fits units out, with its licence and qualification as last seen (manual 3.2.1-1)."""

    STATE_TONES: ClassVar[dict[str, str]] = {"VALID": "S", "EXPIRING": "Y", "EXPIRED": "D", "NOT_ACCEPTED": "D", "BARRED": "D"}

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="contractors", verbose_name=_("building"))
    name = CleanCharField(_("company"), max_length=120)
    credit_code = CleanCharField(_("credit code"), max_length=18, blank=True)
    licence_until = models.DateField(_("business licence valid until"), null=True, blank=True, help_text=_("empty: without limit"))
    grade = models.ForeignKey(
        QualificationGrade, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("qualification grade")
    )
    qualification_number = CleanCharField(_("number of the qualification certificate"), max_length=60, blank=True)
    qualification_until = models.DateField(_("qualification valid until"), null=True, blank=True)
    lead = CleanCharField(_("person in charge"), max_length=60, blank=True)
    phone = CleanCharField(_("phone"), max_length=30, blank=True, validators=[phone_validator])
    barred_at = models.DateTimeField(_("barred"), null=True, editable=False)
    barred_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("barred by")
    )
    barred_reason = CleanCharField(_("why it is barred"), max_length=300, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ContractorQuerySet.as_manager()

    class Meta:
        ordering = ["building_id", "name", "id"]
        verbose_name, verbose_name_plural = _("fit-out contractor"), _("fit-out contractors")
        constraints = [
            models.UniqueConstraint(
                fields=["building", "name"],
                name="contractor_once_a_building",
                violation_error_message=_("This contractor is in the register already."),
            ),
            models.CheckConstraint(
                condition=Q(barred_at=None, barred_reason="") | Q(barred_at__isnull=False, barred_by__isnull=False) & ~Q(barred_reason=""),
                name="contractor_barred_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def expires_on(self) -> dt.date | None:
        """The day its first paper runs out, None when none has a limit."""
        return min((day for day in (self.licence_until, self.qualification_until) if day), default=None)

    def standing(self, on: dt.date, soon: dt.timedelta) -> str:
        """How it stands on a day; needs `grade` loaded. The same as `ContractorQuerySet.in_standing`."""
        last = self.expires_on()
        if self.barred_at is not None:
            return Standing.BARRED
        if self.grade is None or not self.grade.is_accepted or not self.qualification_number:
            return Standing.NOT_ACCEPTED
        if last is not None and last < on:
            return Standing.EXPIRED
        return Standing.EXPIRING if last is not None and last <= on + soon else Standing.VALID
