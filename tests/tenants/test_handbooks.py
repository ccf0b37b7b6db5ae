"""Handbooks, facility briefings, and every printed form of the tenant file."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.urls import reverse

from core import kinds, printing
from tenants.flow import CIRCULAR_FLOW
from tenants.models import FacilityBriefing, HandbookText
from tenants.services import briefing_lines
from tests.conftest import Cast
from tests.tenants.factories import (
    TODAY,
    a_board_order,
    a_breach,
    a_circular,
    a_goods_move,
    a_handbook,
    a_lease,
    a_letter,
    a_tenant,
)


def words_of(handbook: HandbookText) -> str:
    return "".join(section["heading"] + "".join(section["body"]) for section in handbook.sections)


@pytest.mark.clause("M1.1-4", "M1.1-4.F1", "M3.3.5-4.F1")
def test_the_occupant_handbook_compiles_move_in_fit_out_and_termination(db: None) -> None:
    handbook = HandbookText.objects.in_force("OCCUPANT", TODAY)
    assert handbook is not None
    text = words_of(handbook)
    for words in ("入伙通知书", "委托书原件", "三方签字", "二次装修申请表", "施工许可证", "退租", "迁出申请表", "押金退还"):
        assert words in text
    assert all(section["body_en"] for section in handbook.sections)


@pytest.mark.clause("M3.1.4-2.3.F1", "M3.1.4-2.3.F2")
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("QUALITY_WARRANTY", "保证范围与期限"),
        ("BUILDING_USE", "大功率电热器具"),
        pytest.param("FIT_OUT", "隐蔽工程", marks=pytest.mark.clause("M1.1-4.F2")),
    ],
)
def test_the_other_handbooks_are_there_and_print(cast: Cast, tower: Any, as_user: Any, kind: str, words: str) -> None:
    handbook = HandbookText.objects.in_force(kind, TODAY)
    assert handbook is not None and words in words_of(handbook)
    answer = as_user(cast.service_clerk).get(reverse("tenants:handbook_print", args=[handbook.pk, "handbook"]))
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"


def test_the_version_in_force_is_the_newest_that_is_valid(db: None) -> None:
    first = HandbookText.objects.in_force("OCCUPANT", TODAY)
    assert first is not None
    for edition, day in ((2, TODAY), (3, TODAY + dt.timedelta(days=1))):
        HandbookText.objects.create(
            kind="OCCUPANT", edition=edition, title="用户手册", title_en="x", sections=first.sections, valid_from=day
        )
    assert [HandbookText.objects.in_force("OCCUPANT", TODAY + dt.timedelta(days=n)).edition for n in (-1, 0, 1)] == [1, 2, 3]


@pytest.mark.clause("M1.1-3")
def test_the_briefing_explains_energy_charges_lifts_air_conditioning_overtime_and_facilities(cast: Cast, tower: Any, as_user: Any) -> None:
    FacilityBriefing.objects.create(building=tower, topic="LIFTS", position=3, text="本座客梯 4 部、货梯 1 部。")
    lines = {line.topic: line.text for line in briefing_lines(tower.pk)}
    assert list(lines) == ["ENERGY", "UTILITY_CHARGES", "LIFTS", "AIR_CONDITIONING", "OVERTIME", "FACILITIES"]
    assert lines["LIFTS"] == "本座客梯 4 部、货梯 1 部。" and "倍率" in lines["UTILITY_CHARGES"] and "08:00" in lines["AIR_CONDITIONING"]
    page = as_user(cast.service_clerk).get(reverse("tenants:handbook_list"), headers={"accept-language": "zh-hans"}).content.decode()
    assert "本座客梯 4 部、货梯 1 部。" in page
    context = printing.form_of(HandbookText, "handbook").context(HandbookText.objects.in_force("OCCUPANT", TODAY))  # type: ignore[union-attr]
    assert any("本座客梯" in text for _heading, text in context["briefings"])


def test_a_handbook_reads_on_the_screen(cast: Cast, tower: Any, as_user: Any) -> None:
    answer = as_user(cast.cleaner).get(reverse("tenants:handbook_detail", args=[a_handbook(cast, tower).pk]))
    assert answer.status_code == 200 and "Welcome" in answer.content.decode()


FORMS = [
    (a_tenant, "file-cover"),
    (a_tenant, "information"),
    (a_letter, "letter"),
    (a_circular, "circular"),
    (a_breach, "notice"),
    (a_board_order, "order"),
    (a_goods_move, "booking"),
    (a_handbook, "handbook"),
]


@pytest.mark.clause("M3.11.4-1", "M1.2.8")
@pytest.mark.parametrize(("factory", "form"), FORMS)
@pytest.mark.parametrize("query", ["", "?lang=en", "?blank=1"])
def test_every_form_prints_filled_and_blank(cast: Cast, tower: Any, as_user: Any, factory: Any, form: str, query: str) -> None:
    record = factory(cast, tower)
    answer = as_user(cast.service_clerk).get(kinds.of(record).print_url(record, form) + query)
    assert answer.status_code == 200
    with pikepdf.open(BytesIO(answer.content)) as pdf:
        assert len(pdf.pages) >= 1
    assert as_user(cast.outsider).get(kinds.of(record).print_url(record, form)).status_code == (200 if form == "handbook" else 404)


def test_the_delivery_list_prints_once_the_circular_is_issued(cast: Cast, tower: Any, as_user: Any) -> None:
    from django.utils import timezone

    circular = a_circular(cast, tower)
    url = kinds.of(circular).print_url(circular, "deliveries")
    assert as_user(cast.service_clerk).get(url).status_code in {409, 422}
    CIRCULAR_FLOW.take(circular, "issue", by=cast.service_head, at=timezone.now())
    assert as_user(cast.service_clerk).get(url).status_code == 200


@pytest.mark.clause("M3.11.1")
def test_the_printed_customer_information_masks_identity_numbers(cast: Cast, tower: Any) -> None:
    tenant = a_lease(cast, tower).tenant
    tenant.legal_representative_id = "11010519491231002X"
    tenant.save()
    facts = [str(value) for _label, value in printing.form_of(type(tenant), "information").context(tenant)["facts"]]  # type: ignore[union-attr]
    assert "110***********002X" in facts and "11010519491231002X" not in facts
