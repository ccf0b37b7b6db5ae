"""A round is walked: started, recorded stop by stop, finished by what was found."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from rounds import services
from rounds.models import Round
from tests.rounds.factories import a_round, a_started_round, record


@pytest.mark.clause("M1.2.7")
def test_a_round_with_everything_in_order_passes(cast: Any, tower: Any) -> None:
    round = a_started_round(cast, tower)
    record(round, cast.guard, stop=1)
    record(round, cast.guard, stop=2)
    assert services.finish(round, by=cast.guard, at=timezone.now()).state == Round.State.PASS


def test_a_recorded_stop_begins_the_round(cast: Any, tower: Any) -> None:
    round = a_round(cast, tower)
    record(round, cast.guard)
    round.refresh_from_db()
    assert (round.state, round.done_by) == (Round.State.IN_PROGRESS, cast.guard)
