"""What comes with an application beside its papers: the materials with their certificates, and the handbooks handed out."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import CleanCharField, Recorded, StoredFile
from fitout.models.fitout import Fitout
from fitout.models.rules import FeeRule


class MaterialLine(Recorded):
    """A line of the Construction Materials List with its certificate of conformity (manual 3.2.4-1.1)."""

    class Rating(models.TextChoices):
        A = "A", pgettext_lazy("fire rating", "A (non-combustible)")
        B1 = "B1", pgettext_lazy("fire rating", "B1 (hard to ignite)")
        B2 = "B2", pgettext_lazy("fire rating", "B2 (combustible)")

    RATING_TONES: ClassVar[dict[str, str]] = {"A": "S", "B1": "I", "B2": "Y"}

    fitout = models.ForeignKey(Fitout, models.PROTECT, related_name="materials", verbose_name=_("fit-out"))
    name = CleanCharField(_("material"), max_length=80)
    specification = CleanCharField(_("specification"), max_length=120, blank=True)
    maker = CleanCharField(_("maker"), max_length=120, blank=True)
    used_for = CleanCharField(_("used for"), max_length=80, blank=True)
    rating = models.CharField(_("fire rating"), max_length=2, choices=Rating.choices)
    certificate_number = CleanCharField(_("number of the certificate"), max_length=60, blank=True)
    certificate = models.OneToOneField(
        StoredFile, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("certificate of conformity")
    )
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name=_("by"))

    class Meta:
        ordering = ["id"]
        verbose_name, verbose_name_plural = _("construction material"), _("construction materials")
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & Q(rating__in=["A", "B1", "B2"]), name="material_rated"),
            models.UniqueConstraint(
                fields=["fitout", "name", "specification", "maker"],
                name="material_once_a_list",
                violation_error_message=_("This material is on the list already."),
            ),
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.name, self.specification) if part)


class HandbookCopy(Recorded):
    """Which edition of a handbook or rule a party of a fit-out got, who took it and who explained it (manual 1.1-4, 3.2.4-1.4)."""

    fitout = models.ForeignKey(Fitout, models.PROTECT, related_name="handbooks", verbose_name=_("fit-out"))
    text = models.ForeignKey("tenants.HandbookText", models.PROTECT, related_name="+", verbose_name=_("handbook"))
    party = models.CharField(_("issued to"), max_length=12, choices=FeeRule.Payer.choices)
    taken_by = CleanCharField(_("taken by"), max_length=60)
    issued_at = models.DateTimeField(_("issued"))
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("explained by"))

    class Meta:
        ordering = ["party", "id"]
        verbose_name, verbose_name_plural = _("issued handbook"), _("issued handbooks")
        constraints = [
            models.UniqueConstraint(fields=["fitout", "text", "party"], name="fitout_handbook_once"),
            models.CheckConstraint(condition=~Q(taken_by="") & Q(party__in=["TENANT", "CONTRACTOR"]), name="fitout_handbook_to_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.text} {self.get_party_display()}"
