"""A round on a phone, in a real browser: typed codes, photos, no network, a reload, signing in again."""

from __future__ import annotations

import gzip
import io
import os
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from core import files
from rounds import kinds
from rounds.models import Photo, Round, RoundStop, StopEntry
from rounds.services import ItemDraft
from tests.barriers import axe
from tests.conftest import Cast, a_building
from tests.rounds.factories import a_checklist, a_round, a_started_round, some_places

PHONE = {"has_touch": True, "is_mobile": True, "device_scale_factor": 2}
SMALL = """() => [...document.querySelectorAll("a, button, input, select, textarea, summary, label.btn, .choice-buttons label")]
  .filter(each => each.offsetParent && !each.closest(".toasts, .rail, .user-menu .menu-panel, .visually-hidden, .skip-link"))
  .filter(each => !each.matches("input[type=radio], input[type=checkbox], input[type=file], .skip-link, .phone-facts a, .remark a"))
  .map(each => [each.outerHTML.slice(0, 90), each.getBoundingClientRect().height])
  .filter(([_html, height]) => height > 0 && height < 47.5)"""


# How much the worker has put by.
KEPT = "async () => (await (await caches.open('steward-rounds')).keys()).length"


class Walker:
    """Somebody with a phone on a round of three stops."""

    def __init__(self, live_server: Any, new_context: Any, complaints: list[str], *, begun: bool = False, **values: Any) -> None:
        self.tower = a_building("A", "云汇中心 A 座")
        self.cast = Cast(self.tower, a_building("B", "云汇中心 B 座"))
        self.server, self.complaints = live_server, complaints
        asked = ["消防通道畅通", "灯具完好", ItemDraft("温度", kind="NUMBER", low=16, high=28, measure="℃", is_required=False)]
        made = a_started_round if begun else a_round
        places = some_places(self.tower, 3)
        checklist = a_checklist(self.tower, name="地下巡逻", items=asked)
        self.round = made(self.cast, self.tower, places=places, checklist=checklist, name="地下二层巡逻", **values)
        self.codes = [place.code for place in places]
        self.context = new_context(base_url=live_server.url, **PHONE)
        self.context.add_cookies([{"name": "django_language", "value": "en", "url": live_server.url}])
        self.sign_in(self.cast.guard)
        self.page = self.context.new_page()
        self.page.set_viewport_size({"width": 375, "height": 812})
        self.page.set_default_timeout(15000)

    def sign_in(self, user: Any) -> None:
        client = Client()
        client.force_login(user, backend="staff.backends.CountedBackend")
        self.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.server.url}])

    def open(self, *, kept: bool = False) -> Any:
        self.page.goto(reverse("rounds:walk", args=[self.round.pk]))
        self.page.wait_for_selector("[data-walk][data-ready]")
        if kept:
            self.wait_until(lambda: self.page.evaluate(KEPT) > 12)
        return self.page

    def to(self, position: int) -> None:
        self.page.fill("#code", self.codes[position - 1])
        self.page.locator("[data-code-form] button").click()
        self.page.wait_for_selector(f"[data-stop-title]:has-text('{position} · ')")

    def answer(self, *results: str) -> None:
        for number, result in enumerate(results):
            self.page.locator(f"[data-item] >> nth={number}").locator(f"input[value={result}] + label").click()

    def save(self) -> None:
        self.page.locator("[data-stop-form] [data-submit]").click()
        self.page.wait_for_selector("[data-stop-section]", state="hidden")

    def record(self, position: int) -> None:
        self.to(position)
        self.answer("PASS", "PASS")
        self.save()

    def uploaded(self) -> None:
        self.page.wait_for_selector("[data-queue]:not(.is-waiting)")

    def wait_until(self, holds: Callable[[], bool]) -> None:
        for _try in range(80):
            if holds():
                return
            self.page.wait_for_timeout(100)
        raise AssertionError("it never came true")

    def state(self) -> str:
        return str(self.page.inner_text("[data-queue-state]"))

    def waits(self, count: int) -> None:
        """So many entries wait; each tries the network first and says “Uploading…” meanwhile."""
        self.page.wait_for_selector(f"[data-queue-state]:has-text('{count} waiting to upload')")

    def forgive(self, *words: str) -> None:
        """Takes what the test provoked off the browser's complaints."""
        self.complaints[:] = [each for each in self.complaints if not any(word in each for word in words)]

    def done(self) -> list[int]:
        return list(
            RoundStop.objects.filter(round=self.round).exclude(captured_at=None).order_by("position").values_list("position", flat=True)
        )


@pytest.fixture
def walker(live_server: Any, new_context: Any, browser_complaints: list[str], monkeypatch: Any) -> Walker:
    monkeypatch.setattr(kinds, "_everywhere", [kinds.FollowUp("repair", "Create repair", url=lambda answer: "/repairs/work-orders/new/")])
    return Walker(live_server, new_context, browser_complaints)


