"""Concealed works, completion inspection, damage and what became of the deposit, on the page of a fit-out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing import access as billing
from billing.models import DepositMove, Refund
from core import kinds, panels
from core.search import SearchWords
from fitout import access
from fitout.flow import CONCEALED_FLOW
from fitout.models import ConcealedWorks, Fitout
from fitout.services import inspections

T = gettext_lazy


def concealed_words(row: ConcealedWorks) -> SearchWords:
    return SearchWords(title=f"{row.item} {row.spot}", subtitle=row.fitout.unit.code, number=row.number, words=[row.fitout.number])


def concealed_summary(row: ConcealedWorks) -> list[tuple[Any, Any]]:
    return [(_("Unit"), row.fitout.unit), (_("Kind of works"), row.item), (_("Where"), row.spot), (_("Agreed time"), row.agreed_at)]


kinds.register(
    ConcealedWorks,
    rows=access.concealed,
    title=T("Concealed works"),
    icon="stack",
    url="fitout:concealed_detail",
    flow=CONCEALED_FLOW,
    search=concealed_words,
    summary=concealed_summary,
)


def concealed_panel(request: Any, fitout: Fitout) -> tuple[str, dict[str, Any]] | None:
    if fitout.started_at is None:
        return None
    rows = list(fitout.concealed.select_related("item"))
    may_apply = fitout.is_open_site and access.may_manage(request.user, fitout)
    return "fitout/concealed_panel.html", {"record": fitout, "rows": rows, "may_apply": may_apply}


def inspection_panel(request: Any, fitout: Fitout) -> tuple[str, dict[str, Any]] | None:
    """What the completion found, what is damaged, and where the deposit stands for who may see money."""
    if fitout.started_at is None:
        return None
    damages = list(fitout.damages.select_related("photo"))
    deposits = list(access.works_deposits(fitout)) if billing.may_see_money(request.user) else []
    may_inspect, may_manage = access.may_inspect(request.user, fitout), access.may_manage(request.user, fitout)
    context = {
        "record": fitout,
        "remarks": list(fitout.remarks.filter(concealed=None).select_related("department", "by", "rectified_by", "photo")),
        "departments": access.site_departments(request.user, fitout),
        "may_remark": may_inspect and fitout.state in inspections.TO_INSPECT,
        "damages": damages,
        "total": sum((row.amount for row in damages), Decimal(0)),
        "may_price": may_inspect and fitout.state in inspections.PRICED,
        "may_bill": may_manage and fitout.state in (*inspections.PRICED, Fitout.State.TO_APPROVE),
        "deposits": deposits,
        "moves": list(DepositMove.objects.filter(deposit__in=deposits)) if deposits else [],
        "refunds": list(Refund.objects.filter(deposit__in=deposits)) if deposits else [],
    }
    return "fitout/inspection_panel.html", context


panels.register("fitout", "concealed", "", concealed_panel, order=85)
panels.register("fitout", "inspection", "", inspection_panel, order=90)
