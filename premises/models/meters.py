"""Meters and their readings."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.models import CleanCharField, Recorded, StoredFile
from premises.models.buildings import Building, CodeField, PublicArea, Unit

UNITS_OF_MEASURE = {"ELECTRICITY": "kWh", "WATER": "m³", "GAS": "m³", "HEAT": "GJ", "CHILLED": "kWh"}


class MeterQuerySet(models.QuerySet["Meter"]):
    def in_use(self) -> MeterQuerySet:
        """Meters that hang on the wall now."""
        return self.filter(removed_on=None)

    def with_last_reading(self) -> MeterQuerySet:
        """Adds `last_value` and `last_read_on`, None before the first reading."""
        last = MeterReading.objects.filter(meter=OuterRef("pk"), voided_at=None).order_by("-read_on", "-id")
        return self.annotate(last_value=Subquery(last.values("value")[:1]), last_read_on=Subquery(last.values("read_on")[:1]))

    def unread_since(self, day: date) -> MeterQuerySet:
        """Meters in use without a valid reading on or after the day."""
        read = MeterReading.objects.filter(meter=OuterRef("pk"), voided_at=None, read_on__gte=day)
        return self.in_use().filter(~models.Exists(read))

    def in_walking_order(self) -> MeterQuerySet:
        """From the top floor down, along each floor by unit or area."""
        level = Coalesce("unit__floor__level", "area__floor__level", models.Value(-99))
        return self.order_by("building_id", level.desc(), F("unit__code").asc(nulls_last=True), "area__name", "kind", "id")


class Meter(Recorded):
    """A meter of one unit or one public area. Usage = (now − before) × multiplier."""

    class Kind(models.TextChoices):
        ELECTRICITY = "ELECTRICITY", _("Electricity")
        WATER = "WATER", _("Water")
        GAS = "GAS", _("Gas")
        HEAT = "HEAT", _("Heat")
        CHILLED = "CHILLED", _("Chilled water")

    building = models.ForeignKey(Building, models.PROTECT, related_name="meters", verbose_name=_("building"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="meters", verbose_name=_("unit"))
    area = models.ForeignKey(PublicArea, models.PROTECT, null=True, blank=True, related_name="meters", verbose_name=_("public area"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    number = CodeField(_("meter number"), max_length=30)
    multiplier = models.DecimalField(
        _("meter multiplier"), max_digits=8, decimal_places=3, default=Decimal(1), validators=[MinValueValidator(Decimal("0.001"))]
    )
    digits = models.PositiveSmallIntegerField(
        _("digits before the point"), default=6, validators=[MinValueValidator(3), MaxValueValidator(9)]
    )
    position = CleanCharField(_("where it hangs"), max_length=80, blank=True)
    installed_on = models.DateField(_("installed on"), null=True, blank=True)
    removed_on = models.DateField(_("removed on"), null=True, blank=True, editable=False)
    replaced_by = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="replaces", verbose_name=_("replaced by")
    )

    objects = MeterQuerySet.as_manager()

    class Meta:
        ordering = ["building_id", "number", "id"]
        verbose_name, verbose_name_plural = _("meter"), _("meters")
        constraints = [
            models.UniqueConstraint(fields=["building", "number"], name="meter_number_once"),
            models.CheckConstraint(
                condition=Q(unit__isnull=False, area=None) | Q(unit=None, area__isnull=False), name="meter_of_unit_or_area"
            ),
            models.CheckConstraint(condition=Q(kind__in=list(UNITS_OF_MEASURE)), name="meter_kind_in_list"),
            models.CheckConstraint(condition=Q(multiplier__gt=0), name="meter_multiplier_positive"),
            models.CheckConstraint(condition=Q(digits__gte=3, digits__lte=9), name="meter_digits_in_range"),
            models.CheckConstraint(
                condition=Q(removed_on=None) | Q(installed_on=None) | Q(removed_on__gte=F("installed_on")),
                name="meter_dates_in_order",
            ),
            models.CheckConstraint(condition=Q(replaced_by=None) | Q(removed_on__isnull=False), name="meter_replaced_is_removed"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def where(self) -> Any:
        """The unit or the public area it measures."""
        return self.unit if self.unit_id else self.area

    @property
    def unit_of_measure(self) -> str:
        return UNITS_OF_MEASURE[self.kind]


class MeterReading(Recorded):
    """What a meter showed on a day. Never edited: a wrong one is voided with a reason and read again.

    `usage` is (now − before) × multiplier since the reading before it, in the meter's unit of measure; None for
    the first reading and right after a replacement.
    """

    class Kind(models.TextChoices):
        BASELINE = "BASELINE", _("Base reading")
        ROUTINE = "ROUTINE", _("Routine reading")
        REPLACED = "REPLACED", _("Meter replaced")
        ROLLED_OVER = "ROLLED_OVER", _("Rolled over past its last digit")
        FINAL = "FINAL", _("Final reading")

    meter = models.ForeignKey(Meter, models.PROTECT, related_name="readings", verbose_name=_("meter"))
    read_on = models.DateField(_("read on"))
    value = models.DecimalField(_("This reading"), max_digits=12, decimal_places=3)
    usage = models.DecimalField(_("Usage"), max_digits=16, decimal_places=3, null=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.ROUTINE)
    is_estimated = models.BooleanField(_("estimated"), default=False)
    is_confirmed = models.BooleanField(_("unusual usage confirmed"), default=False)
    photo = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("photo"))
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("read by")
    )
    voided_at = models.DateTimeField(_("voided"), null=True, editable=False)
    voided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")
    void_reason = CleanCharField(_("Reason"), max_length=200, blank=True, editable=False)

    class Meta:
        ordering = ["-read_on", "-id"]
        verbose_name, verbose_name_plural = _("meter reading"), _("meter readings")
        constraints = [
            models.CheckConstraint(condition=Q(value__gte=0), name="reading_not_negative"),
            models.CheckConstraint(condition=Q(usage=None) | Q(usage__gte=0), name="reading_usage_not_negative"),
            models.CheckConstraint(
                condition=Q(kind__in=["BASELINE", "ROUTINE", "REPLACED", "ROLLED_OVER", "FINAL"]), name="reading_kind_in_list"
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None, void_reason="") | Q(voided_at__isnull=False) & ~Q(void_reason=""),
                name="reading_void_has_reason",
            ),
        ]
        indexes = [models.Index(fields=["meter", "-read_on", "-id"], condition=Q(voided_at=None), name="reading_last")]

    def __str__(self) -> str:
        return f"{self.meter} {self.read_on} {self.value.normalize():f}"
