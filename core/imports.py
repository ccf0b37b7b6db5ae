"""Workbooks in: sheets become rows, every bad row is named, and all rows are loaded or none.

An app describes its workbook as `Sheet`s of `Column`s and subclasses `Import`; page, command and demo data call `run`.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from io import BytesIO
from typing import IO, Any, ClassVar

from django.db import connection, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from core import history
from core.flow import Refused

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 48 * 1024 * 1024
MAX_PARTS = 400
MAX_ROWS = 50_000
MAX_COLUMNS = 80
MAX_PROBLEMS = 500

ROW_TAG = re.compile(rb"<(?:\w+:)?row[\s/>]")

Progress = Callable[[int, int], None]
Source = str | IO[bytes]


class WorkbookRefused(Refused):
    """A file that can't be read as a workbook, or is too large to be one."""


@dataclass(frozen=True)
class Column:
    """A column: its headings in both languages and how a cell becomes a value.

    `convert(cell)` raises ValueError with a reason for people. An empty cell of an optional column is `empty`.
    """

    key: str
    en: str
    zh: str
    convert: Callable[[Any], Any]
    required: bool = True
    empty: Any = ""
    example: str = ""

    @property
    def title(self) -> str:
        return self.zh if _in_chinese() else self.en


@dataclass(frozen=True)
class Sheet:
    """A sheet by its name in either language. A workbook may leave out a sheet that is not required."""

    key: str
    en: str
    zh: str
    columns: tuple[Column, ...]
    required: bool = False

    @property
    def title(self) -> str:
        return self.zh if _in_chinese() else self.en

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: in which sheet, row and column of the file, and why."""

    sheet: str
    row: int
    column: str
    reason: str

    def __str__(self) -> str:
        where = _("%(sheet)s, row %(row)s") % {"sheet": self.sheet, "row": self.row} if self.row else self.sheet
        return f"{where}, {self.column}: {self.reason}" if self.column else f"{where}: {self.reason}"


@dataclass
class Row:
    """A row of the file with its converted values; bad cells are missing from `values`."""

    sheet: Sheet
    number: int
    values: dict[str, Any]
    book: Book

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    def get(self, key: str) -> Any:
        return self.values.get(key)

    def refuse(self, key: str, reason: str) -> None:
        """Names this row as bad, in the column of that key (empty: the whole row)."""
        column = self.sheet.column(key).title if key else ""
        self.book.problems.append(Problem(self.sheet.title, self.number, column, str(reason)))
        self.book.bad.add((self.sheet.key, self.number))

    @property
    def is_bad(self) -> bool:
        return (self.sheet.key, self.number) in self.book.bad


@dataclass
class Book:
    """What a file holds: rows by sheet key, what is wrong so far, and the names of sheets nobody asked for."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    bad: set[tuple[str, int]] = field(default_factory=set)
    unread: list[str] = field(default_factory=list)

    def good(self, key: str) -> Iterator[Row]:
        """The rows of a sheet without a problem so far."""
        return (row for row in self.rows.get(key, []) if not row.is_bad)


@dataclass
class Report:
    """What an import did or would do. `counts`: (sheet, new rows, rows that are there already)."""

    counts: list[tuple[str, int, int]]
    problems: list[Problem]
    unread: list[str]
    written: bool = False

    @property
    def new(self) -> int:
        return sum(new for _sheet, new, _kept in self.counts)

    def refusal(self) -> str:
        """Every bad row by name, and that nothing was stored."""
        lines = [str(problem) for problem in self.problems[:MAX_PROBLEMS]]
        if len(self.problems) > MAX_PROBLEMS:
            lines.append(_("… and %(n)d more.") % {"n": len(self.problems) - MAX_PROBLEMS})
        return "\n".join([_("Nothing was loaded. Correct these rows and try again:"), *lines])

    def as_text(self) -> str:
        """What each sheet holds, a line a sheet, and the sheets that were left alone."""
        words = _("%(sheet)s: %(new)d new, %(kept)d already there")
        lines = [words % {"sheet": sheet, "new": new, "kept": kept} for sheet, new, kept in self.counts]
        if self.unread:
            lines.append(_("Not read: %(sheets)s") % {"sheets": ", ".join(self.unread)})
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        shown = self.problems[:MAX_PROBLEMS]
        return {"counts": self.counts, "problems": [asdict(each) for each in shown], "problem_count": len(self.problems)}


