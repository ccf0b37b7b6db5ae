"""Fire extinguishers on a site: needed and there, hired, billed, taken back (manual 3.2.3-4, 3.2.4-3.4.b)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import forms, kinds
from core.pages import bound, form_page, need
from fitout import access
from fitout.forms import HireForm, HireReturnForm
from fitout.models import Fitout
from fitout.services import fire


def _of(request: HttpRequest, pk: int, may: Any = access.may_guard) -> tuple[Fitout, str]:
    """A fit-out at which this person hands out extinguishers, and the address of its page of them."""
    fitout = get_object_or_404(access.fitouts(request.user), pk=pk)
    need(may(request.user, fitout))
    return fitout, reverse("fitout:extinguishers", args=[pk])


@require_GET
def extinguishers(request: HttpRequest, pk: int) -> HttpResponse:
    """What stands on the site, against what the floor area asks for (manual 3.2.3-4)."""
    fitout = get_object_or_404(access.fitouts(request.user), pk=pk)
    hires, today = list(fitout.hires.select_related("extinguisher", "hired_by", "returned_to", "bill")), timezone.localdate()
    needed, there = fire.counted(fitout)
    context = {
        "record": fitout,
        "title": _("Fire extinguishers on site"),
        "hires": [(row, row.returned_at is None and fire.is_overdue(row.extinguisher, today)) for row in hires],
        "needed": needed,
        "there": there,
        "lacking": max(needed - there, 0),
        "terms": access.terms_of(fitout.building_id),
        "unbilled": fire.unbilled(fitout).count(),
        "may_guard": access.may_guard(request.user, fitout) and not fitout.is_ended,
        "may_bill": access.may_register_workers(request.user, fitout),
        "slip_url": kinds.of(fitout).print_url(fitout, "extinguisher-slip"),
    }
    return render(request, "fitout/extinguishers.html", context)


def hire_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Security hands out extinguishers (manual 3.2.4-3.4.b)."""
    fitout, back = _of(request, pk)
    form = bound(request, HireForm, fitout=fitout)

    def save(filled: Any) -> str:
        told = {"spot": filled.cleaned_data["spot"], "by": request.user, "at": timezone.now()}
        fire.hire_all(fitout, filled.cleaned_data["extinguishers"], **told)
        return back

    return form_page(request, form, title=_("Hire out extinguishers"), save=save, record=fitout, cancel_url=back)


def hire_return(request: HttpRequest, pk: int, hire: int) -> HttpResponse:
    """Security takes an extinguisher back."""
    fitout, back = _of(request, pk)
    row = get_object_or_404(fitout.hires.select_related("extinguisher"), pk=hire)
    form = bound(request, HireReturnForm)

    def save(filled: Any) -> str:
        told = {name: filled.cleaned_data[name] for name in ("condition", "price")}
        fire.take_back(row, by=request.user, at=timezone.now(), **told)
        return back

    title = _("Take back extinguisher %(number)s") % {"number": row.extinguisher}
    return form_page(request, form, title=title, save=save, record=fitout, cancel_url=back)


def hire_bill(request: HttpRequest, pk: int) -> HttpResponse:
    """The rent of what was hired since is billed by the price list."""
    fitout, back = _of(request, pk, access.may_register_workers)
    form = bound(request, forms.ConfirmForm)
    count = fire.unbilled(fitout).count()
    return form_page(
        request, form, title=_("Bill the rent of %(n)d extinguishers") % {"n": count},
        save=lambda _filled: fire.bill_rent(fitout, by=request.user, at=timezone.now()) or back,
        record=fitout, cancel_url=back, submit_label=_("Bill it"),
    )  # fmt: skip


urls = [
    path("fitouts/<int:pk>/extinguishers/", extinguishers, name="extinguishers"),
    path("fitouts/<int:pk>/extinguishers/new/", hire_new, name="hire_new"),
    path("fitouts/<int:pk>/extinguishers/bill/", hire_bill, name="hire_bill"),
    path("fitouts/<int:pk>/extinguishers/<int:hire>/return/", hire_return, name="hire_return"),
]
