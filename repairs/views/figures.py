"""The figures of repairs, each a link to the list it counts, and the register of a day on paper."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from core import figures, files
from core.flow import Refused
from core.pages import need
from core.text import is_key
from repairs import access
from repairs.printing import register_of_day
from repairs.services import figures as repairs

LIST = "repairs:work_order_list"
T = gettext_lazy


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """How fast, how well, where; what comes back, what was used."""
    need(access.may_read_register(request.user))
    buildings = access.register_buildings(request.user)
    time = figures.asked_time(request, buildings, timezone.localdate())
    rows = access.register(request.user, time.first, time.last, time.building)
    span = time.span("received_at")
    terms = access.terms_of(time.building.pk if time.building else 0)
    groups = (
        (T("By category"), "category", repairs.by_category(rows)),
        (T("By urgency"), "urgent", repairs.by_urgency(rows)),
        (T("By technician"), "users", repairs.by_technician(rows)),
        (T("By floor"), "stack-2", repairs.by_floor(rows)),
        (T("By month"), "calendar", figures.by_month(rows, "received_at")),
    )
    context = {
        "time": time,
        "totals": repairs.totals(rows),
        "groups": [(title, icon, figures.linked(lines, LIST, span), figures.top(lines)) for title, icon, lines in groups],
        "recurring": figures.linked(repairs.recurring(rows, terms.repeat_count), LIST, span),
        "materials": repairs.materials(rows),
    }
    return render(request, "repairs/figures.html", context, status=time.status)


@require_GET
def register_print(request: HttpRequest) -> HttpResponse:
    """The Repair Request Register of one day and building as PDF: `?day=`, `?building=` (manual 3.4.4-1.F1)."""
    need(access.may_read_register(request.user))
    day = asked_day(request)
    wanted: Any = request.GET.get("building", "")
    buildings = access.register_buildings(request.user)
    building = get_object_or_404(buildings, pk=wanted) if is_key(wanted) else buildings.first()
    if building is None:
        raise Refused(_("There is no building whose register you read."))
    rows = access.register(request.user, day, day, building).select_related(*access.LINKED).order_by("pk")
    return files.pdf_answer(
        register_of_day(building, day, rows, by=request.user, at=timezone.now()), name=f"{_('Repair Request Register')} {day}.pdf"
    )


def asked_day(request: HttpRequest) -> dt.date:
    """The day of the address; today without one. Refused when it is no day."""
    typed = request.GET.get("day", "")
    try:
        day = parse_date(typed) if typed else timezone.localdate()
    except ValueError:
        day = None
    if day is None:
        raise Refused(_("Write the day as 2026-11-23."))
    return day


urls = [
    path("figures/", overview, name="figures"),
    path("register/print/", register_print, name="register_print"),
]
