"""A complaint from the call to the file, its return visits and who was told that it is late."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.models.rules import ComplaintCause, ComplaintKind, EscalationStep
from core import text_search
from core.models import CleanCharField, CleanTextField, Record, Recorded, phone_validator
from staff.models import Department

STATES = [
    "LOGGED",
    "VERIFYING",
    "ESCALATED",
    "ASSIGNED",
    "HANDLED",
    "TO_CALL_BACK",
    "NOT_SATISFIED",
    "SATISFIED",
    "TO_FILE",
    "ARCHIVED",
    "BECAME_REPAIR",
]
OPEN_STATES = STATES[:7]


# What the register is searched by, in the order of its index.
WORDS = ("number", "company", "name", "phone", "content")


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def open(self) -> ComplaintQuerySet:
        """Those that somebody still works on."""
        return self.filter(state__in=OPEN_STATES)

    def overdue(self, at: dt.datetime) -> ComplaintQuerySet:
        """Open ones past the time limit of whose turn it is."""
        return self.open().filter(due_at__lt=at)


class Complaint(Record):
    """What somebody complained of, who answers for it and until when. `due_at` is the limit of whoever's turn it is."""

    SERIES: ClassVar[str] = "TS"

    class State(models.TextChoices):
        LOGGED = "LOGGED", _("Logged")
        VERIFYING = "VERIFYING", _("Verifying")
        ESCALATED = "ESCALATED", _("To review")
        ASSIGNED = "ASSIGNED", _("With the department")
        HANDLED = "HANDLED", _("Handled")
        TO_CALL_BACK = "TO_CALL_BACK", _("To call back")
        NOT_SATISFIED = "NOT_SATISFIED", _("Not satisfied")
        SATISFIED = "SATISFIED", _("Satisfied")
        TO_FILE = "TO_FILE", _("To file")
        ARCHIVED = "ARCHIVED", _("Filed")
        BECAME_REPAIR = "BECAME_REPAIR", _("Became a repair")

    STATE_TONES: ClassVar[dict[str, str]] = {
        "LOGGED": "I",
        "VERIFYING": "A",
        "ESCALATED": "D",
        "ASSIGNED": "A",
        "HANDLED": "S",
        "TO_CALL_BACK": "W",
        "NOT_SATISFIED": "D",
        "SATISFIED": "S",
        "TO_FILE": "S",
        "ARCHIVED": "N",
        "BECAME_REPAIR": "N",
    }

    class Channel(models.TextChoices):
        PHONE = "PHONE", _("By phone")
        IN_PERSON = "IN_PERSON", _("In person")
        LETTER = "LETTER", _("In writing")
        ONLINE = "ONLINE", _("Online")
        ON_SPOT = "ON_SPOT", _("Collected on the spot")

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    tenant = models.ForeignKey("tenants.Tenant", models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name=_("tenant"))
    unit = models.ForeignKey("premises.Unit", models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name=_("unit"))
    company = CleanCharField(_("company"), max_length=120, blank=True)
    name = CleanCharField(_("complainant"), max_length=60)
    phone = CleanCharField(_("phone"), max_length=30, validators=[phone_validator])
    channel = models.CharField(_("how it came"), max_length=10, choices=Channel.choices, default=Channel.PHONE)
    kind = models.ForeignKey(ComplaintKind, models.PROTECT, related_name="complaints", verbose_name=_("kind"))
    content = CleanTextField(_("complaint"), max_length=4000)
    against = CleanCharField(_("against whom or what"), max_length=120, blank=True)
    is_misconduct = models.BooleanField(_("misconduct of a person"), default=False, editable=False)
    course_of_events = CleanTextField(_("course of events"), max_length=4000, blank=True)
    witnesses = CleanCharField(_("witnesses"), max_length=200, blank=True)
    evidence = CleanCharField(_("evidence"), max_length=400, blank=True)
    apologised = models.BooleanField(_("apologised"), default=False)
    state = models.CharField(_("status"), max_length=14, choices=State.choices, default=State.LOGGED, editable=False)
    received_at = models.DateTimeField(_("complained on"), editable=False)
    due_at = models.DateTimeField(_("time limit"), null=True, editable=False)
    round = models.PositiveSmallIntegerField(_("round"), default=1, editable=False)

    checker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("checks the facts")
    )
    finding = CleanTextField(_("what the check found"), max_length=4000, blank=True, editable=False)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("responsible department")
    )
    special_reason = CleanCharField(_("why the general manager was informed"), max_length=400, blank=True, editable=False)
    is_serious = models.BooleanField(_("serious"), default=False, editable=False)
    reviewed_at = models.DateTimeField(_("review held"), null=True, editable=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("review led by")
    )
    review_people = CleanCharField(_("taking part in the review"), max_length=200, blank=True, editable=False)
    review_note = CleanTextField(_("outcome of the review"), max_length=4000, blank=True, editable=False)

    result = CleanTextField(_("result"), max_length=4000, blank=True, editable=False)
    cause = models.ForeignKey(ComplaintCause, models.PROTECT, null=True, editable=False, related_name="complaints", verbose_name=_("cause"))
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("resolved by")
    )
    resolved_at = models.DateTimeField(_("resolved"), null=True, editable=False)
    on_the_spot = models.BooleanField(_("explained on the spot"), default=False, editable=False)
    suggestions = CleanTextField(_("other suggestions"), max_length=2000, blank=True, editable=False)
    malicious_reason = CleanTextField(_("why it is malicious"), max_length=2000, blank=True, editable=False)
    malicious_answer = CleanTextField(_("what was explained"), max_length=2000, blank=True, editable=False)
    malicious_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("marked malicious by")
    )

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("complaint"), _("complaints")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["building", "-id"], name="complaint_by_building"),
            models.Index(fields=["tenant", "-id"], name="complaint_by_tenant"),
            models.Index(fields=["unit", "-id"], name="complaint_by_unit"),
            models.Index(fields=["phone"], name="complaint_by_phone"),
            models.Index(fields=["due_at"], condition=Q(state__in=OPEN_STATES), name="complaint_due"),
            models.Index(fields=["state", "building", "-id"], name="complaint_by_state"),
            text_search.index(*WORDS, name="complaint_words"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="complaint_state_known"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(content="") & ~Q(phone=""), name="complaint_fully_recorded"),
            models.CheckConstraint(condition=Q(is_misconduct=False) | ~Q(course_of_events=""), name="complaint_misconduct_told"),
            models.CheckConstraint(
                condition=~Q(state__in=["ASSIGNED", "HANDLED", "TO_CALL_BACK"]) | Q(department__isnull=False),
                name="complaint_somebody_answers",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["HANDLED", "TO_CALL_BACK", "SATISFIED", "TO_FILE", "ARCHIVED"])
                | ~Q(result="") & Q(resolved_by__isnull=False, resolved_at__isnull=False),
                name="complaint_result_told",
            ),
            models.CheckConstraint(
                condition=Q(malicious_by=None, malicious_reason="", malicious_answer="")
                | Q(malicious_by__isnull=False) & ~Q(malicious_reason="") & ~Q(malicious_answer=""),
                name="complaint_malicious_explained",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at=None, reviewed_by=None) | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
                name="complaint_review_led",
            ),
            models.CheckConstraint(condition=Q(round__gt=0), name="complaint_round_counts"),
        ]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_malicious(self) -> bool:
        return self.malicious_reason != ""


