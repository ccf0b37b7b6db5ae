"""The nouns every app shares: records and what hangs on them. No domain word in here."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.text import CleanCharField, CleanTextField

__all__ = [
    "CalendarDay",
    "CleanCharField",
    "CleanTextField",
    "Counter",
    "DeadLetter",
    "Draft",
    "FileView",
    "HistoryEntry",
    "Job",
    "Notice",
    "Outbox",
    "Paper",
    "PaperKind",
    "PrintLog",
    "Record",
    "Recorded",
    "SavedView",
    "SearchEntry",
    "SignOff",
    "StoredFile",
    "Submission",
    "UserSetting",
    "phone_validator",
]

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
        CREATED = "CREATED", _("Created")
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


class Submission(models.Model):
    """A form that was sent: the same key again gets the first answer (once is once)."""

    key = models.UUIDField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
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
            models.CheckConstraint(condition=~Q(state="VERIFIED") | Q(verified_by__isnull=False), name="paper_verified_by_somebody"),
        ]


class SignOff(Recorded, Attached):
    """One party's word on one document of a record, with the exact text it was given to."""

    class Verdict(models.TextChoices):
        AGREED = "AGREED", _("Approved")
        WITH_COMMENTS = "WITH_COMMENTS", _("With comments")
        RETURNED = "RETURNED", _("Returned")

    class Method(models.TextChoices):
        SCREEN = "SCREEN", _("Signed on screen")
        ACCOUNT = "ACCOUNT", _("Signed with account and password")
        PAPER = "PAPER", _("Signed on paper, scan kept")
        WITNESSED = "WITNESSED", _("Name typed before a witness")

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
    text = models.TextField()
    text_sha256 = models.CharField(max_length=64)
    record_version = models.PositiveIntegerField()
    signed_at = models.DateTimeField()
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
        ]
        indexes = [models.Index(fields=["content_type", "object_id"], name="signoff_by_record")]
        verbose_name, verbose_name_plural = _("sign-off"), _("sign-offs")


class PrintLog(models.Model):
    """Each time an official form was printed: gives the count in its footer and the reprint mark."""

    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.BigIntegerField()
    form = models.CharField(max_length=60)
    nth = models.PositiveIntegerField()
    printed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    printed_at = models.DateTimeField()
    text_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["content_type", "object_id", "form", "nth"], name="print_count")]
