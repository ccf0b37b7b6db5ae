"""Drawings, fire review and permits on the page of a fit-out; permits and sheets in the palette."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core import panels
from fitout import access
from fitout.models import Discipline, FireRule, Fitout
from fitout.services import drawings


def drawings_panel(request: Any, fitout: Fitout) -> tuple[str, dict[str, Any]]:
    sheets = drawings.newest(fitout)
    open_to_register = fitout.state in drawings.REGISTER
    context = {
        "record": fitout,
        "sheets": sheets,
        "may_register": open_to_register and access.may_manage(request.user, fitout),
        "may_review": fitout.state == Fitout.State.DRAWING_REVIEW and access.may_review_drawings(request.user, fitout),
        "waiting": any(not version.verdict for version in sheets),
        "lacking": _lacking(sheets) if open_to_register else "",
    }
    return "fitout/drawings_panel.html", context


def _lacking(sheets: list[Any]) -> str:
    """The required disciplines of which nothing is registered."""
    there = {version.drawing.discipline_id for version in sheets}
    names = [str(row) for row in Discipline.objects.filter(is_active=True, is_required=True) if row.pk not in there]
    return _("Missing: %(names)s") % {"names": "、".join(names)} if names else ""


def permit_panel(request: Any, fitout: Fitout) -> tuple[str, dict[str, Any]]:
    area = access.floor_area(fitout.unit)
    context = {
        "record": fitout,
        "permits": list(fitout.permits.all()),
        "floor_area": area,
        "needs_receipt": area > fitout.building.fit_out_area_limit_m2,
        "fire_rules": [rule for rule in FireRule.objects.filter(is_active=True, over_m2__lt=area) if rule.use in ("", fitout.unit.use)],
        "may_guard": not fitout.is_ended and access.may_guard(request.user, fitout),
    }
    return "fitout/permit_panel.html", context


panels.register("fitout", "drawings", "", drawings_panel, order=20)
panels.register("fitout", "permit", "", permit_panel, order=35)
