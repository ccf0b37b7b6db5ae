"""A signature covers the words its signer read; neither another language nor another translation outdates it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import trans_real

from core import signing
from core.models import SignOff
from tests.conftest import Cast

STROKES = [[{"x": 1, "y": 2}, {"x": 30, "y": 18}]]


@pytest.fixture
def paper(tower: Any) -> Iterator[signing.Document]:
    """A document of a translated word and the building's address."""
    document = signing.Document(
        "test_words", "Words", (signing.Party("TENANT", "Tenant"),), lambda building: f"{_('Approved')} {building.address}"
    )
    signing.register(type(tower), document)
    yield document
    signing._documents[type(tower)].pop("test_words")


def sign(tower: Any, by: Any) -> SignOff:
    return signing.sign(tower, "test_words", "TENANT", by=by, at=timezone.now(), method="SCREEN", name="刘芳", strokes=STROKES)


def state(tower: Any) -> str:
    [row] = [row for row in signing.panel(tower) if row.document.key == "test_words"]
    return row.state


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "同意"), ("en", "Approved")])
def test_it_keeps_the_words_in_the_language_they_were_read_in_with_their_hash(
    language: str, word: str, cast: Cast, tower: Any, paper: Any
) -> None:
    with translation.override(language):
        row = sign(tower, cast.service_clerk)
    assert (row.text, row.language) == (f"{word} {tower.address}", language)
    assert row.text_sha256 == hashlib.sha256(row.text.encode()).hexdigest()


def test_another_language_and_a_new_translation_leave_it_in_force(
    cast: Cast, tower: Any, paper: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with translation.override("zh-hans"):
        sign(tower, cast.service_clerk)
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert state(tower) == "AGREED"
    catalog = trans_real.translation("zh-hans")._catalog
    monkeypatch.setitem(next(each for each in catalog._catalogs if "Approved" in each), "Approved", "已批准")
    with translation.override("zh-hans"):
        assert paper.text(tower).startswith("已批准")
        assert state(tower) == "AGREED"


def test_a_changed_record_outdates_it_in_every_language(cast: Cast, tower: Any, paper: Any) -> None:
    with translation.override("zh-hans"):
        sign(tower, cast.service_clerk)
    tower.address = "changed"
    tower.save()
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert state(tower) == "OUTDATED"


def test_a_signature_from_before_the_language_was_kept_is_read_in_each(cast: Cast, tower: Any, paper: Any) -> None:
    with translation.override("zh-hans"):
        row = sign(tower, cast.service_clerk)
    SignOff.objects.filter(pk=row.pk).update(basis_sha256="", language="")
    with translation.override("en"):
        assert state(tower) == "AGREED"
        tower.address = "changed"
        tower.save()
        assert state(tower) == "OUTDATED"
