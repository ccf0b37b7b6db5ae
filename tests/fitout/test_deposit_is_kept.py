"""Nobody gets a fit-out's deposit before the property manager accepted the completion, in whatever order it is tried."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from billing import services as billing
from billing.flow import REFUND_FLOW
from billing.models import Deposit, Refund
from billing.services import refunds
from core.flow import Refused
from fitout import access
from tests.fitout.factories import S, a_fitout, take


def wanted(deposit: Deposit) -> Refund:
    return Refund(tenant=deposit.tenant, deposit=deposit, amount=deposit.held, reason="退押金")


@pytest.mark.clause("M3.2.4-5.5")
@pytest.mark.parametrize("state", [S.AWAITING_FIRE, S.ON_SITE, S.TO_INSPECT, S.TO_APPROVE])
def test_a_refund_is_not_even_asked_for_before_the_completion_is_accepted(state: Any, cast: Any, tower: Any) -> None:
    [deposit] = access.works_deposits(a_fitout(cast, tower, at=state))
    with pytest.raises(Refused, match="has not accepted the completion"):
        refunds.request(wanted(deposit), by=cast.service_clerk, on=timezone.localdate())
    assert not Refund.objects.exists()


@pytest.mark.clause("M3.2.4-5.5")
def test_a_request_that_slipped_in_is_neither_approved_nor_paid(cast: Any, tower: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.TO_APPROVE)
    [deposit] = access.works_deposits(fitout)
    row = wanted(deposit)
    row.building, row.created_by, row.number = fitout.building, cast.service_clerk, "TK-1"
    row.save()
    with pytest.raises(Refused, match="has not accepted the completion"):
        REFUND_FLOW.take(row, "approve", by=cast.property_manager, at=timezone.now())
    Refund.objects.filter(pk=row.pk).update(state="APPROVED", approved_by=cast.property_manager, held_at_approval=deposit.held)
    with pytest.raises(Refused, match="has not accepted the completion"):
        REFUND_FLOW.take(Refund.objects.get(pk=row.pk), "pay", by=cast.cashier, at=timezone.now())
    stamp = billing.Stamp(by=cast.cashier, at=timezone.now(), on=timezone.localdate())
    with pytest.raises(Refused, match="has not accepted the completion"):
        billing.pay_back(deposit, deposit.held, "TRANSFER", stamp)
    deposit.refresh_from_db()
    assert deposit.held == Decimal("10000.00")


@pytest.mark.clause("M3.2.4-5.5")
def test_it_does_not_leave_by_way_of_another_deposit(cast: Any, tower: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.ON_SITE)
    [deposit] = access.works_deposits(fitout)
    stamp = billing.Stamp(by=cast.service_clerk, at=timezone.now(), on=timezone.localdate())
    other = billing.expect(fitout.tenant, "LEASE", Decimal(10000), stamp)
    with pytest.raises(Refused, match="has not accepted the completion"):
        billing.transfer(deposit, other, Decimal(10000), stamp, "换个名目")


@pytest.mark.clause("M3.2.4-5.5")
def test_once_it_is_accepted_the_cashier_pays_it_once(cast: Any, tower: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.ACCEPTED)
    refund = Refund.objects.get()
    assert (refund.state, refund.approved_by) == ("APPROVED", cast.property_manager)
    REFUND_FLOW.take(refund, "pay", by=cast.cashier, at=timezone.now())
    with pytest.raises(Refused):
        REFUND_FLOW.take(Refund.objects.get(), "pay", by=cast.cashier, at=timezone.now())
    assert access.held(fitout) == 0 and billing.contradictions() == {}


def test_what_was_paid_for_works_that_were_withdrawn_may_be_refunded(cast: Any, tower: Any) -> None:
    fitout = take(a_fitout(cast, tower, at=S.PERMITTED), "withdraw", cast.service_clerk, note="客户取消")
    [deposit] = access.works_deposits(fitout)
    assert refunds.request(wanted(deposit), by=cast.service_clerk, on=timezone.localdate()).state == "REQUESTED"


def test_the_page_says_why_and_leads_to_the_fit_out(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.ON_SITE)
    [deposit] = access.works_deposits(fitout)
    client, url = as_user(cast.finance_head), reverse("billing:refund_new", args=[deposit.pk])
    said = {"amount": "10000", "reason": "退押金", "method": "TRANSFER", "payee_account": ""}
    answer = client.post(url, {"submission_key": str(uuid4()), **said})
    assert answer.status_code == 422 and "has not accepted the completion" in answer.content.decode()
