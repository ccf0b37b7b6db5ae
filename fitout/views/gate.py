"""The guard's phone: scan a pass, see green or red with every reason, let in, let out (manual 3.2.4-3.3)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import forms, lists
from core.pages import bound, need
from fitout import access
from fitout.filters import EntryFilter
from fitout.flow.gate import stops
from fitout.models import Fitout, SiteEntry
from fitout.services import gate
from fitout.tables import EntryTable
from tenants import access as tenants

LAST, MOST = 5, 2000


@require_GET
def gate_page(request: HttpRequest) -> HttpResponse:
    """A box for the number on a pass; one match opens it, several are offered."""
    code = request.GET.get("code", "").replace("\0", "")[:200]
    rows = gate.found(request.user, code) if code.strip() else []
    if len(rows) == 1:
        return HttpResponseRedirect(reverse("fitout:gate_pass", args=[rows[0].pk]))
    context = {"code": code, "rows": rows, "inside": access.entries(request.user).open().count()}
    return render(request, "fitout/gate.html", context, status=404 if code.strip() and not rows else 200)


def gate_pass(request: HttpRequest, pk: int) -> HttpResponse:
    """One pass at the gate: may this worker go in today, and one large button. Others than guards see the pass itself."""
    row = get_object_or_404(access.passes(request.user).select_related("photo", "fitout__tenant"), pk=pk)
    if not access.may_guard(request.user, row):
        need(request.method != "POST")
        return HttpResponseRedirect(reverse("fitout:worker_pass_detail", args=[pk]))
    inside = row.entries.open().select_related("let_in_by").first()
    reasons = stops(row)
    form = bound(request, forms.ConfirmForm)

    def save(_filled: Any) -> str:
        now = timezone.now()
        if request.POST.get("way") == "out":
            gate.let_out(row, by=request.user, at=now)
            messages.success(request, _("%(name)s is out.") % {"name": row.name})
        else:
            gate.let_in(row, check=stops, by=request.user, at=now)
            messages.success(request, _("%(name)s is in.") % {"name": row.name})
        return reverse("fitout:gate_pass", args=[pk])

    context = {
        "row": row,
        "inside": inside,
        "is_overdue": inside is not None and inside.entered_at < gate.closed_at(row.building_id, timezone.now()),
        "reasons": reasons,
        "last": list(row.entries.exclude(left_at=None)[:LAST]),
    }
    return forms.respond(request, form, template="fitout/gate_pass.html", save=save, context=context, title=row.name)


@dataclass
class Site:
    """A fit-out and who is on its site now."""

    fitout: Fitout
    entries: list[SiteEntry] = field(default_factory=list)


@require_GET
def on_site(request: HttpRequest) -> HttpResponse:
    """Everybody who is on a site now, by building and site; who should have left is marked."""
    now = timezone.now()
    rows: list[Any] = list(access.entries(request.user).open().order_by("fitout__building_id", "fitout_id", "entered_at")[:MOST])
    closed: dict[int, dt.datetime] = {}
    buildings: dict[Any, dict[int, Site]] = {}
    for row in rows:
        house = row.fitout.building
        limit = closed.setdefault(house.pk, gate.closed_at(house.pk, now))
        row.is_overdue = row.entered_at < limit
        buildings.setdefault(house, {}).setdefault(row.fitout_id, Site(row.fitout)).entries.append(row)
    houses = [(house, list(sites.values()), sum(len(site.entries) for site in sites.values())) for house, sites in buildings.items()]
    late = sum(row.is_overdue for row in rows)
    context = {"houses": houses, "total": len(rows), "late": late, "may_guard": access.guards_somewhere(request.user)}
    return render(request, "fitout/on_site.html", context)


@require_GET
def entry_list(request: HttpRequest) -> HttpResponse:
    """The log of the gate."""
    return lists.page(
        request,
        name="site-entries",
        title=_("Entries to sites"),
        rows=access.entries(request.user),
        table=EntryTable,
        filter=EntryFilter,
        search=tenants.words_in(
            "worker_pass__name", "worker_pass__number", "fitout__number", "fitout__unit__code", "fitout__contractor__name"
        ),
        views=[lists.Preset(_("On site now"), "inside=true"), lists.Preset(_("Left open overnight"), "overnight=true")],
        empty=_("Nobody went in yet."),
    )


urls = [
    path("gate/", gate_page, name="gate"),
    path("gate/<int:pk>/", gate_pass, name="gate_pass"),
    path("on-site/", on_site, name="on_site"),
    path("entries/", entry_list, name="entry_list"),
]
