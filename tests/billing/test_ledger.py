"""The books balance at every commit, and the database is the judge of it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from billing import services as billing
from billing.models import Account, Allocation, Charge, Deposit, DepositMove, Entry, Period, Posting, Receipt
from core.flow import Refused
from tests.billing.factories import TODAY, a_charge, a_deposit, a_kind, a_line, a_receipt, a_stamp, a_void
from tests.tenants.factories import a_tenant


@pytest.fixture
def tenant(cast: Any, tower: Any) -> Any:
    return a_tenant(cast, tower)


def settled_at_commit() -> None:
    """Lets the deferred triggers speak now, as a commit would."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def balances(tenant: Any) -> dict[str, Decimal]:
    return {row.kind: row.balance for row in Account.objects.filter(tenant=tenant)}


def test_a_charge_is_owed_and_earned(cast: Any, tenant: Any) -> None:
    charge = a_charge(cast, tenant, "120.50")
    settled_at_commit()
    assert billing.owed(tenant) == Decimal("120.50")
    assert Account.objects.get(kind="INCOME", charge_kind=charge.kind).balance == Decimal("-120.50")
    assert billing.contradictions() == {}


def test_money_settles_the_oldest_first_and_the_rest_is_prepaid(cast: Any, tenant: Any) -> None:
    later = a_charge(cast, tenant, "100.00", due_on=dt.date(2026, 11, 15))
    earlier = a_charge(cast, tenant, "80.00", due_on=dt.date(2026, 10, 15))
    a_receipt(cast, tenant, "120.00")
    later.refresh_from_db()
    earlier.refresh_from_db()
    assert (earlier.outstanding, later.outstanding) == (0, Decimal("60.00"))
    a_receipt(cast, tenant, "100.00")
    assert (billing.owed(tenant), billing.prepaid(tenant)) == (0, Decimal("40.00"))
    settled_at_commit()
    assert billing.contradictions() == {}


def test_prepayment_settles_what_is_charged_later(cast: Any, tenant: Any) -> None:
    a_receipt(cast, tenant, "50.00")
    a_charge(cast, tenant, "70.00")
    billing.use_prepayment(tenant, a_stamp(cast))
    assert (billing.owed(tenant), billing.prepaid(tenant)) == (Decimal("20.00"), 0)
    assert billing.use_prepayment(tenant, a_stamp(cast)) is None
    settled_at_commit()
    assert billing.contradictions() == {}


def test_a_reversed_receipt_leaves_everything_as_it_was(cast: Any, tenant: Any) -> None:
    charge = a_charge(cast, tenant, "100.00")
    receipt = a_void(cast, a_receipt(cast, tenant, "130.00"))
    charge.refresh_from_db()
    settled_at_commit()
    assert charge.outstanding == Decimal("100.00")
    assert (billing.owed(tenant), billing.prepaid(tenant)) == (Decimal("100.00"), 0)
    assert (receipt.state, Entry.objects.filter(reverses=receipt.entry).count()) == ("VOID", 1)
    assert billing.contradictions() == {}


def test_nothing_is_reversed_twice(cast: Any, tenant: Any) -> None:
    receipt, charge = a_void(cast, a_receipt(cast, tenant)), a_charge(cast, tenant)
    undone = billing.reverse(charge.entry, a_stamp(cast))
    for entry in (receipt.entry, Entry.objects.get(reverses=receipt.entry), charge.entry, undone):
        with pytest.raises(Refused, match="reversed already"):
            billing.reverse(entry, a_stamp(cast))


def test_a_prepayment_that_was_used_cannot_be_taken_back(cast: Any, tenant: Any) -> None:
    receipt = a_receipt(cast, tenant, "100.00")
    a_charge(cast, tenant, "100.00")
    billing.use_prepayment(tenant, a_stamp(cast))
    with pytest.raises(Refused, match="used since"):
        a_void(cast, receipt)
    receipt.refresh_from_db()
    assert receipt.state == "ISSUED"
    assert billing.contradictions() == {}


def test_a_charge_partly_paid_is_not_reversed_before_the_payment(cast: Any, tenant: Any) -> None:
    charge = a_charge(cast, tenant)
    receipt = a_receipt(cast, tenant, "10.00")
    with pytest.raises(Refused, match="Take that back first"):
        billing.reverse(charge.entry, a_stamp(cast))
    a_void(cast, receipt)
    billing.reverse(charge.entry, a_stamp(cast))
    charge.refresh_from_db()
    settled_at_commit()
    assert charge.outstanding == 0
    assert billing.owed(tenant) == 0
    assert billing.contradictions() == {}


def test_the_same_key_charges_once(cast: Any, tenant: Any) -> None:
    line = a_line("10.00", key="fee:1:2026-11")
    billing.charge(tenant, [line], a_stamp(cast))
    with pytest.raises(Refused, match="charged already"):
        billing.charge(tenant, [line], a_stamp(cast))


