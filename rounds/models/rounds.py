"""A round: one time that something is to be looked at, and what became of it."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import CleanCharField, CleanTextField, Record
from rounds.models.checklists import Checklist
from rounds.models.plans import KIND, Plan
from rounds.recurrence import ZONE
from staff.models import Rank

OPEN_STATES = ["NOT_STARTED", "IN_PROGRESS"]
FINISHED_STATES = ["PASS", "FAIL", "PARTIAL"]
STATES = [*OPEN_STATES, *FINISHED_STATES, "MISSED", "CANCELLED"]


class RoundQuerySet(models.QuerySet["Round"]):
    def open(self) -> RoundQuerySet:
        """Those not done yet, missed or cancelled."""
        return self.filter(state__in=OPEN_STATES)

    def due(self, at: dt.datetime) -> RoundQuerySet:
        """Those that may be walked now: begun, or within their window."""
        return self.open().filter(Q(state="IN_PROGRESS") | Q(due_until__gt=at), due_from__lte=at)

    def overdue(self, at: dt.datetime) -> RoundQuerySet:
        """Not started although the window is over."""
        return self.filter(state="NOT_STARTED", due_until__lte=at)

    def missed(self) -> RoundQuerySet:
        """Those that were missed, also where they were walked late."""
        return self.filter(missed_at__isnull=False)


class Round(Record):
    """Something to be looked at from `due_from` until `due_until`, both Asia/Shanghai by rule, stored in UTC.

    A round of a plan has its number from plan and time (`XC-12-2611280800`), so that making a million locks nothing; one
    without a plan has the day's next (`XC-20261128-0001`). Stops are made when it is started: the route of that moment,
    with the checklist's version of that moment.
    """

    SERIES: ClassVar[str] = "XC"

    class State(models.TextChoices):
        NOT_STARTED = "NOT_STARTED", _("Not started")
        IN_PROGRESS = "IN_PROGRESS", pgettext_lazy("round", "In progress")
        PASS = "PASS", pgettext_lazy("round", "Pass")
        FAIL = "FAIL", pgettext_lazy("round", "Fail")
        PARTIAL = "PARTIAL", pgettext_lazy("round", "Partial")
        MISSED = "MISSED", pgettext_lazy("round", "Missed")
        CANCELLED = "CANCELLED", pgettext_lazy("round", "Cancelled")

    STATE_TONES: ClassVar[dict[str, str]] = {
        "NOT_STARTED": "N",
        "IN_PROGRESS": "A",
        "PASS": "S",
        "FAIL": "D",
        "PARTIAL": "Y",
        "MISSED": "D",
        "CANCELLED": "N",
    }

    plan = models.ForeignKey(Plan, models.PROTECT, null=True, db_index=False, related_name="rounds", verbose_name=_("round plan"))
    moved_from = models.OneToOneField(
        "self", models.PROTECT, null=True, editable=False, related_name="moved_to", verbose_name=_("moved from")
    )
    kind = models.CharField(_("kind"), max_length=40, editable=False, validators=[KIND])
    name = CleanCharField(_("round"), max_length=80)
    building = models.ForeignKey("staff.Territory", models.PROTECT, db_index=False, related_name="+", verbose_name=_("building"))
    checklist = models.ForeignKey(Checklist, models.PROTECT, db_index=False, related_name="rounds", verbose_name=_("checklist"))
    checklist_version = models.PositiveIntegerField(null=True, editable=False)
    department = models.ForeignKey("staff.Department", models.PROTECT, db_index=False, related_name="+", verbose_name=_("department"))
    rank = models.CharField(_("rank"), max_length=10, choices=Rank.choices, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, db_index=False, related_name="+", verbose_name=_("person")
    )
    due_from = models.DateTimeField(_("due from"))
    due_until = models.DateTimeField(_("due until"))

    state = models.CharField(_("status"), max_length=12, choices=State.choices, default=State.NOT_STARTED, editable=False)
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, db_index=False, related_name="+", verbose_name=_("done by")
    )
    gap_reason = CleanTextField(_("why something was left out"), max_length=2000, blank=True, editable=False)
    missed_at = models.DateTimeField(_("missed"), null=True, editable=False)
    missed_reason = CleanTextField(_("reason why it was missed"), max_length=2000, blank=True, editable=False)
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        db_index=False,
        related_name="+",
        verbose_name=_("explained by"),
    )
    explained_at = models.DateTimeField(_("explained"), null=True, editable=False)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, db_index=False, related_name="+", verbose_name=_("seen by")
    )
    seen_at = models.DateTimeField(_("seen"), null=True, editable=False)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-due_from", "-id"]
        verbose_name, verbose_name_plural = pgettext_lazy("noun", "round"), _("rounds")
        # Half a million rows are made ahead by machines: each index has a page that needs it.
        indexes = [
            models.Index(fields=["building", "due_from"], name="round_by_day"),
            models.Index(fields=["due_until"], condition=Q(state="NOT_STARTED"), name="round_not_started"),
            models.Index(fields=["due_until"], condition=Q(state="IN_PROGRESS"), name="round_in_progress"),
            models.Index(fields=["building", "-missed_at"], condition=Q(missed_at__isnull=False), name="round_missed"),
            models.Index(fields=["done_by", "-started_at"], condition=Q(done_by__isnull=False), name="round_by_walker"),
            models.Index(fields=["person", "due_from"], condition=Q(person__isnull=False), name="round_by_person"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["plan", "due_from"], name="round_once_a_time"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="round_state_in_list"),
            models.CheckConstraint(condition=Q(due_until__gt=F("due_from")), name="round_window_in_order"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(kind=""), name="round_named"),
            models.CheckConstraint(
                condition=Q(state__in=["NOT_STARTED", "MISSED", "CANCELLED"])
                | Q(started_at__isnull=False, checklist_version__isnull=False, done_by__isnull=False),
                name="round_started_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(state__in=FINISHED_STATES) | Q(finished_at__isnull=False), name="round_finished_at"),
            models.CheckConstraint(condition=~Q(state="MISSED") | Q(missed_at__isnull=False), name="round_missed_at"),
            models.CheckConstraint(condition=Q(missed_reason="") | Q(explained_at__isnull=False), name="round_reason_has_its_giver"),
        ]

    @classmethod
    def number_at(cls, plan_id: int, due_from: dt.datetime) -> str:
        """The number of a plan's round by its time."""
        return f"{cls.SERIES}-{plan_id}-{due_from.astimezone(ZONE):%y%m%d%H%M}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_finished(self) -> bool:
        return self.state in FINISHED_STATES

    @property
    def was_late(self) -> bool:
        """Missed first, and walked after all."""
        return self.missed_at is not None and self.state != self.State.MISSED
