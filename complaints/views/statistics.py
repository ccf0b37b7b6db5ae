"""The figures of complaints, each a link to the list it counts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from complaints import access
from complaints.services import statistics
from core import figures
from core.pages import need

LIST = "complaints:complaint_list"


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """By kind, department, floor and month; who complains again, and why (manual 3.3.5)."""
    need(access.may_read_register(request.user))
    time = figures.asked_time(request, access.register_buildings(request.user), timezone.localdate())
    rows = access.register(request.user, time.first, time.last, time.building)
    span = time.span("received_at")
    groups = (
        (_("By kind"), "category", statistics.by_kind(rows)),
        (_("By department"), "building-community", statistics.by_department(rows)),
        (_("By floor"), "stack-2", statistics.by_floor(rows)),
        (_("By month"), "calendar", figures.by_month(rows, "received_at")),
    )
    context = {
        "time": time,
        "totals": statistics.totals(rows),
        "groups": [(title, icon, figures.linked(lines, LIST, span), figures.top(lines)) for title, icon, lines in groups],
        "complainants": figures.linked(statistics.complainants(rows), LIST, span),
        "causes": figures.linked(statistics.causes(rows), LIST, span),
        "may_plan": access.may_take_calls(request.user),
    }
    return render(request, "complaints/statistics.html", context, status=time.status)


urls = [path("statistics/", overview, name="statistics")]
