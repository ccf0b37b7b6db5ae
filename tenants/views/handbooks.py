"""Handbooks and what is explained about the building (manual 1.1)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from premises import access as premises
from tenants import access, services
from tenants.models import HandbookText


@require_GET
def handbook_list(request: HttpRequest) -> HttpResponse:
    """Every handbook with its versions, and the facility briefing of each building."""
    rows = access.handbooks(request.user).order_by("kind", "-edition")
    today = timezone.localdate()
    current = {kind: HandbookText.objects.in_force(kind, today) for kind in HandbookText.Kind.values}
    briefings = [(building, services.briefing_lines(building.pk)) for building in premises.buildings(request.user)]
    context = {"handbooks": [(row, current[row.kind] == row) for row in rows], "briefings": briefings}
    return render(request, "tenants/handbooks.html", context)


@require_GET
def handbook_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One handbook as it reads."""
    handbook = get_object_or_404(access.handbooks(request.user), pk=pk)
    return render(request, "tenants/handbook.html", {"handbook": handbook})
