"""Deposits: what is held for whom, and every movement of it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.ledger import DepositKind, Entry, MoneyField
from core.models import Attached, CleanCharField, Record, StoredFile


class Deposit(Attached, Record):
    """A deposit that is due or held, of one kind, for one payer; `record` is what asked for it (a lease, a fit-out).

    `taken` and `held` are kept by the database from the movements, in yuan; `held` can't fall below zero.
    """

    SERIES: ClassVar[str] = "DP"

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    tenant = models.ForeignKey("tenants.Tenant", models.PROTECT, related_name="deposits", verbose_name=_("tenant"))
    kind = models.CharField(_("deposit kind"), max_length=14, choices=DepositKind.choices)
    payer = CleanCharField(_("payer"), max_length=120, help_text=_("refunds go back to this payer only"))
    payer_account = CleanCharField(_("payer's account"), max_length=80, blank=True)
    unit = models.ForeignKey("premises.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit"))
    amount_due = MoneyField(_("amount due"))
    due_on = models.DateField(_("due on"))
    taken = MoneyField(_("received"), default=0, editable=False)
    held = MoneyField(_("held"), default=0, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, editable=False)
    note = CleanCharField(_("note"), max_length=200, blank=True)
    key = models.CharField(max_length=120, null=True, unique=True, editable=False)

    class Meta:
        ordering = ["-id"]
        verbose_name, verbose_name_plural = _("deposit"), _("deposits")
        constraints = [
            models.CheckConstraint(condition=Q(amount_due__gt=0), name="deposit_positive"),
            models.CheckConstraint(condition=Q(held__gte=0), name="deposit_not_below_zero"),
            models.CheckConstraint(condition=Q(held__lte=models.F("taken")), name="deposit_held_was_taken"),
            models.CheckConstraint(condition=Q(taken__lte=models.F("amount_due")), name="deposit_not_overpaid"),
            models.CheckConstraint(condition=Q(cancelled_at=None) | Q(taken=0), name="deposit_cancelled_before_taken"),
        ]
        indexes = [
            models.Index(fields=["tenant", "kind"], name="deposit_of_tenant"),
            models.Index(fields=["building", "kind"], condition=Q(held__gt=0), name="deposit_held"),
            models.Index(fields=["content_type", "object_id"], name="deposit_by_record"),
        ]

    @property
    def standing(self) -> tuple[str, str]:
        """(slug, tone) of what the deposit stands at: not stored, so that it can never disagree with the money."""
        if self.cancelled_at:
            return "CANCELLED", "N"
        if self.held:
            return ("HELD", "I") if self.taken == self.amount_due else ("PART_HELD", "Y")
        return ("SETTLED", "S") if self.taken else ("DUE", "W")


class DepositMove(models.Model):
    """One movement of a deposit, positive in, negative out. A deduction says why, by which clause, with a photo."""

    class Kind(models.TextChoices):
        TAKEN = "TAKEN", _("Received")
        DEDUCTED = "DEDUCTED", _("Deducted")
        MOVED_OUT = "MOVED_OUT", _("Transferred out")
        MOVED_IN = "MOVED_IN", _("Transferred in")
        REFUNDED = "REFUNDED", _("Refunded")
        REVERSED = "REVERSED", _("Reversed")

    deposit = models.ForeignKey(Deposit, models.PROTECT, related_name="moves", verbose_name=_("deposit"))
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="deposit_moves", verbose_name=_("entry"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    amount = MoneyField(_("amount"))
    reason = CleanCharField(_("reason"), max_length=200, blank=True)
    clause = CleanCharField(_("clause"), max_length=80, blank=True)
    photo = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name=_("photo"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["id"]
        verbose_name, verbose_name_plural = _("deposit movement"), _("deposit movements")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["TAKEN", "MOVED_IN"], amount__gt=0)
                | Q(kind__in=["DEDUCTED", "MOVED_OUT", "REFUNDED"], amount__lt=0)
                | Q(kind="REVERSED") & ~Q(amount=0),
                name="deposit_move_has_its_sign",
            ),
            models.CheckConstraint(condition=~Q(kind="DEDUCTED") | ~Q(reason=""), name="deposit_deduction_has_reason"),
        ]
