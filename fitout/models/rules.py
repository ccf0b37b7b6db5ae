"""What an installation decides about fit-outs: grades, disciplines, trades, breaches, concealed works, fees, hours, time limits."""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models import DepositKind
from core.models import CleanCharField, CleanTextField, Recorded
from staff.models import Department, in_language


class Named(Recorded):
    """A row of a list that the house edits: a code, two names, an order."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name_en = CleanCharField(_("name in English"), max_length=120)
    name_zh = CleanCharField(_("name in Chinese"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        abstract = True
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return in_language(self)


class QualificationGrade(Named):
    """A grade of a contractor's qualification; grade 2 and above are accepted (manual 3.2.1-1)."""

    is_accepted = models.BooleanField(_("accepted"), default=True)

    class Meta(Named.Meta):
        verbose_name, verbose_name_plural = _("qualification grade"), _("qualification grades")


class Discipline(Named):
    """What a drawing is about: plan, ceiling, electrical, fire protection …"""

    is_required = models.BooleanField(_("required for every fit-out"), default=False)

    class Meta(Named.Meta):
        verbose_name, verbose_name_plural = _("drawing discipline"), _("drawing disciplines")


class Trade(Named):
    """What a worker does; some trades need a certificate (manual 3.2.3-2)."""

    needs_certificate = models.BooleanField(_("needs a certificate"), default=False)
    is_hot_work = models.BooleanField(_("works with an open flame"), default=False)
    is_at_height = models.BooleanField(_("works at height, with a medical examination"), default=False)

    class Meta(Named.Meta):
        verbose_name, verbose_name_plural = _("trade"), _("trades")
        constraints = [
            models.CheckConstraint(condition=Q(is_hot_work=False) | Q(needs_certificate=True), name="trade_hot_work_is_certified"),
            models.CheckConstraint(condition=Q(is_at_height=False) | Q(needs_certificate=True), name="trade_at_height_is_certified"),
        ]


class SpotCheck(Named):
    """What security looks at on the spot before hot work or work at height begins (manual 3.2.3-2, 3.10.3-3)."""

    class Before(models.TextChoices):
        HOT_WORK = "HOT_WORK", _("Hot work")
        HEIGHT = "HEIGHT", _("Work at height")

    before = models.CharField(_("before"), max_length=10, choices=Before.choices)
    clause = CleanCharField(_("clause"), max_length=80, blank=True)

    class Meta(Named.Meta):
        verbose_name, verbose_name_plural = _("check at the spot"), _("checks at the spot")


class BreachKind(Named):
    """A way to break the Fit-out Handbook, how long it may take to correct, and what it costs (Fit-out Safety Penalty Rules)."""

    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("usually found by"))
    is_serious = models.BooleanField(_("serious: works stop"), default=False)
    hours_to_correct = models.PositiveSmallIntegerField(_("hours to correct it"), default=24)
    penalty = models.DecimalField(_("penalty (yuan)"), max_digits=12, decimal_places=2, null=True, blank=True)
    clause = CleanCharField(_("clause of the penalty rules"), max_length=80, blank=True)
    words = CleanCharField(
        _("words that suggest it"),
        max_length=200,
        blank=True,
        help_text=_("separated by commas; looked for in the item of the checklist that was not in order"),
    )

    class Meta(Named.Meta):
        verbose_name, verbose_name_plural = _("kind of fit-out breach"), _("kinds of fit-out breaches")
        constraints = [
            models.CheckConstraint(condition=Q(hours_to_correct__gt=0), name="breach_kind_hours_positive"),
            models.CheckConstraint(condition=Q(penalty=None) | Q(penalty__gt=0), name="breach_kind_penalty_positive"),
        ]


class ConcealedItem(Named):
    """Works that disappear behind a finish and are inspected before (manual 3.2.4-4.5)."""

    checks_en = CleanTextField(_("what is checked, in English"), max_length=1000, blank=True)
    checks_zh = CleanTextField(_("what is checked, in Chinese"), max_length=1000, blank=True)

    class Meta(Named.Meta):
        verbose_name, verbose_name_plural = _("kind of concealed works"), _("kinds of concealed works")

    @property
    def checks(self) -> str:
        return in_language(self, "checks")


class FireRule(Named):
    """What the law asks for by floor area, shown beside the limit of the house: data, because thresholds and authorities change."""

    class Route(models.TextChoices):
        REVIEW = "REVIEW", _("Design review and acceptance by the authority")
        RECORD = "RECORD", _("Recorded with the authority after acceptance")
        NONE = "NONE", _("No filing")

    use = models.CharField(_("use of the unit"), max_length=12, blank=True, help_text=_("empty: any use"))
    over_m2 = models.DecimalField(_("floor area over (m²)"), max_digits=9, decimal_places=2)
    route = models.CharField(_("route"), max_length=8, choices=Route.choices)
    authority_en = CleanCharField(_("authority in English"), max_length=120)
    authority_zh = CleanCharField(_("authority in Chinese"), max_length=120)
    source = CleanCharField(_("source"), max_length=160, blank=True)

    class Meta(Named.Meta):
        verbose_name, verbose_name_plural = _("statutory fire rule"), _("statutory fire rules")
        constraints = [models.CheckConstraint(condition=Q(over_m2__gte=0), name="fire_rule_area_not_negative")]

    @property
    def authority(self) -> str:
        return in_language(self, "authority")