def big_photo() -> dict[str, Any]:
    """2,400 pixels of noise: far more than may travel."""
    out = io.BytesIO()
    Image.frombytes("RGB", (1000, 750), os.urandom(1000 * 750 * 3)).resize((2400, 1800)).save(out, "JPEG", quality=92)
    return {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def test_a_round_of_three_stops_with_a_finding(walker: Walker, monkeypatch: Any) -> None:
    page = walker.open()
    sent: list[int] = []
    stash = files.stash
    monkeypatch.setattr(files, "stash", lambda upload, **named: sent.append(upload.size) or stash(upload, **named))  # type: ignore[func-returns-value]
    walker.record(1)
    walker.to(2)
    walker.answer("FAIL", "PASS")
    page.locator("[data-stop-form] [data-submit]").click()
    assert "Say what is wrong." in page.inner_text(".error-summary:focus")
    page.locator("[data-item] >> nth=0").locator("textarea").fill("堆放纸箱")
    page.locator("[data-item] >> nth=0").locator("input[type=file]").set_input_files(big_photo())
    page.wait_for_selector(".photo-strip img")
    walker.save()
    page.wait_for_selector("[data-offers] >> text=Create repair")
    walker.record(3)
    walker.uploaded()
    assert page.inner_text("[data-next]") == "Every stop is recorded"
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    with page.expect_navigation():
        page.locator("[data-finish-form] button").click()
    walker.round.refresh_from_db()
    assert (walker.round.state, walker.done()) == (Round.State.FAIL, [1, 2, 3])
    [photo] = Photo.objects.all()
    assert len(sent) == 1 and 10_000 < sent[0] <= 300 * 1024
    with Image.open(io.BytesIO(files.content_of(photo.file))) as kept:
        assert max(kept.size) <= 1600
    assert photo.taken_at is not None and photo.answer.note == "堆放纸箱"  # type: ignore[union-attr]
    assert {stop.method for stop in RoundStop.objects.filter(round=walker.round)} == {"CODE"}


def test_without_a_network_the_round_goes_on_and_each_stop_arrives_once(walker: Walker) -> None:
    page = walker.open()
    walker.record(1)
    walker.uploaded()
    walker.context.set_offline(True)
    walker.record(2)
    walker.record(3)
    walker.waits(2)
    assert "Offline" in walker.state()
    assert walker.done() == [1]
    walker.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    walker.uploaded()
    assert (walker.done(), StopEntry.objects.count()) == ([1, 2, 3], 3)
    walker.forgive("ERR_INTERNET_DISCONNECTED")


def test_a_page_loaded_once_is_there_again_without_a_network(walker: Walker) -> None:
    page = walker.open(kept=True)
    walker.context.set_offline(True)
    walker.record(1)
    page.reload()
    page.wait_for_selector("[data-walk][data-ready]")
    walker.waits(1)
    assert page.inner_text("[data-next]").startswith("Next: 2 · ")
    walker.record(2)
    walker.context.set_offline(False)
    page.reload()
    walker.uploaded()
    assert walker.done() == [1, 2]
    walker.forgive("ERR_INTERNET_DISCONNECTED", "ERR_FAILED")


def test_an_answer_that_got_lost_is_asked_for_again_and_recorded_once(walker: Walker) -> None:
    page = walker.open()
    sent: list[str] = []

    def swallow(route: Any) -> None:
        route.fetch()
        sent.append(route.request.url)
        route.abort()

    page.route("**/entries/", swallow, times=1)
    walker.record(1)
    page.wait_for_selector("[data-queue-retry]:visible")
    walker.wait_until(lambda: walker.state().startswith("1 waiting"))
    assert walker.done() == [1] and len(sent) == 1
    page.locator("[data-queue-retry]").click()
    walker.uploaded()
    assert StopEntry.objects.count() == 1
    walker.forgive("ERR_FAILED")


def test_nobody_signs_out_while_something_waits(walker: Walker) -> None:
    page = walker.open()
    page.route("**/entries/", lambda route: route.fulfill(status=503, body="later"))
    walker.record(1)
    page.locator(".user-menu summary").click()
    page.locator("[data-sign-out]").click()
    assert "Not signed out: 1 of what you recorded" in page.inner_text(".note-error")
    page.unroute("**/entries/")
    page.goto("/rounds/mine/")
    walker.uploaded()
    page.locator(".user-menu summary").click()
    with page.expect_navigation():
        page.locator("[data-sign-out]").click()
    assert walker.done() == [1] and "login" in page.url
    walker.forgive("503", "ERR_ABORTED")


def test_who_was_signed_out_meanwhile_signs_in_again_and_loses_nothing(walker: Walker) -> None:
    page = walker.open()
    walker.context.clear_cookies(name="sessionid")
    walker.record(1)
    page.wait_for_selector("[data-queue-remarks] >> text=Sign in again")
    assert walker.done() == []
    walker.sign_in(walker.cast.guard)
    page.locator("[data-queue-retry]").click()
    walker.uploaded()
    assert walker.done() == [1]


def test_somebody_else_on_the_same_phone_uploads_nothing_in_their_name(walker: Walker) -> None:
    page = walker.open()
    page.route("**/entries/", lambda route: route.abort())
    walker.record(1)
    page.wait_for_selector("[data-queue].is-offline")
    page.unroute("**/entries/")
    walker.sign_in(walker.cast.security_head)
    page.goto("/rounds/mine/")
    page.wait_for_selector("[data-queue-remarks] >> text=Somebody else recorded 1")
    assert walker.done() == []
    walker.forgive("ERR_FAILED")


def test_what_is_not_taken_in_says_why_and_stays(walker: Walker) -> None:
    page = walker.open()
    Round.objects.filter(pk=walker.round.pk).update(state="CANCELLED")
    walker.record(1)
    page.locator("[data-queue-list] summary").click()
    page.wait_for_selector("[data-queue-list] >> text=This round was cancelled")
    page.locator("[data-act=throw_away]").click()
    page.locator("[data-act=throw_away]").click()
    walker.uploaded()
    assert walker.done() == []


def test_what_was_typed_survives_the_end_of_the_page(walker: Walker) -> None:
    page = walker.open()
    walker.to(1)
    walker.answer("FAIL", "PASS")
    page.locator("[data-item] >> nth=0").locator("textarea").fill("门口堆物")
    page.locator("[data-item] >> nth=0").locator("input[type=file]").set_input_files(big_photo())
    page.wait_for_selector(".photo-strip img")
    page.wait_for_timeout(300)
    page.reload()
    page.wait_for_selector("[data-walk][data-ready]")
    assert page.locator("[data-item] >> nth=0").locator("textarea").input_value() == "门口堆物"
    assert page.locator(".photo-strip img").count() == 1


def test_a_photo_of_the_label_is_read_where_no_camera_answers(walker: Walker) -> None:
    import segno

    page = walker.open()
    out = io.BytesIO()
    segno.make(f"{walker.server.url}/p/{walker.codes[1]}/", error="m").save(out, kind="png", scale=8)
    page.locator("[data-scan-stop]").click()
    page.wait_for_selector("[data-scanner-photo]:not([hidden])")
    page.set_input_files("[data-scanner-photo] input", {"name": "label.png", "mimeType": "image/png", "buffer": out.getvalue()})
    page.wait_for_selector("[data-stop-title]:has-text('2 · ')")
    assert "scanned" in page.inner_text("[data-stop-facts]")


def test_the_position_is_asked_for_when_used_and_may_be_refused(walker: Walker) -> None:
    page = walker.open()
    walker.context.grant_permissions(["geolocation"])
    walker.context.set_geolocation({"latitude": 39.9087, "longitude": 116.4605, "accuracy": 12})
    assert page.locator("[data-gps]").is_hidden()
    walker.to(1)
    page.locator("[data-gps-yes]").click()
    page.wait_for_selector("[data-stop-facts] >> text=position within 12 m")
    walker.answer("PASS", "PASS")
    walker.save()
    walker.uploaded()
    first = RoundStop.objects.get(round=walker.round, position=1)
    assert (str(first.latitude), first.accuracy_m, first.whereabouts) == ("39.908700", 12, "GIVEN")
    page.evaluate("localStorage.setItem('rounds:gps', 'no')")
    walker.record(2)
    walker.uploaded()
    assert RoundStop.objects.get(round=walker.round, position=2).whereabouts == "REFUSED"


def test_the_pages_have_no_barrier_and_nothing_too_small_for_a_thumb(walker: Walker) -> None:
    page = walker.open()
    faults: dict[str, Any] = {}
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        walker.open()
        faults[f"walk {theme}"] = [*axe(page), *page.evaluate(SMALL)]
        walker.to(1)
        walker.answer("FAIL")
        faults[f"stop {theme}"] = [*axe(page), *page.evaluate(SMALL)]
        page.goto("/rounds/mine/")
        page.wait_for_timeout(200)
        faults[f"mine {theme}"] = [*axe(page), *page.evaluate(SMALL)]
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert {name: found for name, found in faults.items() if found} == {}


def test_what_the_first_load_brings_fits_the_budget(walker: Walker) -> None:
    brought: dict[str, int] = {}

    def weigh(answer: Any) -> None:
        if "/static/" in answer.url and not answer.url.endswith(".woff2") and not answer.from_service_worker:
            brought[answer.url] = len(gzip.compress(answer.body(), 6))

    walker.page.on("response", weigh)
    walker.open()
    assert sum(brought.values()) < 200_000, brought
