"""Drawings are registered, fees billed, comments and damage written down."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.flow import Refused
from core.pages import bound, form_page, need
from fitout import access
from fitout.forms.work import DamageForm, DrawingForm, FeesForm, RemarkForm
from fitout.models import Fitout
from fitout.services import drawings, fees, inspections


def _page(fitout: Fitout, part: str = "") -> str:
    return reverse("fitout:fitout_detail", args=[fitout.pk]) + part


def drawing_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Customer service registers a sheet (manual 3.2.4-1.2)."""
    fitout = get_object_or_404(access.fitouts(request.user), pk=pk)
    need(access.may_manage(request.user, fitout))
    form = bound(request, DrawingForm)
    form.instance.fitout = fitout

    def save(filled: Any) -> HttpResponseRedirect:
        drawings.register(filled.save(commit=False), filled.cleaned_data["file"], by=request.user, at=timezone.now())
        return HttpResponseRedirect(_page(fitout, "#drawings"))

    return form_page(request, form, title=_("Register a drawing"), save=save, record=fitout, cancel_url=_page(fitout, "#drawings"))


def fees_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The Fit-out Fee Schedule as it applies here; one button bills it and asks for the deposits (manual 3.2.4-1.3)."""
    fitout = get_object_or_404(access.fitouts(request.user), pk=pk)
    need(access.may_manage(request.user, fitout))
    form = bound(request, FeesForm)

    def save(filled: Any) -> Fitout:
        fees.ask(fitout, by=request.user, at=timezone.now(), payer_account=filled.cleaned_data["payer_account"])
        return fitout

    try:
        schedule, lacks = fees.schedule(fitout, timezone.localdate()), ""
    except Refused as refused:
        schedule, lacks = [], refused.message
    return form_page(
        request,
        form,
        title=_("Fees and deposits"),
        save=save,
        record=fitout,
        submit_label=_("Bill the fees and ask for the deposits"),
        template="fitout/fees.html",
        cancel_url=_page(fitout),
        schedule=schedule,
        lacks=lacks,
    )


def remark_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A department writes its comment on the completion sheet (manual 3.2.4-5.3)."""
    fitout = get_object_or_404(access.fitouts(request.user), pk=pk)
    need(access.may_inspect(request.user, fitout))
    form = bound(request, RemarkForm, user=request.user, record=fitout)
    form.instance.fitout, form.instance.round = fitout, max(fitout.completion_round, 1)

    def save(filled: Any) -> HttpResponseRedirect:
        inspections.remark(filled.save(commit=False), by=request.user, photo=filled.cleaned_data["photo"])
        return HttpResponseRedirect(_page(fitout, "#inspection"))

    return form_page(request, form, title=_("Comment of the inspection"), save=save, record=fitout, cancel_url=_page(fitout, "#inspection"))


def damage_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Damage to common property is priced (manual 3.2.4-5.4)."""
    fitout = get_object_or_404(access.fitouts(request.user), pk=pk)
    need(access.may_inspect(request.user, fitout))
    form = bound(request, DamageForm)
    form.instance.fitout = fitout

    def save(filled: Any) -> HttpResponseRedirect:
        inspections.price_damage(filled.save(commit=False), by=request.user, photo=filled.cleaned_data["photo"])
        return HttpResponseRedirect(_page(fitout, "#damage"))

    return form_page(request, form, title=_("Damage to common property"), save=save, record=fitout, cancel_url=_page(fitout, "#damage"))


@require_GET
def permit_extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Leads to the newest permit's own step."""
    fitout = get_object_or_404(access.fitouts(request.user), pk=pk)
    permit = fitout.permits.first()
    return redirect(reverse("fitout:permit_step", args=[permit.pk, "extend"]) if permit else _page(fitout))


urls = [
    path("fitouts/<int:pk>/drawings/new/", drawing_new, name="drawing_new"),
    path("fitouts/<int:pk>/fees/", fees_page, name="fees"),
    path("fitouts/<int:pk>/remarks/new/", remark_new, name="remark_new"),
    path("fitouts/<int:pk>/damage/new/", damage_new, name="damage_new"),
    path("fitouts/<int:pk>/permit/", permit_extend, name="permit_extend"),
]
