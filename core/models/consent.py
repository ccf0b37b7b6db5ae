"""Required papers and sign-offs."""

from __future__ import annotations

from datetime import datetime, time
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models.records import Attached, Recorded
from core.models.stored import StoredFile
from core.text import CleanCharField, CleanTextField


class PaperKind(models.Model):
    """A paper that a procedure asks for. A new one is a row here, not code.

    `condition` names a function registered with `papers.condition`; empty means always.
    `needed_for` is the step that waits for it.
    """

    procedure = models.CharField(max_length=60)
    code = models.CharField(max_length=40)
    name = CleanCharField(_("name"), max_length=120, help_text=_("English; translated where a translation exists"))
    name_zh = CleanCharField(_("name in Chinese"), max_length=120)
    why = CleanCharField(_("why it is needed"), max_length=200, blank=True)
    condition = models.CharField(max_length=60, blank=True)
    needed_for = models.CharField(max_length=60, blank=True)
    original = models.BooleanField(_("original needed"), default=False)
    identity = models.BooleanField(_("identity paper"), default=False)
    substitute = models.BooleanField(_("substitute allowed"), default=True)
    clause = models.CharField(max_length=24, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["procedure", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["procedure", "code"], name="paper_kind_once")]
        verbose_name, verbose_name_plural = _("required paper"), _("required papers")

    def __str__(self) -> str:
        return self.name


class Paper(Recorded, Attached):
    """One required paper of one record: who received it, who verified it, or what stands in for it."""

    class State(models.TextChoices):
        MISSING = "MISSING", _("Missing")
        RECEIVED = "RECEIVED", _("Received")
        VERIFIED = "VERIFIED", _("Verified")
        SUBSTITUTE = "SUBSTITUTE", _("Substitute accepted")
        NOT_APPLICABLE = "NOT_APPLICABLE", _("Not applicable")

    STATE_TONES: ClassVar[dict[str, str]] = {
        "MISSING": "Y",
        "RECEIVED": "I",
        "VERIFIED": "S",
        "SUBSTITUTE": "S",
        "NOT_APPLICABLE": "N",
    }

    kind = models.ForeignKey(PaperKind, models.PROTECT, related_name="papers")
    state = models.CharField(max_length=14, choices=State.choices, default=State.MISSING)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    reason = CleanCharField(_("reason"), max_length=200, blank=True)
    until = models.DateField(_("accepted until"), null=True, blank=True)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["content_type", "object_id", "kind"], name="paper_once_a_record"),
            models.CheckConstraint(
                condition=~Q(state__in=["SUBSTITUTE", "NOT_APPLICABLE"]) | ~Q(reason=""), name="paper_exception_has_reason"
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(state="SUBSTITUTE"), name="paper_until_of_substitute"),
            models.CheckConstraint(condition=~Q(state="VERIFIED") | Q(verified_by__isnull=False), name="paper_verified_by_somebody"),
        ]

    @property
    def until_at(self) -> datetime | None:
        """The end of the last day on which the substitute is accepted."""
        return timezone.make_aware(datetime.combine(self.until, time.max)) if self.until else None


class SignOff(Recorded, Attached):
    """One party's word on one document of a record, with the exact text it was given to."""

    class Verdict(models.TextChoices):
        AGREED = "AGREED", _("Approved")
        WITH_COMMENTS = "WITH_COMMENTS", _("With comments")
        RETURNED = "RETURNED", _("Returned")
        TO_COUNTERSIGN = "TO_COUNTERSIGN", _("Countersign due")

    class Method(models.TextChoices):
        SCREEN = "SCREEN", _("Signed on screen")
        ACCOUNT = "ACCOUNT", _("Signed with account and password")
        PAPER = "PAPER", _("Signed on paper, scan kept")
        WITNESSED = "WITNESSED", _("Name typed before a witness")
        ORAL = "ORAL", _("Given orally")

    document = models.CharField(max_length=60)
    party = models.CharField(max_length=40)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    name = CleanCharField(_("name"), max_length=80)
    role = CleanCharField(_("role"), max_length=80, blank=True)
    verdict = models.CharField(max_length=14, choices=Verdict.choices, default=Verdict.AGREED)
    method = models.CharField(max_length=10, choices=Method.choices)
    opinion = CleanTextField(_("opinion"), blank=True, max_length=2000)
    witness = CleanCharField(_("witness"), max_length=80, blank=True)
    strokes = models.JSONField(default=list, blank=True)
    scan = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    device = CleanCharField(max_length=200, blank=True)
    # What was signed, word by word in the language it was read in, and its hash; `basis_sha256` says the same of
    # the untranslated text, so that neither another language nor a better translation makes a signature outdated.
    text = models.TextField()
    text_sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=10, blank=True)
    basis_sha256 = models.CharField(max_length=64, blank=True)
    record_version = models.PositiveIntegerField()
    signed_at = models.DateTimeField()
    # Of oral consent alone: who wrote it down, and until when `user` countersigns.
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    due_on = models.DateField(_("to be countersigned by"), null=True, blank=True)
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "document", "party"],
                condition=Q(replaced_by__isnull=True),
                name="signoff_one_a_party",
            ),
            models.CheckConstraint(condition=~Q(method="WITNESSED") | ~Q(witness=""), name="signoff_witness_named"),
            models.CheckConstraint(condition=~Q(method="PAPER") | Q(scan__isnull=False), name="signoff_scan_kept"),
            models.CheckConstraint(condition=~Q(replaced_by=F("id")), name="signoff_not_by_itself"),
            models.CheckConstraint(
                condition=Q(method="ORAL", verdict="TO_COUNTERSIGN", user__isnull=False, recorded_by__isnull=False, due_on__isnull=False)
                & ~Q(opinion="")
                | ~Q(method="ORAL") & ~Q(verdict="TO_COUNTERSIGN"),
                name="signoff_oral_is_recorded",
            ),
            models.CheckConstraint(
                condition=Q(recorded_by__isnull=True) | Q(user__isnull=True) | ~Q(recorded_by=F("user")), name="signoff_oral_by_another"
            ),
        ]
        indexes = [
            models.Index(fields=["content_type", "object_id"], name="signoff_by_record"),
            models.Index(fields=["due_on"], condition=Q(verdict="TO_COUNTERSIGN", replaced_by__isnull=True), name="signoff_to_countersign"),
        ]
        verbose_name, verbose_name_plural = _("sign-off"), _("sign-offs")

    @property
    def due_at(self) -> datetime | None:
        """The end of the day by which oral consent is countersigned."""
        return timezone.make_aware(datetime.combine(self.due_on, time.max)) if self.due_on else None
