"""Late fees: off unless set, by the day on what was unpaid, each day once; and due days put off by two hands."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing import services as billing
from billing import tasks
from billing.flow import POSTPONEMENT_FLOW
from billing.models import BillingTerms, Charge, LateFee, Postponement
from billing.services import late_fees, postponements
from core.flow import NotAllowed, Refused
from core.money import round_fen
from core.queue import drain
from tests.billing.factories import a_bill, a_charge, a_line, a_receipt, a_stamp
from tests.billing.test_ledger import settled_at_commit
from tests.tenants.factories import a_tenant

clause = pytest.mark.clause
DUE = dt.date(2026, 10, 15)
MONTH_END = dt.date(2026, 10, 31)
BOOKED = dt.date(2026, 11, 1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def tenant(cast: Any, tower: Any) -> Any:
    return a_tenant(cast, tower)


def terms(tower: Any, **values: Any) -> BillingTerms:
    return BillingTerms.objects.create(building=tower, **{"late_fee_rate_day": Decimal("0.0005"), **values})


def book(cast: Any, tenant: Any, upto: dt.date, on: dt.date) -> Any:
    return late_fees.book(tenant, upto, a_stamp(cast, on=on))


def fees_of(charge: Charge) -> list[tuple[dt.date, dt.date, Decimal]]:
    return list(LateFee.objects.filter(charge=charge).order_by("first_day").values_list("first_day", "last_day", "amount"))


def test_late_fees_are_off_until_a_building_names_a_rate(cast: Any, tower: Any, tenant: Any) -> None:
    a_charge(cast, tenant, "10000.00", due_on=DUE)
    assert book(cast, tenant, MONTH_END, BOOKED) is None
    assert late_fees.preview(tower, MONTH_END) == []
    tasks.book_late_fees_monthly(timezone.now())
    assert not LateFee.objects.exists()


@clause("M1.2.4")
def test_a_month_late_is_charged_by_the_day_once_and_never_on_itself(cast: Any, tower: Any, tenant: Any) -> None:
    terms(tower)
    charge = a_charge(cast, tenant, "10000.00", due_on=DUE)
    bill = book(cast, tenant, MONTH_END, BOOKED)
    # 16 to 31 October: 16 days × 10,000.00 × 0.05 %.
    assert fees_of(charge) == [(dt.date(2026, 10, 16), MONTH_END, Decimal("80.00"))]
    assert (bill.amount, bill.due_on) == (Decimal("80.00"), dt.date(2026, 11, 11))
    assert book(cast, tenant, MONTH_END, BOOKED) is None
    book(cast, tenant, dt.date(2026, 11, 30), dt.date(2026, 12, 1))
    # 30 days more of the charge, nothing of the late fee, which is overdue itself by now.
    assert [row[2] for row in fees_of(charge)] == [Decimal("80.00"), Decimal("150.00")]
    assert LateFee.objects.count() == 2
    settled_at_commit()
    assert billing.contradictions() == {}


def test_what_is_paid_meanwhile_bears_only_its_days(cast: Any, tower: Any, tenant: Any) -> None:
    terms(tower)
    charge = a_charge(cast, tenant, "10000.00", due_on=DUE)
    billing.receive(tenant, Decimal(4000), "CASH", a_stamp(cast, on=dt.date(2026, 10, 20)), picks={charge: Decimal(4000)})
    billing.receive(tenant, Decimal(6000), "CASH", a_stamp(cast, on=dt.date(2026, 10, 25)), picks={charge: Decimal(6000)})
    book(cast, tenant, MONTH_END, BOOKED)
    # 5 days of 10,000 (16 to 20), 5 days of 6,000 (21 to 25): the day it is paid counts.
    assert fees_of(charge) == [(dt.date(2026, 10, 16), dt.date(2026, 10, 25), Decimal("40.00"))]


def test_within_the_days_of_grace_nothing_is_due_and_after_them_all(cast: Any, tower: Any, tenant: Any) -> None:
    terms(tower, late_fee_grace_days=5)
    paid_in_time, never = a_charge(cast, tenant, "1000.00", due_on=DUE), a_charge(cast, tenant, "2000.00", due_on=DUE)
    billing.receive(tenant, Decimal(1000), "CASH", a_stamp(cast, on=DUE + 5 * DAY), picks={paid_in_time: Decimal(1000)})
    assert late_fees.preview(tower, DUE + 5 * DAY) == []
    book(cast, tenant, MONTH_END, BOOKED)
    assert fees_of(paid_in_time) == []
    assert fees_of(never) == [(dt.date(2026, 10, 16), MONTH_END, Decimal("16.00"))]


def test_it_never_grows_beyond_its_cap(cast: Any, tower: Any, tenant: Any) -> None:
    terms(tower, late_fee_rate_day=Decimal("0.01"), late_fee_cap_percent=20)
    charge = a_charge(cast, tenant, "1000.00", due_on=DUE)
    for upto in (MONTH_END, dt.date(2026, 11, 15), dt.date(2026, 11, 22)):
        book(cast, tenant, upto, dt.date(2026, 11, 23))
    assert [row[2] for row in fees_of(charge)] == [Decimal("160.00"), Decimal("40.00")]


def test_the_database_refuses_a_day_twice(cast: Any, tower: Any, tenant: Any) -> None:
    terms(tower)
    charge, other = a_charge(cast, tenant, "10000.00", due_on=DUE), a_charge(cast, tenant, "1.00", due_on=DUE)
    book(cast, tenant, MONTH_END, BOOKED)
    with pytest.raises(IntegrityError), transaction.atomic():
        LateFee.objects.create(charge=charge, fee=other, first_day=MONTH_END, last_day=MONTH_END + DAY, amount=Decimal(1))
    # The control: the day after is free.
    LateFee.objects.create(charge=charge, fee=other, first_day=MONTH_END + DAY, last_day=MONTH_END + DAY, amount=Decimal(1))


def test_two_beats_on_the_first_of_the_month_charge_once(cast: Any, tower: Any, tenant: Any) -> None:
    terms(tower)
    day = timezone.localdate().replace(day=1)
    a_charge(cast, tenant, "10000.00", due_on=day - 11 * DAY)
    for _beat in range(3):
        tasks.book_late_fees_monthly(timezone.now())
    drain(timezone.now())
    for _again in range(2):
        tasks.book_late_fees(tower.pk, day.isoformat())
    assert LateFee.objects.get().amount == Decimal("50.00")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    payments=st.lists(st.tuples(st.integers(-3, 40), st.integers(1, 40)), max_size=4),
    cuts=st.lists(st.integers(1, 45), min_size=1, max_size=3, unique=True),
    grace=st.integers(0, 12),
)
def test_booked_in_any_parts_it_is_what_counting_day_by_day_gives(
    payments: list[tuple[int, int]], cuts: list[int], grace: int, cast: Any, tower: Any
) -> None:
    """An oracle that walks the days; bookings at any days add up to it, but for a fen of rounding each."""
    BillingTerms.objects.update_or_create(building=tower, defaults={"late_fee_rate_day": Decimal("0.0005"), "late_fee_grace_days": grace})
    tenant = a_tenant(cast, tower, name=f"模型公司 {uuid.uuid4()}", code="")
    charge = a_charge(cast, tenant, "10000.00", due_on=DUE)
    left, paid_on = Decimal(10000), {}
    for offset, share in sorted(payments):
        amount = min(Decimal(share * 100), left)
        if amount:
            on = DUE + offset * DAY
            billing.receive(tenant, amount, "CASH", a_stamp(cast, on=on), picks={charge: amount})
            left, paid_on[on] = left - amount, paid_on.get(on, Decimal(0)) + amount
    for cut in sorted(cuts):
        book(cast, tenant, DUE + cut * DAY, dt.date(2026, 12, 1))
    booked = sum((row[2] for row in fees_of(charge)), Decimal(0))
    assert abs(_oracle(paid_on, max(cuts), grace) - booked) <= Decimal("0.01") * len(cuts)


def _oracle(paid_on: dict[dt.date, Decimal], upto: int, grace: int) -> Decimal:
    def unpaid(day: dt.date) -> Decimal:
        return Decimal(10000) - sum((amount for on, amount in paid_on.items() if on < day), Decimal(0))

    if upto <= grace or not unpaid(DUE + (grace + 1) * DAY):
        return Decimal(0)
    return round_fen(sum((unpaid(DUE + n * DAY) for n in range(1, upto + 1)), Decimal(0)) * Decimal("0.0005"))


def a_postponement(cast: Any, tenant: Any) -> Postponement:
    today = timezone.localdate()
    bill = a_bill(cast, tenant, a_line("500.00", due_on=today), on=today, due_on=today)
    wanted = Postponement(bill=bill, pay_by=today + 20 * DAY, reason="集团付款流程调整")
    return postponements.ask(wanted, by=cast.service_clerk, on=today)


@clause("M1.2.4")
def test_the_property_manager_grants_a_later_day_once(cast: Any, tower: Any, tenant: Any, as_user: Any) -> None:
    wanted = a_postponement(cast, tenant)
    with pytest.raises(NotAllowed):
        POSTPONEMENT_FLOW.take(wanted, "grant", by=cast.finance_head, at=timezone.now())
    POSTPONEMENT_FLOW.take(wanted, "grant", by=cast.property_manager, at=timezone.now())
    bill, tomorrow = wanted.bill, timezone.localdate() + DAY
    bill.refresh_from_db()
    assert (bill.standing(tomorrow)[0], bill.charges.get().postponed_to) == ("DUE", wanted.pay_by)
    assert not Charge.objects.filter(bill=bill).overdue(tomorrow).exists()
    page = as_user(cast.service_clerk).get(reverse("billing:bill_detail", args=[bill.pk])).content.decode()
    assert reverse("billing:postponement_new", args=[bill.pk]) not in page
    again = Postponement(bill=bill, pay_by=wanted.pay_by, reason="再延")
    with pytest.raises(Refused, match="granted once"):
        postponements.ask(again, by=cast.service_clerk, on=timezone.localdate())
    POSTPONEMENT_FLOW.undo(wanted, by=cast.property_manager, at=timezone.now())
    bill.refresh_from_db()
    assert (bill.standing(tomorrow)[0], bill.charges.get().postponed_to) == ("OVERDUE", None)


def test_a_later_day_stays_within_the_terms_and_takes_two_hands(cast: Any, tower: Any, tenant: Any, as_user: Any) -> None:
    today = timezone.localdate()
    bill = a_bill(cast, tenant, a_line("500.00", due_on=today), on=today, due_on=today)
    url = reverse("billing:postponement_new", args=[bill.pk])
    typed = {"reason": "付款流程", "submission_key": uuid.uuid4()}
    client = as_user(cast.property_manager)
    for day, words in ((today + 31 * DAY, "at the latest"), (today, "must lie after")):
        answer = client.post(url, {**typed, "pay_by": day.isoformat(), "submission_key": uuid.uuid4()}, headers={"accept-language": "en"})
        assert answer.status_code == 422 and words in answer.content.decode()
    assert client.post(url, {**typed, "pay_by": (today + 30 * DAY).isoformat()}).status_code == 302
    wanted = Postponement.objects.get()
    with pytest.raises(Refused, match="made this request yourself"):
        POSTPONEMENT_FLOW.take(wanted, "grant", by=cast.property_manager, at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Postponement.objects.filter(pk=wanted.pk).update(decided_by=cast.property_manager)


def test_the_preview_says_what_the_first_of_the_month_will_charge(cast: Any, tower: Any, tenant: Any, as_user: Any) -> None:
    client, url = as_user(cast.finance_head), reverse("billing:late_fees")
    assert "off in this building" in client.get(url, headers={"accept-language": "en"}).content.decode()
    terms(tower)
    due = timezone.localdate() - 11 * DAY
    charge = a_charge(cast, tenant, "10000.00", due_on=due)
    page = client.get(url).content.decode()
    assert "¥50.00" in page and tenant.name in page
    a_receipt(cast, tenant, "10000.00")
    assert charge.ripe_on == due and late_fees.preview(tower, timezone.localdate() - DAY) != []
