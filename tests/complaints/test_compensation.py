"""Gifts and compensation: within the limit of one's post, above it by who holds it, or on oral consent."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from billing import services as billing
from billing.models import Entry, Period, WaiverLimit
from complaints.flow import COMPENSATION_FLOW
from complaints.models import Compensation, Complaint
from complaints.services import compensations
from core import signing
from core.flow import NotAllowed, Refused, TooLate
from tests.complaints.factories import a_compensation, a_complaint
from tests.complaints.test_intake import sent
from tests.conftest import Cast


def take(row: Compensation, step: str, by: Any, **details: Any) -> Compensation:
    return COMPENSATION_FLOW.take(row, step, by=by, at=timezone.now(), **details)


@pytest.mark.clause("R5a.3.b", "R5a.s2-1")
def test_the_manager_gives_a_gift_within_their_limit_by_their_own_signature(cast: Cast, tower: Any, as_user: Any) -> None:
    complaint, client = a_complaint(cast, tower), as_user(cast.service_head)
    url = reverse("complaints:compensation_new", args=[complaint.pk])
    assert sent(client, url, kind="GIFT", item="果篮", amount="500", reason="致歉").status_code == 302
    row = Compensation.objects.get()
    assert (row.state, row.approved_by, row.amount) == ("APPROVED", cast.service_head, Decimal(500))
    assert sent(client, reverse("complaints:compensation_step", args=[row.pk, "give"]), received_by="刘洋").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.received_by) == ("GIVEN", "刘洋") and row.given_at


@pytest.mark.clause("R5a.s2-2")
def test_above_the_limit_somebody_who_holds_it_decides(cast: Cast, tower: Any) -> None:
    row = a_compensation(cast, tower, "501", by=cast.service_clerk)
    assert not compensations.may_sign(cast.service_head, row)
    for person in (cast.service_clerk, cast.service_head):
        with pytest.raises(NotAllowed):
            take(row, "approve", person)
    with pytest.raises(Refused):
        take(row, "give", cast.service_clerk, received_by="刘洋")
    assert take(row, "approve", cast.property_manager).approved_by == cast.property_manager


def test_nobody_approves_what_they_asked_for_themselves(cast: Cast, tower: Any) -> None:
    row = a_compensation(cast, tower, "400", by=cast.service_head)
    with pytest.raises(Refused, match="yourself"):
        take(row, "approve", cast.service_head)


@pytest.mark.clause("R5a.s2-2")
def test_oral_consent_carries_it_out_and_an_objection_takes_it_back(cast: Cast, tower: Any) -> None:
    row = a_compensation(cast, tower, "800")
    with pytest.raises(Refused):
        take(row, "carry_out", cast.service_clerk)
    day = timezone.localdate() + dt.timedelta(days=2)
    given = {"given_at": timezone.now(), "due_on": day, "note": "经理在外地，电话同意"}
    oral = signing.oral_consent(row, "compensation", "LIMIT_HOLDER", by=cast.service_clerk, of=cast.property_manager, **given)
    row = take(row, "carry_out", cast.service_clerk)
    assert (row.state, row.approved_by) == ("APPROVED", cast.property_manager)
    signing.countersign(oral, by=cast.property_manager, at=timezone.now(), agree=False, note="没有同意过")
    row.refresh_from_db()
    assert row.state == "WITHDRAWN"


def test_the_limits_are_those_of_the_table_of_waivers(cast: Cast, tower: Any) -> None:
    assert compensations.limit_of(cast.service_head, tower.pk) == 500
    WaiverLimit.objects.filter(department__code="CUSTOMER_SERVICE", rank="HEAD", kind="COMPENSATION").update(amount=80)
    assert compensations.limit_of(cast.service_head, tower.pk) == 80
    assert compensations.limit_of(cast.outsider, tower.pk) == 0
    assert len(compensations.signers(Decimal(5000))) == 2


def test_only_one_waits_for_a_complaint_at_a_time(cast: Cast, tower: Any, as_user: Any) -> None:
    row = a_compensation(cast, tower, "800")
    url = reverse("complaints:compensation_new", args=[row.complaint_id])
    answer = sent(as_user(cast.service_clerk), url, kind="GIFT", item="果篮", amount="800", reason="致歉")
    assert answer.status_code == 422 and Compensation.objects.count() == 1


def test_it_stands_in_the_approvals_of_who_holds_the_limit(cast: Cast, tower: Any, as_user: Any) -> None:
    row = a_compensation(cast, tower, "800")
    assert row.number in as_user(cast.property_manager).get(reverse("frontdesk:approvals")).content.decode()
    assert row.number not in as_user(cast.service_head).get(reverse("frontdesk:approvals")).content.decode()


def given_money(cast: Cast, tower: Any, amount: str = "300") -> Compensation:
    """Money for a tenant, approved and not given yet."""
    wanted = Compensation(kind="MONEY", item="误工补偿", amount=Decimal(amount), reason="漏水停业半天")
    row = compensations.ask(wanted, a_complaint(cast, tower), by=cast.service_clerk, on=timezone.localdate())
    return take(row, "approve", cast.service_head)


@pytest.mark.clause("R5a.3.b")
def test_money_reaches_the_tenant_through_the_books_once(cast: Cast, tower: Any) -> None:
    row = take(given_money(cast, tower), "give", cast.service_clerk, received_by="刘洋")
    tenant = row.complaint.tenant
    assert (row.state, billing.prepaid(tenant)) == ("GIVEN", Decimal(300))
    entry = Entry.objects.get(tenant=tenant)
    assert (entry.memo, entry.by, entry.record) == (row.number, cast.service_clerk, row)
    with pytest.raises(TooLate):
        take(row, "give", cast.service_clerk, received_by="刘洋")
    with pytest.raises(IntegrityError), transaction.atomic():
        compensations.into_books(row, by=cast.service_clerk, at=timezone.now())
    assert billing.contradictions() == {}


def test_a_gift_leaves_the_books_alone(cast: Cast, tower: Any) -> None:
    row = take(a_compensation(cast, tower, "300"), "approve", cast.service_head)
    take(row, "give", cast.service_clerk, received_by="刘洋")
    assert not Entry.objects.exists()


def test_in_a_closed_month_nothing_is_given(cast: Cast, tower: Any) -> None:
    row = given_money(cast, tower)
    Period.objects.create(building=tower, month=timezone.localdate().replace(day=1), closed_at=timezone.now(), closed_by=cast.finance_head)
    with pytest.raises(Refused, match="closed"):
        take(row, "give", cast.service_clerk, received_by="刘洋")
    row.refresh_from_db()
    assert row.state == "APPROVED" and not Entry.objects.exists()


def test_money_needs_a_tenant_whose_account_it_reaches(cast: Cast, tower: Any, as_user: Any) -> None:
    complaint = a_complaint(cast, tower)
    Complaint.objects.filter(pk=complaint.pk).update(tenant=None)
    url = reverse("complaints:compensation_new", args=[complaint.pk])
    answer = sent(as_user(cast.service_head), url, kind="MONEY", item="补偿", amount="100", reason="致歉")
    assert answer.status_code == 422 and "credited to a tenant" in answer.content.decode() and not Compensation.objects.exists()
