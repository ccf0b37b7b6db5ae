"""The papers of an application, one page each, and the Construction Materials List (manual 3.2.4-1.1)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _

from core import forms, paper_pages
from core.flow import Refused
from core.models import Paper
from core.pages import bound, form_page, need
from fitout import access
from fitout.forms import PAPER_FORMS, MaterialForm
from fitout.models import Fitout
from fitout.services import contractors, materials

FIRE = "fire_receipt"


def _papers(fitout: Fitout, part: str = "#papers") -> str:
    return reverse("fitout:fitout_detail", args=[fitout.pk]) + part


def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """One paper: taken in, checked, replaced or set aside; what licence and certificate say is kept in the register."""
    row = get_object_or_404(Paper.objects.select_related("kind", "file"), pk=pk, content_type__app_label="fitout")
    fitout = get_object_or_404(access.fitouts(request.user).select_related("contractor__grade"), pk=row.object_id)
    if row.kind.code == FIRE:
        return redirect("fitout:fire_receipt", fitout.pk)
    need(access.may_manage(request.user, fitout))
    if fitout.is_ended:
        raise Refused(_("%(number)s is closed: its papers are kept as they are.") % {"number": fitout.number})
    form_class, form = PAPER_FORMS.get(row.kind.code), None
    if form_class:
        form = paper_pages.opened(request, row, form_class, contractor=fitout.contractor)

    def then(filled: Any) -> str:
        if said := getattr(filled, "kept", {}):
            contractors.keep_paper(fitout.contractor, said, by=request.user)
        return _papers(fitout)

    template = "fitout/paper.html" if form_class else "core/paper.html"
    return paper_pages.respond(request, row, record=fitout, back=_papers(fitout), then=then, form=form, template=template)


def material_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A material with its maker, fire rating and certificate of conformity."""
    fitout = get_object_or_404(access.fitouts(request.user), pk=pk)
    need(access.may_manage(request.user, fitout))
    form = bound(request, MaterialForm)
    form.instance.fitout = fitout

    def save(filled: Any) -> HttpResponseRedirect:
        materials.add(filled.save(commit=False), by=request.user, certificate=filled.cleaned_data["certificate"])
        again = "add_another" in request.POST
        return HttpResponseRedirect(reverse("fitout:material_new", args=[pk]) if again else _papers(fitout, "#materials"))

    return form_page(
        request, form, title=_("Add a material"), save=save, record=fitout, template="fitout/material.html", cancel_url=_papers(fitout)
    )


def material_drop(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Takes a material off the list."""
    fitout = get_object_or_404(access.fitouts(request.user), pk=pk)
    need(access.may_manage(request.user, fitout))
    line = fitout.materials.filter(pk=row).first()
    if line is None:
        return HttpResponseRedirect(_papers(fitout, "#materials"))
    form = bound(request, forms.ConfirmForm)

    def save(filled: Any) -> HttpResponseRedirect:
        materials.drop(line, by=request.user)
        return HttpResponseRedirect(_papers(fitout, "#materials"))

    title = _("Take “%(material)s” off the list?") % {"material": line}
    return form_page(request, form, title=title, save=save, record=fitout, submit_label=_("Take it off"), cancel_url=_papers(fitout))


urls = [
    path("papers/<int:pk>/", paper, name="paper"),
    path("fitouts/<int:pk>/materials/new/", material_new, name="material_new"),
    path("fitouts/<int:pk>/materials/<int:row>/drop/", material_drop, name="material_drop"),
]
