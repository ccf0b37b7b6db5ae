"""Nobody decides on money they asked for themselves, not in somebody else's post either, nor beyond their limit (E6).

Every approval of the money is tried through the form, through its life, and where the database has a rule, by raw SQL;
each refusal stands beside the same step taken by somebody who may.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from billing import services as billing
from billing.flow import COUNT_FLOW, POSTPONEMENT_FLOW, RECEIPT_FLOW, REFUND_FLOW, WAIVER_FLOW
from billing.models import CashCount, Postponement, Refund, Waiver
from billing.services import postponements, refunds
from core import signing
from core.flow import Flow, NotAllowed, Refused, all_flows
from staff.models import Cover, User
from tests.billing.factories import TODAY, a_bill, a_charge, a_count, a_deposit, a_receipt, a_stamp, a_waiver
from tests.billing.test_ledger import settled_at_commit
from tests.conftest import Cast, person
from tests.tenants.factories import a_tenant

NUMBERS = count(1)


def another_tenant(cast: Cast) -> Any:
    return a_tenant(cast, cast.home, name=f"第{next(NUMBERS)}号公司", code="")


def a_refund_of(kind: str) -> Callable[[Cast, User], Refund]:
    def make(cast: Cast, by: User) -> Refund:
        deposit = a_deposit(cast, another_tenant(cast), "500.00", kind=kind)
        return refunds.request(
            Refund(tenant=deposit.tenant, deposit=deposit, amount=Decimal(100), reason="退还"), by=by, on=timezone.localdate()
        )

    return make


def a_refund_of_a_prepayment(cast: Cast, by: User) -> Refund:
    tenant = another_tenant(cast)
    a_receipt(cast, tenant, "300.00")
    return refunds.request(Refund(tenant=tenant, payee=tenant.name, amount=Decimal(100), reason="多付"), by=by, on=timezone.localdate())


def a_large_waiver(cast: Cast, by: User) -> Waiver:
    """More than any head may sign alone."""
    return a_waiver(cast, a_charge(cast, another_tenant(cast), "90000.00"), "3000.00", kind="FEE", by=by)


def a_count_handed_over(cast: Cast, by: User) -> CashCount:
    billing.receive(another_tenant(cast), Decimal(300), "CASH", a_stamp(cast, by=by))
    return COUNT_FLOW.take(a_count(cast, cast.home, by=by), "hand_over", by=by, at=timezone.now())


def a_later_day(cast: Cast, by: User) -> Postponement:
    bill = a_bill(cast, another_tenant(cast))
    wanted = Postponement(bill=bill, pay_by=bill.due_on + dt.timedelta(days=20), reason="集团付款流程调整")
    return postponements.ask(wanted, by=by, on=TODAY)


@dataclass(frozen=True)
class Approval:
    """A step that decides on a request: who may, and who rightly asks."""

    flow: Flow
    page: str
    step: str
    make: Callable[[Cast, User], Any]
    approver: str
    clerk: str = "service_clerk"

    def send(self, client: Client, record: Any) -> Any:
        return client.post(
            reverse(f"billing:{self.page}_step", args=[record.pk, self.step]), {"note": "已核对", "submission_key": uuid.uuid4()}
        )

    def take(self, record: Any, by: User) -> Any:
        return self.flow.take(record, self.step, by=by, at=timezone.now(), note="已核对")


APPROVALS = [
    Approval(REFUND_FLOW, "refund", step, make, approver)
    for make, approver in (
        (a_refund_of("LEASE"), "finance_head"),
        (a_refund_of("FIT_OUT"), "property_manager"),
        (a_refund_of_a_prepayment, "finance_head"),
    )
    for step in ("approve", "return_request")
]
APPROVALS += [Approval(WAIVER_FLOW, "waiver", step, a_large_waiver, "property_manager") for step in ("approve", "return_request")]
APPROVALS += [Approval(POSTPONEMENT_FLOW, "postponement", step, a_later_day, "property_manager") for step in ("grant", "return_request")]
APPROVALS += [Approval(COUNT_FLOW, "cash_count", step, a_count_handed_over, "finance_head", "cashier") for step in ("accept", "send_back")]
each_approval = pytest.mark.parametrize("approval", APPROVALS, ids=lambda each: f"{each.page}-{each.step}-{each.approver}")


def stands_in(stand_in: User, absent: User) -> User:
    """The stand-in as of now, holding the absent person's post too."""
    today = timezone.localdate()
    Cover.objects.create(
        post=absent.posts.get(), absent=absent, stand_in=stand_in, starts_on=today, ends_on=today, reason="休假", arranged_by=absent
    )
    return User.objects.get(pk=stand_in.pk)


