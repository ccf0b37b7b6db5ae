"""What every page of the tenant file shares: the record page, and a form that leads back to where it came from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from core import flow, forms, history, kinds, printing
from core.models import StoredFile
from tenants import access

Facts = Sequence[tuple[Any, Any]]


def record_page(
    request: HttpRequest,
    record: Any,
    *,
    title: str,
    facts: Facts,
    back: tuple[str, Any],
    template: str = "tenants/record.html",
    **context: Any,
) -> HttpResponse:
    """The page of one record: next step, facts, files, prints and timeline. `back` is (address, label) of its list."""
    life = flow.flow_of(type(record))
    page = {
        "record": record,
        "title": title,
        "facts": facts,
        "back": back,
        "flow": life,
        "next_step": life.next_step(record, request.user) if life else None,
        "undoable": life.undoable(record, by=request.user, at=timezone.now()) if life else None,
        "files": files_of(record),
        "prints": [(form.title, url) for form, url, reason in printing.menu(record) if not reason],
        "timeline": history.timeline(record),
    }
    return render(request, template, page | context)


def files_of(record: Any) -> Any:
    """The files that hang on a record, oldest first."""
    kind = kinds.of(record).content_type()
    return StoredFile.objects.filter(content_type=kind, object_id=record.pk).select_related("uploaded_by").order_by("id")


def offered(request: HttpRequest, roles: tuple[flow.Role, ...], url_name: str, label: Any) -> tuple[str, Any] | None:
    """The button of a list that starts something, for those who may."""
    return (reverse(url_name), label) if access.may_start(request.user, roles) else None


def bound(request: HttpRequest, form_class: type[Any], **arguments: Any) -> Any:
    """The form, filled with what was sent if anything was."""
    if request.method == "POST":
        return form_class(request.POST, request.FILES, **arguments)
    return form_class(**arguments)


def form_page(
    request: HttpRequest, form: Any, *, title: Any, save: Callable[[Any], Any], record: Any = None, **context: Any
) -> HttpResponse:
    """A page with one form and nothing else."""
    return forms.respond(request, form, template="core/form_page.html", save=save, context={"title": title} | context, record=record)
