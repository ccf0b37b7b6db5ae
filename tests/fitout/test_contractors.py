"""The register of contractors: standing, bar, and what its page shows (manual 3.2.1-1)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from core.flow import NotAllowed, Refused
from fitout import access
from fitout.models import Contractor, FitoutTerms, QualificationGrade, Standing
from fitout.services import contractors
from tests.fitout.factories import DAY, a_contractor, an_application, hand_in_papers, take


def made(building: Any, cast: Any) -> dict[str, Contractor]:
    """One of each standing, named after it."""
    today = timezone.localdate()
    third = QualificationGrade.objects.get(code="GRADE_3")
    found = {
        "VALID": a_contractor(building, name="VALID"),
        "EXPIRING": a_contractor(building, name="EXPIRING", licence_until=today + 30 * DAY),
        "EXPIRED": a_contractor(building, name="EXPIRED", qualification_until=today - DAY),
        "NOT_ACCEPTED": a_contractor(building, name="NOT_ACCEPTED", grade=third),
        "BARRED": a_contractor(building, name="BARRED", qualification_until=today - DAY),
    }
    found["BARRED"] = contractors.bar(found["BARRED"], reason="违规动火", by=cast.service_head, at=timezone.now())
    return found


@pytest.mark.clause("M3.2.1-1")
def test_each_stands_as_its_papers_say_and_the_list_filters_by_it(cast: Any, tower: Any, as_user: Any) -> None:
    rows, today = made(tower, cast), timezone.localdate()
    soon = access.soon(cast.service_clerk)
    client = as_user(cast.service_clerk)
    for name, row in rows.items():
        assert row.standing(today, soon) == name
        assert [found.name for found in Contractor.objects.in_standing(name, today, soon)] == [name]
        page = client.get(reverse("fitout:contractor_list"), {"standing": name}).content.decode()
        others = [other for other in rows if f">{other}</a>" in page]
        assert others == [name] and str(Standing(name).label) in page


def test_how_soon_is_soon_is_data(cast: Any, tower: Any) -> None:
    row = a_contractor(tower, licence_until=timezone.localdate() + 50 * DAY)
    assert row.standing(timezone.localdate(), access.soon(cast.service_clerk)) == "VALID"
    FitoutTerms.objects.create(building=tower, remind_days=[60, 7])
    assert row.standing(timezone.localdate(), access.soon(cast.service_clerk)) == "EXPIRING"


@pytest.mark.clause("M3.2.1-1")
def test_a_barred_contractor_gets_no_further_until_it_is_let_in_again(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = an_application(cast, tower)
    hand_in_papers(fitout, cast)
    head, page = as_user(cast.service_head), reverse("fitout:contractor_detail", args=[fitout.contractor_id])
    url = reverse("fitout:contractor_bar", args=[fitout.contractor_id])
    assert head.post(url, {"submission_key": str(uuid4()), "note": ""}).status_code == 422
    assert head.post(url, {"submission_key": str(uuid4()), "note": "违规动火"}).url == page
    assert "违规动火" in as_user(cast.engineer).get(page).content.decode()
    fitout.refresh_from_db()
    with pytest.raises(Refused, match="is barred: 违规动火"):
        take(fitout, "receive", cast.service_clerk)
    assert head.post(reverse("fitout:contractor_unbar", args=[fitout.contractor_id]), {"submission_key": str(uuid4())}).status_code == 302
    fitout.refresh_from_db()
    assert take(fitout, "receive", cast.service_clerk).state == "RECEIVED"


def test_only_the_customer_service_manager_bars(cast: Any, tower: Any, as_user: Any) -> None:
    row = a_contractor(tower)
    with pytest.raises(NotAllowed):
        contractors.bar(row, reason="x", by=cast.service_clerk, at=timezone.now())
    assert as_user(cast.service_clerk).get(reverse("fitout:contractor_bar", args=[row.pk])).status_code == 403
    with pytest.raises(Refused, match="is not barred"):
        contractors.unbar(row, by=cast.service_head)


def test_its_page_shows_its_fit_outs_and_only_to_its_building(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = an_application(cast, tower)
    url = reverse("fitout:contractor_detail", args=[fitout.contractor_id])
    assert fitout.number in as_user(cast.guard).get(url).content.decode()
    assert as_user(cast.outsider).get(url).status_code == 404
