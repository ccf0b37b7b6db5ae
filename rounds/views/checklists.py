"""Checklists: the list, and one page to read and write each."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import lists
from core.database import lock
from core.pages import bound, form_page, need, record_page
from core.urls import record_urls
from core.versions import Conflict, was_opened_at
from rounds import access, services
from rounds.filters import ChecklistFilter
from rounds.forms import ChecklistForm
from rounds.forms.checklists import reading_of
from rounds.models import Checklist
from rounds.tables import ChecklistTable


@require_GET
def checklist_list(request: HttpRequest) -> HttpResponse:
    new = (reverse("rounds:checklist_new"), _("New checklist")) if access.may_keep_checklist(request.user) else None
    rows = access.checklists(request.user).annotate(item_count=Count("items", filter=Q(items__until=None)))
    return lists.page(
        request,
        name="checklists",
        title=_("Checklists"),
        rows=rows,
        table=ChecklistTable,
        filter=ChecklistFilter,
        search=lambda found, text: found.filter(name__icontains=text),
        order=("name",),
        new=new,
        empty=_("There is no checklist yet."),
    )


def checklist_new(request: HttpRequest) -> HttpResponse:
    need(access.may_keep_checklist(request.user))

    def save(filled: ChecklistForm) -> Checklist:
        said = {name: filled.cleaned_data[name] for name in ("name", "department", "building")}
        need(access.may_keep_checklist(request.user, Checklist(**said)))
        return services.make_checklist(**said, items=filled.drafts)

    form = bound(request, ChecklistForm, user=request.user)
    return form_page(request, form, title=_("New checklist"), save=save, template="rounds/checklist_form.html",
                     cancel_url=reverse("rounds:checklist_list"))  # fmt: skip


@require_GET
def checklist_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What a list asks, and the plans that use it."""
    checklist = get_object_or_404(access.checklists(request.user), pk=pk)
    facts: list[tuple[Any, Any]] = [
        (_("Department"), checklist.department),
        (_("Building"), checklist.building or _("All buildings")),
        (_("In use"), _("yes") if checklist.is_active else _("no")),
        (_("Version"), checklist.version),
    ]
    items = list(checklist.items.current().order_by("position", "pk"))
    return record_page(
        request,
        checklist,
        title=checklist.name,
        facts=facts,
        back=(reverse("rounds:checklist_list"), _("Checklists")),
        template="rounds/checklist.html",
        items=items,
        plans=access.plans(request.user).filter(checklist=checklist, is_active=True),
        edit_url=reverse("rounds:checklist_edit", args=[pk]) if access.may_keep_checklist(request.user, checklist) else "",
        related=items,
    )


def checklist_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A new version of the list: rounds begun keep what they ask."""
    checklist = get_object_or_404(access.checklists(request.user), pk=pk)
    need(access.may_keep_checklist(request.user, checklist))

    def save(filled: ChecklistForm) -> Checklist:
        [fresh] = lock(checklist)
        was_opened_at(filled, reading_of(fresh), _conflict(fresh, filled))
        fresh.name, fresh.is_active = filled.cleaned_data["name"], filled.cleaned_data["is_active"]
        fresh.validate_constraints()
        fresh.save(update_fields=["name", "is_active"])
        return services.set_items(fresh, filled.drafts)

    form = bound(request, ChecklistForm, user=request.user, checklist=checklist)
    return form_page(request, form, title=_("Change the checklist"), save=save, template="rounds/checklist_form.html",
                     record=checklist, cancel_url=reverse("rounds:checklist_detail", args=[pk]))  # fmt: skip


def _conflict(checklist: Checklist, filled: ChecklistForm) -> Conflict:
    """Both lists, line by line."""
    theirs = [item.text for item in checklist.items.current().order_by("position", "pk")]
    mine = [draft.text for draft in filled.drafts]
    rows: list[tuple[Any, Any, Any]] = [
        (_("Checklist"), checklist.name, filled.cleaned_data["name"]),
        (_("Checklist items"), "、".join(theirs), "、".join(mine)),
    ]
    return Conflict(checklist, version=reading_of(checklist), rows=rows)


urls = [
    *record_urls(
        "checklists", "checklist", model=Checklist, list_view=checklist_list, new_view=checklist_new, detail_view=checklist_detail
    ),
    path("checklists/<int:pk>/edit/", checklist_edit, name="checklist_edit"),
]
