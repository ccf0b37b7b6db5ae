"""A work order from the request to the file, its return visits and who was told that it is late."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import text_search
from core.models import CleanCharField, CleanTextField, Record, Recorded, phone_validator
from repairs.models.rules import EscalationStep, RepairCategory, ServiceItem, Urgency

PAUSED_STATES = ["AWAITING_PARTS", "PAUSED"]
ACCEPTED_STATES = ["ACCEPTED", "IN_PROGRESS", "AWAITING_PARTS", "PAUSED", "TO_CONFIRM", "REWORK", "TO_PAY", "REFUSED", "DONE", "CLOSED"]
FINISHED_STATES = ["TO_CONFIRM", "TO_PAY", "REFUSED", "DONE", "CLOSED"]
STATES = ["NEW", "REVIEW", "AWAITING_TENANT", "ASSIGNED", *ACCEPTED_STATES, "DECLINED", "WITHDRAWN"]
OPEN_STATES = ["NEW", "REVIEW", "AWAITING_TENANT", "ASSIGNED", *ACCEPTED_STATES[:6]]


# What the register is searched by, in the order of its index.
WORDS = ("number", "company", "name", "phone", "spot", "content")


class WorkOrderQuerySet(models.QuerySet["WorkOrder"]):
    def open(self) -> WorkOrderQuerySet:
        """Those whose work is not accepted yet."""
        return self.filter(state__in=OPEN_STATES)

    def with_deadline(self) -> WorkOrderQuerySet:
        """Those that wait for somebody by a time: not paused, not settled."""
        return self.filter(state__in=[*OPEN_STATES, "DONE"], due_at__isnull=False, paused_at=None)

    def overdue(self, at: dt.datetime) -> WorkOrderQuerySet:
        """Past the time limit of whose turn it is."""
        return self.with_deadline().filter(due_at__lt=at)


class WorkOrder(Record):
    """A repair request and its Engineering Work Order in one (manual 3.4.4): nothing is written twice.

    `due_at` is the limit of whoever's turn it is, `finish_by` that of the work; both stand still while it is paused.
    """

    SERIES: ClassVar[str] = "BX"
    STEADY: ClassVar[tuple[str, ...]] = ("building", "unit", "area", "category", "service", "urgency")

    class State(models.TextChoices):
        NEW = "NEW", _("New")
        REVIEW = "REVIEW", _("Under review")
        AWAITING_TENANT = "AWAITING_TENANT", _("Awaiting tenant")
        ASSIGNED = "ASSIGNED", _("Assigned")
        ACCEPTED = "ACCEPTED", pgettext_lazy("repair", "Accepted")
        IN_PROGRESS = "IN_PROGRESS", pgettext_lazy("repair", "In progress")
        AWAITING_PARTS = "AWAITING_PARTS", _("Awaiting parts")
        PAUSED = "PAUSED", _("On hold")
        TO_CONFIRM = "TO_CONFIRM", _("To confirm")
        REWORK = "REWORK", _("Rework")
        TO_PAY = "TO_PAY", pgettext_lazy("repair", "To pay")
        REFUSED = "REFUSED", _("Payment refused")
        DONE = "DONE", pgettext_lazy("repair", "Done")
        CLOSED = "CLOSED", _("Closed")
        DECLINED = "DECLINED", _("Declined")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    STATE_TONES: ClassVar[dict[str, str]] = {
        "NEW": "I",
        "REVIEW": "A",
        "AWAITING_TENANT": "W",
        "ASSIGNED": "I",
        "ACCEPTED": "A",
        "IN_PROGRESS": "A",
        "AWAITING_PARTS": "W",
        "PAUSED": "W",
        "TO_CONFIRM": "W",
        "REWORK": "Y",
        "TO_PAY": "Y",
        "REFUSED": "D",
        "DONE": "S",
        "CLOSED": "N",
        "DECLINED": "N",
        "WITHDRAWN": "N",
    }

    class Channel(models.TextChoices):
        PHONE = "PHONE", _("By phone")
        IN_PERSON = "IN_PERSON", _("In person")
        LETTER = "LETTER", _("In writing")
        LABEL = "LABEL", _("By the QR label")
        COLLEAGUE = "COLLEAGUE", _("By a colleague")

    class Pause(models.TextChoices):
        PARTS = "PARTS", _("Waiting for parts")
        TENANT = "TENANT", _("Waiting for the customer")
        ACCESS = "ACCESS", _("Waiting for access")
        APPROVAL = "APPROVAL", _("Waiting for an approval")

    class Reply(models.TextChoices):
        PHONE = "PHONE", _("By phone")
        IN_PERSON = "IN_PERSON", _("In person")
        SERVICE = "SERVICE", _("Customer service tells them")

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    tenant = models.ForeignKey(
        "tenants.Tenant", models.PROTECT, null=True, blank=True, related_name="work_orders", verbose_name=_("tenant")
    )
    unit = models.ForeignKey("premises.Unit", models.PROTECT, null=True, blank=True, related_name="work_orders", verbose_name=_("unit"))
    area = models.ForeignKey(
        "premises.PublicArea", models.PROTECT, null=True, blank=True, related_name="work_orders", verbose_name=_("public area")
    )
    equipment = models.ForeignKey(
        "premises.EquipmentItem", models.SET_NULL, null=True, blank=True, related_name="work_orders", verbose_name=_("equipment")
    )
    spot = CleanCharField(_("where exactly"), max_length=120, blank=True)
    company = CleanCharField(_("customer"), max_length=120, blank=True)
    name = CleanCharField(_("reported by"), max_length=60)
    phone = CleanCharField(_("phone"), max_length=30, blank=True, validators=[phone_validator])
    channel = models.CharField(_("how it was reported"), max_length=10, choices=Channel.choices, default=Channel.PHONE)
    category = models.ForeignKey(RepairCategory, models.PROTECT, related_name="work_orders", verbose_name=_("category"))
    service = models.ForeignKey(
        ServiceItem, models.PROTECT, null=True, blank=True, related_name="work_orders", verbose_name=_("repair service item")
    )
    content = CleanTextField(_("fault"), max_length=2000)
    is_public = models.BooleanField(_("public property of the building"), default=False)
    is_paid = models.BooleanField(_("paid service"), default=False, editable=False)
    urgency = models.ForeignKey(Urgency, models.PROTECT, related_name="+", verbose_name=_("urgency"))
    appointment_at = models.DateTimeField(_("appointment"), null=True, blank=True)
    appointment_until = models.DateTimeField(_("appointment until"), null=True, blank=True)
    defect = models.ForeignKey(
        "tenants.Defect", models.PROTECT, null=True, blank=True, related_name="work_orders", verbose_name=_("defect")
    )
    complaint = models.ForeignKey(
        "complaints.Complaint", models.PROTECT, null=True, blank=True, related_name="work_orders", verbose_name=_("complaint")
    )
    reporter_key = models.CharField(max_length=64, blank=True, editable=False)

    state = models.CharField(_("status"), max_length=16, choices=State.choices, default=State.NEW, editable=False)
    received_at = models.DateTimeField(_("reported on"), editable=False)
    due_at = models.DateTimeField(_("time limit"), null=True, editable=False)
    finish_by = models.DateTimeField(_("to be finished by"), null=True, editable=False)
    round = models.PositiveSmallIntegerField(_("round"), default=1, editable=False)
    pause_reason = models.CharField(_("why it waits"), max_length=10, choices=Pause.choices, blank=True, editable=False)
    paused_at = models.DateTimeField(_("waiting since"), null=True, editable=False)

    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("reviewed by")
    )
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, editable=False)
    answer = CleanTextField(_("answer of the review"), max_length=2000, blank=True, editable=False)
    reply = models.CharField(_("how the customer was told"), max_length=10, choices=Reply.choices, blank=True, editable=False)

    dispatched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("sent to engineering by")
    )
    dispatched_at = models.DateTimeField(_("sent to engineering"), null=True, editable=False)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="work_orders", verbose_name=_("technician")
    )
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("received by")
    )
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    arrived_at = models.DateTimeField(_("arrived"), null=True, editable=False)
    findings = CleanTextField(_("findings on site"), max_length=2000, blank=True, editable=False)
    work_done = CleanTextField(_("what was done"), max_length=8000, blank=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)
    confirmed_at = models.DateTimeField(_("accepted by the customer"), null=True, editable=False)
    bill = models.ForeignKey("billing.Bill", models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("payment notice"))
    refusal = CleanTextField(_("why payment is refused"), max_length=2000, blank=True, editable=False)
    passed_on_at = models.DateTimeField(_("passed on to the persons concerned"), null=True, editable=False)

    objects = WorkOrderQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("work order"), _("work orders")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["building", "-id"], name="work_order_by_building"),
            models.Index(fields=["tenant", "-id"], name="work_order_by_tenant"),
            models.Index(fields=["unit", "-id"], name="work_order_by_unit"),
            models.Index(fields=["equipment", "-id"], name="work_order_by_equipment", condition=Q(equipment__isnull=False)),
            models.Index(fields=["phone"], name="work_order_by_phone"),
            models.Index(fields=["building", "received_at"], name="work_order_by_day"),
            models.Index(fields=["reporter_key", "-received_at"], name="work_order_by_reporter", condition=~Q(reporter_key="")),
            models.Index(fields=["due_at"], condition=Q(paused_at=None, state__in=[*OPEN_STATES, "DONE"]), name="work_order_due"),
            models.Index(fields=["assignee"], condition=Q(state__in=OPEN_STATES), name="work_order_load"),
            models.Index(fields=["building", "state"], condition=Q(state__in=OPEN_STATES), name="work_order_board"),
            models.Index(fields=["state", "building", "-id"], name="work_order_by_state"),
            models.Index(fields=["category", "building", "-id"], name="work_order_by_category"),
            models.Index(fields=["building", "-id"], condition=Q(is_paid=True), name="work_order_paid"),
            models.Index(fields=["finished_at", "building"], condition=Q(is_paid=True), name="work_order_paid_finished"),
            models.Index(fields=["building", "-id"], condition=Q(is_public=True), name="work_order_public"),
            text_search.index(*WORDS, name="work_order_words"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="work_order_state_known"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(content=""), name="work_order_fully_recorded"),
            models.CheckConstraint(
                condition=~Q(phone="") | Q(channel="COLLEAGUE"),
                name="work_order_can_call_back",
                violation_error_message=_("Enter a phone number to call back."),
            ),
            models.CheckConstraint(
                condition=Q(appointment_until=None) | Q(appointment_at__isnull=False, appointment_until__gt=F("appointment_at")),
                name="work_order_appointment_in_order",
                violation_error_message=_("An appointment ends after it begins."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=ACCEPTED_STATES) | Q(assignee__isnull=False, accepted_by__isnull=False, accepted_at__isnull=False),
                name="work_order_received_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["IN_PROGRESS", *FINISHED_STATES]) | Q(arrived_at__isnull=False), name="work_order_arrival_told"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=FINISHED_STATES) | Q(finished_at__isnull=False) & ~Q(findings=""), name="work_order_work_told"
            ),
            models.CheckConstraint(
                condition=Q(state__in=PAUSED_STATES, paused_at__isnull=False) & ~Q(pause_reason="")
                | ~Q(state__in=PAUSED_STATES) & Q(paused_at=None, pause_reason=""),
                name="work_order_pause_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["TO_PAY", "REFUSED"]) | Q(bill__isnull=False, is_paid=True), name="work_order_to_pay_has_its_notice"
            ),
            models.CheckConstraint(condition=~Q(state="REFUSED") | ~Q(refusal=""), name="work_order_refusal_has_reason"),
            models.CheckConstraint(
                condition=~Q(state="DECLINED") | ~Q(answer="") & Q(reviewed_by__isnull=False), name="work_order_declined_is_answered"
            ),
            models.CheckConstraint(condition=Q(round__gt=0), name="work_order_round_counts"),
            models.UniqueConstraint(
                fields=["defect"],
                condition=~Q(state__in=["CLOSED", "DECLINED", "WITHDRAWN"]),
                name="work_order_one_open_a_defect",
                violation_error_message=_("This defect has an open work order already."),
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_paused(self) -> bool:
        return self.state in PAUSED_STATES

    @property
    def is_checked_by_us(self) -> bool:
        """True where it is nobody's own: customer service accepts the work, not a customer."""
        return self.is_public and self.tenant_id is None

    @property
    def was_late(self) -> bool | None:
        """True when the repairer arrived after the appointment began; None when it can't be said."""
        if self.appointment_at is None or self.arrived_at is None:
            return None
        return self.arrived_at > self.appointment_at

    @property
    def in_time(self) -> bool | None:
        """True when the work was finished by its limit; None while it goes on."""
        return None if self.finished_at is None or self.finish_by is None else self.finished_at <= self.finish_by


