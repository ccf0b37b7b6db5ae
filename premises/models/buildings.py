"""Buildings, floors, units, public areas and the places that carry a label."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import text_search
from core.models import CleanCharField, CleanTextField, Recorded, phone_validator
from core.text import clean_code
from staff.models import Territory

# Without the letters and digits that look alike on a worn label: 0 O, 1 I L, 2 Z, 5 S, 8 B.
PLACE_ALPHABET = "ACDEFGHJKMNPQRTUVWXY34679"
PLACE_CODE_LENGTH = 6


def is_state(states: type[models.TextChoices], name: str) -> models.CheckConstraint:
    """The constraint that holds `state` to its list."""
    return models.CheckConstraint(condition=Q(state__in=states.values), name=name)


class CodeField(CleanCharField):
    """A code that people type in many ways, stored in one spelling: `ａ-1203 ` is `A-1203`."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return clean_code(value) if isinstance(value, str) else value

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return clean_code(value) if isinstance(value, str) else value


class Building(Territory):
    """A building under management, with its house limits. Its id is its territory's id; times are Asia/Shanghai."""

    address = CleanCharField(_("address"), max_length=200)
    management_company = CleanCharField(_("management company"), max_length=120, help_text=_("as it stands on every print"))
    management_company_en = CleanCharField(_("management company in English"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=40, validators=[phone_validator])
    email = models.EmailField(_("e-mail"), blank=True)
    fit_out_area_limit_m2 = models.DecimalField(
        _("fit-out area limit (m²)"),
        max_digits=8,
        decimal_places=2,
        default=Decimal("200"),
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("a larger fit-out goes to the fire bureau first"),
    )
    notes = CleanTextField(_("note"), blank=True, max_length=2000)

    class Meta:
        verbose_name, verbose_name_plural = _("building"), _("buildings")
        constraints = [models.CheckConstraint(condition=Q(fit_out_area_limit_m2__gt=0), name="building_limit_positive")]

    @property
    def building_id(self) -> int:
        """A building belongs to itself."""
        return self.pk


class Floor(Recorded):
    """A floor: level -1 is the first below ground, 1 the ground floor; there is no level 0."""

    building = models.ForeignKey(Building, models.PROTECT, related_name="floors", verbose_name=_("building"))
    level = models.SmallIntegerField(_("level"), help_text=_("B1 is -1, the ground floor 1"))
    name = CodeField(_("name"), max_length=12, help_text=_("as people say it: B1, 22F"))
    is_refuge = models.BooleanField(_("refuge floor"), default=False)

    class Meta:
        ordering = ["building_id", "-level"]
        verbose_name, verbose_name_plural = _("floor"), _("floors")
        constraints = [
            models.UniqueConstraint(fields=["building", "level"], name="floor_level_once"),
            models.UniqueConstraint(fields=["building", "name"], name="floor_name_once"),
            models.CheckConstraint(condition=~Q(level=0), name="floor_no_level_zero"),
        ]

    def __str__(self) -> str:
        return self.name


class Place(Recorded):
    """Somewhere a person may walk to. Its six-character code is on a QR label there.

    It belongs to a territory, not only to a building: a valve chamber has a label too.
    """

    territory = models.ForeignKey(Territory, models.PROTECT, related_name="places", verbose_name=_("building"))
    code = models.CharField(_("label code"), max_length=PLACE_CODE_LENGTH, unique=True, editable=False)
    label = CleanCharField(_("name"), max_length=80)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["territory_id", "label", "id"]
        verbose_name, verbose_name_plural = _("place"), _("places")
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=f"^[{PLACE_ALPHABET}]{{{PLACE_CODE_LENGTH}}}$"), name="place_code_readable")
        ]

    def __str__(self) -> str:
        return self.label


class UnitState(models.TextChoices):
    VACANT = "VACANT", _("Vacant")
    RESERVED = "RESERVED", _("Reserved")
    HANDOVER = "HANDOVER", _("Handover")
    FIT_OUT = "FIT_OUT", pgettext_lazy("unit", "Fit-out")
    OCCUPIED = "OCCUPIED", _("Occupied")
    MOVING_OUT = "MOVING_OUT", _("Moving out")
    OUT_OF_USE = "OUT_OF_USE", _("Out of use")


