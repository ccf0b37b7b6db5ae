"""Many records at once: each is asked for itself, the reader is told which were skipped and why, and may take it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import bulk, jobs, queue
from core.flow import Refused
from core.models import HistoryEntry, Job, Notice
from tenants.flow import DEFECT_FLOW
from tenants.models import Correspondence, Defect, FileItem
from tests.conftest import Cast
from tests.tenants.factories import FACTORIES
from tests.tenants.moving import S, a_defect, a_move_in, a_notice, give_papers

SignIn = Callable[[Any], Client]
DEFECTS, MOVE_INS = "/tenants/defects/", "/tenants/move-ins/"


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_ring", lambda: None)


@pytest.fixture
def defects(cast: Cast, tower: Any) -> list[Defect]:
    """Four defects of one move-in; the last is withdrawn."""
    move_in = a_move_in(cast, tower, S.IN_HANDOVER)
    made = [a_defect(move_in, cast) for _place in range(4)]
    DEFECT_FLOW.take(made[3], "withdraw", by=cast.service_head, at=timezone.now(), note="误记")
    return made


def told(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def states() -> list[str]:
    return list(Defect.objects.order_by("pk").values_list("state", flat=True))


def test_defects_are_handed_over_together_and_those_skipped_are_named(cast: Cast, defects: list[Defect], as_user: SignIn) -> None:
    answer = as_user(cast.service_clerk).post(DEFECTS, {"action": "hand_over", "selected": [row.pk for row in defects]})
    assert (answer.status_code, answer.url) == (302, DEFECTS)
    [text] = told(answer)
    assert text.startswith(f"3 done, 1 skipped. {defects[3]}: ")
    assert states() == ["HANDED_OVER"] * 3 + ["WITHDRAWN"]
    steps = HistoryEntry.objects.filter(step="hand_over")
    assert {entry.actor_id for entry in steps} == {cast.service_clerk.pk}


def test_the_result_by_row_stays_to_be_read_by_its_owner_alone(cast: Cast, defects: list[Defect], as_user: SignIn) -> None:
    client = as_user(cast.service_clerk)
    client.post(DEFECTS, {"action": "hand_over", "selected": [row.pk for row in defects]})
    page = reverse("core:job", args=[Job.objects.get().pk])
    body = client.get(page).content.decode()
    assert "3 done, 1 skipped." in body
    assert reverse("tenants:defect_detail", args=[defects[3].pk]) in body
    assert as_user(cast.service_head).get(page).status_code == 404


def test_it_is_taken_back_at_one_press(cast: Cast, defects: list[Defect], as_user: SignIn) -> None:
    client = as_user(cast.service_clerk)
    answer = client.post(DEFECTS, {"action": "hand_over", "selected": [row.pk for row in defects]})
    undo = reverse("core:undo_bulk", args=[Job.objects.get().pk])
    assert undo.encode() in client.get(answer.url).content
    result = client.post(undo)
    assert states() == ["OPEN"] * 3 + ["WITHDRAWN"]
    assert "3 done, 0 skipped." in client.get(result.url).content.decode()
    assert client.post(undo).status_code == 422


def test_what_was_done_to_a_record_since_is_not_taken_back(cast: Cast, defects: list[Defect], as_user: SignIn) -> None:
    client = as_user(cast.service_clerk)
    client.post(DEFECTS, {"action": "hand_over", "selected": [row.pk for row in defects[:2]]})
    DEFECT_FLOW.take(defects[0], "mend", by=cast.engineer, at=timezone.now(), mended_note="已修", mended_photo=None)
    result = client.get(client.post(reverse("core:undo_bulk", args=[Job.objects.get().pk])).url)
    assert "1 done, 1 skipped." in result.content.decode()
    assert states()[:2] == ["MENDED", "OPEN"]


def test_nobody_else_takes_it_back_and_nobody_after_ten_minutes(cast: Cast, defects: list[Defect], as_user: SignIn) -> None:
    as_user(cast.service_clerk).post(DEFECTS, {"action": "hand_over", "selected": [defects[0].pk]})
    job = Job.objects.get()
    assert as_user(cast.service_head).post(reverse("core:undo_bulk", args=[job.pk])).status_code == 404
    with pytest.raises(Refused):
        bulk.take_back(job, by=cast.service_clerk, at=timezone.now() + dt.timedelta(minutes=11))
    assert states()[0] == "HANDED_OVER"


def test_a_date_for_many_is_asked_once(cast: Cast, defects: list[Defect], as_user: SignIn) -> None:
    as_user(cast.service_clerk).post(DEFECTS, {"action": "hand_over", "selected": [row.pk for row in defects[:3]]})
    engineer, day = as_user(cast.engineer), timezone.localdate() + dt.timedelta(days=9)
    chosen = {"action": "plan", "selected": [defects[0].pk, defects[1].pk]}
    page = engineer.post(DEFECTS, chosen)
    assert (page.status_code, page.context["number"]) == (200, 2)
    filled = chosen | {"filled": "1", "note": "等配件", "submission_key": str(uuid4())}
    assert engineer.post(DEFECTS, filled).status_code == 422
    key = {"due_on": day.isoformat(), "submission_key": str(uuid4())}
    assert engineer.post(DEFECTS, filled | key).url == DEFECTS
    assert [row.due_on == day for row in Defect.objects.order_by("pk")[:3]] == [True, True, False]
    engineer.post(DEFECTS, filled | key)
    assert Job.objects.filter(title__contains="Change the date").count() == 1


def test_only_those_whose_post_takes_the_step_are_offered_it(cast: Cast, defects: list[Defect], as_user: SignIn) -> None:
    def offered(user: Any) -> list[str]:
        return [each.key for each in as_user(user).get(DEFECTS).context["bulk"]]

    assert offered(cast.service_clerk) == ["hand_over"]
    assert offered(cast.engineer) == ["plan"]
    assert offered(cast.guard) == []
    assert as_user(cast.guard).post(DEFECTS, {"action": "hand_over", "selected": [defects[0].pk]}).status_code == 422


def test_rows_of_another_building_cannot_be_named(cast: Cast, defects: list[Defect], as_user: SignIn) -> None:
    answer = as_user(cast.outsider).post(DEFECTS, {"action": "hand_over", "selected": [defects[0].pk]})
    assert answer.status_code == 422
    assert states()[0] == "OPEN"


def test_more_than_the_limit_becomes_a_job_for_all_that_match(
    cast: Cast, defects: list[Defect], as_user: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "LIMIT", 2)
    monkeypatch.setattr(bulk, "CHUNK", 2)
    client = as_user(cast.service_clerk)
    answer = client.post(f"{DEFECTS}?state=OPEN", {"action": "hand_over", "all_matching": "1"})
    job = Job.objects.get()
    assert answer.url == reverse("core:job", args=[job.pk])
    assert states()[:3] == ["OPEN"] * 3
    queue.drain(timezone.now())
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.result["message"]) == ("DONE", 3, 3, "3 done, 0 skipped.")
    assert states() == ["HANDED_OVER"] * 3 + ["WITHDRAWN"]
    assert {entry.actor_id for entry in HistoryEntry.objects.filter(step="hand_over")} == {cast.service_clerk.pk}
    assert Notice.objects.filter(recipient=cast.service_clerk, topic="job").count() == 1
    client.post(reverse("core:undo_bulk", args=[job.pk]))
    queue.drain(timezone.now())
    assert states() == ["OPEN"] * 3 + ["WITHDRAWN"]


def test_a_job_does_only_what_its_owner_may_when_it_runs(
    cast: Cast, defects: list[Defect], as_user: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "LIMIT", 1)
    as_user(cast.service_clerk).post(DEFECTS, {"action": "hand_over", "all_matching": "1"})
    cast.service_clerk.posts.update(ends_on=timezone.localdate() - dt.timedelta(days=1))
    queue.drain(timezone.now())
    assert Job.objects.get().state == "FAILED"
    assert states()[0] == "OPEN"


def test_a_job_that_was_killed_goes_on_where_it_was(
    cast: Cast, defects: list[Defect], as_user: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "LIMIT", 1)
    monkeypatch.setattr(bulk, "CHUNK", 1)
    as_user(cast.service_clerk).post(DEFECTS, {"action": "hand_over", "all_matching": "1"})
    job = Job.objects.get()
    plain = bulk.jobs.progress

    def die(row: Job, done: int, total: int) -> None:
        plain(row, done, total)
        if done == 2:
            raise SystemExit

    monkeypatch.setattr(bulk.jobs, "progress", die)
    with pytest.raises(SystemExit):
        jobs.run(job.pk)
    assert states() == ["HANDED_OVER", "HANDED_OVER", "OPEN", "WITHDRAWN"]
    monkeypatch.setattr(bulk.jobs, "progress", plain)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["message"]) == ("PARTLY_FAILED", "3 done, 1 skipped.")
    assert states() == ["HANDED_OVER"] * 3 + ["WITHDRAWN"]
    assert HistoryEntry.objects.filter(step="hand_over").count() == 3


@pytest.mark.clause("M3.1.3-3")
def test_missing_papers_are_asked_for_once_a_day(cast: Cast, tower: Any, as_user: SignIn) -> None:
    waiting, complete = a_notice(cast, tower), a_notice(cast, tower, "1802")
    give_papers(complete, cast.service_clerk)
    client, chosen = as_user(cast.service_clerk), {"action": "remind", "selected": [waiting.pk, complete.pk]}
    assert told(client.post(MOVE_INS, chosen)) == [f"1 done, 1 skipped. {complete}: No paper is missing."]
    lines = Notice.objects.filter(text__contains="papers are still missing")
    assert set(lines.values_list("recipient__username", flat=True)) >= {"leasing", "service_head"}
    before = lines.count()
    assert "reminded of it today" in told(client.post(MOVE_INS, chosen))[-1]
    assert lines.count() == before
    assert as_user(cast.guard).post(MOVE_INS, chosen).status_code == 422


def test_papers_of_the_file_are_filed_together_and_taken_back(cast: Cast, tower: Any, as_user: SignIn) -> None:
    item, client = FACTORIES["tenants.FileItem"](cast, tower), as_user(cast.records)
    page, chosen = "/tenants/file-items/", {"selected": [item.pk]}
    assert client.get(page).status_code == 200
    client.post(page, chosen | {"action": "sort", "filled": "1", "shelf": "A-3", "submission_key": str(uuid4())})
    client.post(page, chosen | {"action": "file"})
    item.refresh_from_db()
    assert (item.state, item.shelf) == (FileItem.State.FILED, "A-3")
    client.post(reverse("core:undo_bulk", args=[Job.objects.latest("pk").pk]))
    item.refresh_from_db()
    assert (item.state, item.sheet) == (FileItem.State.SORTED, None)


def test_letters_are_forwarded_together(cast: Cast, tower: Any, as_user: SignIn) -> None:
    letter, client = FACTORIES["tenants.Correspondence"](cast, tower), as_user(cast.service_clerk)
    sent = {"action": "forward", "selected": [letter.pk], "filled": "1", "department": "ENGINEERING", "submission_key": str(uuid4())}
    assert client.post("/tenants/correspondence/", sent).status_code == 302
    letter.refresh_from_db()
    assert (letter.state, letter.department) == (Correspondence.State.FORWARDED, "ENGINEERING")
    assert Notice.objects.filter(recipient=cast.engineer, topic="tenants.letters").exists()
