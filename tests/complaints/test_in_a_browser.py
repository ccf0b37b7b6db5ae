"""A call taken in a browser within a minute, and the way to the return visit by everybody whose turn it is."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from complaints.models import Complaint
from staff import demo
from staff.models import User
from tenants.models import Tenant
from tenants.services import register_tenant
from tests.barriers import barriers
from tests.complaints.factories import a_complaint
from tests.conftest import a_building, a_unit

PHONE = {"width": 390, "height": 844}


def house() -> Any:
    """The tower with its people, a unit and a tenant."""
    tower = a_building("A", "云汇中心 A 座")
    demo.load(timezone.now())
    with transaction.atomic():
        a_unit(tower, "1801")
        register_tenant(Tenant(building=tower, name="北京华信科技有限公司", short_name="华信"), by=None, on=dt.date(2026, 1, 1))
    return tower


def signed_in(live_server: Any, new_context: Any, who: str) -> Any:
    page = new_context(reduced_motion="reduce").new_page()
    page.goto(f"{live_server.url}/login/")
    page.fill("input[name=login]", who)
    page.fill("input[name=password]", demo.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/")
    return page


def take_call(page: Any, base: str, **ticked: bool) -> Complaint:
    page.goto(f"{base}/complaints/complaints/new/")
    assert "您好！请问我们能为您做些什么？" in page.inner_text("#phrases")
    page.fill("input[name=name]", "刘洋")
    page.fill("input[name=phone]", "13800138000")
    page.select_option("select[name=kind]", label="清洁与绿化")
    page.fill("textarea[name=content]", "卫生间两天没有打扫。")
    page.select_option("select[name=building]", label="云汇中心 A 座")
    for name in ["apologised", *ticked]:
        page.check(f"input[name={name}]")
    page.click("[data-submit]")
    page.wait_for_selector("#facts")
    return Complaint.objects.get()


def step(page: Any, base: str, complaint: Complaint, name: str, **typed: str) -> None:
    page.goto(f"{base}/complaints/complaints/{complaint.pk}/do/{name}/")
    for field, value in typed.items():
        page.fill(f"[name={field}]", value)
    for box in page.locator("input[type=checkbox][required]").all():
        box.check()
    page.click("[data-submit]")
    page.wait_for_selector("#facts")
    complaint.refresh_from_db()


@pytest.mark.clause("R5b.4.4", "M3.3.4-4")
def test_a_complaint_goes_from_the_call_to_a_satisfied_customer_after_a_second_round(live_server: Any, new_context: Any) -> None:
    house()
    base = live_server.url
    clerk, cleaner = (signed_in(live_server, new_context, who) for who in ("frontdesk", "cleaner"))
    cleaner.set_viewport_size(PHONE)
    complaint = take_call(clerk, base)
    step(clerk, base, complaint, "assign", finding="情况属实")
    cleaner.goto(f"{base}/complaints/complaints/{complaint.pk}/do/report_result/")
    cleaner.fill("[name=result]", "已打扫")
    cleaner.select_option("select[name=cause]", index=1)
    cleaner.click("[data-submit]")
    cleaner.wait_for_selector("#facts")
    clerk.goto(f"{base}/complaints/complaints/{complaint.pk}/")
    clerk.click("[data-next-step]")
    clerk.wait_for_selector("#visits")
    step(clerk, base, complaint, "not_satisfied", person="刘洋", remark="仍有异味")
    assert complaint.state == "NOT_SATISFIED" and complaint.round == 2
    step(clerk, base, complaint, "assign_again", finding="地漏返味")
    cleaner.goto(f"{base}/complaints/complaints/{complaint.pk}/do/report_result/")
    cleaner.fill("[name=result]", "清洗地漏")
    cleaner.select_option("select[name=cause]", index=1)
    cleaner.click("[data-submit]")
    cleaner.wait_for_selector("#facts")
    clerk.goto(f"{base}/complaints/complaints/{complaint.pk}/")
    clerk.click("[data-next-step]")
    clerk.wait_for_selector("#visits")
    step(clerk, base, complaint, "satisfied", person="刘洋", suggestions="早晚各加一次")
    assert complaint.state == "SATISFIED" and complaint.visits.count() == 2


@pytest.mark.clause("M3.3.4-3", "M3.3.4-6")
def test_a_serious_and_malicious_complaint_is_reviewed_with_a_measure(live_server: Any, new_context: Any) -> None:
    house()
    base = live_server.url
    complaint = take_call(signed_in(live_server, new_context, "frontdesk"), base, tell_at_once=True)
    assert complaint.state == "ESCALATED"
    head = signed_in(live_server, new_context, "service_head")
    head.goto(f"{base}/complaints/complaints/{complaint.pk}/")
    head.click("#next-step .blockers a")
    head.fill("[name=text]", "每两小时巡检")
    head.select_option("select[name=owner]", label="杨梅")
    head.fill("[name=due_on]", (timezone.localdate() + dt.timedelta(days=2)).isoformat())
    head.click("[data-submit]")
    head.wait_for_selector("#measures")
    step(head, base, complaint, "hold_review", review_people="周岚、杨梅", review_note="加派人手")
    assert complaint.state == "ASSIGNED" and complaint.measures.get().owner.name == "杨梅"
    head.goto(f"{base}/complaints/complaints/{complaint.pk}/malicious/")
    head.fill("[name=reason]", "监控显示并无此事")
    head.fill("[name=answer]", "已当面播放监控说明")
    head.click("[data-submit]")
    head.wait_for_selector("#facts")
    complaint.refresh_from_db()
    assert complaint.is_malicious and complaint.state == "ASSIGNED"


def test_the_pages_have_no_barrier_at_the_desk_and_on_a_phone(live_server: Any, new_context: Any, everywhere: bool) -> None:
    tower = house()
    with transaction.atomic():
        complaint = a_complaint(
            SimpleNamespace(frontdesk=User.objects.get(username="frontdesk")), tower, kind="MISCONDUCT", tenant=Tenant.objects.get()
        )
    page = signed_in(live_server, new_context, "service_head")
    places = ("complaints/new/", "complaints/", f"complaints/{complaint.pk}/", f"complaints/{complaint.pk}/do/explain/",
              f"complaints/{complaint.pk}/sign/statement/COMPLAINANT/", "statistics/", "measures/", "keeper/")  # fmt: skip
    found = {place: barriers(page, f"{live_server.url}/complaints/{place}", everywhere=everywhere) for place in places}
    assert {place: faults for place, faults in found.items() if faults} == {}


def test_the_days_of_the_figures_are_chosen_on_a_phone_without_scrolling_sideways(live_server: Any, new_context: Any) -> None:
    house()
    page = signed_in(live_server, new_context, "service_head")
    page.set_viewport_size({"width": 375, "height": 768})
    page.goto(f"{live_server.url}/complaints/statistics/")
    page.wait_for_selector("#span .date-chips button")
    ends = [box.bounding_box() for box in page.locator("#span input, #span select, #span button").all() if box.is_visible()]
    assert len(ends) > 6 and max(box["x"] + box["width"] for box in ends) <= 375
