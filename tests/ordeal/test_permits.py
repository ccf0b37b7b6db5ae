"""A3: the heads of three departments sign 300 permits at the same moment: `make ordeal`."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Count

from core.models import Notice
from fitout.models import Fitout, Permit
from tests.conftest import Cast, a_building
from tests.fitout.factories import S, a_fitout, heads, sign
from tests.ordeal.test_races import in_parallel

pytestmark = [pytest.mark.ordeal, pytest.mark.timeout(1800)]
PERMITS = 300


def test_300_permits_are_issued_once_each_and_none_is_stuck(committed_db: None) -> None:
    tower = a_building("A", "云汇中心 A 座")
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    fitouts = [a_fitout(cast, tower, at=S.TO_ISSUE, code=f"{number:04}") for number in range(PERMITS)]
    signers = [(fitout, party, person) for fitout in fitouts for party, person in heads(cast).items()]

    def one(number: int) -> Any:
        fitout, party, person = signers[number]
        return sign(fitout, "permit", party, person).pk

    # Neighbours in the list run side by side: the three of one permit among them.
    assert len(in_parallel(one, len(signers))) == 3 * PERMITS
    assert Fitout.objects.exclude(state=S.PERMITTED).count() == 0
    assert Permit.objects.count() == PERMITS
    assert not Permit.objects.values("fitout").annotate(n=Count("pk")).filter(n__gt=1).exists()
    assert Notice.objects.filter(recipient=cast.guard, text__contains="is issued").count() == PERMITS
