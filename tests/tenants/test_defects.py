"""Defects found at the takeover: their pages, dates and the tenant's word."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import uuid4

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import papers
from core.flow import NotAllowed, Refused
from tenants.flow import DEFECT_FLOW
from tenants.models import Defect
from tenants.services import move_in as rules
from tests.conftest import Cast
from tests.tenants.factories import a_picture
from tests.tenants.moving import S, a_defect, a_move_in

clause = pytest.mark.clause
SignIn = Callable[[Any], Client]


def handed_over(cast: Cast, tower: Any) -> Defect:
    return a_move_in(cast, tower, S.DEFECTS_OPEN).defects.get()


def do(client: Client, defect: Defect, step: str, **values: Any) -> Any:
    return send(client, reverse("tenants:defect_step", args=[defect.pk, step]), **values)


def send(client: Client, url: str, **values: Any) -> Any:
    """A form as its page sends it, with a key of its own."""
    return client.post(url, {"submission_key": str(uuid4()), **values})


@clause("M3.1.4-3.4")
def test_a_defect_is_written_down_in_the_wizard_with_its_photos(cast: Cast, tower: Any, as_user: SignIn) -> None:
    move_in = a_move_in(cast, tower, S.IN_HANDOVER)
    sent = {"unit": move_in.units.get().unit_id, "place": "北侧窗", "description": "窗户关不严", "photos": [a_picture(), a_picture()]}
    answer = send(as_user(cast.service_clerk), reverse("tenants:handover", args=[move_in.pk, "defects"]), **sent)
    assert answer.status_code == 302
    defect = Defect.objects.get()
    assert (defect.place, defect.state, defect.created_by) == ("北侧窗", "OPEN", cast.service_clerk)
    assert [photo.file.record for photo in defect.photos.all()] == [defect, defect]


def photos_page(defect: Defect) -> str:
    return reverse("tenants:defect_photos", args=[defect.pk])


@clause("M3.1.4-3.4")
def test_photos_are_added_seen_and_removed_until_engineering_has_the_defect(cast: Cast, tower: Any, as_user: SignIn) -> None:
    move_in = a_move_in(cast, tower, S.IN_HANDOVER)
    defect = a_defect(move_in, cast)
    clerk = as_user(cast.service_clerk)
    for _time in range(2):
        assert send(clerk, photos_page(defect), photos=[a_picture(), a_picture()]).status_code == 302
    first = defect.photos.select_related("file")[0]
    page = clerk.get(photos_page(defect)).content.decode()
    assert page.count("?size=thumb") == 4
    assert clerk.get(reverse("core:file", args=[first.file.token]) + "?size=thumb").status_code == 200
    for _time in range(2):
        assert clerk.post(photos_page(defect), {"remove": first.pk}).status_code == 302
    assert defect.photos.count() == 3
    assert as_user(cast.engineer).get(reverse("core:file", args=[first.file.token])).status_code == 404
    DEFECT_FLOW.take(defect, "hand_over", by=cast.service_clerk, at=timezone.now())
    assert clerk.post(photos_page(defect), {"remove": defect.photos.first().pk}).status_code == 422
    assert send(clerk, photos_page(defect), photos=a_picture()).status_code == 422
    assert defect.photos.count() == 3


def test_a_defect_takes_pictures_only_and_at_most_twelve(cast: Cast, tower: Any, as_user: SignIn) -> None:
    defect = a_defect(a_move_in(cast, tower, S.IN_HANDOVER), cast)
    clerk = as_user(cast.service_clerk)
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(out := BytesIO())
    paper = SimpleUploadedFile("窗.pdf", out.getvalue())
    assert "Only pictures" in send(clerk, photos_page(defect), photos=paper).content.decode()
    refused = send(clerk, photos_page(defect), photos=[a_picture() for _ in range(13)])
    assert "at most 12 photos" in refused.content.decode()
    assert not defect.photos.exists()
    other = as_user(cast.guard).post(photos_page(defect), {"remove": "1"})
    assert other.status_code == 403


def test_a_defect_without_words_is_asked_for_again_and_nothing_typed_is_lost(cast: Cast, tower: Any, as_user: SignIn) -> None:
    move_in = a_move_in(cast, tower, S.IN_HANDOVER)
    sent = {"unit": move_in.units.get().unit_id, "place": "北侧窗", "description": " "}
    answer = send(as_user(cast.service_clerk), reverse("tenants:handover", args=[move_in.pk, "defects"]), **sent)
    assert answer.status_code == 422
    assert 'value="北侧窗"' in answer.content.decode()
    assert not Defect.objects.exists()


@clause("M3.1.4-3.4")
def test_engineering_finds_it_in_its_list_mends_it_and_the_tenant_signs(cast: Cast, tower: Any, as_user: SignIn) -> None:
    defect = handed_over(cast, tower)
    engineer, clerk = as_user(cast.engineer), as_user(cast.service_clerk)
    assert defect.number in engineer.get(reverse("tenants:defect_list")).content.decode()
    assert do(engineer, defect, "mend", mended_note="更换密封条").status_code == 302
    unsigned = do(clerk, defect, "accept", name="刘芳", method="SCREEN", strokes="")
    assert unsigned.status_code == 422
    assert do(clerk, defect, "accept", name="刘芳", method="WITNESSED", witness="陈静").status_code == 302
    assert Defect.objects.get().state == "ACCEPTED"


def test_a_defect_marked_mended_by_mistake_is_taken_back_on_its_page(cast: Cast, tower: Any, as_user: SignIn) -> None:
    defect, engineer = handed_over(cast, tower), as_user(cast.engineer)
    page = reverse("tenants:defect_detail", args=[defect.pk])
    assert "Undo the last step" not in engineer.get(page).content.decode()
    assert "/undo/" in do_and_follow(engineer, defect, "mend", mended_note="已更换")
    assert "Undo the last step" not in as_user(cast.service_clerk).get(page).content.decode()
    assert engineer.post(reverse("core:undo", args=["tenants.Defect", defect.pk])).status_code == 302
    defect.refresh_from_db()
    assert (defect.state, defect.mended_at, defect.mended_by, defect.mended_note) == ("HANDED_OVER", None, None, "")


def do_and_follow(client: Client, defect: Defect, step: str, **values: Any) -> str:
    """The record's page as it shows after a step."""
    do(client, defect, step, **values)
    return client.get(reverse("tenants:defect_detail", args=[defect.pk])).content.decode()


