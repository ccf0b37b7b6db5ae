"""A list taken away opens in Excel with its Chinese, dates and figures, and without a formula somebody typed."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import django_tables2
import pytest
from django.test import Client, RequestFactory
from django.utils.html import format_html
from django.utils.translation import gettext_lazy
from openpyxl import load_workbook

from core import exports, lists
from core.flow import Refused
from core.models import FileView
from tests.conftest import Cast, a_unit

SignIn = Callable[[Any], Client]
HOSTILE = ["=1+1", "+1", "-1+1", "@SUM(1)", "\t=1+1", "\r\n=1+1", " =1+1", "＝1+1", "＋1", "－1", "＠A", '=HYPERLINK("x")']


class Lines(lists.Table):
    what = django_tables2.Column("名称")
    figure = django_tables2.Column("金额")
    day = django_tables2.Column("日期")
    at = django_tables2.Column("时间")


def row(what: Any, figure: Any = None, day: Any = None, at: Any = None) -> dict[str, Any]:
    return {"what": what, "figure": figure, "day": day, "at": at}


FULL = row("北京䶮㛃犇", Decimal("16409.02"), date(2026, 11, 23), datetime(2026, 11, 23, 1, 5, tzinfo=UTC))


def taken(user: Any, kind: str, rows: list[dict[str, Any]]) -> Any:
    request = RequestFactory().get("/x/", {"export": kind, "q": "华信"})
    request.user = user
    return exports.answer(request, "lines", "台账/一", Lines(rows), kind)


def cells(user: Any, kind: str, rows: list[dict[str, Any]]) -> list[list[Any]]:
    body = taken(user, kind, rows).content
    if kind == "csv":
        return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(body)).active
    return [[cell.value for cell in line] for line in sheet.iter_rows()]


def test_csv_begins_with_the_mark_that_excel_needs(cast: Cast) -> None:
    assert taken(cast.guard, "csv", [FULL]).content.startswith(b"\xef\xbb\xbf")
    [heads, line] = cells(cast.guard, "csv", [FULL])
    assert heads == ["名称", "金额", "日期", "时间"]
    assert line == ["北京䶮㛃犇", "16409.02", "2026-11-23", "2026-11-23 09:05:00"]


def test_xlsx_holds_real_dates_and_figures(cast: Cast) -> None:
    [_heads, line] = cells(cast.guard, "xlsx", [FULL])
    assert line == ["北京䶮㛃犇", 16409.02, datetime(2026, 11, 23), datetime(2026, 11, 23, 9, 5)]


@pytest.mark.parametrize("kind", exports.FORMATS)
def test_what_somebody_typed_is_never_a_formula(cast: Cast, kind: str) -> None:
    for line in cells(cast.guard, kind, [row(text) for text in HOSTILE])[1:]:
        assert line[0].startswith("'")
    request = taken(cast.guard, "xlsx", [row(text) for text in HOSTILE])
    sheet = load_workbook(io.BytesIO(request.content)).active
    assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "inlineStr", "n"}


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("<5 MΩ 与 a<b>c", "<5 MΩ 与 a<b>c"),
        (format_html("<a href='/x/'>{}</a>", "甲 & <乙>"), "甲 & <乙>"),
        (gettext_lazy("Yes"), "Yes"),
        ("a\x00\x0bb", "ab"),
        ("第一行\n第二行", "第一行\n第二行"),
        (-5, -5),
        (True, True),
        (None, None),
    ],
)
def test_a_value_stays_what_it_is(value: Any, kept: Any) -> None:
    assert exports.safe(value) == kept


def test_who_took_it_is_on_record(cast: Cast) -> None:
    answer = taken(cast.guard, "csv", [FULL])
    view = FileView.objects.get()
    assert (view.viewed_by, view.what) == (cast.guard, "export lines.csv export=csv&q=%E5%8D%8E%E4%BF%A1")
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"].startswith("attachment; filename=\"lines.csv\"; filename*=UTF-8''")


def test_too_many_rows_are_refused_and_not_on_record(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "LIMIT", 2)
    with pytest.raises(Refused):
        taken(cast.guard, "csv", [FULL] * 3)
    assert not FileView.objects.exists()


def test_it_comes_in_the_order_and_with_the_filter_of_the_page(cast: Cast, tower: Any, as_user: SignIn) -> None:
    for code in ("1802", "1801", "1803"):
        a_unit(tower, code)
    client = as_user(cast.service_clerk)
    body = client.get("/premises/units/?export=csv&sort=-code").content.decode("utf-8-sig")
    assert [line[0] for line in csv.reader(io.StringIO(body))][1:] == ["1803", "1802", "1801"]
    assert len(client.get("/premises/units/?export=csv&state=OCCUPIED").content.decode().splitlines()) == 1
