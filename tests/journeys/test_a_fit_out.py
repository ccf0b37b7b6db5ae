"""A fit-out of 260 m² from the application to the refunded deposit, in a browser, by each whose turn it is (manual 3.2.4)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from billing import services as billing
from billing.models import DepositMove, Refund
from fitout.models import Breach, ConcealedItem, ConcealedWorks, Discipline, Drawing, Fitout, Penalty, Permit
from fitout.services import drawings
from fitout.tasks import settle
from premises.models import Unit
from tests.conftest import Cast, a_building, a_unit
from tests.core.uploads import picture
from tests.fitout import factories as f
from tests.journeys.people import People, draw, sent
from tests.tenants.factories import a_lease, a_tenant

pytestmark = [pytest.mark.timeout(400), pytest.mark.xdist_group("journeys")]
S = Fitout.State
FILE = {"name": "plan.jpg", "mimeType": "image/jpeg", "buffer": picture(size=(600, 400))}


class Site:
    """A tenant's unit over the fire limit, and everybody's browser."""

    def __init__(self, live_server: Any, new_context: Any) -> None:
        self.cast = Cast(a_building("A", "云汇中心 A 座"), a_building("B", "云汇中心 B 座"))
        self.people = People(live_server, new_context, self.cast)
        self.unit, self.tenant = a_unit(self.cast.home, "1801", area="260"), a_tenant(self.cast, self.cast.home)
        a_lease(self.cast, self.cast.home, tenant=self.tenant, unit=self.unit)
        Unit.objects.filter(pk=self.unit.pk).update(state=Unit.State.OCCUPIED)
        self.contractor = f.a_contractor(self.cast.home)
        f.some_prices(self.cast.home, self.cast.finance_head)

    @property
    def fitout(self) -> Fitout:
        return Fitout.objects.get()

    def opens(self, who: str, record: Any = None, name: str = "fitout_detail") -> Any:
        return self.people.at(who, reverse(f"fitout:{name}", args=[(record or self.fitout).pk]))

    def fills(self, who: str, name: str, *arguments: Any, query: str = "", **said: Any) -> None:
        """Somebody opens a form, says what it asks and sends it."""
        page = self.people.at(who, reverse(f"fitout:{name}", args=arguments or [self.fitout.pk]) + query)
        self.types(page, said)
        sent(page)

    def types(self, page: Any, said: dict[str, Any]) -> None:
        for key, value in said.items():
            field = page.locator(f"#form [name={key}]").first
            kind = field.get_attribute("type") or field.evaluate("element => element.tagName")
            if isinstance(value, dict):
                field.set_input_files(value)
                page.locator(f"#form [name={key}_token]").first.wait_for(state="attached")
            elif kind == "checkbox":
                field.check()
            elif kind == "radio":
                page.locator(f"#form [name={key}][value={value}]").check()
            elif kind == "SELECT":
                field.select_option(str(value))
            else:
                field.fill(str(value))

    def takes(self, who: str, step: str, record: Any = None, noun: str = "fitout", **said: Any) -> None:
        """Somebody takes a step that asks something or shows its consequence."""
        self.fills(who, f"{noun}_step", (record or self.fitout).pk, step, **said)

    def presses(self, who: str, step: str, record: Any = None, noun: str = "fitout") -> None:
        """Somebody presses the button of a step on the record's page."""
        page = self.opens(who, record, f"{noun}_detail")
        with page.expect_navigation():
            page.locator(f'form[action$="/do/{step}/"] button').first.click()
        assert page.locator(".error-summary").count() == 0, page.locator(".error-summary").inner_text()

    def lacks(self, who: str, words: str, link: str) -> None:
        """The next step says what is missing and leads to where it is mended."""
        blockers = self.opens(who).locator("#next-step .blockers")
        assert words in blockers.inner_text()
        assert blockers.locator(f'a[href*="{link}"]').count()

    def is_at(self, state: str) -> None:
        assert self.fitout.state == state, self.fitout.state

    # From here on the story, in its order.

    def is_applied_for(self) -> None:
        page = self.people.at("service_clerk", f"{reverse('fitout:fitout_new')}?unit={self.unit.pk}&contractor={self.contractor.pk}")
        today = timezone.localdate()
        said = {"lead": "郭建军", "lead_phone": "13900139000", "tenant_contact": "刘洋", "scope": "隔断、吊顶、电气翻新。"}
        self.types(page, {**said, "starts_on": today, "ends_on": today + dt.timedelta(days=45)})
        sent(page)
        assert (self.fitout.tenant, self.fitout.area_m2) == (self.tenant, Decimal("260.00"))
        self.lacks("service_clerk", "缺少材料", "#papers")
        f.hand_in_papers(self.fitout, self.cast)
        self.presses("service_clerk", "receive")

    def has_its_drawings_reviewed_in_two_rounds(self) -> None:
        self.lacks("service_clerk", "缺少图纸", "/drawings/new/")
        for number, discipline in enumerate(Discipline.objects.filter(is_required=True), 1):
            self.fills(
                "service_clerk", "drawing_new", discipline=discipline.pk, sheet=f"S-{number:02}", title=discipline.name_zh, file=FILE
            )
        self.presses("service_clerk", "submit_drawings")
        first = Drawing.objects.order_by("pk")[0]
        self.fills("engineer", "drawing_review", first.pk, text="疏散门宽度不足 0.9 m", basis="GB 50016 5.5.18", verdict="RETURNED")
        drawings.pass_the_rest(self.fitout, by=self.cast.engineer, at=timezone.now())
        self.presses("engineer", "return_drawings")
        self.is_at(S.REWORK_NEEDED)
        self.fills("service_clerk", "drawing_revise", first.pk, file=FILE)
        self.presses("service_clerk", "resubmit_drawings")
        self.fills("engineer", "drawing_review", first.pk, verdict="PASSED")
        self.presses("engineering_head", "pass_drawings")
        self.is_at(S.AWAITING_FEES)

    def pays_is_insured_and_signs(self) -> None:
        self.fills("service_clerk", "comments_collected", person="刘洋")
        self.fills("service_head", "deposit_agree", amount="18000", reason="按面积与业主约定")
        self.lacks("service_clerk", "二次装修应交纳相关费用一览表", "/fees/")
        f.pay_fees(self.fitout, self.cast)
        assert self.fitout.deposit.held == Decimal("18000.00")
        until = timezone.localdate() + dt.timedelta(days=90)
        self.fills("service_clerk", "insurance", insurer="人保财险", policy_number="PZ-1", amount="3000000", until=until, policy=FILE)
        self.fills("service_clerk", "handbook", to="郭建军", to_tenant="刘洋", explained=True)
        for document, party in (("works_undertaking", "TENANT"), ("works_undertaking", "CONTRACTOR")):
            page = self.people.at("service_clerk", reverse("fitout:fitout_sign", args=[self.fitout.pk, document, party]))
            page.fill("#id_name", "刘洋")
            draw(page)
            sent(page)
        for party in ("TENANT", "CONTRACTOR"):
            f.sign(self.fitout, "fire_undertaking", party, self.cast.service_clerk)
        self.presses("service_clerk", "send_to_fire_review")

    def waits_for_the_fire_receipt(self) -> None:
        self.lacks("guard", "260.00 m²", "/fire-receipt/")
        self.fills("guard", "fire_receipt", number="消报审 2026-118", on=timezone.localdate(), route="REVIEW", file=FILE)
        self.presses("guard", "pass_fire_review")
        self.is_at(S.TO_ISSUE)

    def gets_its_permit_from_three_heads(self) -> None:
        for party, who in (("SECURITY_HEAD", "security_head"), ("SERVICE_HEAD", "service_head"), ("ENGINEERING_HEAD", "engineering_head")):
            assert not Permit.objects.exists()
            page = self.people.at(who, reverse("fitout:fitout_sign", args=[self.fitout.pk, "permit", party]))
            page.check("#form [name=method][value=ACCOUNT]")
            sent(page)
        assert Permit.objects.get().state == "VALID"
        self.is_at(S.PERMITTED)

    def begins_with_door_set_and_protection(self) -> None:
        f.a_pass(self.cast, self.cast.home, fitout=self.fitout)
        f.extinguish(self.fitout, self.cast)
        self.lacks("service_clerk", "单元门上", "/door-set/")
        self.fills("guard", "door_set")
        self.fills("service_clerk", "protection", passed="yes")
        self.presses("service_clerk", "start_work")
        self.is_at(S.ON_SITE)
        assert Unit.objects.get(pk=self.unit.pk).state == Unit.State.FIT_OUT and self.fitout.plans.count() == 3

    def is_fined_for_a_breach(self) -> None:
        from fitout.models import BreachKind

        kind = BreachKind.objects.get(code="WASTE")
        self.fills("guard", "breach_new", kind=kind.pk, spot="电梯厅", description="渣土堆放在电梯厅。", photos=FILE)
        breach = Breach.objects.get()
        self.takes("guard", "give_notice", breach, "breach", noticed_to="郭建军")
        self.fills("guard", "penalty_new", breach.pk, amount="600", clause="3.2", reason="三次提醒后仍未清理")
        penalty = Penalty.objects.get()
        assert self.opens("guard", penalty, "penalty_detail").locator('form[action$="/do/impose/"]').count() == 0
        self.takes("security_head", "impose", penalty, "penalty")
        assert DepositMove.objects.get(kind="DEDUCTED").amount == Decimal("-600.00")
        self.takes("service_clerk", "report_corrected", breach, "breach", correction="已清运", photos=FILE)
        self.presses("guard", "pass_recheck", breach, "breach")
        breach.refresh_from_db()
        assert breach.state == "CLOSED"

    def fails_and_passes_its_concealed_works(self) -> None:
        page = self.people.at("service_clerk", f"{reverse('fitout:concealed_new')}?fitout={self.fitout.pk}")
        item = ConcealedItem.objects.get(code="WIRING").pk
        self.types(page, {"item": item, "spot": "开放区吊顶", "description": "桥架与穿线管", "photos": FILE})
        sent(page)
        row = ConcealedWorks.objects.get()
        tomorrow = (timezone.localtime() + dt.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
        self.takes("service_clerk", "book", row, "concealed", agreed_at=tomorrow)
        self.fills("engineer", "concealed_remark", row.pk, text="穿线管未接地")
        self.presses("engineer", "fail", row, "concealed")
        self.takes("service_clerk", "book", row, "concealed", agreed_at=tomorrow)
        page = self.opens("engineer", row, "concealed_detail")
        with page.expect_navigation():
            page.locator('form[action$="/rectified/"] button').click()
        row.refresh_from_db()
        f.sign_concealed(row, self.cast)
        row.refresh_from_db()
        assert (row.state, row.round) == ("PASSED", 2)

    def is_completed_after_one_rectification(self) -> None:
        now = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
        self.takes("service_clerk", "apply_completion", applicant="郭建军", inspection_at=now)
        self.fills("engineer", "remark_new", text="开关面板松动")
        self.presses("engineer", "find_defects")
        self.takes("service_clerk", "inspect_again", inspection_at=now)
        page = self.opens("engineer")
        with page.expect_navigation():
            page.locator('form[action$="/rectified/"] button').click()
        f.give_back(self.fitout, self.cast)
        f.sign_completion(self.fitout, self.cast)
        self.is_at(S.TO_APPROVE)

    def is_refunded_once_the_property_manager_has_signed(self) -> None:
        assert self.opens("outsider").answered == 404
        assert not Refund.objects.exists()
        self.takes("property_manager", "accept_completion")
        refund = Refund.objects.get()
        assert (refund.amount, refund.state) == (Decimal("17400.00"), "APPROVED")
        page = self.people.at("cashier", reverse("billing:refund_step", args=[refund.pk, "pay"]))
        sent(page)
        settle(self.fitout.pk)
        self.is_at(S.REFUNDED)
        assert Refund.objects.count() == 1 and billing.contradictions() == {}
        assert "押金已退" in self.opens("general_manager").inner_text("main")


def test_a_fit_out_from_the_application_to_the_last_refunded_fen(live_server: Any, new_context: Any) -> None:
    site = Site(live_server, new_context)
    site.is_applied_for()
    site.has_its_drawings_reviewed_in_two_rounds()
    site.pays_is_insured_and_signs()
    site.waits_for_the_fire_receipt()
    site.gets_its_permit_from_three_heads()
    site.begins_with_door_set_and_protection()
    site.is_fined_for_a_breach()
    site.fails_and_passes_its_concealed_works()
    site.is_completed_after_one_rectification()
    site.is_refunded_once_the_property_manager_has_signed()
