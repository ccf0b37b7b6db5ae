"""Plans: what is looked at on time, where, by whom and how often; with the days on which nothing is."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeBoundary, RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from core.models import CleanCharField, CleanTextField, Recorded
from rounds.models.checklists import Checklist
from rounds.recurrence import Repeats, Rule, windows_from
from staff.models import Rank

KIND = RegexValidator(r"^[a-z_]+\.[a-z_]+$", _("A kind reads like app.noun."))


class PlanQuerySet(models.QuerySet["Plan"]):
    def running(self) -> PlanQuerySet:
        """Those that still yield rounds."""
        return self.filter(is_active=True)


class Plan(Recorded):
    """A round to be walked again and again. `kind` is the slug of the app that gives it its meaning (`rounds.kinds`).

    It is for a person, or for whoever of the department (of a rank, where one is named) has a post in the building.
    Its rounds are made ahead of time; what it says counts for those not started.
    """

    kind = models.CharField(_("kind"), max_length=40, editable=False, validators=[KIND])
    name = CleanCharField(_("name"), max_length=80)
    building = models.ForeignKey("staff.Territory", models.PROTECT, related_name="+", verbose_name=_("building"))
    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="plans", verbose_name=_("checklist"))
    department = models.ForeignKey("staff.Department", models.PROTECT, related_name="+", verbose_name=_("department"))
    rank = models.CharField(_("rank"), max_length=10, choices=Rank.choices, blank=True, help_text=_("empty: any"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
        help_text=_("empty: whoever of the department is there"),
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    is_active = models.BooleanField(_("running"), default=True, editable=False)
    note = CleanTextField(_("note"), max_length=1000, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("created by")
    )

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        verbose_name, verbose_name_plural = _("round plan"), _("round plans")
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(kind=""), name="plan_named"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="plan_days_in_order",
                violation_error_message=_("A plan ends on or after the day it starts."),
            ),
            models.CheckConstraint(condition=Q(rank__in=["", *Rank.values]), name="plan_rank_in_list"),
        ]

    def __str__(self) -> str:
        return self.name


class PlanPlace(Recorded):
    """A stop of the route. The same place may come twice."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="route", verbose_name=_("round plan"))
    place = models.ForeignKey("premises.Place", models.PROTECT, related_name="+", verbose_name=_("place"))
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        ordering = ["plan_id", "position"]
        verbose_name, verbose_name_plural = _("stop of a route"), _("route")
        constraints = [models.UniqueConstraint(fields=["plan", "position"], name="plan_place_position_once")]

    def __str__(self) -> str:
        return str(self.place)


class PlanRule(Recorded):
    """How often, from a day on until the next rule of the plan takes over. Reads as a `recurrence.Rule`."""

    class Kind(models.TextChoices):
        DAYS = "DAYS", _("every day, or every so many days")
        WEEKS = "WEEKS", _("on weekdays")
        MONTH_DAYS = "MONTH_DAYS", _("on days of the month")
        SPREAD = "SPREAD", _("so many times a month, spread out")
        ON_DEMAND = "ON_DEMAND", _("on demand")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="rules", verbose_name=_("round plan"))
    starts_on = models.DateField(_("from"))
    repeats = models.CharField(_("how often"), max_length=10, choices=Kind.choices)
    windows = models.JSONField(_("times of the day"), default=list)
    anchor = models.DateField(_("counted from"))
    every = models.PositiveSmallIntegerField(_("every"), default=1)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("weekdays"), default=list, blank=True)
    month_days = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("days of the month"), default=list, blank=True)
    times = models.PositiveSmallIntegerField(_("times a month"), default=1)
    season = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("season"), size=4, default=list, blank=True)
    working_days_only = models.BooleanField(_("only on working days"), default=False)

    class Meta:
        ordering = ["plan_id", "starts_on"]
        verbose_name, verbose_name_plural = _("rule of a plan"), _("rules of a plan")
        constraints = [
            models.UniqueConstraint(fields=["plan", "starts_on"], name="plan_rule_once_a_day"),
            models.CheckConstraint(condition=Q(repeats__in=[kind.value for kind in Repeats]), name="plan_rule_kind_known"),
            models.CheckConstraint(condition=Q(every__range=(1, 366), times__range=(1, 31)), name="plan_rule_counts_in_range"),
            models.CheckConstraint(condition=Q(season__len=0) | Q(season__len=4), name="plan_rule_season_whole"),
            models.CheckConstraint(condition=~Q(repeats="WEEKS") | Q(weekdays__len__gte=1), name="plan_rule_has_weekdays"),
            models.CheckConstraint(condition=~Q(repeats="MONTH_DAYS") | Q(month_days__len__gte=1), name="plan_rule_has_month_days"),
        ]

    def __str__(self) -> str:
        return f"{self.get_repeats_display()} ({self.starts_on})"

    @property
    def rule(self) -> Rule:
        """The rule as a value."""
        season = (tuple(self.season[:2]), tuple(self.season[2:])) if self.season else None
        return Rule(
            repeats=Repeats(self.repeats),
            windows=windows_from((text, minutes) for text, minutes in self.windows),
            anchor=self.anchor,
            every=self.every,
            weekdays=tuple(self.weekdays),
            month_days=tuple(self.month_days),
            times=self.times,
            season=season,  # type: ignore[arg-type]
            working_days_only=self.working_days_only,
        )


class PlanPause(Recorded):
    """Days, both included, on which a plan yields no rounds; open until it is resumed."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="pauses", verbose_name=_("round plan"))
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("to"), null=True, blank=True)
    reason = CleanCharField(_("reason"), max_length=200)
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("paused by")
    )

    class Meta:
        ordering = ["plan_id", "from_on"]
        verbose_name, verbose_name_plural = _("pause of a plan"), _("pauses of a plan")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="plan_pause_has_a_reason"),
            models.CheckConstraint(condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="plan_pause_in_order"),
            ExclusionConstraint(
                name="plan_pause_once",
                expressions=[
                    ("plan", RangeOperators.EQUAL),
                    (
                        Func("from_on", "until_on", RangeBoundary(True, True), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("The plan is paused on some of these days already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_on} – {self.until_on or ''}"


class PlanMark(models.Model):
    """The high-water mark of a plan: until which day, that one included, its rounds were made, and by which calendar.

    `since`: when the plan was made; a window that was over by then asks for nothing.
    """

    plan = models.OneToOneField(Plan, models.CASCADE, primary_key=True, related_name="mark")
    until = models.DateField()
    since = models.DateTimeField()
    calendar = models.CharField(max_length=32, blank=True)

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.until}"
