"""Money given back or given up: refunds, and waivers within limits."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.charges import Charge
from billing.models.deposits import Deposit
from billing.models.ledger import Entry, MoneyField, PaymentMethod
from core.models import CleanCharField, CleanTextField, Record, Recorded
from staff.models import Department, Rank


class Refund(Record):
    """A deposit or a prepayment asked back: approved by somebody else than who asked, paid once, to the payer only."""

    SERIES: ClassVar[str] = "RF"

    class State(models.TextChoices):
        REQUESTED = "REQUESTED", _("To approve")
        APPROVED = "APPROVED", _("To pay")
        PAID = "PAID", _("Refunded")
        RETURNED = "RETURNED", _("Returned")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    STATE_TONES: ClassVar[dict[str, str]] = {"REQUESTED": "W", "APPROVED": "A", "PAID": "S", "RETURNED": "D", "WITHDRAWN": "N"}

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    tenant = models.ForeignKey("tenants.Tenant", models.PROTECT, related_name="refunds", verbose_name=_("tenant"))
    deposit = models.ForeignKey(Deposit, models.PROTECT, null=True, related_name="refunds", verbose_name=_("deposit"))
    amount = MoneyField(_("amount"))
    payee = CleanCharField(_("payee"), max_length=120)
    payee_account = CleanCharField(_("payee's account"), max_length=80, blank=True)
    method = models.CharField(_("method"), max_length=10, choices=PaymentMethod.choices, default=PaymentMethod.TRANSFER)
    reason = CleanTextField(_("reason"), max_length=500)
    state = models.CharField(_("status"), max_length=10, choices=State.choices, default=State.REQUESTED, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("approved by")
    )
    held_at_approval = MoneyField(_("held when it was approved"), null=True, editable=False)
    entry = models.OneToOneField(Entry, models.PROTECT, null=True, editable=False, related_name="refund", verbose_name=_("entry"))

    class Meta:
        ordering = ["-id"]
        verbose_name, verbose_name_plural = _("refund"), _("refunds")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["REQUESTED", "APPROVED", "PAID", "RETURNED", "WITHDRAWN"]), name="refund_state_in_list"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_positive"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(created_by=None) | ~Q(approved_by=F("created_by")),
                name="refund_not_approved_by_requester",
            ),
            models.CheckConstraint(
                condition=Q(state="PAID", entry__isnull=False, approved_by__isnull=False) | ~Q(state="PAID") & Q(entry=None),
                name="refund_paid_is_approved_and_booked",
            ),
            models.UniqueConstraint(
                fields=["deposit"],
                condition=Q(state__in=["REQUESTED", "APPROVED"]),
                name="refund_one_open_a_deposit",
                violation_error_message=_("A refund of this deposit is under way already."),
            ),
        ]


class WaiverKind(models.TextChoices):
    COMPENSATION = "COMPENSATION", _("Compensation")
    PENALTY = "PENALTY", _("Penalty charge")
    ROUND_OFF = "ROUND_OFF", _("Rounding off")
    FEE = "FEE", _("Fee")


class WaiverLimit(Recorded):
    """How much a post may waive of a kind by its own signature, yuan a time (article 5: within the amount set by the company)."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    rank = models.CharField(_("rank"), max_length=10, choices=Rank.choices)
    kind = models.CharField(_("kind"), max_length=12, choices=WaiverKind.choices)
    amount = MoneyField(_("up to"))
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["kind", "amount", "id"]
        verbose_name, verbose_name_plural = _("waiver limit"), _("waiver limits")
        constraints = [
            models.UniqueConstraint(
                fields=["department", "rank", "kind"],
                name="waiver_limit_once",
                violation_error_message=_("This post has a limit of this kind already."),
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="waiver_limit_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.get_rank_display()} {self.get_kind_display()}"


class Waiver(Record):
    """Part of a charge given up: signed alone within one's limit, else approved by who holds it, or with oral consent first."""

    SERIES: ClassVar[str] = "WV"

    class State(models.TextChoices):
        WAITING = "WAITING", _("To approve")
        APPROVED = "APPROVED", _("Waived")
        RETURNED = "RETURNED", _("Returned")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")
        REVERSED = "REVERSED", _("Taken back")

    STATE_TONES: ClassVar[dict[str, str]] = {"WAITING": "W", "APPROVED": "S", "RETURNED": "D", "WITHDRAWN": "N", "REVERSED": "D"}

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    tenant = models.ForeignKey("tenants.Tenant", models.PROTECT, related_name="waivers", verbose_name=_("tenant"))
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="waivers", verbose_name=_("charge"))
    kind = models.CharField(_("kind"), max_length=12, choices=WaiverKind.choices)
    amount = MoneyField(_("amount"))
    reason = CleanTextField(_("reason"), max_length=500)
    state = models.CharField(_("status"), max_length=10, choices=State.choices, default=State.WAITING, editable=False)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("signed by")
    )
    entry = models.OneToOneField(Entry, models.PROTECT, null=True, editable=False, related_name="waiver", verbose_name=_("entry"))

    class Meta:
        ordering = ["-id"]
        verbose_name, verbose_name_plural = _("waiver"), _("waivers")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["WAITING", "APPROVED", "RETURNED", "WITHDRAWN", "REVERSED"]), name="waiver_state_in_list"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="waiver_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="waiver_has_reason"),
            models.CheckConstraint(
                condition=~Q(state="APPROVED") | Q(entry__isnull=False, signed_by__isnull=False), name="waiver_booked_and_signed"
            ),
            models.UniqueConstraint(
                fields=["charge"],
                condition=Q(state="WAITING"),
                name="waiver_one_waiting_a_charge",
                violation_error_message=_("A waiver of this charge waits already."),
            ),
        ]