class FeeRule(Recorded):
    """A line of the Fit-out Fee Schedule: what a fit-out is charged, or which deposit it leaves, and who pays (manual 3.2.4-1.3)."""

    class By(models.TextChoices):
        AREA = "AREA", _("by floor area (m²)")
        ONCE = "ONCE", _("once")

    class Payer(models.TextChoices):
        TENANT = "TENANT", _("Tenant")
        CONTRACTOR = "CONTRACTOR", _("Contractor")

    building = models.ForeignKey(
        "premises.Building", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("building"), help_text=_("empty: all")
    )
    charge_kind = models.ForeignKey(
        "billing.ChargeKind", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("charge kind")
    )
    deposit_kind = models.CharField(_("deposit kind"), max_length=14, choices=DepositKind.choices, blank=True)
    by = models.CharField(_("counted"), max_length=8, choices=By.choices, default=By.ONCE)
    rate = models.DecimalField(
        _("rate (yuan)"), max_digits=12, decimal_places=2, null=True, blank=True, help_text=_("empty: as the price list says")
    )
    least = models.DecimalField(_("at least (yuan)"), max_digits=12, decimal_places=2, default=0)
    payer = models.CharField(_("payer"), max_length=12, choices=Payer.choices, default=Payer.CONTRACTOR)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["position", "id"]
        verbose_name, verbose_name_plural = _("fit-out fee"), _("Fit-out Fee Schedule")
        constraints = [
            models.CheckConstraint(condition=Q(charge_kind=None) ^ Q(deposit_kind=""), name="fee_rule_is_charge_or_deposit"),
            models.CheckConstraint(
                condition=Q(deposit_kind="") | Q(rate__isnull=False),
                name="fee_rule_deposit_has_rate",
                violation_error_message=_("A deposit is in no price list: enter its rate."),
            ),
            models.CheckConstraint(condition=Q(least__gte=0) & (Q(rate=None) | Q(rate__gte=0)), name="fee_rule_not_negative"),
        ]

    def __str__(self) -> str:
        return str(self.charge_kind or self.get_deposit_kind_display())


class QuietHours(Recorded):
    """Hours in which nothing loud is done in a building (manual 3.2.3-6). Every building sets its own."""

    class Days(models.TextChoices):
        WORKDAYS = "WORKDAYS", _("Working days")
        REST_DAYS = "REST_DAYS", _("Rest days and holidays")
        EVERY_DAY = "EVERY_DAY", _("Every day")

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="quiet_hours", verbose_name=_("building"))
    days = models.CharField(_("days"), max_length=10, choices=Days.choices, default=Days.WORKDAYS)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))

    class Meta:
        ordering = ["building_id", "days", "starts"]
        verbose_name, verbose_name_plural = _("quiet hours"), _("quiet hours")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")),
                name="quiet_hours_in_order",
                violation_error_message=_("Quiet hours end after they begin; over midnight they are two rows."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_days_display()} {self.starts:%H:%M}–{self.ends:%H:%M}"


def reminder_days() -> list[int]:
    return [30, 7, 1]


class FitoutTerms(Recorded):
    """What a building sets for its fit-outs; without a row the defaults hold."""

    building = models.OneToOneField("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    review_days = models.PositiveSmallIntegerField(_("working days to review drawings"), default=3)
    pay_days = models.PositiveSmallIntegerField(_("days to pay the fees"), default=7)
    insured_least = models.DecimalField(_("insurance of at least (yuan)"), max_digits=12, decimal_places=2, default=2_000_000)
    concealed_notice_hours = models.PositiveSmallIntegerField(_("hours of notice before concealed works are inspected"), default=24)
    hot_from = models.TimeField(_("hot work not before"), default=dt.time(8))
    hot_until = models.TimeField(_("hot work not after"), default=dt.time(18))
    hot_most_hours = models.PositiveSmallIntegerField(_("hours of a hot-work permit at most"), default=8)
    hot_lead_days = models.PositiveSmallIntegerField(_("working days ahead to apply for hot work"), default=1)
    hot_watch_minutes = models.PositiveSmallIntegerField(_("minutes of watch after hot work"), default=30)
    hot_clear_m = models.PositiveSmallIntegerField(_("metres cleared around hot work"), default=10)
    hot_extinguishers = models.PositiveSmallIntegerField(_("extinguishers at hot work"), default=2)
    height_stop_force = models.PositiveSmallIntegerField(_("wind force that stops outdoor work at height"), default=6)
    pass_deposit = models.DecimalField(_("deposit for a worker pass (yuan)"), max_digits=9, decimal_places=2, default=0)
    extinguisher_deposit = models.DecimalField(_("deposit for a hired extinguisher (yuan)"), max_digits=9, decimal_places=2, default=0)
    site_closes = models.TimeField(_("nobody stays on a site after"), default=dt.time(22))
    extinguisher_m2 = models.PositiveSmallIntegerField(_("floor area for one extinguisher (m²)"), default=50)
    extinguishers_least = models.PositiveSmallIntegerField(_("extinguishers on a site at least"), default=2)
    refund_wait_days = models.PositiveSmallIntegerField(_("days of watch before the deposit is refunded"), default=0)
    remind_days = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("days before an expiry on which people are reminded"),
        default=reminder_days,
        help_text=_("for example 30,7,1"),
    )

    class Meta:
        verbose_name, verbose_name_plural = _("fit-out terms"), _("fit-out terms")
        constraints = [
            models.CheckConstraint(condition=Q(hot_until__gt=F("hot_from")), name="fitout_terms_hot_hours_in_order"),
            models.CheckConstraint(
                condition=Q(review_days__gt=0, hot_most_hours__range=(1, 24), extinguisher_m2__gt=0, extinguishers_least__gt=0),
                name="fitout_terms_in_range",
            ),
            models.CheckConstraint(
                condition=Q(pass_deposit__gte=0, extinguisher_deposit__gte=0, height_stop_force__range=(1, 12)),
                name="fitout_terms_of_workers_in_range",
            ),
        ]

    def __str__(self) -> str:
        return str(self.building)
