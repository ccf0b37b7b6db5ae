"""Fees by the schedule, deposit, insurance, handbook, undertakings: what is arranged before the permit (manual 3.2.4-1.3 to -1.5)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from billing.models import ChargeKind, DepositKind
from core.flow import NotAllowed, Refused
from core.models import StoredFile
from fitout import access
from fitout.flow import FITOUT_FLOW
from fitout.models import FeeRule, Fitout, FitoutTerms
from fitout.services import fees
from tests.fitout.factories import DAY, S, a_file, a_fitout, an_application, pay_fees


def send(client: Any, url: str, **values: Any) -> Any:
    return client.post(url, {"submission_key": str(uuid4()), **values})


def blockers(fitout: Fitout, person: Any, step: str = "send_to_fire_review") -> list[str]:
    fitout = Fitout.objects.get(pk=fitout.pk)
    return [blocker.text for option in FITOUT_FLOW.options(fitout, person) if option.step.name == step for blocker in option.blockers]


@pytest.mark.clause("M3.2.4-1.3.a")
@pytest.mark.clause("M3.2.1-2")
def test_one_button_bills_the_schedule_once_and_asks_for_the_deposit(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.AWAITING_FEES)
    client, url = as_user(cast.service_clerk), reverse("fitout:fees", args=[fitout.pk])
    page = client.get(url).content.decode()
    assert "Contractor: 北京精工装饰有限公司" in page and "1,205.00" in page and "964.00" in page and "10,000.00" in page
    for _twice in range(2):
        assert send(client, url, payer_account="6222 0001").status_code == 302
    bill, deposit = access.standing_bills(fitout, "FEES").get(), access.works_deposits(fitout).get()
    assert (bill.amount, deposit.amount_due, deposit.payer, deposit.payer_account) == (
        Decimal("2169.00"), Decimal("10000.00"), "北京精工装饰有限公司", "6222 0001",
    )  # fmt: skip
    page = as_user(cast.cashier).get(url).content.decode()
    assert bill.number in page and deposit.number in page and reverse("billing:take", args=[fitout.tenant_id]) in page
    assert "Bill the fees" not in page
    assert [text for text in blockers(fitout, cast.service_clerk) if "Not paid yet" in text or "is not paid yet" in text]


@pytest.mark.clause("M3.2.4-1.3.a")
def test_tenant_and_contractor_each_get_their_notice(cast: Any, tower: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.AWAITING_FEES)
    FeeRule.objects.create(charge_kind=ChargeKind.objects.get(code="WORKER_PASS"), rate=Decimal(50), payer="TENANT")
    made = fees.ask(fitout, by=cast.service_clerk, at=timezone.now())
    assert {(row.payer, row.bill.amount) for row in fitout.bills.select_related("bill")} == {
        ("TENANT", Decimal("50.00")), ("CONTRACTOR", Decimal("2169.00")),
    }  # fmt: skip
    assert sorted(fitout.tenant.name in bill.title for bill in made) == [False, True]
    assert not fees.ask(fitout, by=cast.service_clerk, at=timezone.now())


@pytest.mark.clause("M3.2.4-1.3.a")
def test_the_manager_agrees_another_deposit_with_the_reason(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.AWAITING_FEES, area="260.00")
    fees.ask(fitout, by=cast.service_clerk, at=timezone.now(), payer_account="6222 0001")
    first = access.works_deposits(fitout).get()
    url = reverse("fitout:deposit_agree", args=[fitout.pk])
    assert as_user(cast.service_clerk).get(url).status_code == 403
    head = as_user(cast.service_head)
    assert send(head, url, amount="9999.99", reason="老客户").status_code == 422
    assert send(head, url, amount="18000.00", reason="").status_code == 422
    assert send(head, url, amount="18000.00", reason="整层翻新，涉及喷淋").status_code == 302
    first.refresh_from_db()
    deposit = access.works_deposits(fitout).get()
    assert first.cancelled_at and (deposit.amount_due, deposit.payer_account) == (Decimal("18000.00"), "6222 0001")
    assert "整层翻新，涉及喷淋" in head.get(reverse("fitout:fees", args=[fitout.pk])).content.decode()
    fitout.refresh_from_db()
    assert (fitout.deposit, fitout.agreed_deposit_by) == (deposit, cast.service_head)
    pay_fees(fitout, cast)
    assert access.held(fitout) == Decimal("18000.00")
    with pytest.raises(Refused, match="paid already"):
        fees.agree_deposit(fitout, amount=Decimal(20000), reason="x", by=cast.service_head, at=timezone.now())
    with pytest.raises(NotAllowed):
        fees.agree_deposit(fitout, amount=Decimal(20000), reason="x", by=cast.service_clerk, at=timezone.now())


def test_the_least_deposit_is_data(cast: Any, tower: Any) -> None:
    fitout = an_application(cast, tower)
    FeeRule.objects.filter(deposit_kind=DepositKind.FIT_OUT).update(least=Decimal(3000))
    assert fees.agree_deposit(fitout, amount=Decimal(3000), reason="小修", by=cast.service_head, at=timezone.now()).agreed_deposit == 3000


@pytest.mark.clause("M3.2.4-1.3.b")
def test_the_works_are_insured_with_the_scan_for_enough_and_for_now(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.AWAITING_FEES)
    client, url = as_user(cast.service_clerk), reverse("fitout:insurance", args=[fitout.pk])
    said = {"insurer": "人保财险", "policy_number": "PZ-1", "amount": "1500000", "until": timezone.localdate() + 60 * DAY}
    assert "Enter the fit-out insurance." in blockers(fitout, cast.service_clerk)
    assert send(client, url, **said).status_code == 422, "the scan is missing"
    scan = a_file(cast.service_clerk, purpose="fitout.policy")
    assert send(client, url, policy_token=scan.token, **said).status_code == 302
    assert any("at least 2000000" in text for text in blockers(fitout, cast.service_clerk))
    assert send(client, url, **{**said, "amount": "3000000"}).status_code == 302, "the scan is there already"
    assert not any("insur" in text for text in blockers(fitout, cast.service_clerk))
    Fitout.objects.filter(pk=fitout.pk).update(insured_until=timezone.localdate() - DAY)
    assert any("ran out on" in text for text in blockers(fitout, cast.service_clerk))
    assert StoredFile.objects.get(pk=scan.pk).object_id == fitout.pk


def test_the_least_insurance_is_data(cast: Any, tower: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.AWAITING_FIRE)
    FitoutTerms.objects.create(building=tower, insured_least=Decimal(5_000_000))
    from fitout.flow import guards

    assert "5000000" in guards.works_are_insured(Fitout.objects.get(pk=fitout.pk)).text


@pytest.mark.clause("M3.2.4-1.4")
@pytest.mark.clause("M1.1-4.F2")
def test_handbook_and_penalty_rules_go_to_contractor_and_tenant_and_are_explained(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.AWAITING_FEES)
    client, url = as_user(cast.service_clerk), reverse("fitout:handbook", args=[fitout.pk])
    page = client.get(url).content.decode()
    assert "Fit-out Handbook" in page and "Fit-out Safety Penalty Rules" in page
    assert send(client, url, to="郭建军", to_tenant="刘洋").status_code == 422, "it must be explained, too"
    assert send(client, url, to="郭建军", to_tenant="刘洋", explained="on").status_code == 302
    fitout.refresh_from_db()
    assert (fitout.handbook_given_to, fitout.handbook_given_by) == ("郭建军", cast.service_clerk)
    copies = {(row.text.kind, row.party, row.taken_by) for row in fitout.handbooks.select_related("text")}
    assert copies == {
        ("FIT_OUT", "CONTRACTOR", "郭建军"), ("FIT_OUT_PENALTIES", "CONTRACTOR", "郭建军"),
        ("FIT_OUT", "TENANT", "刘洋"), ("FIT_OUT_PENALTIES", "TENANT", "刘洋"),
    }  # fmt: skip
    assert not any("Handbook" in text for text in blockers(fitout, cast.service_clerk))


@pytest.mark.clause("M3.2.4-1.5")
def test_both_sign_both_undertakings_on_the_screen_or_on_paper(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.AWAITING_FEES)
    client = as_user(cast.service_clerk)
    assert any("Fit-out Works Undertaking" in text for text in blockers(fitout, cast.service_clerk))
    for document in ("works_undertaking", "fire_undertaking"):
        url = reverse("fitout:fitout_sign", args=[fitout.pk, document, "TENANT"])
        assert "刘洋" in client.get(url).content.decode()
        scan = a_file(cast.service_clerk, purpose="signature")
        assert send(client, url, name="刘洋", method="PAPER", scan_token=scan.token).status_code == 302
        url = reverse("fitout:fitout_sign", args=[fitout.pk, document, "CONTRACTOR"])
        assert send(client, url, name="郭建军", method="WITNESSED", witness="陈静").status_code == 302
    assert not any("Undertaking" in text for text in blockers(fitout, cast.service_clerk))
    Fitout.objects.filter(pk=fitout.pk).update(scope="另加一道承重墙开洞")
    assert any("Undertaking" in text for text in blockers(fitout, cast.service_clerk)), "to other works nobody has signed"


def test_the_page_lists_what_is_still_to_be_arranged(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.AWAITING_FEES)
    page = as_user(cast.service_clerk).get(reverse("fitout:fitout_detail", args=[fitout.pk])).content.decode()
    assert "0 of 6" in page and reverse("fitout:insurance", args=[fitout.pk]) in page
    assert "Before the permit" not in as_user(cast.guard).get(reverse("fitout:fitout_detail", args=[fitout.pk])).content.decode()
