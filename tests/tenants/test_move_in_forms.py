"""Every form of moving in says what it must, filled and blank."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import printing
from core.models import PrintLog
from premises.models import ParkingSpace
from tenants.models import Defect, MoveIn
from tenants.services import move_in as rules
from tests.conftest import Cast
from tests.tenants import moving
from tests.tenants.moving import S, a_defect, a_move_in

clause = pytest.mark.clause
SignIn = Callable[[Any], Client]
TENANT = "北京北辰信息科技有限公司"


def text_of(pdf: bytes) -> str:
    """The text of a PDF without spaces, so that line breaks don't matter."""
    made = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(made.stdout.decode().split())


def printed(client: Client, move_in: MoveIn, form: str, query: str = "") -> str:
    answer = client.get(reverse("tenants:move_in_print", args=[move_in.pk, form]) + query)
    assert answer["Content-Type"] == "application/pdf"
    return text_of(answer.content)


@pytest.fixture
def signed(cast: Cast, tower: Any) -> MoveIn:
    """A move-in with everything on it: parking, a defect, all signatures."""
    move_in = a_move_in(cast, tower, S.TO_SIGN, slip_note="押金已交，三个月租金")
    rules.settle_parking(move_in, ParkingSpace.objects.create(building=tower, code="B2-018"))
    a_defect(move_in, cast)
    move_in = MoveIn.objects.get(pk=move_in.pk)
    moving.sign_everything(move_in, cast)
    rules.hold_briefing(move_in, by=cast.service_clerk, at=timezone.now(), people="刘芳、周强", declined="", cards_wanted=3)
    return move_in


def filled(form: str, clauses: list[str], *words: str) -> Any:
    return pytest.param(form, list(words), marks=clause(*clauses), id=form)


FORMS = [
    filled("notice", ["M3.1.3-1", "M3.1.3-1.F1", "M3.1.4-1"], "大厦一层物业管理处", "本人身份证明复印件", "营业执照复印件", "委托书原件"),
    filled("slip", ["M3.1.4-1.F1"], "HT-2026-018", "2026-12-01", "2029-11-30", "押金已交"),
    filled("authorisation", ["M3.1.4-2.d1.F1"], "1801"),
    filled("handbook-receipt", ["M3.1.4-2.3"], "1801"),
    filled("registration", ["M3.1.4-2.4", "M3.1.4-2.4.F1"], "软件", "40"),
    filled("contacts", ["M3.1.4-2.4", "M3.1.4-2.4.F2"], "刘芳", "周强", "13900139000"),
    filled("board-order", ["M3.1.4-2.4", "M3.1.4-2.4.F3"], "北辰科技", "BeichenTech", "SP-"),
    filled("fire-safety", ["M3.1.4-2.5", "M3.1.4-2.5.F1"], "《中华人民共和国消防法》", "119"),
    filled("covenant", ["M3.1.4-2.5", "M3.1.4-2.5.F2"], "云汇中心A座", "本公约"),
    filled("parking", ["M3.1.4-2.5", "M3.1.4-2.5.F3"], "B2-018"),
    filled("facilities", ["M1.2.2-b", "M1.2.2-b.F1"], "风机盘管", "12398.2", "K-1801-1"),
    filled("baseline", ["M3.1.4-3.2", "M3.1.4-3.2.F1"], "E-1801-1", "12398.2", "王强"),
    filled("equipment", ["M3.1.4-3.3", "M3.1.4-3.3.F1"], "风机盘管", "4"),
    filled("consumption", ["M3.1.4-3.3", "M3.1.4-3.3.F2"], "E-1801-1", "12398.2"),
    filled("keys", ["M3.1.4-3.3", "M3.1.4-3.3.F3"], "K-1801-1", "K-1801-2"),
    filled("defects", ["M3.1.4-3.4", "M3.1.4-3.4.F1"], "北侧窗", "窗户关不严"),
    filled("briefing", ["M3.1.4-3.5"], "刘芳、周强"),
    filled("customer-cards", ["M3.1.4-3.5", "M3.1.4-3.5.F1"], "3"),
]


@pytest.mark.parametrize(("form", "words"), FORMS)
def test_a_form_is_printed_filled(form: str, words: list[str], signed: MoveIn, cast: Cast, as_user: SignIn) -> None:
    text = printed(as_user(cast.service_clerk), signed, form)
    assert [word for word in [*words, TENANT] if word not in text] == []
    assert PrintLog.objects.filter(form=form).count() == 1


@pytest.mark.parametrize("form", [form.key for form in printing.forms_of(MoveIn) if form.blank])
def test_a_form_is_printed_blank_before_anything_happened(form: str, cast: Cast, tower: Any, as_user: SignIn) -> None:
    text = printed(as_user(cast.service_clerk), moving.a_notice(cast, tower), form, "?blank=1")
    assert TENANT not in text
    assert text


@clause("M3.1.4-3.2")
def test_the_signatures_on_a_form_are_those_given_to_it(signed: MoveIn, cast: Cast, as_user: SignIn) -> None:
    [meter] = rules.electricity_meters(signed)
    assert "王强" in printed(as_user(cast.service_clerk), signed, "baseline")
    rules.read_baseline(signed, meter, Decimal("12400"), by=cast.engineer, at=timezone.now())
    assert "王强" not in printed(as_user(cast.service_clerk), signed, "baseline")


def test_a_form_that_has_nothing_to_say_yet_gives_its_reason(cast: Cast, tower: Any) -> None:
    menu = {form.key: reason for form, _url, reason in printing.menu(moving.a_notice(cast, tower))}
    assert menu["keys"] == "no key is handed over yet"
    assert menu["notice"] is None


@clause("M3.1.4-3.4")
def test_the_sheet_of_a_defect_names_place_and_repair(signed: MoveIn, cast: Cast, as_user: SignIn) -> None:
    defect = Defect.objects.get()
    answer = as_user(cast.engineer).get(reverse("tenants:defect_print", args=[defect.pk, "defect"]))
    assert "窗户关不严" in text_of(answer.content)


def test_a_cancelled_notice_is_marked_void(cast: Cast, tower: Any) -> None:
    move_in = moving.take(moving.a_notice(cast, tower), "cancel", cast.leasing, note="客户改租")
    form = printing.form_of(MoveIn, "notice")
    assert form is not None
    assert printing.sheet_of(form, move_in, by=cast.leasing, at=timezone.now(), nth=1, link="").mark == "VOID"


def test_strangers_print_nothing(signed: MoveIn, cast: Cast, as_user: SignIn) -> None:
    answer = as_user(cast.outsider).get(reverse("tenants:move_in_print", args=[signed.pk, "notice"]))
    assert answer.status_code == 404
