"""The hot-line: everything that the manual wants written down, and the courteous phrases beside it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation

from complaints.models import Complaint, ComplaintKind, Phrase
from core.models import Notice, StoredFile
from premises.services import label_place
from rounds.flow import ROUND_FLOW
from rounds.services import Window
from tenants.services import file as files
from tests.complaints.factories import a_call, a_complaint, a_kind
from tests.conftest import Cast, a_unit
from tests.core.uploads import picture
from tests.rounds.factories import a_checklist, a_plan, daily, record
from tests.tenants.factories import a_tenant

NEW = "complaints:complaint_new"


def sent(client: Any, url: str, **values: Any) -> Any:
    key = client.get(url).context["form"]["submission_key"].value()
    return client.post(url, {**values, "submission_key": key})


@pytest.mark.clause("M3.3.6-1", "M3.3.6-2", "M3.3.4-1", "M3.11.4-4")
def test_a_call_becomes_a_numbered_record_with_everything_the_manual_asks(cast: Cast, tower: Any, as_user: Any) -> None:
    answer = sent(as_user(cast.frontdesk), reverse(NEW), **a_call(cast, tower))
    complaint = Complaint.objects.get()
    assert answer.status_code == 302 and complaint.number.startswith("TS-") and complaint.state == "LOGGED"
    assert (complaint.name, complaint.company, complaint.unit.code) == ("刘洋", complaint.tenant.name, "1201")
    assert (complaint.phone, complaint.content) == ("13800138000", "卫生间两天没有打扫。")
    assert (complaint.apologised, complaint.created_by, complaint.building) == (True, cast.frontdesk, tower)


@pytest.mark.clause("M3.3.4-1")
@pytest.mark.parametrize("missing", ["name", "phone", "content", "apologised", "kind"])
def test_without_one_of_them_nothing_is_logged_and_nothing_typed_is_lost(cast: Cast, tower: Any, as_user: Any, missing: str) -> None:
    answer = sent(as_user(cast.frontdesk), reverse(NEW), **{**a_call(cast, tower), missing: ""})
    assert answer.status_code == 422 and not Complaint.objects.exists()
    assert ("刘洋" if missing != "name" else "卫生间") in answer.content.decode()


def test_somebody_who_is_no_tenant_is_heard_too(cast: Cast, tower: Any, as_user: Any) -> None:
    told = {**a_call(cast, tower), "tenant": "", "unit": ""}
    client = as_user(cast.frontdesk)
    assert sent(client, reverse(NEW), **told).status_code == 422
    assert sent(client, reverse(NEW), **told, building=tower.pk, company="顺丰速运").status_code == 302
    assert Complaint.objects.get().company == "顺丰速运"


@pytest.mark.clause("M3.3.6-5")
def test_misconduct_of_a_person_asks_for_events_witnesses_and_evidence(cast: Cast, tower: Any, as_user: Any) -> None:
    client, told = as_user(cast.frontdesk), {**a_call(cast, tower), "kind": a_kind("MISCONDUCT").pk}
    answer = sent(client, reverse(NEW), **told)
    assert answer.status_code == 422
    assert {"against", "course_of_events", "witnesses", "evidence"} <= set(answer.context["form"].errors)
    more = {"against": "当班保安", "course_of_events": "9 时，前台被呵斥。", "witnesses": "李敏", "evidence": "监控"}
    answer = sent(client, reverse(NEW), **told, **more)
    complaint = Complaint.objects.get()
    assert complaint.is_misconduct and complaint.witnesses == "李敏"
    page = client.get(reverse("complaints:complaint_detail", args=[complaint.pk])).content.decode()
    assert "9 时，前台被呵斥。" in page and "Statement of the complainant" in page


@pytest.mark.clause("M3.3.6-5")
def test_the_complainant_signs_the_statement_about_a_person(cast: Cast, tower: Any, as_user: Any) -> None:
    complaint = a_complaint(cast, tower, kind="MISCONDUCT")
    client, url = as_user(cast.frontdesk), reverse("complaints:complaint_sign", args=[complaint.pk, "statement", "COMPLAINANT"])
    assert sent(client, url, name="刘洋", method="SCREEN").status_code == 422
    assert sent(client, url, name="刘洋", method="SCREEN", strokes='[[{"x":1,"y":1},{"x":9,"y":9}]]').status_code == 302
    assert "刘洋" in client.get(reverse("complaints:complaint_detail", args=[complaint.pk])).content.decode()


@pytest.mark.clause("M3.3.6-7.1", "M3.3.6-7.2", "M3.3.6-7.3", "M3.3.6-7.4", "M3.3.6-7.5", "M3.3.6-7.6", "M3.3.6-3")
def test_the_courtesy_phrases_and_the_manners_are_at_hand_during_the_call(cast: Cast, tower: Any, as_user: Any) -> None:
    page = as_user(cast.frontdesk).get(reverse(NEW)).content.decode()
    assert Phrase.objects.count() == 6
    assert [phrase.name_en for phrase in Phrase.objects.all() if phrase.name_en not in page] == []
    assert "never contradict" in page
    with translation.override("zh-hans"):
        assert str(Phrase.objects.first()) == "您好！请问我们能为您做些什么？"


@pytest.mark.clause("M3.3.4-3")
def test_a_serious_call_reaches_the_manager_at_once(cast: Cast, tower: Any, as_user: Any) -> None:
    sent(as_user(cast.frontdesk), reverse(NEW), **a_call(cast, tower), tell_at_once="on")
    complaint = Complaint.objects.get()
    assert (complaint.state, complaint.is_serious) == ("ESCALATED", True)
    assert Notice.objects.filter(recipient=cast.service_head, topic="emergency.complaint").exists()


def test_a_call_from_the_incoming_call_box_knows_who_is_on_the_line(cast: Cast, tower: Any, as_user: Any) -> None:
    tenant = a_tenant(cast, tower, phone="010-88886666")
    a_complaint(cast, tower, tenant=tenant)
    client = as_user(cast.frontdesk)
    page = client.get(reverse("frontdesk:call"), {"phone": "6666"}).content.decode()
    link = f"{reverse(NEW)}?tenant={tenant.pk}&amp;phone=6666"
    assert link in page and Complaint.objects.get().number in page
    form = client.get(reverse(NEW), {"tenant": tenant.pk, "phone": "6666"}).context["form"]
    assert (form.initial["tenant"], form.initial["phone"]) == (tenant.pk, "6666")


def test_a_clerk_of_another_building_logs_nothing_here(cast: Cast, tower: Any, as_user: Any) -> None:
    answer = sent(as_user(cast.outsider), reverse(NEW), **a_call(cast, tower))
    assert answer.status_code == 422 and not Complaint.objects.exists()


@pytest.mark.clause("M3.3.4-7")
def test_the_register_finds_a_complaint_by_what_was_said(cast: Cast, tower: Any, as_user: Any) -> None:
    complaint = a_complaint(cast, tower)
    client, url = as_user(cast.service_clerk), reverse("complaints:complaint_list")
    for word in ("打扫", complaint.number[-6:], "刘洋", "华信"):
        assert complaint.number in client.get(url, {"q": word}).content.decode(), word
    assert complaint.number not in client.get(url, {"q": "电梯"}).content.decode()


@pytest.mark.clause("M3.3.3-2")
def test_the_record_is_in_the_tenants_file_on_the_tab_and_the_unit(cast: Cast, tower: Any, as_user: Any) -> None:
    answer = a_call(cast, tower)
    client = as_user(cast.service_clerk)
    sent(client, reverse(NEW), **answer)
    complaint = Complaint.objects.get()
    pages = [
        reverse("tenants:tenant_tab", args=[complaint.tenant_id, "complaints"]),
        reverse("premises:unit_detail", args=[complaint.unit_id]),
    ]
    for url in pages:
        assert complaint.number in client.get(url).content.decode(), url
    part = next(line for line in files.file_of(complaint.tenant, on=timezone.localdate()) if line.part.category.position == 11)
    assert any(complaint.number in entry.title for entry in part.entries)
    assert "1 open complaint" in client.get(reverse("tenants:tenant_detail", args=[complaint.tenant_id])).content.decode()


def test_an_open_complaint_marks_its_unit_on_the_stacking_plan(cast: Cast, tower: Any, as_user: Any) -> None:
    unit = a_unit(tower, "1801")
    a_complaint(cast, tower, unit=unit)
    url = reverse("frontdesk:stacking_plan")
    assert 'data-flags="complaint"' in as_user(cast.service_clerk).get(url).content.decode()
    assert 'data-flags="complaint"' not in as_user(cast.guard).get(url).content.decode()


def test_a_new_kind_of_complaint_is_a_row_in_the_admin(cast: Cast, tower: Any, as_user: Any) -> None:
    kind = ComplaintKind.objects.create(code="SMELL", name_en="Smell", name_zh="异味", verify_hours=1, resolve_hours=6)
    assert "Smell" in as_user(cast.frontdesk).get(reverse(NEW)).content.decode()
    complaint = a_complaint(cast, tower, kind="SMELL")
    assert complaint.kind == kind and (complaint.due_at - complaint.received_at).total_seconds() == 3600


def test_evidence_is_kept_with_the_complaint(cast: Cast, tower: Any, as_user: Any) -> None:
    upload = SimpleUploadedFile("现场.png", picture("PNG"), content_type="image/png")
    sent(as_user(cast.frontdesk), reverse(NEW), **a_call(cast, tower), files=upload)
    assert StoredFile.objects.get(purpose="complaints.evidence").record == Complaint.objects.get()


@pytest.mark.clause("R5a.2")
def test_at_the_peak_customer_service_walks_the_house_and_what_customers_say_becomes_complaints_and_repairs(
    cast: Cast, tower: Any, as_user: Any
) -> None:
    asked = ["服务是否及时", "客户意见"]
    checklist = a_checklist(tower, department="CUSTOMER_SERVICE", name="高峰时段巡场", items=asked)
    unit = a_unit(tower, "1202")
    peak = daily(Window(dt.time(11, 30), 120))
    plan = a_plan(
        cast, tower, department="CUSTOMER_SERVICE", checklist=checklist, places=[label_place(unit)], rule=peak, by=cast.service_head
    )
    round = plan.rounds.order_by("due_from")[0]
    assert timezone.localtime(round.due_from).time() == dt.time(11, 30)
    at = round.due_from + dt.timedelta(minutes=5)
    round = ROUND_FLOW.take(round, "start", by=cast.service_clerk, at=at)
    stop = record(round, cast.service_clerk, result="FAIL", said="前台排队十分钟没人理", at=at)
    client = as_user(cast.service_clerk)
    shown = client.get(reverse("rounds:walk", args=[round.pk]), {"saved": stop.position}).context["saved"]
    offers = {offer.key: url for finding in shown.findings for offer, url in finding.follow_ups}
    assert set(offers) == {"complaint", "repair"}
    form = client.get(offers["complaint"]).context["form"]
    assert form["channel"].value() == "ON_SPOT" and form["content"].value() == "服务是否及时: 前台排队十分钟没人理"
    given = {**a_call(cast, tower), "channel": form["channel"].value(), "content": form["content"].value(), "unit": unit.code}
    assert sent(client, offers["complaint"], **given).status_code == 302
    complaint = Complaint.objects.get()
    assert (complaint.channel, complaint.unit, complaint.created_by) == ("ON_SPOT", unit, cast.service_clerk)
    assert client.get(offers["repair"]).context["form"].initial["unit"] == unit.pk
