"""Today's checks, the Fit-out Patrol Record, and one check (manual 3.2.4-4.2)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from core import files, lists
from core.flow import Refused
from core.pages import bound, form_page, need, record_page, without_blanks
from core.text import is_key
from core.urls import record_urls
from fitout import access
from fitout.filters import SiteCheckFilter
from fitout.forms import ProgressForm
from fitout.models import SiteCheck
from fitout.printing.site import record_of_day
from fitout.services import drawings, site_board, site_checks
from fitout.tables import SiteCheckTable
from fitout.views.breaches import found_in
from staff import access as staff
from tenants import access as tenants

DAY = dt.timedelta(days=1)


def asked_day(request: HttpRequest) -> dt.date:
    """The day of the address; today without one. Refused when it is no day."""
    typed = request.GET.get("day", "")
    try:
        return dt.date.fromisoformat(typed) if typed else timezone.localdate()
    except ValueError:
        raise Refused(_("Write the day as 2026-11-23.")) from None


@require_GET
def site_board_page(request: HttpRequest) -> HttpResponse:
    """Sites × departments of a day: done, open, missed."""
    need(access.may_read_register(request.user))
    day = asked_day(request)
    there = reverse("fitout:site_board")
    context = {
        "day": day,
        "board": site_board.of_day(access.fitouts(request.user), day),
        "is_today": day == timezone.localdate(),
        "earlier": f"{there}?day={day - DAY}",
        "later": f"{there}?day={day + DAY}",
        "buildings": access.buildings(request.user),
    }
    return render(request, "fitout/site_board.html", context)


@require_GET
def site_check_list(request: HttpRequest) -> HttpResponse:
    """The Fit-out Patrol Record of all sites."""
    return lists.page(
        request,
        name="site-checks",
        title=_("Fit-out Patrol Record"),
        rows=access.site_checks(request.user),
        table=SiteCheckTable,
        filter=SiteCheckFilter,
        search=tenants.words_in("fitout__number", "fitout__unit__code", "fitout__contractor__name", "progress", "round__done_by__name"),
        views=[lists.Preset(_("With findings"), "result=FAIL&result=PARTIAL")],
        empty=_("No site was checked yet."),
    )


@require_GET
def site_check_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One check: what was looked at, what was not in order, the approved drawings and the quiet hours."""
    check = get_object_or_404(access.site_checks(request.user), pk=pk)
    fitout, hours = check.fitout, access.quiet_hours(check.fitout.building_id)
    facts: list[tuple[Any, Any]] = [
        (_("Fit-out"), fitout),
        (_("Unit"), fitout.unit),
        (_("Contractor"), fitout.contractor),
        (_("Department"), check.department),
        (_("Checked by"), check.round.done_by),
        (pgettext("fit-out", "Checked"), check.checked_at),
        (_("Left out, because"), check.round.gap_reason),
        (_("Progress of the works"), check.progress),
        (_("Quiet hours"), " · ".join(str(row) for row in hours)),
        (_("Within the quiet hours"), _("Yes") if access.is_quiet(fitout.building_id, check.checked_at, hours) else _("No")),
    ]
    tells = check.department.code == site_checks.TELLS_PROGRESS and staff.holds(
        request.user, site_checks.TELLS_PROGRESS, None, fitout.building_id
    )
    return record_page(
        request,
        check,
        title=pgettext("fit-out", "Site check"),
        facts=without_blanks(facts),
        back=(reverse("fitout:site_check_list"), _("Fit-out Patrol Record")),
        template="fitout/site_check.html",
        tenant=None,
        edit_url=reverse("fitout:site_check_progress", args=[pk]) if tells else "",
        answers=site_checks.answers(check),
        breaches=list(check.breaches.select_related("kind")),
        found=found_in(request.user, check),
        drawings=drawings.approved(fitout),
    )


def site_check_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Customer service tells how far the works are (manual 3.2.4-4.2.A)."""
    check = get_object_or_404(access.site_checks(request.user), pk=pk)
    need(staff.holds(request.user, site_checks.TELLS_PROGRESS, None, check.fitout.building_id))
    form = bound(request, ProgressForm, initial={"progress": check.progress})
    back = reverse("fitout:site_check_detail", args=[pk])

    def save(filled: Any) -> SiteCheck:
        return site_checks.tell_progress(check, filled.cleaned_data["progress"], by=request.user)

    return form_page(request, form, title=_("Progress of the works"), save=save, record=check, cancel_url=back)


@require_GET
def record_print(request: HttpRequest) -> HttpResponse:
    """The Fit-out Patrol Record of one day and building as PDF: `?day=`, `?building=`, `?blank=1`."""
    need(access.may_read_register(request.user))
    day, wanted = asked_day(request), request.GET.get("building", "")
    buildings = access.buildings(request.user)
    building = get_object_or_404(buildings, pk=wanted) if is_key(wanted) else buildings.first()
    if building is None:
        raise Refused(_("There is no building whose sites you see."))
    mine = access.fitouts(request.user).filter(building=building)
    rows = [] if request.GET.get("blank") == "1" else site_checks.lines_of(mine, day, day)
    made = record_of_day(building, day, rows, by=request.user, at=timezone.now())
    return files.pdf_answer(made, name=f"{_('Fit-out Patrol Record')} {day}.pdf")


urls = [
    path("site-checks/today/", site_board_page, name="site_board"),
    path("site-checks/print/", record_print, name="record_print"),
    path("site-checks/<int:pk>/progress/", site_check_progress, name="site_check_progress"),
    *record_urls("site-checks", "site_check", model=SiteCheck, list_view=site_check_list, detail_view=site_check_detail),
]
