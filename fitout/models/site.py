"""Site checks of three departments, breaches and penalties, works that were stopped (manual 3.2.4-4.2)."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import CleanCharField, CleanTextField, Record, Recorded, StoredFile
from fitout.models.fitout import Fitout
from fitout.models.rules import BreachKind
from staff.models import Department


class SiteRule(Recorded):
    """How often a department checks an open site, when, and by which checklist: at least once a day (manual 3.2.4-4.2)."""

    building = models.ForeignKey(
        "premises.Building", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("building"), help_text=_("empty: all")
    )
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    checklist = models.ForeignKey("rounds.Checklist", models.PROTECT, related_name="+", verbose_name=_("checklist"))
    starts = models.TimeField(_("from"), default=dt.time(9))
    minutes = models.PositiveSmallIntegerField(_("minutes to do it in"), default=480)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["department_id", "starts", "id"]
        verbose_name, verbose_name_plural = _("rule of site checks"), _("rules of site checks")
        constraints = [
            models.CheckConstraint(condition=Q(minutes__range=(1, 1440)), name="site_rule_within_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.starts:%H:%M}"


class SitePlan(Recorded):
    """The daily rounds of a department on a site, as long as it is open (manual 3.2.4-4.2)."""

    fitout = models.ForeignKey(Fitout, models.PROTECT, related_name="plans", verbose_name=_("fit-out"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    plan = models.OneToOneField("rounds.Plan", models.PROTECT, related_name="+", verbose_name=_("plan of rounds"))

    class Meta:
        ordering = ["fitout_id", "id"]
        verbose_name, verbose_name_plural = _("plan of site checks"), _("plans of site checks")
        constraints = [models.UniqueConstraint(fields=["fitout", "department"], name="site_plan_once_a_department")]

    def __str__(self) -> str:
        return f"{self.fitout} · {self.department}"


class SiteCheck(Recorded):
    """What a round means for the fit-out: the department's line in the Fit-out Patrol Record (manual 3.2.4-4.2.D)."""

    fitout = models.ForeignKey(Fitout, models.PROTECT, related_name="checks", verbose_name=_("fit-out"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    round = models.OneToOneField("rounds.Round", models.PROTECT, related_name="+", verbose_name=_("round"))
    checked_at = models.DateTimeField(_("checked"))
    progress = CleanTextField(_("progress of the works"), max_length=1000, blank=True)

    class Meta:
        ordering = ["-checked_at", "-id"]
        verbose_name, verbose_name_plural = _("site check"), _("site checks")
        indexes = [models.Index(fields=["fitout", "-checked_at"], name="site_check_by_fitout")]

    def __str__(self) -> str:
        return f"{self.fitout} · {self.department}"


class BreachQuerySet(models.QuerySet["Breach"]):
    def open(self) -> BreachQuerySet:
        """Those that are not corrected or withdrawn yet."""
        return self.exclude(state__in=["CLOSED", "WITHDRAWN"])

    def overdue(self, at: dt.datetime) -> BreachQuerySet:
        """Not corrected although the deadline has passed; what was reported corrected waits for us."""
        return self.filter(state__in=["NOTED", "NOTICED"], due_at__lt=at)


class Breach(Record):
    """Works against the Fit-out Handbook: notice with a deadline, corrected, checked again (manual 3.2.4-4.2.D)."""

    SERIES: ClassVar[str] = "WZ"

    class State(models.TextChoices):
        NOTED = "NOTED", _("Noted")
        NOTICED = "NOTICED", _("Notice given")
        TO_RECHECK = "TO_RECHECK", _("To check again")
        CLOSED = "CLOSED", _("Closed")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    STATE_TONES: ClassVar[dict[str, str]] = {"NOTED": "D", "NOTICED": "Y", "TO_RECHECK": "W", "CLOSED": "N", "WITHDRAWN": "N"}

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    fitout = models.ForeignKey(Fitout, models.PROTECT, related_name="breaches", verbose_name=_("fit-out"))
    site_check = models.ForeignKey(SiteCheck, models.PROTECT, null=True, blank=True, related_name="breaches", verbose_name=_("site check"))
    answer = models.ForeignKey(
        "rounds.Answer", models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("what the check found")
    )
    kind = models.ForeignKey(BreachKind, models.PROTECT, related_name="+", verbose_name=_("kind of breach"))
    department = models.ForeignKey(Department, models.PROTECT, editable=False, related_name="+", verbose_name=_("found by department"))
    spot = CleanCharField(_("where"), max_length=120, blank=True)
    description = CleanTextField(_("what was found"), max_length=2000)
    found_at = models.DateTimeField(_("found"), editable=False)
    is_serious = models.BooleanField(_("serious"), default=False)
    state = models.CharField(_("status"), max_length=10, choices=State.choices, default=State.NOTED, editable=False)
    due_at = models.DateTimeField(_("correct until"), null=True, editable=False)
    noticed_to = CleanCharField(_("notice given to"), max_length=60, blank=True, editable=False)
    correction = CleanTextField(_("how it was corrected"), max_length=1000, blank=True, editable=False)
    corrected_at = models.DateTimeField(_("reported corrected"), null=True, editable=False)
    round = models.PositiveSmallIntegerField(_("round"), default=1, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)

    objects = BreachQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name, verbose_name_plural = _("fit-out breach"), _("fit-out breaches")
        indexes = [
            models.Index(fields=["building", "-id"], name="fitout_breach_by_building"),
            models.Index(fields=["fitout", "-id"], name="fitout_breach_by_fitout"),
            models.Index(fields=["due_at"], condition=Q(state__in=["NOTED", "NOTICED"]), name="fitout_breach_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["NOTED", "NOTICED", "TO_RECHECK", "CLOSED", "WITHDRAWN"]), name="fitout_breach_state_known"
            ),
            models.CheckConstraint(condition=~Q(description=""), name="fitout_breach_told"),
            models.CheckConstraint(
                condition=~Q(state__in=["NOTICED", "TO_RECHECK"]) | Q(due_at__isnull=False), name="fitout_breach_noticed_with_deadline"
            ),
            models.CheckConstraint(condition=~Q(state="CLOSED") | Q(closed_at__isnull=False), name="fitout_breach_closed_at"),
        ]

    @property
    def is_open(self) -> bool:
        return self.state not in ("CLOSED", "WITHDRAWN")


class BreachPhoto(Recorded):
    """A photo of a breach as it was found, or as it was corrected."""

    class Stage(models.TextChoices):
        FOUND = "FOUND", pgettext_lazy("photo", "As found")
        CORRECTED = "CORRECTED", pgettext_lazy("photo", "As corrected")

    breach = models.ForeignKey(Breach, models.PROTECT, related_name="photos", verbose_name=_("breach"))
    stage = models.CharField(_("when"), max_length=10, choices=Stage.choices, default=Stage.FOUND)
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", verbose_name=_("photo"))

    class Meta:
        ordering = ["id"]
        verbose_name, verbose_name_plural = _("photo of a breach"), _("photos of breaches")

    def __str__(self) -> str:
        return self.file.name


class BreachStep(Recorded):
    """A rung: so many minutes after the deadline of a breach, these people hear that it is not corrected."""

    class Audience(models.TextChoices):
        FINDER_HEAD = "FINDER_HEAD", _("the head of the department that found it")
        SERVICE_HEAD = "SERVICE_HEAD", _("the customer service manager")
        PROPERTY_MANAGER = "PROPERTY_MANAGER", _("the property manager")

    minutes_late = models.PositiveIntegerField(_("minutes after the deadline"), default=0)
    audience = models.CharField(_("who is told"), max_length=16, choices=Audience.choices)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["minutes_late", "id"]
        verbose_name, verbose_name_plural = _("rung for late breaches"), _("ladder for late breaches")
        constraints = [
            models.CheckConstraint(
                condition=Q(audience__in=["FINDER_HEAD", "SERVICE_HEAD", "PROPERTY_MANAGER"]), name="breach_step_audience_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.minutes_late} min · {self.get_audience_display()}"


class BreachAlarm(Recorded):
    """That a rung was told of a breach and its deadline; the database keeps it to once."""

    breach = models.ForeignKey(Breach, models.PROTECT, related_name="alarms", verbose_name=_("breach"))
    step = models.ForeignKey(BreachStep, models.PROTECT, related_name="+", verbose_name=_("rung"))
    due_at = models.DateTimeField(_("deadline"))
    told = CleanCharField(_("told"), max_length=200)
    told_at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["id"]
        verbose_name, verbose_name_plural = _("alarm of a late breach"), _("alarms of late breaches")
        constraints = [models.UniqueConstraint(fields=["breach", "step", "due_at"], name="breach_alarm_once")]

    def __str__(self) -> str:
        return self.told


class Penalty(Record):
    """A fine for a breach, deducted from the fit-out deposit when a head has decided it (Fit-out Safety Penalty Rules)."""

    SERIES: ClassVar[str] = "CF"

    class State(models.TextChoices):
        REQUESTED = "REQUESTED", _("To approve")
        DEDUCTED = "DEDUCTED", pgettext_lazy("penalty", "Deducted")
        RETURNED = "RETURNED", pgettext_lazy("penalty", "Not imposed")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    STATE_TONES: ClassVar[dict[str, str]] = {"REQUESTED": "W", "DEDUCTED": "S", "RETURNED": "D", "WITHDRAWN": "N"}

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    breach = models.ForeignKey(Breach, models.PROTECT, related_name="penalties", verbose_name=_("breach"))
    amount = models.DecimalField(_("amount (yuan)"), max_digits=12, decimal_places=2)
    clause = CleanCharField(_("clause of the penalty rules"), max_length=80)
    reason = CleanTextField(_("reason"), max_length=500)
    state = models.CharField(_("status"), max_length=10, choices=State.choices, default=State.REQUESTED, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("decided by")
    )
    charge = models.OneToOneField("billing.Charge", models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("charge"))

    class Meta:
        ordering = ["-id"]
        verbose_name, verbose_name_plural = _("fit-out penalty"), _("fit-out penalties")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["REQUESTED", "DEDUCTED", "RETURNED", "WITHDRAWN"]), name="penalty_state_known"),
            models.CheckConstraint(condition=Q(amount__gt=0) & ~Q(reason=""), name="penalty_told"),
            models.CheckConstraint(
                condition=Q(state="DEDUCTED", charge__isnull=False, decided_by__isnull=False) | ~Q(state="DEDUCTED") & Q(charge=None),
                name="penalty_deducted_is_booked",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(created_by=None) | ~Q(decided_by=F("created_by")), name="penalty_not_decided_by_requester"
            ),
            models.UniqueConstraint(
                fields=["breach"],
                condition=Q(state__in=["REQUESTED", "DEDUCTED"]),
                name="penalty_one_a_breach",
                violation_error_message=_("This breach has its penalty already."),
            ),
        ]


class Stoppage(Recorded):
    """Works that were stopped, from when to when, and why."""

    fitout = models.ForeignKey(Fitout, models.PROTECT, related_name="stoppages", verbose_name=_("fit-out"))
    breach = models.ForeignKey(Breach, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("breach"))
    reason = CleanTextField(_("reason"), max_length=1000)
    stopped_at = models.DateTimeField(_("stopped"))
    stopped_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("stopped by"))
    resumed_at = models.DateTimeField(_("resumed"), null=True)
    resumed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("resumed by"))

    class Meta:
        ordering = ["-stopped_at", "-id"]
        verbose_name, verbose_name_plural = _("stoppage of works"), _("stoppages of works")
        constraints = [
            models.UniqueConstraint(fields=["fitout"], condition=Q(resumed_at=None), name="stoppage_one_at_a_time"),
            models.CheckConstraint(condition=~Q(reason=""), name="stoppage_has_reason"),
            models.CheckConstraint(condition=Q(resumed_at=None) | Q(resumed_at__gte=F("stopped_at")), name="stoppage_in_order"),
        ]

    def __str__(self) -> str:
        return self.reason[:60]


