"""Fit-out permits: their register, the page of one, and the way to its extension (manual 3.2.4-3.2)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import lists
from core.pages import record_page
from core.urls import record_urls
from fitout import access
from fitout.filters import PermitFilter
from fitout.models import Permit
from fitout.tables import PermitTable
from tenants import access as tenants


@require_GET
def permit_list(request: HttpRequest) -> HttpResponse:
    """Every permit that hangs or hung on a door."""
    return lists.page(
        request,
        name="fitout-permits",
        title=_("Fit-out permits"),
        rows=access.permits(request.user),
        table=PermitTable,
        filter=PermitFilter,
        search=tenants.words_in(
            "number", "fitout__number", "fitout__unit__code", "fitout__tenant__name", "fitout__tenant__initials", "fitout__contractor__name"
        ),
        views=[lists.Preset(_("Valid"), "state=VALID"), lists.Preset(_("Run out within 7 days"), "ends=soon")],
        empty=_("No permit is issued yet. It is issued when all three heads have signed."),
    )


@require_GET
def permit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    permit = get_object_or_404(access.permits(request.user), pk=pk)
    facts: list[tuple[Any, Any]] = [
        (_("Fit-out"), permit.fitout),
        (_("Unit"), permit.fitout.unit),
        (_("Tenant"), permit.fitout.tenant),
        (_("Contractor"), permit.fitout.contractor),
        (_("Works"), permit.fitout.scope),
        (_("Valid from"), permit.valid_from),
        (_("Valid until"), permit.valid_until),
        (_("Issued"), permit.issued_at),
    ]
    back = (reverse("fitout:permit_list"), _("Fit-out permits"))
    there = (_("Fit-out"), reverse("fitout:fitout_detail", args=[permit.fitout_id]), "paint")
    return record_page(request, permit, title=_("Fit-out permit"), facts=facts, back=back, actions=[there], tenant=permit.fitout.tenant)


@require_GET
def permit_extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Leads to the step of the fit-out's newest permit."""
    fitout = get_object_or_404(access.fitouts(request.user), pk=pk)
    permit = fitout.permits.first()
    if permit is None:
        return redirect("fitout:fitout_detail", pk)
    return redirect("fitout:permit_step", permit.pk, "extend")


urls = [
    path("fitouts/<int:pk>/permit/", permit_extend, name="permit_extend"),
    *record_urls("permits", "permit", model=Permit, list_view=permit_list, detail_view=permit_detail),
]
