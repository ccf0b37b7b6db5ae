"""What people have begun, are told of and wait for."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models.stored import StoredFile
from core.text import CleanCharField


class Submission(models.Model):
    """A form that was sent: the same key again gets the first answer (once is once). Without a user on a public page."""

    key = models.UUIDField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    route = models.CharField(max_length=200)
    payload_hash = models.CharField(max_length=64)
    answer = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)


class Draft(models.Model):
    """What somebody typed and has not sent yet."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    form = models.CharField(max_length=200)
    title = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=500)
    content = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "form"], name="draft_one_a_form")]


class Notice(models.Model):
    """One line in a person's inbox, behind the bell."""

    class Weight(models.TextChoices):
        NORMAL = "NORMAL", _("Normal")
        URGENT = "URGENT", _("Urgent")

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    topic = models.CharField(max_length=60)
    weight = models.CharField(max_length=8, choices=Weight.choices, default=Weight.NORMAL)
    text = models.CharField(max_length=300, help_text="English message id")
    values = models.JSONField(default=dict, help_text="what fills the text")
    url = models.CharField(max_length=300, blank=True)
    content_type = models.ForeignKey(ContentType, models.CASCADE, null=True, related_name="+")
    object_id = models.BigIntegerField(null=True)
    dedupe = models.CharField(max_length=120, null=True, unique=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["recipient", "-created_at"], name="notice_inbox"),
            models.Index(fields=["recipient"], condition=Q(read_at__isnull=True), name="notice_unread"),
            models.Index(fields=["recipient", "content_type", "object_id", "-created_at"], name="notice_by_record"),
        ]


class Outbox(models.Model):
    """Something that must happen after this transaction: written with it, handed to a worker by the relay."""

    task = models.CharField(max_length=100)
    arguments = models.JSONField(default=dict, help_text="ids only")
    dedupe = models.CharField(max_length=120, null=True, unique=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    run_after = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_error = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["run_after"], condition=Q(done_at__isnull=True), name="outbox_due")]


class DeadLetter(models.Model):
    """An outbox row that failed five times, with the reason; a person decides what becomes of it."""

    task = models.CharField(max_length=100)
    arguments = models.JSONField(default=dict)
    reason = models.TextField()
    failed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name, verbose_name_plural = _("dead letter"), _("dead letters")


class Job(models.Model):
    """A long run somebody waits for: progress, result and failures by row."""

    class State(models.TextChoices):
        QUEUED = "QUEUED", _("Queued")
        RUNNING = "RUNNING", _("Running")
        DONE = "DONE", _("Done")
        PARTLY_FAILED = "PARTLY_FAILED", _("Partly failed")
        FAILED = "FAILED", _("Failed")

    STATE_TONES: ClassVar[dict[str, str]] = {"QUEUED": "N", "RUNNING": "A", "DONE": "S", "PARTLY_FAILED": "Y", "FAILED": "D"}

    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    state = models.CharField(max_length=14, choices=State.choices, default=State.QUEUED)
    arguments = models.JSONField(default=dict)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)


class SavedView(models.Model):
    """Filters, columns and order of a list under a name, private or shared with a department."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    list_name = models.CharField(max_length=60)
    name = CleanCharField(_("name"), max_length=60)
    query = models.CharField(max_length=1000, blank=True)
    columns = models.JSONField(default=list, blank=True, help_text="names of the columns in order; empty: the reader's own")
    shared_with = models.CharField(max_length=30, blank=True, help_text="department code")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "list_name", "name"], name="saved_view_name")]


class UserSetting(models.Model):
    """A small choice somebody made: theme, columns of a list, buildings shown."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="settings")
    key = models.CharField(max_length=80)
    value = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="user_setting_once")]


class CalendarDay(models.Model):
    """A day that differs from the week: a public holiday or a shifted working day."""

    day = models.DateField(_("day"), unique=True)
    is_working = models.BooleanField(_("working day"))
    name = CleanCharField(_("name"), max_length=60, blank=True)

    class Meta:
        ordering = ["day"]
        verbose_name, verbose_name_plural = _("calendar day"), _("calendar days")

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