def assert_refused(approval: Approval, record: Any, by: User, client: Client) -> None:
    before = record.state
    answer = approval.send(client, record)
    assert answer.status_code == 422 and "Somebody else decides it" in answer.content.decode()
    with pytest.raises(Refused, match="Somebody else decides it"):
        approval.take(record, by)
    record.refresh_from_db()
    assert record.state == before


def assert_done(approval: Approval, record: Any, client: Client) -> None:
    assert approval.send(client, record).status_code == 302
    record.refresh_from_db()
    assert record.state == approval.flow.steps[approval.step].target


def test_every_approval_of_the_money_is_tried_here() -> None:
    known = {(flow.label, step.name) for flow in all_flows() for step in flow if step.approval and flow.label.startswith("billing.")}
    assert known == {(each.flow.label, each.step) for each in APPROVALS}


@each_approval
def test_nobody_decides_on_their_own_request(approval: Approval, cast: Any, as_user: Any) -> None:
    approver = getattr(cast, approval.approver)
    own, theirs = approval.make(cast, approver), approval.make(cast, getattr(cast, approval.clerk))
    assert_refused(approval, own, approver, as_user(approver))
    assert_done(approval, theirs, as_user(approver))


@each_approval
def test_nobody_decides_on_their_own_request_in_a_post_they_cover(approval: Approval, cast: Any, as_user: Any) -> None:
    clerk = stands_in(getattr(cast, approval.clerk), getattr(cast, approval.approver))
    colleague = person("colleague", "同事", *clerk_post(clerk), cast.home)
    own, theirs = approval.make(cast, clerk), approval.make(cast, colleague)
    assert_refused(approval, own, clerk, as_user(clerk))
    assert_done(approval, theirs, as_user(clerk))


@each_approval
def test_a_stand_in_does_not_decide_what_the_absent_asked_for(approval: Approval, cast: Any, as_user: Any) -> None:
    approver = getattr(cast, approval.approver)
    own = approval.make(cast, approver)
    clerk = stands_in(getattr(cast, approval.clerk), approver)
    assert_refused(approval, own, clerk, as_user(clerk))


def clerk_post(user: User) -> tuple[str, str]:
    post = user.posts.get()
    return post.department.code, post.rank


# Cover in a circle -----------------------------------------------------------------------------------------------------


