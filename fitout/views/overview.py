"""The calendar of all sites, what runs out, and the terms of a building."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import forms
from core.clock import day_in
from core.pages import bound, form_page, named, need
from fitout import access
from fitout.forms import FitoutTermsForm
from fitout.models import Expiring, FitoutTerms
from fitout.services import calendar as rules
from fitout.services import expiries

VIEWS = ("month", "week", "agenda")
DAY = dt.timedelta(days=1)
SPANS = (7, 30, 90)
MOST = 300


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """All sites: `?view=month|week|agenda`, `?day=`, `?building=`."""
    need(access.may_read_register(request.user))
    today = timezone.localdate()
    view = request.GET.get("view", "")
    view = view if view in VIEWS else "month"
    day = day_in(request.GET.get("day", ""), today)
    building = named(request, "building", access.buildings)
    first, last = _span(view, day)
    rows = rules.entries(request.user, first, last, building)
    kept = {"building": building.pk} if building else {}
    context = {
        "title": _("Calendar of the sites"),
        "view": view,
        "day": day,
        "first": first,
        "last": last,
        "today": today,
        "is_today": first <= today <= last,
        "weeks": [] if view == "agenda" else rules.weeks(rows, first, last, most=None if view == "week" else rules.LANES),
        "agenda": rules.agenda(rows, first, last),
        "count": len(rows),
        "buildings": list(access.buildings(request.user)),
        "building": building,
        "earlier": _address(view, first - DAY, kept),
        "later": _address(view, last + DAY, kept),
        "now": _address(view, today, kept),
        "views": [(name, _address(name, day, kept)) for name in VIEWS],
        "week_root": _address("week", first, kept).rpartition("day=")[0],
    }
    return render(request, "fitout/calendar.html", context)


def _span(view: str, day: dt.date) -> tuple[dt.date, dt.date]:
    """The days that a view shows: whole weeks of a month, a week, or a month as an agenda."""
    month = day.replace(day=1)
    after = (month + 31 * DAY).replace(day=1)
    if view == "agenda":
        return month, after - DAY
    first, last = (day, day) if view == "week" else (month, after - DAY)
    return first - dt.timedelta(days=first.weekday()), last + dt.timedelta(days=6 - last.weekday())


def _address(view: str, day: dt.date, kept: dict[str, Any]) -> str:
    """The same page on another day or in another view."""
    return f"{reverse('fitout:calendar')}?{urlencode({**kept, 'view': view, 'day': day.isoformat()})}"


@require_GET
def expiry_list(request: HttpRequest) -> HttpResponse:
    """What has run out and what does soon: `?days=7|30|90`, `?kind=`, `?building=`."""
    need(access.may_read_register(request.user))
    today = timezone.localdate()
    asked = request.GET.get("days", "")
    days = int(asked) if asked in {str(span) for span in SPANS} else SPANS[1]
    kind = request.GET.get("kind", "")
    building = named(request, "building", access.buildings)
    places = [building.pk] if building else list(access.register_places(request.user))
    found = expiries.running_out(places, today + DAY * days, most=MOST)
    shown = [row for row in found if not kind or row.kind.value == kind]
    counts = [
        (each, sum(row.kind is each for row in found), sum(row.kind is each and row.on < today for row in found)) for each in Expiring
    ]
    context = {
        "title": _("What runs out"),
        "today": today,
        "days": days,
        "spans": SPANS,
        "kind": kind if kind in Expiring.values else "",
        "kinds": counts,
        "all": len(found),
        "rows": [(row, (row.on - today).days) for row in shown[:MOST]],
        "buildings": list(access.buildings(request.user)),
        "building": building,
        "kept": f"&building={building.pk}" if building else "",
        "terms_url": reverse("fitout:terms_list") if access.may_set_terms(request.user) else "",
    }
    return render(request, "fitout/expiries.html", context)


@require_GET
def terms_list(request: HttpRequest) -> HttpResponse:
    """What each building sets for its fit-outs."""
    need(access.may_set_terms(request.user))
    buildings = list(access.led_buildings(request.user))
    rows = [(building, access.terms_of(building.pk)) for building in buildings]
    return render(request, "fitout/terms.html", {"title": _("Fit-out terms"), "rows": rows})


def terms_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer service manager sets time limits, sums and reminders of a building."""
    need(access.may_set_terms(request.user))
    building = get_object_or_404(access.led_buildings(request.user), pk=pk)
    terms = access.terms_of(building.pk)
    form = bound(request, FitoutTermsForm, instance=terms)
    back = reverse("fitout:terms_list")

    def save(filled: Any) -> str:
        if filled.instance.pk:
            forms.save_changes(filled, by=request.user)
        else:
            filled.save()
        return back

    title = _("Fit-out terms of %(building)s") % {"building": building}
    record: FitoutTerms | None = terms if terms.pk else None
    return form_page(request, form, title=title, save=save, record=record, cancel_url=back)


urls = [
    path("calendar/", calendar, name="calendar"),
    path("expiries/", expiry_list, name="expiry_list"),
    path("terms/", terms_list, name="terms_list"),
    path("terms/<int:pk>/", terms_edit, name="terms_edit"),
]
