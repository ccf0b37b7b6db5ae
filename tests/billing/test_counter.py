"""The cashier takes money once, sees where it went, prints the receipt, and takes it back with a reason."""

from __future__ import annotations

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from hashlib import sha256
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from billing import services as billing
from billing.flow import RECEIPT_FLOW
from billing.models import Charge, ChargeKind, Receipt
from billing.printing.receipts import of_receipt
from billing.services.receipts import ReceiptLine
from core.flow import NotAllowed, Refused
from tests.billing.factories import a_charge, a_deposit, a_receipt, a_stamp
from tests.conftest import Cast, a_building
from tests.tenants.factories import a_lease, a_tenant
from tests.tenants.test_move_in_forms import text_of


@pytest.fixture
def tenant(cast: Any, tower: Any) -> Any:
    return a_tenant(cast, tower)


def taking(client: Client, tenant: Any, **given: Any) -> Any:
    values = {"amount": "100.00", "method": "CASH", "submission_key": str(uuid.uuid4()), **given}
    return client.post(reverse("billing:take", args=[tenant.pk]), values)


def test_the_counter_finds_a_tenant_by_unit_name_and_initials(cast: Any, tower: Any, as_user: Any) -> None:
    lease, client = a_lease(cast, tower), as_user(cast.cashier)
    for words in ("1203", "华信", "hxkj", f"={lease.tenant_id}"):
        answer = client.get(reverse("billing:counter"), {"tenant": words})
        assert answer.headers["Location"] == reverse("billing:take", args=[lease.tenant_id])
    nobody = client.get(reverse("billing:counter"), {"tenant": "没有这家"})
    assert nobody.status_code == 422 and "Nothing matches" in nobody.content.decode()


@pytest.mark.clause("M3.12.4-4")
def test_money_taken_gives_a_receipt_and_settles_the_oldest(cast: Any, tenant: Any, as_user: Any) -> None:
    a_charge(cast, tenant, "80.00", code="PAID_SERVICE", due_on=dt.date(2026, 10, 1), text="更换水龙头")
    client = as_user(cast.cashier)
    assert "更换水龙头" in client.get(reverse("billing:take", args=[tenant.pk])).content.decode()
    answer = taking(client, tenant, amount="100.00", given="120.00")
    receipt = Receipt.objects.get()
    assert answer.headers["Location"] == reverse("billing:receipt_detail", args=[receipt.pk])
    page = client.get(answer.headers["Location"]).content.decode()
    assert "更换水龙头" in page and "Prepayment" in page and "Change: 20.00" in page
    assert (billing.owed(tenant), billing.prepaid(tenant)) == (0, Decimal("20.00"))
    assert receipt.number == f"RC-{timezone.localdate():%Y%m%d}-0001"


def test_lines_chosen_by_hand_are_settled_and_no_other(cast: Any, tenant: Any, as_user: Any) -> None:
    old, new = a_charge(cast, tenant, "50.00", due_on=dt.date(2026, 9, 1)), a_charge(cast, tenant, "70.00")
    taking(as_user(cast.cashier), tenant, amount="30.00", **{f"charge_{new.pk}": "30.00"})
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.outstanding, new.outstanding) == (Decimal("50.00"), Decimal("40.00"))


