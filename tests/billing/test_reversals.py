"""What stands on paper is taken back by its paper: a receipt by its void, a waiver by its own life, a paid refund never."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.urls import reverse
from django.utils import timezone

from billing import services as billing
from billing.flow import REFUND_FLOW, WAIVER_FLOW
from billing.models import Entry, Receipt
from billing.services import deposits
from core.flow import Refused
from tests.billing.factories import a_charge, a_deposit, a_receipt, a_refund, a_stamp, a_void, a_waiver
from tests.billing.test_ledger import settled_at_commit
from tests.conftest import Cast, a_building
from tests.tenants.factories import a_tenant

# One statement that undoes the entry of one row of a table exactly, and leaves the paper as it is.
BEHIND = (
    "WITH paper AS (SELECT entry_id FROM {table} WHERE state = '{state}' AND tenant_id = %(tenant)s ORDER BY id LIMIT 1 FOR UPDATE),"
    " e AS (INSERT INTO billing_entry (building_id, tenant_id, kind, booked_on, memo, at, txid, reverses_id)"
    " SELECT building_id, tenant_id, 'REVERSAL', booked_on, '', now(), 0, id FROM billing_entry"
    " WHERE id IN (SELECT entry_id FROM paper) RETURNING *),"
    " settled AS (INSERT INTO billing_allocation (entry_id, charge_id, amount)"
    " SELECT e.id, a.charge_id, -a.amount FROM e JOIN billing_allocation a ON a.entry_id = e.reverses_id),"
    " moved AS (INSERT INTO billing_depositmove (entry_id, deposit_id, kind, amount, reason, clause, at)"
    " SELECT e.id, m.deposit_id, 'REVERSED', -m.amount, '', '', now() FROM e JOIN billing_depositmove m ON m.entry_id = e.reverses_id)"
    " INSERT INTO billing_posting (entry_id, account_id, amount)"
    " SELECT e.id, p.account_id, -p.amount FROM e JOIN billing_posting p ON p.entry_id = e.reverses_id"
)
BEHIND_ITS_RECEIPT = BEHIND.format(table="billing_receipt", state="ISSUED")


def a_paid_receipt(cast: Any, tower: Any) -> Any:
    """Money that settled a charge, filled a deposit and left something ahead."""
    tenant = a_tenant(cast, tower)
    a_charge(cast, tenant, "40.00")
    deposit = a_deposit(cast, tenant, "30.00", taken=False)
    return a_receipt(cast, tenant, "100.00", deposits={deposit: Decimal("30.00")})


def a_signed_waiver(cast: Any, tower: Any, *, tenant: Any = None) -> Any:
    waiver = a_waiver(cast, a_charge(cast, tenant or a_tenant(cast, tower), "900.00"), "600.00")
    return WAIVER_FLOW.take(waiver, "approve", by=cast.property_manager, at=timezone.now())


def a_paid_refund(cast: Any, tower: Any) -> Any:
    refund = a_refund(cast, a_deposit(cast, a_tenant(cast, tower)))
    refund = REFUND_FLOW.take(refund, "approve", by=cast.finance_head, at=timezone.now())
    return REFUND_FLOW.take(refund, "pay", by=cast.cashier, at=timezone.now())


# How each is made, its table and state, the name of its page, and what is done instead of reversing its entry.
PAPERS: dict[str, tuple[Callable[..., Any], str, str, str]] = {
    "a receipt": (a_paid_receipt, "billing_receipt", "billing:receipt_detail", "Make the receipt void instead"),
    "a waiver": (a_signed_waiver, "billing_waiver", "billing:waiver_detail", "Take the waiver back instead"),
    "a refund": (a_paid_refund, "billing_refund", "billing:refund_detail", "take it with a new receipt instead"),
}
each_paper = pytest.mark.parametrize("name", PAPERS)


def behind(paper: Any) -> int:
    """Undoes a paper's entry behind it, as the application's own role, to the end of the transaction; rows written."""
    statement = BEHIND.format(table=paper._meta.db_table, state=paper.state)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, {"tenant": paper.tenant_id})
        written = cursor.rowcount
        settled_at_commit()
    return int(written)


@each_paper
def test_an_entry_with_a_standing_paper_is_not_reversed_behind_it(name: str, cast: Any, tower: Any) -> None:
    make, _table, page, instead = PAPERS[name]
    paper = make(cast, tower)
    for other in (None, paper.tenant, a_receipt(cast, paper.tenant)):
        with pytest.raises(Refused, match=instead) as refused:
            billing.reverse(paper.entry, a_stamp(cast, record=other))
        [blocker] = refused.value.blockers
        assert paper.number in blocker.text == refused.value.message
        assert blocker.url == reverse(page, args=[paper.pk])
    assert not Entry.objects.filter(kind="REVERSAL").exists()
    assert billing.contradictions() == {}


def test_a_void_receipt_and_a_waiver_taken_back_have_their_entries_reversed(cast: Any, tower: Any) -> None:
    receipt = a_void(cast, a_paid_receipt(cast, tower))
    waiver = a_signed_waiver(cast, tower, tenant=receipt.tenant)
    waiver = WAIVER_FLOW.take(waiver, "take_back", by=cast.finance_head, at=timezone.now(), note="误减")
    settled_at_commit()
    assert (receipt.state, waiver.state) == ("VOID", "REVERSED")
    assert {row.reverses for row in Entry.objects.filter(kind="REVERSAL")} == {receipt.entry, waiver.entry}
    assert billing.contradictions() == {}


def test_an_entry_without_a_paper_is_reversed_as_before(cast: Any, tower: Any) -> None:
    """A deposit paid back, moved or charged against without a refund's voucher is corrected by its reversal."""
    deposit = a_deposit(cast, a_tenant(cast, tower), "100.00")
    entry = deposits.pay_back(deposit, Decimal("60.00"), "CASH", a_stamp(cast))
    billing.reverse(entry, a_stamp(cast))
    settled_at_commit()
    deposit.refresh_from_db()
    assert deposit.held == Decimal("100.00")