class Expiring(models.TextChoices):
    """What of a fit-out runs out."""

    INSURANCE = "INSURANCE", _("Insurance of the works")
    LICENCE = "LICENCE", _("Business licence")
    QUALIFICATION = "QUALIFICATION", _("Qualification certificate")
    PERMIT = "PERMIT", _("Fit-out permit")
    PASS = "PASS", _("Worker pass")
    CERTIFICATE = "CERTIFICATE", _("Worker's certificate")
    HOT_WORK = "HOT_WORK", _("Hot-work permit")


class ExpiryReminder(Recorded):
    """Customer service was reminded that something runs out: once for each thing, day and rung. `what`: INSURANCE:7."""

    fitout = models.ForeignKey(Fitout, models.PROTECT, null=True, related_name="+", verbose_name=_("fit-out"))
    contractor = models.ForeignKey("fitout.Contractor", models.PROTECT, null=True, related_name="+", verbose_name=_("contractor"))
    what = models.CharField(_("what runs out"), max_length=80)
    expires_on = models.DateField(_("runs out on"))
    days_before = models.SmallIntegerField(_("days before"))
    told_at = models.DateTimeField(_("told"))

    class Meta:
        ordering = ["-id"]
        verbose_name, verbose_name_plural = _("reminder of an expiry"), _("reminders of expiries")
        constraints = [models.UniqueConstraint(fields=["what", "expires_on", "days_before"], name="expiry_reminder_once")]

    def __str__(self) -> str:
        return f"{Expiring(self.what.partition(':')[0]).label} {self.expires_on:%Y-%m-%d}"
