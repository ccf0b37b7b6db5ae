"""Printed money says what the books say, and says it again at every print, whatever was changed since (D6).

Compared is a hash of the words of the whole paper and where they stand, all its copies, in both languages. Only the mark
across the page and the footer, which say that it is a reprint, who printed it and when, are left out. The papers that are
handed out are kept as they were first printed, so that names changed since don't reach them; the statement is made anew.
"""

from __future__ import annotations

import datetime as dt
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from billing import services as billing
from billing.flow import COUNT_FLOW, RECEIPT_FLOW, REFUND_FLOW
from billing.models import Bill, BillingTerms, CashCount, ChargeKind, LeaseFee, Price, Receipt, Refund
from billing.services import credits
from core import printing
from core.models import KeptPaper
from core.money import in_words
from staff.models import User
from tests.billing.factories import a_bill, a_charge, a_count, a_deposit, a_kind, a_line, a_price, a_receipt, a_refund, a_stamp
from tests.tenants.factories import a_lease

OCTOBER = (dt.date(2026, 10, 1), dt.date(2026, 10, 31))


class Papers:
    """A tenant with one record of each kind that prints money, and the prints of them."""

    def __init__(self, cast: Any, as_user: Callable[..., Client]) -> None:
        self.cast, self.tower, self.as_user = cast, cast.home, as_user
        lease = a_lease(cast, self.tower)
        self.tenant, self.lease, now = lease.tenant, lease, timezone.now()
        BillingTerms.objects.create(building=self.tower, account_name="云汇物业", account_bank="工商银行", account_number="6222 0001")
        billing.charge(self.tenant, [a_line("66.60", text="十月水费", due_on=OCTOBER[1])], a_stamp(cast, on=dt.date(2026, 10, 8)))
        billing.receive(self.tenant, Decimal("66.60"), "QR", a_stamp(cast, on=dt.date(2026, 10, 20)))
        lines = a_line("300.00", unit=lease.unit), a_line("50.25", code="PARKING", text="车位", period=OCTOBER)
        self.bill = a_bill(cast, self.tenant, *lines)
        self.deposit = a_deposit(cast, self.tenant, "1000.00", unit=lease.unit, payer="北京精工装饰有限公司", payer_account="6222 0200")
        self.receipt = a_receipt(cast, self.tenant, "320.25", note="王会计送来")
        refund = REFUND_FLOW.take(a_refund(cast, self.deposit, "100.00"), "approve", by=cast.finance_head, at=now)
        self.refund = REFUND_FLOW.take(refund, "pay", by=cast.cashier, at=now)
        count = a_count(cast, self.tower, pieces={"100": 13, "20": 1, "0.1": 2}, reason="少五分")
        self.count = COUNT_FLOW.take(count, "hand_over", by=cast.cashier, at=now)

    def url(self, name: str) -> str:
        if name == "statement":
            first, last = OCTOBER
            return f"{reverse('billing:statement', args=[self.tenant.pk])}?export=pdf&first={first}&last={last}"
        record = self.record(name)
        return reverse(f"billing:{KINDS[type(record)]}_print", args=[record.pk, name])

    def record(self, name: str) -> Any:
        of = {"receipt": self.receipt, "receipt-a4": self.receipt, "payment-notice": self.bill, "voucher": self.refund}
        return of.get(name, self.count)

    def printed(self, name: str, *, who: str = "cashier", language: str = "zh") -> list[list[Word]]:
        """The words of each page of a fresh print, where they stand."""
        url = self.url(name)
        answer = self.as_user(getattr(self.cast, who)).get(f"{url}{'&' if '?' in url else '?'}lang={language}")
        assert answer["Content-Type"] == "application/pdf"
        return pages_of(answer.content)

    def hash(self, name: str, **how: str) -> str:
        return sha256(repr(self.printed(name, **how)).encode()).hexdigest()


