"""Concealed works, remarks of inspections, and damage to common property (manual 3.2.4-4.5, 3.2.4-5)."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import CleanCharField, CleanTextField, Record, Recorded, StoredFile
from core.money import round_fen
from fitout.models.drawings import Drawing
from fitout.models.fitout import Fitout
from fitout.models.rules import ConcealedItem
from staff.models import Department


class ConcealedWorks(Record):
    """Works inspected by three departments before they are covered (manual 3.2.4-4.5)."""

    SERIES: ClassVar[str] = "YB"

    class State(models.TextChoices):
        APPLIED = "APPLIED", pgettext_lazy("inspection", "Applied for")
        BOOKED = "BOOKED", _("Booked")
        RECTIFYING = "RECTIFYING", _("Rectifying")
        PASSED = "PASSED", pgettext_lazy("inspection", "Passed")
        COVERED = "COVERED", pgettext_lazy("inspection", "Covered")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    STATE_TONES: ClassVar[dict[str, str]] = {
        "APPLIED": "I",
        "BOOKED": "W",
        "RECTIFYING": "Y",
        "PASSED": "S",
        "COVERED": "N",
        "WITHDRAWN": "N",
    }

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    fitout = models.ForeignKey(Fitout, models.PROTECT, related_name="concealed", verbose_name=_("fit-out"))
    item = models.ForeignKey(ConcealedItem, models.PROTECT, related_name="+", verbose_name=_("kind of works"))
    spot = CleanCharField(_("where"), max_length=120)
    description = CleanTextField(_("what is to be covered"), max_length=2000)
    drawing = models.ForeignKey(Drawing, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("drawing"))
    applicant = CleanCharField(_("applied for by"), max_length=60)
    wished_at = models.DateTimeField(_("wished for at"), null=True, blank=True)
    agreed_at = models.DateTimeField(_("agreed time"), null=True, editable=False)
    round = models.PositiveSmallIntegerField(_("round"), default=1, editable=False)
    state = models.CharField(_("status"), max_length=10, choices=State.choices, default=State.APPLIED, editable=False)
    passed_at = models.DateTimeField(_("passed"), null=True, editable=False)
    covered_at = models.DateTimeField(_("covered"), null=True, editable=False)

    class Meta:
        ordering = ["-id"]
        verbose_name, verbose_name_plural = _("concealed works"), _("concealed works")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["APPLIED", "BOOKED", "RECTIFYING", "PASSED", "COVERED", "WITHDRAWN"]), name="concealed_state_known"
            ),
            models.CheckConstraint(condition=~Q(spot="") & ~Q(description="") & ~Q(applicant=""), name="concealed_fully_told"),
            models.CheckConstraint(condition=~Q(state="BOOKED") | Q(agreed_at__isnull=False), name="concealed_booked_at"),
            models.CheckConstraint(condition=~Q(state__in=["PASSED", "COVERED"]) | Q(passed_at__isnull=False), name="concealed_passed_at"),
            models.CheckConstraint(
                condition=~Q(state="COVERED") | Q(covered_at__isnull=False, covered_at__gte=F("passed_at")), name="concealed_covered_after"
            ),
        ]


class InspectionPhoto(Recorded):
    """A photo of concealed works, before they are covered."""

    concealed = models.ForeignKey(ConcealedWorks, models.PROTECT, related_name="photos", verbose_name=_("concealed works"))
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", verbose_name=_("photo"))
    round = models.PositiveSmallIntegerField(_("round"), default=1)

    class Meta:
        ordering = ["id"]
        verbose_name, verbose_name_plural = _("photo of concealed works"), _("photos of concealed works")

    def __str__(self) -> str:
        return self.file.name


class Remark(Recorded):
    """What a department found at an inspection: of concealed works, or of the completed fit-out (manual 3.2.4-5.3)."""

    fitout = models.ForeignKey(Fitout, models.PROTECT, related_name="remarks", verbose_name=_("fit-out"))
    concealed = models.ForeignKey(
        ConcealedWorks, models.PROTECT, null=True, blank=True, related_name="remarks", verbose_name=_("concealed works")
    )
    round = models.PositiveSmallIntegerField(_("round"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    text = CleanTextField(_("comment"), max_length=2000)
    is_defect = models.BooleanField(_("must be rectified"), default=True)
    due_on = models.DateField(_("rectify until"), null=True, blank=True)
    photo = models.OneToOneField(StoredFile, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("photo"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name=_("by"))
    rectified_at = models.DateTimeField(_("found rectified"), null=True, editable=False)
    rectified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("found rectified by")
    )

    class Meta:
        ordering = ["round", "id"]
        verbose_name, verbose_name_plural = _("inspection comment"), _("inspection comments")
        constraints = [
            models.CheckConstraint(condition=~Q(text="") & Q(round__gt=0), name="remark_told"),
            models.CheckConstraint(
                condition=Q(rectified_at=None, rectified_by=None) | Q(rectified_at__isnull=False, rectified_by__isnull=False),
                name="remark_rectified_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Damage(Recorded):
    """Common property damaged by the works, priced and deducted from the deposit (manual 3.2.4-5.4)."""

    fitout = models.ForeignKey(Fitout, models.PROTECT, related_name="damages", verbose_name=_("fit-out"))
    what = CleanCharField(_("what is damaged"), max_length=160)
    spot = CleanCharField(_("where"), max_length=120, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=8, decimal_places=2, default=1)
    unit_price = models.DecimalField(_("price of one (yuan)"), max_digits=12, decimal_places=2)
    photo = models.OneToOneField(StoredFile, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("photo"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name=_("priced by"))
    charge = models.OneToOneField(
        "billing.Charge", models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("charge it was deducted by")
    )

    class Meta:
        ordering = ["id"]
        verbose_name, verbose_name_plural = _("damage to common property"), _("damage to common property")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0, unit_price__gt=0) & ~Q(what=""), name="damage_priced"),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def amount(self) -> Decimal:
        """Quantity × price, yuan, to the fen."""
        return round_fen(self.quantity * self.unit_price)
