"""Every page of the premises opens for those who may see it, with a bounded number of queries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal as D
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import import_workbook, queue
from core.models import Job, SearchEntry
from premises import sample, services
from premises.models import Building, EquipmentItem, Floor, Key, KeyCount, KeyLoan, Meter, ParkingSpace, PublicArea, Unit
from premises.sample import tower as tower_sample
from tests.conftest import Cast, a_unit
from tests.premises.factories import an_equipment_item

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SignIn = Callable[..., Client]
LISTS = ["building", "unit", "place", "public_area", "meter", "key", "key_count", "parking_space", "extinguisher"]


def send(client: Client, url: str, **values: Any) -> Any:
    return client.post(url, {"submission_key": str(uuid4()), **values})


@pytest.mark.parametrize("noun", LISTS)
def test_a_list_costs_the_same_queries_however_many_rows(noun: str, cast: Cast, tower: Any, as_user: SignIn) -> None:
    client, url = as_user(cast.service_clerk), reverse(f"premises:{noun}_list")
    counts = []
    for span in (range(30), range(30, 50)):
        for n in span:
            _one_of_everything(tower, n, cast)
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(url, {"size": 25}).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12


def _one_of_everything(tower: Any, n: int, cast: Cast) -> None:
    unit = a_unit(tower, f"18{n:02d}")
    services.label_place(unit)
    area = PublicArea.objects.create(building=tower, floor=unit.floor, name=f"走廊 {n}")
    meter = Meter.objects.create(building=tower, unit=unit, kind="ELECTRICITY", number=f"E-{n}")
    Meter.objects.create(building=tower, area=area, kind="WATER", number=f"W-{n}")
    services.record_reading(meter, D(5), on=date(2026, 10, 1), by=cast.engineer)
    key = Key.objects.create(building=tower, unit=unit, kind=Key.Kind.UNIT_KEY, number=f"K-{n}")
    services.issue_key(key, holder_name="刘晓燕", by=cast.service_clerk, at=NOW)
    ParkingSpace.objects.create(building=tower, floor=unit.floor, code=f"B2-{n}")
    services.count_keys(tower, found=[], by=cast.service_clerk, at=NOW)


def test_the_unit_page_shows_everything_of_the_unit(cast: Cast, tower: Any, as_user: SignIn) -> None:
    _one_of_everything(tower, 1, cast)
    unit = Unit.objects.get(code="1801")
    EquipmentItem.objects.create(unit=unit, name="风机盘管", quantity=4)
    with CaptureQueriesContext(connection) as captured:
        page = as_user(cast.service_clerk).get(reverse("premises:unit_detail", args=[unit.pk])).content.decode()
    for expected in ("E-1", "K-1", "刘晓燕", "风机盘管", "Begin the handover"):
        assert expected in page
    assert len(captured) <= 30


def test_a_unit_is_added_on_its_page_and_found_by_the_search(
    cast: Cast, tower: Any, as_user: SignIn, django_capture_on_commit_callbacks: Any
) -> None:
    Floor.objects.create(building=tower, level=12, name="12F")
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(
            as_user(cast.records),
            reverse("premises:unit_new"),
            building=tower.pk,
            floor="12f",
            code="ａ1203 ",
            area_m2="120.5",
            use="OFFICE",
        )
    unit = Unit.objects.get()
    assert (answer.status_code, answer.url) == (302, reverse("premises:unit_detail", args=[unit.pk]))
    assert (unit.code, unit.floor.name, unit.place is not None) == ("A1203", "12F", True)
    assert SearchEntry.objects.filter(kind="premises.Unit", object_id=unit.pk).exists()


def test_a_unit_that_exists_is_explained_and_nothing_is_lost(cast: Cast, tower: Any, as_user: SignIn) -> None:
    a_unit(tower, "1801")
    answer = send(
        as_user(cast.records), reverse("premises:unit_new"), building=tower.pk, floor="18F", code="1801", area_m2="0", use="OFFICE"
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="18F"' in page
    assert "There is a problem" in page


def test_a_guard_may_not_change_the_house(cast: Cast, tower: Any, as_user: SignIn) -> None:
    unit = a_unit(tower, "1801")
    client = as_user(cast.guard)
    for name, arguments in (("unit_new", []), ("unit_edit", [unit.pk]), ("unit_equipment", [unit.pk]), ("import", []), ("meter_route", [])):
        assert client.get(reverse(f"premises:{name}", args=arguments)).status_code == 403


def test_a_neighbour_sees_nothing(cast: Cast, tower: Any, as_user: SignIn) -> None:
    _one_of_everything(tower, 1, cast)
    client = as_user(cast.outsider)
    for noun in LISTS:
        assert "0 matching" in client.get(reverse(f"premises:{noun}_list")).content.decode() or noun == "building"
    assert client.get(reverse("premises:unit_detail", args=[Unit.objects.get(code="1801").pk])).status_code == 404
    assert client.get(reverse("premises:key_loan_detail", args=[KeyLoan.objects.get().pk])).status_code == 404


def test_a_typed_unit_number_is_the_unit_and_not_the_row_with_that_key(cast: Cast, tower: Any, as_user: SignIn) -> None:
    first = a_unit(tower, "1801")
    second = a_unit(tower, str(first.pk))
    answer = send(
        as_user(cast.records),
        reverse("premises:meter_new"),
        building=tower.pk,
        number="E-9",
        kind="WATER",
        unit=second.code,
        multiplier="1",
        digits="6",
    )
    assert answer.status_code == 302
    assert Meter.objects.get().unit == second


def test_the_picker_gives_values_that_the_form_understands(cast: Cast, tower: Any, as_user: SignIn) -> None:
    unit = a_unit(tower, "1801")
    client = as_user(cast.records)
    [found] = client.get(reverse("premises:unit_picker"), {"q": "80"}).json()["results"]
    answer = send(
        client,
        reverse("premises:meter_new"),
        building=tower.pk,
        number="E-9",
        kind="WATER",
        unit=found["value"],
        multiplier="1",
        digits="6",
    )
    assert answer.status_code == 302
    assert Meter.objects.get().unit == unit


@pytest.mark.clause("M3.1.4-3.2")
def test_a_reading_is_written_down_on_its_page(cast: Cast, tower: Any, as_user: SignIn) -> None:
    meter = Meter.objects.create(building=tower, unit=a_unit(tower, "1801"), kind="ELECTRICITY", number="E-1")
    url = reverse("premises:meter_read", args=[meter.pk])
    client = as_user(cast.engineer)
    assert send(client, url, read_on="2026-10-01", value="100", kind="BASELINE").status_code == 302
    refused = send(client, url, read_on="2026-11-01", value="90", kind="ROUTINE")
    assert (refused.status_code, meter.readings.count()) == (422, 1)
    assert "Lower than the last reading, 100" in refused.content.decode()
    assert send(client, url, read_on="2026-11-01", value="90", kind="REPLACED").status_code == 302


def test_a_reading_of_tomorrow_is_refused(cast: Cast, tower: Any, as_user: SignIn) -> None:
    meter = Meter.objects.create(building=tower, unit=a_unit(tower, "1801"), kind="ELECTRICITY", number="E-1")
    answer = send(as_user(cast.engineer), reverse("premises:meter_read", args=[meter.pk]), read_on="2099-01-01", value="1", kind="ROUTINE")
    assert "This day has not come yet." in answer.content.decode()


def test_a_route_takes_all_readings_or_marks_the_wrong_one(cast: Cast, tower: Any, as_user: SignIn) -> None:
    meters = [
        Meter.objects.create(building=tower, unit=a_unit(tower, code, level=level), kind="ELECTRICITY", number=f"E-{code}")
        for code, level in (("0301", 3), ("2201", 22))
    ]
    services.record_reading(meters[0], D(50), on=date(2020, 1, 1), by=cast.engineer)
    client, url = as_user(cast.engineer), reverse("premises:meter_route")
    page = client.get(url).content.decode()
    assert page.index("E-2201") < page.index("E-0301")
    wrong = send(client, url, read_on="2020-02-01", **{f"value_{meters[0].pk}": "40", f"value_{meters[1].pk}": "7"})
    assert (wrong.status_code, meters[1].readings.count()) == (422, 0)
    assert "Lower than the last reading, 50" in wrong.content.decode()
    right = send(
        client, url, read_on="2020-02-01", **{f"value_{meters[0].pk}": "40", f"replaced_{meters[0].pk}": "on", f"value_{meters[1].pk}": "7"}
    )
    assert (right.status_code, [meter.readings.count() for meter in meters]) == (302, [2, 1])


def test_a_meter_is_replaced_and_a_reading_voided_on_their_pages(cast: Cast, tower: Any, as_user: SignIn) -> None:
    meter = Meter.objects.create(building=tower, unit=a_unit(tower, "1801"), kind="ELECTRICITY", number="E-1")
    client = as_user(cast.engineer)
    answer = send(
        client, reverse("premises:meter_replace", args=[meter.pk]), on="2026-10-02", final_value="120", number="E-2", first_value="0"
    )
    new = Meter.objects.get(number="E-2")
    assert (answer.status_code, answer.url) == (302, reverse("premises:meter_detail", args=[new.pk]))
    reading = new.readings.get()
    assert send(client, reverse("premises:reading_void", args=[reading.pk]), note="抄错").status_code == 302
    assert services.last_reading(new) is None
    assert "抄错" in client.get(reverse("premises:meter_detail", args=[new.pk])).content.decode()


@pytest.mark.clause("M3.1.4-3.1", "M3.1.4-3.3.F3")
def test_a_key_is_issued_signed_for_printed_and_taken_back(cast: Cast, tower: Any, as_user: SignIn) -> None:
    key = Key.objects.create(building=tower, unit=a_unit(tower, "1801"), kind=Key.Kind.UNIT_KEY, number="K-1")
    client = as_user(cast.service_clerk)
    issue = reverse("premises:key_step", args=[key.pk, "issue"])
    assert client.get(issue).status_code == 200
    assert send(client, issue, holder_name="刘晓燕", holder_phone="138 0013 8000").status_code == 302
    loan = KeyLoan.objects.get()
    assert "刘晓燕" in client.get(reverse("premises:key_detail", args=[key.pk])).content.decode()
    sign = reverse("premises:key_loan_sign", args=[loan.pk, "key_receipt", "HOLDER"])
    assert "K-1" in client.get(sign).content.decode()
    assert send(client, sign, name="刘晓燕", method="SCREEN", strokes="not json").status_code == 422
    assert send(client, sign, name="刘晓燕", method="SCREEN", strokes="[]").status_code == 422
    strokes = '[{"points": [{"x": 1, "y": 2}, {"x": 30, "y": 9}]}]'
    assert send(client, sign, name="刘晓燕", method="SCREEN", strokes=strokes).status_code == 302
    page = client.get(reverse("premises:key_loan_detail", args=[loan.pk])).content.decode()
    assert "polyline" in page
    printed = client.get(reverse("premises:key_loan_print", args=[loan.pk, "key-receipt"]))
    assert printed.content.startswith(b"%PDF")
    assert send(client, reverse("premises:key_step", args=[key.pk, "take_back"])).status_code == 302
    key.refresh_from_db()
    assert key.state == "IN_STORE"


def test_keys_are_counted_on_a_page(cast: Cast, tower: Any, as_user: SignIn) -> None:
    keys = [Key.objects.create(building=tower, kind=Key.Kind.UNIT_KEY, number=f"K-{n}") for n in range(3)]
    url = reverse("premises:key_count_new")
    client = as_user(cast.service_clerk)
    assert "K-2" in client.get(url).content.decode()
    answer = send(client, url, found=[keys[0].pk], others="k-1, K-77")
    count = KeyCount.objects.get()
    assert (answer.status_code, count.expected, count.found) == (302, 3, 3)
    page = client.get(answer.url).content.decode()
    assert "K-77" in page
    assert "K-2" in page


def test_a_guard_sees_keys_but_cleaning_does_not(cast: Cast, tower: Any, as_user: SignIn) -> None:
    assert as_user(cast.guard).get(reverse("premises:key_list")).status_code == 200
    assert as_user(cast.cleaner).get(reverse("premises:key_list")).status_code == 403


def test_overdue_keys_stand_first_in_their_view_and_are_marked(cast: Cast, tower: Any, as_user: SignIn) -> None:
    key = Key.objects.create(building=tower, kind=Key.Kind.ACCESS_CARD, number="AC-1")
    services.issue_key(key, holder_name="快递员", by=cast.service_clerk, at=NOW, due_at=datetime(2026, 11, 23, 3, tzinfo=UTC))
    KeyLoan.objects.update(issued_at=datetime(2020, 1, 1, tzinfo=UTC), due_at=datetime(2020, 1, 2, tzinfo=UTC))
    page = as_user(cast.service_clerk).get(reverse("premises:key_list"), {"overdue": "true"}).content.decode()
    assert "AC-1" in page
    assert "chip-danger" in page


def test_equipment_is_listed_line_by_line(cast: Cast, tower: Any, as_user: SignIn) -> None:
    unit = a_unit(tower, "1801")
    old = EquipmentItem.objects.create(unit=unit, name="窗帘", quantity=6)
    client, url = as_user(cast.engineer), reverse("premises:unit_equipment", args=[unit.pk])
    assert "窗帘" in client.get(url).content.decode()

    def opened() -> dict[str, Any]:
        form = client.get(url).context["form"]
        return {name: form[name].value() for name in ("submission_key", "version")}

    lines = {
        "items-TOTAL_FORMS": "3",
        "items-INITIAL_FORMS": "1",
        "items-0-id": old.pk,
        "items-0-name": "窗帘",
        "items-0-quantity": "5",
        "items-0-condition": "DAMAGED",
        "items-1-name": "风机盘管",
        "items-1-quantity": "4",
        "items-1-condition": "GOOD",
        "items-2-name": "",
        "items-2-quantity": "1",
        "items-2-condition": "GOOD",
    }
    assert client.post(url, lines | opened()).status_code == 302
    assert list(unit.equipment.values_list("name", "quantity", "condition")) == [("窗帘", 5, "DAMAGED"), ("风机盘管", 4, "GOOD")]
    twice = client.post(url, lines | opened() | {"items-2-name": "窗帘"})
    assert (twice.status_code, unit.equipment.count()) == (422, 2)
    gone = lines | {"items-INITIAL_FORMS": "1", "items-TOTAL_FORMS": "1", "items-0-DELETE": "on"}
    assert client.post(url, gone | opened()).status_code == 302
    assert list(unit.equipment.values_list("name", flat=True)) == ["风机盘管"]


def test_two_people_at_one_equipment_list_see_both_lists(cast: Cast, tower: Any, as_user: SignIn) -> None:
    unit = a_unit(tower, "1801")
    item = EquipmentItem.objects.create(unit=unit, name="窗帘", quantity=6)
    url = reverse("premises:unit_equipment", args=[unit.pk])
    client = as_user(cast.engineer)
    seen = client.get(url).context["form"]["version"].value()
    line = {"items-TOTAL_FORMS": "1", "items-INITIAL_FORMS": "1", "items-0-id": item.pk, "items-0-name": "窗帘"}
    line |= {"items-0-condition": "GOOD", "version": seen}
    assert send(client, url, **line, **{"items-0-quantity": "5"}).status_code == 302
    late = send(client, url, **line, **{"items-0-quantity": "4"})
    assert late.status_code == 409
    assert late.context["rows"] == [("窗帘", "5 · Good", "4 · Good")]
    item.refresh_from_db()
    assert item.quantity == 5
    again = {**line, "version": late.context["version"], "items-0-quantity": "4"}
    assert send(client, url, **again).status_code == 302
    item.refresh_from_db()
    assert item.quantity == 4


def test_units_are_merged_and_split_on_their_pages(cast: Cast, tower: Any, as_user: SignIn) -> None:
    whole, part = a_unit(tower, "1801", area="100"), a_unit(tower, "1802", area="50.5")
    client = as_user(cast.leasing)
    assert send(client, reverse("premises:unit_merge", args=[whole.pk]), unit_1="1802").status_code == 302
    part.refresh_from_db()
    assert part.merged_into == whole
    assert "150.5" in client.get(reverse("premises:unit_detail", args=[whole.pk])).content.decode()
    assert client.post(reverse("premises:unit_split", args=[whole.pk])).status_code == 302
    part.refresh_from_db()
    assert part.merged_into is None


def test_labels_are_printed_and_a_scan_leads_to_the_place(cast: Cast, tower: Any, as_user: SignIn) -> None:
    unit = a_unit(tower, "1801")
    place = services.label_place(unit)
    client = as_user(cast.cleaner)
    printed = client.get(reverse("premises:place_labels"), {"building": tower.pk})
    assert printed.content.startswith(b"%PDF")
    answer = client.get(f"/p/{place.code.lower()}/")
    assert answer.url == reverse("premises:place_detail", args=[place.pk])
    assert place.code in client.get(answer.url).content.decode()
    assert as_user(cast.outsider).get(reverse("premises:scan", args=[place.code])).status_code == 404


def uploaded(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("tower.xlsx", content)


def test_a_building_is_imported_by_page_with_a_dry_run_first(cast: Cast, as_user: SignIn, django_capture_on_commit_callbacks: Any) -> None:
    client = as_user(cast.general_manager)
    blank = client.get(reverse("premises:import_blank"))
    assert blank.content.startswith(b"PK")
    small = import_workbook.write(tower_sample.small_building())
    answer = send(client, reverse("premises:import"), file=uploaded(small))
    assert answer.status_code == 302
    preview = client.get(answer.url).content.decode()
    assert "Load 37 rows" in preview
    assert not Building.objects.filter(code="B2").exists()
    started = client.post(answer.url)
    queue.drain(datetime.now(UTC))
    page = client.get(started.url).content.decode()
    assert Building.objects.get(code="B2").units.count() == 16
    assert "Units: 16 new" in page
    assert Job.objects.get().done == 37


def test_a_file_with_bad_rows_can_be_looked_at_but_not_loaded(cast: Cast, as_user: SignIn) -> None:
    client = as_user(cast.records)
    content = import_workbook.write([("楼层", ["楼栋", "楼层", "层序"], [["A", "5F", 0]])])
    answer = send(client, reverse("premises:import"), file=uploaded(content))
    preview = client.get(answer.url)
    assert preview.status_code == 422
    assert "There is no level 0" in preview.content.decode()
    started = client.post(answer.url)
    queue.drain(datetime.now(UTC))
    assert "Nothing was loaded" in client.get(started.url).content.decode()
    assert Floor.objects.count() == 0


def test_an_upload_of_somebody_else_is_not_found(cast: Cast, as_user: SignIn) -> None:
    content = (sample.FOLDER / sample.PREMISES).read_bytes()
    answer = send(as_user(cast.records), reverse("premises:import"), file=uploaded(content))
    assert as_user(cast.general_manager).get(answer.url).status_code == 404


def test_something_else_than_a_workbook_is_refused_at_once(cast: Cast, as_user: SignIn) -> None:
    answer = send(as_user(cast.records), reverse("premises:import"), file=SimpleUploadedFile("a.xlsx", b"%PDF-1.4 no"))
    assert answer.status_code == 422


def test_an_imported_unit_is_found_by_the_search(cast: Cast, as_user: SignIn) -> None:
    from core import imports
    from premises.imports import PremisesImport

    imports.run(PremisesImport(), BytesIO(import_workbook.write(tower_sample.small_building())), by=None, at=NOW)
    assert SearchEntry.objects.filter(kind="premises.Unit", number="403").exists()


def test_a_piece_of_equipment_has_a_page_and_its_list_leads_there(cast: Cast, tower: Building, as_user: SignIn) -> None:
    item = an_equipment_item(cast, tower)
    url = reverse("premises:equipment_detail", args=[item.pk])
    assert url in as_user(cast.engineer).get(reverse("premises:unit_detail", args=[item.unit_id])).content.decode()
    page = as_user(cast.engineer).get(url).content.decode()
    assert "风机盘管" in page and "New repair" in page
    assert as_user(cast.outsider).get(url).status_code == 404
