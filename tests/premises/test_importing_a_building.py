"""A workbook is loaded all or nothing, and every bad row is named with sheet, row, column and reason."""

from __future__ import annotations

import time
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal as D
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from core import import_workbook, imports
from core.flow import Refused
from premises import sample
from premises.imports import PremisesImport
from premises.models import Building, Floor, Key, KeyLoan, Meter, MeterReading, Place, Unit
from premises.sample import tower as tower_sample
from tests.conftest import Cast

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SAMPLE = sample.FOLDER / sample.PREMISES
HEADINGS = {name: text.split() for name, text in tower_sample.HEADINGS.items()}
BUILDING = ["C", "东塔", "北京市东城区 1 号", "物业公司", "", "010-8588 6000", "", None]


def workbook(**sheets: list[list[Any]]) -> BytesIO:
    """A workbook of Chinese sheets: `workbook(楼栋=[…], 单元=[…])`."""
    return BytesIO(import_workbook.write((name, HEADINGS[name], rows) for name, rows in sheets.items()))


def load(source: Any, *, by: Any = None, **more: Any) -> imports.Report:
    return imports.run(PremisesImport(), source, by=by, at=NOW, **more)


def reasons(report: imports.Report) -> list[tuple[str, int, str, str]]:
    return [(each.sheet, each.row, each.column, each.reason) for each in report.problems]


@pytest.mark.django_db
@pytest.mark.clause("M1.2.2-b")
def test_the_sample_tower_is_loaded_whole() -> None:
    report = load(str(SAMPLE))
    assert (report.problems, report.written) == ([], True)
    building = Building.objects.get(code="A")
    assert (building.units.count(), building.floors.count(), building.keys.count()) == (180, 25, 1030)
    assert building.floors.get(name="B3").level == -3
    assert set(building.units.get(code="2101").parts.values_list("code", flat=True)) == {"2102", "2103"}
    assert building.units.get(code="2201").state == "OCCUPIED"
    assert KeyLoan.objects.open().count() == Key.objects.filter(state="OUT").count() > 300
    assert building.units.filter(place=None).count() == 0
    assert Place.objects.filter(territory=building).count() == 180 + building.public_areas.count()


@pytest.mark.django_db
def test_usage_is_worked_out_between_imported_readings() -> None:
    load(str(SAMPLE))
    newest, middle, first = Meter.objects.get(number="E-2201").readings.all()
    assert first.usage is None
    assert middle.usage == (middle.value - first.value) * newest.meter.multiplier


@pytest.mark.django_db
def test_loading_the_same_file_again_changes_nothing() -> None:
    load(str(SAMPLE))
    report = load(str(SAMPLE))
    assert (report.problems, report.new) == ([], 0)
    assert Unit.objects.count() == 180
    assert MeterReading.objects.count() == 654


def test_the_sample_is_made_the_same_every_time(tmp_path: Path) -> None:
    made = sample.make(tmp_path)
    assert [path.read_bytes() for path in made] == [(sample.FOLDER / path.name).read_bytes() for path in made]


@pytest.mark.django_db
def test_every_bad_row_is_named_and_nothing_is_stored() -> None:
    source = workbook(
        楼栋=[BUILDING],
        楼层=[["C", "1F", 1, ""], ["C", "0F", 0, ""], ["C", "L1", 1, ""]],
        单元=[
            ["C", "101", "1F", D(100), None, "", "", ""],
            ["C", "102", "9F", D(100), None, "", "", ""],
            ["C", "103", "1F", "很大", None, "", "", ""],
            ["C", "１０１", "1F", D(80), None, "", "", ""],
            ["C", "104", "1F", D(80), D(90), "", "", ""],
            ["X", "105", "1F", D(80), None, "", "", ""],
            ["C", "106", "1F", D(80), None, "", "", "999"],
            ["C", "", "1F", D(80), None, "", "空", ""],
        ],
        抄表记录=[["C", "E-9", date(2026, 1, 1), D(5), ""]],
    )
    report = load(source)
    assert reasons(report) == [
        ("Floors", 3, "Level", "There is no level 0: the ground floor is 1, B1 is -1."),
        ("Floors", 4, "Level", "Floor 1F has this level."),
        ("Units", 3, "Floor", "“9F” is not in this file or the building."),
        ("Units", 4, "Gross floor area (m²)", "Enter a number."),
        ("Units", 5, "Unit", "The same as row 2."),
        ("Units", 6, "Net floor area (m²)", "The net floor area is larger than the gross one."),
        ("Units", 7, "Building", "There is no building “X” in this file or among yours."),
        ("Units", 8, "Merged into", "“999” is not in this file or the building."),
        ("Units", 9, "Unit", "Fill in this cell."),
        ("Units", 9, "Status", "Choose one of: Vacant, Reserved, Handover, Fit-out, Occupied, Moving out, Out of use."),
        ("Readings", 2, "Meter number", "“E-9” is not in this file or the building."),
    ]
    assert (report.written, Building.objects.count(), Floor.objects.count()) == (False, 0, 0)


