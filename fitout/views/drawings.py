"""Drawings: the sheets of a fit-out, their versions, and engineering's review of each (manual 3.2.4-1.2, 3.2.4-2)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from core import forms, lists
from core.pages import bound, form_page, need
from fitout import access
from fitout.filters import DrawingFilter
from fitout.forms.drawings import DrawingForm, ReviewForm, RevisionForm
from fitout.models import Fitout
from fitout.services import drawings
from fitout.tables import DrawingTable
from tenants import access as tenants


def _back(fitout_id: int) -> str:
    return reverse("fitout:fitout_detail", args=[fitout_id]) + "#drawings"


@require_GET
def drawing_list(request: HttpRequest) -> HttpResponse:
    """The register of drawings: every sheet with its newest version."""
    return lists.page(
        request,
        name="drawings",
        title=_("Drawings"),
        rows=access.drawings(request.user),
        table=DrawingTable,
        filter=DrawingFilter,
        search=tenants.words_in(
            "sheet", "title", "fitout__number", "fitout__unit__code", "fitout__tenant__name", "fitout__tenant__initials"
        ),
        views=[lists.Preset(_("Under review"), "verdict=WAITING"), lists.Preset(_("Returned"), "verdict=RETURNED")],
        empty=_("No drawing is registered. Drawings are registered on the page of a fit-out."),
    )


def drawing_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Customer service registers a sheet."""
    fitout = get_object_or_404(access.fitouts(request.user), pk=pk)
    need(access.may_manage(request.user, fitout))
    form = bound(request, DrawingForm)
    form.instance.fitout = fitout

    def save(filled: Any) -> HttpResponseRedirect:
        drawings.register(filled.save(commit=False), filled.cleaned_data["file"], by=request.user, at=timezone.now())
        return HttpResponseRedirect(_back(pk))

    return form_page(request, form, title=_("Register a drawing"), save=save, record=fitout, cancel_url=_back(pk))


@require_GET
def drawing_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One sheet: its versions and what was said of each."""
    drawing = get_object_or_404(access.drawings(request.user), pk=pk)
    versions = list(drawing.versions.select_related("file", "registered_by", "reviewed_by").prefetch_related("comments__by"))
    fitout = drawing.fitout
    context = {
        "drawing": drawing,
        "fitout": fitout,
        "versions": versions,
        "may_revise": access.may_manage(request.user, fitout) and fitout.state in drawings.REGISTER and not _has_passed(versions),
        "may_review": access.may_review_drawings(request.user, fitout) and fitout.state == Fitout.State.DRAWING_REVIEW,
    }
    return render(request, "fitout/drawing.html", context)


def _has_passed(versions: list[Any]) -> bool:
    return any(version.verdict == drawings.Verdict.PASSED for version in versions)


def drawing_revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Customer service registers the next version."""
    drawing = get_object_or_404(access.drawings(request.user), pk=pk)
    need(access.may_manage(request.user, drawing.fitout))
    form = bound(request, RevisionForm)

    def save(filled: Any) -> HttpResponseRedirect:
        drawings.revise(drawing, filled.cleaned_data["file"], by=request.user, at=timezone.now())
        return HttpResponseRedirect(_back(drawing.fitout_id))

    title = _("Revised version of %(sheet)s") % {"sheet": drawing}
    return form_page(request, form, title=title, save=save, record=drawing.fitout, cancel_url=_back(drawing.fitout_id))


def drawing_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Engineering comments on the newest version and judges it."""
    drawing = get_object_or_404(access.drawings(request.user), pk=pk)
    need(access.may_review_drawings(request.user, drawing.fitout))
    version = drawing.versions.select_related("file", "drawing__fitout").prefetch_related("comments__by")[0]
    form = bound(request, ReviewForm)

    def save(filled: Any) -> HttpResponseRedirect:
        drawings.review(version, filled.cleaned_data["verdict"], filled.said(), by=request.user, at=timezone.now())
        return HttpResponseRedirect(_back(drawing.fitout_id))

    return form_page(
        request,
        form,
        title=_("Review %(sheet)s") % {"sheet": version},
        save=save,
        record=drawing.fitout,
        template="fitout/drawing_review.html",
        cancel_url=_back(drawing.fitout_id),
        version=version,
    )


@require_POST
def pass_the_rest(request: HttpRequest, pk: int) -> HttpResponse:
    """Every sheet without a verdict and without a binding comment passes."""
    fitout = get_object_or_404(access.fitouts(request.user), pk=pk)
    need(access.may_review_drawings(request.user, fitout))

    def work() -> str:
        count = drawings.pass_the_rest(fitout, by=request.user, at=timezone.now())
        messages.success(request, ngettext("%(n)d sheet has passed.", "%(n)d sheets have passed.", count) % {"n": count})
        return _back(pk)

    return forms.once(request, lambda: HttpResponseRedirect(work()))


urls = [
    path("drawings/", drawing_list, name="drawing_list"),
    path("drawings/<int:pk>/", drawing_detail, name="drawing_detail"),
    path("drawings/<int:pk>/revise/", drawing_revise, name="drawing_revise"),
    path("drawings/<int:pk>/review/", drawing_review, name="drawing_review"),
    path("fitouts/<int:pk>/drawings/new/", drawing_new, name="drawing_new"),
    path("fitouts/<int:pk>/drawings/pass-the-rest/", pass_the_rest, name="drawing_pass_the_rest"),
]
