"""What is handed out or checked beside keys: parking spaces, extinguishers, a unit's equipment."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import CleanCharField, Recorded
from premises.models.buildings import Building, CodeField, Floor, Place, Unit, is_state


class ParkingState(models.TextChoices):
    FREE = "FREE", _("Free")
    RENTED = "RENTED", _("Rented")
    OUT_OF_USE = "OUT_OF_USE", _("Out of use")


class ParkingSpace(Recorded):
    """A parking space; its lock keys and cards are keys that point here."""

    State = ParkingState
    STATE_TONES: ClassVar[dict[str, str]] = {"FREE": "N", "RENTED": "S", "OUT_OF_USE": "N"}

    building = models.ForeignKey(Building, models.PROTECT, related_name="parking_spaces", verbose_name=_("building"))
    floor = models.ForeignKey(Floor, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("floor"))
    code = CodeField(_("space number"), max_length=20)
    has_lock = models.BooleanField(_("has a parking lock"), default=True)
    rented_to = CleanCharField(_("rented to"), max_length=120, blank=True, editable=False)
    plate = CodeField(_("number plate"), max_length=12, blank=True)
    state = models.CharField(_("status"), max_length=12, choices=State.choices, default=State.FREE, editable=False)

    class Meta:
        ordering = ["building_id", "code", "id"]
        verbose_name, verbose_name_plural = _("parking space"), _("parking spaces")
        constraints = [
            is_state(ParkingState, "parking_state_in_list"),
            models.UniqueConstraint(fields=["building", "code"], name="parking_code_once"),
            models.CheckConstraint(condition=~Q(state="RENTED") | ~Q(rented_to=""), name="parking_rented_to_somebody"),
        ]

    def __str__(self) -> str:
        return self.code


class ExtinguisherState(models.TextChoices):
    IN_STORE = "IN_STORE", _("In store")
    RENTED = "RENTED", _("Rented")
    RETIRED = "RETIRED", _("Retired")


class Extinguisher(Recorded):
    """A fire extinguisher that contractors may rent for the time of their works."""

    class Kind(models.TextChoices):
        DRY_POWDER = "DRY_POWDER", _("Dry powder")
        CARBON_DIOXIDE = "CARBON_DIOXIDE", _("Carbon dioxide")
        WATER = "WATER", _("Water-based")

    State = ExtinguisherState
    STATE_TONES: ClassVar[dict[str, str]] = {"IN_STORE": "S", "RENTED": "I", "RETIRED": "N"}

    building = models.ForeignKey(Building, models.PROTECT, related_name="extinguishers", verbose_name=_("building"))
    number = CodeField(_("number"), max_length=30)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.DRY_POWDER)
    weight_kg = models.DecimalField(
        _("weight (kg)"), max_digits=5, decimal_places=1, default=Decimal(4), validators=[MinValueValidator(Decimal("0.1"))]
    )
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("place"))
    check_due_on = models.DateField(_("next check"), null=True, blank=True)
    rented_to = CleanCharField(_("rented to"), max_length=120, blank=True, editable=False)
    state = models.CharField(_("status"), max_length=12, choices=State.choices, default=State.IN_STORE, editable=False)

    class Meta:
        ordering = ["building_id", "number", "id"]
        verbose_name, verbose_name_plural = _("fire extinguisher"), _("fire extinguishers")
        constraints = [
            is_state(ExtinguisherState, "extinguisher_state_in_list"),
            models.UniqueConstraint(fields=["building", "number"], name="extinguisher_number_once"),
            models.CheckConstraint(condition=Q(weight_kg__gt=0), name="extinguisher_weight_positive"),
            models.CheckConstraint(condition=~Q(state="RENTED") | ~Q(rented_to=""), name="extinguisher_rented_to_somebody"),
        ]

    def __str__(self) -> str:
        return self.number


class EquipmentItem(Recorded):
    """A line of a unit's equipment list: what is handed over with the unit (manual 3.1.4-3.3)."""

    class Condition(models.TextChoices):
        GOOD = "GOOD", _("Good")
        WORN = "WORN", _("Worn")
        DAMAGED = "DAMAGED", _("Damaged")
        MISSING = "MISSING", _("Missing")

    CONDITION_TONES: ClassVar[dict[str, str]] = {"GOOD": "S", "WORN": "Y", "DAMAGED": "D", "MISSING": "D"}

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="equipment", verbose_name=_("unit"))
    name = CleanCharField(_("name"), max_length=80)
    quantity = models.PositiveIntegerField(_("quantity"), default=1, validators=[MinValueValidator(1)])
    condition = models.CharField(_("condition"), max_length=8, choices=Condition.choices, default=Condition.GOOD)
    remark = CleanCharField(_("Note"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["unit_id", "position", "id"]
        verbose_name, verbose_name_plural = _("equipment"), _("equipment")
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], name="equipment_once_a_unit"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="equipment_quantity_positive"),
            models.CheckConstraint(condition=Q(condition__in=["GOOD", "WORN", "DAMAGED", "MISSING"]), name="equipment_condition_in_list"),
        ]

    def __str__(self) -> str:
        return self.name
