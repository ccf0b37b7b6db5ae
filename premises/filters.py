"""Filters of the lists of the premises."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django_filters import BooleanFilter, CharFilter, ChoiceFilter, ModelChoiceFilter

from core import lists
from core.text import clean_code
from premises import access
from premises.models import Building, Extinguisher, Key, KeyCount, Meter, ParkingSpace, Place, PublicArea, Unit

T = gettext_lazy


def _mine(request: Any) -> QuerySet[Building]:
    return access.buildings(request.user).order_by("name")


class ByBuilding(lists.FilterSet):
    """Every list may be narrowed to one building."""

    building = ModelChoiceFilter(label=T("Building"), queryset=_mine, empty_label=T("All"))


class ByFloor(ByBuilding):
    floor = CharFilter(label=T("Floor"), method="on_floor")

    def on_floor(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(floor__name=clean_code(value))


class UnitFilter(ByFloor):
    state = ChoiceFilter(label=T("Status"), choices=Unit.State.choices, empty_label=T("All"))
    use = ChoiceFilter(label=T("Use"), choices=Unit.Use.choices, empty_label=T("All"))
    whole = BooleanFilter(label=T("Without merged parts"), method="only_whole")

    class Meta:
        model = Unit
        fields = ["building", "floor", "state", "use", "whole"]

    def only_whole(self, rows: QuerySet[Unit], name: str, value: bool) -> QuerySet[Unit]:
        return rows.filter(merged_into=None) if value else rows


class PublicAreaFilter(ByFloor):
    class Meta:
        model = PublicArea
        fields = ["building", "floor"]


class PlaceFilter(lists.FilterSet):
    building = ModelChoiceFilter(label=T("Building"), queryset=_mine, field_name="territory", method="of_building", empty_label=T("All"))

    class Meta:
        model = Place
        fields = ["building"]

    def of_building(self, rows: QuerySet[Place], name: str, value: Building) -> QuerySet[Place]:
        return rows.filter(territory=value.pk)


class MeterFilter(ByBuilding):
    kind = ChoiceFilter(label=T("Kind"), choices=Meter.Kind.choices, empty_label=T("All"))
    floor = CharFilter(label=T("Floor"), method="on_floor")
    unread = BooleanFilter(label=T("Not read this month"), method="unread_this_month")

    class Meta:
        model = Meter
        fields = ["building", "kind", "floor", "unread"]

    def on_floor(self, rows: QuerySet[Meter], name: str, value: str) -> QuerySet[Meter]:
        named = clean_code(value)
        return rows.filter(unit__floor__name=named) | rows.filter(area__floor__name=named)

    def unread_this_month(self, rows: Any, name: str, value: bool) -> QuerySet[Meter]:
        return rows.unread_since(timezone.localdate().replace(day=1)) if value else rows


class KeyFilter(ByBuilding):
    kind = ChoiceFilter(label=T("Kind"), choices=Key.Kind.choices, empty_label=T("All"))
    state = ChoiceFilter(label=T("Status"), choices=Key.State.choices, empty_label=T("All"))
    unit = CharFilter(label=T("Unit"), method="of_unit")
    overdue = BooleanFilter(label=T("Overdue"), method="past_due")

    class Meta:
        model = Key
        fields = ["building", "kind", "state", "unit", "overdue"]

    def of_unit(self, rows: QuerySet[Key], name: str, value: str) -> QuerySet[Key]:
        return rows.filter(unit__code=clean_code(value))

    def past_due(self, rows: Any, name: str, value: bool) -> QuerySet[Key]:
        return rows.overdue(timezone.now()) if value else rows


class KeyCountFilter(ByBuilding):
    class Meta:
        model = KeyCount
        fields = ["building"]


class ParkingSpaceFilter(ByFloor):
    state = ChoiceFilter(label=T("Status"), choices=ParkingSpace.State.choices, empty_label=T("All"))

    class Meta:
        model = ParkingSpace
        fields = ["building", "floor", "state"]


class ExtinguisherFilter(ByBuilding):
    state = ChoiceFilter(label=T("Status"), choices=Extinguisher.State.choices, empty_label=T("All"))
    kind = ChoiceFilter(label=T("Kind"), choices=Extinguisher.Kind.choices, empty_label=T("All"))

    class Meta:
        model = Extinguisher
        fields = ["building", "state", "kind"]
