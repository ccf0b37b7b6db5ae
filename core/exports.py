"""Lists as files: CSV that Excel opens with Chinese intact, and XLSX with real dates and numbers. Formulas stay text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from html import unescape
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from core.flow import Refused
from core.models import FileView

FORMATS = ("csv", "xlsx")
# Longer lists are written by a worker (core.export_jobs).
AT_ONCE = 5_000
LIMIT = 200_000
# Excel takes the full-width signs for formulas too.
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def safe(value: Any) -> Any:
    """Text that a spreadsheet can't take for a formula; numbers, dates and empty cells as they are."""
    if value is None or isinstance(value, (int, float, Decimal, bool)):
        return value
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
    if isinstance(value, date):
        return value
    # Only what a table has made as HTML is HTML: a typed "<5 MΩ" stays as it is.
    text = unescape(strip_tags(value)) if isinstance(value, SafeString) else str(value)
    text = ILLEGAL_CHARACTERS_RE.sub("", text).strip()
    return f"'{text}" if text.startswith(FORMULA) else text


def need_few_enough(number: int) -> int:
    """The number; raises Refused above 200,000 rows."""
    if number > LIMIT:
        raise Refused(_("These are more than %(limit)s rows: narrow the filters and export again.") % {"limit": f"{LIMIT:,}"})
    return number


def log(user: Any, name: str, kind: str, query: str) -> None:
    """Puts on record who took which list away."""
    FileView.objects.create(what=f"export {name}.{kind} {query}"[:120], viewed_by=user, viewed_at=timezone.now())


def answer(request: HttpRequest, name: str, title: Any, table: Any, kind: str) -> HttpResponse:
    """The table's rows as a download; who took it is on record. Raises Refused above 200,000 rows."""
    need_few_enough(len(table.rows))
    log(request.user, name, kind, request.GET.urlencode())
    body, media_type = written(lines_of(table), str(title), kind), XLSX if kind == "xlsx" else "text/csv; charset=utf-8"
    file_name = quote(f"{title}-{timezone.localdate():%Y%m%d}.{kind}")
    disposition = f"attachment; filename=\"{name}.{kind}\"; filename*=UTF-8''{file_name}"
    return HttpResponse(body, content_type=media_type, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"})


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def lines_of(table: Any) -> Iterator[list[Any]]:
    """The heads of a table, then each row, as a file may hold them."""
    for line in table.as_values():
        yield [safe(value) for value in line]


def written(lines: Iterable[list[Any]], title: str, kind: str) -> bytes:
    """The lines as the bytes of a file, `csv` or `xlsx`."""
    return _xlsx(lines, title) if kind == "xlsx" else _csv(lines)


def _csv(lines: Iterable[list[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(lines)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf8", "replace")


def _xlsx(lines: Iterable[list[Any]], title: str) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("".join(letter for letter in title if letter not in "[]:*?/\\")[:31] or "List")
    for line in lines:
        sheet.append([str(value) if isinstance(value, (list, tuple, dict)) else value for value in line])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
