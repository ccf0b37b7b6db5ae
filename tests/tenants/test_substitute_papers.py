"""A substitute is accepted until a day; when it has passed, somebody asks for the paper itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import papers
from core.flow import Refused
from core.models import Notice, Paper
from tenants import tasks
from tenants.models import MoveIn
from tests.conftest import Cast
from tests.tenants.moving import S, a_move_in, take

SignIn = Callable[[Any], Client]
DAY = timedelta(days=1)


def replaced(move_in: MoveIn, by: Any, until: date) -> Paper:
    """The business licence of a move-in, replaced until a day."""
    line = next(line for line in papers.checklist(move_in) if line.kind.code == "business_licence")
    papers.substitute(line.paper, by=by, at=timezone.now(), reason="电子营业执照", until=until)
    return line.paper


def send(client: Client, paper: Paper, **values: Any) -> Any:
    return client.post(reverse("tenants:move_in_paper", args=[paper.pk]), {"submission_key": str(uuid4()), **values})


def reminders(person: Any) -> int:
    return Notice.objects.filter(recipient=person, topic="overdue.paper").count()


@pytest.mark.clause("M3.1.3-3")
def test_a_substitute_needs_the_day_until_which_it_is_accepted(cast: Cast, tower: Any, as_user: SignIn) -> None:
    move_in = a_move_in(cast, tower, S.BOOKED)
    paper, clerk = papers.checklist(move_in)[0].paper, as_user(cast.service_clerk)
    today = timezone.localdate()
    assert "Say until when" in send(clerk, paper, action="substitute", reason="护照").content.decode()
    assert send(clerk, paper, action="substitute", reason="护照", until=(today - DAY).isoformat()).status_code == 422
    assert send(clerk, paper, action="substitute", reason="护照", until=(today + DAY).isoformat()).status_code == 302
    paper.refresh_from_db()
    assert (paper.state, paper.until) == ("SUBSTITUTE", today + DAY)
    assert f"accepted until {today + DAY}" in clerk.get(reverse("tenants:move_in_detail", args=[move_in.pk])).content.decode()


@pytest.mark.clause("M3.1.3-3")
def test_service_and_leasing_are_reminded_each_day_once_it_has_passed(cast: Cast, tower: Any) -> None:
    until = timezone.localdate() + 3 * DAY
    paper = replaced(a_move_in(cast, tower, S.BOOKED), cast.service_clerk, until)
    for days in (0, 1, 1, 2):
        tasks.remind_of_move_ins_of_day((until + days * DAY).isoformat())
    assert [reminders(person) for person in (cast.service_clerk, cast.leasing, cast.guard)] == [2, 2, 0]
    papers.receive(paper, by=cast.service_clerk, at=timezone.now())
    tasks.remind_of_move_ins_of_day((until + 3 * DAY).isoformat())
    assert reminders(cast.service_clerk) == 2
    paper.refresh_from_db()
    assert paper.until is None


def test_nobody_is_reminded_of_a_cancelled_move_in(cast: Cast, tower: Any) -> None:
    move_in = a_move_in(cast, tower, S.BOOKED)
    replaced(move_in, cast.service_clerk, timezone.localdate())
    take(move_in, "cancel", cast.leasing, note="客户改租")
    tasks.remind_of_move_ins_of_day((timezone.localdate() + DAY).isoformat())
    assert reminders(cast.service_clerk) == 0


def test_the_paper_may_still_come_after_the_company_has_moved_in(cast: Cast, tower: Any, as_user: SignIn) -> None:
    move_in = a_move_in(cast, tower, S.MOVED_IN)
    paper = replaced(move_in, cast.service_clerk, timezone.localdate())
    clerk = as_user(cast.service_clerk)
    assert send(clerk, paper, action="receive_verify").url == reverse("tenants:move_in_detail", args=[move_in.pk])
    paper.refresh_from_db()
    assert (paper.state, paper.until, paper.reason) == ("VERIFIED", None, "")
    assert send(clerk, paper, action="receive").status_code == 403


def test_a_day_that_has_passed_or_belongs_to_no_substitute_is_refused(cast: Cast, tower: Any) -> None:
    paper = papers.checklist(a_move_in(cast, tower, S.BOOKED))[0].paper
    with pytest.raises(Refused, match="has passed"):
        papers.substitute(paper, by=cast.service_clerk, at=timezone.now(), reason="护照", until=timezone.localdate() - DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Paper.objects.filter(pk=paper.pk).update(until=timezone.localdate())
