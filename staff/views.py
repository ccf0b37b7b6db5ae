"""Pages about people: oneself, colleagues, departments and posts, cover, shifts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from core import files, lists
from core import forms as core_forms
from core.clock import day_in
from core.database import lock
from core.pages import bound, need
from core.versions import was_opened_at
from staff import access, services
from staff.access import Roster
from staff.filters import CoverFilter, PeopleFilter
from staff.forms import CoverForm, ProfileForm, RosterForm
from staff.printing import roster_pdf
from staff.services import Week
from staff.tables import CoverTable, PeopleTable


def profile(request: HttpRequest) -> HttpResponse:
    """My name, phone, language and appearance; my posts and cover."""
    me: Any = request.user
    form = ProfileForm(request.POST or None, instance=me, initial={"language": me.language or request.LANGUAGE_CODE})
    context = {"posts": access.coverable_posts(me).filter(user=me), "covers": _running(me)}
    answer = core_forms.respond(request, form, template="staff/profile.html", save=_save_profile, context=context)
    if answer.status_code == 302:
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, me.language, max_age=365 * 86400, samesite="Lax")
    return answer


def _save_profile(form: Any) -> str:
    person = form.save(commit=False)
    person.save(update_fields=list(ProfileForm.Meta.fields))
    return reverse("staff:profile")


def _running(user: Any) -> Any:
    return access.covers(user).filter(ends_on__gte=timezone.localdate())


@require_GET
def person_list(request: HttpRequest) -> HttpResponse:
    """Colleagues with their posts."""
    return lists.page(
        request,
        name="staff-people",
        title=_("Colleagues"),
        rows=access.people(request.user),
        table=PeopleTable,
        filter=PeopleFilter,
        search=access.people_named,
    )


@require_GET
def person_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One colleague: posts, phone, who stands in for whom."""
    person = get_object_or_404(access.people(request.user), pk=pk)
    covers = access.covers(request.user).filter(ends_on__gte=timezone.localdate())
    absences = [cover for cover in covers if person.pk in (cover.absent_id, cover.stand_in_id)]
    return render(request, "staff/person.html", {"person": person, "covers": absences})


@require_GET
def person_picker(request: HttpRequest) -> JsonResponse:
    """Twenty colleagues whose name or account contains the words typed."""
    return core_forms.pick(request, access.people(request.user), access.people_named, hint=lambda person: person.username)


@require_GET
def organisation(request: HttpRequest) -> HttpResponse:
    """Departments, the posts the handbook names, and who holds them here."""
    return render(request, "staff/organisation.html", {"departments": access.organisation(request.user)})


@require_GET
def cover_list(request: HttpRequest) -> HttpResponse:
    """Cover that concerns me."""
    return lists.page(
        request,
        name="staff-covers",
        title=_("Absence cover"),
        rows=access.covers(request.user),
        table=CoverTable,
        filter=CoverFilter,
        search=access.covers_named,
        new=(reverse("staff:cover_new"), _("Arrange cover")),
    )


def cover_new(request: HttpRequest) -> HttpResponse:
    """Arranges cover for a post of mine or of my department."""
    form = CoverForm(request.POST or None, user=request.user)

    def save(filled: CoverForm) -> Any:
        values = {name: filled.cleaned_data[name] for name in ("post", "stand_in", "starts_on", "ends_on", "reason")}
        cover = services.arrange_cover(**values, by=request.user)
        messages.success(request, _("%(person)s stands in and has been told.") % {"person": cover.stand_in})
        return reverse("staff:cover_detail", args=[cover.pk])

    return core_forms.respond(
        request,
        form,
        template="core/form_page.html",
        save=save,
        title=_("Arrange cover"),
        context={"cancel_url": reverse("staff:cover_list")},
    )


@require_GET
def cover_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One absence: who, which post, when, who arranged it."""
    cover = get_object_or_404(access.covers(request.user), pk=pk)
    may_end = cover.ends_on >= timezone.localdate() and access.may_arrange_cover(request.user, cover.post)
    return render(request, "staff/cover.html", {"cover": cover, "may_end": may_end})


@require_POST
def cover_end(request: HttpRequest, pk: int) -> HttpResponse:
    """The absent person is back: the rights go at once."""
    cover = get_object_or_404(access.covers(request.user), pk=pk)
    services.end_cover(cover, by=request.user, on=timezone.localdate())
    messages.success(request, _("The cover has ended."))
    return HttpResponseRedirect(reverse("staff:cover_list"))


@require_GET
def roster_list(request: HttpRequest) -> HttpResponse:
    """This week of the first roster I read, with my own shifts above it."""
    found = access.rosters(request.user)
    if not found:
        return render(request, "staff/roster.html", {"week": None})
    return _roster_page(request, found, found[0], services.monday(timezone.localdate()))


@require_GET
def roster_week(request: HttpRequest, department: str, territory: int, week: str) -> HttpResponse:
    """A week of a roster: people by days, who is absent, how many are on each shift."""
    found = access.rosters(request.user)
    return _roster_page(request, found, _one_of(found, department, territory), _first_day(week))


def _one_of(found: list[Roster], department: str, territory: int) -> Roster:
    """The roster of an address; 404 for one that this person doesn't read."""
    for roster in found:
        if (roster.department.code, roster.territory.pk) == (department, territory):
            return roster
    raise Http404