KINDS: dict[type[models.Model], str] = {Receipt: "receipt", Bill: "bill", Refund: "refund", CashCount: "cash_count"}
COPIES = {"receipt": 3, "receipt-a4": 3, "payment-notice": 2, "voucher": 1, "cash-count": 1, "statement": 1}
Word = tuple[int, int, str]
PAGE = re.compile(r'<page width="[\d.]+" height="([\d.]+)">(.*?)</page>', flags=re.S)
WORD = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="[\d.-]+" yMax="([\d.-]+)">(.*?)</word>')
# Points. The mark's letters are the only large ones; the lower margin holds the footer and nothing else.
LARGE, MARGIN = 40, 34


def pages_of(pdf: bytes) -> list[list[Word]]:
    """The words of each page with their places, from top to bottom, without the mark and the footer."""
    found = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return [words_of(text, float(height)) for height, text in PAGE.findall(found)]


def words_of(text: str, height: float) -> list[Word]:
    words = [(float(x), float(top), float(end), word) for x, top, end, word in WORD.findall(text)]
    kept = [(round(top), round(x), word) for x, top, end, word in words if end - top < LARGE and end < height - MARGIN]
    assert len(kept) < len(words), "every page has its footer"
    return sorted(kept)


def change(row: models.Model, **values: Any) -> None:
    type(row)._base_manager.filter(pk=row.pk).update(**values)


def nothing(papers: Papers) -> None:
    """Only printed once more."""


def a_new_price(papers: Papers) -> None:
    a_price(papers.tower, "OTHER", "99", timezone.localdate())
    a_price(papers.tower, "PARKING", "800", dt.date(2026, 1, 1))
    Price.objects.update(unit_price=Decimal("123.4567"))
    LeaseFee.objects.create(lease=papers.lease, kind=a_kind("RENT"), unit_price=Decimal("150"), starts_on=dt.date(2026, 1, 1))


def other_words_for_a_charge_kind(papers: Papers) -> None:
    ChargeKind.objects.update(note="改了说明", vat_percent=13, is_active=False)


def the_tenant_moves_and_changes_its_name(papers: Papers) -> None:
    change(papers.tenant, name="上海新名科技有限公司", short_name="新名", credit_code="")
    change(papers.lease, ends_on=dt.date(2026, 12, 31))


def the_building_changes_its_name_and_address(papers: Papers) -> None:
    change(papers.tower, name="云汇国际 1 号楼", address="上海市浦东新区世纪大道 1 号", code="Z")
    change(papers.lease.unit, area_m2=Decimal("99.00"))


def the_deposit_names_another_payer(papers: Papers) -> None:
    change(papers.deposit, payer="别家公司", payer_account="9999 9999", note="改了")


def more_is_booked(papers: Papers) -> None:
    a_charge(papers.cast, papers.tenant, "400.00")
    a_receipt(papers.cast, papers.tenant, "777.00")
    credits.credit(papers.bill.charges.first(), Decimal("20.00"), a_stamp(papers.cast), "多收")
    billing.use_prepayment(papers.tenant, a_stamp(papers.cast))


def every_name_changes(papers: Papers) -> None:
    """What no row of the money keeps: the names of kinds, units, people, the company and its account."""
    change(papers.tower, management_company="新物业公司")
    change(papers.lease.unit, code="9999")
    change(papers.tenant, name="上海新名科技有限公司", short_name="新名", credit_code="")
    ChargeKind.objects.update(name_zh="新名目", name_en="New name")
    BillingTerms.objects.update(account_name="新户名", account_number="1111")
    User.objects.update(name="新人名")


def the_cash_is_accepted(papers: Papers) -> None:
    COUNT_FLOW.take(papers.count, "accept", by=papers.cast.finance_head, at=timezone.now())


ANY = [nothing, a_new_price, other_words_for_a_charge_kind, the_building_changes_its_name_and_address, the_deposit_names_another_payer,
       more_is_booked, the_cash_is_accepted]  # fmt: skip
HANDED_OUT = ("receipt", "receipt-a4", "payment-notice", "voucher")
SINCE = {name: [*ANY, *([the_tenant_moves_and_changes_its_name, every_name_changes] if name in HANDED_OUT else [])] for name in COPIES}


