"""Extinguishers of the house are hired out and taken back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.pages import bound, form_page, need
from fitout import access
from fitout.forms.work import HireForm, HireReturnForm
from fitout.models import Fitout
from fitout.services import fire


def _page(fitout: Fitout, part: str = "") -> str:
    return reverse("fitout:fitout_detail", args=[fitout.pk]) + part


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


urls = [
    path("fitouts/<int:pk>/extinguishers/", extinguishers, name="extinguishers"),
    path("fitouts/<int:pk>/extinguishers/new/", hire_new, name="hire_new"),
    path("fitouts/<int:pk>/extinguishers/<int:hire>/return/", hire_return, name="hire_return"),
]
