"""Workbooks out for the import: the blank template, and samples that come out the same byte for byte."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from core.imports import Column, Import, Sheet

HEAD = PatternFill("solid", fgColor="E6ECF5")


def write(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]]) -> bytes:
    """An .xlsx of (name, headings, rows): bold frozen headings, dates as dates, text as text."""
    workbook = Workbook(write_only=True)
    for name, headings, rows in sheets:
        worksheet = workbook.create_sheet(name)
        worksheet.freeze_panes = "A2"
        for number, heading in enumerate(headings, start=1):
            worksheet.column_dimensions[get_column_letter(number)].width = max(12, 2 * len(heading) + 2)
        worksheet.append([_heading(worksheet, heading) for heading in headings])
        for row in rows:
            worksheet.append([_cell(worksheet, value) for value in row])
    content = BytesIO()
    workbook.save(content)
    return _without_time(content.getvalue())


def _heading(worksheet: Any, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(worksheet, text)
    cell.font, cell.fill, cell.alignment = Font(bold=True), HEAD, Alignment(vertical="top", wrap_text=True)
    return cell


def _cell(worksheet: Any, value: Any) -> Any:
    """A value as it is; text that a spreadsheet might take for a formula stays text."""
    if not isinstance(value, str) or not value.startswith(("=", "+", "-", "@")):
        return value
    cell = WriteOnlyCell(worksheet, value)
    cell.data_type, cell.quotePrefix = "s", True
    return cell


def _without_time(content: bytes) -> bytes:
    """The same archive with fixed times, so that a sample made again does not differ."""
    source, target = zipfile.ZipFile(BytesIO(content)), BytesIO()
    with source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in source.infolist():
            text = source.read(part)
            if part.filename == "docProps/core.xml":
                text = re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+Z", b"2026-01-01T00:00:00Z", text)
            archive.writestr(zipfile.ZipInfo(part.filename, (2026, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def blank(importer: Import) -> bytes:
    """The empty workbook of an import: every sheet with its headings (`*`: must be filled), and a sheet that explains them."""
    sheets: list[Any] = [(sheet.title, [_starred(column) for column in sheet.columns], []) for sheet in importer.sheets]
    notes = [line for sheet in importer.sheets for line in _notes(sheet)]
    return write([*sheets, (_("Notes"), [_("Sheet"), _("Column"), _("Required"), _("Example")], notes)])


def _starred(column: Column) -> str:
    return f"{column.title} *" if column.required else column.title


def _notes(sheet: Sheet) -> list[list[str]]:
    yes, no = str(_("yes")), str(_("no"))
    return [[sheet.title, column.title, yes if column.required else no, column.example] for column in sheet.columns]
