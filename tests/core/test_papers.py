"""A missing paper always has a way out, and every way leaves its reason."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from core import papers
from core.flow import Refused
from core.models import PaperKind
from tests.conftest import Cast

AT = timezone.now()


@pytest.fixture
def kinds(db: None) -> list[PaperKind]:
    papers.condition("test_large")(lambda building: building.name == "large")
    rows = [
        PaperKind(procedure="test", code="licence", name="Copy of the business licence", name_zh="营业执照复印件", position=1),
        PaperKind(procedure="test", code="seal", name="Sealed original", name_zh="盖章原件", position=2, substitute=False),
        PaperKind(procedure="test", code="fire", name="Fire receipt", name_zh="消防回执", position=3, condition="test_large"),
    ]
    return PaperKind.objects.bulk_create(rows)


def test_only_the_papers_whose_condition_holds_are_asked_for(cast: Cast, tower: Any, kinds: Any) -> None:
    papers.open_for(tower, "test")
    assert [line.kind.code for line in papers.checklist(tower)] == ["licence", "seal"]
    tower.name = "large"
    papers.open_for(tower, "test")
    assert [line.kind.code for line in papers.checklist(tower)] == ["licence", "seal", "fire"]


def test_opening_the_list_again_keeps_what_was_received(cast: Cast, tower: Any, kinds: Any) -> None:
    papers.open_for(tower, "test")
    [licence, _seal] = papers.checklist(tower)
    papers.receive(licence.paper, by=cast.service_clerk, at=AT)
    papers.open_for(tower, "test")
    assert [line.state for line in papers.checklist(tower)] == ["RECEIVED", "MISSING"]


def test_a_paper_counts_once_it_is_verified_or_replaced(cast: Cast, tower: Any, kinds: Any) -> None:
    papers.open_for(tower, "test")
    [licence, seal] = papers.checklist(tower)
    papers.receive(licence.paper, by=cast.service_clerk, at=AT)
    assert [line.kind.code for line in papers.missing(tower)] == ["licence", "seal"]
    papers.verify(licence.paper, by=cast.service_clerk, at=AT)
    assert [line.kind.code for line in papers.missing(tower)] == ["seal"]
    papers.not_applicable(seal.paper, by=cast.service_clerk, at=AT, reason="principal present")
    assert papers.missing(tower) == []


def test_the_guard_names_what_is_missing_and_links_to_it(cast: Cast, tower: Any, kinds: Any) -> None:
    papers.open_for(tower, "test")
    blocked = papers.complete("any", lambda record: "/here/")(tower)
    assert blocked is not None
    assert (str(blocked.text), blocked.url) == ("Missing papers: Copy of the business licence、Sealed original.", "/here/")


def test_what_is_not_in_order_is_refused(cast: Cast, tower: Any, kinds: Any) -> None:
    papers.open_for(tower, "test")
    [licence, seal] = papers.checklist(tower)
    with pytest.raises(Refused, match="Receive"):
        papers.verify(licence.paper, by=cast.service_clerk, at=AT)
    with pytest.raises(Refused, match="reason"):
        papers.substitute(licence.paper, by=cast.service_clerk, at=AT, reason=" ")
    with pytest.raises(Refused, match="new time"):
        papers.substitute(seal.paper, by=cast.service_clerk, at=AT, reason="copy")
