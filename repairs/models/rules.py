"""What an installation decides about repairs: categories, urgencies with their time limits, the Repair Service Item List, rules."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import CleanCharField, Recorded
from staff.models import in_language


class Urgency(Recorded):
    """How urgent a request is, and how many minutes each turn may take; counted in service hours or by the clock."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name_en = CleanCharField(_("name in English"), max_length=60)
    name_zh = CleanCharField(_("name in Chinese"), max_length=60)
    dispatch_minutes = models.PositiveIntegerField(_("minutes to dispatch"), default=15)
    review_minutes = models.PositiveIntegerField(_("minutes to review and answer"), default=240)
    accept_minutes = models.PositiveIntegerField(_("minutes to accept"), default=30)
    arrive_minutes = models.PositiveIntegerField(_("minutes to arrive"), default=120)
    finish_minutes = models.PositiveIntegerField(_("minutes to finish"), default=540, help_text=_("from the request to the work done"))
    confirm_minutes = models.PositiveIntegerField(_("minutes until the customer has checked it"), default=1440)
    in_working_hours = models.BooleanField(_("counted in working hours"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["position", "id"]
        verbose_name, verbose_name_plural = _("urgency"), _("urgencies")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    dispatch_minutes__gt=0,
                    review_minutes__gt=0,
                    accept_minutes__gt=0,
                    arrive_minutes__gt=0,
                    finish_minutes__gt=0,
                    confirm_minutes__gt=0,
                ),
                name="urgency_minutes_positive",
            ),
        ]

    def __str__(self) -> str:
        return in_language(self)