@pytest.fixture
def papers(cast: Any, tower: Any, as_user: Any) -> Papers:
    return Papers(cast, as_user)


@pytest.mark.parametrize("name", COPIES)
def test_a_reprint_has_the_same_hash_after_each_change(name: str, papers: Papers) -> None:
    first = {language: papers.hash(name, language=language) for language in ("zh", "en")}
    for happens in SINCE[name]:
        happens(papers)
        assert papers.hash(name, who="finance_head", language="zh") == first["zh"], happens.__name__
    assert papers.hash(name, language="en") == first["en"]


@pytest.mark.parametrize("form", ["receipt", "receipt-a4"])
def test_a_void_receipt_still_says_what_it_said(form: str, papers: Papers) -> None:
    receipt = a_receipt(papers.cast, papers.tenant, "30.00")
    papers.receipt = receipt
    first = papers.hash(form)
    RECEIPT_FLOW.take(receipt, "void", by=papers.cast.cashier, at=timezone.now(), note="付款人写错")
    assert papers.hash(form) == first


def other_figures(papers: Papers) -> dict[str, Callable[[], Any]]:
    """What each paper prints, changed behind the product's back."""
    late = a_stamp(papers.cast, on=OCTOBER[1])
    return {
        "receipt": lambda: change(papers.cast.cashier, name="别人"),
        "receipt-a4": lambda: change(papers.cast.cashier, name="别人"),
        "payment-notice": lambda: change(papers.bill, title="另一件"),
        "voucher": lambda: change(papers.cast.finance_head, name="别人"),
        "cash-count": lambda: change(papers.count, reason="另一个"),
        "statement": lambda: billing.charge(papers.tenant, [a_line("0.01")], late),
    }


@pytest.mark.parametrize("name", COPIES)
def test_control_without_keeping_the_hash_tells_a_change_of_one_word(name: str, papers: Papers, monkeypatch: pytest.MonkeyPatch) -> None:
    for model in KINDS:
        loose = {form.key: replace(form, kept=lambda record: False) for form in printing.forms_of(model)}
        monkeypatch.setitem(printing._forms, model, loose)
    first = papers.hash(name)
    other_figures(papers)[name]()
    assert papers.hash(name) != first


def test_the_database_changes_no_kept_paper(papers: Papers) -> None:
    papers.printed("receipt")
    for statement in ("UPDATE core_keptpaper SET html = 'x'", "DELETE FROM core_keptpaper"):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    [kept] = KeptPaper.objects.all()
    assert kept.sha256 == sha256(kept.html.encode()).hexdigest()


def test_an_accepted_cash_count_is_kept_too(papers: Papers) -> None:
    the_cash_is_accepted(papers)
    first = papers.hash("cash-count")
    every_name_changes(papers)
    assert papers.hash("cash-count") == first


@pytest.mark.parametrize("name", ["receipt", "receipt-a4", "payment-notice", "voucher", "cash-count"])
def test_each_copy_says_the_number_and_the_amount_in_figures_and_capitals(name: str, papers: Papers) -> None:
    record = papers.record(name)
    amount = record.counted if name == "cash-count" else record.amount
    pages = papers.printed(name)
    assert len(pages) == COPIES[name]
    for page in pages:
        said = [word for _top, _left, word in page]
        assert record.number in said and f"¥{amount:,.2f}" in said and spelled_out(page) == in_words(amount)


def spelled_out(page: list[Word]) -> str:
    """The amount in capitals, which may take two lines of its cell."""
    [(top, left)] = [(top, left) for top, left, word in page if word.startswith("人民币")]
    return "".join(word for line, start, word in page if start == left and 0 <= line - top < 30)


@pytest.mark.parametrize("name", ["receipt", "receipt-a4", "payment-notice"])
def test_the_lines_of_each_copy_sum_to_its_total(name: str, papers: Papers) -> None:
    for page in papers.printed(name):
        *lines, total = (Decimal(word[1:].replace(",", "")) for _top, _left, word in page if word.startswith("¥"))
        assert len(lines) > 1 and sum(lines) == total == papers.record(name).amount