@pytest.mark.django_db
def test_a_reading_lower_than_the_one_before_is_named() -> None:
    source = workbook(
        楼栋=[BUILDING],
        楼层=[["C", "1F", 1, ""]],
        单元=[["C", "101", "1F", D(100), None, "", "", ""]],
        表具=[["C", "E-1", "ELECTRICITY", "101", "", None, None, "", None], ["C", "E-2", "ELECTRICITY", "", "", None, None, "", None]],
        抄表记录=[["C", "E-1", date(2026, 2, 1), D(90), ""], ["C", "E-1", date(2026, 1, 1), D(100), ""]],
    )
    assert reasons(load(source)) == [
        ("Meters", 3, "Unit", "Name either a unit or a public area."),
        ("Readings", 2, "Reading", "Lower than the reading before, 100."),
    ]


@pytest.mark.django_db
def test_a_row_that_contradicts_what_is_stored_is_named() -> None:
    rows = {"楼栋": [BUILDING], "楼层": [["C", "1F", 1, ""]]}
    load(workbook(**rows, 单元=[["C", "101", "1F", D(100), None, "", "", ""]]))
    again = load(workbook(**rows, 单元=[["C", "101", "1F", D(120), None, "", "", ""], ["C", "102", "1F", D(80), None, "", "", ""]]))
    assert reasons(again) == [
        ("Units", 2, "Gross floor area (m²)", "It exists already with “100.00”. Correct it on its page."),
    ]
    assert Unit.objects.count() == 1


@pytest.mark.django_db
def test_headings_may_be_english_and_in_any_order() -> None:
    source = import_workbook.write(
        [
            ("Building", ["Name", "Code *", "Phone", "Management company", "Address"], [["East", "c ", "010-8588 6000", "PM", "Road 1"]]),
            ("FLOORS", ["level", "Floor", "Building"], [[-1, "b1", "Ｃ"]]),
        ]
    )
    assert load(BytesIO(source)).written
    assert Floor.objects.get().name == "B1"


@pytest.mark.django_db
def test_an_unknown_or_missing_heading_is_named() -> None:
    source = import_workbook.write([("楼层", ["楼栋", "楼层", "层序（错）"], [["C", "1F", 1]])])
    assert reasons(load(BytesIO(source))) == [
        ("Floors", 1, "层序（错）", "Unknown heading."),
        ("Floors", 1, "Level", "This column is missing."),
    ]


@pytest.mark.django_db
def test_problems_are_told_in_the_readers_language() -> None:
    with translation.override("zh-hans"):
        [problem] = load(workbook(楼层=[["C", "1F", 1, ""]])).problems
    assert (problem.sheet, problem.column) == ("楼层", "楼栋")


@pytest.mark.django_db
def test_a_dry_run_counts_and_stores_nothing() -> None:
    report = load(str(SAMPLE), dry_run=True)
    assert ("Units", 180, 0) in report.counts
    assert (report.written, Building.objects.count()) == (False, 0)


def test_a_building_of_others_can_be_neither_seen_nor_added_to(cast: Cast) -> None:
    report = load(workbook(楼栋=[["B", *BUILDING[1:]]], 楼层=[["B", "1F", 1, ""]]), by=cast.records)
    assert reasons(report)[0] == ("Building", 2, "Code", "This code is taken by a territory outside your posts.")
    assert Floor.objects.count() == 0


def test_rows_are_added_to_a_building_that_exists(cast: Cast, tower: Any) -> None:
    assert load(workbook(楼层=[["A", "30F", 30, ""]]), by=cast.records).written
    assert tower.floors.get().level == 30


