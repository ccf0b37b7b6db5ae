"""Files, who opened them, what was printed and how records are found."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models.records import Attached, Recorded
from core.text import CleanCharField


class StoredFile(Recorded, Attached):
    """An upload after checking. Bytes lie outside the web root under a random name."""

    HISTORY_HIDDEN = ("path",)

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = CleanCharField(_("file name"), max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(help_text="bytes")
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=100, unique=True)
    purpose = models.CharField(max_length=60, blank=True)
    sensitive = models.BooleanField(default=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["content_type", "object_id"], name="file_by_record")]
        verbose_name, verbose_name_plural = _("file"), _("files")

    def __str__(self) -> str:
        return self.name


class FileView(models.Model):
    """Who opened a sensitive file or revealed a masked value, when and why."""

    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="views")
    what = models.CharField(max_length=120)
    content_type = models.ForeignKey(ContentType, models.PROTECT, null=True, related_name="+")
    object_id = models.BigIntegerField(null=True)
    viewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    viewed_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["content_type", "object_id"], name="view_by_record")]
        verbose_name, verbose_name_plural = _("view of personal data"), _("views of personal data")


class PrintLog(models.Model):
    """Each time an official form was printed: gives the count in its footer and the reprint mark."""

    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.BigIntegerField()
    form = models.CharField(max_length=60)
    nth = models.PositiveIntegerField()
    printed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    printed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["content_type", "object_id", "form", "nth"], name="print_count")]


class KeptPaper(models.Model):
    """What an official paper said when it was first printed: every later print says the same. Never changed, never deleted."""

    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.BigIntegerField()
    form = models.CharField(max_length=60)
    language = models.CharField(max_length=10)
    html = models.TextField()
    sha256 = models.CharField(max_length=64)
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["content_type", "object_id", "form", "language"], name="kept_paper_once")]


class SearchEntry(models.Model):
    """A record as the palette finds it: every two-character piece of its words, in one index."""

    kind = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    territory_id = models.BigIntegerField(null=True, help_text="null: seen everywhere")
    number = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=200)
    subtitle = models.CharField(max_length=200, blank=True)
    words = models.TextField(help_text="lower case, without spaces inside a word")
    pieces = ArrayField(models.CharField(max_length=2))
    rank = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_once")]
        indexes = [GinIndex(fields=["pieces"], name="search_pieces")]