class ReturnVisit(Recorded):
    """The call or visit after the work was done: one in each round."""

    class Method(models.TextChoices):
        PHONE = "PHONE", _("By phone")
        IN_PERSON = "IN_PERSON", _("In person")

    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="visits", verbose_name=_("work order"))
    round = models.PositiveSmallIntegerField(_("round"))
    due_at = models.DateTimeField(_("due"))
    method = models.CharField(_("how"), max_length=10, choices=Method.choices, blank=True)
    person = CleanCharField(_("spoke with"), max_length=60, blank=True)
    is_satisfied = models.BooleanField(_("satisfied"), null=True)
    remark = CleanTextField(_("what the customer said"), max_length=2000, blank=True)
    visited_at = models.DateTimeField(_("visited"), null=True)
    visited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("visited by"))

    class Meta:
        verbose_name, verbose_name_plural = _("return visit"), _("return visits")
        ordering = ["order_id", "round"]
        constraints = [
            models.UniqueConstraint(fields=["order", "round"], name="repair_visit_once_a_round"),
            models.CheckConstraint(
                condition=Q(visited_at=None, is_satisfied=None)
                | Q(visited_at__isnull=False, is_satisfied__isnull=False, visited_by__isnull=False) & ~Q(method=""),
                name="repair_visit_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} · {self.round}"


class Escalation(Recorded):
    """Who was told that a work order is late: once for each rung and time limit."""

    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="escalations", verbose_name=_("work order"))
    step = models.ForeignKey(EscalationStep, models.PROTECT, related_name="+", verbose_name=_("escalation step"))
    due_at = models.DateTimeField(_("time limit"))
    told_at = models.DateTimeField(_("told"))
    told = CleanCharField(_("who was told"), max_length=200)

    class Meta:
        verbose_name, verbose_name_plural = _("escalation"), _("escalations")
        ordering = ["-told_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "step", "due_at"], name="repair_escalation_once"),
            models.CheckConstraint(condition=Q(told_at__gte=F("due_at")), name="repair_escalation_after_the_limit"),
        ]

    def __str__(self) -> str:
        return f"{self.order} · {self.told}"
