"""The directory board, customer cards, and goods moving in (manual 1.2.2, 1.2.8)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from core.models import CleanCharField, Record, Recorded, phone_validator
from tenants.models.tenant import Tenant


class DirectoryLine(Recorded):
    """A line of the board in the lobby as it hangs there now."""

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="directory_lines", verbose_name=_("tenant"))
    floor = models.ForeignKey("premises.Floor", models.PROTECT, related_name="+", verbose_name=_("floor"))
    unit_text = CleanCharField(_("unit as shown"), max_length=40)
    name = CleanCharField(_("name as shown"), max_length=80)
    name_en = CleanCharField(_("English name as shown"), max_length=120, blank=True)
    posted_on = models.DateField(_("on the board since"), null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("directory board line"), _("directory board lines")
        ordering = ["building_id", "-floor__level", "unit_text", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["building", "tenant", "unit_text"],
                name="directory_line_once",
                violation_error_message=_("This tenant has a line with this unit already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_text} {self.name}"


class DirectoryOrder(Record):
    """An order to put a line on the board, to change it or to take it off. The posted orders are its change log."""

    SERIES: ClassVar[str] = "SP"

    class State(models.TextChoices):
        ORDERED = "ORDERED", _("Ordered")
        MADE = "MADE", _("Made")
        POSTED = "POSTED", _("On the board")
        CANCELLED = "CANCELLED", _("Cancelled")

    STATE_TONES: ClassVar[dict[str, str]] = {"ORDERED": "I", "MADE": "A", "POSTED": "S", "CANCELLED": "N"}

    class Kind(models.TextChoices):
        NEW = "NEW", _("New line")
        CHANGE = "CHANGE", _("Change of a line")
        REMOVE = "REMOVE", _("Removal of a line")

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="directory_orders", verbose_name=_("tenant"))
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.ORDERED, editable=False)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices, default=Kind.NEW)
    line = models.ForeignKey(
        DirectoryLine, models.SET_NULL, null=True, blank=True, related_name="orders", verbose_name=_("line on the board")
    )
    line_before = CleanCharField(_("line before"), max_length=250, blank=True, editable=False)
    floor = models.ForeignKey("premises.Floor", models.PROTECT, related_name="+", verbose_name=_("floor"))
    unit_text = CleanCharField(_("unit as shown"), max_length=40)
    name = CleanCharField(_("name as shown"), max_length=80)
    name_en = CleanCharField(_("English name as shown"), max_length=120, blank=True)
    ordered_on = models.DateField(_("ordered on"), editable=False)
    due_on = models.DateField(_("due on"))
    maker = CleanCharField(_("made by"), max_length=60, blank=True, editable=False)
    posted_on = models.DateField(_("on the board since"), null=True, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("directory board order"), _("directory board orders")
        ordering = ["-id"]
        indexes = [models.Index(fields=["tenant", "-id"], name="board_order_by_tenant")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["ORDERED", "MADE", "POSTED", "CANCELLED"]), name="board_order_state_known"),
            models.CheckConstraint(condition=~Q(state="POSTED") | Q(posted_on__isnull=False), name="board_order_posted_on"),
        ]


class CustomerCard(Recorded):
    """A building customer card given to a tenant: the card is a premises key, the loan says who holds it."""

    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="cards", verbose_name=_("tenant"))
    loan = models.OneToOneField("premises.KeyLoan", models.PROTECT, related_name="customer_card", verbose_name=_("issue"))
    note = CleanCharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("customer card"), _("customer cards")
        ordering = ["tenant_id", "id"]

    def __str__(self) -> str:
        return f"{self.tenant} · {self.pk}"


class TimeRange(Func):
    """PostgreSQL's `tstzrange(from, to, '[)')`."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


class GoodsMove(Record):
    """A tenant's furniture comes in (or goes out) by a goods lift at a booked time; one at a time on a lift."""

    SERIES: ClassVar[str] = "BJ"

    class State(models.TextChoices):
        BOOKED = "BOOKED", _("Booked")
        DONE = "DONE", _("Done")
        CANCELLED = "CANCELLED", _("Cancelled")

    STATE_TONES: ClassVar[dict[str, str]] = {"BOOKED": "I", "DONE": "S", "CANCELLED": "N"}

    class Direction(models.TextChoices):
        IN = "IN", _("Into the building")
        OUT = "OUT", _("Out of the building")
        WITHIN = "WITHIN", _("Within the building")

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="goods_moves", verbose_name=_("tenant"))
    unit = models.ForeignKey("premises.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit"))
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.BOOKED, editable=False)
    direction = models.CharField(_("direction"), max_length=6, choices=Direction.choices, default=Direction.IN)
    lift = CleanCharField(_("goods lift"), max_length=40)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    vehicles = CleanCharField(_("vehicles"), max_length=120, blank=True, help_text=_("Plates, separated by commas."))
    mover = CleanCharField(_("removal company"), max_length=80, blank=True)
    contact_name = CleanCharField(_("contact"), max_length=60)
    contact_phone = models.CharField(_("phone"), max_length=40, validators=[phone_validator])
    note = CleanCharField(_("note"), max_length=400, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("goods move"), _("goods moves")
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["BOOKED", "DONE", "CANCELLED"]), name="goods_move_state_known"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="goods_move_ends_after_start",
                violation_error_message=_("The end must be after the start."),
            ),
            ExclusionConstraint(
                name="goods_move_one_a_lift",
                expressions=[
                    (TimeRange(F("starts_at"), F("ends_at"), Value("[)")), RangeOperators.OVERLAPS),
                    ("building", RangeOperators.EQUAL),
                    ("lift", RangeOperators.EQUAL),
                ],
                condition=~Q(state="CANCELLED"),
                violation_error_message=_("Another move has this lift at that time."),
            ),
        ]
