"""A waiver on oral consent waits for its countersignature; an objection makes the charge due again."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from billing import services as billing
from billing.flow import WAIVER_FLOW
from billing.models import Entry, Waiver
from core import signing
from core.flow import NotAllowed, Refused
from tests.billing.factories import a_bill, a_charge, a_waiver
from tests.billing.test_holds import take
from tests.billing.test_ledger import settled_at_commit
from tests.tenants.factories import a_tenant


@pytest.fixture
def charge(cast: Any, tower: Any) -> Any:
    return a_charge(cast, a_tenant(cast, tower), "9000.00")


def consent_to(waiver: Waiver, cast: Any) -> Any:
    return signing.oral_consent(
        waiver, "waiver", "LIMIT_HOLDER", by=cast.service_clerk, of=cast.property_manager, given_at=timezone.now(),
        due_on=timezone.localdate() + dt.timedelta(days=2), note="电话请示林经理同意",
    )  # fmt: skip


def carried_out(cast: Any, charge: Any) -> tuple[Waiver, Any]:
    waiver = a_waiver(cast, charge, "3000.00", kind="FEE")
    consent = consent_to(waiver, cast)
    return take(WAIVER_FLOW, waiver, "carry_out", cast.service_clerk), consent


@pytest.mark.clause("R5a.s2-2")
def test_who_consented_answers_for_it_and_the_list_shows_the_countersignature_due(cast: Any, charge: Any, as_user: Any) -> None:
    waiver, consent = carried_out(cast, charge)
    assert waiver.signed_by == cast.property_manager
    client, url = as_user(cast.finance_head), reverse("billing:waiver_list")
    assert waiver.number in client.get(url, {"consent": "due"}).content.decode()
    page = client.get(reverse("billing:waiver_detail", args=[waiver.pk])).content.decode()
    assert f"{cast.property_manager} · {consent.due_on:%Y-%m-%d}" in page
    signing.countersign(consent, by=cast.property_manager, at=timezone.now(), agree=True)
    assert waiver.number not in client.get(url, {"consent": "due"}).content.decode()


@pytest.mark.clause("R5a.s2-2")
def test_an_objection_takes_the_waiver_back(cast: Any, charge: Any) -> None:
    waiver, consent = carried_out(cast, charge)
    for _once in range(2):
        signing.countersign(consent, by=cast.property_manager, at=timezone.now(), agree=False, note="没有同意过")
    waiver.refresh_from_db()
    charge.refresh_from_db()
    settled_at_commit()
    assert (waiver.state, charge.outstanding) == ("REVERSED", Decimal("9000.00"))
    assert Entry.objects.filter(reverses=waiver.entry).count() == 1
    assert billing.contradictions() == {}


def test_an_objection_before_it_was_carried_out_leaves_it_waiting(cast: Any, charge: Any) -> None:
    waiver = a_waiver(cast, charge, "3000.00", kind="FEE")
    signing.countersign(consent_to(waiver, cast), by=cast.property_manager, at=timezone.now(), agree=False, note="没有同意过")
    with pytest.raises(Refused, match="lacks the consent"):
        take(WAIVER_FLOW, waiver, "carry_out", cast.service_clerk)
    waiver.refresh_from_db()
    assert waiver.state == "WAITING"


def test_only_who_objects_or_the_heads_take_a_waiver_back(cast: Any, charge: Any) -> None:
    waiver = take(WAIVER_FLOW, a_waiver(cast, charge, "300.00", by=cast.service_head), "sign_alone", cast.service_head)
    for nobody in (cast.service_clerk, cast.service_head, cast.outsider):
        with pytest.raises(NotAllowed):
            take(WAIVER_FLOW, waiver, "take_back", nobody, "不同意")


def test_waivers_are_listed_by_person_and_link_to_their_charge(cast: Any, tower: Any, as_user: Any) -> None:
    bill = a_bill(cast, a_tenant(cast, tower, name="别家公司", code=""))
    billed = a_waiver(cast, bill.charges.get(), "50.00", by=cast.service_head)
    bare = a_waiver(cast, a_charge(cast, a_tenant(cast, tower)), "50.00", by=cast.finance_head)
    client, url = as_user(cast.finance_head), reverse("billing:waiver_list")
    page = client.get(url, {"created_by": cast.service_head.pk}).content.decode()
    assert billed.number in page and bare.number not in page
    assert reverse("billing:bill_detail", args=[bill.pk]) in page
    page = client.get(url, {"created_by": cast.finance_head.pk}).content.decode()
    assert reverse("billing:statement", args=[bare.tenant_id]) in page
