"""What tenants owe line by line, what settles it, and the payment notices that ask for it."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models.ledger import FIRST_DAY, LAST_DAY, Entry, MoneyField
from billing.models.prices import ChargeKind
from core.models import CleanCharField, Record


class BillRun(Record):
    """The bills of one building and month: previewed, issued once, then locked."""

    SERIES: ClassVar[str] = "BR"

    class State(models.TextChoices):
        PREVIEW = "PREVIEW", _("Preview")
        RUNNING = "RUNNING", _("Running")
        ISSUED = "ISSUED", pgettext_lazy("money", "Issued")
        LOCKED = "LOCKED", _("Locked")
        CANCELLED = "CANCELLED", _("Cancelled")

    STATE_TONES: ClassVar[dict[str, str]] = {"PREVIEW": "N", "RUNNING": "A", "ISSUED": "S", "LOCKED": "N", "CANCELLED": "N"}

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    month = models.DateField(_("month"))
    due_on = models.DateField(_("due on"))
    state = models.CharField(_("status"), max_length=10, choices=State.choices, default=State.PREVIEW, editable=False)
    issued_at = models.DateTimeField(_("issued"), null=True, editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("issued by")
    )
    billed = models.PositiveIntegerField(_("tenants billed"), default=0, editable=False)
    total = MoneyField(_("total"), default=0, editable=False)
    cursor = models.BigIntegerField(default=0, editable=False, help_text="the last tenant it came to")

    class Meta:
        ordering = ["-month", "-id"]
        verbose_name, verbose_name_plural = _("bill run"), _("bill runs")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["PREVIEW", "RUNNING", "ISSUED", "LOCKED", "CANCELLED"]), name="bill_run_state_in_list"
            ),
            models.UniqueConstraint(
                fields=["building", "month"],
                condition=~Q(state="CANCELLED"),
                name="bill_run_once_a_month",
                violation_error_message=_("This month has its bill run already."),
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="bill_run_month_is_a_first_day"),
            models.CheckConstraint(condition=Q(due_on__gte=F("month")), name="bill_run_due_after_month_begins"),
        ]


class Bill(Record):
    """A payment notice (缴费通知单): what a tenant is asked to pay by a day. What is still open follows its charges.

    `amount` and `outstanding` are kept by the database from the charges and their allocations, in yuan.
    """

    SERIES: ClassVar[str] = "PN"

    class State(models.TextChoices):
        ISSUED = "ISSUED", pgettext_lazy("money", "Issued")
        DISPUTED = "DISPUTED", _("Disputed")
        VOID = "VOID", _("Void")

    STATE_TONES: ClassVar[dict[str, str]] = {"ISSUED": "I", "DISPUTED": "W", "VOID": "N"}

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    tenant = models.ForeignKey("tenants.Tenant", models.PROTECT, related_name="bills", verbose_name=_("tenant"))
    run = models.ForeignKey(BillRun, models.PROTECT, null=True, related_name="bills", verbose_name=_("bill run"))
    issued_on = models.DateField(_("issued on"))
    due_on = models.DateField(_("due on"))
    postponed_to = models.DateField(_("postponed to"), null=True, editable=False)
    title = CleanCharField(_("title"), max_length=120)
    state = models.CharField(_("status"), max_length=8, choices=State.choices, default=State.ISSUED, editable=False)
    amount = MoneyField(_("amount"), default=0, editable=False)
    outstanding = MoneyField(_("outstanding"), default=0, editable=False)

    class Meta:
        ordering = ["-issued_on", "-id"]
        verbose_name, verbose_name_plural = _("payment notice"), _("payment notices")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["ISSUED", "DISPUTED", "VOID"]), name="bill_state_in_list"),
            models.CheckConstraint(condition=Q(due_on__gte=F("issued_on")), name="bill_due_after_issue"),
            models.CheckConstraint(condition=Q(outstanding__gte=0, outstanding__lte=F("amount")), name="bill_outstanding_in_range"),
            models.UniqueConstraint(fields=["run", "tenant"], condition=~Q(state="VOID"), name="bill_once_a_run"),
        ]
        indexes = [
            models.Index(fields=["tenant", "-issued_on"], name="bill_of_tenant"),
            models.Index(fields=["building", "-issued_on", "-id"], name="bill_newest"),
            models.Index(fields=["-issued_on", "-id"], name="bill_latest_anywhere"),
            models.Index(fields=["building", "due_on"], condition=Q(outstanding__gt=0), name="bill_open"),
        ]

    def standing(self, today: dt.date) -> tuple[str, str]:
        """(slug, tone) of what the notice stands at today: not stored, so that it can never disagree with the money."""
        if self.state != self.State.ISSUED:
            return self.state, self.STATE_TONES[self.state]
        if self.outstanding == 0:
            return "PAID", "S"
        if (self.postponed_to or self.due_on) < today:
            return "OVERDUE", "D"
        return ("DUE", "I") if self.outstanding == self.amount else ("PART_PAID", "Y")


class ChargeQuerySet(models.QuerySet["Charge"]):
    def unpaid(self) -> ChargeQuerySet:
        return self.filter(outstanding__gt=0)

    def overdue(self, on: dt.date) -> ChargeQuerySet:
        """Unpaid past their day, a postponed one past the day it was put off to."""
        return self.unpaid().filter(due_on__lt=on).filter(Q(postponed_to=None) | Q(postponed_to__lt=on))

    def chased(self) -> ChargeQuerySet:
        """Unpaid and not disputed, with `ripe`, the day it is due on after any postponement."""
        return self.unpaid().exclude(bill__state=Bill.State.DISPUTED).annotate(ripe=Coalesce("postponed_to", "due_on"))

    def oldest_first(self) -> ChargeQuerySet:
        return self.order_by("due_on", "id")


class Charge(models.Model):
    """One line a tenant owes. Never edited; `outstanding` falls by allocations alone, kept by the database.

    `key` is unique: the same month of the same lease can't be charged twice.
    """

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="charges", verbose_name=_("entry"))
    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    tenant = models.ForeignKey("tenants.Tenant", models.PROTECT, related_name="charges", verbose_name=_("tenant"))
    kind = models.ForeignKey(ChargeKind, models.PROTECT, related_name="charges", verbose_name=_("charge kind"))
    unit = models.ForeignKey("premises.Unit", models.PROTECT, null=True, related_name="+", verbose_name=_("unit"))
    lease = models.ForeignKey("tenants.Lease", models.PROTECT, null=True, related_name="+", verbose_name=_("lease"))
    bill = models.ForeignKey(Bill, models.PROTECT, null=True, related_name="charges", verbose_name=_("payment notice"))
    text = CleanCharField(_("text"), max_length=200, blank=True)
    formula = CleanCharField(_("how it was worked out"), max_length=200, blank=True)
    period_from = models.DateField(_("from"), null=True)
    period_to = models.DateField(_("to"), null=True)
    quantity = models.DecimalField(_("quantity"), max_digits=16, decimal_places=4)
    unit_price = models.DecimalField(_("unit price"), max_digits=12, decimal_places=4)
    amount = MoneyField(_("amount"))
    outstanding = MoneyField(_("outstanding"), editable=False)
    due_on = models.DateField(_("due on"))
    postponed_to = models.DateField(_("postponed to"), null=True, editable=False)
    key = models.CharField(max_length=120, null=True, unique=True)

    objects = ChargeQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        verbose_name, verbose_name_plural = _("charge"), _("charges")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="charge_positive"),
            models.CheckConstraint(condition=Q(outstanding__gte=0, outstanding__lte=F("amount")), name="charge_outstanding_in_range"),
            models.CheckConstraint(condition=Q(due_on__range=(FIRST_DAY, LAST_DAY)), name="charge_day_in_range"),
            models.CheckConstraint(
                condition=Q(period_from=None, period_to=None) | Q(period_to__gte=F("period_from")), name="charge_period_in_order"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "due_on", "id"], condition=Q(outstanding__gt=0), name="charge_unpaid"),
            models.Index(fields=["building", "due_on"], condition=Q(outstanding__gt=0), name="charge_unpaid_building"),
            models.Index(fields=["tenant", "period_from"], name="charge_of_tenant"),
            models.Index(fields=["building", "kind", "period_from"], name="charge_by_kind"),
        ]

    def __str__(self) -> str:
        return self.text or str(self.kind)

    @property
    def ripe_on(self) -> dt.date:
        """The day it is due on after any postponement."""
        return self.postponed_to or self.due_on


class Allocation(models.Model):
    """How much of an entry settles which charge. A reversal takes it back with the opposite sign."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="allocations", verbose_name=_("entry"))
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="allocations", verbose_name=_("charge"))
    amount = MoneyField(_("amount"))

    class Meta:
        verbose_name, verbose_name_plural = _("allocation"), _("allocations")
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="allocation_not_zero"),
            models.UniqueConstraint(fields=["entry", "charge"], name="allocation_once"),
        ]
