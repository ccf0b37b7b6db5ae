"""Permits for work at height: medical examination, belt, danger zone, and the weather that stops it (manual 3.10.3-3)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import CleanCharField, CleanTextField, Record
from fitout.models.fitout import Fitout
from fitout.models.workers import WorkerPass

HEIGHT_OPEN = ["APPLIED", "APPROVED", "WORKING"]


class HeightPermit(Record):
    """Work at height by one worker, watched by another, within a day; bad weather stops it when it is outdoors."""

    SERIES: ClassVar[str] = "GC"

    class State(models.TextChoices):
        APPLIED = "APPLIED", pgettext_lazy("hot work", "Applied for")
        APPROVED = "APPROVED", pgettext_lazy("hot work", "Approved")
        WORKING = "WORKING", pgettext_lazy("hot work", "Working")
        CLOSED = "CLOSED", _("Closed")
        EXPIRED = "EXPIRED", _("Expired")
        STOPPED = "STOPPED", pgettext_lazy("hot work", "Stopped on the spot")
        REFUSED = "REFUSED", pgettext_lazy("hot work", "Refused")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    STATE_TONES: ClassVar[dict[str, str]] = {
        "APPLIED": "W",
        "APPROVED": "I",
        "WORKING": "A",
        "CLOSED": "N",
        "EXPIRED": "D",
        "STOPPED": "D",
        "REFUSED": "D",
        "WITHDRAWN": "N",
    }

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    fitout = models.ForeignKey(Fitout, models.PROTECT, related_name="height_works", verbose_name=_("fit-out"))
    spot = CleanCharField(_("exact spot"), max_length=120)
    work = CleanTextField(_("work"), max_length=1000)
    height_m = models.DecimalField(_("height (m)"), max_digits=5, decimal_places=1)
    is_outdoors = models.BooleanField(_("outdoors: the weather may stop it"), default=False)
    danger_zone = CleanCharField(_("danger zone marked off"), max_length=200)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    worker = models.ForeignKey(WorkerPass, models.PROTECT, related_name="+", verbose_name=_("worker at height"))
    watcher = models.ForeignKey(WorkerPass, models.PROTECT, related_name="+", verbose_name=_("who watches below"))
    state = models.CharField(_("status"), max_length=10, choices=State.choices, default=State.APPLIED, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("approved by")
    )
    checked_at = models.DateTimeField(_("spot checked before the work"), null=True, editable=False)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("spot checked by")
    )
    checked_items = CleanTextField(_("what was checked at the spot"), max_length=4000, blank=True, editable=False)
    wind_force = models.PositiveSmallIntegerField(_("wind force"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)

    class Meta:
        ordering = ["-id"]
        verbose_name, verbose_name_plural = _("permit for work at height"), _("permits for work at height")
        indexes = [
            models.Index(fields=["building", "-id"], name="height_work_by_building"),
            models.Index(fields=["ends_at"], condition=Q(state__in=HEIGHT_OPEN), name="height_work_running"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[*HEIGHT_OPEN, "CLOSED", "EXPIRED", "STOPPED", "REFUSED", "WITHDRAWN"]),
                name="height_work_state_known",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="height_work_in_order",
                violation_error_message=_("The work ends after it begins."),
            ),
            models.CheckConstraint(
                condition=~Q(worker=F("watcher")),
                name="height_work_is_watched_by_another",
                violation_error_message=_("Name somebody else to watch below."),
            ),
            models.CheckConstraint(condition=Q(height_m__gt=0) & ~Q(danger_zone=""), name="height_work_told"),
            models.CheckConstraint(
                condition=~Q(state__in=["APPROVED", "WORKING", "CLOSED"]) | Q(approved_by__isnull=False),
                name="height_work_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["WORKING", "CLOSED"]) | Q(checked_at__isnull=False, checked_by__isnull=False),
                name="height_work_spot_checked",
            ),
        ]
