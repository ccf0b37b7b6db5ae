"""What was told is corrected; a repair request that is a complaint, and a complaint that is a repair, are turned, linked, typed once."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.flow import COMPLAINT_FLOW
from complaints.models import Complaint
from complaints.services import hand_to_repairs
from core import signing
from core.flow import NotAllowed, Refused
from core.models import HistoryEntry
from repairs.models import WorkOrder
from tests.complaints.factories import a_complaint, a_kind
from tests.complaints.test_intake import sent
from tests.conftest import Cast, a_unit
from tests.repairs.factories import a_category, a_service, an_order, at_work, the_tenant
from tests.tenants.factories import a_tenant
from tests.test_forms_everywhere import the_form

NEW = reverse("complaints:complaint_new")


def resent(client: Any, url: str, **values: Any) -> Any:
    """Sends the form as the page filled it in, with these values instead."""
    return client.post(url, {**the_form(client.get(url)), **values})


def test_what_was_told_is_corrected_and_the_history_keeps_what_stood_there(cast: Cast, tower: Any, as_user: Any) -> None:
    complaint, other = a_complaint(cast, tower), a_tenant(cast, tower, name="北京辰光有限公司", code="")
    unit = a_unit(tower, "1802")
    url = reverse("complaints:complaint_edit", args=[complaint.pk])
    typed = {"tenant": f"={other.pk}", "company": "", "unit": unit.code, "phone": "13900139000", "kind": a_kind("LIFTS").pk}
    assert resent(as_user(cast.frontdesk), url, **typed).status_code == 302
    complaint.refresh_from_db()
    assert (complaint.tenant, complaint.unit, complaint.company) == (other, unit, other.name)
    assert (complaint.phone, complaint.kind.code, complaint.content) == ("13900139000", "LIFTS", "卫生间两天没有打扫。")
    line = HistoryEntry.objects.filter(row_table="complaints_complaint", row_id=complaint.pk).latest("pk")
    assert line.changes["phone"] == ["138 0013 8000", "13900139000"] and line.actor_id == cast.frontdesk.pk


def test_a_correction_to_misconduct_asks_what_misconduct_asks(cast: Cast, tower: Any, as_user: Any) -> None:
    complaint = a_complaint(cast, tower)
    url = reverse("complaints:complaint_edit", args=[complaint.pk])
    client = as_user(cast.frontdesk)
    assert resent(client, url, kind=a_kind("MISCONDUCT").pk).status_code == 422
    told = {"against": "保安员", "course_of_events": "大声呵斥。", "witnesses": "无", "evidence": "无"}
    assert resent(client, url, kind=a_kind("MISCONDUCT").pk, **told).status_code == 302
    complaint.refresh_from_db()
    assert complaint.is_misconduct and not signing.complete(complaint, "statement")


def test_who_may_not_correct_and_what_is_settled_stays_as_it_is(cast: Cast, tower: Any, as_user: Any) -> None:
    from complaints.services.intake import correct

    complaint = a_complaint(cast, tower)
    for nobody in (cast.cleaner, cast.general_manager, cast.outsider):
        with pytest.raises(NotAllowed):
            correct(complaint, {"name": "别人"}, by=nobody, at=timezone.now())
    elsewhere = a_tenant(cast, cast.outsider.posts.get().reaches.get().territory.building, name="别处的公司", code="")
    with pytest.raises(Refused, match="stays in its building"):
        correct(complaint, {"tenant": elsewhere}, by=cast.frontdesk, at=timezone.now())
    COMPLAINT_FLOW.take(complaint, "explain", by=cast.frontdesk, at=timezone.now(), result="已说明")
    assert as_user(cast.frontdesk).get(reverse("complaints:complaint_edit", args=[complaint.pk])).status_code == 422


@pytest.mark.clause("M3.3.6-4")
def test_a_repair_request_that_is_a_complaint_becomes_one_and_nothing_is_typed_twice(cast: Cast, tower: Any, as_user: Any) -> None:
    order = an_order(cast, tower, content="报修三次没有人来。", unit=a_unit(tower, "1801"), tenant=the_tenant(cast, tower))
    client = as_user(cast.frontdesk)
    there = f"{NEW}?work_order={order.pk}&instead=1"
    assert there.replace("&", "&amp;") in client.get(reverse("repairs:work_order_detail", args=[order.pk])).content.decode()
    assert resent(client, there, kind=a_kind("LATE_REPAIR").pk, apologised="on").status_code == 302
    complaint = Complaint.objects.get()
    order.refresh_from_db()
    assert (complaint.name, complaint.phone, complaint.content) == (order.name, order.phone, order.content)
    assert (complaint.tenant, complaint.unit) == (order.tenant, order.unit)
    assert (order.state, order.complaint) == ("WITHDRAWN", complaint)
    page = client.get(reverse("complaints:complaint_detail", args=[complaint.pk])).content.decode()
    assert order.number in page


def test_a_complaint_beside_a_repair_leaves_the_work_under_way(cast: Cast, tower: Any, as_user: Any) -> None:
    order = at_work(an_order(cast, tower), cast)
    client = as_user(cast.frontdesk)
    page = client.get(reverse("repairs:work_order_detail", args=[order.pk])).content.decode()
    assert "Complaint about it" in page and "no repair" not in page
    url = f"{NEW}?work_order={order.pk}"
    assert resent(client, url, kind=a_kind("ATTITUDE").pk, apologised="on").status_code == 302
    order.refresh_from_db()
    assert (order.state, order.complaint) == ("IN_PROGRESS", Complaint.objects.get())
    answer = resent(client, url, kind=a_kind("ATTITUDE").pk, apologised="on")
    assert answer.status_code == 422 and Complaint.objects.count() == 1, "it belongs to a complaint already"


def test_work_that_has_begun_is_not_withdrawn_by_a_link(cast: Cast, tower: Any, as_user: Any) -> None:
    order = at_work(an_order(cast, tower), cast)
    answer = resent(as_user(cast.frontdesk), f"{NEW}?work_order={order.pk}&instead=1", kind=a_kind().pk, apologised="on")
    order.refresh_from_db()
    assert answer.status_code == 409 and not Complaint.objects.exists() and order.complaint is None


def test_a_stranger_learns_nothing_through_the_link(cast: Cast, tower: Any, as_user: Any) -> None:
    order = an_order(cast, tower, content="只有本楼知道的内容")
    assert order.content not in as_user(cast.outsider).get(f"{NEW}?work_order={order.pk}").content.decode()


@pytest.mark.clause("M3.3.6-4")
def test_a_complaint_that_is_a_repair_becomes_one_and_ends_with_its_number(cast: Cast, tower: Any, as_user: Any) -> None:
    complaint = a_complaint(cast, tower, unit=a_unit(tower, "1801"), content="空调不冷，请来人修。")
    client = as_user(cast.frontdesk)
    detail = reverse("complaints:complaint_detail", args=[complaint.pk])
    with pytest.raises(Refused, match="Write the repair request first"):
        COMPLAINT_FLOW.take(complaint, "became_repair", by=cast.frontdesk, at=timezone.now())
    there = f"{reverse('repairs:work_order_new')}?complaint={complaint.pk}&instead=1"
    assert there.replace("&", "&amp;") in client.get(detail).content.decode()
    typed = {"category": a_category().pk, "service": a_service().pk, "send_at_once": "on"}
    assert resent(client, there, **typed).status_code == 302
    order = WorkOrder.objects.get()
    complaint.refresh_from_db()
    assert (order.content, order.phone, order.name, order.unit) == (complaint.content, complaint.phone, complaint.name, complaint.unit)
    assert (complaint.state, complaint.due_at, order.complaint) == ("BECAME_REPAIR", None, complaint)
    assert order.number in client.get(detail).content.decode()


def test_a_colleague_who_takes_no_complaints_ends_none(cast: Cast, tower: Any, as_user: Any) -> None:
    complaint = a_complaint(cast, tower)
    an_order(cast, tower, complaint=complaint)
    with pytest.raises(NotAllowed):
        hand_to_repairs(complaint, by=cast.guard, at=timezone.now(), note="BX")
    typed = {"category": a_category().pk, "content": "空调不冷"}
    assert (
        sent(as_user(cast.engineer), f"{reverse('repairs:work_order_new')}?complaint={complaint.pk}&instead=1", **typed).status_code != 500
    )
    complaint.refresh_from_db()
    assert complaint.state == "LOGGED"


def test_the_courtesy_phrases_are_read_without_a_script_and_inserted_with_one(cast: Cast, tower: Any, as_user: Any) -> None:
    complaint = a_complaint(cast, tower)
    client = as_user(cast.frontdesk)
    for url in (NEW, reverse("complaints:complaint_step", args=[complaint.pk, "explain"])):
        page = client.get(url).content.decode()
        assert "<q>We will inform you of the result promptly.</q>" in page
        assert 'data-snippet="We will inform you of the result promptly." hidden' in page
