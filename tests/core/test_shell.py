"""The frame, the components and the tags that every page is made of."""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace as Stub
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.template import TemplateSyntaxError, engines
from django.test import Client, RequestFactory
from django.utils import translation
from django_cotton.compiler_regex import CottonCompiler

from core.flow import Blocked, NextStep, Option, Step
from core.templatetags import ui, wording

NOON = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
SCRIPTS = sorted((settings.BASE_DIR / "static" / "js").glob("*.js"))


def render(source: str, **context: Any) -> str:
    request = RequestFactory().get("/")
    request.user = Stub(is_authenticated=False)
    return engines["django"].from_string(CottonCompiler().process(source)).render(context, request)


class Job:
    """A record as the tags see one."""

    pk, number, version, state = 7, "JB-20261123-0007", 3, "RUNNING"
    STATE_TONES = {"RUNNING": "A"}

    def get_state_display(self) -> str:
        return "In progress"


def a_step(**fields: Any) -> Step:
    return Step("close", "OPEN", "CLOSED", (), label="Close the job", **fields)


# chips, deadlines, times


def test_a_status_chip_says_the_state_in_words_with_its_tone_and_an_icon() -> None:
    shown = render("{% status record %}", record=Job())
    assert "In progress" in shown
    assert "chip-active" in shown
    assert "<path" in shown


def test_a_state_without_a_tone_is_neutral() -> None:
    assert "chip-neutral" in ui.chip("Anything", "?")


@pytest.mark.parametrize(
    ("minutes", "tone", "text"),
    [
        (-35, "D", "35 min late"),
        (80, "Y", "1 h 20 min left"),
        (300, "I", "5 h 0 min left"),
        (4000, "N", "2 d left"),
        (-3000, "D", "2 d late"),
    ],
)
def test_a_deadline_gets_louder_as_it_comes_near(minutes: int, tone: str, text: str) -> None:
    words = wording.deadline(NOON + dt.timedelta(minutes=minutes), now=NOON)
    assert (words.tone, words.text) == (tone, text)


def test_a_deadline_warns_when_a_fifth_of_its_time_is_left() -> None:
    words = wording.deadline(NOON + dt.timedelta(hours=10), now=NOON, started_at=NOON - dt.timedelta(hours=60))
    assert words.tone == "Y"


def test_a_paused_deadline_gives_its_reason_and_does_not_run() -> None:
    shown = ui.deadline(NOON, "PAUSED", "waiting for the tenant")
    assert "clock paused · waiting for the tenant" in shown
    assert "chip-waiting" in shown
    assert "data-due" not in shown


def test_a_record_without_a_deadline_shows_none() -> None:
    assert ui.deadline(None) == ""


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (NOON.replace(hour=14, minute=30), "today 14:30"),
        (NOON - dt.timedelta(days=1), "yesterday 12:00"),
        (NOON - dt.timedelta(days=2), "11-21 12:00"),
        (NOON.replace(year=2024), "2024-11-23"),
        (dt.date(2026, 11, 24), "tomorrow"),
        (dt.date(2026, 10, 1), "10-01"),
    ],
)
def test_a_list_names_near_days_and_dates_far_ones(moment: dt.date, text: str) -> None:
    assert wording.relative_day(moment, now=NOON) == text


def test_midnight_is_counted_in_shanghai() -> None:
    just_after = dt.datetime(2026, 11, 22, 16, 5, tzinfo=dt.UTC)
    assert wording.relative_day(just_after, now=NOON) == "today 00:05"


def test_a_time_carries_its_machine_form() -> None:
    assert 'datetime="2026-11-23T12:00:00+08:00"' in ui.when(NOON)


# money, phones, names


@pytest.mark.parametrize(
    ("amount", "text"), [(Decimal("16409.02"), "¥16,409.02"), (Decimal("0"), "¥0.00"), (Decimal("-120"), "-¥120.00 <small>refund</small>")]
)
def test_money_has_two_places_and_a_word_when_it_goes_back(amount: Decimal, text: str) -> None:
    assert text in ui.money(amount)


@pytest.mark.parametrize(
    ("number", "text", "link"),
    [
        ("13800138000", "138 0013 8000", "tel:13800138000"),
        ("138 0013 8000", "138 0013 8000", "tel:13800138000"),
        ("010-88888888", "010-8888 8888", "tel:01088888888"),
        ("010-88888888 转 801", "010-8888 8888 ext. 801", "tel:01088888888,801"),
    ],
)
def test_a_phone_number_is_grouped_and_can_be_dialled(number: str, text: str, link: str) -> None:
    shown = ui.phone(number)
    assert f">{text}<" in shown
    assert f'href="{link}"' in shown


