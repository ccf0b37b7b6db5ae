"""A key is in the store or in one pair of hands; the count says where the book is wrong."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction

from core.flow import NotAllowed, Refused, TooLate
from core.history import timeline
from premises import services
from premises.models import Key, KeyLoan
from tests.conftest import Cast, a_building, a_unit

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def key(tower: Any) -> Key:
    return Key.objects.create(building=tower, unit=a_unit(tower, "1801"), kind=Key.Kind.UNIT_KEY, number="K-1801-1")


def issue(key: Key, by: Any, **more: Any) -> KeyLoan:
    return services.issue_key(key, holder_name="刘晓燕", holder_phone="138 0013 8000", by=by, at=NOW, **more)


@pytest.mark.clause("M1.2.2-b", "M3.1.4-3.3.F3")
def test_an_issued_key_is_in_the_hands_of_one_person(key: Key, cast: Cast) -> None:
    loan = issue(key, cast.service_clerk, holder_company="华信科技")
    key.refresh_from_db()
    assert (key.state, loan.holder_name, loan.issued_by, loan.is_open) == ("OUT", "刘晓燕", cast.service_clerk, True)


def test_a_key_that_is_out_cannot_be_issued_again(key: Key, cast: Cast) -> None:
    issue(key, cast.service_clerk)
    with pytest.raises(TooLate):
        issue(key, cast.frontdesk)
    assert KeyLoan.objects.count() == 1


@pytest.mark.clause("M3.13.4-6.6.F1")
def test_a_returned_parking_card_is_back_in_the_store(tower: Any, cast: Cast) -> None:
    card = Key.objects.create(building=tower, kind=Key.Kind.PARKING_CARD, number="P-018")
    issue(card, cast.service_clerk)
    services.return_key(card, by=cast.frontdesk, at=NOW + timedelta(days=1))
    card.refresh_from_db()
    loan = card.loans.get()
    assert (card.state, loan.is_open, loan.returned_to) == ("IN_STORE", False, cast.frontdesk)


def test_a_lost_key_needs_a_reason_and_ends_its_loan(key: Key, cast: Cast) -> None:
    issue(key, cast.service_clerk)
    with pytest.raises(Refused, match="reason"):
        services.report_lost(key, by=cast.service_clerk, at=NOW, note="")
    services.report_lost(key, by=cast.service_clerk, at=NOW, note="客户遗失")
    key.refresh_from_db()
    assert (key.state, key.loans.get().lost_at) == ("LOST", NOW)


def test_an_engineer_cannot_issue_keys(key: Key, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        issue(key, cast.engineer)


def test_a_key_without_a_holder_is_not_issued(key: Key, cast: Cast) -> None:
    with pytest.raises(Refused, match="who takes the key"):
        services.issue_key(key, holder_name=" ", by=cast.service_clerk, at=NOW)


def test_a_key_is_not_lent_until_a_time_that_is_past(key: Key, cast: Cast) -> None:
    with pytest.raises(Refused, match="ahead"):
        issue(key, cast.service_clerk, due_at=NOW)


def test_overdue_is_computed_from_the_open_loan(key: Key, cast: Cast) -> None:
    loan = issue(key, cast.service_clerk, due_at=NOW + timedelta(hours=4))
    assert not loan.is_overdue(NOW + timedelta(hours=3))
    assert list(Key.objects.overdue(NOW + timedelta(hours=3))) == []
    assert list(Key.objects.overdue(NOW + timedelta(hours=5))) == [key]
    services.return_key(key, by=cast.service_clerk, at=NOW + timedelta(hours=6))
    assert list(Key.objects.overdue(NOW + timedelta(hours=7))) == []


def test_each_step_is_in_the_history_with_its_person(key: Key, cast: Cast) -> None:
    issue(key, cast.service_clerk)
    services.return_key(key, by=cast.frontdesk, at=NOW)
    steps = [(entry.actor, entry.kind) for entry in timeline(key) if entry.kind == "STEP"]
    assert steps == [(cast.frontdesk, "STEP"), (cast.service_clerk, "STEP")]


def test_a_count_lists_what_differs_and_changes_nothing(tower: Any, cast: Cast) -> None:
    for number in ("K-1", "K-2", "K-3"):
        Key.objects.create(building=tower, kind=Key.Kind.UNIT_KEY, number=number)
    issue(Key.objects.get(number="K-3"), cast.service_clerk)
    count = services.count_keys(tower, found=["k-1", "K-3", "K-99", ""], by=cast.service_clerk, at=NOW)
    assert (count.expected, count.found) == (2, 3)
    assert [(d.number, d.what) for d in count.differences.order_by("number")] == [
        ("K-2", "MISSING"),
        ("K-3", "UNEXPECTED"),
        ("K-99", "UNKNOWN"),
    ]
    assert set(Key.objects.values_list("number", "state")) == {("K-1", "IN_STORE"), ("K-2", "IN_STORE"), ("K-3", "OUT")}


def test_a_count_that_agrees_has_no_differences(key: Key, cast: Cast, tower: Any) -> None:
    assert services.count_keys(tower, found=[key.number], by=cast.service_clerk, at=NOW).differences.count() == 0


def test_the_database_itself_refuses_a_second_open_loan(key: Key, cast: Cast) -> None:
    issue(key, cast.service_clerk)
    with pytest.raises(IntegrityError, match="key_loan_one_open"), transaction.atomic():
        KeyLoan.objects.create(key=key, holder_name="别人", issued_at=NOW, issued_by=cast.service_clerk)


def test_twelve_desks_issuing_one_key_make_one_loan(committed_db: Any) -> None:
    tower = a_building("A", "云汇中心 A 座")
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    key = Key.objects.create(building=tower, unit=a_unit(tower, "1801"), kind=Key.Kind.UNIT_KEY, number="K-1801-1")
    barrier = Barrier(12)

    def attempt(number: int) -> str:
        try:
            barrier.wait(timeout=20)
            services.issue_key(Key.objects.get(pk=key.pk), holder_name=f"领用人 {number}", by=cast.service_clerk, at=NOW)
        except Refused as refusal:
            return type(refusal).__name__
        finally:
            connections.close_all()
        return "issued"

    with ThreadPoolExecutor(12) as pool:
        answers = sorted(pool.map(attempt, range(12)))
    assert answers == ["TooLate"] * 11 + ["issued"]
    assert KeyLoan.objects.open().filter(key=key).count() == 1