class ReturnVisit(Recorded):
    """The call or visit after a complaint was handled: one in each round (manual 3.3.6-6)."""

    class Method(models.TextChoices):
        PHONE = "PHONE", _("By phone")
        IN_PERSON = "IN_PERSON", _("In person")

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="visits", verbose_name=_("complaint"))
    round = models.PositiveSmallIntegerField(_("round"))
    due_at = models.DateTimeField(_("due"))
    method = models.CharField(_("how"), max_length=10, choices=Method.choices, blank=True)
    person = CleanCharField(_("spoke with"), max_length=60, blank=True)
    is_satisfied = models.BooleanField(_("satisfied"), null=True)
    remark = CleanTextField(_("what the customer said"), max_length=2000, blank=True)
    suggestions = CleanTextField(_("other suggestions"), max_length=2000, blank=True)
    thanked = models.BooleanField(_("thanked"), default=False)
    visited_at = models.DateTimeField(_("visited"), null=True)
    visited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("visited by"))

    class Meta:
        verbose_name, verbose_name_plural = _("return visit"), _("return visits")
        ordering = ["complaint_id", "round"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "round"], name="return_visit_once_a_round"),
            models.CheckConstraint(
                condition=Q(visited_at=None, is_satisfied=None)
                | Q(visited_at__isnull=False, is_satisfied__isnull=False, visited_by__isnull=False, thanked=True) & ~Q(method=""),
                name="return_visit_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint} · {self.round}"


class Escalation(Recorded):
    """Who was told that a complaint is late: once for each rung and time limit."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="escalations", verbose_name=_("complaint"))
    step = models.ForeignKey(EscalationStep, models.PROTECT, related_name="+", verbose_name=_("escalation step"))
    due_at = models.DateTimeField(_("time limit"))
    told_at = models.DateTimeField(_("told"))
    told = CleanCharField(_("who was told"), max_length=200)

    class Meta:
        verbose_name, verbose_name_plural = _("escalation"), _("escalations")
        ordering = ["-told_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "step", "due_at"], name="escalation_once"),
            models.CheckConstraint(condition=Q(told_at__gte=F("due_at")), name="escalation_after_the_limit"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint} · {self.told}"