def test_a_deposit_is_taken_deducted_moved_and_paid_back(cast: Any, tenant: Any) -> None:
    deposit = a_deposit(cast, tenant, "1000.00", kind="FIT_OUT")
    other = a_deposit(cast, tenant, "300.00", kind="KEY", taken=False)
    billing.deduct(deposit, Decimal("600.00"), a_kind("COMPENSATION"), a_stamp(cast), billing.Why("损坏门框", "M3.2.4-5.5"))
    billing.transfer(deposit, other, Decimal("300.00"), a_stamp(cast), "转作钥匙押金")
    billing.pay_back(deposit, Decimal("100.00"), "TRANSFER", a_stamp(cast))
    deposit.refresh_from_db()
    other.refresh_from_db()
    settled_at_commit()
    assert (deposit.held, other.held) == (0, Decimal("300.00"))
    assert (deposit.standing[0], other.standing[0]) == ("SETTLED", "HELD")
    assert billing.contradictions() == {}
    with pytest.raises(Refused, match="is held"):
        billing.pay_back(deposit, Decimal("0.01"), "TRANSFER", a_stamp(cast))


def test_a_deposit_settles_what_is_due(cast: Any, tenant: Any) -> None:
    deposit, charge = a_deposit(cast, tenant, "500.00"), a_charge(cast, tenant, "120.00")
    billing.settle_from(deposit, {charge: Decimal("120.00")}, a_stamp(cast), billing.Why("抵扣欠费"))
    deposit.refresh_from_db()
    settled_at_commit()
    assert (deposit.held, billing.owed(tenant)) == (Decimal("380.00"), 0)
    assert billing.contradictions() == {}


def test_a_void_receipt_gives_the_deposit_back_as_due(cast: Any, tenant: Any) -> None:
    deposit = a_deposit(cast, tenant, "500.00")
    a_void(cast, Receipt.objects.get())
    deposit.refresh_from_db()
    assert (deposit.held, deposit.taken, deposit.standing[0]) == (0, 0, "DUE")
    assert billing.contradictions() == {}


# What the database itself refuses, whoever asks -----------------------------------------------------------------------


def hostile(cast: Any, tenant: Any) -> dict[str, Any]:
    """Ways to make the books lie, each by a statement the application's role may send."""
    return {**hostile_entries(cast, tenant), **hostile_writing(cast, tenant), **hostile_sums(cast, tenant)}


def an_entry_of(tenant: Any, charge: Charge, *amounts: str) -> Entry:
    """An entry of these postings: the tenant's account, then the income's."""
    accounts = Account.objects.get(tenant=tenant, kind="RECEIVABLE"), Account.objects.get(kind="INCOME", charge_kind=charge.kind)
    made = Entry.objects.create(building=tenant.building, tenant=tenant, kind="CHARGE", booked_on=TODAY, at=timezone.now())
    Posting.objects.bulk_create([Posting(entry=made, account=row, amount=Decimal(a)) for row, a in zip(accounts, amounts, strict=False)])
    return made


def another_pays(cast: Any, tenant: Any, charge: Charge) -> None:
    """Somebody else's waiver settles this tenant's charge."""
    other = a_tenant(cast, tenant.building, name="上海云帆贸易有限公司", code="")
    made = Entry.objects.create(building=tenant.building, tenant=other, kind="WAIVER", booked_on=TODAY, at=timezone.now())
    waived = Account.objects.create(building=tenant.building, kind="WAIVER")
    Posting.objects.create(entry=made, account=Account.objects.get(tenant=tenant, kind="RECEIVABLE"), amount=Decimal("-100.00"))
    Posting.objects.create(entry=made, account=waived, amount=Decimal("100.00"))
    Allocation.objects.create(entry=made, charge=charge, amount=Decimal("100.00"))


def hostile_entries(cast: Any, tenant: Any) -> dict[str, Any]:
    charge = a_charge(cast, tenant, "100.00")
    return {
        "an entry off by a fen": lambda: an_entry_of(tenant, charge, "10.00", "-9.99"),
        "an entry without postings": lambda: an_entry_of(tenant, charge),
        "an entry with one posting": lambda: an_entry_of(tenant, charge, "10.00"),
        "a receivable without a charge": lambda: an_entry_of(tenant, charge, "10.00", "-10.00"),
        "an entry of another's money": lambda: another_pays(cast, tenant, charge),
    }


