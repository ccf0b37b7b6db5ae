"""Somebody without an account scans a label, reports a fault in three fields and follows it."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from core.models import Notice
from premises.models import Place, PublicArea, Unit
from premises.services import label_place
from repairs.models import RepairTerms, WorkOrder
from tests.barriers import barriers
from tests.conftest import Cast, a_building, a_unit
from tests.repairs.factories import a_public_order, an_order, moved, the_tenant
from tests.tenants.factories import a_lease


@pytest.fixture(autouse=True)
def no_tries_before() -> None:
    cache.clear()


@pytest.fixture
def stranger() -> Client:
    return Client(headers={"accept-language": "en"})


def a_label(row: Unit | PublicArea) -> Place:
    """The place of a unit or area, with its label."""
    return row.place or label_place(row)


def lobby(building: Any) -> Place:
    return a_label(PublicArea.objects.create(building=building, name="大堂"))


def told(**values: Any) -> dict[str, Any]:
    typed = {"content": "大堂灯不亮", "name": "过路人", "phone": "139 1234 5678", "category": "", "submission_key": uuid.uuid4()}
    return {**typed, **values}


def a_photo() -> SimpleUploadedFile:
    body = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(body, "JPEG")
    return SimpleUploadedFile("fault.jpg", body.getvalue(), "image/jpeg")


@pytest.mark.clause("M3.4.1")
def test_a_label_leads_a_stranger_to_three_fields_and_a_number_at_once(cast: Cast, tower: Any, stranger: Client) -> None:
    place = lobby(tower)
    there = stranger.get(reverse("scan", args=[place.code]))
    assert there.status_code == 302 and there.headers["Location"] == reverse("repairs:public_report", args=[place.code])
    sent = stranger.post(there.headers["Location"], told())
    order = WorkOrder.objects.get()
    assert (order.state, order.channel, order.is_public, order.area.name) == ("NEW", "LABEL", True, "大堂")
    assert order.number in stranger.get(sent.headers["Location"]).content.decode()
    assert set(Notice.objects.filter(topic="repairs").values_list("recipient__username", flat=True)) == {
        "frontdesk", "service_clerk", "service_head",
    }  # fmt: skip


def test_a_label_on_a_door_is_the_customers_own_and_finds_the_tenant(cast: Cast, tower: Any, stranger: Client) -> None:
    unit = a_unit(tower, "1801")
    a_lease(cast, tower, tenant=the_tenant(cast, tower), unit=unit)
    stranger.post(reverse("repairs:public_report", args=[a_label(unit).code]), told())
    order = WorkOrder.objects.get()
    assert (order.unit, order.tenant, order.is_public) == (unit, the_tenant(cast, tower), False)


def test_who_is_signed_in_still_sees_the_place(cast: Cast, tower: Any, as_user: Any) -> None:
    place = lobby(tower)
    assert as_user(cast.guard).get(reverse("scan", args=[place.code])).headers["Location"] == reverse(
        "premises:place_detail", args=[place.pk]
    )


def test_an_unknown_label_and_a_building_that_takes_none_say_nothing(cast: Cast, tower: Any, stranger: Client) -> None:
    place = lobby(tower)
    assert stranger.get(reverse("repairs:public_report", args=["XXXXXX"])).status_code == 404
    RepairTerms.objects.create(building=tower, public_per_hour=0)
    assert stranger.get(reverse("repairs:public_report", args=[place.code])).status_code == 404
    assert stranger.get(reverse("scan", args=[place.code])).headers["Location"].startswith("/accounts/login/")


def test_a_photo_comes_along_and_what_is_none_is_refused_without_losing_the_words(cast: Cast, tower: Any, stranger: Client) -> None:
    address = reverse("repairs:public_report", args=[lobby(tower).code])
    bad = stranger.post(address, told(photo=SimpleUploadedFile("x.jpg", b"no photo", "image/jpeg")))
    assert bad.status_code == 422 and "大堂灯不亮" in bad.content.decode() and not WorkOrder.objects.exists()
    assert stranger.post(address, told(photo=a_photo())).status_code == 302
    assert WorkOrder.objects.get().photos.get().stage == "BEFORE"


def test_a_program_that_fills_the_hidden_field_is_refused(cast: Cast, tower: Any, stranger: Client) -> None:
    answer = stranger.post(reverse("repairs:public_report", args=[lobby(tower).code]), told(website="http://spam"))
    assert answer.status_code == 422 and not WorkOrder.objects.exists()


def test_sent_twice_is_reported_once(cast: Cast, tower: Any, stranger: Client) -> None:
    address, typed = reverse("repairs:public_report", args=[lobby(tower).code]), told()
    first, again = stranger.post(address, typed), stranger.post(address, typed)
    assert first.headers["Location"] == again.headers["Location"] and WorkOrder.objects.count() == 1


def test_one_address_reports_so_many_an_hour_and_keeps_its_words(cast: Cast, tower: Any, stranger: Client) -> None:
    RepairTerms.objects.create(building=tower, public_per_hour=2)
    address = reverse("repairs:public_report", args=[lobby(tower).code])
    answers = [stranger.post(address, told()).status_code for _time in range(2)]
    over = stranger.post(address, told(content="第三件"))
    assert answers == [302, 302] and over.status_code == 429 and "第三件" in over.content.decode()
    elsewhere = Client(REMOTE_ADDR="10.9.8.7")
    assert elsewhere.post(address, told()).status_code == 302


@pytest.mark.timeout(60)
def test_twenty_at_once_from_one_address_leave_the_limit(committed_db: None) -> None:
    tower = a_building("A", "云汇中心 A 座")
    Cast(tower, a_building("B", "云汇中心 B 座"))
    with transaction.atomic():
        address = reverse("repairs:public_report", args=[lobby(tower).code])

    def one(_number: int) -> int:
        status = Client().post(address, told()).status_code
        connection.close()
        return status

    with ThreadPoolExecutor(20) as pool:
        answers = sorted(pool.map(one, range(20)))
    assert answers == [302] * 5 + [429] * 15 and WorkOrder.objects.count() == 5


def test_a_request_is_followed_by_number_and_phone_alone(cast: Cast, tower: Any, stranger: Client) -> None:
    order = moved(a_public_order(cast, tower), cast, "dispatch", "accept")
    address = reverse("repairs:track")
    page = stranger.post(address, {"number": order.number.lower(), "tail": "8000"}).content.decode()
    assert "A technician has taken it." in page
    assert not [secret for secret in ("王强", "刘洋", "138 0013", order.content) if secret in page]
    wrong = [stranger.post(address, {"number": number, "tail": tail}) for number, tail in ((order.number, "1234"), ("BX-1", "8000"))]
    said = {answer.context["form"].non_field_errors()[0] for answer in wrong}
    assert [answer.status_code for answer in wrong] == [422, 422] and len(said) == 1


def test_a_declined_request_tells_its_answer(cast: Cast, tower: Any, stranger: Client) -> None:
    order = moved(an_order(cast, tower), cast, "send_to_review", "decline")
    assert order.answer in stranger.post(reverse("repairs:track"), {"number": order.number, "tail": "8000"}).content.decode()


def test_numbers_can_not_be_tried_out(cast: Cast, tower: Any, stranger: Client) -> None:
    order = a_public_order(cast, tower)
    address = reverse("repairs:track")
    for tail in range(20):
        stranger.post(address, {"number": order.number, "tail": f"{tail:04}"})
    answer = stranger.post(address, {"number": order.number, "tail": "8000"})
    assert answer.status_code == 429 and "Too many tries" in answer.content.decode()


def test_the_page_is_light_and_asks_the_database_little(
    cast: Cast, tower: Any, stranger: Client, django_assert_max_num_queries: Any
) -> None:
    address = reverse("repairs:public_report", args=[lobby(tower).code])
    stranger.get(address)
    with django_assert_max_num_queries(4):
        page = stranger.get(address)
    assert len(page.content) <= 20_000 and 'content="noindex, nofollow"' in page.content.decode()


def test_the_page_has_no_barrier_on_a_phone(live_server: Any, new_context: Any, everywhere: bool) -> None:
    with transaction.atomic():
        code = lobby(a_building("A", "云汇中心 A 座")).code
    page = new_context(reduced_motion="reduce").new_page()
    for path in (reverse("repairs:public_report", args=[code]), reverse("repairs:track")):
        assert barriers(page, f"{live_server.url}{path}", everywhere=everywhere) == {}
    page.set_viewport_size({"width": 375, "height": 700})
    page.goto(live_server.url + reverse("repairs:public_report", args=[code]))
    page.fill("#id_content", "大堂灯不亮")
    page.fill("#id_name", "过路人")
    page.fill("#id_phone", "13912345678")
    page.click("[data-submit]")
    page.wait_for_selector(".public-number")
    assert page.inner_text(".public-number") == WorkOrder.objects.get().number
