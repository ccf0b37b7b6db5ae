"""The papers of an application and its materials on the fit-out's page: in the middle until the permit, at the side afterwards."""

from __future__ import annotations

from typing import Any

from core import panels, papers
from fitout import access
from fitout.models import BEFORE_SITE, Fitout
from fitout.services.intake import PROCEDURE


def _card(request: Any, fitout: Fitout) -> tuple[str, dict[str, Any]]:
    may_edit = access.may_manage(request.user, fitout) and not fitout.is_ended
    context = {
        "fitout": fitout,
        "lines": papers.checklist(fitout, PROCEDURE),
        "materials": list(fitout.materials.select_related("certificate")),
        "may_edit": may_edit,
        # Security collects the receipt of the fire authority.
        "not_mine": () if access.may_guard(request.user, fitout) else ("fire_receipt",),
    }
    return "fitout/papers_panel.html", context


def in_the_middle(request: Any, fitout: Fitout) -> tuple[str, dict[str, Any]] | None:
    return _card(request, fitout) if fitout.state in BEFORE_SITE else None


def at_the_side(request: Any, fitout: Fitout) -> tuple[str, dict[str, Any]] | None:
    return None if fitout.state in BEFORE_SITE else _card(request, fitout)


panels.register("fitout", "papers", "", in_the_middle, order=10)
panels.register("fitout.side", "papers", "", at_the_side, order=80)
