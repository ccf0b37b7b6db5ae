"""A long list is written by a worker: what its owner may see then, for the owner alone, and not for ever."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from core import export_jobs, exports, queue
from core.models import FileView, Job, Notice, StoredFile
from premises.models import Unit
from staff.models import PostTerritory, User
from tests.conftest import Cast, a_unit

SignIn = Callable[[Any], Client]
UNITS = "/premises/units/"


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of four rows is a long one, and is written three rows at a time."""
    monkeypatch.setattr(queue, "_ring", lambda: None)
    monkeypatch.setattr(exports, "AT_ONCE", 3)
    monkeypatch.setattr(export_jobs, "CHUNK", 3)


@pytest.fixture
def units(tower: Any) -> list[Unit]:
    return [a_unit(tower, f"18{place:02}") for place in range(7)]


def asked(client: Client, query: str = "export=csv&sort=-code") -> Job:
    answer = client.get(f"{UNITS}?{query}")
    job = Job.objects.latest("pk")
    assert answer.url == reverse("core:job", args=[job.pk])
    return job


def made(client: Client, query: str = "export=csv&sort=-code") -> Job:
    job = asked(client, query)
    queue.drain(timezone.now())
    job.refresh_from_db()
    return job


def taken(client: Client, job: Job) -> Any:
    return client.get(reverse("core:job_file", args=[job.pk]))


def codes(body: bytes) -> list[str]:
    return [line[0] for line in csv.reader(io.StringIO(body.decode("utf-8-sig")))][1:]


def test_a_short_list_comes_at_once(cast: Cast, units: list[Unit], as_user: SignIn) -> None:
    answer = as_user(cast.service_clerk).get(f"{UNITS}?export=csv&q=1803")
    assert codes(answer.content) == ["1803"]
    assert not Job.objects.exists()


def test_a_long_one_is_made_by_a_worker_in_the_order_of_the_page(cast: Cast, units: list[Unit], as_user: SignIn) -> None:
    client = as_user(cast.service_clerk)
    job = made(client)
    assert (job.state, job.done, job.total) == ("DONE", 7, 7)
    assert codes(taken(client, job).content) == [unit.code for unit in reversed(units)]
    assert "attachment" in taken(client, job)["Content-Disposition"]
    assert Notice.objects.filter(recipient=cast.service_clerk, topic="job").count() == 1
    page = client.get(reverse("core:job", args=[job.pk])).content.decode()
    assert reverse("core:job_file", args=[job.pk]) in page
    assert f'href="{UNITS}?sort=-code"' in page


def test_a_workbook_has_its_heads_once(cast: Cast, units: list[Unit], as_user: SignIn) -> None:
    client = as_user(cast.service_clerk)
    sheet = load_workbook(io.BytesIO(taken(client, made(client, "export=xlsx&sort=code")).content)).active
    lines = [line[0].value for line in sheet.iter_rows()]
    assert lines[1:] == [unit.code for unit in units]


def test_it_holds_the_columns_of_the_reader(cast: Cast, units: list[Unit], as_user: SignIn) -> None:
    client = as_user(cast.service_clerk)
    client.post(reverse("core:columns", args=["premises-units"]), {"column": ["code"]})
    body = taken(client, made(client)).content.decode("utf-8-sig")
    assert {len(line) for line in csv.reader(io.StringIO(body))} == {1}


def move_to(user: Any, building: Any) -> None:
    """From now on the person's post is in another building."""
    PostTerritory.objects.filter(post__user=user).update(territory_id=building.pk)


def test_it_holds_what_its_owner_may_see_when_it_is_made(cast: Cast, neighbour: Any, units: list[Unit], as_user: SignIn) -> None:
    client = as_user(cast.service_clerk)
    a_unit(neighbour, "0101")
    asked(client)
    move_to(cast.service_clerk, neighbour)
    queue.drain(timezone.now())
    assert codes(taken(client, Job.objects.get()).content) == ["0101"]


def test_who_has_left_gets_no_file_at_all(cast: Cast, units: list[Unit], as_user: SignIn) -> None:
    asked(as_user(cast.service_clerk))
    User.objects.filter(pk=cast.service_clerk.pk).update(is_active=False)
    queue.drain(timezone.now())
    job = Job.objects.get()
    assert (job.state, job.file) == ("FAILED", None)


def test_the_same_export_asked_for_twice_is_made_once(cast: Cast, units: list[Unit], as_user: SignIn) -> None:
    client = as_user(cast.service_clerk)
    assert asked(client) == asked(client)
    assert asked(client, "export=xlsx") != Job.objects.earliest("pk")
    assert asked(as_user(cast.service_head)).owner == cast.service_head


def test_nobody_else_gets_it_and_it_lies_encrypted(cast: Cast, units: list[Unit], as_user: SignIn) -> None:
    client = as_user(cast.service_clerk)
    job = made(client)
    assert taken(as_user(cast.general_manager), job).status_code == 404
    file = StoredFile.objects.get()
    assert client.get(reverse("core:file", args=[file.token])).status_code == 404
    assert b"1803" not in (Path(settings.MEDIA_ROOT) / file.path).read_bytes()


def test_who_made_it_and_each_who_took_it_is_on_record(cast: Cast, units: list[Unit], as_user: SignIn) -> None:
    client = as_user(cast.service_clerk)
    job = made(client)
    assert FileView.objects.get().what.startswith("export premises-units.csv export=csv&sort=-code")
    taken(client, job)
    assert list(FileView.objects.values_list("viewed_by", flat=True)) == [cast.service_clerk.pk] * 2
    assert FileView.objects.filter(file=StoredFile.objects.get()).count() == 1


def test_who_works_elsewhere_since_gets_it_no_more(cast: Cast, neighbour: Any, units: list[Unit], as_user: SignIn) -> None:
    client = as_user(cast.service_clerk)
    job = made(client)
    move_to(cast.service_clerk, neighbour)
    assert taken(client, job).status_code == 403


def test_after_seven_days_it_is_gone_from_the_disk_too(cast: Cast, units: list[Unit], as_user: SignIn) -> None:
    client = as_user(cast.service_clerk)
    job = made(client)
    Job.objects.filter(pk=job.pk).update(finished_at=timezone.now() - timedelta(days=7, minutes=1))
    assert taken(client, job).status_code == 422
    assert export_jobs.forget_expired(timezone.now()) == 1
    assert taken(client, job).status_code == 404
    assert not (Path(settings.MEDIA_ROOT) / StoredFile.objects.get().path).exists()
    assert export_jobs.forget_expired(timezone.now()) == 0


def test_far_too_many_rows_are_refused_at_once(cast: Cast, units: list[Unit], as_user: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "LIMIT", 6)
    assert as_user(cast.service_clerk).get(f"{UNITS}?export=csv").status_code == 422
    assert not Job.objects.exists()