def test_deposits_due_are_taken_with_the_charges(cast: Any, tenant: Any, as_user: Any) -> None:
    charge, deposit = a_charge(cast, tenant, "50.00"), a_deposit(cast, tenant, "1000.00", taken=False)
    taking(as_user(cast.cashier), tenant, amount="1050.00", **{f"deposit_{deposit.pk}": "1000.00"})
    charge.refresh_from_db()
    deposit.refresh_from_db()
    assert (charge.outstanding, deposit.held) == (0, Decimal("1000.00"))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"amount": "0"}, "greater than or equal to 0.01"),
        ({"amount": "-5"}, "greater than or equal to 0.01"),
        ({"amount": "NaN"}, "Enter a number"),
        ({"amount": "1.005"}, "2 decimal places"),
        ({"amount": "10", "given": "5"}, "Less than the amount received"),
        ({"amount": "10", "charge": "11"}, "More is allocated"),
        ({"amount": "900", "charge": "500"}, "has changed in the meantime"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(
    cast: Any, tenant: Any, as_user: Any, given: dict[str, str], says: str
) -> None:
    charge = a_charge(cast, tenant, "100.00")
    values = {(f"charge_{charge.pk}" if name == "charge" else name): value for name, value in given.items()}
    answer = taking(as_user(cast.cashier), tenant, note="王会计送来", **values)
    assert answer.status_code == 422
    assert says in answer.content.decode() and "王会计送来" in answer.content.decode()
    assert Receipt.objects.count() == 0


def test_a_nervous_click_is_one_payment(committed_db: Any) -> None:
    tower = a_building("A", "云汇中心 A 座")
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    tenant, key, start = a_tenant(cast, tower), str(uuid.uuid4()), Barrier(10)
    a_charge(cast, tenant, "100.00")

    def click(_turn: int) -> tuple[int, str]:
        client = Client()
        client.force_login(cast.cashier, backend="staff.backends.CountedBackend")
        start.wait(20)
        answer = taking(client, tenant, submission_key=key)
        connections.close_all()
        return answer.status_code, answer.headers.get("Location", "")

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(click, range(10)))
    receipt = Receipt.objects.get()
    assert answers == {(302, reverse("billing:receipt_detail", args=[receipt.pk]))}
    assert billing.contradictions() == {}


def test_twelve_cashiers_at_one_tenant_settle_each_fen_once(committed_db: Any) -> None:
    tower = a_building("A", "云汇中心 A 座")
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    tenant, start = a_tenant(cast, tower), Barrier(12)
    charge = a_charge(cast, tenant, "100.00")

    def pay(turn: int) -> str:
        try:
            start.wait(20)
            a_receipt(cast, tenant, "15.00", picks={charge: Decimal("15.00")})
            return "paid"
        except Refused:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as pool:
        outcomes = list(pool.map(pay, range(12)))
    charge.refresh_from_db()
    assert (outcomes.count("paid"), charge.outstanding) == (6, Decimal("10.00"))
    numbers = sorted(Receipt.objects.values_list("number", flat=True))
    assert [number[-4:] for number in numbers] == [f"{n:04d}" for n in range(1, 7)]
    assert billing.contradictions() == {}


def test_a_void_receipt_keeps_its_number_and_its_money_is_due_again(cast: Any, tenant: Any, as_user: Any) -> None:
    charge, receipt = a_charge(cast, tenant, "100.00"), a_receipt(cast, tenant, "100.00")
    url, client = reverse("billing:receipt_step", args=[receipt.pk, "void"]), as_user(cast.cashier)
    assert "number stays" in client.get(url).content.decode()
    assert client.post(url, {"note": "", "submission_key": uuid.uuid4()}).status_code == 422
    assert client.post(url, {"note": "付款人写错", "submission_key": uuid.uuid4()}).status_code == 302
    charge.refresh_from_db()
    receipt.refresh_from_db()
    assert (receipt.state, receipt.void_reason, charge.outstanding) == ("VOID", "付款人写错", Decimal("100.00"))
    assert a_receipt(cast, tenant).number.endswith("0002")
    with pytest.raises(NotAllowed):
        RECEIPT_FLOW.take(a_receipt(cast, tenant), "void", by=cast.frontdesk, at=timezone.now(), note="x")


def test_a_receipt_whose_money_was_used_is_not_made_void(cast: Any, tenant: Any) -> None:
    receipt = a_receipt(cast, tenant, "100.00")
    a_charge(cast, tenant, "60.00")
    billing.use_prepayment(tenant, a_stamp(cast))
    with pytest.raises(Refused, match="used since"):
        RECEIPT_FLOW.take(receipt, "void", by=cast.cashier, at=timezone.now(), note="错")
    receipt.refresh_from_db()
    assert receipt.state == "ISSUED"


@pytest.mark.clause("M3.2.4-3.3.F2")
@pytest.mark.parametrize("form", ["receipt", "receipt-a4"])
def test_the_receipt_prints_items_figures_and_capitals_in_three_copies(cast: Any, tenant: Any, as_user: Any, form: str) -> None:
    a_charge(cast, tenant, "1409.50", code="WORKER_PASS")
    receipt = a_receipt(cast, tenant, "1409.50")
    text = text_of(as_user(cast.cashier).get(reverse("billing:receipt_print", args=[receipt.pk, form])).content)
    assert "人民币壹仟肆佰零玖元伍角" in text and "1,409.50" in text and "¥1,409.50" in text and "施工出入证工本费" in text
    assert text.count(receipt.number) >= 3 and "第3页/共3页" in text
    assert "收据" in text and "A4" not in text


