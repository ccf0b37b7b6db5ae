"""My repairs: the technician's day on the phone."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from repairs.models import Photo, WorkOrder
from repairs.services import work
from staff import services as staff
from staff.models import Post
from tests.conftest import a_unit, person
from tests.repairs.factories import a_public_order, an_order, at_work, finished, moved

MINE = reverse("repairs:mine")


def parts(client: Any) -> dict[str, list[Any]]:
    return {key: tasks for key, _title, _icon, tasks in client.get(MINE).context["parts"]}


def sent_to(cast: Any, order: WorkOrder, at: dt.datetime | None = None, **values: Any) -> WorkOrder:
    """An order of the engineer's, accepted, with these values."""
    order = moved(order, cast, "dispatch", "accept", at=at)
    due = {"due_at": timezone.now()}
    WorkOrder.objects.filter(pk=order.pk).update(**{**due, **values})
    order.refresh_from_db()
    return order


def test_today_is_walked_by_appointment_then_up_the_floors(cast: Any, tower: Any, as_user: Any) -> None:
    def at(code: str, level: int, **values: Any) -> WorkOrder:
        order = sent_to(cast, a_public_order(cast, tower), **values)
        WorkOrder.objects.filter(pk=order.pk).update(unit=a_unit(tower, code, level=level))
        return order

    high, low, beside = at("2001", 20), at("0302", 3), at("0301", 3)
    now = timezone.now()
    second = at("1501", 15, appointment_at=now - dt.timedelta(minutes=5))
    first = at("1801", 18, appointment_at=now - dt.timedelta(minutes=30))
    tasks = parts(as_user(cast.engineer))["now"]
    assert [task.order for task in tasks] == [first, second, beside, low, high]


def test_each_has_its_one_next_step_call_and_photo(cast: Any, tower: Any, as_user: Any) -> None:
    order, client = sent_to(cast, a_public_order(cast, tower)), as_user(cast.engineer)
    page = client.get(MINE).content.decode()
    assert "Arrived on site" in page and 'href="tel:138' in page and "Photo" not in page
    moved(order, cast, "arrive")
    [task] = parts(client)["now"]
    assert task.next_step.primary is None and task.way.url == reverse("repairs:findings", args=[order.pk])
    assert reverse("repairs:photo_new", args=[order.pk]) in client.get(MINE).content.decode()
    work.record_findings(order, "镇流器烧毁", by=cast.engineer)
    [task] = parts(client)["now"]
    assert task.way.url == reverse("repairs:item_new", args=[order.pk])


def test_what_nobody_has_waits_and_comes_later_stands_apart(cast: Any, tower: Any, as_user: Any) -> None:
    nobodys = moved(a_public_order(cast, tower), cast, "dispatch")
    waits = moved(at_work(a_public_order(cast, tower), cast), cast, "wait_for_parts")
    checked = finished(a_public_order(cast, tower), cast)
    later = sent_to(cast, a_public_order(cast, tower), appointment_at=timezone.now() + dt.timedelta(days=2))
    found = {key: {task.order for task in tasks} for key, tasks in parts(as_user(cast.engineer)).items()}
    assert found == {"nobody": {nobodys}, "waits": {waits, checked}, "later": {later}}


def test_a_photo_is_added_without_a_word_and_leads_back(cast: Any, tower: Any, as_user: Any) -> None:
    order, client = at_work(a_public_order(cast, tower), cast), as_user(cast.engineer)
    url, stream = f"{reverse('repairs:photo_new', args=[order.pk])}?back={MINE}", BytesIO()
    Image.new("RGB", (60, 40), "gray").save(stream, "PNG")
    form = client.get(url).context["form"]
    upload = SimpleUploadedFile("灯.png", stream.getvalue(), "image/png")
    typed = {"photos": upload, "stage": "BEFORE", "submission_key": form["submission_key"].value()}
    assert client.post(url, typed).url == MINE
    assert Photo.objects.get().order == order
    assert as_user(cast.service_clerk).get(url).status_code == 403
    assert as_user(cast.outsider).get(url).status_code == 404


def test_the_stand_in_walks_the_absent_ones_round(cast: Any, tower: Any, as_user: Any) -> None:
    order, day = sent_to(cast, a_public_order(cast, tower)), timezone.localdate()
    other, stranger = person("li", "李工", "ENGINEERING", "MEMBER", tower), person("zhao", "赵工", "ENGINEERING", "MEMBER", tower)
    post = Post.objects.get(user=cast.engineer)
    staff.arrange_cover(post, stand_in=other, starts_on=day, ends_on=day, reason="年假", by=cast.engineer)
    assert [task.order for task in parts(as_user(other))["now"]] == [order]
    assert parts(as_user(stranger)) == {}


def test_the_page_is_engineerings_and_shows_nothing_of_others(cast: Any, tower: Any, as_user: Any) -> None:
    an_order(cast, tower)
    statuses = {name: as_user(user).get(MINE).status_code for name, user in cast.people.items()}
    assert {name for name, status in statuses.items() if status == 200} == {"engineer", "engineering_head"}
    page = as_user(cast.engineer).get(MINE).content.decode()
    assert "Nothing to repair" in page


def test_the_desk_and_the_phones_bar_lead_there(cast: Any, tower: Any, as_user: Any) -> None:
    sent_to(cast, a_public_order(cast, tower))
    moved(a_public_order(cast, tower), cast, "dispatch")
    page = as_user(cast.engineer).get("/").content.decode()
    assert f'<a href="{MINE}"' in page and f'href="{MINE}#nobody"' in page and "My repairs" in page
    assert MINE not in as_user(cast.cashier).get("/").content.decode()
