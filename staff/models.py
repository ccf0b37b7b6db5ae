"""People, departments, posts and who stands in for whom."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.models import CleanCharField, Recorded, phone_validator


class User(Recorded, AbstractUser):
    """A member of staff. Rights come from posts alone; a superuser without a post sees only the admin."""

    HISTORY_HIDDEN = ("password",)

    class Theme(models.TextChoices):
        SYSTEM = "system", _("System")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Language(models.TextChoices):
        CHINESE = "zh-hans", _("Chinese")
        ENGLISH = "en", _("English")

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = CleanCharField(_("full name"), max_length=60)
    phone = CleanCharField(_("phone"), max_length=32, blank=True, validators=[phone_validator])
    language = models.CharField(_("language"), max_length=7, choices=Language.choices, blank=True)
    theme = models.CharField(_("appearance"), max_length=6, choices=Theme.choices, default=Theme.SYSTEM)
    single_keys = models.BooleanField(_("single keys work"), default=True)

    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta(AbstractUser.Meta):
        ordering = ["name", "username"]
        verbose_name, verbose_name_plural = _("person"), _("people")  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


class Territory(Recorded):
    """What a post reaches: a building, or a gas district. The apps that know more of it extend this row."""

    class Kind(models.TextChoices):
        BUILDING = "BUILDING", _("Building")
        GAS_DISTRICT = "GAS_DISTRICT", _("Gas district")

    code = CleanCharField(_("code"), max_length=20, unique=True)
    name = CleanCharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.BUILDING)

    class Meta:
        ordering = ["name"]
        verbose_name, verbose_name_plural = _("territory"), _("territories")

    def __str__(self) -> str:
        return self.name


class Department(Recorded):
    """A department of the handbook; more of them are rows, not code."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name_en = CleanCharField(_("name in English"), max_length=60)
    name_zh = CleanCharField(_("name in Chinese"), max_length=60)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "code"]
        verbose_name, verbose_name_plural = _("department"), _("departments")

    def __str__(self) -> str:
        return in_language(self)


class Rank(models.TextChoices):
    HEAD = "HEAD", _("Head")
    DEPUTY = "DEPUTY", _("Deputy head")
    SUPERVISOR = "SUPERVISOR", _("Supervisor")
    LEADER = "LEADER", _("Team leader")
    MEMBER = "MEMBER", _("Member")


class JobTitle(Recorded):
    """A post as the handbook names it (manual 2.0, articles 3 and 5): the choices for a post's title."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="titles", verbose_name=_("department"))
    rank = models.CharField(_("rank"), max_length=10, choices=Rank.choices)
    name_en = CleanCharField(_("name in English"), max_length=60)
    name_zh = CleanCharField(_("name in Chinese"), max_length=60)
    clause = models.CharField(_("clause"), max_length=24, blank=True)

    class Meta:
        ordering = ["department", "id"]
        constraints = [models.UniqueConstraint(fields=["department", "name_en"], name="job_title_once")]
        verbose_name, verbose_name_plural = _("job title"), _("job titles")

    def __str__(self) -> str:
        return in_language(self)


class PostQuerySet(models.QuerySet["Post"]):
    def on(self, day: date) -> PostQuerySet:
        """Posts that run on this day, of people who still work here."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day, user__is_active=True)


class Post(Recorded):
    """A person's place in a department, with a rank, for some buildings or districts, from–to (both days included)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="posts", verbose_name=_("person"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="posts", verbose_name=_("department"))
    rank = models.CharField(_("rank"), max_length=10, choices=Rank.choices, default=Rank.MEMBER)
    title = CleanCharField(_("job title"), max_length=60, blank=True)
    territories = models.ManyToManyField(Territory, through="PostTerritory", related_name="posts", verbose_name=_("territories"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["department__position", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="post_dates_in_order"),
            models.CheckConstraint(condition=Q(rank__in=Rank.values), name="post_rank_in_list"),
        ]
        verbose_name, verbose_name_plural = _("post"), _("posts")

    def __str__(self) -> str:
        return f"{self.user} · {self.name}"

    @property
    def name(self) -> str:
        """The job title, or department and rank where none is given."""
        return self.title or f"{self.department} · {self.get_rank_display()}"


class PostTerritory(Recorded):
    """One place a post reaches. A row of its own, so that the history shows who could see what when."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="reaches")
    territory = models.ForeignKey(Territory, models.PROTECT, related_name="reached_by", verbose_name=_("territory"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "territory"], name="post_territory_once")]
        verbose_name, verbose_name_plural = _("territory of a post"), _("territories of a post")

    def __str__(self) -> str:
        return str(self.territory)


class CoverQuerySet(models.QuerySet["Cover"]):
    def on(self, day: date) -> CoverQuerySet:
        """Cover that runs on this day."""
        return self.filter(starts_on__lte=day, ends_on__gte=day)


