"""The Repair Service Item List as everybody may look it up (manual 3.4.2-3.F1)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.pages import need
from core.text import is_key
from premises.models import Building
from repairs import access
from repairs.models import ServiceItem
from repairs.services import intake


def service_list(request: HttpRequest) -> HttpResponse:
    """What engineering offers, free or at which rate, in one of the reader's buildings."""
    need(access.may_report(request.user))
    buildings = list(access.report_buildings(request.user))
    chosen = _chosen(request, buildings)
    rows = priced(chosen) if chosen else []
    context = {"buildings": buildings, "building": chosen, "rows": rows, "title": _("Repair Service Item List")}
    return render(request, "repairs/service_list.html", context)


def _chosen(request: HttpRequest, buildings: list[Building]) -> Building | None:
    wanted = request.GET.get("building", "")
    found = [row for row in buildings if is_key(wanted) and row.pk == int(wanted)]
    return next(iter([*found, *buildings]), None)


def priced(building: Building) -> list[tuple[ServiceItem, Any]]:
    """(item, price in words) of the whole list."""
    on = timezone.localdate()
    return [(row, intake.rate_in_words(row, building.pk, on)) for row in access.services()]
