"""The demo shows breaches in every place of their life, a penalty and a stopped site."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from billing import services as billing
from fitout.demo import site
from fitout.models import Breach, Fitout, Penalty, SiteCheck
from tests.fitout.site_records import a_site


def test_the_demo_of_sites_can_be_loaded_and_again(cast: Any, tower: Any) -> None:
    a_site(cast, tower)
    a_site(cast, tower, code="1901")
    now = timezone.now()
    site.load(cast.people, now)
    site.load(cast.people, now)
    assert sorted(Breach.objects.values_list("state", flat=True)) == ["CLOSED", "NOTED", "NOTED", "NOTICED", "TO_RECHECK"]
    assert Penalty.objects.get().state == "DEDUCTED" and SiteCheck.objects.count() == 2
    assert Fitout.objects.filter(state="STOPPED").count() == 1
    assert billing.contradictions() == {}
