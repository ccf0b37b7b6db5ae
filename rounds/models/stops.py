"""What somebody found on a round: stops, answers and photos, and the entries of phones that brought them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import CleanCharField, CleanTextField, Recorded, StoredFile
from rounds.models.checklists import ChecklistItem
from rounds.models.rounds import Round


class Doubt(models.TextChoices):
    """Why a leader may want to look at an entry again. A doubtful entry is kept, never refused."""

    NOT_SCANNED = "NOT_SCANNED", _("the label was not scanned")
    OUT_OF_ORDER = "OUT_OF_ORDER", _("out of the route's order")
    TOO_FAST = "TOO_FAST", _("too soon after the stop before")
    OUTSIDE_WINDOW = "OUTSIDE_WINDOW", _("outside the time of the round")
    CLOCK_AHEAD = "CLOCK_AHEAD", _("the phone's clock is ahead")
    LATE_UPLOAD = "LATE_UPLOAD", _("uploaded more than 12 hours later")
    SOMEBODY_ELSE = "SOMEBODY_ELSE", _("by somebody else than who started it")


class RoundStop(Recorded):
    """A place of the route on one round; without a place, the round itself. Times of the device and of its arrival are both kept."""

    class Method(models.TextChoices):
        QR_LINK = "QR_LINK", _("the label's link")
        SCANNER = "SCANNER", _("scanned in the page")
        CODE = "CODE", _("the code typed in")
        NONE = "NONE", _("not scanned")

    class Whereabouts(models.TextChoices):
        """Whether the device said where it was."""

        GIVEN = "GIVEN", _("position given")
        REFUSED = "REFUSED", _("position not allowed")
        UNAVAILABLE = "UNAVAILABLE", _("position not found")

    round = models.ForeignKey(Round, models.CASCADE, related_name="stops", verbose_name=_("round"))
    position = models.PositiveSmallIntegerField(_("position"))
    place = models.ForeignKey("premises.Place", models.PROTECT, null=True, related_name="+", verbose_name=_("place"))
    scanned_at = models.DateTimeField(_("scanned"), null=True, editable=False)
    captured_at = models.DateTimeField(_("recorded"), null=True, editable=False)
    received_at = models.DateTimeField(_("received"), null=True, editable=False)
    method = models.CharField(_("how"), max_length=8, choices=Method.choices, default=Method.NONE)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    accuracy_m = models.PositiveIntegerField(_("accuracy (m)"), null=True, blank=True)
    whereabouts = models.CharField(_("position"), max_length=11, choices=Whereabouts.choices, blank=True)
    doubts = ArrayField(models.CharField(max_length=14, choices=Doubt.choices), verbose_name=_("doubtful"), default=list, blank=True)
    note = CleanTextField(_("note"), max_length=2000, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, db_index=False, related_name="+", verbose_name=_("done by")
    )

    class Meta:
        ordering = ["round_id", "position"]
        verbose_name, verbose_name_plural = pgettext_lazy("round", "stop"), pgettext_lazy("round", "stops")
        constraints = [
            models.UniqueConstraint(fields=["round", "position"], name="round_stop_position_once"),
            models.CheckConstraint(
                condition=Q(captured_at=None) | Q(received_at__isnull=False, done_by__isnull=False), name="round_stop_recorded_by_somebody"
            ),
            models.CheckConstraint(condition=Q(latitude=None) | Q(latitude__range=(-90, 90)), name="round_stop_latitude"),
            models.CheckConstraint(condition=Q(longitude=None) | Q(longitude__range=(-180, 180)), name="round_stop_longitude"),
        ]

    def __str__(self) -> str:
        return str(self.place) if self.place_id else str(self.round)

    @property
    def is_done(self) -> bool:
        return self.captured_at is not None

    @property
    def doubt_labels(self) -> list[str]:
        return [str(Doubt(name).label) for name in self.doubts]


class StopEntry(models.Model):
    """An entry of a phone or page, by the uuid made there: sent five times, it is taken in once."""

    entry = models.UUIDField(primary_key=True)
    stop = models.ForeignKey(RoundStop, models.CASCADE, related_name="entries")
    captured_at = models.DateTimeField()
    received_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+")

    def __str__(self) -> str:
        return str(self.entry)


class Answer(Recorded):
    """What was found for one item at one stop."""

    class Result(models.TextChoices):
        PASS = "PASS", pgettext_lazy("answer", "in order")
        FAIL = "FAIL", pgettext_lazy("answer", "not in order")
        NOT_APPLICABLE = "NOT_APPLICABLE", pgettext_lazy("answer", "does not apply")

    stop = models.ForeignKey(RoundStop, models.CASCADE, db_index=False, related_name="answers", verbose_name=_("stop"))
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="answers", verbose_name=_("checklist item"))
    result = models.CharField(_("result"), max_length=14, choices=Result.choices)
    number = models.DecimalField(_("number"), max_digits=12, decimal_places=3, null=True, blank=True)
    choice = CleanCharField(_("choice"), max_length=60, blank=True)
    note = CleanTextField(_("note"), max_length=1000, blank=True)

    class Meta:
        ordering = ["stop_id", "item__position", "id"]
        verbose_name, verbose_name_plural = _("answer"), _("answers")
        constraints = [
            models.UniqueConstraint(fields=["stop", "item"], name="answer_once"),
            models.CheckConstraint(condition=Q(result__in=["PASS", "FAIL", "NOT_APPLICABLE"]), name="answer_result_known"),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.get_result_display()}"

    @property
    def is_finding(self) -> bool:
        return self.result == self.Result.FAIL


class Photo(Recorded):
    """A photo of a stop, or of what one answer is about."""

    stop = models.ForeignKey(RoundStop, models.CASCADE, related_name="photos", verbose_name=_("stop"))
    answer = models.ForeignKey(Answer, models.CASCADE, null=True, blank=True, related_name="photos", verbose_name=_("answer"))
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", verbose_name=_("photo"))
    taken_at = models.DateTimeField(_("taken"), null=True, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, db_index=False, related_name="+", verbose_name=_("added by")
    )

    class Meta:
        ordering = ["id"]
        verbose_name, verbose_name_plural = _("photo of a round"), _("photos of rounds")

    def __str__(self) -> str:
        return self.file.name
