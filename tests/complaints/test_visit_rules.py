"""Who is called back after a complaint is a rule of the house: kind, share, days after; each record once a round."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from complaints.models import Complaint, ComplaintKind, ReturnVisit, VisitRule
from complaints.services import visits
from core.flow import Refused
from core.models import HistoryEntry
from tests.complaints.factories import a_complaint
from tests.complaints.test_deadlines import work
from tests.complaints.test_handling import VISIT, handled, signed, take
from tests.conftest import Cast


@pytest.mark.clause("M3.3.3-1", "R5b.1.6")
def test_everybody_is_called_back_two_days_after_as_the_manual_has_it_until_a_rule_says_other(cast: Cast, tower: Any) -> None:
    [rule] = visits.rules()
    assert (rule.kind, rule.percent, rule.days_after) == (None, 100, 2)


def test_a_rule_of_a_kind_holds_for_its_parts_and_says_the_days(cast: Cast, tower: Any) -> None:
    VisitRule.objects.create(kind=ComplaintKind.objects.get(code="EQUIPMENT"), days_after=5, position=0)
    lift = a_complaint(cast, tower, kind="LIFTS")
    fees = a_complaint(cast, tower, kind="FEES", tenant=lift.tenant)
    found = [visits.due_by_rule(complaint) - complaint.received_at for complaint in (lift, fees)]
    assert [span.days for span in found] == [5, 2]


def test_days_are_working_days_where_the_kind_counts_working_hours(cast: Cast, tower: Any) -> None:
    friday = timezone.make_aware(dt.datetime(2026, 11, 20, 16, 0))
    complaint = a_complaint(cast, tower, at=friday)
    complaint.kind.in_working_hours = True
    assert timezone.localtime(visits.due(complaint, 2)) == timezone.make_aware(dt.datetime(2026, 11, 24, 16, 0))


def test_what_is_not_drawn_is_filed_on_its_result_without_a_visit(cast: Cast, tower: Any) -> None:
    VisitRule.objects.update(percent=0)
    complaint = handled(cast, tower)
    with pytest.raises(Refused):
        take(complaint, "archive", cast.service_clerk)
    work()
    work()
    complaint.refresh_from_db()
    assert (complaint.state, complaint.due_at) == ("TO_FILE", None) and not ReturnVisit.objects.exists()
    assert HistoryEntry.objects.filter(row_table="complaints_complaint", row_id=complaint.pk, step="no_visit").count() == 1
    signed(complaint, cast.cleaning_leader)
    assert take(complaint, "archive", cast.service_clerk).state == "ARCHIVED"


def test_customer_service_may_call_back_who_was_not_drawn(cast: Cast, tower: Any) -> None:
    VisitRule.objects.update(percent=0)
    complaint = handled(cast, tower)
    work()
    complaint = take(complaint, "plan_visit", cast.service_clerk)
    assert take(complaint, "satisfied", cast.service_clerk, **VISIT).state == "SATISFIED"


def test_the_system_leaves_out_no_visit_that_the_rules_ask_for(cast: Cast, tower: Any) -> None:
    with pytest.raises(Refused, match="ask for a return visit"):
        take(handled(cast, tower), "no_visit", None)


def test_who_was_not_satisfied_is_always_called_again(cast: Cast, tower: Any) -> None:
    complaint = a_complaint(cast, tower)
    VisitRule.objects.update(percent=0)
    assert visits.due_by_rule(complaint) is None
    complaint.round = 2
    assert visits.due_by_rule(complaint) is not None


def test_a_share_draws_about_that_many_complaints_and_always_the_same(cast: Cast, tower: Any) -> None:
    rule, kind = VisitRule(percent=40, days_after=2), ComplaintKind.objects.get(code="CLEANING")
    known = [Complaint(number=f"TS-20261123-{number:04}", round=1, kind=kind) for number in range(1000)]
    drawn = [visits.asked_by(complaint, [rule]) is rule for complaint in known]
    assert 340 <= sum(drawn) <= 460
    assert drawn == [visits.asked_by(complaint, [rule]) is rule for complaint in known]


def test_a_visit_is_once_a_round_and_waits_on_my_desk(cast: Cast, tower: Any, as_user: Any) -> None:
    complaint = handled(cast, tower)
    work()
    with pytest.raises(IntegrityError), transaction.atomic():
        ReturnVisit.objects.create(complaint=complaint, round=1, due_at=timezone.now())
    assert complaint.number in as_user(cast.service_clerk).get(reverse("frontdesk:waiting")).content.decode()
