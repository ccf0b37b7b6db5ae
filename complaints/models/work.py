"""What follows from complaints: measures with an owner and a date, and what is given to make up for something."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Complaint
from complaints.models.rules import ComplaintCause
from core.models import CleanCharField, CleanTextField, Record


class MeasureQuerySet(models.QuerySet["Measure"]):
    def under_way(self) -> MeasureQuerySet:
        return self.filter(state__in=["OPEN", "DONE"])

    def overdue(self, on: dt.date) -> MeasureQuerySet:
        """Not done by the end of their day."""
        return self.filter(state="OPEN", due_on__lt=on)


class Measure(Record):
    """Something to be done by somebody by a day: fixed by the review of a complaint, or to keep complaints from coming (manual 3.3.5)."""

    SERIES: ClassVar[str] = "CS"

    class State(models.TextChoices):
        OPEN = "OPEN", _("To do")
        DONE = "DONE", _("Done, to check")
        CHECKED = "CHECKED", _("Checked")
        CANCELLED = "CANCELLED", _("Cancelled")

    STATE_TONES: ClassVar[dict[str, str]] = {"OPEN": "A", "DONE": "W", "CHECKED": "S", "CANCELLED": "N"}

    class Way(models.TextChoices):
        REVIEW = "REVIEW", _("Fixed by a review")
        CONTRACT = "CONTRACT", _("Clearer management contract")
        MAINTENANCE = "MAINTENANCE", _("Better maintenance and overhaul")
        SURVEY = "SURVEY", _("Feedback survey or convenience service")
        HANDBOOKS = "HANDBOOKS", _("Covenant and handbooks handed over and explained")
        TRAINING = "TRAINING", _("Training of staff")
        OTHER = "OTHER", _("Other")

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    complaint = models.ForeignKey(
        Complaint, models.PROTECT, null=True, blank=True, editable=False, related_name="measures", verbose_name=_("complaint")
    )
    way = models.CharField(_("way"), max_length=12, choices=Way.choices, default=Way.OTHER)
    cause = models.ForeignKey(
        ComplaintCause, models.PROTECT, null=True, blank=True, related_name="measures", verbose_name=_("against this cause")
    )
    text = CleanTextField(_("measure"), max_length=2000)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner"))
    due_on = models.DateField(_("due on"))
    state = models.CharField(_("status"), max_length=10, choices=State.choices, default=State.OPEN, editable=False)
    outcome = CleanTextField(_("what was done"), max_length=2000, blank=True, editable=False)
    done_at = models.DateTimeField(_("done"), null=True, editable=False)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("measure"), _("measures")
        ordering = ["-id"]
        indexes = [models.Index(fields=["due_on"], condition=Q(state="OPEN"), name="measure_due")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["OPEN", "DONE", "CHECKED", "CANCELLED"]), name="measure_state_known"),
            models.CheckConstraint(condition=~Q(way="REVIEW") | Q(complaint__isnull=False), name="measure_of_a_review_has_its_complaint"),
            models.CheckConstraint(
                condition=~Q(state__in=["DONE", "CHECKED"]) | Q(done_at__isnull=False) & ~Q(outcome=""), name="measure_outcome_told"
            ),
        ]


class Compensation(Record):
    """A gift or money that makes up for something, given within the limit of one's post (article 5)."""

    SERIES: ClassVar[str] = "BC"

    class State(models.TextChoices):
        WAITING = "WAITING", _("To approve")
        APPROVED = "APPROVED", _("To give")
        GIVEN = "GIVEN", _("Given")
        RETURNED = "RETURNED", _("Returned")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    STATE_TONES: ClassVar[dict[str, str]] = {"WAITING": "W", "APPROVED": "A", "GIVEN": "S", "RETURNED": "D", "WITHDRAWN": "N"}

    class Kind(models.TextChoices):
        GIFT = "GIFT", _("Gift")
        SERVICE = "SERVICE", _("Free service")
        MONEY = "MONEY", _("Compensation in money")

    building = models.ForeignKey("premises.Building", models.PROTECT, editable=False, related_name="+", verbose_name=_("building"))
    complaint = models.ForeignKey(Complaint, models.PROTECT, editable=False, related_name="compensations", verbose_name=_("complaint"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.GIFT)
    item = CleanCharField(_("what is given"), max_length=120)
    amount = models.DecimalField(_("worth"), max_digits=12, decimal_places=2, help_text=_("yuan"))
    reason = CleanTextField(_("reason"), max_length=500)
    state = models.CharField(_("status"), max_length=10, choices=State.choices, default=State.WAITING, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("approved by")
    )
    received_by = CleanCharField(_("received by"), max_length=60, blank=True, editable=False)
    given_at = models.DateTimeField(_("given"), null=True, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("gift or compensation"), _("gifts and compensation")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["WAITING", "APPROVED", "GIVEN", "RETURNED", "WITHDRAWN"]), name="compensation_state_known"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="compensation_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="compensation_has_reason"),
            models.CheckConstraint(
                condition=~Q(state__in=["APPROVED", "GIVEN"]) | Q(approved_by__isnull=False), name="compensation_signed"
            ),
            models.CheckConstraint(
                condition=~Q(state="GIVEN") | Q(given_at__isnull=False) & ~Q(received_by=""), name="compensation_received"
            ),
            models.UniqueConstraint(
                fields=["complaint"],
                condition=Q(state="WAITING"),
                name="compensation_one_waiting_a_complaint",
                violation_error_message=_("A compensation of this complaint waits already."),
            ),
        ]
