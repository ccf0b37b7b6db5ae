"""Fit-out permits: their register and the page of one (manual 3.2.4-3.2)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.pages import record_page
from core.urls import record_urls
from fitout import access
from fitout.models import Permit


@require_GET
def permit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    permit = get_object_or_404(access.permits(request.user), pk=pk)
    facts: list[tuple[Any, Any]] = [
        (_("Fit-out"), permit.fitout),
        (_("Unit"), permit.fitout.unit),
        (_("Tenant"), permit.fitout.tenant),
        (_("Contractor"), permit.fitout.contractor),
        (_("Valid from"), permit.valid_from),
        (_("Valid until"), permit.valid_until),
        (_("Issued"), permit.issued_at),
    ]
    back = (reverse("fitout:fitout_detail", args=[permit.fitout_id]), permit.fitout)
    return record_page(request, permit, title=_("Fit-out permit"), facts=facts, back=back)


urls = record_urls("permits", "permit", model=Permit, detail_view=permit_detail)
