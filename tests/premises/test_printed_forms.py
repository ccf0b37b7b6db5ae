"""The handover forms of a unit say what they must, filled and blank."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal as D
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import printing
from premises import services
from premises.models import EquipmentItem, Key, Meter, ParkingSpace, Unit
from tests.conftest import Cast, a_unit

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SignIn = Callable[..., Client]


def text_of(pdf: bytes) -> str:
    """The text of a PDF without spaces, so that line breaks don't matter."""
    made = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(made.stdout.decode().split())


@pytest.fixture
def unit(tower: Any, cast: Cast) -> Unit:
    unit = a_unit(tower, "1801")
    meter = Meter.objects.create(building=tower, unit=unit, kind="ELECTRICITY", number="E-1801", multiplier=D(30))
    services.record_reading(meter, D("12345.6"), on=date(2026, 10, 1), by=cast.engineer, kind="BASELINE")
    services.record_reading(meter, D("12355.6"), on=date(2026, 11, 1), by=cast.engineer)
    EquipmentItem.objects.create(unit=unit, name="风机盘管", quantity=4)
    for n in (1, 2):
        Key.objects.create(building=tower, unit=unit, kind=Key.Kind.UNIT_KEY, number=f"K-1801-{n}")
    return unit


FORMS = [
    pytest.param("facilities-handover", ["风机盘管", "12355.6", "K-1801-1,K-1801-2"], marks=pytest.mark.clause("M1.2.2-b", "M1.2.2-b.F1")),
    pytest.param("meter-baseline", ["E-1801", "12355.6", "30"], marks=pytest.mark.clause("M3.1.4-3.2", "M3.1.4-3.2.F1")),
    pytest.param("equipment-checklist", ["风机盘管", "4"], marks=pytest.mark.clause("M3.1.4-3.3", "M3.1.4-3.3.F1")),
    pytest.param("consumption", ["12345.6", "12355.6", "300"], marks=pytest.mark.clause("M3.1.4-3.3", "M3.1.4-3.3.F2")),
    pytest.param("key-receipt", ["K-1801-1,K-1801-2"], marks=pytest.mark.clause("M3.1.4-3.3", "M3.1.4-3.3.F3")),
]


@pytest.mark.parametrize(("form", "expected"), FORMS)
def test_a_form_of_the_unit_is_printed_filled(form: str, expected: list[str], unit: Unit, cast: Cast, as_user: SignIn) -> None:
    answer = as_user(cast.service_clerk).get(reverse("premises:unit_print", args=[unit.pk, form]))
    text = text_of(answer.content)
    assert answer["Content-Type"] == "application/pdf"
    assert [word for word in [*expected, "1801", "云汇中心A座"] if word not in text] == []


@pytest.mark.parametrize("form", [form.key for form in printing.forms_of(Unit)])
def test_a_form_of_the_unit_is_printed_blank(form: str, unit: Unit, cast: Cast, as_user: SignIn) -> None:
    answer = as_user(cast.service_clerk).get(reverse("premises:unit_print", args=[unit.pk, form]), {"blank": "1"})
    assert "E-1801" not in text_of(answer.content)


@pytest.mark.clause("M3.1.4-2.5.F3", "M3.13.4-6.6.F1")
@pytest.mark.parametrize("form", ["parking-lease", "parking-card"])
def test_the_parking_lease_and_card_name_space_tenant_and_plate(form: str, tower: Any, cast: Cast, as_user: SignIn) -> None:
    space = ParkingSpace.objects.create(building=tower, code="B2-018")
    services.PARKING_FLOW.take(space, "rent", by=cast.service_clerk, at=NOW, rented_to="华信科技", plate="京A12345")
    Key.objects.create(building=tower, parking_space=space, kind=Key.Kind.PARKING_LOCK_KEY, number="PL-018")
    text = text_of(as_user(cast.service_clerk).get(reverse("premises:parking_space_print", args=[space.pk, form])).content)
    assert [word for word in ("B2-018", "华信科技", "京A12345", "PL-018") if word not in text] == []


def test_a_parking_card_of_a_free_space_is_refused(tower: Any, cast: Cast, as_user: SignIn) -> None:
    space = ParkingSpace.objects.create(building=tower, code="B2-018")
    answer = as_user(cast.service_clerk).get(reverse("premises:parking_space_print", args=[space.pk, "parking-card"]))
    assert answer.status_code == 422


def test_a_sheet_holds_24_labels(tower: Any, cast: Cast, as_user: SignIn) -> None:
    for n in range(25):
        services.label_place(a_unit(tower, f"18{n:02d}"))
    pdf = as_user(cast.frontdesk).get(reverse("premises:place_labels")).content
    pages = subprocess.run(["pdfinfo", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    assert "Pages:           2" in pages
    assert "1824" in text_of(pdf)