def cover(cast: Cast, absent: User, stand_in: User, days: int = 0) -> int:
    """A line of cover written past the product, so many days from today."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO staff_cover (post_id, absent_id, stand_in_id, starts_on, ends_on, reason, arranged_by_id, created_at)"
            " SELECT id, user_id, %(other)s, current_date + %(days)s, current_date + %(days)s, '休假', user_id, now()"
            " FROM staff_post WHERE user_id = %(absent)s",
            {"absent": absent.pk, "other": stand_in.pk, "days": days},
        )
        return int(cursor.rowcount)


def test_two_people_never_stand_in_for_each_other_nor_in_a_ring(cast: Any) -> None:
    assert cover(cast, cast.finance_head, cast.cashier) == 1
    for absent, stand_in in ((cast.cashier, cast.finance_head), (cast.cashier, cast.leasing), (cast.leasing, cast.finance_head)):
        with pytest.raises(IntegrityError, match="standing in on the same day"):
            cover(cast, absent, stand_in)
    assert cover(cast, cast.cashier, cast.finance_head, days=1) == 1


# Beyond one's limit ----------------------------------------------------------------------------------------------------

LIMITS = [
    # who, kind, the most they may sign
    ("service_clerk", "ROUND_OFF", "1.00"),
    ("service_head", "PENALTY", "500.00"),
    ("finance_head", "FEE", "1000.00"),
    ("property_manager", "FEE", "10000.00"),
    ("general_manager", "FEE", "1000000.00"),
]
each_limit = pytest.mark.parametrize(("who", "kind", "limit"), LIMITS, ids=lambda value: str(value))


def asked(cast: Cast, kind: str, amount: Decimal, by: User) -> Waiver:
    return a_waiver(cast, a_charge(cast, another_tenant(cast), "2000000.00"), str(amount), kind=kind, by=by)


@each_limit
def test_a_waiver_is_signed_alone_up_to_the_fen_of_ones_limit(who: str, kind: str, limit: str, cast: Any, as_user: Any) -> None:
    signer = getattr(cast, who)
    within, beyond = asked(cast, kind, Decimal(limit), signer), asked(cast, kind, Decimal(limit) + Decimal("0.01"), signer)
    assert step(as_user(signer), within, "sign_alone").status_code == 302
    for name in ("sign_alone", "approve", "return_request"):
        assert step(as_user(signer), beyond, name).status_code == 403
        with pytest.raises(NotAllowed):
            WAIVER_FLOW.take(beyond, name, by=signer, at=timezone.now(), note="同意")
    assert [Waiver.objects.get(pk=row.pk).state for row in (within, beyond)] == ["APPROVED", "WAITING"]


@each_limit
def test_a_waiver_of_somebody_else_is_approved_up_to_the_fen_of_ones_limit(
    who: str, kind: str, limit: str, cast: Any, as_user: Any
) -> None:
    signer = getattr(cast, who)
    within, beyond = (asked(cast, kind, Decimal(limit) + more, cast.cashier) for more in (Decimal(0), Decimal("0.01")))
    assert step(as_user(signer), beyond, "approve").status_code == 403
    assert step(as_user(signer), within, "approve").status_code == 302
    assert [Waiver.objects.get(pk=row.pk).state for row in (within, beyond)] == ["APPROVED", "WAITING"]


def step(client: Client, waiver: Waiver, name: str) -> Any:
    return client.post(reverse("billing:waiver_step", args=[waiver.pk, name]), {"note": "同意", "submission_key": uuid.uuid4()})


def test_the_form_of_a_waiver_signs_within_the_limit_and_waits_beyond_it(cast: Any, as_user: Any) -> None:
    states = []
    for amount in ("500.00", "500.01"):
        charge = a_charge(cast, another_tenant(cast), "9000.00")
        typed = {"kind": "PENALTY", "amount": amount, "reason": "投诉属实", "submission_key": uuid.uuid4()}
        assert as_user(cast.service_head).post(reverse("billing:waiver_new", args=[charge.pk]), typed).status_code == 302
        states.append((charge.waivers.get().state, charge.waivers.get().signed_by))
    assert states == [("APPROVED", cast.service_head), ("WAITING", None)]


def test_nobody_consents_by_word_of_mouth_to_what_they_record_themselves(cast: Any) -> None:
    waiver = a_large_waiver(cast, cast.service_clerk)
    given = {"given_at": timezone.now(), "due_on": timezone.localdate(), "note": "电话同意"}
    for of in (cast.service_clerk, cast.finance_head):
        with pytest.raises(Refused):
            signing.oral_consent(waiver, "waiver", "LIMIT_HOLDER", by=cast.service_clerk, of=of, **given)
    with pytest.raises(NotAllowed, match="their own consent"):
        signing.oral_consent(waiver, "waiver", "LIMIT_HOLDER", by=cast.property_manager, of=cast.property_manager, **given)
    consent = signing.oral_consent(waiver, "waiver", "LIMIT_HOLDER", by=cast.service_clerk, of=cast.property_manager, **given)
    with pytest.raises(NotAllowed):
        signing.countersign(consent, by=cast.service_clerk, at=timezone.now(), agree=True)
    assert "signoff_oral_by_another" in sql("UPDATE core_signoff SET recorded_by_id = user_id WHERE id = %s", consent.pk)
    assert sql("UPDATE core_signoff SET recorded_by_id = %s WHERE id = %s", cast.cashier.pk, consent.pk) == DONE


# What the database refuses by itself -----------------------------------------------------------------------------------


DONE = "done"


def sql(statement: str, *values: Any) -> str:
    """What came of a statement of the application's own role: done to one row, or the refusal of the database."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return DONE if cursor.rowcount == 1 else f"{cursor.rowcount} rows"
    except IntegrityError as refusal:
        return str(refusal)


