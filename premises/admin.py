"""The records officers' desk of the premises: find, complete, correct, export. What was signed or counted stays as it is."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from core.admin import Desk, ReadOnlyDesk
from premises.models import (
    Building,
    EquipmentItem,
    Extinguisher,
    Floor,
    Key,
    KeyCount,
    KeyLoan,
    Meter,
    MeterReading,
    ParkingSpace,
    Place,
    PublicArea,
    Unit,
)


class Line(admin.TabularInline):
    extra = 0
    can_delete = False


class FloorLine(Line):
    model = Floor
    fields = ["name", "level", "is_refuge"]


class EquipmentLine(Line):
    model = EquipmentItem
    fields = ["name", "quantity", "condition", "remark"]
    can_delete = True


@admin.register(Building)
class BuildingAdmin(Desk):
    list_display = ["code", "name", "address", "phone", "page"]
    search_fields = ["code", "name", "address"]
    inlines = [FloorLine]
    readonly_fields = ["kind"]


@admin.register(Floor)
class FloorAdmin(Desk):
    list_display = ["name", "level", "building", "is_refuge"]
    list_filter = ["building"]
    list_select_related = ["building"]
    search_fields = ["name", "building__name"]
    autocomplete_fields = ["building"]


@admin.register(Unit)
class UnitAdmin(Desk):
    list_display = ["code", "building", "floor", "area_m2", "use", "state", "page"]
    list_filter = ["building", "state", "use"]
    list_select_related = ["building", "floor"]
    search_fields = ["code"]
    autocomplete_fields = ["building", "floor"]
    readonly_fields = ["state", "merged_into", "place"]
    inlines = [EquipmentLine]


@admin.register(PublicArea)
class PublicAreaAdmin(Desk):
    list_display = ["name", "building", "floor", "area_m2", "page"]
    list_filter = ["building"]
    list_select_related = ["building", "floor"]
    search_fields = ["name"]
    autocomplete_fields = ["building", "floor"]
    readonly_fields = ["place"]


@admin.register(Place)
class PlaceAdmin(Desk):
    list_display = ["label", "code", "territory", "is_active", "page"]
    list_filter = ["territory", "is_active"]
    list_select_related = ["territory"]
    search_fields = ["label", "code"]
    autocomplete_fields = ["territory"]
    readonly_fields = ["code"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A place comes with its unit or area."""
        return False


@admin.register(Meter)
class MeterAdmin(Desk):
    list_display = ["number", "kind", "building", "unit", "area", "multiplier", "removed_on", "page"]
    list_filter = ["building", "kind"]
    list_select_related = ["building", "unit", "area"]
    search_fields = ["number", "unit__code", "area__name"]
    autocomplete_fields = ["building", "unit", "area"]
    readonly_fields = ["removed_on", "replaced_by"]


@admin.register(MeterReading)
class MeterReadingAdmin(ReadOnlyDesk):
    list_display = ["meter", "read_on", "value", "usage", "kind", "read_by", "voided_at"]
    list_filter = ["kind", "meter__kind"]
    list_select_related = ["meter", "read_by"]
    search_fields = ["meter__number"]
    date_hierarchy = "read_on"


@admin.register(Key)
class KeyAdmin(Desk):
    list_display = ["number", "kind", "building", "unit", "parking_space", "area", "state", "page"]
    list_filter = ["building", "kind", "state"]
    list_select_related = ["building", "unit", "parking_space", "area"]
    search_fields = ["number", "unit__code", "parking_space__code"]
    autocomplete_fields = ["building", "unit", "parking_space", "area"]
    readonly_fields = ["state"]


@admin.register(KeyLoan)
class KeyLoanAdmin(ReadOnlyDesk):
    list_display = ["key", "holder_name", "holder_company", "issued_at", "due_at", "returned_at", "lost_at", "page"]
    list_select_related = ["key", "key__building"]
    search_fields = ["key__number", "holder_name", "holder_company", "holder_phone"]


@admin.register(KeyCount)
class KeyCountAdmin(ReadOnlyDesk):
    list_display = ["counted_at", "building", "kind", "expected", "found", "counted_by", "page"]
    list_select_related = ["building", "counted_by"]


@admin.register(ParkingSpace)
class ParkingSpaceAdmin(Desk):
    list_display = ["code", "building", "floor", "state", "rented_to", "plate", "page"]
    list_filter = ["building", "state"]
    list_select_related = ["building", "floor"]
    search_fields = ["code", "rented_to", "plate"]
    autocomplete_fields = ["building", "floor"]
    readonly_fields = ["state", "rented_to"]


@admin.register(Extinguisher)
class ExtinguisherAdmin(Desk):
    list_display = ["number", "kind", "building", "state", "rented_to", "check_due_on", "page"]
    list_filter = ["building", "kind", "state"]
    list_select_related = ["building"]
    search_fields = ["number", "rented_to"]
    autocomplete_fields = ["building", "place"]
    readonly_fields = ["state", "rented_to"]
