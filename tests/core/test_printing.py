"""A printed form says what the record says, in every letter, fetches nothing, and is counted."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pikepdf
import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import translation

from core import printing
from core.models import PrintLog
from core.printing import Party, PrintForm, Sheet
from core.renderer import engine
from core.renderer.process import Failed, TooMuch
from premises.models import Unit
from tests.conftest import Cast, a_building, a_unit, person

AT = datetime(2026, 11, 23, 9, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
CHINESE = "北京䶮㛃犇商贸有限公司（甲方）自二〇二六年十一月起承租，“建筑面积”120.50㎡。"
HOSTILE = """</td></style><script>alert(1)</script><img src="file://localhost/etc/hostname">'};"} @import url(http://127.0.0.1:9/x); \\"""


def words(pdf: bytes) -> str:
    """Its text without spaces and line breaks."""
    made = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s+", "", made.stdout.decode())


def grid(value: str, **sheet: Any) -> bytes:
    return printing.render("print/_grid.html", {"facts": [("名称", value)]}, Sheet(title="", **sheet))


def framed(**sheet: Any) -> bytes:
    with translation.override("zh-hans"):
        return printing.render("print/base.html", {}, Sheet(**{"title": "入驻登记表", **sheet}))


def pages(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)


def test_chinese_is_printed_letter_by_letter() -> None:
    assert CHINESE in words(grid(CHINESE))


def test_its_letters_travel_with_it() -> None:
    with pikepdf.open(io.BytesIO(grid(CHINESE))) as opened:
        fonts = [each for each in opened.objects if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor"]
        assert fonts
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)


def test_a_hostile_value_stays_a_value() -> None:
    assert re.sub(r"\s+", "", HOSTILE) in words(grid(HOSTILE))


@pytest.mark.parametrize("field", ["title", "number", "printed_by", "company"])
def test_a_hostile_value_in_the_frame_stays_a_value(field: str) -> None:
    hostile = "A\"b'c</style><i>\\"
    text = words(framed(printed_at=AT, **{field: hostile}))
    assert hostile in text
    assert "第1页/共1页" in text


