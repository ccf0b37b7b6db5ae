"""The forms of an application, filled from the record and blank (manual 3.2.4-1)."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.urls import reverse

from core import printing
from fitout.models import Fitout, MaterialLine
from fitout.printing import application as forms
from fitout.services import materials
from tests.fitout.factories import S, a_fitout, an_application


def printed(client: Any, fitout: Fitout, form: str, **query: str) -> int:
    """How many pages the form has."""
    answer = client.get(reverse("fitout:fitout_print", args=[fitout.pk, form]), query)
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf", answer.content[:300]
    return len(pikepdf.open(BytesIO(b"".join(answer.streaming_content) if answer.streaming else answer.content)).pages)


def facts_of(said: dict[str, Any]) -> dict[str, str]:
    return {str(label): str(value) for label, value in said["facts"]}


@pytest.mark.clause("M3.2.4-1.1.F1")
def test_the_application_form_says_who_what_when_and_which_papers_came(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.RECEIVED)
    said = forms.application(fitout)
    facts = facts_of(said)
    assert facts["Tenant"] == fitout.tenant.name and facts["Planned start"] == fitout.starts_on.isoformat()
    assert said["scope"] == fitout.scope and [line[1] for line in said["lines"]] == ["Verified"] * 5
    client = as_user(cast.service_clerk)
    assert (printed(client, fitout, "application"), printed(client, fitout, "application", blank="1")) == (1, 1)
    assert len(forms.application(None)["lines"]) == 6, "the blank form names every paper that may be asked for"


@pytest.mark.clause("M3.2.4-1.1.F2")
def test_the_letter_of_authorisation_is_filled_and_blank(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = an_application(cast, tower, basis="AUTHORISATION")
    assert facts_of(forms.authorisation(fitout))["Contractor"] == fitout.contractor.name
    client = as_user(cast.service_clerk)
    assert (printed(client, fitout, "authorisation"), printed(client, fitout, "authorisation", blank="1")) == (1, 1)


@pytest.mark.clause("M3.2.4-1.1.F3")
def test_the_materials_list_names_maker_rating_and_certificate(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = an_application(cast, tower)
    told = {"name": "石膏板", "specification": "12 mm", "maker": "北新", "used_for": "隔墙", "rating": "A", "certificate_number": "HG-1"}
    materials.add(MaterialLine(fitout=fitout, **told), by=cast.service_clerk)
    assert forms.materials(fitout)["lines"] == [(1, "石膏板", "12 mm", "北新", "隔墙", "A", "HG-1")]
    client = as_user(cast.service_clerk)
    assert (printed(client, fitout, "materials"), printed(client, fitout, "materials", blank="1")) == (1, 1)


@pytest.mark.clause("M3.2.4-1.5.F1")
@pytest.mark.clause("M3.2.4-1.5.F2")
@pytest.mark.parametrize(("key", "document"), [("works-undertaking", "works_undertaking"), ("fire-undertaking", "fire_undertaking")])
def test_the_undertakings_bear_what_was_signed_and_both_signatures(key: str, document: str, cast: Any, tower: Any, as_user: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.AWAITING_FIRE)
    form = printing.form_of(Fitout, key)
    assert form and [box["signoff"].name for box in printing.boxes(form, fitout)] == ["刘洋", "刘洋"]
    said, signed = form.context(fitout), printing.boxes(form, fitout)[0]["signoff"]
    assert len(said["promises"]) == 4 and all(promise in signed.text for promise in said["promises"])
    client = as_user(cast.service_clerk)
    assert (printed(client, fitout, key), printed(client, fitout, key, blank="1")) == (3, 3), "a copy for each"


@pytest.mark.clause("M1.1-4.F2")
def test_the_receipt_says_which_edition_each_party_got(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.AWAITING_FIRE)
    lines = forms.handbook(fitout)["lines"]
    assert [(line[0], line[2], line[3]) for line in lines] == [
        ("Fit-out Handbook", "Contractor", "郭建军"), ("Fit-out Safety Penalty Rules", "Contractor", "郭建军"),
    ]  # fmt: skip
    client = as_user(cast.service_clerk)
    assert (printed(client, fitout, "handbook-receipt"), printed(client, fitout, "handbook-receipt", blank="1")) == (1, 1)
