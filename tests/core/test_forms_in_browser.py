"""Forms as a person at the desk meets them: nothing typed is lost, nothing is made twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Cast, a_building


@pytest.fixture
def clerk(committed_db: Any, live_server: Any, new_context: Any, as_user: Any) -> Any:
    """A browser page of the head of customer service; `clerk.goto` takes paths of this site."""
    cast = Cast(a_building("A", "云汇中心 A 座"), a_building("B", "云汇中心 B 座"))
    context = new_context(base_url=live_server.url)
    cookie = as_user(cast.service_head).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    return context.new_page()


def tenants() -> list[str]:
    from tenants.models import Tenant

    return list(Tenant.objects.values_list("name", flat=True))


def test_the_error_summary_gets_the_focus_and_leads_to_the_field(clerk: Any) -> None:
    clerk.goto("/tenants/tenants/new/")
    clerk.locator("[data-submit]").click()
    clerk.locator(".error-summary:focus").wait_for()
    clerk.locator(".error-summary a").first.click()
    assert clerk.locator("#id_name:focus").count() == 1
    assert clerk.locator("#id_name").get_attribute("aria-invalid") == "true"


def test_pressing_submit_twice_makes_one_record(clerk: Any) -> None:
    clerk.goto("/tenants/tenants/new/")
    clerk.locator("#id_name").fill("北京华信科技有限公司")
    with clerk.expect_navigation():
        clerk.evaluate("() => { const form = document.querySelector('#form'); form.requestSubmit(); form.requestSubmit(); }")
    assert tenants() == ["北京华信科技有限公司"]


def test_going_back_and_sending_again_makes_one_record(clerk: Any) -> None:
    clerk.goto("/tenants/tenants/new/")
    clerk.locator("#id_name").fill("北京华信科技有限公司")
    with clerk.expect_navigation():
        clerk.locator("[data-submit]").click()
    clerk.go_back()
    with clerk.expect_navigation():
        clerk.locator("[data-submit]").click()
    assert tenants() == ["北京华信科技有限公司"]


def test_enter_moves_on_and_ctrl_enter_submits(clerk: Any) -> None:
    clerk.goto("/tenants/tenants/new/")
    clerk.locator("#id_name").fill("北京华信科技有限公司")
    clerk.keyboard.press("Enter")
    assert clerk.locator("#id_name:focus").count() == 0
    assert tenants() == []
    with clerk.expect_navigation():
        clerk.keyboard.press("Control+Enter")
    assert tenants() == ["北京华信科技有限公司"]


def test_enter_that_picks_a_word_of_the_input_method_does_nothing_else(clerk: Any) -> None:
    clerk.goto("/tenants/tenants/new/")
    clerk.locator("#id_name").focus()
    clerk.evaluate("""() => document.activeElement.dispatchEvent(
        new KeyboardEvent('keydown', {key: 'Enter', ctrlKey: true, keyCode: 229, isComposing: true, bubbles: true, cancelable: true}))""")
    assert clerk.locator("#id_name:focus").count() == 1


def test_what_was_typed_is_offered_again_as_a_draft(clerk: Any) -> None:
    clerk.goto("/tenants/tenants/new/")
    with clerk.expect_response("**/drafts/"):
        clerk.locator("#id_name").fill("北京华信科技有限公司")
        clerk.locator("#id_name").blur()
    clerk.goto("/tenants/tenants/new/")
    clerk.locator(".draft-offer a").click()
    assert clerk.locator("#id_name").input_value() == "北京华信科技有限公司"


def test_a_file_goes_up_at_once_and_survives_an_error_elsewhere(clerk: Any) -> None:
    clerk.goto("/tenants/correspondence/new/")
    with clerk.expect_response("**/files/stash/") as answer:
        clerk.locator("input[type=file]").set_input_files({"name": "letter.pdf", "mimeType": "application/pdf", "buffer": a_pdf()})
    assert answer.value.status == 200
    clerk.locator("input[name$=_token]").wait_for(state="attached")
    clerk.locator("[data-submit]").click()
    clerk.locator(".error-summary").wait_for()
    assert clerk.locator("input[name$=_token]").count() == 1
    assert "letter.pdf" in clerk.locator(".stash-item").inner_text()


def a_pdf() -> bytes:
    from io import BytesIO

    import pikepdf

    kept = BytesIO()
    blank = pikepdf.new()
    blank.add_blank_page()
    blank.save(kept)
    return kept.getvalue()


def test_a_short_day_is_one_press_away(clerk: Any) -> None:
    clerk.goto("/tenants/tenants/new/")
    field = clerk.locator("input[type=date]").first
    clerk.locator(".date-chips button").first.click()
    assert len(field.input_value()) == 10