def hostile_writing(cast: Any, tenant: Any) -> dict[str, Any]:
    charge = a_charge(cast, tenant, "100.00")
    entry, mine = charge.entry, Account.objects.get(tenant=tenant, kind="RECEIVABLE")
    return {
        "a posting edited": lambda: Posting.objects.filter(entry=entry).update(amount=Decimal("1")),
        "a posting deleted": lambda: Posting.objects.filter(entry=entry)._raw_delete("default"),
        "an entry back-dated": lambda: Entry.objects.filter(pk=entry.pk).update(booked_on=dt.date(2026, 1, 1)),
        "an entry deleted": lambda: Entry.objects.filter(pk=entry.pk)._raw_delete("default"),
        "a balance typed": lambda: Account.objects.filter(pk=mine.pk).update(balance=0),
        "an account that begins with money": lambda: Account.objects.create(
            building=tenant.building, kind="MONEY", method="CARD", balance=Decimal("5")
        ),
        "a charge lowered": lambda: Charge.objects.filter(pk=charge.pk).update(amount=Decimal("1"), outstanding=Decimal("1")),
        "a charge marked paid": lambda: Charge.objects.filter(pk=charge.pk).update(outstanding=0),
        "a charge deleted": lambda: Charge.objects.filter(pk=charge.pk)._raw_delete("default"),
    }


def hostile_sums(cast: Any, tenant: Any) -> dict[str, Any]:
    charge, deposit = a_charge(cast, tenant, "100.00"), a_deposit(cast, tenant, "500.00")

    def moved(kind: str, amount: str) -> None:
        DepositMove.objects.create(deposit=deposit, entry=an_entry_of(tenant, charge), kind=kind, amount=Decimal(amount), at=timezone.now())

    def allocated(amount: str) -> None:
        Allocation.objects.create(entry=an_entry_of(tenant, charge), charge=charge, amount=Decimal(amount))

    return {
        "an allocation of nothing received": lambda: allocated("50"),
        "more allocated than owed": lambda: allocated("100.01"),
        "a deposit typed": lambda: Deposit.objects.filter(pk=deposit.pk).update(held=Decimal("9999")),
        "a deposit below zero": lambda: moved("REFUNDED", "-500.01"),
        "a movement without money": lambda: moved("TAKEN", "1"),
    }


HOSTILE = [
    "an entry off by a fen",
    "an entry without postings",
    "an entry with one posting",
    "a receivable without a charge",
    "a posting edited",
    "a posting deleted",
    "an entry back-dated",
    "an entry deleted",
    "a balance typed",
    "an account that begins with money",
    "a charge lowered",
    "a charge marked paid",
    "a charge deleted",
    "an allocation of nothing received",
    "more allocated than owed",
    "a deposit typed",
    "a deposit below zero",
    "a movement without money",
    "an entry of another's money",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_the_database_refuses(name: str, cast: Any, tenant: Any) -> None:
    ways = hostile(cast, tenant)
    assert sorted(ways) == sorted(HOSTILE)
    settled_at_commit()
    with pytest.raises(DatabaseError), transaction.atomic():
        ways[name]()
        settled_at_commit()
    assert billing.contradictions() == {}


def test_a_complete_entry_takes_no_more_lines(committed_db: Any) -> None:
    from tests.conftest import Cast, a_building

    tower = a_building("A", "云汇中心 A 座")
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    charge = a_charge(cast, a_tenant(cast, tower), "100.00")
    lines = list(charge.entry.postings.all())
    with pytest.raises(DatabaseError, match="complete"):
        Posting.objects.bulk_create([Posting(entry=charge.entry, account=row.account, amount=row.amount) for row in lines])


# A closed month -------------------------------------------------------------------------------------------------------


def test_a_closed_month_takes_nothing_more(cast: Any, tenant: Any, tower: Any) -> None:
    a_charge(cast, tenant)
    billing.close_month(tower, dt.date(2026, 10, 1), by=cast.finance_head, at=timezone.now())
    with pytest.raises(Refused, match="are closed"):
        billing.charge(tenant, [a_line()], a_stamp(cast, on=dt.date(2026, 10, 31)))
    with pytest.raises(DatabaseError, match="is closed"), transaction.atomic():
        Entry.objects.create(building=tower, tenant=tenant, kind="CHARGE", booked_on=dt.date(2026, 9, 1), at=timezone.now())
    with pytest.raises(DatabaseError, match="stays closed"), transaction.atomic():
        Period.objects.filter(building=tower, month=dt.date(2026, 10, 1)).update(closed_at=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        Period.objects.filter(building=tower, month=dt.date(2026, 10, 1))._raw_delete("default")


def test_a_month_is_closed_once_and_only_when_over(cast: Any, tower: Any) -> None:
    with pytest.raises(Refused, match="not ended"):
        billing.close_month(tower, TODAY, by=cast.finance_head, at=dt.datetime(2026, 11, 30, 15, 59, tzinfo=dt.UTC))
    billing.close_month(tower, TODAY, by=cast.finance_head, at=dt.datetime(2026, 11, 30, 16, 0, tzinfo=dt.UTC))
    with pytest.raises(Refused, match="closed already"):
        billing.close_month(tower, TODAY, by=cast.finance_head, at=dt.datetime(2026, 12, 1, tzinfo=dt.UTC))
