"""Works that were stopped: from when to when, why, by whom (manual 3.2.4-4.2.D)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from core import lists
from core.pages import record_page, without_blanks
from core.templatetags.ui import chip
from core.urls import record_urls
from fitout import access
from fitout.filters import StoppageFilter
from fitout.models import Stoppage
from fitout.tables import StoppageTable
from tenants import access as tenants


@require_GET
def stoppage_list(request: HttpRequest) -> HttpResponse:
    return lists.page(
        request,
        name="fitout-stoppages",
        title=_("Stopped works"),
        rows=access.stoppages(request.user),
        table=StoppageTable,
        filter=StoppageFilter,
        search=tenants.words_in("reason", "fitout__number", "fitout__unit__code", "fitout__contractor__name"),
        views=[lists.Preset(_("Stopped now"), "going_on=true")],
        empty=_("No works were stopped yet."),
    )


def lasted(stoppage: Stoppage, now: dt.datetime) -> str:
    """How long works rest or rested, in days and hours."""
    hours = int(((stoppage.resumed_at or now) - stoppage.stopped_at).total_seconds() // 3600)
    days, left = divmod(hours, 24)
    parts = [ngettext("%(n)d day", "%(n)d days", days) % {"n": days}] if days else []
    return " ".join([*parts, ngettext("%(n)d hour", "%(n)d hours", left) % {"n": left}])


@require_GET
def stoppage_detail(request: HttpRequest, pk: int) -> HttpResponse:
    stoppage = get_object_or_404(access.stoppages(request.user).select_related("fitout__tenant"), pk=pk)
    fitout = stoppage.fitout
    facts: list[tuple[Any, Any]] = [
        (_("Fit-out"), fitout),
        (_("Unit"), fitout.unit),
        (_("Contractor"), fitout.contractor),
        (_("Reason"), stoppage.reason),
        (_("Breach"), stoppage.breach),
        (_("Stopped"), stoppage.stopped_at),
        (_("Stopped by"), stoppage.stopped_by),
        (_("Went on"), stoppage.resumed_at),
        (_("Let go on by"), stoppage.resumed_by),
        (_("How long"), lasted(stoppage, timezone.now())),
    ]
    return record_page(
        request,
        stoppage,
        title=_("Stopped works"),
        chip=chip(_("Went on"), "N") if stoppage.resumed_at else chip(_("Stopped"), "D"),
        facts=without_blanks(facts),
        back=(reverse("fitout:fitout_detail", args=[fitout.pk]), fitout),
        tenant=fitout.tenant,
    )


urls = record_urls("stoppages", "stoppage", model=Stoppage, list_view=stoppage_list, detail_view=stoppage_detail)
