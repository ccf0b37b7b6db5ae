"""Pages about people: oneself, colleagues, departments and posts, cover."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import forms as core_forms
from core import lists
from staff import access, services
from staff.filters import CoverFilter, PeopleFilter
from staff.forms import CoverForm, ProfileForm
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