class Import:
    """One kind of workbook. Subclasses say what may be wrong beyond the cells, and how the rows are stored."""

    key: ClassVar[str] = ""
    title: ClassVar[Any] = ""
    sheets: ClassVar[tuple[Sheet, ...]] = ()

    def check(self, book: Book, *, by: Any) -> None:
        """Adds a problem for each row that can't be stored; changes nothing. `by` is None for the command."""
        raise NotImplementedError

    def is_new(self, row: Row) -> bool:
        """False for a row that is stored already, just as it stands in the file. Asked after `check`."""
        raise NotImplementedError

    def write(self, book: Book, *, by: Any, at: datetime, progress: Progress) -> None:
        """Stores the new rows; runs inside the transaction of `run`."""
        raise NotImplementedError


def run(importer: Import, source: Source, *, by: Any, at: datetime, dry_run: bool = False, progress: Progress | None = None) -> Report:
    """Reads, checks and (unless `dry_run` or anything is wrong) stores a workbook, all or nothing.

    Raises WorkbookRefused for a file that can't be read, Refused while another such import runs.
    """
    book = read(source, importer.sheets)
    with transaction.atomic():
        _alone(importer.key)
        importer.check(book, by=by)
        report = _report(importer, book)
        if not book.problems and not dry_run:
            with history.acting(by):
                importer.write(book, by=by, at=at, progress=progress or (lambda done, total: None))
            report.written = True
    return report


def _alone(key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [f"import:{key}"])
        if not cursor.fetchone()[0]:
            raise Refused(_("Another import is running. Wait until it is done."))


def _report(importer: Import, book: Book) -> Report:
    counts = []
    for sheet in importer.sheets:
        fresh = [importer.is_new(row) for row in book.good(sheet.key)]
        if book.rows.get(sheet.key):
            counts.append((sheet.title, sum(fresh), len(fresh) - sum(fresh)))
    problems = sorted(book.problems, key=lambda each: (_position(importer, each.sheet), each.row))
    return Report(counts, problems, book.unread)


def _position(importer: Import, title: str) -> int:
    titles = [sheet.title for sheet in importer.sheets]
    return titles.index(title) if title in titles else -1


def read(source: Source, sheets: Iterable[Sheet]) -> Book:
    """The rows of a workbook, cell by cell converted. Raises WorkbookRefused for a file that is none, or a bomb."""
    content = _bytes(source)
    _check_archive(content)
    try:
        workbook = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
        book = Book()
        wanted = {_plain(name): sheet for sheet in sheets for name in (sheet.en, sheet.zh)}
        for worksheet in workbook.worksheets:
            sheet = wanted.get(_plain(worksheet.title))
            if sheet is None:
                book.unread.append(worksheet.title)
            else:
                _read_sheet(worksheet, sheet, book)
    except Refused:
        raise
    except Exception as error:  # openpyxl raises whatever the broken part happened to break
        raise WorkbookRefused(_not_a_workbook()) from error
    _name_missing(book, sheets)
    return book


def _not_a_workbook() -> str:
    return _("This file can't be read as a workbook. Save it as .xlsx and try again.")


