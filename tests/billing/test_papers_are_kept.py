"""What a receipt, a refund and a waiver say is judged by the database: raw SQL as the application's own role is refused."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from billing.flow import RECEIPT_FLOW, REFUND_FLOW, WAIVER_FLOW
from tests.billing.factories import a_charge, a_deposit, a_receipt, a_refund, a_waiver
from tests.billing.test_ledger import settled_at_commit
from tests.tenants.factories import a_tenant


def said(table: str, change: str, pk: int) -> None:
    """One statement and the end of its transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE billing_{table} SET {change} WHERE id = %s", [pk])
        settled_at_commit()


def a_void_receipt(cast: Any, tower: Any) -> Any:
    receipt = a_receipt(cast, a_tenant(cast, tower))
    return RECEIPT_FLOW.take(receipt, "void", by=cast.cashier, at=timezone.now(), note="录错")


def an_approved_refund(cast: Any, tower: Any) -> Any:
    refund = a_refund(cast, a_deposit(cast, a_tenant(cast, tower)))
    return REFUND_FLOW.take(refund, "approve", by=cast.finance_head, at=timezone.now())


def a_paid_refund(cast: Any, tower: Any) -> Any:
    return REFUND_FLOW.take(an_approved_refund(cast, tower), "pay", by=cast.cashier, at=timezone.now())


def a_waiting_waiver(cast: Any, tower: Any) -> Any:
    return a_waiver(cast, a_charge(cast, a_tenant(cast, tower), "900.00"), "600.00")


def a_signed_waiver(cast: Any, tower: Any) -> Any:
    return WAIVER_FLOW.take(a_waiting_waiver(cast, tower), "approve", by=cast.property_manager, at=timezone.now())


CASES: list[tuple[Callable[..., Any], str, list[str]]] = [
    (
        lambda cast, tower: a_receipt(cast, a_tenant(cast, tower)),
        "receipt",
        [
            "amount = 1",
            "payer = '他人'",
            "number = 'RC-20261123-9999'",
            "received_on = '2026-01-01'",
            "state = 'VOID', void_reason = 'x', voided_at = now()",
        ],
    ),
    (a_void_receipt, "receipt", ["state = 'ISSUED', void_reason = '', voided_at = NULL", "void_reason = '另一个原因'"]),
    (
        an_approved_refund,
        "refund",
        ["amount = 500", "payee = '他人'", "payee_account = '6222'", "approved_by_id = NULL", "created_by_id = NULL"],
    ),
    (a_paid_refund, "refund", ["state = 'APPROVED', entry_id = NULL", "amount = 1", "payee = '他人'"]),
    (a_waiting_waiver, "waiver", ["amount = 1", "reason = '其他'", "created_by_id = NULL"]),
    (
        a_signed_waiver,
        "waiver",
        ["amount = 1", "signed_by_id = created_by_id", "state = 'WAITING', entry_id = NULL", "state = 'WITHDRAWN'"],
    ),
]


@pytest.mark.parametrize(("make", "table", "change"), [(make, table, change) for make, table, changes in CASES for change in changes])
def test_what_money_papers_say_is_never_rewritten(make: Any, table: str, change: str, cast: Any, tower: Any) -> None:
    record = make(cast, tower)
    settled_at_commit()
    with pytest.raises(IntegrityError, match="is kept as|disagree"):
        said(table, change, record.pk)
    record.refresh_from_db()
    # The control: what may change is changed.
    said(table, "version = version + 1" if table == "waiver" and record.state == "WAITING" else "version = version", record.pk)


def test_the_lives_themselves_still_run(cast: Any, tower: Any) -> None:
    refund = an_approved_refund(cast, tower)
    refund = REFUND_FLOW.take(refund, "ask_again", by=cast.cashier, at=timezone.now())
    assert (refund.state, refund.approved_by_id) == ("REQUESTED", None)
    waiver = WAIVER_FLOW.take(
        a_waiver(cast, a_charge(cast, refund.tenant, "900.00"), "600.00"), "approve", by=cast.property_manager, at=timezone.now()
    )
    waiver = WAIVER_FLOW.take(waiver, "take_back", by=cast.finance_head, at=timezone.now(), note="误减")
    settled_at_commit()
    assert (waiver.state, waiver.amount) == ("REVERSED", Decimal("600.00"))