@pytest.mark.django_db
def test_five_thousand_rows_go_in_at_once_with_progress() -> None:
    units = [["C", f"{level:02d}{n:03d}", f"{level}F", D(80), None, "", "", ""] for level in range(1, 41) for n in range(125)]
    source = workbook(楼栋=[BUILDING], 楼层=[["C", f"{level}F", level, ""] for level in range(1, 41)], 单元=units)
    steps: list[tuple[int, int]] = []
    begun = time.monotonic()
    assert load(source, progress=lambda done, total: steps.append((done, total))).written
    assert Unit.objects.count() == 5000
    assert steps[-1] == (5041, 5041)
    assert len(steps) > 10
    assert [done for done, _total in steps] == sorted(done for done, _total in steps)
    assert time.monotonic() - begun < 60


@pytest.mark.django_db
def test_one_bad_row_in_five_thousand_stops_them_all() -> None:
    units = [["C", f"{n:05d}", "1F", D(80), None, "", "", ""] for n in range(5000)]
    units[4321][3] = D(0)
    report = load(workbook(楼栋=[BUILDING], 楼层=[["C", "1F", 1, ""]], 单元=units))
    assert reasons(report) == [("Units", 4323, "Gross floor area (m²)", "Enter at least 0.01.")]
    assert Unit.objects.count() == 0


def archive(**parts: bytes) -> BytesIO:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/") + ".xml", content)
    target.seek(0)
    return target


def with_sheet(xml: bytes) -> BytesIO:
    """A real workbook whose first sheet's XML is replaced."""
    source, target = zipfile.ZipFile(workbook(楼栋=[BUILDING])), BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for part in source.infolist():
            file.writestr(part.filename, xml if part.filename.endswith("sheet1.xml") else source.read(part))
    target.seek(0)
    return target


MAIN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
BAD_FILES = {
    "zip bomb": lambda: archive(xl__bomb=b"0" * (60 * 1024 * 1024)),
    "entities": lambda: with_sheet(BOMB),
    "entities in utf-16": lambda: with_sheet(BOMB.decode().encode("utf-16")),
    "a million empty rows": lambda: with_sheet(MAIN % (b"<row/>" * 1_000_000)),
    "a last row far away": lambda: with_sheet(MAIN % b'<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row><row r="1048576"/>'),
    "not a zip": lambda: BytesIO(b"PK\x03\x04 but not really"),
    "empty": lambda: BytesIO(b""),
    "a zip of nothing": lambda: archive(readme=b"<x/>"),
    "cut off": lambda: BytesIO(workbook(楼栋=[BUILDING]).getvalue()[:-400]),
    "broken sheet": lambda: with_sheet(b"<worksheet><sheetData><row"),
    "too many bytes": lambda: BytesIO(b"0" * (imports.MAX_BYTES + 1)),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", BAD_FILES)
def test_a_hostile_or_broken_file_is_refused_quickly(name: str) -> None:
    source = BAD_FILES[name]()
    begun = time.monotonic()
    try:
        report = load(source)
    except Refused:
        pass
    else:
        assert report.problems
        assert not report.written
    assert time.monotonic() - begun < 3


@pytest.mark.django_db
def test_the_command_loads_a_file_and_says_what_it_did() -> None:
    out = StringIO()
    call_command("import_premises", str(SAMPLE), stdout=out)
    assert "Units: 180 new, 0 already there" in out.getvalue()


@pytest.mark.django_db
def test_the_command_fails_with_every_bad_row_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.xlsx"
    path.write_bytes(workbook(楼层=[["C", "1F", 1, ""], ["C", "2F", "x", ""]]).getvalue())
    with pytest.raises(
        CommandError, match=r"Floors, row 2, Building: There is no building “C”(.|\n)*Floors, row 3, Level: Enter a number."
    ):
        call_command("import_premises", str(path), stdout=StringIO())


@pytest.mark.django_db
def test_the_command_names_a_file_that_is_not_there() -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_premises", "/nowhere/x.xlsx")


def test_the_blank_template_has_every_sheet_and_reads_as_empty() -> None:
    book = imports.read(BytesIO(import_workbook.blank(PremisesImport())), PremisesImport.sheets)
    assert (set(book.rows), book.problems, book.unread) == ({sheet.key for sheet in PremisesImport.sheets}, [], ["Notes"])
