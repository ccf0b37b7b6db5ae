"""A sign-off holds for the text it was given to, and for no other."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from core import signing
from core.flow import NotAllowed, Refused
from core.models import SignOff
from staff.access import ENGINEERING
from tests.conftest import Cast

STROKES = [[{"x": 1, "y": 2}, {"x": 30, "y": 18}]]


@pytest.fixture
def paper(tower: Any) -> signing.Document:
    """A document whose text is the building's address, so the test can change what was signed."""
    parties = (signing.Party("TENANT", "Tenant"), signing.Party("ENGINEERING", "Engineering", ENGINEERING))
    document = signing.Document("test_paper", "Test paper", parties, lambda building: building.address)
    signing.register(type(tower), document)
    yield document
    signing._documents[type(tower)].pop("test_paper")


def sign(tower: Any, party: str, person: Any, **details: Any) -> SignOff:
    given: dict[str, Any] = {"method": "SCREEN", "name": "陈静", "strokes": STROKES, **details}
    return signing.sign(tower, "test_paper", party, by=person, at=timezone.now(), **given)


def test_it_is_complete_when_every_party_has_signed(cast: Cast, tower: Any, paper: signing.Document) -> None:
    sign(tower, "TENANT", cast.service_clerk)
    assert not signing.complete(tower, "test_paper")
    sign(tower, "ENGINEERING", cast.engineer)
    assert signing.complete(tower, "test_paper")


def test_a_later_change_of_the_text_outdates_it_and_signing_again_mends_it(cast: Cast, tower: Any, paper: Any) -> None:
    first = sign(tower, "TENANT", cast.service_clerk)
    tower.address = "changed"
    tower.save()
    [row] = [row for row in signing.panel(tower) if row.party.key == "TENANT"]
    assert (row.state, row.is_valid) == ("OUTDATED", False)
    second = sign(tower, "TENANT", cast.service_clerk)
    first.refresh_from_db()
    assert first.replaced_by == second
    assert SignOff.objects.get(pk=second.pk).text == "changed"


def test_nobody_signs_for_a_department_without_its_post(cast: Cast, tower: Any, paper: signing.Document) -> None:
    with pytest.raises(NotAllowed):
        sign(tower, "ENGINEERING", cast.service_clerk)
    assert SignOff.objects.count() == 0


@pytest.mark.parametrize(
    "details",
    [
        {"strokes": []},
        {"name": "  "},
        {"method": "WITNESSED", "strokes": []},
        {"method": "PAPER", "strokes": []},
        {"verdict": "RETURNED"},
    ],
)
def test_a_signature_without_its_proof_is_refused(cast: Cast, tower: Any, paper: Any, details: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        sign(tower, "TENANT", cast.service_clerk, **details)
    assert SignOff.objects.count() == 0


def test_strokes_are_redrawn_as_lines_that_fit() -> None:
    svg = signing.strokes_svg([{"points": [{"x": 100, "y": 100}, {"x": 200, "y": 150}]}])
    assert 'viewBox="0 0 108 58"' in svg
    assert 'points="4.0,4.0 104.0,54.0"' in svg
    assert signing.strokes_svg([]) == ""
