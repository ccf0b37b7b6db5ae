"""What an installation decides about complaints: kinds with their time limits, causes, phrases, escalation, who keeps the register."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import CleanCharField, Recorded
from staff.models import Department, in_language


class ComplaintKind(Recorded):
    """A kind of complaint in a tree of two levels, with who usually answers and how many hours each turn may take."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of"))
    name_en = CleanCharField(_("name in English"), max_length=60)
    name_zh = CleanCharField(_("name in Chinese"), max_length=60)
    is_misconduct = models.BooleanField(_("misconduct of a person"), default=False, help_text=_("asks for events, witnesses and evidence"))
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("usually answered by")
    )
    verify_hours = models.PositiveSmallIntegerField(_("hours to verify"), default=2)
    resolve_hours = models.PositiveSmallIntegerField(_("hours to resolve"), default=72)
    in_working_hours = models.BooleanField(_("counted in working hours"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["position", "id"]
        verbose_name, verbose_name_plural = _("kind of complaint"), _("kinds of complaints")
        constraints = [
            models.CheckConstraint(condition=Q(verify_hours__gt=0, resolve_hours__gt=0), name="complaint_kind_hours_positive"),
        ]

    def __str__(self) -> str:
        return in_language(self)


class VisitRule(Recorded):
    """Which handled complaints are followed by a return visit: the first rule that fits says the share and the days (manual 3.3.3)."""

    kind = models.ForeignKey(
        ComplaintKind, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kind"), help_text=_("empty: every kind")
    )
    percent = models.PositiveSmallIntegerField(_("share of visits, %"), default=100)
    days_after = models.PositiveSmallIntegerField(_("days after the result"), default=2)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["position", "id"]
        verbose_name, verbose_name_plural = _("rule of return visits"), _("rules of return visits")
        constraints = [
            models.CheckConstraint(condition=Q(percent__range=(0, 100), days_after__range=(1, 365)), name="complaint_visit_rule_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.percent} % · {self.days_after} d"


class ComplaintCause(Recorded):
    """Why complaints come about, found out when they are resolved: what repeats is prevented."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name_en = CleanCharField(_("name in English"), max_length=60)
    name_zh = CleanCharField(_("name in Chinese"), max_length=60)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["position", "id"]
        verbose_name, verbose_name_plural = _("cause of complaints"), _("causes of complaints")

    def __str__(self) -> str:
        return in_language(self)


class Phrase(Recorded):
    """A courteous sentence at hand during a call (manual 3.3.6-7)."""

    name_en = CleanCharField(_("in English"), max_length=200)
    name_zh = CleanCharField(_("in Chinese"), max_length=200)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["position", "id"]
        verbose_name, verbose_name_plural = _("courtesy phrase"), _("courtesy phrases")

    def __str__(self) -> str:
        return in_language(self)


class Audience(models.TextChoices):
    DEPARTMENT_HEAD = "DEPARTMENT_HEAD", _("Head of the department whose turn it is")
    SERVICE_HEAD = "SERVICE_HEAD", _("Customer service manager")
    PROPERTY_MANAGER = "PROPERTY_MANAGER", _("Property manager")
    GENERAL_MANAGER = "GENERAL_MANAGER", _("Property general manager")


class EscalationStep(Recorded):
    """A rung of the ladder: who hears of a complaint so many hours after its time limit."""

    hours_late = models.PositiveSmallIntegerField(_("hours past the time limit"))
    audience = models.CharField(_("who hears of it"), max_length=16, choices=Audience.choices)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["hours_late", "id"]
        verbose_name, verbose_name_plural = _("escalation step"), _("escalation steps")
        constraints = [
            models.UniqueConstraint(fields=["hours_late", "audience"], name="escalation_step_once"),
        ]

    def __str__(self) -> str:
        return f"{self.hours_late} h · {self.get_audience_display()}"


class RegisterKeeper(Recorded):
    """Who keeps the register of complaints of a building: the part-time assistant of customer service (manual 3.3.4-7)."""

    building = models.OneToOneField("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    keeper = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("keeper of the register"))
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["building"]
        verbose_name, verbose_name_plural = _("keeper of the register"), _("keepers of the register")

    def __str__(self) -> str:
        return f"{self.building} · {self.keeper}"
