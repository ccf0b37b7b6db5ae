"""A complaint from the call to the file, in a browser, by each whose turn it is: within a minute, serious, in bad faith, a repair."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.models import Complaint, Measure
from core import signing
from core.models import Notice
from repairs.models import WorkOrder
from tests.complaints.test_deadlines import work
from tests.conftest import Cast, a_building, a_unit
from tests.journeys.people import People, draw, sent
from tests.repairs.factories import the_tenant
from tests.tenants.factories import a_lease

pytestmark = [pytest.mark.timeout(240), pytest.mark.xdist_group("journeys")]
PHONE = {"width": 375, "height": 812}
A_MINUTE = 60


class House:
    """The tower with a tenant in a unit and everybody's browser; the cleaners' leader has a phone."""

    def __init__(self, live_server: Any, new_context: Any) -> None:
        self.cast = Cast(a_building("A", "云汇中心 A 座"), a_building("B", "云汇中心 B 座"))
        self.people = People(live_server, new_context, self.cast)
        self.unit, self.tenant = a_unit(self.cast.home, "1801"), the_tenant(self.cast, self.cast.home)
        a_lease(self.cast, self.cast.home, tenant=self.tenant, unit=self.unit)

    def complaint(self) -> Complaint:
        return Complaint.objects.get()

    def calls(self, content: str, *ticked: str, kind: str = "清洁与绿化", **typed: str) -> Complaint:
        """The front desk takes the call with the courtesy phrases at hand, within a minute."""
        began = time.monotonic()
        page = self.people.at("frontdesk", f"{reverse('complaints:complaint_new')}?tenant={self.tenant.pk}&unit={self.unit.pk}")
        assert "您好！请问我们能为您做些什么？" in page.inner_text("#phrases")
        page.fill("#id_name", "刘洋")
        page.fill("#id_phone", "13800138000")
        page.select_option("#id_kind", label=kind)
        page.fill("#id_content", content)
        for name, value in typed.items():
            page.fill(f"#id_{name}", value)
        for name in ("apologised", *ticked):
            page.check(f"#id_{name}")
        sent(page)
        assert time.monotonic() - began < A_MINUTE
        return self.complaint()

    def takes(self, who: str, step: str, **said: str) -> Complaint:
        """Somebody opens a step, says what it asks and sends it."""
        page = self.people.at(who, reverse("complaints:complaint_step", args=[self.complaint().pk, step]))
        for name, value in said.items():
            page.fill(f"#form [name={name}]", value)
        if page.locator("#form select[name=cause]").count():
            page.select_option("#form select[name=cause]", index=1)
        for box in page.locator("#form input[type=checkbox][required]").all():
            box.check()
        sent(page)
        return self.complaint()

    def presses(self, who: str, step: str) -> Complaint:
        page = self.people.at(who, reverse("complaints:complaint_detail", args=[self.complaint().pk]))
        with page.expect_navigation():
            page.locator(f'form[action$="/do/{step}/"] button').first.click()
        assert page.locator(".error-summary").count() == 0, page.locator(".error-summary").inner_text()
        return self.complaint()

    def is_resolved_on_the_phone(self, result: str) -> Complaint:
        self.people.at("cleaning_leader", "/").set_viewport_size(PHONE)
        return self.takes("cleaning_leader", "report_result", result=result)

    def is_called_back(self) -> Complaint:
        """The clock plans the visit, customer service makes it."""
        work()
        assert self.complaint().state == "TO_CALL_BACK"
        page = self.people.at("service_clerk", reverse("frontdesk:waiting"))
        assert self.complaint().number in page.content()
        return self.takes("service_clerk", "satisfied", person="刘洋", remark="很满意", suggestions="早晚各加一次")

    def is_signed_and_filed(self, who: str) -> Complaint:
        """The head of the resolving department signs the Customer Complaint Record on the phone; the keeper files it."""
        page = self.people.at(who, reverse("complaints:complaint_sign", args=[self.complaint().pk, "record", "RESOLVER"]))
        draw(page)
        sent(page)
        assert signing.complete(self.complaint(), "record")
        return self.presses("service_clerk", "archive")


@pytest.fixture
def house(live_server: Any, new_context: Any) -> House:
    return House(live_server, new_context)


@pytest.mark.clause("M3.3.4-1", "M3.3.4-5", "M3.3.4-7")
def test_a_call_is_verified_resolved_called_back_signed_and_filed(house: House) -> None:
    complaint = house.calls("卫生间两天没有打扫。")
    assert (complaint.state, complaint.tenant, complaint.unit) == ("LOGGED", house.tenant, house.unit)
    assert house.takes("service_clerk", "assign", finding="情况属实").state == "ASSIGNED"
    assert house.is_resolved_on_the_phone("已打扫并加派人手").state == "HANDLED"
    complaint = house.is_called_back()
    assert complaint.state == "SATISFIED" and complaint.visits.get().suggestions == "早晚各加一次"
    assert house.is_signed_and_filed("cleaning_leader").state == "ARCHIVED"


def test_who_is_not_satisfied_is_answered_again_and_called_again(house: House) -> None:
    house.calls("卫生间有异味。")
    house.takes("service_clerk", "assign", finding="情况属实")
    house.is_resolved_on_the_phone("已打扫")
    work()
    complaint = house.takes("service_clerk", "not_satisfied", person="刘洋", remark="仍有异味")
    assert (complaint.state, complaint.round) == ("NOT_SATISFIED", 2)
    assert Notice.objects.filter(recipient=house.cast.service_head, object_id=complaint.pk).exists()
    house.takes("service_clerk", "assign_again", finding="地漏返味")
    house.is_resolved_on_the_phone("清洗地漏")
    complaint = house.is_called_back()
    assert list(complaint.visits.values_list("round", "is_satisfied")) == [(1, False), (2, True)]
    assert house.is_signed_and_filed("cleaning_leader").state == "ARCHIVED"


@pytest.mark.clause("M3.3.4-3")
def test_a_serious_one_is_reviewed_its_measure_done_checked_and_the_result_called_back(house: House) -> None:
    complaint = house.calls("地面积水客户摔伤。", "tell_at_once")
    assert (complaint.state, complaint.is_serious) == ("ESCALATED", True)
    assert Notice.objects.filter(recipient=house.cast.service_head, topic="emergency.complaint", object_id=complaint.pk).exists()
    page = house.people.at("service_head", reverse("complaints:complaint_detail", args=[complaint.pk]))
    page.click("#next-step .blockers a")
    page.fill("#id_text", "每两小时巡检并放警示牌")
    page.select_option("#id_owner", label="杨梅")
    page.fill("#id_due_on", (timezone.localdate() + dt.timedelta(days=2)).isoformat())
    sent(page)
    complaint = house.takes("service_head", "hold_review", review_people="周岚、杨梅", review_note="加派人手")
    assert (complaint.state, complaint.reviewed_by) == ("ASSIGNED", house.cast.service_head)
    page = house.people.at("cleaning_leader", reverse("complaints:complaint_detail", args=[complaint.pk]))
    assert "检讨措施尚有 1 项未完成。" in page.inner_text("#next-step .blockers")
    measure = Measure.objects.get()
    page = house.people.at("cleaning_leader", reverse("complaints:measure_step", args=[measure.pk, "report_done"]))
    page.fill("#id_outcome", "已排班并到位")
    sent(page)
    page = house.people.at("service_head", reverse("complaints:measure_detail", args=[measure.pk]))
    with page.expect_navigation():
        page.locator('form[action$="/do/check/"] button').first.click()
    measure.refresh_from_db()
    assert measure.state == "CHECKED"
    house.is_resolved_on_the_phone("客户已就医，费用由公司承担")
    assert house.is_called_back().state == "SATISFIED"
    assert house.is_signed_and_filed("cleaning_leader").state == "ARCHIVED"


@pytest.mark.clause("M3.3.4-6")
def test_one_in_bad_faith_is_marked_by_a_head_explained_and_answered_all_the_same(house: House) -> None:
    complaint = house.calls("多次称卫生间无人打扫。")
    clerk = house.people.at("service_clerk", reverse("complaints:complaint_malicious", args=[complaint.pk]))
    assert clerk.answered == 403
    page = house.people.at("service_head", reverse("complaints:complaint_malicious", args=[complaint.pk]))
    page.fill("#id_reason", "监控显示每日两次打扫，客户第五次虚构")
    page.click("#id_answer")
    page.locator("[data-snippet]").filter(has_text="我们会及时把处理结果通知您。").first.click()
    page.locator("#id_answer").press_sequentially("并当面播放监控说明")
    sent(page)
    complaint = house.complaint()
    assert complaint.is_malicious and complaint.malicious_by == house.cast.service_head
    assert complaint.malicious_answer == "我们会及时把处理结果通知您。并当面播放监控说明"
    house.takes("service_clerk", "assign", finding="与监控不符")
    house.is_resolved_on_the_phone("已请客户一同查看打扫记录")
    assert house.is_called_back().state == "SATISFIED"
    assert house.is_signed_and_filed("cleaning_leader").state == "ARCHIVED"


def test_a_guard_is_complained_of_signed_checked_and_explained(house: House) -> None:
    told = {"against": "门岗保安", "course_of_events": "9 时进门被大声呵斥。", "witnesses": "前台李敏", "evidence": "监控录像"}
    complaint = house.calls("保安态度恶劣。", kind="人员违纪", **told)
    page = house.people.at("frontdesk", reverse("complaints:complaint_sign", args=[complaint.pk, "statement", "COMPLAINANT"]))
    draw(page)
    sent(page)
    assert signing.complete(house.complaint(), "statement")
    assert house.takes("service_clerk", "start_check").state == "VERIFYING"
    complaint = house.takes("service_clerk", "explain", result="已核实并当面致歉，保安已停岗培训")
    assert (complaint.state, complaint.on_the_spot) == ("SATISFIED", True)


def test_a_complaint_that_is_a_repair_reaches_engineering_with_nothing_typed_twice(house: House) -> None:
    complaint = house.calls("会议室空调不冷，请来人修。", kind="设备与维修 · 空调")
    page = house.people.at("frontdesk", reverse("complaints:complaint_detail", args=[complaint.pk]))
    page.click("a[href*='instead=1']")
    assert page.input_value("#id_content") == complaint.content and page.input_value("#id_phone") == "13800138000"
    page.select_option("#id_category", label="空调")
    sent(page)
    order = WorkOrder.objects.get()
    assert (order.complaint, order.state, order.tenant, order.unit) == (complaint, "REVIEW", house.tenant, house.unit)
    assert house.complaint().state == "BECAME_REPAIR"


def test_the_neighbour_sees_nothing_of_it(house: House) -> None:
    complaint = house.calls("卫生间两天没有打扫。")
    assert house.people.at("outsider", reverse("complaints:complaint_detail", args=[complaint.pk])).answered == 404
    assert complaint.number not in house.people.at("outsider", reverse("complaints:complaint_list")).content()
