"""Hot-work permits and hired fire extinguishers (manual 3.2.3-2, 3.2.3-4, 3.2.4-3.4)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import CleanCharField, CleanTextField, Record, Recorded
from fitout.models.fitout import Fitout
from fitout.models.workers import WorkerPass

HOT_OPEN = ["APPLIED", "APPROVED", "WORKING", "WATCHING"]


class HotWorkPermit(Record):
    """Work with an open flame at one spot in one shift; it expires by itself and is stopped on the spot (manual 3.2.3-2)."""

    SERIES: ClassVar[str] = "DH"

    class State(models.TextChoices):
        APPLIED = "APPLIED", pgettext_lazy("hot work", "Applied for")
        APPROVED = "APPROVED", pgettext_lazy("hot work", "Approved")
        WORKING = "WORKING", pgettext_lazy("hot work", "Working")
        WATCHING = "WATCHING", pgettext_lazy("hot work", "Watch after the work")
        CLOSED = "CLOSED", _("Closed")
        EXPIRED = "EXPIRED", _("Expired")
        STOPPED = "STOPPED", pgettext_lazy("hot work", "Stopped on the spot")
        REFUSED = "REFUSED", pgettext_lazy("hot work", "Refused")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    STATE_TONES: ClassVar[dict[str, str]] = {
        "APPLIED": "W",
        "APPROVED": "I",
        "WORKING": "A",
        "WATCHING": "Y",
        "CLOSED": "N",
        "EXPIRED": "D",
        "STOPPED": "D",
        "REFUSED": "D",
        "WITHDRAWN": "N",
    }

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    fitout = models.ForeignKey(Fitout, models.PROTECT, related_name="hot_works", verbose_name=_("fit-out"))
    spot = CleanCharField(_("exact spot"), max_length=120)
    work = CleanTextField(_("work"), max_length=1000)
    tool = CleanCharField(_("tool"), max_length=80)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    welder = models.ForeignKey(WorkerPass, models.PROTECT, related_name="+", verbose_name=_("worker with the flame"))
    watcher = models.ForeignKey(WorkerPass, models.PROTECT, related_name="+", verbose_name=_("fire watcher"))
    clear_m = models.PositiveSmallIntegerField(_("cleared around (m)"), default=10)
    extinguishers = models.PositiveSmallIntegerField(_("extinguishers at the spot"), default=2)
    has_blanket = models.BooleanField(_("fire blanket and bucket at the spot"), default=False)
    isolated = CleanCharField(
        _("sprinkler or detector taken out of service"), max_length=200, blank=True, help_text=_("empty: nothing is taken out of service")
    )
    back_in_service_at = models.DateTimeField(_("back in service"), null=True, editable=False)
    back_in_service_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("put back by")
    )
    state = models.CharField(_("status"), max_length=10, choices=State.choices, default=State.APPLIED, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("approved by")
    )
    checked_at = models.DateTimeField(_("spot checked before the work"), null=True, editable=False)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("spot checked by")
    )
    ended_at = models.DateTimeField(_("flame out"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    urgent_reason = CleanCharField(_("why it could not be applied for in time"), max_length=300, blank=True, editable=False)
    checked_items = CleanTextField(_("what was checked at the spot"), max_length=4000, blank=True, editable=False)

    class Meta:
        ordering = ["-id"]
        verbose_name, verbose_name_plural = _("hot-work permit"), _("hot-work permits")
        indexes = [
            models.Index(fields=["building", "-id"], name="hot_work_by_building"),
            models.Index(fields=["ends_at"], condition=Q(state__in=HOT_OPEN), name="hot_work_running"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[*HOT_OPEN, "CLOSED", "EXPIRED", "STOPPED", "REFUSED", "WITHDRAWN"]),
                                   name="hot_work_state_known"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="hot_work_in_order",
                violation_error_message=_("Hot work ends after it begins."),
            ),
            models.CheckConstraint(
                condition=~Q(welder=F("watcher")),
                name="hot_work_is_watched_by_another",
                violation_error_message=_("The fire watcher watches: name somebody else for the flame."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["APPROVED", "WORKING", "WATCHING", "CLOSED"]) | Q(approved_by__isnull=False),
                name="hot_work_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["WORKING", "WATCHING", "CLOSED"]) | Q(checked_at__isnull=False, checked_by__isnull=False),
                name="hot_work_spot_checked",
            ),
            models.CheckConstraint(
                condition=~Q(state="CLOSED") | Q(isolated="") | Q(back_in_service_at__isnull=False), name="hot_work_back_in_service"
            ),
            ExclusionConstraint(
                name="hot_work_one_watch_at_a_time",
                expressions=[
                    ("watcher", RangeOperators.EQUAL),
                    (Func(F("starts_at"), F("ends_at"), Value("[)"), function="tstzrange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=HOT_OPEN),
                violation_error_message=_("This fire watcher watches elsewhere at that time."),
            ),
        ]  # fmt: skip


class ExtinguisherHire(Recorded):
    """A fire extinguisher of the house on a site, from hire to return (manual 3.2.4-3.4)."""

    class Condition(models.TextChoices):
        GOOD = "GOOD", _("Good")
        USED = "USED", pgettext_lazy("extinguisher", "Used")
        DAMAGED = "DAMAGED", _("Damaged")
        LOST = "LOST", _("Lost")

    fitout = models.ForeignKey(Fitout, models.PROTECT, related_name="hires", verbose_name=_("fit-out"))
    extinguisher = models.ForeignKey("premises.Extinguisher", models.PROTECT, related_name="+", verbose_name=_("fire extinguisher"))
    hired_at = models.DateTimeField(_("hired"))
    hired_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("handed out by"))
    spot = CleanCharField(_("where it stands"), max_length=120, blank=True)
    returned_at = models.DateTimeField(_("returned"), null=True)
    returned_to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("taken back by"))
    condition = models.CharField(_("condition"), max_length=8, choices=Condition.choices, blank=True)
    bill = models.ForeignKey("billing.Bill", models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("payment notice"))

    class Meta:
        ordering = ["id"]
        verbose_name, verbose_name_plural = _("hired extinguisher"), _("hired extinguishers")
        constraints = [
            models.UniqueConstraint(fields=["extinguisher"], condition=Q(returned_at=None), name="extinguisher_hired_once"),
            models.CheckConstraint(
                condition=Q(returned_at=None, condition="")
                | Q(returned_at__gte=F("hired_at"), returned_to__isnull=False) & ~Q(condition=""),
                name="extinguisher_return_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(self.extinguisher)
