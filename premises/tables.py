"""Columns of the lists of the premises."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tables2 import BooleanColumn, Column, DateColumn, DateTimeColumn

from core import lists
from core.columns import NumberColumn, StateColumn, to
from core.templatetags.ui import chip, status
from premises.models import Building, Extinguisher, Key, KeyCount, Meter, ParkingSpace, Place, PublicArea, Unit
from premises.services import plain

T = gettext_lazy


class FigureColumn(NumberColumn):
    """A figure without trailing zeros."""

    def render(self, value: Any) -> str:
        return plain(value)


class BuildingTable(lists.Table):
    code = Column(T("Code"), linkify=to("premises:building_detail"))
    name = Column(T("Name"), linkify=to("premises:building_detail"))
    address = Column(T("Address"), orderable=False)
    phone = Column(T("Phone"), orderable=False)

    class Meta(lists.Table.Meta):
        model = Building
        fields = ("code", "name", "address", "phone")


class UnitTable(lists.Table):
    code = Column(T("Unit"), linkify=to("premises:unit_detail"))
    state = StateColumn(T("Status"))
    floor = Column(T("Floor"), order_by=("floor__level",))
    area_m2 = FigureColumn(T("Gross floor area (m²)"))
    use = Column(T("Use"))
    merged_into = Column(T("Merged into"), orderable=False)
    building = Column(T("Building"), orderable=False)

    class Meta(lists.Table.Meta):
        model = Unit
        fields = ("code", "state", "floor", "area_m2", "use", "merged_into", "building")


class PlaceTable(lists.Table):
    label = Column(T("Name"), linkify=to("premises:place_detail"))
    code = Column(T("Label code"), attrs={"td": {"class": "num"}})
    territory = Column(T("Building"), orderable=False)

    class Meta(lists.Table.Meta):
        model = Place
        fields = ("label", "code", "territory")


class PublicAreaTable(lists.Table):
    name = Column(T("Name"), linkify=to("premises:public_area_detail"))
    floor = Column(T("Floor"), order_by=("floor__level",))
    area_m2 = FigureColumn(T("Area (m²)"))
    building = Column(T("Building"), orderable=False)

    class Meta(lists.Table.Meta):
        model = PublicArea
        fields = ("name", "floor", "area_m2", "building")


class MeterTable(lists.Table):
    number = Column(T("Meter number"), linkify=to("premises:meter_detail"))
    kind = Column(T("Kind"))
    where = Column(T("Unit or area"), orderable=False)
    multiplier = FigureColumn(T("Multiplier"))
    last_value = FigureColumn(T("Last reading"))
    last_read_on = DateColumn(verbose_name=T("Read on"), format="Y-m-d")
    removed_on = DateColumn(verbose_name=T("Removed on"), format="Y-m-d")
    building = Column(T("Building"), orderable=False)

    class Meta(lists.Table.Meta):
        model = Meter
        fields = ("number", "kind", "where", "multiplier", "last_value", "last_read_on", "removed_on", "building")


class KeyTable(lists.Table):
    number = Column(T("Key number"), linkify=to("premises:key_detail"))
    kind = Column(T("Kind"))
    state = StateColumn(T("Status"))
    opens = Column(T("Opens"), orderable=False)
    holder_name = Column(T("Holder"))
    due_at = DateTimeColumn(verbose_name=T("Due"), format="Y-m-d H:i")
    building = Column(T("Building"), orderable=False)

    class Meta(lists.Table.Meta):
        model = Key
        fields = ("number", "kind", "state", "opens", "holder_name", "due_at", "building")

    def render_state(self, record: Any) -> Any:
        return key_status(record, record.due_at)

    def value_state(self, record: Any) -> str:
        return str(_("Overdue") if is_overdue(record, record.due_at) else record.get_state_display())


def is_overdue(key: Key, due_at: Any) -> bool:
    return key.state == Key.State.OUT and due_at is not None and due_at < timezone.now()


def key_status(key: Key, due_at: Any) -> Any:
    """The chip of a key: overdue is computed, not stored."""
    return chip(_("Overdue"), "D") if is_overdue(key, due_at) else status(key)


class KeyCountTable(lists.Table):
    counted_at = DateTimeColumn(verbose_name=T("Counted"), format="Y-m-d H:i", linkify=to("premises:key_count_detail"))
    building = Column(T("Building"), orderable=False)
    kind = Column(T("Kind"), orderable=False, empty_values=())
    expected = Column(T("In the book"), orderable=False)
    found = Column(T("Found"), orderable=False)
    counted_by = Column(T("Counted by"), orderable=False)

    class Meta(lists.Table.Meta):
        model = KeyCount
        fields = ("counted_at", "building", "kind", "expected", "found", "counted_by")

    def render_kind(self, record: KeyCount) -> str:
        return str(record.get_kind_display()) if record.kind else str(_("All kinds"))


class ParkingSpaceTable(lists.Table):
    code = Column(T("Space number"), linkify=to("premises:parking_space_detail"))
    state = StateColumn(T("Status"))
    floor = Column(T("Floor"), order_by=("floor__level",))
    rented_to = Column(T("Rented to"))
    plate = Column(T("Number plate"))
    has_lock = BooleanColumn(verbose_name=T("Has a parking lock"), orderable=False)
    building = Column(T("Building"), orderable=False)

    class Meta(lists.Table.Meta):
        model = ParkingSpace
        fields = ("code", "state", "floor", "rented_to", "plate", "has_lock", "building")


class ExtinguisherTable(lists.Table):
    number = Column(T("Number"), linkify=to("premises:extinguisher_detail"))
    state = StateColumn(T("Status"))
    kind = Column(T("Kind"))
    weight_kg = FigureColumn(T("Weight (kg)"))
    rented_to = Column(T("Rented to"))
    check_due_on = DateColumn(verbose_name=T("Next check"), format="Y-m-d")
    building = Column(T("Building"), orderable=False)

    class Meta(lists.Table.Meta):
        model = Extinguisher
        fields = ("number", "state", "kind", "weight_kg", "rented_to", "check_due_on", "building")


def containing(*fields: str) -> Any:
    """A list's search: words anywhere in one of the fields."""

    def search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        wanted = Q()
        for field in fields:
            wanted |= Q(**{f"{field}__icontains": text})
        return rows.filter(wanted)

    return search