def test_a_reprint_says_the_same_whatever_happened_since(cast: Any, tenant: Any, as_user: Any) -> None:
    a_charge(cast, tenant, "300.00")
    receipt = a_receipt(cast, tenant, "120.00")
    client, url = as_user(cast.cashier), reverse("billing:receipt_print", args=[receipt.pk, "receipt"])

    def said() -> str:
        text = text_of(client.get(url).content)
        # Without the mark across the page and the footer, which says who prints when and how often.
        return "".join(letter for letter in text.split(f"{receipt.number}·")[0] if letter not in "补打")

    first = said()
    a_receipt(cast, tenant, "180.00")
    ChargeKind.objects.filter(pk=Charge.objects.get().kind_id).update(note="改了说明")
    assert said() == first
    RECEIPT_FLOW.take(receipt, "void", by=cast.cashier, at=timezone.now(), note="错")
    assert {"作", "废"} <= set(text_of(client.get(url).content)) - set(first)


def test_who_does_not_take_money_may_not_open_the_counter(cast: Any, tenant: Any, as_user: Any) -> None:
    url = reverse("billing:take", args=[tenant.pk])
    assert as_user(cast.frontdesk).get(url).status_code == 403
    assert as_user(cast.guard).get(url).status_code == 404
    assert as_user(cast.outsider).get(url).status_code == 404


def test_a_line_paid_meanwhile_is_refused_and_shown_afresh(cast: Any, tenant: Any, as_user: Any) -> None:
    charge = a_charge(cast, tenant, "100.00")
    a_charge(cast, tenant, "70.00")
    a_receipt(cast, tenant, "100.00", picks={charge: Decimal("100.00")})
    answer = taking(as_user(cast.cashier), tenant, amount="100.00", note="现场缴费", **{f"charge_{charge.pk}": "100.00"})
    assert answer.status_code == 422 and "has changed" in answer.content.decode() and "现场缴费" in answer.content.decode()
    assert Receipt.objects.count() == 1


def test_another_sum_due_than_shown_is_refused_once(cast: Any, tenant: Any, as_user: Any) -> None:
    a_charge(cast, tenant, "100.00")
    client = as_user(cast.cashier)
    answer = taking(client, tenant, due="60.00")
    assert answer.status_code == 422 and 'name="due" value="100.00"' in answer.content.decode() and not Receipt.objects.exists()
    assert taking(client, tenant, due="100.00").status_code == 302


def test_unit_prices_keep_two_to_four_decimals() -> None:
    prices = [Decimal("1280.5"), Decimal("0.0725"), Decimal("15"), None]
    assert [ReceiptLine("", "", "", None, price, Decimal(1)).price for price in prices] == ["1,280.50", "0.0725", "15.00", ""]


def test_reprints_of_several_receipts_say_the_same_by_their_hash(cast: Any, tenant: Any, as_user: Any) -> None:
    a_charge(cast, tenant, "1280.50", text="2026-10 水费", due_on=dt.date(2026, 10, 8))
    a_deposit(cast, tenant, "500.00", taken=False)
    receipts = [a_receipt(cast, tenant, amount, method=method) for amount, method in (("800", "CASH"), ("600", "QR"), ("77.7", "CARD"))]

    def hashes() -> list[str]:
        return [sha256(repr(of_receipt(Receipt.objects.get(pk=row.pk))).encode()).hexdigest() for row in receipts]

    first = hashes()
    a_charge(cast, tenant, "99.00")
    billing.use_prepayment(tenant, a_stamp(cast))
    assert hashes() == first and len(set(first)) == 3


def test_receipts_are_found_by_cashier_and_method(cast: Any, tenant: Any, as_user: Any) -> None:
    cash, card = a_receipt(cast, tenant, "10"), a_receipt(cast, tenant, "20", method="CARD")
    client, url = as_user(cast.finance_head), reverse("billing:receipt_list")
    assert cash.number in client.get(url, {"cashier": cast.cashier.pk}).content.decode()
    shown = client.get(url, {"method": "CARD"}).content.decode()
    assert card.number in shown and cash.number not in shown
    invoice = client.get(reverse("billing:invoice_new"), {"tenant": tenant.pk}).content.decode()
    assert 'value="30.00"' in invoice
