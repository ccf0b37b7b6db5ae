"""Who hears of a missed round, and when: rows, not code."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import CleanCharField, Recorded
from rounds.models.rounds import Round


class Audience(models.TextChoices):
    LEADERS = "LEADERS", _("the leaders of the department")
    HEAD = "HEAD", _("the head of the department")
    PROPERTY_MANAGER = "PROPERTY_MANAGER", _("the property manager")


class MissedStep(Recorded):
    """A rung: so many minutes after a round was missed, these people hear of it, unless a leader has seen its reason by then."""

    minutes_after = models.PositiveIntegerField(_("minutes after it was due"), default=0)
    audience = models.CharField(_("who is told"), max_length=16, choices=Audience.choices)
    kind = models.CharField(_("kind of round"), max_length=40, blank=True, help_text=_("empty: every kind"))
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["minutes_after", "id"]
        verbose_name, verbose_name_plural = _("rung for missed rounds"), _("ladder for missed rounds")
        constraints = [
            models.CheckConstraint(condition=Q(audience__in=["LEADERS", "HEAD", "PROPERTY_MANAGER"]), name="missed_step_audience_known"),
        ]

    def __str__(self) -> str:
        return f"{self.minutes_after} min · {self.get_audience_display()}"


class MissedNotice(Recorded):
    """That a rung was told of a round; the database keeps it to once."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="notices", verbose_name=_("round"))
    step = models.ForeignKey(MissedStep, models.PROTECT, related_name="+", verbose_name=_("rung"))
    told = CleanCharField(_("told"), max_length=200)
    told_at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["id"]
        verbose_name, verbose_name_plural = _("notice of a missed round"), _("notices of missed rounds")
        constraints = [models.UniqueConstraint(fields=["round", "step"], name="missed_notice_once")]

    def __str__(self) -> str:
        return self.told
