"""One mail a day for those who want it so; what is urgent comes at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from core import notices, queue
from core.models import DeadLetter, Notice, Outbox
from core.tasks import morning
from tests.conftest import Cast


@pytest.fixture(autouse=True)
def with_mail(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.EMAIL_URL = "smtp://localhost"
    monkeypatch.setattr(queue, "_ring", lambda: None)


def test_the_days_lines_come_in_one_mail_and_only_once(cast: Cast, as_user: Any) -> None:
    cast.engineer.email = "wang@example.com"
    cast.engineer.save()
    assert as_user(cast.engineer).post(reverse("core:digest"), {"on": "1"}).status_code == 302
    for number in range(3):
        notices.tell([cast.engineer], "Unit %(n)s", topic="test", values={"n": number})
    for row in Notice.objects.all():
        notices.send(row.pk)
    assert mail.outbox == []
    assert (notices.send_digests("2026-11-24"), notices.send_digests("2026-11-24")) == (1, 0)
    assert len(mail.outbox) == 1
    assert "Unit 0" in mail.outbox[0].body and "Unit 2" in mail.outbox[0].body


def test_urgent_and_undigested_notices_are_mailed_at_once(cast: Cast, as_user: Any) -> None:
    for person in (cast.engineer, cast.guard):
        person.email = f"{person.username}@example.com"
        person.save()
    as_user(cast.engineer).post(reverse("core:digest"), {"on": "1"})
    notices.tell([cast.engineer], "Leak", topic="emergency", weight="URGENT")
    notices.tell([cast.guard], "Hello", topic="test")
    for row in Notice.objects.all():
        notices.send(row.pk)
    assert sorted(letter.to[0] for letter in mail.outbox) == ["engineer@example.com", "guard@example.com"]


def test_a_webhook_that_fails_does_not_mail_again(cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.NOTIFY_URLS = ["json://localhost"]

    def refuse(subject: str, body: str) -> None:
        raise RuntimeError("a webhook refused the notice")

    monkeypatch.setattr(notices, "_webhooks", refuse)
    cast.guard.email = "guard@example.com"
    cast.guard.save()
    notices.tell([cast.guard], "Hello", topic="test")
    now = timezone.now()
    for turn in range(7):
        queue.drain(now + timedelta(hours=2 * turn))
    assert len(mail.outbox) == 1
    assert DeadLetter.objects.get().task == "core.notices.call_webhooks"


def test_the_digest_is_queued_once_a_day_from_eight(cast: Cast) -> None:
    from django.utils.dateparse import parse_datetime

    for text in ("2026-11-24T07:59:00+08:00", "2026-11-24T08:00:00+08:00", "2026-11-24T08:01:00+08:00"):
        morning(parse_datetime(text))
    assert list(Outbox.objects.values_list("dedupe", flat=True)) == ["digest:2026-11-24"]