class RepairCategory(Recorded):
    """What a request is about, in a tree of two levels, with its own time to finish where it has one."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of"))
    name_en = CleanCharField(_("name in English"), max_length=60)
    name_zh = CleanCharField(_("name in Chinese"), max_length=60)
    urgency = models.ForeignKey(
        Urgency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("usual urgency"), help_text=_("else ordinary")
    )
    finish_minutes = models.PositiveIntegerField(
        _("minutes to finish"), null=True, blank=True, help_text=_("instead of those of the urgency")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["position", "id"]
        verbose_name, verbose_name_plural = _("repair category"), _("repair categories")
        constraints = [
            models.CheckConstraint(condition=Q(finish_minutes=None) | Q(finish_minutes__gt=0), name="repair_category_minutes_positive"),
        ]

    def __str__(self) -> str:
        return in_language(self)


class ServiceItem(Recorded):
    """A line of the Repair Service Item List (manual 3.4.2-3): what engineering offers, free or at which rate."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    category = models.ForeignKey(RepairCategory, models.PROTECT, related_name="services", verbose_name=_("category"))
    name_en = CleanCharField(_("name in English"), max_length=80)
    name_zh = CleanCharField(_("name in Chinese"), max_length=80)
    charge_kind = models.ForeignKey(
        "billing.ChargeKind",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("charge kind"),
        help_text=_("empty: free of charge"),
    )
    unit_price = models.DecimalField(
        _("unit price"), max_digits=12, decimal_places=2, null=True, blank=True, help_text=_("yuan; empty: as the price list says")
    )
    measure_en = CleanCharField(_("charged per, in English"), max_length=20, default="job")
    measure_zh = CleanCharField(_("charged per, in Chinese"), max_length=20, default="次")
    minutes = models.PositiveIntegerField(_("usual minutes of work"), default=60)
    needs_review = models.BooleanField(
        _("engineering reviews it first"), default=True, help_text=_("where it is not the building's public property (manual 3.4.4-5)")
    )
    is_booked = models.BooleanField(_("booked by the hour"), default=False)
    is_exclusive = models.BooleanField(_("one booking at a time in a building"), default=False)
    note = CleanCharField(_("note"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["category__position", "position", "id"]
        verbose_name, verbose_name_plural = _("repair service item"), _("Repair Service Item List")
        constraints = [
            models.CheckConstraint(
                condition=Q(unit_price=None) | Q(unit_price__gte=0, charge_kind__isnull=False), name="service_price_has_its_charge"
            ),
            models.CheckConstraint(condition=Q(is_booked=True) | Q(is_exclusive=False), name="service_exclusive_is_booked"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="service_minutes_positive"),
        ]

    def __str__(self) -> str:
        return in_language(self)

    @property
    def measure(self) -> str:
        return in_language(self, "measure")


class VisitRule(Recorded):
    """Which finished work is followed by a return visit: the first rule that fits says the share and the hours."""

    category = models.ForeignKey(RepairCategory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category"))
    urgency = models.ForeignKey(Urgency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("urgency"))
    is_paid = models.BooleanField(_("paid service"), null=True, blank=True)
    percent = models.PositiveSmallIntegerField(_("share of visits, %"), default=30)
    hours_after = models.PositiveSmallIntegerField(_("hours after the work"), default=48)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["position", "id"]
        verbose_name, verbose_name_plural = _("rule of return visits"), _("rules of return visits")
        constraints = [
            models.CheckConstraint(condition=Q(percent__range=(0, 100), hours_after__gt=0), name="visit_rule_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.percent} % · {self.hours_after} h"


class Audience(models.TextChoices):
    TURN_LEADERS = "TURN_LEADERS", _("Supervisors of the department whose turn it is")
    TURN_HEAD = "TURN_HEAD", _("Head of the department whose turn it is")
    SERVICE_HEAD = "SERVICE_HEAD", _("Customer service manager")
    PROPERTY_MANAGER = "PROPERTY_MANAGER", _("Property manager")
    GENERAL_MANAGER = "GENERAL_MANAGER", _("Property general manager")


class EscalationStep(Recorded):
    """A rung of the ladder: who hears of a work order so many minutes after its time limit."""

    minutes_late = models.PositiveIntegerField(_("minutes past the time limit"))
    audience = models.CharField(_("who hears of it"), max_length=16, choices=Audience.choices)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["minutes_late", "id"]
        verbose_name, verbose_name_plural = _("escalation step"), _("escalation steps")
        constraints = [
            models.UniqueConstraint(fields=["minutes_late", "audience"], name="repair_escalation_step_once"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="repair_escalation_audience_in_list"),
        ]

    def __str__(self) -> str:
        return f"{self.minutes_late} min · {self.get_audience_display()}"


class Skill(Recorded):
    """What a technician can repair: one row for each person and category."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="repair_skills", verbose_name=_("technician"))
    category = models.ForeignKey(RepairCategory, models.PROTECT, related_name="skills", verbose_name=_("category"))

    class Meta:
        ordering = ["user", "category__position", "id"]
        verbose_name, verbose_name_plural = _("skill"), _("skills")
        constraints = [
            models.UniqueConstraint(fields=["user", "category"], name="skill_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.category}"


class RepairTerms(Recorded):
    """What a building sets for repairs; without a row the defaults hold."""

    building = models.OneToOneField("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    pay_days = models.PositiveSmallIntegerField(_("days to pay for a service"), default=7)
    similar_hours = models.PositiveSmallIntegerField(_("hours in which requests of one place may be the same"), default=2)
    repeat_days = models.PositiveSmallIntegerField(_("days in which a fault counts as recurring"), default=90)
    repeat_count = models.PositiveSmallIntegerField(_("times from which a fault counts as recurring"), default=2)
    public_per_hour = models.PositiveSmallIntegerField(
        _("public requests an hour from one address"), default=5, help_text=_("by the QR label, without signing in; 0 switches it off")
    )

    class Meta:
        verbose_name, verbose_name_plural = _("repair terms"), _("repair terms")
        constraints = [
            models.CheckConstraint(
                condition=Q(pay_days__range=(0, 365), similar_hours__range=(1, 168), repeat_days__range=(1, 730), repeat_count__gte=2),
                name="repair_terms_in_range",
            ),
        ]

    def __str__(self) -> str:
        return str(self.building)
