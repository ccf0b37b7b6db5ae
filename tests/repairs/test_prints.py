"""The papers of repairs, filled from the record and blank."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone

from core import printing
from repairs import printing as forms
from repairs.models import Material
from repairs.services import work
from tests.conftest import Cast
from tests.repairs.factories import a_public_order, an_order, at_work, confirmed, moved, sign


def pages(answer: Any) -> int:
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf", answer.status_code
    return len(pikepdf.open(BytesIO(b"".join(answer.streaming_content) if answer.streaming else answer.content)).pages)


def printed(client: Any, order: Any, form: str, **query: str) -> int:
    """How many pages the form has."""
    return pages(client.get(reverse("repairs:work_order_print", args=[order.pk, form]), query))


@pytest.mark.clause("M3.4.2-1.F1")
def test_the_work_order_says_customer_fault_times_items_and_bears_the_signature(cast: Cast, tower: Any, as_user: Any) -> None:
    order = confirmed(an_order(cast, tower, appointment_at=timezone.now() + dt.timedelta(hours=2)), cast)
    said = forms.work_order(order)
    facts = {str(label): str(value) for label, value in said["facts"]}
    assert facts["Customer"] == order.company and facts["Phone"] == "138 0013 8000" and facts["Received by"] == "王强"
    assert facts["Time accepted"] and facts["Appointment"] and said["fault"] == order.content
    assert [text for text, _minutes, _worker in said["items"]] == ["更换断路器"]
    form = printing.form_of(type(order), "work-order")
    assert form and printing.boxes(form, order)[0]["signoff"].name == "刘洋"
    client = as_user(cast.engineer)
    assert (printed(client, order, "work-order"), printed(client, order, "work-order", blank="1")) == (1, 1)


@pytest.mark.clause("M3.4.4-7")
def test_the_remarks_say_qualified_or_not_of_the_customers_material(cast: Cast, tower: Any) -> None:
    order = at_work(an_order(cast, tower), cast)
    own = {"source": Material.Source.TENANT, "quantity": 1}
    work.add_material(Material(name="插座", verdict="NOT_QUALIFIED", remark="无 3C 标志", **own), order, by=cast.engineer)
    work.add_material(Material(name="插座 10A", verdict="QUALIFIED", **own), order, by=cast.engineer)
    assert [row[3] for row in forms.remarks_of(order)] == ["Not qualified 无 3C 标志", "Qualified"]


@pytest.mark.clause("M3.12.4-2.F1")
@pytest.mark.clause("M3.12.4-2")
def test_the_payment_notice_says_service_time_and_rate_before_the_work(cast: Cast, tower: Any, as_user: Any) -> None:
    order = moved(
        an_order(cast, tower, service="TAP", appointment_at=timezone.now() + dt.timedelta(hours=2)), cast, "send_to_review", "quote"
    )
    sign(order, "notice", cast)
    said = forms.payment_notice(order)
    assert said["lines"] == [("维修水龙头", "1", "个", "30.00", "30.00")] and said["words"] == "人民币叁拾元整"
    assert {str(label): value for label, value in said["facts"]}["Time of the service"]
    assert printed(as_user(cast.frontdesk), order, "payment-notice") == 1
    free = a_public_order(cast, tower)
    assert as_user(cast.frontdesk).get(reverse("repairs:work_order_print", args=[free.pk, "payment-notice"])).status_code == 422


@pytest.mark.clause("M3.4.4-1.F1")
def test_the_register_of_a_day_is_printed_for_one_building(cast: Cast, tower: Any, as_user: Any) -> None:
    an_order(cast, tower)
    a_public_order(cast, tower)
    client = as_user(cast.frontdesk)
    today = timezone.localdate().isoformat()
    assert pages(client.get(reverse("repairs:register_print"), {"day": today, "building": tower.pk})) == 1
    assert client.get(reverse("repairs:register_print"), {"day": "gestern"}).status_code == 422
    assert as_user(cast.outsider).get(reverse("repairs:register_print"), {"day": today, "building": tower.pk}).status_code == 404
    assert as_user(cast.guard).get(reverse("repairs:register_print")).status_code == 403


@pytest.mark.clause("M3.4.2-3.F1")
def test_the_service_item_list_is_shown_and_printed_with_its_prices(cast: Cast, tower: Any, as_user: Any) -> None:
    page = as_user(cast.guard).get(reverse("repairs:service_list")).content.decode()
    assert "Mend a tap" in page and "¥30.00 / piece" in page and "free of charge" in page
    lines = {row[1]: row[2] for row in forms.service_list(tower)["lines"]}
    assert lines["Mend a tap"] == "¥30.00 / piece" and lines["Overtime air-conditioning"] == "to be agreed"
    assert pages(as_user(cast.engineer).get(reverse("premises:building_print", args=[tower.pk, "repair-services"]))) == 1
