"""Bookings by the hour: the calendar, a new booking, and the day's list for engineering (manual 3.12, ux.md 3.6)."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from core import files, printing
from core.clock import day_in
from core.pages import bound, form_page, named, need
from core.text import is_key
from repairs import access
from repairs.flow import ORDER_FLOW
from repairs.forms import BookingForm
from repairs.models import Booking, ServiceItem
from repairs.services import bookings, intake
from repairs.views.register import DOORS, send_on

VIEWS = ("week", "day", "agenda")
DAY = dt.timedelta(days=1)


def chosen(request: HttpRequest, name: str, rows: Any) -> Any:
    """The row of a choice that the address names by its key, or None."""
    wanted = request.GET.get(name, "")
    return rows.filter(pk=wanted).first() if is_key(wanted) else None


@require_GET
def booking_list(request: HttpRequest) -> HttpResponse:
    """The calendar: `?view=week|day|agenda`, `?week=`, `?day=`, `?service=`, `?building=`."""
    need(access.may_see_bookings(request.user))
    today = timezone.localdate()
    asked = request.GET.get("day") or request.GET.get("week") or ""
    view = request.GET.get("view") or ("day" if request.GET.get("day") else "week")
    view = view if view in VIEWS else "week"
    day = day_in(asked, today)
    service = chosen(request, "service", access.booked_services())
    building = chosen(request, "building", access.report_buildings(request.user))
    first = day if view == "day" else day - dt.timedelta(days=day.weekday())
    last = first if view == "day" else first + dt.timedelta(days=6)
    rows = access.bookings(request.user)
    found = bookings.of_days(rows.filter(building=building) if building else rows, first, last, service)
    return render(request, "repairs/bookings.html", calendar(request, found, view, (first, last), service, building))


def calendar(
    request: HttpRequest, rows: list[Booking], view: str, span: tuple[dt.date, dt.date], service: ServiceItem | None, building: Any
) -> dict[str, Any]:
    """What the page of the calendar shows."""
    (first, last), today = span, timezone.localdate()
    services = list(access.booked_services())
    step = dt.timedelta(days=1 if view == "day" else 7)
    columns = (
        bookings.day_columns(rows, [service] if service else services, first)
        if view == "day"
        else bookings.week_columns(rows, first, today)
    )
    kept = {"service": service.pk if service else "", "building": building.pk if building else ""}
    return {
        "title": _("Bookings"),
        "view": view,
        "first": first,
        "last": last,
        "today": today,
        "is_today": first <= today <= last,
        "columns": columns,
        "lines": [] if view == "agenda" else bookings.lines(columns),
        "agenda": bookings.agenda(rows, first, last),
        "count": len(rows),
        "services": services,
        "service": service,
        "buildings": list(access.report_buildings(request.user)),
        "building": building,
        "kept": kept,
        "earlier": address(view, first - step, kept),
        "later": address(view, first + step, kept),
        "now": address(view, today, kept),
        "views": [(name, address(name, today if first <= today <= last else first, kept)) for name in VIEWS],
        "may_book": access.may_take_calls(request.user),
        "cancelling": cancelling(request.user, rows),
        "print_url": f"{reverse('repairs:booking_print')}?{urlencode({**kept, 'day': first if view == 'day' else today})}",
    }


def address(view: str, day: dt.date, kept: dict[str, Any]) -> str:
    """The same page on another day or in another view."""
    said = {"view": view, "day" if view == "day" else "week": day.isoformat(), **{name: value for name, value in kept.items() if value}}
    return f"{reverse('repairs:booking_list')}?{urlencode(said)}"


def cancelling(user: Any, rows: list[Booking]) -> set[int]:
    """Work orders whose booking this person may call off now."""
    step = ORDER_FLOW.steps["withdraw"]
    return {row.order_id for row in rows if row.order.state in step.sources and step.is_for(user, row.order)}


def booking_new(request: HttpRequest) -> HttpResponse:
    """A booking, or up to 31 of them: a work order for each, sent to be signed."""
    need(access.may_take_calls(request.user))
    today = timezone.localdate()
    form = bound(request, BookingForm, user=request.user, today=today, initial=told_by_link(request, today))

    def save(filled: Any) -> Any:
        now = timezone.now()
        made = [send_on(order, by=request.user, at=now) for order in bookings.make(filled.told, filled.spans, by=request.user, at=now)]
        text = ngettext(
            "%(count)d booking is made. Have the Payment Notice signed.",
            "%(count)d bookings are made. Have the Payment Notices signed.",
            len(made),
        )
        messages.success(request, text % {"count": len(made)})
        return made[0] if len(made) == 1 else address("agenda", filled.spans[0][0].date(), {"service": filled.cleaned_data["service"].pk})

    return form_page(
        request,
        form,
        title=_("New booking"),
        save=save,
        submit_label=_("Book"),
        template="repairs/bookings_new.html",
        cancel_url=reverse("repairs:booking_list"),
        **taken(request, today),
    )


def told_by_link(request: HttpRequest, today: dt.date) -> dict[str, Any]:
    """What the page that led here knows: `?service=`, `?day=`, `?unit=`, `?tenant=`, `?phone=`."""
    found = {name: named(request, name, DOORS[name]) for name in ("unit", "tenant")}
    service = chosen(request, "service", access.booked_services())
    initial = {"day": day_in(request.GET.get("day", ""), today), "begin": dt.time(18), "end": dt.time(20)}
    initial |= {name: row.pk for name, row in found.items() if row} | ({"service": service.pk} if service else {})
    return initial | {"phone": request.GET.get("phone", "")[:30], "name": request.GET.get("name", "")[:60]}


def taken(request: HttpRequest, today: dt.date) -> dict[str, Any]:
    """What is booked of a service on a day, and the hours still free: of a unit, or in a building where there is one of it."""
    sent = request.POST if request.method == "POST" else request.GET
    key, day = sent.get("service", ""), day_in(sent.get("day", ""), today)
    service = access.booked_services().filter(pk=key).first() if is_key(key) else None
    if service is None:
        return {"busy_service": None}
    unit = unit_in(request.user, sent.get("unit", ""))
    building = unit.building if unit else access.register_buildings(request.user).first()
    rows = access.bookings(request.user).filter(building=building)
    rows = rows if service.is_exclusive else rows.filter(unit=unit) if unit else rows
    found = bookings.of_days(rows, day, day, service)
    is_whole = service.is_exclusive or unit is not None
    price = intake.rate_in_words(service, building.pk, day) if building else ""
    said = {"busy_service": service, "busy_day": day, "busy_unit": unit, "busy_building": building, "busy_price": price}
    return {**said, "busy": found, "free": bookings.free(found, day) if is_whole else None}


def unit_in(user: Any, text: str) -> Any:
    """The unit that a picker says: `=<key>`, or its code."""
    rows, key = access.bookable_units(user), text.strip().removeprefix("=")
    if key != text.strip():
        return rows.filter(pk=key).first() if is_key(key) else None
    return rows.filter(code__iexact=key[:30]).first() if key and "\x00" not in key else None


@require_GET
def booking_busy(request: HttpRequest) -> HttpResponse:
    """The fragment beside the form: what is taken and what is free."""
    need(access.may_take_calls(request.user))
    return render(request, "repairs/bookings_busy.html", taken(request, timezone.localdate()))


@require_GET
def booking_print(request: HttpRequest) -> HttpResponse:
    """The day's list for engineering on A4: `?day=`, `?service=`, `?building=`; who switches what on and off, and when."""
    need(access.may_see_bookings(request.user))
    day = day_in(request.GET.get("day", ""), timezone.localdate())
    service = chosen(request, "service", access.booked_services())
    houses = access.report_buildings(request.user)
    building = chosen(request, "building", houses) or houses.first()
    rows = bookings.of_days(access.bookings(request.user).filter(building=building), day, day, service)
    now = timezone.now()
    sheet = printing.Sheet(
        title=_("Bookings of the day"),
        company=building.management_company if building else "",
        qr=printing.qr_code(request.build_absolute_uri(address("day", day, {"service": service.pk if service else ""}))),
        printed_by=str(request.user),
        printed_at=now,
        parties=[
            {"label": _("Customer service"), "seal": False, "signoff": None},
            {"label": _("Engineering"), "seal": False, "signoff": None},
        ],
    )
    body = printing.render(
        "repairs/print/bookings.html", {"rows": rows, "day": day, "building_name": building or "", "service": service}, sheet
    )
    return files.pdf_answer(body, name=f"{sheet.title} {day}.pdf")


urls = [
    path("bookings/", booking_list, name="booking_list"),
    path("bookings/new/", booking_new, name="booking_new"),
    path("bookings/busy/", booking_busy, name="booking_busy"),
    path("bookings/print/", booking_print, name="booking_print"),
]
