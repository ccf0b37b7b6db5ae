"""The whole move-in in a browser: notice, an agent, a missing paper, two defects, signatures on the tablet, occupied."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from premises.models import Unit
from tenants.models import Defect, MoveIn
from tests.conftest import Cast, a_building
from tests.journeys.people import draw
from tests.tenants.moving import an_equipped_unit

TABLET = {"width": 1024, "height": 768}
Desk = Callable[[str], Any]


@pytest.fixture
def desk(committed_db: Any, live_server: Any, new_context: Any, as_user: Any) -> Desk:
    """`desk("leasing")` is that person's browser page."""
    tower = a_building("A", "云汇中心 A 座")
    an_equipped_unit(tower, "1801")
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    pages: dict[str, Any] = {}

    def page_of(name: str) -> Any:
        if name not in pages:
            context = new_context(base_url=live_server.url)
            cookie = as_user(getattr(cast, name)).cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
            pages[name] = context.new_page()
            pages[name].set_viewport_size(TABLET)
            pages[name].set_default_timeout(8000)
        return pages[name]

    return page_of


def submit(page: Any, form: str = "#form") -> None:
    with page.expect_navigation():
        page.locator(f"{form} [data-submit]").click()
    assert page.locator(".error-summary").count() == 0, page.locator(".error-summary").inner_text()


def fill(page: Any, **values: Any) -> None:
    for name, value in values.items():
        page.locator(f"#id_{name}").fill(str(value))


def send_notice(page: Any) -> str:
    """Leasing's Move-in Notice for a new company; the address of the record."""
    page.goto("/tenants/move-ins/new/")
    when = timezone.localtime() + timedelta(days=2)
    fill(
        page,
        new_name="北京北辰信息科技有限公司",
        units="1801",
        contract_number="HT-2026-018",
        starts_on=f"{timezone.localdate()}",
        ends_on="2029-11-30",
    )
    fill(page, takeover_at=f"{when:%Y-%m-%dT%H:%M}", place="大厦一层物业管理处", addressee="刘芳", addressee_phone="138 0013 8000")
    submit(page)
    return str(page.url).split("?")[0]


def take(page: Any, record: str, step: str) -> None:
    """A step that asks nothing, pressed on the record's page."""
    page.goto(record)
    with page.expect_navigation():
        page.locator(f'form[action$="/do/{step}/"] button').first.click()
    assert page.locator(".error-summary").count() == 0


def receive_an_agent(page: Any, record: str) -> None:
    """The identity paper is checked; three papers are here, the licence is not and something else is accepted."""
    page.goto(f"{record}handover/identity/")
    page.locator('input[name="by_agent"][value="1"]').check()
    fill(page, visitor_name="王磊", visitor_phone="139 0013 9000")
    page.locator("#id_checked").check()
    submit(page)
    for code in ("principal_identity", "authorisation", "agent_identity"):
        page.goto(f"{record}handover/papers/")
        page.locator(f"#paper-{code} a.btn:not(.btn-link)").click()
        submit(page)
    page.goto(f"{record}handover/papers/")
    page.locator('#paper-business_licence a[href$="action=substitute"]').click()
    assert page.locator('input[name="action"][value="substitute"]').is_checked()
    fill(page, reason="电子营业执照，三日内补交复印件", until=f"{timezone.localdate() + timedelta(days=3)}")
    submit(page)


def work_in_the_unit(page: Any, record: str) -> None:
    page.goto(f"{record}handover/papers/")
    submit(page, "#handbooks")
    fill(page, admin_name="刘芳", admin_phone="138 0013 8000", emergency_name="周强", emergency_phone="139 0013 9111")
    submit(page)
    page.goto(f"{record}handover/walk-through/")
    submit(page, ".wizard")
    page.goto(f"{record}handover/meters/")
    page.locator('input[name="value"]').fill("12398.2")
    submit(page, 'form[id^="meter-"]')
    page.goto(f"{record}handover/keys/")
    submit(page)
    for place, fault in (("北侧窗", "窗户关不严"), ("卫生间", "地漏返味")):
        page.goto(f"{record}handover/defects/")
        fill(page, place=place, description=fault)
        submit(page)


def sign(page: Any, record: str, party: str) -> None:
    page.goto(f"{record}handover/sign/?party={party}")
    draw(page)
    submit(page)


def mend(engineer: Any, clerk: Any, defect: int) -> None:
    engineer.goto(f"/tenants/defects/{defect}/do/mend/")
    fill(engineer, mended_note="更换密封条")
    submit(engineer)
    clerk.goto(f"/tenants/defects/{defect}/do/accept/")
    draw(clerk)
    submit(clerk)


@pytest.mark.clause("M3.1.1", "M3.1.3-2", "M3.1.3-3", "M3.1.4-1", "M3.1.4-2", "M3.1.4-3", "M1.2.2-a")
def test_a_company_moves_in_through_an_agent_with_a_missing_paper_and_two_defects(desk: Desk) -> None:
    clerk, engineer = desk("service_clerk"), desk("engineer")
    record = send_notice(desk("leasing"))
    clerk.goto(f"{record}do/book/")
    submit(clerk)
    receive_an_agent(clerk, record)
    take(clerk, record, "begin_handover")
    work_in_the_unit(clerk, record)
    take(clerk, record, "send_for_signature")
    sign(clerk, record, "TENANT")
    sign(clerk, record, "SERVICE")
    sign(engineer, record, "ENGINEERING")
    take(clerk, record, "accept_with_defects")
    clerk.goto(f"{record}briefing/")
    fill(clerk, people="刘芳、周强", cards_wanted=3)
    submit(clerk)
    for defect in Defect.objects.values_list("pk", flat=True):
        mend(engineer, clerk, defect)
    take(clerk, record, "finish")
    assert MoveIn.objects.get().state == "MOVED_IN"
    assert Unit.objects.get(code="1801").state == "OCCUPIED"
    clerk.goto("/frontdesk/stacking-plan/")
    assert "北辰" in clerk.content()
    stranger = desk("outsider").request.get(record)
    assert stranger.status == 404


def test_what_was_typed_in_a_section_is_there_after_leaving_it(desk: Desk) -> None:
    clerk = desk("service_clerk")
    record = send_notice(desk("leasing"))
    clerk.goto(f"{record}handover/identity/")
    fill(clerk, visitor_name="王磊")
    clerk.locator("#id_checked").check()
    with clerk.expect_navigation():
        clerk.locator('button[name="leave"]').click()
    assert clerk.url.startswith(record)
    clerk.goto(f"{record}handover/identity/")
    assert clerk.locator("#id_visitor_name").input_value() == "王磊"


def test_the_wizard_fits_a_tablet_and_a_finger(desk: Desk) -> None:
    clerk = desk("service_clerk")
    record = send_notice(desk("leasing"))
    for section in ("identity", "papers"):
        clerk.goto(f"{record}handover/{section}/")
        assert clerk.evaluate("document.documentElement.scrollWidth") <= TABLET["width"]
        heights = clerk.locator(".wizard-steps a, .wizard-actions .btn, .wizard [data-submit]").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect().height)"
        )
        assert min(heights) >= 48
