"""The register of fit-outs, a new application, and the page of one fit-out (manual 3.2.4)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import lists, papers, signing
from core.pages import bound, form_page, need, record_page
from core.signing_views import sign_page
from core.urls import record_urls
from fitout import access
from fitout.filters import FitoutFilter
from fitout.forms import FitoutForm
from fitout.models import Fitout
from fitout.services import intake
from fitout.tables import FitoutTable
from fitout.views.about import facts_of
from tenants import access as tenants


@require_GET
def fitout_list(request: HttpRequest) -> HttpResponse:
    """Every fit-out of the buildings this person reads."""
    new = (reverse("fitout:fitout_new"), _("New application")) if access.may_take_applications(request.user) else None
    return lists.page(
        request,
        name="fitouts",
        title=_("Fit-outs"),
        rows=access.fitouts(request.user),
        table=FitoutTable,
        filter=FitoutFilter,
        search=tenants.words_in("number", "tenant__name", "tenant__initials", "unit__code", "contractor__name", "lead", "scope"),
        new=new,
        views=[
            lists.Preset(_("Under way"), "stage=open"),
            lists.Preset(_("On site"), "stage=site"),
            lists.Preset(_("Overdue"), "stage=overdue"),
        ],
        empty=_("No fit-out was applied for yet."),
    )


def fitout_new(request: HttpRequest) -> HttpResponse:
    """The application as the contractor brings it (manual 3.2.4-1.1)."""
    need(access.may_take_applications(request.user))
    initial = {name: request.GET[name] for name in ("unit", "tenant", "contractor") if name in request.GET}
    form = bound(request, FitoutForm, user=request.user, initial=initial)

    def save(filled: Any) -> Fitout:
        return intake.apply(filled.save(commit=False), by=request.user, at=timezone.now())

    return form_page(
        request, form, title=_("New fit-out application"), save=save, submit_label=_("Create"), cancel_url=reverse("fitout:fitout_list")
    )


@require_GET
def fitout_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One fit-out: what was applied for, what lacks, what its panels show."""
    fitout = get_object_or_404(access.fitouts(request.user).select_related("deposit", "contractor__grade"), pk=pk)
    rows = signing.panel(fitout)
    mine = [row for row in rows if not row.is_valid and access.may_sign_for(request.user, fitout, row.party) and row.document.text(fitout)]
    may_manage = access.may_manage(request.user, fitout)
    return record_page(
        request,
        fitout,
        title=_("Fit-out"),
        facts=facts_of(fitout),
        back=(reverse("fitout:fitout_list"), _("Fit-outs")),
        tenant=fitout.tenant,
        edit_url=reverse("fitout:fitout_edit", args=[pk]) if may_manage and fitout.started_at is None and not fitout.is_ended else "",
        template="fitout/fitout.html",
        papers=papers.checklist(fitout, intake.PROCEDURE),
        may_manage=may_manage,
        mine_to_sign=mine,
        signoffs=[row for row in rows if row not in mine],
    )


def fitout_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Corrects the application before the works begin."""
    fitout = get_object_or_404(access.fitouts(request.user), pk=pk)
    need(access.may_manage(request.user, fitout))
    form = bound(request, FitoutForm, user=request.user, instance=fitout)
    told = [name for name in FitoutForm.Meta.fields if name != "unit"]

    def save(filled: Any) -> Fitout:
        return intake.correct(fitout, {name: filled.cleaned_data[name] for name in told}, by=request.user)

    back = reverse("fitout:fitout_detail", args=[pk])
    return form_page(request, form, title=_("Correct the application"), save=save, record=fitout, cancel_url=back)


def fitout_sign(request: HttpRequest, pk: int, document: str, party: str) -> HttpResponse:
    """Undertakings, permit and completion sheet are signed here."""
    fitout = get_object_or_404(access.fitouts(request.user), pk=pk)
    name = {"TENANT": fitout.tenant_contact, "CONTRACTOR": fitout.lead}.get(party, "")
    may = lambda signer: access.may_sign_for(request.user, fitout, signer)  # noqa: E731
    return sign_page(request, fitout, document, party, may=may, name=name)


urls = [
    path("fitouts/<int:pk>/edit/", fitout_edit, name="fitout_edit"),
    path("fitouts/<int:pk>/sign/<slug:document>/<str:party>/", fitout_sign, name="fitout_sign"),
    *record_urls("fitouts", "fitout", model=Fitout, list_view=fitout_list, new_view=fitout_new, detail_view=fitout_detail),
]
