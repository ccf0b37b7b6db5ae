"""The bell rings once, for the right people, and only for what really happened."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connections, transaction
from django.utils import timezone, translation

from core import notices, queue
from core.models import Notice, Outbox, UserSetting
from tests.conftest import Cast, a_unit, person


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_ring", lambda: None)


def told() -> set[str]:
    return set(Notice.objects.values_list("recipient__username", flat=True))


def test_nobody_is_told_of_what_they_did_themselves(cast: Cast) -> None:
    assert notices.tell([cast.guard, cast.engineer], "x", topic="test", by=cast.guard) == 1
    assert told() == {"engineer"}


def test_somebody_named_twice_is_told_once(cast: Cast) -> None:
    assert notices.tell([cast.guard, cast.guard], "x", topic="test") == 1


def test_the_same_matter_is_told_once(cast: Cast) -> None:
    assert notices.tell([cast.guard], "x", topic="test", dedupe="a") == 1
    assert notices.tell([cast.guard, cast.engineer], "x", topic="test", dedupe="a") == 1
    assert notices.tell([cast.guard], "x", topic="test", dedupe="b") == 1
    assert Notice.objects.filter(recipient=cast.guard).count() == 2


def test_a_muted_topic_stays_silent_but_overdue_and_emergencies_do_not(cast: Cast) -> None:
    for topic in ("work", "overdue.visit", "emergency"):
        UserSetting.objects.create(user=cast.guard, key=f"mute:{topic}", value=True)
        notices.tell([cast.guard, cast.engineer], "x", topic=topic)
    assert list(notices.inbox(cast.guard).values_list("topic", flat=True)) == ["emergency", "overdue.visit"]
    assert notices.inbox(cast.engineer).count() == 3


def test_a_transaction_that_is_taken_back_tells_nobody(cast: Cast, settings: Any) -> None:
    settings.NOTIFY_URLS = ["json://localhost"]
    with pytest.raises(ValueError, match="back"), transaction.atomic():
        notices.tell([cast.guard], "x", topic="test")
        raise ValueError("back")
    assert (Notice.objects.count(), Outbox.objects.count()) == (0, 0)


def test_it_leads_to_the_record_and_is_read_in_the_readers_language(cast: Cast, tower: Any) -> None:
    unit = a_unit(tower, "1801")
    notices.tell([cast.guard], "%(title)s is done.", topic="test", record=unit, values={"title": "100% 导入"})
    line = Notice.objects.get()
    assert line.url == f"/premises/units/{unit.pk}/"
    assert notices.words(line) == "100% 导入 is done."
    with translation.override("zh-hans"):
        assert notices.words(line) == "100% 导入 已完成。"


def test_words_that_do_not_fit_their_values_are_still_shown(cast: Cast) -> None:
    notices.tell([cast.guard], "%(gone)s at 100%", topic="test")
    assert notices.words(Notice.objects.get()) == "%(gone)s at 100%"


def test_reading_concerns_ones_own_lines_alone(cast: Cast) -> None:
    notices.tell([cast.guard, cast.engineer], "x", topic="test")
    notices.tell([cast.guard], "y", topic="test")
    theirs = notices.inbox(cast.engineer).get()
    assert notices.mark_read(cast.guard, theirs.pk) == 0
    assert notices.mark_read(cast.guard, notices.inbox(cast.guard)[0].pk) == 1
    assert (notices.unread_count(cast.guard), notices.unread_count(cast.engineer)) == (1, 1)
    assert notices.mark_read(cast.guard) == 1


def test_nothing_goes_out_of_the_house_unless_asked(cast: Cast) -> None:
    cast.guard.email = "guard@example.com"
    cast.guard.save()
    notices.tell([cast.guard], "x", topic="test")
    assert Outbox.objects.count() == 0
    notices.send(Notice.objects.get().pk)
    assert mail.outbox == []


def test_mail_goes_once_when_it_is_set_up(cast: Cast, settings: Any) -> None:
    settings.EMAIL_URL = "smtp://localhost"
    cast.guard.email = "guard@example.com"
    cast.guard.save()
    for _turn in range(2):
        notices.tell([cast.guard], "x", topic="test", dedupe="a")
    queue.drain(timezone.now())
    notices.send(Notice.objects.get().pk)
    assert [message.to for message in mail.outbox] == [["guard@example.com"]]
    assert Outbox.objects.get().last_error == ""


def test_a_channel_that_refuses_is_tried_again_and_mails_nobody_twice(cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(subject: str, body: str) -> None:
        raise RuntimeError("refused")

    settings.NOTIFY_URLS, settings.EMAIL_URL = ["json://localhost"], "smtp://localhost"
    monkeypatch.setattr(notices, "_webhooks", refuse)
    cast.guard.email = "guard@example.com"
    cast.guard.save(update_fields=["email"])
    notices.tell([cast.guard], "x", topic="test")
    for turn in range(4):
        queue.drain(timezone.now() + timedelta(hours=turn))
    webhook = Outbox.objects.get(task="core.notices.call_webhooks")
    assert webhook.attempts > 1
    assert webhook.done_at is None
    assert len(mail.outbox) == 1
    assert Notice.objects.get().mailed_at is not None


def test_several_at_once_with_one_key_ring_once(committed_db: Any) -> None:
    user = person("bell", "甲", "SECURITY", "MEMBER")
    start = threading.Barrier(4)

    def ring() -> None:
        try:
            start.wait(10)
            notices.tell([user], "x", topic="test", dedupe="once")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ring) for _turn in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    assert Notice.objects.count() == 1
