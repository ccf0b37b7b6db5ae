"""The photos of a defect: seen, added and removed until engineering has it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from core import forms
from core.flow import NotAllowed
from staff.access import ENGINEERING, SERVICE
from tenants import access
from tenants.forms import DefectPhotosForm
from tenants.models import Defect
from tenants.services import defects as rules


def defect_photos(request: HttpRequest, pk: int) -> HttpResponse:
    defect = get_object_or_404(access.defects(request.user), pk=pk)
    if not (SERVICE.holds(request.user, defect) or ENGINEERING.holds(request.user, defect)):
        raise NotAllowed(_("Customer service and engineering hand the unit over."))
    here = reverse("tenants:defect_photos", args=[pk])
    if request.method == "POST" and request.POST.get("remove", "").isdecimal():
        rules.remove_photo(defect, int(request.POST["remove"]))
        return redirect(here)

    def save(filled: Any) -> str:
        rules.add_photos(defect, filled.cleaned_data["photos"], by=request.user)
        return here

    form = DefectPhotosForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    context = {"defect": defect, "photos": list(defect.photos.select_related("file")), "may_change": defect.state == Defect.State.OPEN}
    title = _("Photos of %(number)s") % {"number": defect.number}
    return forms.respond(request, form, template="tenants/move_in/photos.html", save=save, context=context, title=title)
