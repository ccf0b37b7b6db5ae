"""Every form keeps the sizes of the house: margins, title, code, boxes and seals, no small letters, nothing torn apart (ux 4.10)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from core import kinds, printing
from core.printing import PAGES, PrintForm, Sheet
from core.renderer import engine
from tests.conftest import Cast
from tests.records import FACTORIES

AT = datetime(2026, 11, 23, 9, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
MM, PT = 96 / 25.4, 96 / 72
FORMS = [(kind.label, form) for kind in kinds.all_kinds() for form in printing.forms_of(kind.model) if kind.label in FACTORIES]
CODE = printing.qr_code("http://localhost/r/RZ-20261123-0001/")
Box = tuple[float, float, float, float]


def laid_out(template: str, context: dict[str, Any], sheet: Sheet, *, language: str = "zh-hans") -> list[Any]:
    """The page boxes, as WeasyPrint placed them."""
    with translation.override(language):
        page = render_to_string(template, {**context, "sheet": sheet, "page_size": PAGES[sheet.size]})
    weasyprint, fonts, closed = engine._engine()
    return [each._page_box for each in weasyprint.HTML(string=page, url_fetcher=closed).render(font_config=fonts).pages]


def sheet_with(*seals: bool, **more: Any) -> Sheet:
    parties = [{"label": f"第{place}方", "seal": seal, "signoff": None} for place, seal in enumerate(seals)]
    return Sheet(
        **{
            "title": "入驻登记表",
            "number": "RZ-20261123-0001",
            "qr": CODE,
            "printed_by": "陈静",
            "printed_at": AT,
            "nth": 1,
            "parties": parties,
            **more,
        }
    )


def named(page: Any, name: str) -> list[Any]:
    """The boxes of the elements of this class or tag, without the lines and words in them."""
    return [box for box in page.descendants() if _is(box, name)]


def _is(box: Any, name: str) -> bool:
    element = box.element
    if element is None or box.element_tag.endswith(("::before", "::after")) or type(box).__name__ in ("TextBox", "LineBox"):
        return False
    return name in [*(element.get("class") or "").split(), element.tag.rsplit("}")[-1]]


def texts(page: Any) -> list[Any]:
    return [box for box in page.descendants() if type(box).__name__ == "TextBox" and box.text.strip()]


def edges(box: Any) -> Box:
    """Left, top, right, bottom with border, in mm."""
    left, top = box.border_box_x() / MM, box.border_box_y() / MM
    return left, top, left + box.border_width() / MM, top + box.border_height() / MM


def apart(one: Box, other: Box) -> bool:
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def words(page: Any) -> str:
    return "".join(box.text for box in texts(page)).replace(" ", "")


def test_an_a4_form_has_the_margins_the_title_and_the_code_of_the_house() -> None:
    [page] = laid_out("tenants/print/grid.html", {"facts": [("名称", "云汇")]}, sheet_with(False, False))
    margins = page.margin_top, page.margin_right, page.margin_bottom, page.margin_left
    assert [round(margin / MM, 1) for margin in margins] == [22, 15, 18, 25]
    [title] = named(page, "h1")
    assert round(title.style["font_size"] / PT, 1) == 18
    assert title.style["text_align_all"] == "center"
    [code] = named(page, "qr")
    assert (round(code.width / MM, 1), round(code.height / MM, 1)) == (22, 22)
    assert edges(code)[1] >= 21.9


@pytest.mark.parametrize(("label", "form"), FORMS, ids=[f"{label}-{form.key}" for label, form in FORMS])
def test_no_letter_of_a_form_is_under_nine_points(cast: Cast, tower: Any, label: str, form: PrintForm) -> None:
    record = FACTORIES[label](cast, tower)
    record.refresh_from_db()
    with translation.override("zh-hans"):
        context = form.context(record)
        sheet = printing.sheet_of(form, record, by=cast.service_clerk, at=AT, nth=1, link="http://localhost/x/")
    pages = laid_out(form.template, context, sheet)
    sizes = {round(box.style["font_size"] / PT, 2) for page in pages for box in texts(page)}
    assert min(sizes) >= 9
    if form.size == "A4":
        assert 10.5 in sizes


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    "seals", [(True,), (True, True), (False, True), (True, True, True), (True,) * 4, (False, True, False, True, False), (True,) * 6]
)
def test_a_seal_of_42_mm_fits_and_covers_no_signature_and_no_date(seals: tuple[bool, ...], language: str) -> None:
    [page] = laid_out("print/base.html", {}, sheet_with(*seals), language=language)
    circles, cells = [edges(box) for box in named(page, "seal")], [edges(box) for box in named(page, "td")]
    assert len(circles) == sum(seals)
    assert len(cells) == len(seals)
    assert all(right - left >= 42 and bottom - top >= 42 for left, top, right, bottom in circles)
    for circle in circles:
        assert [c for c in cells if c[0] <= circle[0] and c[1] <= circle[1] and circle[2] <= c[2] + 0.1 and circle[3] <= c[3] + 0.1]
    written = [edges(box) for name in ("party", "given", "foot") for box in named(page, name)]
    assert all(apart(circle, other) for circle in circles for other in written)


@pytest.mark.parametrize("parties", [1, 2, 3, 4, 6, 7])
def test_each_box_leaves_34_mm_to_sign_in(parties: int) -> None:
    [page] = laid_out("print/base.html", {}, sheet_with(*[False] * parties))
    heights = [bottom - top for _left, top, _right, bottom in (edges(box) for box in named(page, "td"))]
    assert len(heights) == parties
    assert min(heights) >= 34


def test_a_long_name_that_signed_stays_beside_the_seal() -> None:
    signoff = SimpleNamespace(name="北京北辰信息科技有限公司授权代表欧阳文静", witness="陈静", strokes=None, signed_at=AT)
    parties = [{"label": label, "seal": True, "signoff": signoff} for label in ("客户", "物业管理处")]
    [page] = laid_out("print/base.html", {}, sheet_with(parties=parties))
    written = [edges(box) for name in ("party", "given", "foot") for box in named(page, name)]
    assert all(apart(edges(circle), other) for circle in named(page, "seal") for other in written)


@pytest.mark.parametrize("clauses", range(9, 26, 2))
def test_the_signatures_stay_whole_and_with_the_last_clause(clauses: int) -> None:
    text = [
        f"第{n}条 双方应当按照约定全面履行自己的义务，遵循诚信原则，并按照合同的性质、目的和交易习惯履行通知、协助、保密等义务。"
        for n in range(clauses)
    ]
    pages = laid_out("tenants/print/clauses.html", {"clauses": text}, sheet_with(True, True))
    with_boxes = [page for page in pages if named(page, "seal")]
    assert [len(named(page, "seal")) for page in with_boxes] == [2]
    assert f"第{clauses - 1}条" in words(with_boxes[0])


@pytest.mark.parametrize("lines", range(18, 40, 2))
def test_a_heading_never_stands_alone_at_the_foot(lines: int) -> None:
    meters = [("电", f"E-{n}", "30", "12355.6", "kWh", "2026-11-01") for n in range(3)]
    context = {
        "facts": [("单元", "1801")],
        "equipment_lines": [("风机盘管", 4, "完好", "")] * lines,
        "meter_lines": meters,
        "key_lines": [("单元钥匙", 2, "K-1")],
    }
    pages = laid_out("premises/print/facilities_handover.html", context, sheet_with(False, False, False))
    for page in pages:
        headings = [edges(box)[3] for box in named(page, "h2")]
        rows = [edges(box)[3] for box in named(page, "td")]
        assert all(any(row > heading for row in rows) for heading in headings)


def test_a_row_is_never_torn_apart() -> None:
    long = [[f"第{n}行", "要求修复的部位与情况说明，" * 12] for n in range(30)]
    pages = laid_out("tenants/print/table.html", {"facts": [], "headings": ["编号", "情况"], "lines": long}, sheet_with())
    assert len(pages) > 1
    cells = [words(page).count("要求修复") for page in pages]
    assert sum(cells) == 30 * 12
    assert all(count % 12 == 0 for count in cells)


@pytest.mark.parametrize(("language", "left", "right"), [
    ("zh-hans", "RZ-20261123-0001·陈静打印于2026-11-2309:05·第1次打印", "第1页/共1页"),
    ("en", "RZ-20261123-0001·printed2026-11-2309:05by陈静·printno.1", "Page1of1"),
])  # fmt: skip
def test_the_footer_says_number_time_printer_and_count_left_and_the_page_right(language: str, left: str, right: str) -> None:
    [page] = laid_out("print/base.html", {}, sheet_with(), language=language)
    foot = [box for box in texts(page) if box.position_y / MM > 279]
    middle = 25 + 170 / 2
    assert "".join(box.text for box in foot if box.position_x / MM < middle).replace(" ", "") == left
    assert "".join(box.text for box in foot if box.position_x / MM > middle).replace(" ", "") == right


def test_a_record_without_a_number_still_says_which_print_it_is_and_a_blank_form_does_not() -> None:
    [counted], [blank] = (laid_out("print/base.html", {}, sheet_with(number="", nth=n)) for n in (3, 0))
    assert "第3次打印" in words(counted)
    assert "次打印" not in words(blank)


def a_receipt(lines: int, *, note: str = "") -> list[Any]:
    line = {
        "text": "物业管理费",
        "unit": "A-1801",
        "period": "2026-11-01–2026-11-30",
        "quantity": Decimal(120),
        "price": "28.00",
        "amount": Decimal(3360),
    }
    facts = [("交款人", "北京华信科技有限公司"), ("日期", "2026-11-23"), ("方式", "银行转账 2026112300012345"), ("收款人", "郑洁")]
    context = {"facts": facts, "lines": [line] * lines, "amount": Decimal(3360) * lines, "words": "人民币壹万陆仟捌佰元整", "note": note}
    return laid_out(
        "billing/print/receipt.html", context, sheet_with(False, True, size="RECEIPT", mark="REPRINT", company="云汇物业管理有限公司")
    )


@pytest.mark.parametrize(("lines", "note"), [(1, ""), (5, ""), (4, "含十月份滞纳金")])
def test_a_receipt_of_up_to_five_lines_is_one_sheet_with_everything_on_it(lines: int, note: str) -> None:
    [page] = a_receipt(lines, note=note)
    shown = words(page)
    assert shown.count("物业管理费") == lines
    assert [
        word for word in (note, "人民币壹万陆仟捌佰元整", "第0方", "第1方", "RZ-20261123-0001", "第1页/共1页") if word not in shown
    ] == []
    places = [edges(box) for box in [*named(page, "td"), *named(page, "seal"), *named(page, "qr")]]
    assert all(left >= 11.9 and top >= 3.9 and right <= 231.1 and bottom <= 93 - 8 + 0.1 for left, top, right, bottom in places)


def test_a_receipt_of_more_lines_goes_on_with_its_head_on_a_second_sheet() -> None:
    pages = a_receipt(14)
    assert len(pages) == 2
    assert sum(words(page).count("物业管理费") for page in pages) == 14
    assert len(named(pages[-1], "seal")) == 1
