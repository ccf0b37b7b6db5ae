"""What moving in refuses, and what it keeps from being lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import papers
from core.flow import Refused
from core.models import Outbox
from premises import services as premises
from premises.models import Key, ParkingSpace
from tenants.models import DirectoryOrder, MoveIn
from tenants.services import move_in as rules
from tests.conftest import Cast
from tests.tenants import moving
from tests.tenants.moving import S, a_move_in, a_notice, take

clause = pytest.mark.clause
SignIn = Callable[[Any], Client]


def fresh(move_in: MoveIn) -> MoveIn:
    return MoveIn.objects.get(pk=move_in.pk)


@clause("M3.1.4-3.1")
def test_no_key_leaves_the_store_before_the_handover_began(cast: Cast, tower: Any) -> None:
    move_in = a_move_in(cast, tower, S.BOOKED)
    keys = Key.objects.filter(unit__code="1801")
    with pytest.raises(Refused, match="begin the handover first"):
        rules.hand_keys(move_in, keys, holder_name="刘芳", holder_phone="", by=cast.service_clerk, at=timezone.now())
    assert set(Key.objects.values_list("state", flat=True)) == {"IN_STORE"}


@clause("M3.1.4-2")
@pytest.mark.parametrize("section", ["walk-through", "meters", "keys", "defects", "sign"])
def test_the_sections_in_the_unit_wait_for_the_visitor_and_the_papers(cast: Cast, tower: Any, as_user: SignIn, section: str) -> None:
    url = reverse("tenants:handover", args=[a_move_in(cast, tower, S.BOOKED).pk, section])
    page = as_user(cast.service_clerk).get(url)
    assert "begin the handover" in page.content.decode()
    answer = as_user(cast.service_clerk).post(url, {})
    assert (answer.status_code, "begin the handover first" in answer.content.decode()) == (422, True)


def test_a_move_in_is_not_cancelled_while_the_company_holds_its_keys(cast: Cast, tower: Any) -> None:
    move_in = a_move_in(cast, tower, S.IN_HANDOVER)
    moving.work_through(move_in, cast)
    with pytest.raises(Refused, match="Take these keys back first: K-1801-1, K-1801-2"):
        take(move_in, "cancel", cast.leasing, note="客户不来了")
    for key in Key.objects.filter(state="OUT"):
        premises.return_key(key, by=cast.service_clerk, at=timezone.now())
    assert take(move_in, "cancel", cast.leasing, note="客户不来了").state == S.CANCELLED


@clause("M3.1.4-2.5")
def test_two_move_ins_do_not_choose_one_parking_space(cast: Cast, tower: Any) -> None:
    space = ParkingSpace.objects.create(building=tower, code="B2-018")
    first = a_notice(cast, tower)
    second = MoveIn(
        tenant=moving.a_tenant(tower, cast.leasing, "北京朗途科技有限公司"), takeover_at=first.takeover_at, place="x", addressee="李"
    )
    unit = moving.an_equipped_unit(tower, "1802")
    second = rules.notify(second, units=[unit], terms=moving.TERMS, by=cast.leasing, at=timezone.now())
    rules.settle_parking(first, space)
    with pytest.raises(Refused, match=f"{first.number} has chosen parking space B2-018"):
        rules.settle_parking(second, space)


@clause("M3.1.4-2.5")
def test_the_parking_space_is_let_when_the_company_has_moved_in(cast: Cast, tower: Any) -> None:
    space = ParkingSpace.objects.create(building=tower, code="B2-018")
    move_in = a_move_in(cast, tower, S.TO_SIGN)
    rules.settle_parking(move_in, space)
    moving.sign_everything(fresh(move_in), cast)
    rules.hold_briefing(move_in, by=cast.service_clerk, at=timezone.now(), people="刘芳", declined="", cards_wanted=0)
    take(move_in, "move_in", cast.service_clerk)
    space.refresh_from_db()
    assert (space.state, space.rented_to) == ("RENTED", move_in.tenant.name)


@clause("M3.1.4-2.5")
def test_a_space_let_to_somebody_else_meanwhile_stops_the_move_in(cast: Cast, tower: Any) -> None:
    space = ParkingSpace.objects.create(building=tower, code="B2-018")
    move_in = a_move_in(cast, tower, S.TO_SIGN)
    rules.settle_parking(move_in, space)
    moving.sign_everything(fresh(move_in), cast)
    rules.hold_briefing(move_in, by=cast.service_clerk, at=timezone.now(), people="刘芳", declined="", cards_wanted=0)
    premises.PARKING_FLOW.take(space, "rent", by=cast.leasing, at=timezone.now(), rented_to="别家公司")
    with pytest.raises(Refused, match="B2-018 was let meanwhile"):
        take(move_in, "move_in", cast.service_clerk)


@clause("M3.1.4-2.4")
def test_a_correction_reaches_the_board_order_that_is_not_made_yet(cast: Cast, tower: Any) -> None:
    move_in = a_move_in(cast, tower, S.IN_HANDOVER)
    rules.file_registration(move_in, **moving.REGISTRATION, by=cast.service_clerk, at=timezone.now())
    corrected = {**moving.REGISTRATION, "board": {"name": "北辰", "name_en": "Beichen", "unit_text": "1801"}}
    rules.file_registration(move_in, **corrected, by=cast.service_clerk, at=timezone.now())
    assert list(DirectoryOrder.objects.values_list("name", "name_en")) == [("北辰", "Beichen")]


@clause("M3.1.3-3")
def test_a_new_time_sends_the_notice_again_and_the_same_time_does_not(cast: Cast, tower: Any) -> None:
    move_in = a_notice(cast, tower, addressee_email="liu@example.com")
    letters = Outbox.objects.filter(task="tenants.tasks.send_move_in_notice")
    move_in = take(move_in, "book", cast.service_clerk, takeover_at=move_in.takeover_at)
    assert letters.count() == 1
    take(move_in, "rebook", cast.service_clerk, takeover_at=move_in.takeover_at + timedelta(days=1), note="营业执照未带")
    assert letters.count() == 2


@clause("M3.1.3-3")
def test_a_missing_paper_offers_a_substitute_and_a_new_time_beside_it(cast: Cast, tower: Any, as_user: SignIn) -> None:
    move_in = a_move_in(cast, tower, S.BOOKED)
    line = papers.checklist(move_in)[0]
    page = as_user(cast.service_clerk).get(reverse("tenants:move_in_detail", args=[move_in.pk])).content.decode()
    assert reverse("tenants:move_in_paper", args=[line.paper.pk]) + "?action=substitute" in page
    assert page.count(reverse("tenants:move_in_step", args=[move_in.pk, "rebook"])) >= 2


def test_the_papers_of_a_finished_move_in_stay_as_they_are(cast: Cast, tower: Any, as_user: SignIn) -> None:
    line = papers.checklist(a_move_in(cast, tower, S.MOVED_IN))[0]
    answer = as_user(cast.service_clerk).post(
        reverse("tenants:move_in_paper", args=[line.paper.pk]), {"action": "not_applicable", "reason": "x"}
    )
    assert answer.status_code == 403
    line.paper.refresh_from_db()
    assert line.paper.state == "VERIFIED"
