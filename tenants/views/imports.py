"""The pages that load tenants, contacts and leases from a workbook."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from core.import_pages import Pages
from premises import access as premises
from tenants import access
from tenants.imports import TenantsImport

PAGES = Pages(TenantsImport, "tenants:import", _("Import tenants"))


def upload(request: HttpRequest) -> HttpResponse:
    access.need(premises.may_import(request.user))
    return PAGES.upload(request)


def preview(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    access.need(premises.may_import(request.user))
    return PAGES.preview(request, token)


@require_GET
def status(request: HttpRequest, pk: int) -> HttpResponse:
    access.need(premises.may_import(request.user))
    return PAGES.status(request, pk)


@require_GET
def blank(request: HttpRequest) -> HttpResponse:
    access.need(premises.may_import(request.user))
    return PAGES.blank(request)