class Cover(Recorded):
    """Somebody stands in for an absent colleague's post on these days (both included) and has its rights meanwhile.

    The database refuses cover for oneself, two stand-ins for one post on one day, and any circle: nobody is
    absent and standing in on the same day.
    """

    post = models.ForeignKey(Post, models.PROTECT, related_name="covers", verbose_name=_("post"))
    absent = models.ForeignKey(User, models.PROTECT, related_name="absences", editable=False, verbose_name=_("absent"))
    stand_in = models.ForeignKey(User, models.PROTECT, related_name="covering", verbose_name=_("stand-in"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    reason = CleanCharField(_("reason"), max_length=200)
    arranged_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False, verbose_name=_("arranged by"))

    objects = CoverQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="cover_dates_in_order"),
            models.CheckConstraint(condition=~Q(absent=F("stand_in")), name="cover_not_for_oneself"),
            models.CheckConstraint(condition=~Q(reason=""), name="cover_has_a_reason"),
            ExclusionConstraint(
                name="cover_one_stand_in_a_day",
                expressions=[
                    ("post", RangeOperators.EQUAL),
                    (
                        Func("starts_on", "ends_on", RangeBoundary(True, True), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        verbose_name, verbose_name_plural = _("cover"), _("cover")

    def __str__(self) -> str:
        return f"{self.stand_in} → {self.absent}"


class Shift(Recorded):
    """A shift of a department and where it serves. One that ends at or before its begin runs over midnight."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="shifts", verbose_name=_("department"))
    name_en = CleanCharField(_("name in English"), max_length=30)
    name_zh = CleanCharField(_("name in Chinese"), max_length=30)
    begins = models.TimeField(_("begins"))
    ends = models.TimeField(_("ends"), help_text=_("At or before the begin: on the next day."))
    territories = models.ManyToManyField(Territory, through="ShiftTerritory", related_name="shifts", verbose_name=_("territories"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["department", "position", "begins", "id"]
        verbose_name, verbose_name_plural = _("shift"), _("shifts")

    def __str__(self) -> str:
        return in_language(self)

    @property
    def is_overnight(self) -> bool:
        return self.ends <= self.begins

    @property
    def hours(self) -> str:
        """08:00–17:00; +1 where it ends on the next day."""
        return f"{self.begins:%H:%M}–{self.ends:%H:%M}{'+1' if self.is_overnight else ''}"

    def span(self, day: date) -> tuple[datetime, datetime]:
        """From when to when somebody who begins it on this day is on shift."""
        last = day + timedelta(days=1) if self.is_overnight else day
        return timezone.make_aware(datetime.combine(day, self.begins)), timezone.make_aware(datetime.combine(last, self.ends))


class ShiftTerritory(Recorded):
    """One place a shift serves, as a row of its own for the history."""

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="reaches")
    territory = models.ForeignKey(Territory, models.PROTECT, related_name="+", verbose_name=_("territory"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shift", "territory"], name="shift_territory_once")]
        verbose_name, verbose_name_plural = _("territory of a shift"), _("territories of a shift")

    def __str__(self) -> str:
        return str(self.territory)


class Duty(Recorded):
    """Somebody has a shift that begins on a day (manual 1.2.5). Nobody has two at the same time, in whatever department.

    The hours are those of the shift when it was planned; they stay when the shift's own are changed.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="duties", verbose_name=_("person"))
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="duties", verbose_name=_("shift"))
    day = models.DateField(_("day"))
    starts_at = models.DateTimeField(_("from"), editable=False)
    ends_at = models.DateTimeField(_("to"), editable=False)
    planned_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False, verbose_name=_("planned by"))

    class Meta:
        ordering = ["starts_at", "id"]
        indexes = [models.Index(fields=["shift", "day"], name="duty_by_day"), models.Index(fields=["ends_at"], name="duty_by_end")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="duty_in_order"),
            ExclusionConstraint(
                name="duty_one_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (Func(F("starts_at"), F("ends_at"), Value("[)"), function="tstzrange"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Nobody has two shifts at the same time."),
            ),
        ]
        verbose_name, verbose_name_plural = _("duty"), _("duties")

    def __str__(self) -> str:
        return f"{self.user} · {self.day} · {self.shift}"


class LoginAttempt(models.Model):
    """How often somebody tried to sign in under a name or from an address since `started_at`. Counted before checking."""

    key = models.CharField(max_length=200, primary_key=True)
    tries = models.PositiveIntegerField()
    started_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


def in_language(row: Any, field: str = "name") -> str:
    """The row's name, or another text it has in both, in the language of the page."""
    ending = "zh" if (get_language() or "").startswith("zh") else "en"
    return str(getattr(row, f"{field}_{ending}"))
