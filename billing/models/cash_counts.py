"""The day-end cash count of each cashier and its hand-over to finance."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.ledger import MoneyField, Posting
from core.models import CleanCharField, Record

DENOMINATIONS = tuple(Decimal(face) for face in ("100", "50", "20", "10", "5", "1", "0.5", "0.1"))


class CashCount(Record):
    """What a cashier counts in the drawer at the end of a day, against what the books say came in since the last count.

    `expected` and `counted` are yuan of cash; `pieces` says how many of each denomination: {"100": 3}.
    """

    SERIES: ClassVar[str] = "CC"

    class State(models.TextChoices):
        COUNTED = "COUNTED", _("Counted")
        HANDED_OVER = "HANDED_OVER", _("Handed over")
        RETURNED = "RETURNED", _("Returned to the cashier")
        ACCEPTED = "ACCEPTED", _("Accepted")

    STATE_TONES: ClassVar[dict[str, str]] = {"COUNTED": "N", "HANDED_OVER": "W", "RETURNED": "D", "ACCEPTED": "S"}

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    cashier = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name=_("cashier"))
    counted_on = models.DateField(_("day"), editable=False)
    counted_at = models.DateTimeField(_("counted at"), editable=False)
    expected = MoneyField(_("cash expected"), editable=False)
    counted = MoneyField(_("cash counted"), editable=False)
    pieces = models.JSONField(_("denominations"), default=dict, editable=False)
    reason = CleanCharField(_("reason of the difference"), max_length=200, blank=True)
    state = models.CharField(_("status"), max_length=12, choices=State.choices, default=State.COUNTED, editable=False)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("accepted by")
    )
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)

    class Meta:
        ordering = ["-counted_on", "-id"]
        verbose_name, verbose_name_plural = _("cash count"), _("cash counts")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["COUNTED", "HANDED_OVER", "RETURNED", "ACCEPTED"]), name="cash_count_state_in_list"
            ),
            models.UniqueConstraint(
                fields=["building", "cashier", "counted_on"],
                name="cash_count_once_a_day",
                violation_error_message=_("You counted today already. What came in since goes into the next count."),
            ),
            models.CheckConstraint(condition=Q(counted__gte=0), name="cash_count_not_negative"),
            models.CheckConstraint(
                condition=Q(counted=F("expected")) | ~Q(reason=""),
                name="cash_count_difference_has_reason",
                violation_error_message=_("Give the reason of the difference."),
            ),
            models.CheckConstraint(
                condition=Q(state="ACCEPTED", accepted_by__isnull=False, accepted_at__isnull=False)
                | ~Q(state="ACCEPTED") & Q(accepted_by=None, accepted_at=None),
                name="cash_count_accepted_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(accepted_by=F("cashier")), name="cash_count_not_accepted_by_oneself"),
        ]
        indexes = [models.Index(fields=["building", "-counted_on", "-id"], name="cash_count_newest")]

    @property
    def difference(self) -> Decimal:
        """Counted less expected, yuan: above zero there is too much in the drawer."""
        return self.counted - self.expected


class CashCountLine(models.Model):
    """Money in or out that a count covers. Each is covered once: what comes after a count goes to the next."""

    count = models.ForeignKey(CashCount, models.PROTECT, related_name="lines", verbose_name=_("cash count"))
    posting = models.OneToOneField(Posting, models.PROTECT, related_name="cash_count_line", verbose_name=_("posting"))

    class Meta:
        verbose_name, verbose_name_plural = _("line of a cash count"), _("lines of cash counts")
