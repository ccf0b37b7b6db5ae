"""Pages of the customer file: incomplete files, parts, documents and their use."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import bulk, forms, lists
from tenants import access, services
from tenants.filters import FileItemFilter, FilePartFilter
from tenants.flow import ITEM_FLOW
from tenants.forms import DocumentForm, FileItemSortForm, PartForm, UseForm
from tenants.models import FileItem, FileUse
from tenants.services import file as files
from tenants.tables import FileItemTable, FilePartTable
from tenants.views.pages import bound, form_page, record_page


def file_url(tenant_id: int) -> str:
    return reverse("tenants:tenant_tab", args=[tenant_id, "file"])


@require_GET
def part_list(request: HttpRequest) -> HttpResponse:
    """Parts of customer files that lack something, the most overdue first."""
    return lists.page(
        request,
        name="tenants-file-parts",
        title=_("Incomplete files"),
        rows=access.file_parts(request.user).filter(complete_on=None, not_applicable_reason="", tenant__left_on=None),
        table=FilePartTable,
        filter=FilePartFilter,
        search=access.words_in("tenant__name", "tenant__initials", "category__name_zh", "category__name"),
        views=[lists.Preset(_("Overdue"), "due=overdue"), lists.Preset(_("Due soon"), "due=soon")],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def item_list(request: HttpRequest) -> HttpResponse:
    """Documents of all customer files: to sort, to file, lent out."""
    return lists.page(
        request,
        name="tenants-file-items",
        title=_("File documents"),
        rows=access.file_items(request.user),
        table=FileItemTable,
        filter=FileItemFilter,
        search=access.words_in("title", "part__tenant__name", "shelf"),
        bulk=[bulk.of_step(ITEM_FLOW, "sort", form=FileItemSortForm), bulk.of_step(ITEM_FLOW, "file")],
        views=[
            lists.Preset(_("To sort"), "state=RECEIVED"),
            lists.Preset(_("To file"), "state=SORTED"),
            lists.Preset(_("Lent out"), "lent=true"),
        ],
    )


def part_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Owner and due date of a part, or why it does not apply."""
    part = get_object_or_404(access.file_parts(request.user), pk=pk)
    access.need(access.may_keep_file(request.user, part.tenant))
    form = bound(request, PartForm, user=request.user, instance=part)

    def save(filled: Any) -> str:
        forms.save_changes(filled, by=request.user)
        return file_url(part.tenant_id)

    return form_page(request, form, title=str(part), save=save, record=part)


def item_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a document into a part of the file."""
    part = get_object_or_404(access.file_parts(request.user), pk=pk)
    access.need(access.may_keep_file(request.user, part.tenant))
    form = bound(request, DocumentForm)

    def save(filled: Any) -> FileItem:
        values = {name: filled.cleaned_data[name] for name in ("title", "dated_on", "shelf", "note")}
        return services.add_document(part, by=request.user, on=timezone.localdate(), files=filled.cleaned_data["scans"], **values)

    return form_page(request, form, title=_("New document: %(part)s") % {"part": part}, save=save)


@require_GET
def item_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A document of the file: where it is, who had it."""
    item = get_object_or_404(access.file_items(request.user).select_related("received_by", "filed_by"), pk=pk)
    facts = [
        (_("Tenant"), item.part.tenant),
        (_("Part"), f"{item.part.category.position} {item.part.category}"),
        (_("Sheet no."), item.sheet),
        (_("Dated"), item.dated_on),
        (_("Shelf and box"), item.shelf),
        (_("Received on"), item.received_on),
        (_("Received by"), item.received_by),
        (_("Filed on"), item.filed_on),
        (_("Filed by"), item.filed_by),
        (_("Note"), item.note),
    ]
    return record_page(
        request,
        item,
        title=item.title,
        facts=facts,
        back=(file_url(item.part.tenant_id), _("Tenant file")),
        template="tenants/file_item.html",
        uses=item.uses.select_related("given_by"),
        may_keep=access.may_keep_file(request.user, item.part.tenant),
    )


def use_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Logs that a document is consulted or lent (the link "use")."""
    item = get_object_or_404(access.file_items(request.user), pk=pk)
    access.need(access.may_keep_file(request.user, item.part.tenant))
    form = bound(request, UseForm, instance=FileUse(item=item, taken_at=timezone.now()))

    def save(filled: Any) -> FileItem:
        files.lend(filled.save(commit=False), by=request.user)
        return item

    return form_page(request, form, title=_("Use of %(document)s") % {"document": item}, save=save)


@require_POST
def use_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a lent document back."""
    use = get_object_or_404(access.file_uses(request.user), pk=pk)
    access.need(access.may_keep_file(request.user, use.item.part.tenant))
    files.take_back(use, by=request.user, at=timezone.now())
    return HttpResponseRedirect(reverse("tenants:file_item_detail", args=[use.item_id]))
