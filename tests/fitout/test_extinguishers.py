"""Fire extinguishers on a site: as many as the floor area asks for, hired, billed, taken back (manual 3.2.3-4, 3.2.4-3.4.b)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from billing.models import Bill, Deposit
from core.flow import Refused
from fitout import access
from fitout.models import ExtinguisherHire, FitoutTerms
from fitout.services import facts, fire
from premises.models import Extinguisher
from tests.fitout.factories import S, a_fitout
from tests.fitout.worker_records import a_hire, a_site


def some(tower: Any, number: int) -> list[Extinguisher]:
    return [Extinguisher.objects.create(building=tower, number=f"MH-X{n}") for n in range(number)]


@pytest.mark.clause("M3.2.3-4")
def test_the_page_holds_what_is_there_against_what_the_floor_area_asks_for(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.PERMITTED, area="120.50")
    assert access.extinguishers_needed(fitout) == 3
    url = reverse("fitout:extinguishers", args=[fitout.pk])
    assert "3 missing" in as_user(cast.guard).get(url).content.decode()
    fire.hire_all(fitout, some(tower, 2), spot="入口", by=cast.guard, at=timezone.now())
    facts.count_own_extinguishers(fitout, number=1, by=cast.guard)
    page = as_user(cast.guard).get(url).content.decode()
    assert "Enough" in page and "missing" not in page


@pytest.mark.clause("M3.2.4-3.4.b")
def test_security_hands_several_out_on_the_page_and_their_rent_is_billed_once(cast: Any, tower: Any, as_user: Any) -> None:
    FitoutTerms.objects.create(building=tower, extinguisher_deposit=100)
    fitout, rows, guard = a_fitout(cast, tower, at=S.PERMITTED), some(tower, 3), as_user(cast.guard)
    url = reverse("fitout:hire_new", args=[fitout.pk])
    key = str(guard.get(url).context["form"]["submission_key"].value())
    assert guard.post(url, {"extinguishers": [row.pk for row in rows], "spot": "入口", "submission_key": key}).status_code == 302
    assert set(Extinguisher.objects.values_list("state", flat=True)) == {"RENTED"}
    bill = fire.bill_rent(fitout, by=cast.guard, at=timezone.now())
    assert bill is not None and bill.amount == Decimal(90)
    assert fire.bill_rent(fitout, by=cast.guard, at=timezone.now()) is None
    assert fitout.bills.get(purpose="EXTINGUISHERS").bill == bill
    assert Deposit.objects.get(kind="EXTINGUISHER").amount_due == Decimal(300)
    assert Bill.objects.filter(pk=bill.pk, state="VOID").count() == 0


def test_one_whose_check_is_overdue_is_not_handed_out(cast: Any, tower: Any) -> None:
    fitout, [row] = a_fitout(cast, tower, at=S.PERMITTED), some(tower, 1)
    row.check_due_on = timezone.localdate() - dt.timedelta(days=1)
    row.save()
    with pytest.raises(Refused, match="should have been checked"):
        fire.hire(fitout, row, by=cast.guard, at=timezone.now())


def test_an_overdue_check_of_one_on_site_is_shown(cast: Any, tower: Any, as_user: Any) -> None:
    hire = a_hire(cast, tower)
    Extinguisher.objects.update(check_due_on=dt.date(2024, 1, 31))
    page = as_user(cast.guard).get(reverse("fitout:extinguishers", args=[hire.fitout_id])).content.decode()
    assert "Check was due 2024-01-31" in page


@pytest.mark.clause("M3.2.4-3.4.b")
def test_a_damaged_one_goes_out_of_use_and_becomes_damage_at_its_price(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = a_site(cast, tower)
    hire = fitout.hires.filter(returned_at=None).select_related("extinguisher").first()
    guard, url = as_user(cast.guard), reverse("fitout:hire_return", args=[fitout.pk, hire.pk])
    key = str(guard.get(url).context["form"]["submission_key"].value())
    assert guard.post(url, {"condition": "DAMAGED", "submission_key": key}).status_code == 422
    assert guard.post(url, {"condition": "DAMAGED", "price": "180", "submission_key": key}).status_code == 302
    assert ExtinguisherHire.objects.get(pk=hire.pk).condition == "DAMAGED"
    assert Extinguisher.objects.get(pk=hire.extinguisher_id).state == "RETIRED"
    damage = fitout.damages.get()
    assert damage.amount == Decimal(180) and hire.extinguisher.number in damage.what


@pytest.mark.clause("M3.2.4-3.4.b")
def test_the_hire_slip_prints_filled_and_blank(cast: Any, tower: Any, as_user: Any) -> None:
    hire, guard = a_hire(cast, tower), as_user(cast.guard)
    url = reverse("fitout:fitout_print", args=[hire.fitout_id, "extinguisher-slip"])
    assert [guard.get(url, {"blank": blank})["Content-Type"] for blank in ("", "1")] == ["application/pdf"] * 2