# What the database refuses by itself ----------------------------------------------------------------------------------


@each_paper
def test_the_database_refuses_a_reversal_behind_a_paper(name: str, cast: Any, tower: Any) -> None:
    paper = PAPERS[name][0](cast, tower)
    settled_at_commit()
    with pytest.raises(IntegrityError, match=f"{paper.number} stands while its entry is reversed"):
        behind(paper)
    paper.refresh_from_db()
    assert not Entry.objects.filter(reverses=paper.entry).exists()
    assert billing.contradictions() == {}


@each_paper
def test_a_paper_that_passes_itself_and_stays_is_refused_by_the_database(name: str, cast: Any, tower: Any) -> None:
    """Not the life of the paper calls, but somebody in its name."""
    paper = PAPERS[name][0](cast, tower)
    settled_at_commit()
    with pytest.raises(IntegrityError, match="stands while its entry is reversed"), transaction.atomic():
        billing.reverse(paper.entry, a_stamp(cast, record=paper))
        settled_at_commit()
    assert billing.contradictions() == {}


def test_the_same_statement_is_taken_when_the_receipt_goes_with_it(cast: Any, tower: Any) -> None:
    """The control of the statement: nothing but the standing receipt is wrong with it."""
    receipt = a_paid_receipt(cast, tower)
    settled_at_commit()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BEHIND_ITS_RECEIPT, {"tenant": receipt.tenant_id})
        void = "UPDATE billing_receipt SET state = 'VOID', void_reason = '录错', voided_at = now() WHERE id = %s"
        cursor.execute(void, [receipt.pk])
        settled_at_commit()
    assert billing.contradictions() == {}


@pytest.fixture
def house(committed_db: Any) -> Cast:
    return Cast(a_building("A", "云汇中心 A 座"), a_building("B", "云汇中心 B 座"))


def as_owner(*statements: str) -> None:
    with closing(connections["migrator"]) as owner, owner.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def without_the_trigger(house: Cast) -> Iterator[Cast]:
    """The database as it was before it judged reversals."""
    as_owner("ALTER TABLE billing_entry DISABLE TRIGGER paper_follows")
    yield house
    as_owner("ALTER TABLE billing_entry ENABLE TRIGGER paper_follows")


@each_paper
def test_control_without_the_trigger_the_paper_stands_and_the_recount_says_so(name: str, without_the_trigger: Cast) -> None:
    paper = PAPERS[name][0](without_the_trigger, without_the_trigger.home)
    assert behind(paper) > 0
    assert billing.contradictions() == {"reversed entries whose receipt, waiver or refund still stands": [paper.entry_id]}


def test_a_receipt_left_standing_in_former_days_is_made_void_without_a_second_reversal(house: Cast) -> None:
    """The migration takes such books as they are; what was written before it is mended by the receipt's own life."""
    migration = import_module("billing.migrations.0025_papers_follow_reversals")
    as_owner(migration.UNDO)
    receipt = a_paid_receipt(house, house.home)
    assert behind(receipt) > 0
    as_owner(migration.SQL)
    with pytest.raises(Refused, match="reversed already"):
        billing.reverse(receipt.entry, a_stamp(house))
    assert a_void(house, receipt).state == "VOID"
    assert Entry.objects.filter(reverses=receipt.entry).count() == 1
    assert billing.contradictions() == {}


def test_a_receipt_is_not_written_for_an_entry_that_is_complete(house: Cast) -> None:
    receipt = a_paid_receipt(house, house.home)
    entry = deposits.pay_back(receipt.entry.deposit_moves.get().deposit, Decimal("30.00"), "CASH", a_stamp(house))
    columns = [column.column for column in Receipt._meta.concrete_fields if column.column not in {"id", "number", "entry_id"}]
    copied = f"INSERT INTO billing_receipt (number, entry_id, {', '.join(columns)}) SELECT 'RC-1', %s, {', '.join(columns)}"
    with pytest.raises(IntegrityError, match="is complete"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{copied} FROM billing_receipt WHERE id = %s", [entry.pk, receipt.pk])
    assert Receipt.objects.count() == 1