@pytest.mark.parametrize(("number", "text"), [("13800138000", "138****8000"), ("010-88886666", "****6666"), ("110", "****"), ("", "–")])
def test_a_masked_number_shows_only_its_ends(number: str, text: str) -> None:
    assert ui.masked_phone(number) == text


@pytest.mark.parametrize(("name", "mark"), [("王敏", "王"), ("Li Min", "LM"), ("", "?")])
def test_a_person_is_marked_by_initials(name: str, mark: str) -> None:
    assert ui.initials(name) == mark


@pytest.mark.parametrize(("tags", "url"), [("undo:/x/1/undo/", "/x/1/undo/"), ("undo://evil.example/", ""), ("", ""), (None, "")])
def test_an_undo_button_leads_only_to_this_site(tags: str | None, url: str) -> None:
    assert ui.undo_url(tags) == url


# components


def test_the_next_step_is_one_primary_button() -> None:
    step = NextStep(Option(a_step(asks_reason=True), []), None, [], [])
    with_url = render_next_step(step)
    assert with_url.count("btn-primary") == 1
    assert "Close the job" in with_url


def test_a_blocked_step_shows_what_it_waits_for_and_where_to_mend_it() -> None:
    blocked = Option(a_step(), [Blocked("Missing papers: licence.", "/papers/")])
    shown = render_next_step(NextStep(None, blocked, [], []))
    assert '<a href="/papers/">Missing papers: licence.</a>' in shown
    assert "btn-primary" not in shown


def test_somebody_elses_turn_is_named() -> None:
    assert "Engineering head" in render_next_step(NextStep(None, None, [], ["Engineering head"]))


def render_next_step(next_step: NextStep) -> str:
    from core import kinds

    record = Job()
    kinds._kinds[Job] = Stub(step_url=lambda record, step: f"/jobs/7/do/{step}/", url=lambda record: "/jobs/7/")  # type: ignore[assignment, index]
    try:
        return render('<c-next-step :record="record" :next_step="next_step" />', record=record, next_step=next_step)
    finally:
        del kinds._kinds[Job]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "words"),
    [("nothing_yet", "Nothing here yet"), ("no_match", "Nothing matches"), ("nothing_left", "is done"), ("no_permission", "No permission")],
)
def test_an_empty_place_says_why_it_is_empty(kind: str, words: str) -> None:
    assert words in render(f'<c-empty kind="{kind}" />')


def test_a_component_does_not_borrow_words_from_the_page_around_it() -> None:
    assert "Title of the page" not in render('<c-empty kind="no_match" />', title="Title of the page")


def test_the_timeline_shows_what_changed() -> None:
    entry = Stub(at=NOON, actor="王敏", kind="CHANGED", title="Changed", note="", changes=[("Booked for", "11-24", "11-25")])
    shown = render('<c-timeline :entries="entries" />', entries=[entry])
    assert "<del>11-24</del>" in shown
    assert "<ins>11-25</ins>" in shown
    assert "王敏" in shown


def test_the_papers_say_how_many_are_given() -> None:
    shown = render('<c-papers :lines="lines" />', lines=[a_line("VERIFIED"), a_line("MISSING")])
    assert ">1/2<" in shown
    assert "chip-warning" in shown


def a_line(state: str) -> Any:
    paper = Stub(pk=1, state=state, reason="", file=None, verified_by=None, received_by=None, STATE_TONES={"MISSING": "Y", "VERIFIED": "S"})
    paper.get_state_display = lambda: state.title()
    return Stub(kind=Stub(code=state, why="", original=True), name="Licence", paper=paper, is_given=state == "VERIFIED")


def test_an_outdated_signature_asks_to_sign_again() -> None:
    signoff = Stub(name="刘芳", role="Tenant", signed_at=NOON, opinion="", strokes=[], record_version=2)
    signoff.get_method_display = lambda: "On paper"
    document, party = Stub(key="handover", title="Handover"), Stub(key="T", label="Tenant")
    row = Stub(document=document, party=party, signoff=signoff, outdated=True, state="OUTDATED")
    shown = render('<c-signoffs :rows="rows" />', rows=[row])
    assert "Outdated" in shown
    assert "changed after this signature" in shown


class RepairForm(forms.Form):
    unit = forms.CharField(label="Unit", help_text="Number or name")
    category = forms.ChoiceField(label="Category", choices=[("", "---------"), ("W", "Water"), ("L", "Lift")], widget=forms.RadioSelect)


