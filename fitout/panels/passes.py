"""Worker passes: what they are to the product, and their card on the page of a fit-out."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import kinds, panels
from core.search import SearchWords
from fitout import access
from fitout.flow import PASS_FLOW
from fitout.models import Fitout, WorkerPass
from fitout.services import passes

T = gettext_lazy
SHOWN = 30


def pass_words(row: WorkerPass) -> SearchWords:
    return SearchWords(
        title=f"{row.name} {row.trade.name_zh}",
        subtitle=f"{row.fitout.unit.code} {row.fitout.contractor.name}",
        number=row.number,
        words=[row.phone, row.fitout.number],
        rank=3 if row.state == WorkerPass.State.VALID else 0,
    )


def pass_summary(row: WorkerPass) -> list[tuple[Any, Any]]:
    return [(_("Worker"), row.name), (_("Trade"), row.trade), (_("Fit-out"), row.fitout), (_("Contractor"), row.fitout.contractor)]


def card(request: Any, fitout: Fitout) -> tuple[str, dict[str, Any]]:
    """Who works there, with what status, and who is on site now."""
    rows = list(access.passes(request.user).filter(fitout=fitout).order_by("-pk")[: SHOWN + 1])
    inside = set(fitout.entries.open().values_list("worker_pass_id", flat=True))
    may_register = access.may_register_workers(request.user, fitout)
    context = {
        "fitout": fitout,
        "rows": [(row, row.pk in inside) for row in rows[:SHOWN]],
        "summary": passes.summary(fitout) if rows else [],
        "more": len(rows) > SHOWN,
        "inside": len(inside),
        "may_register": may_register and not fitout.is_ended,
        "unbilled": passes.unbilled(fitout).count() if rows and may_register else 0,
        "valid": any(row.state == WorkerPass.State.VALID for row in rows),
        "list_url": f"{reverse('fitout:worker_pass_list')}?q={fitout.number}",
        "register_url": kinds.of(fitout).print_url(fitout, "worker-register"),
    }
    return "fitout/passes_panel.html", context


kinds.register(
    WorkerPass,
    rows=access.passes,
    title=T("Worker pass"),
    icon="id-badge-2",
    url="fitout:worker_pass_detail",
    flow=PASS_FLOW,
    search=pass_words,
    summary=pass_summary,
)
panels.register("fitout", "passes", "", card, order=60)
