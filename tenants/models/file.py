"""The customer file: twelve parts, the documents in them and who used them (manual 3.11.3)."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Attached, CleanCharField, Recorded
from tenants.models.tenant import Tenant


class FileCategory(Recorded):
    """One of the twelve parts a customer file has by manual 3.11.3. A row, not code."""

    position = models.PositiveSmallIntegerField(_("no."), unique=True)
    code = models.CharField(_("code"), max_length=30, unique=True)
    name = CleanCharField(_("name"), max_length=120)
    name_zh = CleanCharField(_("name in Chinese"), max_length=60)
    owner_department = models.CharField(_("owner department"), max_length=30, help_text=_("department code"))
    due_days = models.PositiveSmallIntegerField(_("due, days after the tenant came"), default=30)
    may_be_empty = models.BooleanField(
        _("may be empty"), default=False, help_text=_("Complete without a document: there may be nothing to record.")
    )
    clause = models.CharField(_("clause"), max_length=24, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("file category"), _("file categories")
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name_zh


class FilePartQuerySet(models.QuerySet["FilePart"]):
    def incomplete(self) -> FilePartQuerySet:
        """Parts that lacked something when they were last looked at."""
        return self.filter(complete_on=None, not_applicable_reason="", tenant__left_on=None, tenant__merged_into=None)

    def overdue(self, on: dt.date) -> FilePartQuerySet:
        return self.incomplete().filter(due_on__lt=on)


class FilePart(Recorded):
    """One part of one tenant's file: who keeps it, until when it must be complete, when it was last sorted."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="file_parts", verbose_name=_("tenant"))
    category = models.ForeignKey(FileCategory, models.PROTECT, related_name="parts", verbose_name=_("category"))
    owner_department = models.CharField(_("owner department"), max_length=30)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner"))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    complete_on = models.DateField(_("found complete on"), null=True, blank=True, editable=False)
    not_applicable_reason = CleanCharField(_("not applicable because"), max_length=200, blank=True)
    sorted_on = models.DateField(_("last sorted on"), null=True, blank=True)
    sorted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sorted by")
    )

    objects = FilePartQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("file part"), _("file parts")
        ordering = ["tenant_id", "category__position"]
        indexes = [models.Index(fields=["due_on"], condition=Q(complete_on=None, not_applicable_reason=""), name="file_part_incomplete")]
        constraints = [models.UniqueConstraint(fields=["tenant", "category"], name="file_part_once")]

    def __str__(self) -> str:
        return f"{self.category} · {self.tenant}"


class FileItem(Recorded, Attached):
    """A document in a part of the file, or the record it came from.

    Its life is the four links of manual 3.11.3: collected (received), sorted, filed, then used.
    """

    class State(models.TextChoices):
        RECEIVED = "RECEIVED", _("Received")
        SORTED = "SORTED", _("To file")
        FILED = "FILED", _("Filed")
        REMOVED = "REMOVED", _("Taken out")

    STATE_TONES: ClassVar[dict[str, str]] = {"RECEIVED": "I", "SORTED": "Y", "FILED": "S", "REMOVED": "N"}

    part = models.ForeignKey(FilePart, models.CASCADE, related_name="items", verbose_name=_("part"))
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.RECEIVED, editable=False)
    title = CleanCharField(_("title"), max_length=160)
    dated_on = models.DateField(_("dated"), null=True, blank=True)
    sheet = models.PositiveSmallIntegerField(_("sheet no."), null=True, blank=True, editable=False)
    shelf = CleanCharField(_("shelf and box"), max_length=60, blank=True)
    note = CleanCharField(_("note"), max_length=200, blank=True)
    received_on = models.DateField(_("received on"))
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False)
    filed_on = models.DateField(_("filed on"), null=True, editable=False)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False, verbose_name=_("filed by")
    )

    class Meta:
        verbose_name, verbose_name_plural = _("file document"), _("file documents")
        ordering = ["part_id", "sheet", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["RECEIVED", "SORTED", "FILED", "REMOVED"]), name="file_item_state_known"),
            models.CheckConstraint(
                condition=~Q(state="FILED") | Q(filed_on__isnull=False, sheet__isnull=False), name="file_item_filed_has_sheet"
            ),
            models.UniqueConstraint(fields=["part", "sheet"], condition=Q(sheet__isnull=False), name="file_item_sheet_once"),
        ]

    def __str__(self) -> str:
        return self.title


class FileUse(Recorded):
    """Somebody looked at a document or took the paper away (the link "use")."""

    class Kind(models.TextChoices):
        CONSULTED = "CONSULTED", _("Consulted")
        LENT = "LENT", _("Lent out")

    item = models.ForeignKey(FileItem, models.CASCADE, related_name="uses", verbose_name=_("document"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.CONSULTED)
    user_name = CleanCharField(_("used by"), max_length=60)
    purpose = CleanCharField(_("purpose"), max_length=200)
    taken_at = models.DateTimeField(_("at"))
    due_on = models.DateField(_("back by"), null=True, blank=True)
    returned_at = models.DateTimeField(_("returned"), null=True, blank=True, editable=False)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("use of a document"), _("uses of documents")
        ordering = ["-taken_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["item"], condition=Q(kind="LENT", returned_at=None), name="file_item_lent_once"),
            models.CheckConstraint(condition=Q(returned_at=None) | Q(returned_at__gte=F("taken_at")), name="file_use_returned_after"),
        ]

    def __str__(self) -> str:
        return f"{self.user_name} · {self.item}"