READ: list[str] = []
WATCHED = threading.local()


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if getattr(WATCHED, "on", False) and event in {"open", "socket.connect", "socket.getaddrinfo", "subprocess.Popen"}:
        READ.append(f"{event} {arguments[0]} {arguments[1:2]}")


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What this thread opens and calls while the test runs, once everything is imported; the page is laid out in it."""
    monkeypatch.setattr(printing, "pdf", engine.pdf)
    grid("warm")
    READ.clear()
    sys.addaudithook(_watch)
    WATCHED.on = True
    yield READ
    WATCHED.on = False


ASKING = [
    '<img src="file://localhost/etc/hostname">',
    '<img src="http://127.0.0.1:9/a.png">',
    '<link rel="stylesheet" href="http://127.0.0.1:9/a.css">',
    '<link rel="attachment" href="file://localhost/etc/hostname">',
    "<style>@import 'file://localhost/etc/hostname'; p { color: red }</style>",
    "<style>@font-face { font-family: x; src: url(file://localhost/etc/hostname) } p { font-family: x }</style>",
    "<style>p { background: url(http://127.0.0.1:9/b.png) }</style>",
    '<object data="file://localhost/etc/hostname"></object>',
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="file://localhost/etc/hostname"/></svg>',
]


@pytest.mark.parametrize("asking", ASKING)
def test_nothing_is_fetched_even_if_a_template_asks(outside: list[str], asking: str) -> None:
    assert "其余照印" in words_without_watching(printing.pdf(f"{asking}<p>其余照印</p>"))
    assert not [line for line in outside if "hostname" in line or not line.startswith("open ")]


def words_without_watching(pdf: bytes) -> str:
    WATCHED.on = False
    return words(pdf)


def test_every_page_says_which_of_how_many() -> None:
    sheet = Sheet(title="表", copies=tuple(f"第{n}联" for n in range(3)), number="RZ-20261123-0001")
    with translation.override("zh-hans"):
        long = printing.render("print/base.html", {}, sheet)
    assert pages(long) == 3
    assert "Page2of3" in words(printing.render("print/base.html", {}, sheet))
    assert [f"第{n}页/共3页" in words(long) for n in (1, 2, 3)] == [True] * 3


@pytest.mark.parametrize(("mark", "shown"), [("DRAFT", "草稿"), ("VOID", "作废"), ("REPRINT", "补打")])
def test_its_mark_stands_across_the_page(mark: str, shown: str) -> None:
    with translation.override("zh-hans"):
        shown = str(translation.gettext(mark)) or shown
    assert shown in words(framed(mark=mark))
    assert shown not in words(framed())


def placed(pdf: bytes, letters: str) -> list[float]:
    """How far down their page these letters stand, in points, top and bottom of each."""
    made = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    found = re.findall(r'yMin="([-\d.]+)" xMax="[-\d.]+" yMax="([-\d.]+)">([^<]*)<', made)
    return [float(edge) for top, bottom, word in found if word and word in letters for edge in (top, bottom)]


@pytest.mark.parametrize("mark", ["VOID", "DRAFT", "REPRINT"])
def test_a_receipt_is_one_sheet_with_its_mark_on_it(mark: str) -> None:
    parties = [{"label": "客户", "seal": False, "signoff": None}, {"label": "财务部", "seal": True, "signoff": None}]
    facts = [("付款人", "北京䶮㛃犇商贸有限公司"), ("单元", "1801"), ("项目", "物业管理费"), ("期间", "2026-11")]
    sheet = Sheet("收据", "SJ-20261123-0001", mark=mark, qr=printing.qr_code("http://localhost/x/"), size="RECEIPT", parties=parties)
    with translation.override("zh-hans"):
        receipt = printing.render("tenants/print/grid.html", {"facts": facts}, sheet)
        edges = placed(receipt, str(translation.gettext(mark)))
    with pikepdf.open(io.BytesIO(receipt)) as opened:
        _left, _bottom, width, height = (float(value) for value in opened.pages[0].mediabox)
        assert (len(opened.pages), round(width * 25.4 / 72), round(height * 25.4 / 72)) == (1, 241, 93)
    assert edges
    assert 0 <= min(edges) < max(edges) <= height


def test_a_long_table_repeats_its_head_and_keeps_the_boxes_on_one_page() -> None:
    lines = [[place, f"K-{place}"] for place in range(90)]
    parties = [{"label": label, "seal": True, "signoff": None} for label in ("甲方盖章处", "乙方盖章处")]
    table = {"headings": ["序号列", "钥匙列"], "lines": lines, "empty_lines": [], "facts": []}
    with pikepdf.open(io.BytesIO(printing.render("tenants/print/table.html", table, Sheet("清单", parties=parties)))) as opened:
        assert len(opened.pages) >= 3
        texts = [words(one_page(opened, place)) for place in range(len(opened.pages))]
    with_lines = [text for text in texts if "K-" in text]
    assert len(with_lines) >= 3
    assert all("序号列" in text for text in with_lines)
    assert [text.count("甲方盖章处") + text.count("乙方盖章处") for text in texts if "盖章处" in text] == [2]


def one_page(pdf: pikepdf.Pdf, place: int) -> bytes:
    with pikepdf.new() as made:
        made.pages.append(pdf.pages[place])
        out = io.BytesIO()
        made.save(out)
        return out.getvalue()


@pytest.mark.parametrize("value", ["A" * 900, "云汇中心" * 200, "https://例.中国/" + "x/" * 300])
def test_a_long_value_wraps_and_stays_whole_on_the_paper(value: str) -> None:
    long = printing.render("tenants/print/grid.html", {"facts": [("名称", value)]}, Sheet("表"))
    assert value in words(long)
    made = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=long, capture_output=True, check=True).stdout.decode()
    assert all(25 * 72 / 25.4 - 1 <= float(edge) <= (210 - 15) * 72 / 25.4 + 1 for edge in re.findall(r' x(?:Min|Max)="([-\d.]+)"', made))


# Forms of records


FORM = PrintForm(
    "test_form",
    "测试表",
    "print/base.html",
    lambda record: {"facts": []},
    parties=(Party("客户", "TENANT"), Party("客服部", "SERVICE", seal=True)),
    available=lambda unit: "it is out of use" if unit.state == "OUT_OF_USE" else None,
    final=lambda unit: unit.state != "RESERVED",
    void=lambda unit: unit.state == "MOVING_OUT",
)


@pytest.fixture
def unit(tower: Any) -> Unit:
    return a_unit(tower, "1801")


@pytest.fixture
def form() -> Iterator[PrintForm]:
    printing.register(Unit, FORM)
    yield FORM
    printing._forms[Unit].pop(FORM.key)


SignIn = Callable[[Any], Client]


def in_state(unit: Unit, state: str) -> Unit:
    Unit.objects.filter(pk=unit.pk).update(state=state)
    unit.refresh_from_db()
    return unit


@pytest.mark.parametrize(("state", "mark"), [("VACANT", ""), ("RESERVED", "DRAFT"), ("MOVING_OUT", "VOID")])
def test_its_mark_follows_the_record(cast: Cast, unit: Unit, state: str, mark: str) -> None:
    assert printing.sheet_of(FORM, in_state(unit, state), by=cast.guard, at=AT, nth=1, link="").mark == mark


def test_the_second_print_is_counted_and_marked(cast: Cast, unit: Unit, form: PrintForm, as_user: SignIn) -> None:
    client, address = as_user(cast.service_clerk), f"/premises/units/{unit.pk}/print/test_form/"
    with translation.override("zh-hans"):
        reprint = translation.gettext("REPRINT")
    first, second = client.get(address), client.get(address)
    assert first["Content-Type"] == "application/pdf"
    assert first["Cache-Control"] == "no-store"
    assert (reprint in words(first.content), reprint in words(second.content)) == (False, True)
    assert list(PrintLog.objects.order_by("nth").values_list("nth", "printed_by")) == [(n, cast.service_clerk.pk) for n in (1, 2)]


def test_it_opens_in_the_browsers_reader_and_may_run_nothing(cast: Cast, unit: Unit, form: PrintForm, as_user: SignIn) -> None:
    answer = as_user(cast.service_clerk).get(f"/premises/units/{unit.pk}/print/test_form/")
    assert answer["Content-Disposition"] == "inline; filename=\"file\"; filename*=UTF-8''" + quote(f"测试表 {unit}.pdf", safe="")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "sandbox" not in answer["Content-Security-Policy"]
    assert not [word for word in ("script-src", "'self' ", "unsafe-eval") if word in answer["Content-Security-Policy"]]


def broken(page: str) -> bytes:
    raise Failed("ValueError: no such colour")


def too_long(page: str) -> bytes:
    raise TooMuch("more than 20 s")


def test_a_print_that_fails_uses_no_number(cast: Cast, unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched, pytest.raises(Failed):
        patched.setattr(printing, "pdf", broken)
        printing.print_record(FORM, unit, by=cast.service_clerk, at=AT, link="")
    assert PrintLog.objects.count() == 0
    assert "第1次打印" in words(printing.print_record(FORM, unit, by=cast.service_clerk, at=AT, link=""))


def test_a_print_that_takes_too_long_is_refused_with_words_and_not_counted(
    cast: Cast, unit: Unit, form: PrintForm, as_user: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing._renderer(), "pdf", too_long)
    answer = as_user(cast.service_clerk).get(f"/premises/units/{unit.pk}/print/test_form/")
    assert answer.status_code == 422
    assert "was not printed" in answer.content.decode()
    assert PrintLog.objects.count() == 0


def test_a_blank_form_is_not_counted_and_says_nothing_of_the_record(cast: Cast, unit: Unit, form: PrintForm, as_user: SignIn) -> None:
    answer = as_user(cast.service_clerk).get(f"/premises/units/{unit.pk}/print/test_form/?blank=1")
    text = words(answer.content)
    assert "测试表" in text
    assert "客户" in text
    assert "1801" not in text
    assert PrintLog.objects.count() == 0


def test_it_says_why_it_cannot_be_printed_yet(cast: Cast, unit: Unit, form: PrintForm, as_user: SignIn) -> None:
    answer = as_user(cast.service_clerk).get(f"/premises/units/{in_state(unit, 'OUT_OF_USE').pk}/print/test_form/")
    assert answer.status_code == 422
    assert "it is out of use" in answer.content.decode()
    assert PrintLog.objects.count() == 0


def test_it_prints_for_those_alone_who_see_the_record(cast: Cast, unit: Unit, form: PrintForm, as_user: SignIn) -> None:
    assert as_user(cast.outsider).get(f"/premises/units/{unit.pk}/print/test_form/").status_code == 404
    assert as_user(cast.service_clerk).get(f"/premises/units/{unit.pk}/print/other/").status_code == 404
    assert PrintLog.objects.count() == 0


def test_the_record_is_free_while_its_page_is_made(committed_db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    tower = a_building("A", "A 座")
    clerk, unit = person("printer", "陈静", "CUSTOMER_SERVICE", "MEMBER", tower), a_unit(tower, "1801")
    held: list[bool] = []
    monkeypatch.setattr(printing, "pdf", lambda page: held.append(connection.in_atomic_block) or b"")
    printing.print_record(FORM, unit, by=clerk, at=AT, link="")
    assert held == [False]


def test_two_prints_at_once_get_two_numbers(committed_db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    tower = a_building("A", "A 座")
    clerk, unit = person("printer", "陈静", "CUSTOMER_SERVICE", "MEMBER", tower), a_unit(tower, "1801")
    monkeypatch.setattr(printing, "html_of", lambda template, context, sheet: str(sheet.nth))
    monkeypatch.setattr(printing, "pdf", str.encode)
    monkeypatch.setitem(printing._forms.setdefault(Unit, {}), FORM.key, FORM)
    start, numbers = threading.Barrier(3), []

    def one() -> None:
        client = Client()
        try:
            client.force_login(clerk, backend="staff.backends.CountedBackend")
            start.wait(10)
            numbers.append(client.get(f"/premises/units/{unit.pk}/print/test_form/").content)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _turn in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert sorted(numbers) == [b"1", b"2", b"3"]
