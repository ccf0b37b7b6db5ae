"""What the product knows of the premises: pages, search, lives, receipts, jobs."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import import_pages, jobs, kinds, search, signing
from core.models import Job
from core.search import SearchWords
from core.signing import Document, Party
from premises import access
from premises.flow import EXTINGUISHER_FLOW, KEY_FLOW, PARKING_FLOW, UNIT_FLOW
from premises.imports import PremisesImport
from premises.models import Building, EquipmentItem, Extinguisher, Key, KeyCount, KeyLoan, Meter, ParkingSpace, Place, PublicArea, Unit
from staff.access import SERVICE

T = gettext_lazy


def building_words(building: Building) -> SearchWords:
    return SearchWords(title=building.name, subtitle=building.address, number=building.code, words=[building.phone], rank=5)


def unit_words(unit: Unit) -> SearchWords:
    """By number in any spelling: `1203`, `12-03`, `A1203`."""
    building = unit.building
    return SearchWords(
        title=unit.code, subtitle=f"{building} · {unit.floor}", number=unit.code, words=[f"{building.code}{unit.code}"], rank=6
    )


def place_words(place: Place) -> SearchWords:
    return SearchWords(title=place.label, subtitle=str(place.territory), number=place.code)


def area_words(area: PublicArea) -> SearchWords:
    return SearchWords(title=area.name, subtitle=str(area.building))


def meter_words(meter: Meter) -> SearchWords:
    return SearchWords(title=meter.number, subtitle=str(meter.where), number=meter.number, words=[str(meter.where)])


def key_words(key: Key) -> SearchWords:
    return SearchWords(title=key.number, subtitle=key.opens, number=key.number)


def space_words(space: ParkingSpace) -> SearchWords:
    return SearchWords(title=space.code, subtitle=space.rented_to, number=space.code, words=[space.plate, space.rented_to])


def extinguisher_words(extinguisher: Extinguisher) -> SearchWords:
    return SearchWords(title=extinguisher.number, subtitle=extinguisher.rented_to, number=extinguisher.number)


def seen_keys(user: Any) -> Any:
    """Keys and who holds them are not for everybody."""
    return access.keys(user) if access.may_see_keys(user) else Key.objects.none()


def seen_loans(user: Any) -> Any:
    return access.key_loans(user) if access.may_see_keys(user) else KeyLoan.objects.none()


def seen_counts(user: Any) -> Any:
    return access.key_counts(user) if access.may_see_keys(user) else KeyCount.objects.none()


kinds.register(
    Building,
    rows=access.buildings,
    title=T("Building"),
    icon="building",
    url="premises:building_detail",
    search=building_words,
    territory=lambda building: building.pk,
)
kinds.register(Unit, rows=access.units, title=T("Unit"), icon="door", url="premises:unit_detail", flow=UNIT_FLOW, search=unit_words)
kinds.register(
    Place,
    rows=access.places,
    title=T("Place"),
    icon="map-pin",
    url="premises:place_detail",
    search=place_words,
    territory=lambda place: place.territory_id,
)
kinds.register(
    PublicArea, rows=access.public_areas, title=T("Public area"), icon="door-enter", url="premises:public_area_detail", search=area_words
)
kinds.register(Meter, rows=access.meters, title=T("Meter"), icon="gauge", url="premises:meter_detail", search=meter_words)
kinds.register(Key, rows=seen_keys, title=T("Key or card"), icon="key", url="premises:key_detail", flow=KEY_FLOW, search=key_words)
kinds.register(
    KeyLoan,
    rows=seen_loans,
    title=T("Key loan"),
    icon="key",
    url="premises:key_loan_detail",
    territory=lambda loan: loan.key.building_id,
)
kinds.register(KeyCount, rows=seen_counts, title=T("Key count"), icon="checklist", url="premises:key_count_detail")
kinds.register(
    ParkingSpace,
    rows=access.parking_spaces,
    title=T("Parking space"),
    icon="parking",
    url="premises:parking_space_detail",
    flow=PARKING_FLOW,
    search=space_words,
)
kinds.register(
    Extinguisher,
    rows=access.extinguishers,
    title=T("Fire extinguisher"),
    icon="fire-extinguisher",
    url="premises:extinguisher_detail",
    flow=EXTINGUISHER_FLOW,
    search=extinguisher_words,
)
kinds.register(
    EquipmentItem,
    rows=access.equipment,
    title=T("Equipment"),
    icon="list-check",
    url="premises:equipment_detail",
    territory=lambda item: item.unit.building_id,
)


def receipt_text(loan: KeyLoan) -> str:
    """What the holder of a key puts their name to."""
    lines = [
        _("Received: %(kind)s %(number)s") % {"kind": loan.key.get_kind_display(), "number": loan.key.number},
        _("Opens: %(thing)s") % {"thing": loan.key.opens or "–"},
        _("Holder: %(holder)s") % {"holder": " ".join(part for part in (loan.holder_name, loan.holder_company) if part)},
        _("Issued: %(day)s") % {"day": f"{loan.issued_at:%Y-%m-%d}"},
        _("I will not copy or pass it on, report a loss at once, and bring it back in time."),
    ]
    return "\n".join(lines)


signing.register(
    KeyLoan,
    Document(
        "key_receipt",
        T("Unit Key Receipt"),
        (Party("HOLDER", T("Holder")), Party("SERVICE", T("Customer service"), SERVICE)),
        receipt_text,
    ),
)

search.action(T("Issue a key"), lambda: reverse("premises:key_list") + "?state=IN_STORE", may=access.may_keep_keys, icon="key")
search.action(T("Read meters"), lambda: reverse("premises:meter_route"), may=access.may_read_meters, icon="gauge")
search.action(T("Count keys"), lambda: reverse("premises:key_count_new"), may=access.may_keep_keys, icon="checklist")
search.action(T("Import a building"), lambda: reverse("premises:import"), may=access.may_import, icon="file-import")


@jobs.runner("import.premises")
def run_import(job: Job) -> dict[str, Any]:
    """Loads a workbook that somebody checked before."""
    return import_pages.load(PremisesImport(), job)
