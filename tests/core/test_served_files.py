"""A file is served to those alone who may see its record; a sensitive one is encrypted and each look at it noted."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from PIL import Image

from core import files
from core.models import FileView, StoredFile
from tests.conftest import Cast, a_unit
from tests.core.uploads import (
    HTML,
    keep,
    paper,
    picture,
    workbook,
)

SignIn = Callable[[Any], Client]


@pytest.fixture(autouse=True)
def own_store(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def hung_on(record: Any, file: StoredFile) -> str:
    files.attach(file, record)
    return f"/files/{file.token}/"


def test_it_goes_to_those_who_may_see_its_record(cast: Cast, tower: Any, as_user: SignIn) -> None:
    address = hung_on(a_unit(tower, "1801"), keep(picture(), cast.frontdesk, "a.jpg"))
    answer = as_user(cast.engineer).get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"].startswith("inline")
    assert as_user(cast.outsider).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_it_is_its_uploaders_alone_while_it_hangs_on_nothing(cast: Cast, as_user: SignIn) -> None:
    address = f"/files/{keep(picture(), cast.frontdesk).token}/"
    assert as_user(cast.frontdesk).get(address).status_code == 200
    assert as_user(cast.service_head).get(address).status_code == 404


def test_a_file_of_a_record_cannot_be_moved_to_another(cast: Cast, tower: Any, neighbour: Any) -> None:
    kept = keep(picture(), cast.frontdesk)
    here = a_unit(tower, "1801")
    files.attach(kept, here)
    files.attach(kept, a_unit(neighbour, "0101"))
    kept.refresh_from_db()
    assert kept.record == here


def test_a_workbook_is_only_ever_downloaded(cast: Cast, as_user: SignIn) -> None:
    kept = keep(workbook(), cast.frontdesk, "单元.xlsx")
    answer = as_user(cast.frontdesk).get(f"/files/{kept.token}/")
    assert answer["Content-Disposition"] == "attachment; filename=\"file\"; filename*=UTF-8''%E5%8D%95%E5%85%83.xlsx"


def test_a_pdf_opens_in_the_browsers_own_reader(cast: Cast, as_user: SignIn) -> None:
    client, address = as_user(cast.frontdesk), f"/files/{keep(paper(), cast.frontdesk).token}/"
    shown = client.get(address)
    assert shown["Content-Disposition"].startswith("inline")
    assert "sandbox" not in shown["Content-Security-Policy"]
    assert client.get(f"{address}?download=1")["Content-Disposition"].startswith("attachment")


def test_a_sensitive_file_is_unreadable_on_disk(cast: Cast, own_store: Path) -> None:
    content = paper()
    kept = keep(content, cast.frontdesk, sensitive=True)
    raw = (own_store / kept.path).read_bytes()
    assert b"%PDF" not in raw
    assert files.content_of(kept).startswith(b"%PDF")


def test_a_look_at_a_sensitive_file_is_on_record_before_its_bytes(cast: Cast, tower: Any, as_user: SignIn, own_store: Path) -> None:
    unit = a_unit(tower, "1801")
    kept = keep(picture(), cast.frontdesk, "身份证.jpg", sensitive=True)
    address = hung_on(unit, kept)
    answer = as_user(cast.service_clerk).get(f"{address}?reason=check%00it")
    assert answer["Cache-Control"] == "no-store"
    view = FileView.objects.get(file=kept)
    assert (view.viewed_by, view.object_id, view.reason) == (cast.service_clerk, unit.pk, "checkit")
    (own_store / kept.path).unlink()
    assert as_user(cast.service_head).get(address).status_code == 422
    assert FileView.objects.filter(file=kept, viewed_by=cast.service_head).count() == 1


def test_making_a_file_sensitive_loses_nothing_when_it_is_taken_back(cast: Cast, own_store: Path) -> None:
    kept = keep(picture(), cast.frontdesk)
    plain = files.content_of(kept)
    with pytest.raises(InterruptedError), transaction.atomic():
        files.make_sensitive(kept)
        raise InterruptedError
    kept.refresh_from_db()
    assert (kept.sensitive, files.content_of(kept)) == (False, plain)


def test_making_a_file_sensitive_leaves_no_plain_copy(
    cast: Cast, own_store: Path, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    kept = keep(picture(), cast.frontdesk)
    plain = files.content_of(kept)
    with django_capture_on_commit_callbacks(execute=True):
        files.make_sensitive(kept)
    kept.refresh_from_db()
    assert (kept.sensitive, files.content_of(kept)) == (True, plain)
    assert [path.read_bytes()[:2] for path in own_store.rglob("*") if path.is_file()] != [plain[:2]]
    assert len([path for path in own_store.rglob("*") if path.is_file()]) == 1


def test_a_sensitive_file_that_was_tampered_with_is_not_shown(cast: Cast, own_store: Path, as_user: SignIn) -> None:
    kept = keep(picture(), cast.frontdesk, sensitive=True)
    place = own_store / kept.path
    raw = bytearray(place.read_bytes())
    raw[-1] ^= 1
    place.write_bytes(bytes(raw))
    assert as_user(cast.frontdesk).get(f"/files/{kept.token}/").status_code == 422


def test_a_sensitive_picture_names_its_viewer_and_a_thumbnail_is_small(cast: Cast, as_user: SignIn) -> None:
    kept = keep(picture(size=(900, 600)), cast.frontdesk, sensitive=True)
    client = as_user(cast.frontdesk)
    shown = client.get(f"/files/{kept.token}/").content
    with Image.open(io.BytesIO(shown)) as image:
        assert len(set(image.convert("L").tobytes())) > 10
    with Image.open(io.BytesIO(client.get(f"/files/{kept.token}/?size=thumb").content)) as image:
        assert max(image.size) == 320


def test_the_upload_address_answers_with_a_token_or_with_words(cast: Cast, as_user: SignIn) -> None:
    client = as_user(cast.frontdesk)
    kept = client.post("/files/stash/", {"file": SimpleUploadedFile("a.jpg", picture())})
    assert StoredFile.objects.get(token=kept.json()["token"]).uploaded_by == cast.frontdesk
    refused = client.post("/files/stash/", {"file": SimpleUploadedFile("a.jpg", HTML)})
    assert refused.status_code == 422
    assert "isn't accepted" in refused.json()["error"]
