"""A penalty by contract: asked for, decided by another hand, deducted from the fit-out deposit once (manual 3.2.4-4.2.D)."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from billing import services as billing
from billing.models import Charge, DepositMove, Refund
from core.flow import NotAllowed, Refused, TooLate
from core.models import Notice
from fitout import access
from fitout.flow import PENALTY_FLOW
from fitout.models import BreachKind, Fitout, Penalty
from staff.models import Cover, User
from tests.conftest import Cast, a_building
from tests.fitout.factories import S, a_fitout, take
from tests.fitout.site_records import a_breach, a_penalty, a_site, closed, decide
from tests.fitout.site_records import take as step

stands_on = a_site

clause = pytest.mark.clause
D = Decimal


@clause("M3.2.4-4.2.D")
def test_six_hundred_yuan_are_deducted_with_reason_clause_and_photo(cast: Cast, tower: Any) -> None:
    penalty = a_penalty(cast, tower)
    fitout, photo = penalty.breach.fitout, penalty.breach.photos.get().file
    held = access.held(fitout)
    penalty = decide(penalty, "impose", cast.service_head)
    assert penalty.state == "DEDUCTED" and penalty.decided_by == cast.service_head
    move = DepositMove.objects.get(kind="DEDUCTED")
    assert (move.amount, move.clause, move.photo, move.by) == (D("-600.00"), "3.2", photo, cast.service_head)
    assert penalty.reason in move.reason and penalty.number in move.reason
    assert access.held(fitout) == held - D(600)
    assert penalty.charge is not None and penalty.charge.amount == D(600) and penalty.charge.kind.code == "PENALTY"
    assert billing.contradictions() == {}
    assert Notice.objects.filter(recipient=cast.guard, object_id=penalty.pk, topic="fitout").exists()


@pytest.mark.from_scratch
@clause("M3.2.4-4.2.D")
def test_the_rest_of_the_deposit_is_refunded_less_the_penalty(cast: Cast, tower: Any) -> None:
    fitout = a_site(cast, tower, area="600.00")
    breach = a_breach(cast, tower, fitout=fitout)
    decide(a_penalty(cast, tower, breach=breach), "impose", cast.service_head)
    closed(breach, cast)
    a_fitout(cast, tower, at=S.REFUNDED, fitout=Fitout.objects.get(pk=fitout.pk))
    assert Refund.objects.values_list("amount", "state").get() == (D("17400.00"), "PAID")
    assert billing.contradictions() == {}


@clause("M3.2.4-4.2.D")
def test_the_form_knows_what_the_rules_say_and_a_head_decides_in_the_inbox(cast: Cast, tower: Any, as_user: Any) -> None:
    breach = a_breach(cast, tower, code="STRUCTURE", by=cast.engineer)
    client, url = as_user(cast.engineer), reverse("fitout:penalty_new", args=[breach.pk])
    form = client.get(url).context["form"]
    assert (form["amount"].value(), form["clause"].value()) == (D("5000.00"), "2.1")
    values = {name: form[name].value() for name in ("amount", "clause", "reason", "submission_key")}
    assert client.post(url, values).status_code == 302
    penalty = Penalty.objects.get()
    head = as_user(cast.security_head)
    assert penalty.number in head.get(reverse("frontdesk:approvals")).content.decode()
    assert cast.engineer not in approvers(penalty)
    there = reverse("fitout:penalty_step", args=[penalty.pk, "impose"])
    assert "can&#x27;t be taken back" in head.get(there).content.decode()
    assert head.post(there, {"submission_key": uuid.uuid4()}).status_code == 302
    penalty.refresh_from_db()
    assert penalty.state == "DEDUCTED"


def approvers(penalty: Penalty) -> list[Any]:
    return [user for user in User.objects.all() if PENALTY_FLOW.steps["impose"].is_for(user, penalty)]


@clause("M3.2.4-4.2.D")
@pytest.mark.parametrize("name", ["impose", "return_penalty"])
def test_nobody_decides_on_what_they_asked_for(cast: Cast, tower: Any, as_user: Any, name: str) -> None:
    penalty = a_penalty(cast, tower, by=cast.security_head)
    with pytest.raises(Refused, match="Somebody else decides"):
        decide(penalty, name, cast.security_head, note="原因")
    answer = as_user(cast.security_head).post(
        reverse("fitout:penalty_step", args=[penalty.pk, name]), {"note": "原因", "submission_key": uuid.uuid4()}
    )
    penalty.refresh_from_db()
    assert answer.status_code == 422 and penalty.state == "REQUESTED"
    with pytest.raises(NotAllowed):
        decide(penalty, name, cast.guard, note="原因")
    assert decide(penalty, name, cast.service_head, note="原因").state != "REQUESTED"


def test_the_database_keeps_requester_and_decider_apart(cast: Cast, tower: Any) -> None:
    penalty = a_penalty(cast, tower)
    with pytest.raises(IntegrityError), transaction.atomic():
        Penalty.objects.filter(pk=penalty.pk).update(decided_by=penalty.created_by)


def test_a_stand_in_of_the_requester_decides_nothing(cast: Cast, tower: Any) -> None:
    penalty = a_penalty(cast, tower, by=cast.security_head)
    today = timezone.localdate()
    post = cast.security_head.posts.get()
    told = {"post": post, "absent": cast.security_head, "stand_in": cast.guard, "starts_on": today, "ends_on": today}
    Cover.objects.create(**told, reason="休假", arranged_by=cast.security_head)
    with pytest.raises(Refused, match="stand in"):
        decide(penalty, "impose", User.objects.get(pk=cast.guard.pk))


def test_more_than_is_held_is_refused_and_says_how_much_there_is(cast: Cast, tower: Any, as_user: Any) -> None:
    penalty = a_penalty(cast, tower, amount="99999.00")
    with pytest.raises(Refused, match="10000.00 are held"):
        decide(penalty, "impose", cast.service_head)
    assert not DepositMove.objects.filter(kind="DEDUCTED").exists()


def test_a_breach_has_one_penalty_and_another_after_the_first_is_not_imposed(cast: Cast, tower: Any) -> None:
    penalty = a_penalty(cast, tower)
    with pytest.raises(ValidationError, match="has its penalty already"):
        a_penalty(cast, tower, breach=penalty.breach)
    with pytest.raises(Refused, match="reason"):
        decide(penalty, "return_penalty", cast.service_head)
    decide(penalty, "return_penalty", cast.service_head, note="金额过高")
    assert a_penalty(cast, tower, breach=penalty.breach, amount="200").state == "REQUESTED"


def test_who_asked_withdraws_and_nobody_else(cast: Cast, tower: Any) -> None:
    penalty = a_penalty(cast, tower)
    with pytest.raises(NotAllowed):
        decide(penalty, "withdraw", cast.service_head, note="误报")
    assert decide(penalty, "withdraw", cast.guard, note="误报").state == "WITHDRAWN"


def test_nothing_is_asked_for_a_withdrawn_breach_or_an_accepted_fit_out(cast: Cast, tower: Any) -> None:
    breach = step(a_breach(cast, tower), "withdraw", cast.service_head, note="误报")
    with pytest.raises(Refused, match="withdrawn"):
        a_penalty(cast, tower, breach=breach)
    other = closed(a_breach(cast, tower, fitout=breach.fitout), cast)
    a_fitout(cast, tower, at=S.ACCEPTED, fitout=Fitout.objects.get())
    with pytest.raises(Refused, match="accepted"):
        a_penalty(cast, tower, breach=other)


def test_the_deposit_is_not_refunded_before_a_penalty_is_decided(cast: Cast, tower: Any) -> None:
    breach = closed(a_breach(cast, tower), cast)
    penalty = a_penalty(cast, tower, breach=breach)
    fitout = a_fitout(cast, tower, at=S.TO_APPROVE, fitout=Fitout.objects.get())
    with pytest.raises(Refused, match=penalty.number):
        take(fitout, "accept_completion", cast.property_manager)
    decide(penalty, "impose", cast.service_head)
    assert take(fitout, "accept_completion", cast.property_manager).state == S.ACCEPTED


def test_the_decision_shows_what_it_is_about(cast: Cast, tower: Any) -> None:
    from core import kinds

    penalty = a_penalty(cast, tower)
    said = {str(label): str(value) for label, value in kinds.of(penalty).summary(penalty)}
    assert said["Amount (yuan)"] == "600.00" and said["Held of the fit-out deposit (yuan)"] == "10000.00"


def test_amounts_and_clauses_of_the_rules_are_data(cast: Cast, tower: Any, as_user: Any) -> None:
    BreachKind.objects.filter(code="WASTE").update(penalty=D("350.00"), clause="9.9")
    form = as_user(cast.guard).get(reverse("fitout:penalty_new", args=[a_breach(cast, tower).pk])).context["form"]
    assert (form["amount"].value(), form["clause"].value()) == (D("350.00"), "9.9")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", list(PENALTY_FLOW.steps))
def test_of_eight_hands_at_one_edge_one_wins(committed_db: None, name: str) -> None:
    tower = a_building("A", "云汇中心 A 座")
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    penalty = a_penalty(cast, tower)
    people = [cast.guard] * 8 if name == "withdraw" else [cast.service_head, cast.engineering_head, cast.security_head] * 3

    def one(number: int) -> str:
        try:
            decide(Penalty.objects.get(pk=penalty.pk), name, people[number], note="原因")
        except TooLate:
            return "late"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one, range(8)))
    assert sorted(answers) == ["done", *["late"] * 7]
    booked = 1 if name == "impose" else 0
    assert (DepositMove.objects.filter(kind="DEDUCTED").count(), Charge.objects.filter(kind__code="PENALTY").count()) == (booked, booked)
    assert billing.contradictions() == {}


@pytest.mark.timeout(300)
def test_eight_hands_ask_for_one_penalty_of_a_breach(committed_db: None) -> None:
    tower = a_building("A", "云汇中心 A 座")
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    breach = a_breach(cast, tower)

    def one(_number: int) -> str:
        try:
            a_penalty(cast, tower, breach=breach)
        except ValidationError:
            return "there"
        finally:
            connection.close()
        return "asked"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one, range(8)))
    assert sorted(answers) == ["asked", *["there"] * 7]
    assert Penalty.objects.count() == 1
