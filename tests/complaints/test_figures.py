"""The figures: by kind, department, floor and month, who and what repeats; and who keeps the register."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints import access
from complaints.flow import COMPLAINT_FLOW
from complaints.models import Complaint, ComplaintCause
from complaints.services import name_keeper, statistics
from core.flow import NotAllowed, Refused
from staff.access import forget
from staff.models import Cover
from tenants.models import Tenant
from tests.complaints.factories import a_complaint, a_measure
from tests.complaints.test_handling import handled, satisfied, signed
from tests.complaints.test_intake import sent
from tests.conftest import Cast, a_unit
from tests.tenants.factories import a_tenant

URL = "complaints:statistics"


def some(cast: Cast, tower: Any) -> None:
    """Three of one company, one of another; two resolved for the same cause."""
    first, other = a_tenant(cast, tower), a_tenant(cast, tower, name="北京辰光有限公司", code="")
    unit = a_unit(tower, "1801")
    handled(cast, tower, tenant=first, unit=unit)
    handled(cast, tower, tenant=first)
    a_complaint(cast, tower, tenant=first, kind="LIFTS")
    a_complaint(cast, tower, tenant=other, kind="EQUIPMENT", phone="13900139000")


@pytest.mark.clause("M3.3.5-3")
def test_each_figure_counts_what_its_list_shows(cast: Cast, tower: Any, as_user: Any) -> None:
    some(cast, tower)
    # Long before the days that are asked for: neither counted nor listed.
    Complaint.objects.filter(pk=a_complaint(cast, tower, tenant=Tenant.objects.first()).pk).update(
        received_at=timezone.now() - dt.timedelta(days=800)
    )
    client = as_user(cast.service_head)
    context = client.get(reverse(URL)).context
    shown = [pair for _title, _icon, lines, _top in context["groups"] for pair in lines]
    assert {str(line.label) for line, _link in shown} >= {"Cleaning and greening", "Equipment and repairs", "Cleaning", f"{tower.name} 18F"}
    for line, link in [*shown, *context["complainants"], *context["causes"]]:
        assert len(client.get(link).context["table"].rows) == line.count, link


@pytest.mark.clause("M3.3.5-2", "M1.2.6")
def test_who_complains_again_and_why_is_named_with_the_measures_against_it(cast: Cast, tower: Any) -> None:
    some(cast, tower)
    a_measure(cast, tower, cause=ComplaintCause.objects.get(code="SLOWNESS"))
    rows = access.register(cast.service_head, timezone.localdate(), timezone.localdate())
    [again] = statistics.complainants(rows)
    assert (again.label, again.count, again.open) == ("北京华信科技有限公司", 3, 3)
    [cause] = statistics.causes(rows)
    assert (str(cause.label), cause.count, cause.measures) == ("Dealt with too slowly", 2, 1)


def test_the_totals_of_a_time(cast: Cast, tower: Any) -> None:
    satisfied(cast, tower)
    a_complaint(cast, tower, tenant=a_tenant(cast, tower, name="北京辰光有限公司", code=""), at=timezone.now() - dt.timedelta(days=400))
    today = timezone.localdate()
    found = statistics.totals(access.register(cast.service_head, today - dt.timedelta(days=30), today))
    assert (found.received, found.open, found.on_time, found.satisfied, found.hours) == (1, 0, 100, 100, 0.0)
    nothing = statistics.totals(access.register(cast.outsider, today, today))
    assert (nothing.received, nothing.on_time) == (0, None)


def test_the_page_takes_days_and_a_building_and_refuses_nonsense(cast: Cast, tower: Any, as_user: Any) -> None:
    client = as_user(cast.service_head)
    assert client.get(reverse(URL), {"first": "2026-01-01", "last": "2026-12-31", "building": tower.pk}).status_code == 200
    assert client.get(reverse(URL), {"first": "gestern"}).status_code == 422


@pytest.mark.clause("M3.3.4-7")
def test_one_keeper_owns_the_register_and_files_the_records(cast: Cast, tower: Any, as_user: Any) -> None:
    url = reverse("complaints:keeper")
    assert sent(as_user(cast.service_head), url, building=tower.pk, keeper=cast.service_clerk.pk).status_code == 302
    complaint = satisfied(cast, tower)
    signed(complaint, cast.cleaning_leader)
    with pytest.raises(NotAllowed):
        COMPLAINT_FLOW.take(complaint, "archive", by=cast.frontdesk, at=timezone.now())
    assert COMPLAINT_FLOW.take(complaint, "archive", by=cast.service_clerk, at=timezone.now()).state == "ARCHIVED"


def test_the_stand_in_of_the_keeper_files_too(cast: Cast, tower: Any) -> None:
    name_keeper(tower, cast.service_clerk, by=cast.service_head)
    complaint = a_complaint(cast, tower)
    assert not access.keeps_register(cast.frontdesk, complaint)
    today = timezone.localdate()
    Cover.objects.create(
        post=cast.service_clerk.posts.get(), absent=cast.service_clerk, stand_in=cast.frontdesk, starts_on=today, ends_on=today,
        reason="病假", arranged_by=cast.service_head,
    )  # fmt: skip
    forget(cast.frontdesk)
    assert access.keeps_register(cast.frontdesk, complaint)


def test_the_keeper_is_of_customer_service_and_named_by_its_manager(cast: Cast, tower: Any) -> None:
    with pytest.raises(NotAllowed):
        name_keeper(tower, cast.service_clerk, by=cast.frontdesk)
    with pytest.raises(Refused, match="not in customer service"):
        name_keeper(tower, cast.guard, by=cast.service_head)
    assert Complaint.objects.count() == 0
