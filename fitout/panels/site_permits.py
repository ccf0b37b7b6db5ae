"""Permits for hot work and work at height: what they are to the product, and their card on the page of a fit-out."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import kinds, panels
from core.search import SearchWords
from fitout import access
from fitout.flow import HEIGHT_FLOW, HOT_WORK_FLOW
from fitout.models import HEIGHT_OPEN, HOT_OPEN, Fitout, HeightPermit, HotWorkPermit

T = gettext_lazy
SHOWN = 10


def permit_words(permit: Any) -> SearchWords:
    return SearchWords(
        title=f"{permit.fitout.unit.code} {permit.spot}",
        subtitle=permit.fitout.contractor.name,
        number=permit.number,
        words=[permit.fitout.number],
        rank=3 if permit.state in {*HOT_OPEN, *HEIGHT_OPEN} else 0,
    )


def permit_summary(permit: Any) -> list[tuple[Any, Any]]:
    return [
        (_("Fit-out"), permit.fitout),
        (_("Unit"), permit.fitout.unit),
        (_("Exact spot"), permit.spot),
        (_("Work"), permit.work),
        (_("From"), permit.starts_at),
        (_("Until"), permit.ends_at),
        (_("Watcher"), permit.watcher),
    ]


def card(request: Any, fitout: Fitout) -> tuple[str, dict[str, Any]]:
    """The newest permits of both kinds, and the way to apply."""
    hot = list(access.hot_works(request.user).filter(fitout=fitout).order_by("-pk")[:SHOWN])
    high = list(access.height_works(request.user).filter(fitout=fitout).order_by("-pk")[:SHOWN])
    may_apply = fitout.is_open_site and fitout.state != Fitout.State.STOPPED and access.may_inspect(request.user, fitout)
    return "fitout/site_permits_panel.html", {"fitout": fitout, "hot": hot, "high": high, "may_apply": may_apply}


kinds.register(
    HotWorkPermit, rows=access.hot_works, title=T("Hot-work permit"), icon="flame", url="fitout:hot_work_detail", flow=HOT_WORK_FLOW,
    search=permit_words, summary=permit_summary,
)  # fmt: skip
kinds.register(
    HeightPermit, rows=access.height_works, title=T("Permit for work at height"), icon="ladder", url="fitout:height_permit_detail",
    flow=HEIGHT_FLOW, search=permit_words, summary=permit_summary,
)  # fmt: skip
panels.register("fitout", "hot-work", "", card, order=70)
