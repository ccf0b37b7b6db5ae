"""Drawings are registered, extinguishers hired, comments and damage written down."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.pages import bound, form_page, need
from fitout import access
from fitout.forms.work import DamageForm, DrawingForm, HireForm, HireReturnForm, RemarkForm
from fitout.models import Fitout
from fitout.services import drawings, fire, inspections


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


@require_GET
def extinguishers(request: HttpRequest, pk: int) -> HttpResponse:
    """What stands on the site, against what the floor area asks for (manual 3.2.3-4)."""
    fitout = get_object_or_404(access.fitouts(request.user), pk=pk)
    hires = list(fitout.hires.select_related("extinguisher", "hired_by", "returned_to"))
    context = {
        "record": fitout,
        "title": _("Fire extinguishers on site"),
        "hires": hires,
        "needed": access.extinguishers_needed(fitout),
        "there": sum(row.returned_at is None for row in hires) + fitout.own_extinguishers,
        "may_guard": access.may_guard(request.user, fitout),
    }
    return render(request, "fitout/extinguishers.html", context)


def hire_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Security hands out an extinguisher (manual 3.2.4-3.4)."""
    fitout = get_object_or_404(access.fitouts(request.user), pk=pk)
    need(access.may_guard(request.user, fitout))
    form = bound(request, HireForm, user=request.user)
    back = reverse("fitout:extinguishers", args=[pk])

    def save(filled: Any) -> HttpResponseRedirect:
        told = {name: filled.cleaned_data[name] for name in ("extinguisher", "spot")}
        fire.hire(fitout, by=request.user, at=timezone.now(), **told)
        return HttpResponseRedirect(back)

    return form_page(request, form, title=_("Hire out an extinguisher"), save=save, record=fitout, cancel_url=back)


def hire_return(request: HttpRequest, pk: int, hire: int) -> HttpResponse:
    """Security takes an extinguisher back."""
    fitout = get_object_or_404(access.fitouts(request.user), pk=pk)
    need(access.may_guard(request.user, fitout))
    row = get_object_or_404(fitout.hires, pk=hire)
    form = bound(request, HireReturnForm)
    back = reverse("fitout:extinguishers", args=[pk])

    def save(filled: Any) -> HttpResponseRedirect:
        fire.take_back(row, condition=filled.cleaned_data["condition"], by=request.user, at=timezone.now())
        return HttpResponseRedirect(back)

    return form_page(request, form, title=_("Take an extinguisher back"), save=save, record=fitout, cancel_url=back)


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
    path("fitouts/<int:pk>/extinguishers/", extinguishers, name="extinguishers"),
    path("fitouts/<int:pk>/extinguishers/new/", hire_new, name="hire_new"),
    path("fitouts/<int:pk>/extinguishers/<int:hire>/return/", hire_return, name="hire_return"),
    path("fitouts/<int:pk>/remarks/new/", remark_new, name="remark_new"),
    path("fitouts/<int:pk>/damage/new/", damage_new, name="damage_new"),
    path("fitouts/<int:pk>/permit/", permit_extend, name="permit_extend"),
]