def _first_day(week: str) -> dt.date:
    """The Monday of 2026-W48; 404 for what is no week."""
    day = day_in(week, dt.date.min)
    if day == dt.date.min:
        raise Http404
    return services.monday(day)


def roster_url(roster: Roster, first: dt.date, page: str = "week") -> str:
    return reverse(f"staff:roster_{page}", args=[roster.department.code, roster.territory.pk, f"{first:%G-W%V}"])


def _roster_page(request: HttpRequest, found: list[Roster], roster: Roster, first: dt.date) -> HttpResponse:
    today, week = timezone.localdate(), dt.timedelta(days=7)
    context = {
        "week": services.week_of(roster, first),
        "rosters": [(each, roster_url(each, first)) for each in found],
        "roster": roster,
        "today": today,
        "earlier": roster_url(roster, first - week),
        "later": roster_url(roster, first + week),
        "now": roster_url(roster, services.monday(today)),
        "print_url": roster_url(roster, first, "print"),
        "plan_url": roster_url(roster, first, "plan") if _may_fill(request.user, roster, first) else "",
        "mine": list(access.duties_of(request.user, today, today + 2 * week)),
    }
    return render(request, "staff/roster.html", context)


def _may_fill(user: Any, roster: Roster, first: dt.date) -> bool:
    return access.may_plan(user, roster) and first >= services.monday(timezone.localdate())


def roster_plan(request: HttpRequest, department: str, territory: int, week: str) -> HttpResponse:
    """Who has which shift in a week, for the head or a leader of the department to fill in (manual 1.2.5)."""
    roster, first = _one_of(access.rosters(request.user), department, territory), _first_day(week)
    need(_may_fill(request.user, roster, first))
    shown = services.week_of(roster, first)
    form = bound(request, RosterForm, week=shown)

    def save(filled: RosterForm) -> str:
        lock(roster.department)
        now = services.week_of(roster, first)
        was_opened_at(filled, now.reading, core_forms.Conflict(roster, version=now.reading, rows=filled.both(now)))
        count = services.plan(roster, filled.wanted(now), by=request.user, at=timezone.now())
        text = ngettext("%(count)d day was changed on the roster.", "%(count)d days were changed on the roster.", count)
        messages.success(request, text % {"count": count})
        return roster_url(roster, first)

    context = {"week": shown, "roster": roster, "cancel_url": roster_url(roster, first), "copy_url": roster_url(roster, first, "copy")}
    return core_forms.respond(request, form, template="staff/roster_plan.html", save=save, title=_("Shift roster"), context=context)


@require_POST
def roster_copy(request: HttpRequest, department: str, territory: int, week: str) -> HttpResponse:
    """Fills the free days of a week as the week before."""
    roster, first = _one_of(access.rosters(request.user), department, territory), _first_day(week)
    need(access.may_plan(request.user, roster))

    def work() -> str:
        count, left_out = services.copy_week(roster, first, by=request.user, at=timezone.now())
        messages.success(request, ngettext("%(count)d shift was copied.", "%(count)d shifts were copied.", count) % {"count": count})
        if left_out:
            messages.warning(request, _("Left out: %(reasons)s.") % {"reasons": "; ".join(left_out)})
        return roster_url(roster, first, "plan")

    return core_forms.once(request, work)


@require_GET
def roster_print(request: HttpRequest, department: str, territory: int, week: str) -> HttpResponse:
    """The week on A4, landscape, to hang up."""
    roster, first = _one_of(access.rosters(request.user), department, territory), _first_day(week)
    shown: Week = services.week_of(roster, first)
    link = request.build_absolute_uri(roster_url(roster, first))
    body = roster_pdf(shown, by=request.user, at=timezone.now(), link=link)
    return files.pdf_answer(body, name=f"{_('Shift roster')} {roster} {first}.pdf")
