"""The Defects List is signed on the screen by all three parties, and again when a defect comes to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import printing, signing
from core.flow import Refused
from tenants.flow import DEFECT_FLOW
from tenants.models import Defect, MoveIn
from tests.conftest import Cast
from tests.tenants import moving
from tests.tenants.moving import S, a_defect, a_move_in, take

clause = pytest.mark.clause
SignIn = Callable[[Any], Client]


def rows_of(move_in: MoveIn) -> dict[str, str]:
    """Each party of the list with the state of its word."""
    return {row.party.key: row.state for row in signing.panel(move_in) if row.document.key == "defects"}


def sign(client: Client, move_in: MoveIn, party: str, name: str) -> int:
    said = {"party": party, "documents": ["defects"], "name": name, "method": "SCREEN", "strokes": json.dumps(moving.STROKES)}
    url = reverse("tenants:handover", args=[move_in.pk, "sign"])
    return client.post(url, {"submission_key": str(uuid4()), **said}).status_code


@clause("M3.1.4-3.4.F1")
def test_tenant_engineering_and_service_sign_it_on_the_screen_and_it_prints_with_their_hands(
    cast: Cast, tower: Any, as_user: SignIn
) -> None:
    move_in = a_move_in(cast, tower, S.TO_SIGN)
    assert rows_of(move_in) == {}
    defect = a_defect(move_in, cast)
    clerk, engineer = as_user(cast.service_clerk), as_user(cast.engineer)
    page = engineer.get(reverse("tenants:handover", args=[move_in.pk, "sign"]) + "?party=ENGINEERING").content.decode()
    assert defect.number in page
    assert sign(clerk, move_in, "ENGINEERING", "王强") == 403
    assert [sign(clerk, move_in, "TENANT", "刘芳"), sign(engineer, move_in, "ENGINEERING", "王强")] == [302, 302]
    assert rows_of(move_in) == {"TENANT": "AGREED", "ENGINEERING": "AGREED", "SERVICE": "WAITING"}
    form = printing.form_of(MoveIn, "defects")
    assert form is not None
    hands = [box["signoff"].strokes for box in printing.boxes(form, move_in) if box["signoff"]]
    assert hands == [moving.STROKES, moving.STROKES]


@clause("M3.1.4-3.4")
def test_a_defect_or_photo_added_afterwards_asks_for_new_signatures(cast: Cast, tower: Any) -> None:
    move_in = a_move_in(cast, tower, S.TO_SIGN)
    a_defect(move_in, cast)
    moving.sign_everything(move_in, cast)
    a_defect(move_in, cast, "墙面开裂")
    assert set(rows_of(move_in).values()) == {"OUTDATED"}
    with pytest.raises(Refused, match="Defects List"):
        take(move_in, "accept_with_defects", cast.service_clerk)
    moving.sign_everything(move_in, cast)
    assert take(move_in, "accept_with_defects", cast.service_clerk).state == S.DEFECTS_OPEN


def test_mending_what_is_on_it_asks_nobody_to_sign_again(cast: Cast, tower: Any) -> None:
    move_in = a_move_in(cast, tower, S.DEFECTS_OPEN)
    defect = Defect.objects.get()
    later = timezone.localdate() + timedelta(days=30)
    DEFECT_FLOW.take(defect, "plan", by=cast.engineer, at=timezone.now(), due_on=later, note="配件未到")
    moving.mend(Defect.objects.get(), cast)
    assert set(rows_of(move_in).values()) == {"AGREED"}
