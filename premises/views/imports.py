"""The pages that load a building from a workbook."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from core.import_pages import Pages
from premises import access
from premises.imports import PremisesImport

PAGES = Pages(PremisesImport, "premises:import", _("Import a building"), access.may_import)


def upload(request: HttpRequest) -> HttpResponse:
    return PAGES.upload(request)


def preview(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    return PAGES.preview(request, token)


@require_GET
def status(request: HttpRequest, pk: int) -> HttpResponse:
    return PAGES.status(request, pk)


@require_GET
def blank(request: HttpRequest) -> HttpResponse:
    return PAGES.blank(request)
