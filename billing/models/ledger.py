"""The books: entries whose postings sum to zero, the accounts they move, and the months that are closed.

The database judges (`migrations/guards.sql`): postings are insert-only, each entry balances at commit, an account's
balance is kept by trigger, and a closed month takes nothing more. A debit is positive, a credit negative, in yuan.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Attached, CleanCharField, Recorded

FIRST_DAY, LAST_DAY = dt.date(1990, 1, 1), dt.date(2100, 12, 31)


class MoneyField(models.DecimalField):
    """Yuan to the fen: numeric(14,2)."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **{**options, "max_digits": 14, "decimal_places": 2})  # type: ignore[arg-type]


class PaymentMethod(models.TextChoices):
    CASH = "CASH", _("Cash")
    TRANSFER = "TRANSFER", _("Bank transfer")
    CARD = "CARD", _("Card")
    QR = "QR", _("QR payment")


class DepositKind(models.TextChoices):
    LEASE = "LEASE", _("Lease deposit")
    FIT_OUT = "FIT_OUT", _("Fit-out deposit")
    PASS = "PASS", _("Pass deposit")
    KEY = "KEY", _("Key deposit")
    EXTINGUISHER = "EXTINGUISHER", _("Extinguisher deposit")


class Account(models.Model):
    """Where money stands: what a tenant owes, what is held for it, and what the house earned, waived or lost."""

    class Kind(models.TextChoices):
        RECEIVABLE = "RECEIVABLE", _("Receivable")
        PREPAYMENT = "PREPAYMENT", _("Prepayment")
        DEPOSIT = "DEPOSIT", _("Deposits held")
        INCOME = "INCOME", _("Income")
        MONEY = "MONEY", _("Cash and bank")
        WAIVER = "WAIVER", _("Waivers")
        BAD_DEBT = "BAD_DEBT", _("Bad debt")

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    tenant = models.ForeignKey("tenants.Tenant", models.PROTECT, null=True, related_name="accounts", verbose_name=_("tenant"))
    deposit_kind = models.CharField(_("deposit kind"), max_length=14, choices=DepositKind.choices, blank=True)
    charge_kind = models.ForeignKey("billing.ChargeKind", models.PROTECT, null=True, related_name="+", verbose_name=_("charge kind"))
    method = models.CharField(_("method"), max_length=10, choices=PaymentMethod.choices, blank=True)
    balance = MoneyField(_("balance"), default=Decimal(0), editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("account"), _("accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["building", "kind", "tenant", "deposit_kind", "charge_kind", "method"], nulls_distinct=False, name="account_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["RECEIVABLE", "PREPAYMENT", "DEPOSIT"], tenant__isnull=False)
                | Q(kind__in=["INCOME", "MONEY", "WAIVER", "BAD_DEBT"], tenant=None),
                name="account_of_a_tenant_or_the_house",
            ),
            models.CheckConstraint(condition=Q(kind="DEPOSIT") ^ Q(deposit_kind=""), name="account_deposit_names_its_kind"),
            models.CheckConstraint(
                condition=Q(kind="INCOME", charge_kind__isnull=False) | ~Q(kind="INCOME") & Q(charge_kind=None),
                name="account_income_names_its_kind",
            ),
            models.CheckConstraint(condition=Q(kind="MONEY") ^ Q(method=""), name="account_money_names_its_method"),
            models.CheckConstraint(condition=~Q(kind="RECEIVABLE") | Q(balance__gte=0), name="account_receivable_not_negative"),
            models.CheckConstraint(condition=~Q(kind__in=["PREPAYMENT", "DEPOSIT"]) | Q(balance__lte=0), name="account_held_not_overdrawn"),
        ]
        indexes = [models.Index(fields=["tenant", "kind"], name="account_by_tenant")]

    def __str__(self) -> str:
        return str(self.get_deposit_kind_display() or self.charge_kind or self.get_method_display() or self.get_kind_display())


class Period(Recorded):
    """One month of a building's books. Once closed it stays closed; the database then refuses entries booked in it."""

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    month = models.DateField(_("month"), help_text=_("its first day"))
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")

    class Meta:
        ordering = ["-month"]
        verbose_name, verbose_name_plural = _("accounting month"), _("accounting months")
        constraints = [
            models.UniqueConstraint(fields=["building", "month"], name="period_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="period_is_a_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class Entry(Attached):
    """One event in the books. Never changed: a correction is another entry that reverses it.

    `key` makes it happen once; `record` is what caused it (a receipt, a waiver, a work order of another app).
    """

    class Kind(models.TextChoices):
        CHARGE = "CHARGE", _("Charge")
        PAYMENT = "PAYMENT", _("Payment")
        PREPAYMENT_USED = "PREPAYMENT_USED", _("Prepayment used")
        DEPOSIT_DEDUCTED = "DEPOSIT_DEDUCTED", _("Deducted from deposit")
        DEPOSIT_MOVED = "DEPOSIT_MOVED", _("Deposit transferred")
        REFUND = "REFUND", _("Refund")
        WAIVER = "WAIVER", _("Waiver")
        WRITE_OFF = "WRITE_OFF", _("Written off")
        CREDIT = "CREDIT", _("Credit")
        REVERSAL = "REVERSAL", _("Reversal")

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    tenant = models.ForeignKey("tenants.Tenant", models.PROTECT, related_name="entries", verbose_name=_("tenant"))
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    booked_on = models.DateField(_("booked on"))
    memo = CleanCharField(_("text"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by", verbose_name=_("reverses"))
    key = models.CharField(max_length=120, null=True, unique=True)
    txid = models.BigIntegerField(editable=False, default=0, help_text="the transaction that wrote it, set by the database")

    class Meta:
        ordering = ["-booked_on", "-id"]
        verbose_name, verbose_name_plural = _("entry"), _("entries")
        constraints = [
            models.CheckConstraint(condition=Q(booked_on__range=(FIRST_DAY, LAST_DAY)), name="entry_day_in_range"),
            models.CheckConstraint(
                condition=Q(kind="REVERSAL", reverses__isnull=False) | ~Q(kind="REVERSAL") & Q(reverses=None),
                name="entry_reversal_points_back",
            ),
            models.CheckConstraint(condition=~Q(reverses=F("id")), name="entry_not_its_own_reversal"),
        ]
        indexes = [
            models.Index(fields=["tenant", "booked_on", "id"], name="entry_of_tenant"),
            models.Index(fields=["building", "booked_on", "id"], name="entry_day_book"),
            models.Index(fields=["content_type", "object_id"], name="entry_by_record"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.booked_on:%Y-%m-%d}"


class Posting(models.Model):
    """One line of an entry: an amount on an account, debit positive."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="postings", verbose_name=_("entry"))
    account = models.ForeignKey(Account, models.PROTECT, related_name="postings", verbose_name=_("account"))
    amount = MoneyField(_("amount"))

    class Meta:
        verbose_name, verbose_name_plural = _("posting"), _("postings")
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="posting_not_zero")]
