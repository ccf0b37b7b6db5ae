"""The figures of repairs, worked out by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from repairs.models import WorkOrder
from repairs.services import figures
from tests.conftest import Cast, a_unit
from tests.repairs.factories import a_public_order, an_order, at_work, confirmed, finished, moved, sign

MONDAY = timezone.make_aware(dt.datetime(2026, 11, 23, 10, 0))


@pytest.mark.clause("M3.4.3")
def test_times_and_shares_are_counted_from_the_records(cast: Cast, tower: Any) -> None:
    quick = moved(a_public_order(cast, tower, at=MONDAY), cast, "dispatch", at=MONDAY)
    quick = moved(quick, cast, "accept", at=MONDAY + dt.timedelta(minutes=10))
    quick = moved(quick, cast, "arrive", at=MONDAY + dt.timedelta(minutes=30))
    finished(quick, cast, at=MONDAY + dt.timedelta(minutes=60))
    slow = moved(a_public_order(cast, tower, at=MONDAY, urgency="URGENT"), cast, "dispatch", at=MONDAY)
    slow = moved(slow, cast, "accept", at=MONDAY + dt.timedelta(minutes=20))
    slow = moved(slow, cast, "arrive", at=MONDAY + dt.timedelta(minutes=50))
    finished(slow, cast, at=MONDAY + dt.timedelta(minutes=180))
    found = figures.totals(WorkOrder.objects.all())
    assert (found.received, found.open, found.to_accept, found.to_arrive, found.to_finish) == (2, 2, 15, 40, 120)
    assert found.on_time == 50, "the urgent one had two hours"
    assert found.satisfied is None and found.again is None


def test_work_done_again_and_satisfied_customers_are_shares(cast: Cast, tower: Any) -> None:
    good = confirmed(an_order(cast, tower), cast)
    moved(good, cast, "called_back")
    again = finished(an_order(cast, tower), cast)
    again = moved(again, cast, "not_satisfied", "arrive", "finish")
    sign(again, "acceptance", cast)
    moved(again, cast, "confirm")
    found = figures.totals(WorkOrder.objects.all())
    assert (found.again, found.satisfied) == (50, 100)


def test_what_comes_back_is_named_with_its_place(cast: Cast, tower: Any) -> None:
    unit = a_unit(tower, "1801")
    for _time in range(3):
        an_order(cast, tower, unit=unit, tenant=None)
    an_order(cast, tower, unit=unit, tenant=None, service="DOOR")
    [repeat] = figures.recurring(WorkOrder.objects.all(), 2)
    assert (repeat.where, repeat.count, repeat.what.code) == ("1801", 3, "POWER")


def test_the_page_of_a_fault_that_comes_back_says_so(cast: Cast, tower: Any, as_user: Any) -> None:
    unit = a_unit(tower, "1801")
    first = an_order(cast, tower, unit=unit, tenant=None)
    client = as_user(cast.engineer)
    address = reverse("repairs:work_order_detail", args=[first.pk])
    assert "Recurring fault" not in client.get(address).content.decode()
    second = an_order(cast, tower, unit=unit, tenant=None)
    page = client.get(reverse("repairs:work_order_detail", args=[second.pk])).content.decode()
    assert "Recurring fault" in page and first.number in page
    assert "Recurring fault" not in client.get(address).content.decode(), "the first one was the first"


def test_materials_are_summed_with_their_cost(cast: Cast, tower: Any) -> None:
    for _time in range(2):
        finished(at_work(a_public_order(cast, tower), cast), cast)
    [used] = figures.materials(WorkOrder.objects.all())
    assert (used.name, used.quantity, used.cost) == ("断路器 32A", 2, 90)


def test_every_figure_links_to_the_rows_it_counts(cast: Cast, tower: Any, as_user: Any) -> None:
    a_public_order(cast, tower)
    an_order(cast, tower)
    # Long before the days that are asked for: neither counted nor listed.
    a_public_order(cast, tower, at=MONDAY - dt.timedelta(days=800))
    client = as_user(cast.service_head)
    page = client.get(reverse("repairs:figures"))
    assert page.status_code == 200
    for _title, _icon, lines, _top in page.context["groups"]:
        for line, link in lines:
            listed = client.get(link)
            assert listed.context["table"].rows and len(listed.context["table"].rows) == line.count, link
    assert client.get(reverse("repairs:figures"), {"first": "kein Tag"}).status_code == 422
    assert as_user(cast.guard).get(reverse("repairs:figures")).status_code == 403


def test_the_figures_cost_the_same_queries_for_more_rows(cast: Cast, tower: Any, as_user: Any) -> None:
    client = as_user(cast.service_head)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("repairs:figures")).context["totals"].received == WorkOrder.objects.count()
        return len(asked)

    for _time in range(2):
        a_public_order(cast, tower)
    queries()
    few = queries()
    for _time in range(12):
        a_public_order(cast, tower)
    assert queries() == few
