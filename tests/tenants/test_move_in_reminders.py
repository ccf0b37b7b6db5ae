"""Reminders of moving in come once, however many workers make them."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from core.models import Notice, Outbox
from tenants import tasks
from tenants.models import Defect, MoveIn
from tests.conftest import Cast, a_building
from tests.tenants.moving import S, a_move_in, a_notice, mend

clause = pytest.mark.clause
DAY = dt.timedelta(days=1)


def eve(move_in: MoveIn) -> str:
    return (timezone.localdate(move_in.takeover_at) - DAY).isoformat()


def told(person: Any, topic: str) -> int:
    return Notice.objects.filter(recipient=person, topic=topic).count()


@clause("M3.1.4-1")
def test_the_day_before_the_takeover_service_and_engineering_are_reminded_once(cast: Cast, tower: Any) -> None:
    move_in = a_move_in(cast, tower, S.BOOKED)
    before = told(cast.engineer, "move_in")
    tasks.remind_of_move_ins_of_day(eve(move_in))
    tasks.remind_of_move_ins_of_day(eve(move_in))
    assert told(cast.engineer, "move_in") == before + 1


@clause("M3.1.3-3")
def test_papers_still_missing_are_told_to_service_and_leasing(cast: Cast, tower: Any) -> None:
    move_in = a_notice(cast, tower)
    tasks.remind_of_move_ins_of_day(eve(move_in))
    lines = Notice.objects.filter(recipient=cast.leasing, text__contains="papers are still missing")
    assert [notice.values["count"] for notice in lines] == ["2"]


@clause("M3.1.4-3.4")
def test_a_defect_past_its_date_is_told_every_day_until_it_is_mended(cast: Cast, tower: Any) -> None:
    a_move_in(cast, tower, S.DEFECTS_OPEN)
    defect = Defect.objects.get()
    for days in (0, 1, 2):
        tasks.remind_of_move_ins_of_day((defect.due_on + days * DAY).isoformat())
    assert told(cast.engineer, "overdue.defect") == 2
    mend(defect, cast)
    tasks.remind_of_move_ins_of_day((defect.due_on + 3 * DAY).isoformat())
    assert told(cast.engineer, "overdue.defect") == 2


def test_a_tick_before_eight_waits_and_later_ticks_ask_once(db: None) -> None:
    morning = timezone.make_aware(dt.datetime(2026, 11, 23, 7, 59))
    tasks.remind_of_move_ins(morning)
    assert not Outbox.objects.filter(task="tenants.tasks.remind_of_move_ins_of_day").exists()
    for minutes in range(5):
        tasks.remind_of_move_ins(morning + dt.timedelta(minutes=1 + minutes))
    assert Outbox.objects.filter(task="tenants.tasks.remind_of_move_ins_of_day").count() == 1


def test_ten_workers_at_once_remind_once(committed_db: None) -> None:
    tower, elsewhere = a_building("A", "云汇中心 A 座"), a_building("B", "云汇中心 B 座")
    cast = Cast(tower, elsewhere)
    day = eve(a_move_in(cast, tower, S.BOOKED))
    before, start = told(cast.engineer, "move_in"), Barrier(10)

    def remind(_: int) -> None:
        try:
            start.wait(timeout=20)
            tasks.remind_of_move_ins_of_day(day)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(remind, range(10)))
    assert told(cast.engineer, "move_in") == before + 1


@clause("M3.1.4-1")
def test_the_notice_goes_out_by_mail_once_with_the_letter(cast: Cast, tower: Any, settings: Any) -> None:
    settings.EMAIL_URL = "smtp://localhost"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    move_in = a_notice(cast, tower, addressee_email="liu@example.com")
    tasks.send_move_in_notice(move_in.pk)
    tasks.send_move_in_notice(move_in.pk)
    [message] = mail.outbox
    assert message.to == ["liu@example.com"]
    assert message.attachments[0][1].startswith(b"%PDF")
    assert MoveIn.objects.get(pk=move_in.pk).letter_sent_at is not None


def test_without_a_mail_server_nothing_is_sent_and_the_record_says_so(cast: Cast, tower: Any, settings: Any) -> None:
    settings.EMAIL_URL = ""
    move_in = a_notice(cast, tower, addressee_email="liu@example.com")
    tasks.send_move_in_notice(move_in.pk)
    assert MoveIn.objects.get(pk=move_in.pk).letter_sent_at is None
