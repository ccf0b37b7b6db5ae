"""Customer service hears once of each key that is out past its time, however often the clock ticks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from core.models import Notice
from premises import services
from premises.models import Key
from premises.tasks import remind_of_overdue_keys
from tests.conftest import Cast

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def test_an_overdue_key_is_told_of_once(tower: Any, cast: Cast) -> None:
    key = Key.objects.create(building=tower, kind=Key.Kind.ACCESS_CARD, number="AC-1")
    services.issue_key(key, holder_name="快递员", by=cast.service_clerk, at=NOW, due_at=NOW + timedelta(hours=2))
    remind_of_overdue_keys(NOW + timedelta(hours=1))
    assert Notice.objects.count() == 0
    for hours in (3, 4, 5):
        remind_of_overdue_keys(NOW + timedelta(hours=hours))
    assert {notice.recipient for notice in Notice.objects.all()} == {cast.frontdesk, cast.service_clerk, cast.service_head}
    assert Notice.objects.count() == 3


def test_a_key_for_the_length_of_the_tenancy_is_never_overdue(tower: Any, cast: Cast) -> None:
    key = Key.objects.create(building=tower, kind=Key.Kind.UNIT_KEY, number="K-1")
    services.issue_key(key, holder_name="刘晓燕", by=cast.service_clerk, at=NOW)
    remind_of_overdue_keys(NOW + timedelta(days=4000))
    assert Notice.objects.count() == 0