def test_a_form_with_errors_says_them_twice_in_the_same_words() -> None:
    shown = render('<c-form :form="form" submit="Create" />', form=RepairForm({"unit": ""}))
    assert shown.count("This field is required.") == 4
    assert 'href="#id_unit"' in shown
    assert 'href="#div_id_category"' in shown
    assert 'aria-describedby="id_unit_helptext id_unit_error"' in shown
    assert 'id="id_unit_error"' in shown


def test_an_empty_choice_is_not_offered_as_a_radio() -> None:
    shown = render('<c-form :form="form" />', form=RepairForm())
    assert "---------" not in shown
    assert shown.count('type="radio"') == 2


def test_an_irreversible_act_starts_on_cancel_and_repeats_its_verb() -> None:
    shown = render('<c-dialog title="Void receipt SJ-1" consequence="It stays." verb="Void receipt" cancel_url="/back/" number="SJ-1" />')
    assert "data-first-focus" in shown.split("Cancel")[0].rsplit("<a", 1)[1]
    assert "Void receipt</button>" in shown
    assert 'name="confirm_number"' in shown


def test_a_signature_pad_without_scripts_names_the_other_ways() -> None:
    shown = render('<c-signature-pad name="strokes" label="Tenant">What is signed</c-signature-pad>')
    assert "typed name with a witness" in shown
    assert 'type="hidden" name="strokes"' in shown


# house rules of the look


def test_every_icon_that_is_named_exists() -> None:
    texts = [path.read_text(encoding="utf8") for path in TEMPLATES]
    named = {name for text in texts for name in re.findall(r'(?:{% icon |[ (]icon=)"([a-z][a-z0-9-]+)"', text)}
    named |= {icon for _tone, icon in ui.TONES.values()} | {"clock", "alarm", "player-pause"}
    missing = sorted(name for name in named if not ui._drawing(name))
    assert missing == []


def test_every_template_can_be_read() -> None:
    broken = []
    for path in TEMPLATES:
        try:
            engines["django"].get_template(str(path.relative_to(settings.BASE_DIR / "templates")))
        except TemplateSyntaxError as error:
            broken.append(f"{path.name}: {error}")
    assert broken == []


def test_no_served_page_carries_inline_script_or_style() -> None:
    forbidden = re.compile(
        r"\sstyle=\"|\son(click|change|submit|load|input)=\"|<style|<script>|hx-confirm|hx-on|javascript:", re.IGNORECASE
    )
    found = [str(path) for path in TEMPLATES if "print" not in str(path) and forbidden.search(path.read_text(encoding="utf8"))]
    assert found == []


def test_the_scripts_only_say_words_that_are_translated() -> None:
    said = {name for path in SCRIPTS for name in re.findall(r'\bword\("(\w+)"', path.read_text(encoding="utf8"))}
    assert said <= wording.for_scripts().keys()


def test_the_words_of_the_scripts_follow_the_language() -> None:
    with translation.override("zh-hans"):
        chips = json.loads(wording.for_scripts()["date_chips"])
    assert chips[0] == ["今天", 0]


def test_no_script_is_longer_than_two_hundred_lines() -> None:
    assert [path.name for path in SCRIPTS if len(path.read_text(encoding="utf8").splitlines()) > 200] == []


def test_style_sheets_name_no_other_host() -> None:
    sheets = Path(settings.BASE_DIR / "static" / "css").glob("*.css")
    assert [path.name for path in sheets if re.search(r"https?://|@import", path.read_text(encoding="utf8"))] == []


# pages


@pytest.mark.django_db
def test_a_stranger_gets_the_sign_in_page_in_chinese_by_default() -> None:
    page = Client().get("/accounts/login/").content.decode()
    assert 'lang="zh-hans"' in page
    assert "登录" in page


@pytest.mark.django_db
def test_a_wrong_address_offers_a_search(cast: Any, as_user: Any) -> None:
    answer = as_user(cast.frontdesk).get("/no/such/page/")
    assert answer.status_code == 404
    assert 'action="/search/"' in answer.content.decode()


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 422, 429])
def test_an_error_page_says_what_to_do(status: int) -> None:
    page = render(
        f'{{% include "{status}.html" %}}', message="The key is out since yesterday.", blockers=[Blocked("Return it first.", "/keys/1/")]
    )
    assert "The key is out since yesterday." in page
    assert '<a href="/keys/1/">Return it first.</a>' in page


def test_the_page_for_a_fault_of_ours_needs_nothing_and_gives_a_reference() -> None:
    page = engines["django"].get_template("500.html").render({})
    assert re.search(r"<strong class=\"num\">\d{8}-\d{6}</strong>", page)