def _bytes(source: Source) -> bytes:
    if isinstance(source, str):
        with open(source, "rb") as file:  # noqa: PTH123 - a command's argument, as typed
            content = file.read(MAX_BYTES + 1)
    else:
        content = source.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise WorkbookRefused(_("The file is larger than %(n)d MB. Split it.") % {"n": MAX_BYTES // 1024 // 1024})
    return content


def _check_archive(content: bytes) -> None:
    """Refuses zip bombs, encrypted files, entity declarations and sheets of a million empty rows before parsing."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise WorkbookRefused(_("The file unpacks to more than a workbook of this kind may hold."))
            for part in parts:
                _check_part(archive, part)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise WorkbookRefused(_not_a_workbook()) from error


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    if not part.filename.endswith((".xml", ".rels")):
        return
    rows, tail = 0, b""
    with archive.open(part) as stream:
        first = stream.read(4096)
        if b"\0" in first or b"<!DOCTYPE" in first.upper():
            raise WorkbookRefused(_not_a_workbook())
        chunk = first
        while chunk:
            rows += len(ROW_TAG.findall(tail + chunk)) - len(ROW_TAG.findall(tail))
            if rows > MAX_ROWS:
                raise WorkbookRefused(_("A sheet has more than %(n)d rows. Delete the empty ones, or split the file.") % {"n": MAX_ROWS})
            tail, chunk = chunk[-16:], stream.read(1 << 20)


def _read_sheet(worksheet: Any, sheet: Sheet, book: Book) -> None:
    lines = enumerate(worksheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), start=1)
    places: dict[int, Column] = {}
    rows = book.rows.setdefault(sheet.key, [])
    for number, cells in lines:
        if number > MAX_ROWS:
            raise WorkbookRefused(_("A sheet has more than %(n)d rows. Delete the empty ones, or split the file.") % {"n": MAX_ROWS})
        if not any(_is_filled(cell) for cell in cells):
            continue
        if places:
            rows.append(_read_row(sheet, number, cells, places, book))
        else:
            places = _headings(sheet, number, cells, book)
            if not places:
                return


def _is_filled(cell: Any) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def _headings(sheet: Sheet, number: int, cells: tuple[Any, ...], book: Book) -> dict[int, Column]:
    """Which column stands where; unknown and missing headings are problems, for a typo must not drop a column."""
    known = {_plain(name): column for column in sheet.columns for name in (column.en, column.zh, column.key)}
    places: dict[int, Column] = {}
    for place, cell in enumerate(cells):
        if not _is_filled(cell):
            continue
        column = known.get(_plain(str(cell)))
        if column is None or column in places.values():
            reason = _("This heading appears twice.") if column else _("Unknown heading.")
            book.problems.append(Problem(sheet.title, number, str(cell)[:60], reason))
        else:
            places[place] = column
    missing = [column.title for column in sheet.columns if column.required and column not in places.values()]
    book.problems.extend(Problem(sheet.title, number, title, _("This column is missing.")) for title in missing)
    return {} if missing else places


def _read_row(sheet: Sheet, number: int, cells: tuple[Any, ...], places: dict[int, Column], book: Book) -> Row:
    row = Row(sheet, number, {column.key: column.empty for column in sheet.columns if not column.required}, book)
    for place, column in places.items():
        cell = cells[place] if place < len(cells) else None
        if _is_filled(cell):
            _convert(row, column, cell)
        elif column.required:
            row.refuse(column.key, _("Fill in this cell."))
    return row


def _convert(row: Row, column: Column, cell: Any) -> None:
    try:
        row.values[column.key] = column.convert(cell)
    except ValueError as error:
        row.values.pop(column.key, None)
        row.refuse(column.key, str(error))


def _name_missing(book: Book, sheets: Iterable[Sheet]) -> None:
    for sheet in sheets:
        if sheet.required and sheet.key not in book.rows:
            book.problems.append(Problem(sheet.title, 0, "", _("This sheet is missing.")))


def _plain(name: str) -> str:
    """A heading or sheet name without what people add: stars, spaces, full-width forms, case."""
    return re.sub(r"[\s*]+", "", unicodedata.normalize("NFKC", name)).casefold()


def _in_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")