class UnitQuerySet(models.QuerySet["Unit"]):
    def whole(self) -> UnitQuerySet:
        """Units that can be let by themselves: not those merged into another."""
        return self.filter(merged_into=None)

    def with_total_area(self) -> UnitQuerySet:
        """Adds `total_area_m2`: the unit's own area and that of the units merged into it."""
        parts = (
            Unit.objects.filter(merged_into=models.OuterRef("pk"))
            .order_by()
            .values("merged_into")
            .annotate(sum=models.Sum("area_m2"))
            .values("sum")
        )
        zero = models.Value(Decimal(0), output_field=models.DecimalField())
        return self.annotate(total_area_m2=F("area_m2") + Coalesce(models.Subquery(parts), zero))


class Unit(Recorded):
    """What is let. A unit merged into another keeps its own area and shares the other's life."""

    State = UnitState

    STATE_TONES: ClassVar[dict[str, str]] = {
        "VACANT": "N",
        "RESERVED": "I",
        "HANDOVER": "A",
        "FIT_OUT": "A",
        "OCCUPIED": "S",
        "MOVING_OUT": "W",
        "OUT_OF_USE": "N",
    }
    STATE_CODES: ClassVar[dict[str, str]] = {
        "VACANT": "··",
        "RESERVED": "RV",
        "HANDOVER": "HO",
        "FIT_OUT": "FO",
        "OCCUPIED": "OC",
        "MOVING_OUT": "MO",
        "OUT_OF_USE": "XX",
    }

    class Use(models.TextChoices):
        OFFICE = "OFFICE", _("Office")
        RETAIL = "RETAIL", _("Shop")
        RESTAURANT = "RESTAURANT", _("Restaurant")
        STORAGE = "STORAGE", _("Storage room")

    building = models.ForeignKey(Building, models.PROTECT, related_name="units", verbose_name=_("building"))
    floor = models.ForeignKey(Floor, models.PROTECT, related_name="units", verbose_name=_("floor"))
    code = CodeField(_("unit number"), max_length=20)
    area_m2 = models.DecimalField(
        _("gross floor area (m²)"), max_digits=9, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    net_area_m2 = models.DecimalField(_("net floor area (m²)"), max_digits=9, decimal_places=2, null=True, blank=True)
    use = models.CharField(_("use"), max_length=12, choices=Use.choices, default=Use.OFFICE)
    state = models.CharField(_("status"), max_length=20, choices=State.choices, default=State.VACANT, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="parts", verbose_name=_("merged into")
    )
    place = models.OneToOneField(Place, models.PROTECT, null=True, editable=False, related_name="unit", verbose_name=_("place"))

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["building_id", "code", "id"]
        verbose_name, verbose_name_plural = _("unit"), _("units")
        indexes = [text_search.index("code", name="unit_code_words")]
        constraints = [
            is_state(UnitState, "unit_state_in_list"),
            models.UniqueConstraint(fields=["building", "code"], name="unit_code_once"),
            models.CheckConstraint(condition=Q(area_m2__gt=0), name="unit_area_positive"),
            models.CheckConstraint(
                condition=Q(net_area_m2=None) | Q(net_area_m2__gt=0, net_area_m2__lte=F("area_m2")), name="unit_net_within_gross"
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="unit_not_merged_into_itself"),
            # A part has no life of its own: it waits, vacant, until it is split off again.
            models.CheckConstraint(condition=Q(merged_into=None) | Q(state="VACANT"), name="unit_part_has_no_life"),
        ]

    def __str__(self) -> str:
        return self.code


class PublicArea(Recorded):
    """A part of the building that everybody uses or that serves everybody: lobby, toilets, plant room, garage."""

    building = models.ForeignKey(Building, models.PROTECT, related_name="public_areas", verbose_name=_("building"))
    floor = models.ForeignKey(Floor, models.PROTECT, null=True, blank=True, related_name="public_areas", verbose_name=_("floor"))
    name = CleanCharField(_("name"), max_length=80)
    area_m2 = models.DecimalField(_("area (m²)"), max_digits=9, decimal_places=2, null=True, blank=True)
    place = models.OneToOneField(Place, models.PROTECT, null=True, editable=False, related_name="public_area", verbose_name=_("place"))

    class Meta:
        ordering = ["building_id", "name", "id"]
        verbose_name, verbose_name_plural = _("public area"), _("public areas")
        constraints = [
            models.UniqueConstraint(fields=["building", "name"], name="public_area_once"),
            models.CheckConstraint(condition=Q(area_m2=None) | Q(area_m2__gt=0), name="public_area_positive"),
        ]

    def __str__(self) -> str:
        return self.name
