"""What was done on site: items, materials, photos; what is charged; and bookings by the hour."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import CleanCharField, Recorded, StoredFile
from core.money import round_fen
from repairs.models.order import WorkOrder
from repairs.models.rules import ServiceItem


class WorkItem(Recorded):
    """A repair item as it was really done, with the minutes it took (manual 3.4.4-6)."""

    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="items", verbose_name=_("work order"))
    service = models.ForeignKey(ServiceItem, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("repair service item"))
    text = CleanCharField(_("what was done"), max_length=200)
    minutes = models.PositiveSmallIntegerField(_("minutes of work"), default=30)
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name=_("technician"))

    class Meta:
        ordering = ["order_id", "id"]
        verbose_name, verbose_name_plural = _("repair item"), _("repair items")
        constraints = [
            models.CheckConstraint(condition=Q(minutes__range=(1, 2880)) & ~Q(text=""), name="work_item_told"),
        ]

    def __str__(self) -> str:
        return self.text


class Material(Recorded):
    """Material on a work order: ours, or the customer's own, which must be verified before it is used (manual 3.4.4-7)."""

    class Source(models.TextChoices):
        OURS = "OURS", _("From our stores")
        TENANT = "TENANT", _("Supplied by the customer")

    class Verdict(models.TextChoices):
        QUALIFIED = "QUALIFIED", _("Qualified")
        NOT_QUALIFIED = "NOT_QUALIFIED", _("Not qualified")

    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="materials", verbose_name=_("work order"))
    name = CleanCharField(_("material"), max_length=120)
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=2, default=1)
    measure = CleanCharField(_("unit of measure"), max_length=20, blank=True)
    source = models.CharField(_("source"), max_length=8, choices=Source.choices, default=Source.OURS)
    unit_cost = models.DecimalField(
        _("cost of one"), max_digits=10, decimal_places=2, null=True, blank=True, help_text=_("yuan; what it costs us")
    )
    verdict = models.CharField(_("verified"), max_length=14, choices=Verdict.choices, blank=True)
    remark = CleanCharField(_("remark"), max_length=200, blank=True)
    is_used = models.BooleanField(_("used"), default=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name=_("recorded by"))

    class Meta:
        ordering = ["order_id", "id"]
        verbose_name, verbose_name_plural = _("material"), _("materials")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0) & ~Q(name=""), name="material_told"),
            models.CheckConstraint(condition=Q(unit_cost=None) | Q(unit_cost__gte=0), name="material_cost_not_negative"),
            models.CheckConstraint(
                condition=~Q(verdict="NOT_QUALIFIED") | Q(is_used=False) & ~Q(remark=""),
                name="material_unqualified_is_not_used",
                violation_error_message=_("Material that is not qualified can't be used. Say in the remark what is wrong with it."),
            ),
            models.CheckConstraint(
                condition=Q(source="OURS") | ~Q(verdict=""),
                name="material_of_the_customer_is_verified",
                violation_error_message=_("Verify the customer's material: qualified or not qualified."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def cost(self) -> Decimal:
        """What it cost us, yuan; nothing where it was not used or is the customer's."""
        if not self.is_used or self.unit_cost is None or self.source == self.Source.TENANT:
            return Decimal(0)
        return round_fen(self.quantity * self.unit_cost)


class Photo(Recorded):
    """A photo before or after the work."""

    class Stage(models.TextChoices):
        BEFORE = "BEFORE", pgettext_lazy("photo", "Before")
        AFTER = "AFTER", pgettext_lazy("photo", "After")

    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="photos", verbose_name=_("work order"))
    stage = models.CharField(_("when"), max_length=6, choices=Stage.choices)
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", verbose_name=_("photo"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("added by")
    )

    class Meta:
        ordering = ["id"]
        verbose_name, verbose_name_plural = _("photo of the work"), _("photos of the work")

    def __str__(self) -> str:
        return self.file.name


class ServiceLine(Recorded):
    """A line of what a paid service costs: told and signed before the work, charged after it (manual 3.12.4-2, -4)."""

    order = models.ForeignKey(WorkOrder, models.PROTECT, related_name="lines", verbose_name=_("work order"))
    kind = models.ForeignKey("billing.ChargeKind", models.PROTECT, related_name="+", verbose_name=_("charge kind"))
    text = CleanCharField(_("service"), max_length=120)
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=2, default=1)
    measure = CleanCharField(_("unit of measure"), max_length=20, blank=True)
    unit_price = models.DecimalField(_("charge rate"), max_digits=12, decimal_places=2, help_text=_("yuan"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        ordering = ["order_id", "id"]
        verbose_name, verbose_name_plural = _("line of a paid service"), _("lines of paid services")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0, unit_price__gte=0) & ~Q(text=""), name="service_line_told"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def amount(self) -> Decimal:
        """Yuan, rounded to the fen."""
        return round_fen(self.quantity * self.unit_price)


class Booking(Recorded):
    """A paid service for some hours: overtime air-conditioning of a unit, a room. No two share an hour of the same thing."""

    order = models.OneToOneField(WorkOrder, models.PROTECT, related_name="booking", verbose_name=_("work order"))
    building = models.ForeignKey("premises.Building", models.PROTECT, editable=False, related_name="+", verbose_name=_("building"))
    unit = models.ForeignKey("premises.Unit", models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("unit"))
    service = models.ForeignKey(ServiceItem, models.PROTECT, editable=False, related_name="bookings", verbose_name=_("repair service item"))
    is_exclusive = models.BooleanField(default=False, editable=False)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, editable=False)

    class Meta:
        ordering = ["starts_at", "id"]
        verbose_name, verbose_name_plural = _("booking"), _("bookings")
        indexes = [models.Index(fields=["building", "starts_at"], name="booking_by_time")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="booking_in_order"),
            ExclusionConstraint(
                name="booking_of_a_unit_once",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("service", RangeOperators.EQUAL),
                    (Func(F("starts_at"), F("ends_at"), Value("[)"), function="tstzrange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(cancelled_at=None),
                violation_error_message=_("This unit has booked that service for some of these hours already."),
            ),
            ExclusionConstraint(
                name="booking_exclusive_once",
                expressions=[
                    ("building", RangeOperators.EQUAL),
                    ("service", RangeOperators.EQUAL),
                    (Func(F("starts_at"), F("ends_at"), Value("[)"), function="tstzrange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(cancelled_at=None, is_exclusive=True),
                violation_error_message=_("Somebody has booked this for some of these hours already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def hours(self) -> Decimal:
        """Hours charged: every half hour begun counts."""
        halves = -(-int((self.ends_at - self.starts_at).total_seconds()) // 1800)
        return Decimal(halves) / 2
