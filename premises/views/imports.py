"""The pages that load a building from a workbook."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from core.import_pages import Pages
from premises import access
from premises.imports import PremisesImport
from premises.views.pages import need

PAGES = Pages(PremisesImport, "premises:import", _("Import a building"))


def upload(request: HttpRequest) -> HttpResponse:
    need(access.may_import(request.user))
    return PAGES.upload(request)


def preview(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    need(access.may_import(request.user))
    return PAGES.preview(request, token)


@require_GET
def status(request: HttpRequest, pk: int) -> HttpResponse:
    need(access.may_import(request.user))
    return PAGES.status(request, pk)


@require_GET
def blank(request: HttpRequest) -> HttpResponse:
    need(access.may_import(request.user))
    return PAGES.blank(request)