def test_the_database_knows_who_asked_for_a_refund(cast: Any) -> None:
    refund = a_refund_of("LEASE")(cast, cast.finance_head)
    approve = "UPDATE billing_refund SET state = 'APPROVED', approved_by_id = %s WHERE id = %s"
    assert "refund_not_approved_by_requester" in sql(approve, cast.finance_head.pk, refund.pk)
    assert sql(approve, cast.property_manager.pk, refund.pk) == DONE
    assert "is kept as it was approved" in sql("UPDATE billing_refund SET created_by_id = approved_by_id WHERE id = %s", refund.pk)


def test_the_database_pays_no_refund_that_nobody_approved(cast: Any) -> None:
    refund = a_refund_of("LEASE")(cast, cast.cashier)
    entry = billing.pay_back(refund.deposit, refund.amount, "CASH", a_stamp(cast))
    pay = "UPDATE billing_refund SET state = 'PAID', entry_id = %s WHERE id = %s"
    assert "is kept as it was approved" in sql(pay, entry.pk, refund.pk)
    assert sql("UPDATE billing_refund SET state = 'APPROVED' WHERE id = %s", refund.pk) == DONE
    assert "refund_paid_is_approved_and_booked" in sql(pay, entry.pk, refund.pk)
    assert sql("UPDATE billing_refund SET state = 'REQUESTED' WHERE id = %s", refund.pk) == DONE
    assert sql("UPDATE billing_refund SET state = 'APPROVED', approved_by_id = %s WHERE id = %s", cast.finance_head.pk, refund.pk) == DONE
    assert sql(pay, entry.pk, refund.pk) == DONE


def test_the_database_lets_no_cashier_accept_their_own_cash(cast: Any) -> None:
    counted = a_count_handed_over(cast, cast.finance_head)
    accept = "UPDATE billing_cashcount SET state = 'ACCEPTED', accepted_at = now(), accepted_by_id = %s WHERE id = %s"
    assert "cash_count_not_accepted_by_oneself" in sql(accept, cast.finance_head.pk, counted.pk)
    assert "cash_count_accepted_by_somebody" in sql("UPDATE billing_cashcount SET state = 'ACCEPTED' WHERE id = %s", counted.pk)
    assert sql(accept, cast.property_manager.pk, counted.pk) == DONE
    assert "not changed" in sql("UPDATE billing_cashcount SET cashier_id = %s WHERE id = %s", cast.cashier.pk, counted.pk)


def test_the_database_waives_nothing_that_nobody_signed_and_booked(cast: Any) -> None:
    waiver = a_large_waiver(cast, cast.service_clerk)
    assert "waiver_booked_and_signed" in sql("UPDATE billing_waiver SET state = 'APPROVED' WHERE id = %s", waiver.pk)
    assert "waiver_booked_and_signed" in sql(
        "UPDATE billing_waiver SET state = 'APPROVED', signed_by_id = %s WHERE id = %s", cast.general_manager.pk, waiver.pk
    )
    WAIVER_FLOW.take(waiver, "approve", by=cast.property_manager, at=timezone.now())
    assert "is kept as it was asked and signed" in sql("UPDATE billing_waiver SET signed_by_id = NULL WHERE id = %s", waiver.pk)


def test_the_database_makes_no_receipt_void_without_a_reason(cast: Any) -> None:
    receipt = a_receipt(cast, another_tenant(cast))
    void = "UPDATE billing_receipt SET state = 'VOID', voided_at = now(), void_reason = %s WHERE id = %s"
    assert "receipt_void_has_reason" in sql(void, "", receipt.pk)
    RECEIPT_FLOW.take(receipt, "void", by=cast.cashier, at=timezone.now(), note="付款人写错")
    settled_at_commit()
    assert receipt.state == "VOID"


def test_a_receipt_is_made_void_by_finance_alone_with_a_reason(cast: Any, as_user: Any) -> None:
    receipt = a_receipt(cast, another_tenant(cast))
    for who, note, status in (("service_head", "错", 403), ("property_manager", "错", 403), ("outsider", "错", 404), ("cashier", "", 422)):
        url = reverse("billing:receipt_step", args=[receipt.pk, "void"])
        assert as_user(getattr(cast, who)).post(url, {"note": note, "submission_key": uuid.uuid4()}).status_code == status
    assert RECEIPT_FLOW.take(receipt, "void", by=cast.finance_head, at=timezone.now(), note="错").state == "VOID"
