"""What every business row is, and what keeps count of it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

phone_validator = RegexValidator(
    r"^\+?[0-9][0-9 \-]{4,18}(?: ?(?:x|转) ?[0-9]{1,6})?$",
    _("Enter a phone number, for example 138 0013 8000 or 010-8888 8888."),
)


class Recorded(models.Model):
    """A row whose every change the database writes into the history by trigger.

    `HISTORY_HIDDEN` names columns whose values never reach the history (encrypted identity numbers).
    """

    HISTORY_HIDDEN: ClassVar[tuple[str, ...]] = ()

    created_at = models.DateTimeField(_("created"), auto_now_add=True, editable=False)

    class Meta:
        abstract = True


class Record(Recorded):
    """A numbered record with a life: subclasses add `state` with their own choices.

    `STATE_TONES` maps a state to a letter of the status chip (N I A W S Y D C).
    `version` counts changes of what the record says, not the steps of its life.
    """

    STATE_TONES: ClassVar[dict[str, str]] = {}
    SERIES: ClassVar[str] = ""

    number = models.CharField(_("number"), max_length=24, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("created by")
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number


class Attached(models.Model):
    """A row that hangs on any record."""

    content_type = models.ForeignKey(ContentType, models.PROTECT, null=True, blank=True, related_name="+")
    object_id = models.BigIntegerField(null=True, blank=True)
    record = GenericForeignKey("content_type", "object_id")

    class Meta:
        abstract = True


class Counter(models.Model):
    """The last number given in a series on a day."""

    series = models.CharField(max_length=12)
    day = models.DateField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "day"], name="counter_once_a_day")]


class HistoryEntry(models.Model):
    """One line of the trail. The table is written by triggers alone; the database refuses any change of it."""

    class Kind(models.TextChoices):
        CREATED = "CREATED", pgettext_lazy("history", "Created")
        CHANGED = "CHANGED", _("Changed")
        DELETED = "DELETED", _("Deleted")
        STEP = "STEP", _("Step")
        NOTE = "NOTE", _("Note")

    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    row_table = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    step = models.CharField(max_length=60)
    from_state = models.CharField(max_length=40)
    to_state = models.CharField(max_length=40)
    note = models.TextField()
    changes = models.JSONField()

    class Meta:
        managed = False
        db_table = "history"
