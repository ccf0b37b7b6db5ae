"""Worker passes: registered, paid, made on the receipt shown, given back (manual 3.2.4-3.3)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from billing.flow import RECEIPT_FLOW
from billing.models import Bill, Deposit
from core.flow import Refused
from core.models import FileView, HistoryEntry
from fitout.flow import PASS_FLOW, gate
from fitout.models import FitoutTerms, WorkerPass
from fitout.services import passes
from fitout.tasks import workers as tasks
from tests.fitout.factories import S, a_fitout, a_permitted
from tests.fitout.worker_records import a_pass, a_photo, a_worker, applied_for, make, pay

stands_on = a_permitted

DAY = dt.timedelta(days=1)


def registered(cast: Any, tower: Any, number: int) -> tuple[Any, list[WorkerPass], Bill]:
    """So many workers of one fit-out, billed in one notice."""
    fitout = a_fitout(cast, tower, at=S.PERMITTED)
    rows = passes.enter([a_worker(f"工人{n}") for n in range(number)], fitout, by=cast.service_clerk, at=timezone.now())
    bill = passes.ask(fitout, by=cast.service_clerk, at=timezone.now())
    assert bill is not None
    for row in rows:
        row.refresh_from_db()
    return fitout, rows, bill


@pytest.mark.clause("M3.2.4-3.3")
@pytest.mark.clause("M3.2.4-3.3.F2")
def test_a_receipt_serves_as_many_passes_as_it_paid_for_and_never_more(cast: Any, tower: Any) -> None:
    _fitout, rows, bill = registered(cast, tower, 3)
    assert bill.amount == Decimal(30)
    receipt = pay(bill, cast, 20)
    make(rows[0], cast, receipt)
    make(rows[1], cast, receipt)
    with pytest.raises(Refused, match="paid"):
        make(rows[2], cast, receipt)
    bill.refresh_from_db()
    make(rows[2], cast, pay(bill, cast))
    assert passes.places(bill) == {}


@pytest.mark.clause("M3.2.4-3.3.F2")
def test_a_receipt_for_something_else_makes_no_pass(cast: Any, tower: Any) -> None:
    fitout, rows, bill = registered(cast, tower, 1)
    pay(bill, cast)
    other = fitout.bills.filter(purpose="FEES").get().bill.charges.first().allocations.first().entry.receipt
    with pytest.raises(Refused, match="pays for no further pass"):
        make(rows[0], cast, other)


@pytest.mark.clause("M3.2.4-3.3.F2")
def test_a_pass_is_not_made_before_the_cashier_is_paid(cast: Any, tower: Any, as_user: Any) -> None:
    _fitout, rows, bill = registered(cast, tower, 1)
    page = as_user(cast.guard).get(reverse("fitout:worker_pass_detail", args=[rows[0].pk]))
    assert f"The cashier has not been paid for {bill}" in page.content.decode()


@pytest.mark.clause("M3.2.4-3.3")
@pytest.mark.clause("M3.2.4-3.3.F1")
def test_security_makes_the_pass_on_the_page_with_receipt_and_photo(cast: Any, tower: Any, as_user: Any) -> None:
    _fitout, rows, bill = registered(cast, tower, 1)
    receipt, guard = pay(bill, cast), as_user(cast.guard)
    url = reverse("fitout:worker_pass_step", args=[rows[0].pk, "make"])
    form = guard.get(url).context["form"]
    photo, until = a_photo(cast.guard), rows[0].valid_until.isoformat()
    sent = {
        "receipt": receipt.pk,
        "photo_token": str(photo.token),
        "valid_until": until,
        "submission_key": str(form["submission_key"].value()),
    }
    answer = guard.post(url, sent)
    assert answer.status_code == 302
    row = WorkerPass.objects.get(pk=rows[0].pk)
    assert (row.state, row.receipt, row.made_by) == ("VALID", receipt, cast.guard)


@pytest.mark.clause("M3.2.3-2")
def test_a_trade_that_needs_a_certificate_gets_no_pass_without_one_in_force(cast: Any, tower: Any) -> None:
    row = applied_for(cast, tower, trade="WELDER", name="焊工")
    passes.ask(row.fitout, by=cast.service_clerk, at=timezone.now())
    row.refresh_from_db()
    receipt = pay(row.bill, cast)
    with pytest.raises(Refused, match="add its picture"):
        make(row, cast, receipt, certificate=None)
    with pytest.raises(Refused, match="ran out"):
        make(row, cast, receipt, certificate_until=timezone.localdate() - DAY)
    assert make(row, cast, receipt).state == "VALID"


def test_a_pass_runs_no_longer_than_the_permit_on_the_door(cast: Any, tower: Any) -> None:
    _fitout, rows, bill = registered(cast, tower, 1)
    made = make(rows[0], cast, pay(bill, cast), valid_until=timezone.localdate() + 300 * DAY)
    assert made.valid_until == made.fitout.permits.get().valid_until


@pytest.mark.clause("M3.2.4-3.3")
def test_pasted_lines_are_registered_all_or_none_and_bad_ones_are_named(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.PERMITTED)
    url, clerk = reverse("fitout:worker_lines", args=[fitout.pk]), as_user(cast.service_clerk)
    key = str(clerk.get(url).context["form"]["submission_key"].value())
    good = "张伟\t110101199003077211\t焊工\t13800138000\tT110\t2099-05-31\n李强，110101198512124516，木工"
    bad = clerk.post(url, {"lines": f"{good}\n王五,1,宇航员", "submission_key": key})
    assert bad.status_code == 422
    assert "Line 3" in bad.content.decode()
    assert not fitout.passes.exists()
    assert clerk.post(url, {"lines": good, "submission_key": key}).status_code == 302
    assert sorted(fitout.passes.values_list("name", "trade__code", "certificate_number")) == [
        ("张伟", "WELDER", "T110"),
        ("李强", "CARPENTER", ""),
    ]


def test_a_worker_is_registered_once_in_a_fit_out(cast: Any, tower: Any) -> None:
    row = applied_for(cast, tower)
    with pytest.raises(Refused, match="registered in this fit-out already"):
        passes.enter([a_worker(identity_number=row.identity_number)], row.fitout, by=cast.service_clerk, at=timezone.now())


def test_a_place_of_a_withdrawn_worker_is_used_by_the_next(cast: Any, tower: Any) -> None:
    fitout, rows, bill = registered(cast, tower, 2)
    PASS_FLOW.take(rows[0], "withdraw", by=cast.guard, at=timezone.now(), note="不来了")
    [new] = passes.enter([a_worker("替工")], fitout, by=cast.service_clerk, at=timezone.now())
    assert passes.ask(fitout, by=cast.service_clerk, at=timezone.now()) is None
    new.refresh_from_db()
    assert new.bill == bill
    assert Bill.objects.filter(pk__in=fitout.bills.filter(purpose="PASSES").values("bill")).count() == 1


def test_the_deposit_is_asked_for_where_the_house_asks_one_and_blocks_the_pass_until_it_is_paid(cast: Any, tower: Any) -> None:
    FitoutTerms.objects.create(building=tower, pass_deposit=50)
    _fitout, rows, bill = registered(cast, tower, 2)
    assert Deposit.objects.get(kind="PASS").amount_due == Decimal(100)
    with pytest.raises(Refused, match="pass deposit is not paid"):
        make(rows[0], cast, pay(bill, cast))


@pytest.mark.clause("M3.2.4-3.3.F1")
def test_identity_numbers_are_masked_encrypted_and_shown_only_with_a_reason_on_record(cast: Any, tower: Any, as_user: Any) -> None:
    row = applied_for(cast, tower)
    guard, url = as_user(cast.guard), reverse("fitout:worker_pass_reveal", args=[row.pk])
    page = guard.get(reverse("fitout:worker_pass_detail", args=[row.pk])).content.decode()
    assert row.identity_number not in page
    assert row.masked_identity_number in page
    assert guard.post(url, {"reason": ""}).status_code == 422
    assert row.identity_number in guard.post(url, {"reason": "核对身份"}).content.decode()
    assert FileView.objects.get(what="identity_number").viewed_by == cast.guard
    assert as_user(cast.engineer).get(url).status_code == 403
    told = HistoryEntry.objects.filter(row_table="fitout_workerpass", row_id=row.pk)
    assert all(row.identity_number not in str(line.changes) for line in told)


def test_a_void_receipt_keeps_the_worker_out_until_another_is_shown(cast: Any, tower: Any) -> None:
    _fitout, rows, bill = registered(cast, tower, 1)
    receipt = pay(bill, cast)
    row = make(rows[0], cast, receipt)
    RECEIPT_FLOW.take(receipt, "void", by=cast.cashier, at=timezone.now(), note="重开")
    row.refresh_from_db()
    assert gate.pass_is_paid(row) is not None
    bill.refresh_from_db()
    PASS_FLOW.take(row, "show_receipt", by=cast.guard, at=timezone.now(), receipt=pay(bill, cast))
    row.refresh_from_db()
    assert gate.pass_is_paid(row) is None


def test_a_lost_pass_is_replaced_once_and_paid_again(cast: Any, tower: Any) -> None:
    row = a_pass(cast, tower)
    PASS_FLOW.take(row, "report_lost", by=cast.guard, at=timezone.now(), note="丢失")
    new = passes.replace(row, by=cast.guard, at=timezone.now())
    assert (new.state, new.name, new.identity_number, new.bill) == ("APPLIED", row.name, row.identity_number, None)
    with pytest.raises(Refused, match="applied for already"):
        passes.replace(row, by=cast.guard, at=timezone.now())


def test_passes_run_out_by_themselves(cast: Any, tower: Any) -> None:
    row = a_pass(cast, tower)
    WorkerPass.objects.filter(pk=row.pk).update(valid_until=timezone.localdate() - DAY)
    tasks.expire("pass", row.pk)
    tasks.expire("pass", row.pk)
    row.refresh_from_db()
    assert row.state == "EXPIRED"


def test_passes_are_taken_back_in_bulk_from_the_register(cast: Any, tower: Any, as_user: Any) -> None:
    fitout, rows, bill = registered(cast, tower, 2)
    receipt = pay(bill, cast)
    for row in rows:
        make(row, cast, receipt)
    guard = as_user(cast.guard)
    guard.post(reverse("fitout:worker_pass_list"), {"action": "take_back", "selected": [row.pk for row in rows]})
    assert set(fitout.passes.values_list("state", flat=True)) == {"RETURNED"}


@pytest.mark.clause("M3.2.4-3.3.F1")
def test_the_pass_the_badges_and_the_register_of_workers_print(cast: Any, tower: Any, as_user: Any) -> None:
    row = a_pass(cast, tower)
    guard = as_user(cast.guard)
    badges = guard.get(reverse("fitout:pass_badges", args=[row.fitout_id]))
    single = guard.get(reverse("fitout:worker_pass_print", args=[row.pk, "worker-pass"]))
    register = guard.get(reverse("fitout:fitout_print", args=[row.fitout_id, "worker-register"]))
    assert [answer["Content-Type"] for answer in (badges, single, register)] == ["application/pdf"] * 3
    # The photo travels inside.
    assert b"/Image" in single.content


def test_a_pass_of_a_trade_at_height_needs_a_medical_examination(cast: Any, tower: Any) -> None:
    row = applied_for(cast, tower, trade="RIGGER", medical_until=None)
    passes.ask(row.fitout, by=cast.service_clerk, at=timezone.now())
    row.refresh_from_db()
    with pytest.raises(Refused, match="medical examination"):
        make(row, cast, pay(row.bill, cast))