def test_only_engineering_says_that_it_is_mended(cast: Cast, tower: Any) -> None:
    with pytest.raises(NotAllowed):
        DEFECT_FLOW.take(handed_over(cast, tower), "mend", by=cast.service_clerk, at=timezone.now(), mended_note="x")


def test_engineering_moves_the_date_with_a_reason(cast: Cast, tower: Any, as_user: SignIn) -> None:
    defect = handed_over(cast, tower)
    later = defect.due_on + timedelta(days=7)
    assert do(as_user(cast.engineer), defect, "plan", due_on=later.isoformat(), note="").status_code == 422
    assert do(as_user(cast.engineer), defect, "plan", due_on=later.isoformat(), note="配件未到").status_code == 302
    assert Defect.objects.get().due_on == later


def test_a_stranger_sees_no_defect(cast: Cast, tower: Any, as_user: SignIn) -> None:
    defect = handed_over(cast, tower)
    stranger = as_user(cast.outsider)
    assert stranger.get(reverse("tenants:defect_detail", args=[defect.pk])).status_code == 404
    assert defect.number not in stranger.get(reverse("tenants:defect_list")).content.decode()
    assert do(stranger, defect, "mend", mended_note="x").status_code == 404


def test_a_closed_move_in_takes_no_more_defects(cast: Cast, tower: Any) -> None:
    move_in = a_move_in(cast, tower, S.MOVED_IN)
    with pytest.raises(Refused):
        a_defect(move_in, cast)


@clause("M3.1.4-2.2")
def test_the_copies_the_tenant_brought_are_kept_with_the_record(cast: Cast, tower: Any, as_user: SignIn) -> None:
    line = papers.checklist(a_move_in(cast, tower, S.BOOKED))[0]
    sent = {"action": "receive_verify", "file": a_picture()}
    answer = send(as_user(cast.service_clerk), reverse("tenants:move_in_paper", args=[line.paper.pk]), **sent)
    assert answer.status_code == 302
    line.paper.refresh_from_db()
    assert (line.paper.state, line.paper.verified_by) == ("VERIFIED", cast.service_clerk)
    assert line.paper.file is not None
    assert line.paper.file.sensitive


def test_the_section_of_customer_service_is_not_engineerings(cast: Cast, tower: Any, as_user: SignIn) -> None:
    move_in = a_move_in(cast, tower, S.IN_HANDOVER)
    answer = as_user(cast.engineer).post(reverse("tenants:handover", args=[move_in.pk, "keys"]), {"holder_name": "x"})
    assert answer.status_code == 403


@clause("M3.1.4-3.2")
def test_the_electrician_reads_the_meter_on_the_tablet(cast: Cast, tower: Any, as_user: SignIn) -> None:
    move_in = a_move_in(cast, tower, S.IN_HANDOVER)
    [meter] = rules.electricity_meters(move_in)
    url = reverse("tenants:handover", args=[move_in.pk, "meters"])
    engineer = as_user(cast.engineer)
    lower = send(engineer, url, form=meter.pk, value="100")
    assert lower.status_code == 422
    assert "Lower than the last reading" in lower.content.decode()
    assert send(engineer, url, form=meter.pk, value="12398.2", photo=a_picture()).status_code == 302
    assert move_in.baselines.get().reading.photo is not None


@clause("M3.1.4-3.2")
def test_a_baseline_far_off_asks_once_and_confirming_keeps_what_was_typed(cast: Cast, tower: Any, as_user: SignIn) -> None:
    move_in = a_move_in(cast, tower, S.IN_HANDOVER)
    [meter] = rules.electricity_meters(move_in)
    url = reverse("tenants:handover", args=[move_in.pk, "meters"])
    engineer = as_user(cast.engineer)
    assert 'name="confirmed"' not in engineer.get(url).content.decode()
    asked = send(engineer, url, form=meter.pk, value="23982", photo=a_picture())
    page = asked.content.decode()
    assert asked.status_code == 422
    assert "over 30 % above the last reading, 12345.6" in page
    assert 'name="confirmed" value="1"' in page
    assert 'value="23982"' in page
    token = re.search(r'name="photo_token" value="([^"]+)"', page)
    assert token
    assert not move_in.baselines.exists()
    assert send(engineer, url, form=meter.pk, value="23982", photo_token=token[1], confirmed="1").status_code == 302
    reading = move_in.baselines.get().reading
    assert (reading.value, reading.is_confirmed, reading.photo is not None) == (Decimal(23982), True, True)
