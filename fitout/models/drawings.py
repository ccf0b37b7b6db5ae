"""Drawings by discipline and version, and the comments of engineering on each (manual 3.2.4-1.2, 3.2.4-2)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import CleanCharField, CleanTextField, Recorded, StoredFile
from fitout.models.fitout import Fitout
from fitout.models.rules import Discipline


class Drawing(Recorded):
    """A sheet of the fit-out's drawings."""

    fitout = models.ForeignKey(Fitout, models.PROTECT, related_name="drawings", verbose_name=_("fit-out"))
    discipline = models.ForeignKey(Discipline, models.PROTECT, related_name="+", verbose_name=_("discipline"))
    sheet = CleanCharField(_("sheet number"), max_length=40)
    title = CleanCharField(_("title"), max_length=120)

    class Meta:
        ordering = ["discipline__position", "sheet", "id"]
        verbose_name, verbose_name_plural = _("drawing"), _("drawings")
        constraints = [
            models.UniqueConstraint(
                fields=["fitout", "sheet"],
                name="drawing_sheet_once",
                violation_error_message=_("This sheet is registered already: add a new version to it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} {self.title}"


class DrawingVersion(Recorded):
    """One version of a sheet as customer service registered it. The passed one is what the site is compared against."""

    class Verdict(models.TextChoices):
        PASSED = "PASSED", pgettext_lazy("drawing", "Passed")
        RETURNED = "RETURNED", pgettext_lazy("drawing", "Returned")

    VERDICT_TONES: ClassVar[dict[str, str]] = {"": "W", "PASSED": "S", "RETURNED": "D"}

    drawing = models.ForeignKey(Drawing, models.PROTECT, related_name="versions", verbose_name=_("drawing"))
    version = models.PositiveSmallIntegerField(_("version"))
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    registered_at = models.DateTimeField(_("registered"))
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("registered by"))
    review_round = models.PositiveSmallIntegerField(_("round of review"), null=True, editable=False)
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict.choices, blank=True, editable=False)
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, editable=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("reviewed by")
    )

    class Meta:
        ordering = ["drawing_id", "-version"]
        verbose_name, verbose_name_plural = _("version of a drawing"), _("versions of drawings")
        constraints = [
            models.UniqueConstraint(fields=["drawing", "version"], name="drawing_version_once"),
            models.CheckConstraint(condition=Q(verdict__in=["", "PASSED", "RETURNED"]), name="drawing_verdict_known"),
            models.CheckConstraint(
                condition=Q(verdict="", reviewed_at=None, reviewed_by=None)
                | ~Q(verdict="") & Q(reviewed_at__isnull=False, reviewed_by__isnull=False, review_round__isnull=False),
                name="drawing_reviewed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.drawing} v{self.version}"


class DrawingComment(Recorded):
    """A comment of engineering on a version; the contractor answers it with the next one."""

    version = models.ForeignKey(DrawingVersion, models.PROTECT, related_name="comments", verbose_name=_("version"))
    text = CleanTextField(_("comment"), max_length=2000)
    basis = CleanCharField(_("by which rule"), max_length=160, blank=True, help_text=_("code or clause, for example GB 50016-2014 5.5.17"))
    is_binding = models.BooleanField(_("must be rectified"), default=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name=_("by"))

    class Meta:
        ordering = ["id"]
        verbose_name, verbose_name_plural = _("drawing comment"), _("drawing comments")

    def __str__(self) -> str:
        return self.text[:60]
