"""Records of moving in for the tests of every step and page."""

from __future__ import annotations

from typing import Any

from core import papers
from tests.tenants import moving


def a_defect(cast: Any, building: Any) -> Any:
    return moving.a_defect(moving.a_move_in(cast, building, moving.S.IN_HANDOVER), cast)


def a_paper(cast: Any, building: Any) -> dict[str, Any]:
    return {"pk": papers.checklist(moving.a_notice(cast, building))[0].paper.pk}


FACTORIES = {"tenants.MoveIn": moving.a_notice, "tenants.Defect": a_defect}
ARGUMENTS = {
    "tenants:handover": lambda cast, building: {"pk": moving.a_notice(cast, building).pk, "section": "papers"},
    "tenants:briefing": lambda cast, building: {"pk": moving.a_notice(cast, building).pk},
    "tenants:defect_photos": lambda cast, building: {"pk": a_defect(cast, building).pk},
    "tenants:move_in_paper": a_paper,
}
