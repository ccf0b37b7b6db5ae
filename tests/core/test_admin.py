"""What is data, not code: papers, the calendar, agreements, and the work that failed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from core import clock, papers
from core.models import CalendarDay, DeadLetter, Notice, Outbox, PaperKind
from staff.models import User
from tenants.models import AgreementText
from tests.conftest import Cast
from tests.tenants import moving

PAPER = {
    "procedure": "move_in",
    "code": "insurance",
    "name": "Insurance policy",
    "name_zh": "保险单",
    "needed_for": "begin_handover",
    "substitute": "on",
    "is_active": "on",
    "position": 9,
}


def test_one_more_paper_is_a_row_and_new_records_ask_for_it(cast: Cast, tower: Any, as_user: Any) -> None:
    client = as_user(cast.records)
    answer = client.post(reverse("admin:core_paperkind_add"), PAPER)
    assert answer.status_code == 302
    assert "insurance" in [line.kind.code for line in papers.checklist(moving.a_notice(cast, tower))]


def test_a_condition_that_is_no_code_is_refused(cast: Cast, as_user: Any) -> None:
    answer = as_user(cast.records).post(reverse("admin:core_paperkind_add"), {**PAPER, "condition": "moon_is_full"})
    assert answer.status_code == 200
    assert not PaperKind.objects.filter(code="insurance").exists()


def test_a_holiday_entered_in_the_calendar_counts_at_once(cast: Cast, as_user: Any) -> None:
    day = dt.date(2027, 2, 17)
    assert clock.is_working_day(day)
    answer = as_user(cast.records).post(reverse("admin:core_calendarday_add"), {"day": day.isoformat(), "name": "春节"})
    assert answer.status_code == 302
    assert not clock.is_working_day(day)
    assert CalendarDay.objects.get(day=day).name == "春节"


def test_an_agreement_is_changed_by_a_new_version_and_the_old_one_stays(cast: Cast, as_user: Any) -> None:
    client, first = as_user(cast.records), AgreementText.objects.get(kind="COVENANT")
    given = {"kind": "COVENANT", "valid_from": "2027-01-01", "clauses": '["甲", "乙"]', "clauses_en": "[]"}
    assert client.post(reverse("admin:tenants_agreementtext_add"), given).status_code == 302
    assert list(AgreementText.objects.filter(kind="COVENANT").order_by("edition").values_list("edition", flat=True)) == [1, 2]
    change = reverse("admin:tenants_agreementtext_change", args=[first.pk])
    assert client.post(change, {**given, "clauses": '["丙"]'}).status_code == 403
    assert client.post(reverse("admin:tenants_agreementtext_add"), {**given, "clauses": '{"a": 1}'}).status_code == 200
    assert AgreementText.objects.filter(kind="COVENANT").count() == 2


@pytest.mark.parametrize("who", ["service_head", "outsider", "engineer"])
def test_others_have_no_business_here(cast: Cast, as_user: Any, who: str) -> None:
    for name in ("core_paperkind_add", "core_deadletter_changelist", "tenants_agreementtext_add"):
        assert as_user(getattr(cast, who)).get(reverse(f"admin:{name}")).status_code in {302, 403}


def test_failed_work_can_be_tried_again_or_settled(db: None, as_user: Any) -> None:
    boss = User.objects.create_superuser("boss", name="管理员", password="x")
    letters = [DeadLetter.objects.create(task="core.tasks.relay", reason="x", failed_at=timezone.now()) for _ in range(2)]
    client, url = as_user(boss), reverse("admin:core_deadletter_changelist")
    assert client.get(url).status_code == 200
    client.post(url, {"action": "try_again", "_selected_action": [letters[0].pk]})
    client.post(url, {"action": "settle", "_selected_action": [letters[1].pk]})
    assert DeadLetter.objects.filter(settled_at=None).count() == 0
    assert list(Outbox.objects.values_list("task", flat=True)) == ["core.tasks.relay"]


def test_a_dead_letter_rings_the_administrators_bell(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from core import queue

    monkeypatch.setattr(queue, "_ring", lambda: None)
    boss = User.objects.create_superuser("boss", name="管理员", password="x")
    queue.enqueue("no.such.task")
    now = timezone.now()
    for turn in range(queue.TRIES):
        queue.drain(now + dt.timedelta(hours=2 * turn))
    assert DeadLetter.objects.count() == 1
    assert Notice.objects.get(recipient=boss).weight == "URGENT"


def test_a_muted_topic_stays_on_the_list_when_its_lines_are_gone(cast: Cast, as_user: Any) -> None:
    client = as_user(cast.engineer)
    client.post(reverse("core:mute"), {"topic": "defect"})
    assert 'value="defect"' in client.get(reverse("core:notices")).content.decode()
