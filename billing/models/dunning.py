"""Chasing what is not paid: the ladder of reminders, what was promised, days granted, and late fees."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models.charges import Bill, Charge
from billing.models.ledger import MoneyField
from core.models import CleanCharField, CleanTextField, Record, Recorded


class Channel(models.TextChoices):
    """How a tenant is reminded; cutting off water or power is no such way (Civil Code, article 944)."""

    NOTICE = "NOTICE", _("Reminder notice")
    CALL = "CALL", _("Call")
    LETTER = "LETTER", _("Letter, signed for")
    VISIT = "VISIT", _("Visit with the manager's letter")
    LAWYER = "LAWYER", _("Lawyer's letter")


# What goes out on paper and can be sent to many at once.
ON_PAPER = (Channel.NOTICE, Channel.LETTER)


class DunningStep(Recorded):
    """A rung of the ladder: so many days after the due day (before it, when negative) somebody reminds in some way."""

    class Who(models.TextChoices):
        SERVICE = "SERVICE", _("Customer service")
        FINANCE = "FINANCE", _("Finance")
        MANAGER = "MANAGER", _("The property manager")

    after_days = models.SmallIntegerField(_("days after the due day"), help_text=_("a negative number is before it"))
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    who = models.CharField(_("who"), max_length=8, choices=Who.choices)
    text = CleanTextField(_("text of the reminder"), max_length=1000, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["after_days", "id"]
        verbose_name, verbose_name_plural = _("reminder step"), _("reminder steps")
        constraints = [
            models.UniqueConstraint(
                fields=["after_days"],
                condition=Q(is_active=True),
                name="dunning_step_one_a_day",
                violation_error_message=_("There is a step on this day already."),
            ),
            models.CheckConstraint(condition=Q(after_days__range=(-30, 400)), name="dunning_step_day_in_range"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="dunning_step_channel_in_list"),
            models.CheckConstraint(condition=Q(who__in=["SERVICE", "FINANCE", "MANAGER"]), name="dunning_step_who_in_list"),
        ]

    def __str__(self) -> str:
        return f"{self.after_days:+d} · {self.get_channel_display()}"

    @property
    def is_on_paper(self) -> bool:
        """True for what is sent to many at once; the rest is done one by one."""
        return self.channel in ON_PAPER


class Reminder(Record):
    """One reminder of one tenant (催缴): proposed by the clock or written by hand, sent, left out, or passed on.

    `since` is the oldest day that was due: the same step of the same debt is proposed once. `asked` and `amount` are what
    was asked when it was sent: [[text, due day, yuan]], as printed.
    """

    SERIES: ClassVar[str] = "RM"

    class State(models.TextChoices):
        TO_SEND = "TO_SEND", _("To send")
        MANAGER = "MANAGER", _("For the property manager")
        SENT = "SENT", pgettext_lazy("reminder", "Sent")
        DELIVERED = "DELIVERED", _("Delivered")
        PASSED_ON = "PASSED_ON", _("Passed on")
        LEFT_OUT = "LEFT_OUT", _("Left out")
        SETTLED = "SETTLED", _("No longer needed")

    STATE_TONES: ClassVar[dict[str, str]] = {
        "TO_SEND": "A", "MANAGER": "A", "SENT": "I", "DELIVERED": "S", "PASSED_ON": "D", "LEFT_OUT": "N", "SETTLED": "S",
    }  # fmt: skip

    # Nobody has sent these yet.
    WAITING: ClassVar[tuple[str, ...]] = ("TO_SEND", "MANAGER")

    class Result(models.TextChoices):
        SENT = "SENT", pgettext_lazy("reminder", "Sent")
        REACHED = "REACHED", pgettext_lazy("result of a call", "Spoken to")
        PROMISED = "PROMISED", _("Promised to pay")
        DISPUTED = "DISPUTED", _("Disputes it")
        NOT_REACHED = "NOT_REACHED", _("Not reached")
        REFUSED = "REFUSED", _("Refuses to pay")

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    tenant = models.ForeignKey("tenants.Tenant", models.PROTECT, related_name="reminders", verbose_name=_("tenant"))
    step = models.ForeignKey(DunningStep, models.PROTECT, null=True, related_name="+", verbose_name=_("step"))
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    since = models.DateField(_("oldest due day"))
    due_on = models.DateField(_("to be sent by"))
    amount = MoneyField(_("amount"))
    asked = models.JSONField(_("what was asked"), default=list, editable=False)
    state = models.CharField(_("status"), max_length=10, choices=State.choices, default=State.TO_SEND, editable=False)
    result = models.CharField(_("result"), max_length=12, choices=Result.choices, blank=True, editable=False)
    spoke_to = CleanCharField(_("spoken to"), max_length=80, blank=True, editable=False)
    note = CleanTextField(_("note"), max_length=500, blank=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("sent by")
    )
    delivered_on = models.DateField(_("delivered on"), null=True, editable=False)
    received_by = CleanCharField(_("received by"), max_length=80, blank=True, editable=False)

    class Meta:
        ordering = ["-id"]
        verbose_name, verbose_name_plural = _("payment reminder"), _("payment reminders")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["TO_SEND", "MANAGER", "SENT", "DELIVERED", "PASSED_ON", "LEFT_OUT", "SETTLED"]),
                name="reminder_state_in_list",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="reminder_positive"),
            models.CheckConstraint(
                condition=~Q(state__in=["SENT", "DELIVERED"]) | Q(sent_at__isnull=False) & ~Q(result=""), name="reminder_sent_says_how"
            ),
            models.CheckConstraint(
                condition=~Q(state="DELIVERED") | Q(delivered_on__isnull=False) & ~Q(received_by=""), name="reminder_delivered_has_proof"
            ),
            models.UniqueConstraint(fields=["tenant", "step", "since"], name="reminder_step_once_a_debt"),
        ]
        indexes = [
            models.Index(fields=["tenant", "-id"], name="reminder_of_tenant"),
            models.Index(fields=["building", "due_on"], condition=Q(state__in=["TO_SEND", "MANAGER"]), name="reminder_to_send"),
        ]


class Promise(Record):
    """What a tenant said it would pay by when; money that comes in keeps it, its day passing breaks it."""

    SERIES: ClassVar[str] = "PP"

    class State(models.TextChoices):
        OPEN = "OPEN", pgettext_lazy("promise", "Promised")
        KEPT = "KEPT", pgettext_lazy("promise", "Kept")
        BROKEN = "BROKEN", pgettext_lazy("promise", "Broken")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    STATE_TONES: ClassVar[dict[str, str]] = {"OPEN": "W", "KEPT": "S", "BROKEN": "D", "WITHDRAWN": "N"}

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    tenant = models.ForeignKey("tenants.Tenant", models.PROTECT, related_name="promises", verbose_name=_("tenant"))
    reminder = models.ForeignKey(Reminder, models.PROTECT, null=True, related_name="promises", verbose_name=_("payment reminder"))
    amount = MoneyField(_("amount"))
    pay_by = models.DateField(_("pays by"))
    promised_by = CleanCharField(_("promised by"), max_length=80)
    promised_at = models.DateTimeField(_("promised"), editable=False)
    state = models.CharField(_("status"), max_length=10, choices=State.choices, default=State.OPEN, editable=False)

    class Meta:
        ordering = ["-id"]
        verbose_name, verbose_name_plural = _("promise to pay"), _("promises to pay")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["OPEN", "KEPT", "BROKEN", "WITHDRAWN"]), name="promise_state_in_list"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="promise_positive"),
            models.UniqueConstraint(fields=["tenant"], condition=Q(state="OPEN"), name="promise_one_open_a_tenant"),
        ]


class Postponement(Record):
    """A later day for one payment notice, granted once by the property manager."""

    SERIES: ClassVar[str] = "PD"

    class State(models.TextChoices):
        REQUESTED = "REQUESTED", _("To approve")
        GRANTED = "GRANTED", _("Granted")
        RETURNED = "RETURNED", _("Returned")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    STATE_TONES: ClassVar[dict[str, str]] = {"REQUESTED": "W", "GRANTED": "S", "RETURNED": "D", "WITHDRAWN": "N"}

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    bill = models.ForeignKey(Bill, models.PROTECT, related_name="postponements", verbose_name=_("payment notice"))
    pay_by = models.DateField(_("new due day"))
    reason = CleanTextField(_("reason"), max_length=500)
    state = models.CharField(_("status"), max_length=10, choices=State.choices, default=State.REQUESTED, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("decided by")
    )

    class Meta:
        ordering = ["-id"]
        verbose_name, verbose_name_plural = _("postponement"), _("postponements")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["REQUESTED", "GRANTED", "RETURNED", "WITHDRAWN"]), name="postponement_state_in_list"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="postponement_has_reason"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(created_by=None) | ~Q(decided_by=F("created_by")), name="postponement_by_two_hands"
            ),
            models.UniqueConstraint(
                fields=["bill"],
                condition=Q(state__in=["REQUESTED", "GRANTED"]),
                name="postponement_once_a_bill",
                violation_error_message=_("This notice was postponed already; that is granted once."),
            ),
        ]


class LateFee(Recorded):
    """The late fee of one charge for some days, both included; no day is ever charged twice, and none on a late fee."""

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="late_fees", verbose_name=_("charge"))
    fee = models.OneToOneField(Charge, models.PROTECT, related_name="late_fee_of", verbose_name=_("late fee"))
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"))
    amount = MoneyField(_("amount"))

    class Meta:
        ordering = ["charge", "first_day"]
        verbose_name, verbose_name_plural = _("late fee"), _("late fees")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="late_fee_positive"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="late_fee_days_in_order"),
            models.CheckConstraint(condition=~Q(charge=F("fee")), name="late_fee_not_on_itself"),
            ExclusionConstraint(
                name="late_fee_a_day_once",
                expressions=[
                    ("charge", RangeOperators.EQUAL),
                    (Func(F("first_day"), F("last_day"), Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"
