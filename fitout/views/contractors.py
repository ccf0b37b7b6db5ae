"""The register of contractors across fit-outs (manual 3.2.1-1)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import forms, lists
from core.pages import bound, form_page, need, record_page
from fitout import access
from fitout.filters import ContractorFilter
from fitout.forms import ContractorForm
from fitout.forms.application import contractors_like
from fitout.models import Contractor
from fitout.tables import ContractorTable
from tenants import access as tenants


@require_GET
def contractor_list(request: HttpRequest) -> HttpResponse:
    new = (reverse("fitout:contractor_new"), _("New contractor")) if access.may_take_applications(request.user) else None
    return lists.page(
        request,
        name="contractors",
        title=_("Fit-out contractors"),
        rows=access.contractors(request.user),
        table=ContractorTable,
        filter=ContractorFilter,
        search=tenants.words_in("name", "credit_code", "lead", "qualification_number"),
        new=new,
        empty=_("No contractor is in the register yet."),
    )


@require_GET
def contractor_picker(request: HttpRequest) -> HttpResponse:
    return forms.pick(request, access.contractors(request.user), contractors_like, lambda row: str(row.grade or ""))


def contractor_new(request: HttpRequest) -> HttpResponse:
    need(access.may_take_applications(request.user))
    form = bound(request, ContractorForm, user=request.user)
    return form_page(
        request, form, title=_("New contractor"), save=lambda filled: filled.save(), cancel_url=reverse("fitout:contractor_list")
    )


@require_GET
def contractor_detail(request: HttpRequest, pk: int) -> HttpResponse:
    contractor = get_object_or_404(access.contractors(request.user), pk=pk)
    facts: list[tuple[Any, Any]] = [
        (_("Building"), contractor.building),
        (_("Credit code"), contractor.credit_code),
        (_("Business licence valid until"), contractor.licence_until),
        (_("Qualification grade"), contractor.grade),
        (_("Number of the qualification certificate"), contractor.qualification_number),
        (_("Qualification valid until"), contractor.qualification_until),
        (_("Person in charge"), contractor.lead),
        (_("Phone"), contractor.phone),
        (_("Why it is barred"), contractor.barred_reason),
    ]
    may_edit = access.may_manage(request.user, contractor)
    return record_page(
        request,
        contractor,
        title=_("Contractor"),
        facts=[(label, value) for label, value in facts if value not in (None, "")],
        back=(reverse("fitout:contractor_list"), _("Fit-out contractors")),
        edit_url=reverse("fitout:contractor_edit", args=[pk]) if may_edit else "",
    )


def contractor_edit(request: HttpRequest, pk: int) -> HttpResponse:
    contractor = get_object_or_404(access.contractors(request.user), pk=pk)
    need(access.may_manage(request.user, contractor))
    form = bound(request, ContractorForm, user=request.user, instance=contractor)

    def save(filled: Any) -> Contractor:
        return forms.save_changes(filled, by=request.user)  # type: ignore[no-any-return]

    back = reverse("fitout:contractor_detail", args=[pk])
    return form_page(request, form, title=_("Correct the contractor"), save=save, record=contractor, cancel_url=back)


urls = [
    path("contractors/", contractor_list, name="contractor_list"),
    path("contractors/picker/", contractor_picker, name="contractor_picker"),
    path("contractors/new/", contractor_new, name="contractor_new"),
    path("contractors/<int:pk>/", contractor_detail, name="contractor_detail"),
    path("contractors/<int:pk>/edit/", contractor_edit, name="contractor_edit"),
]
