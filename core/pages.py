"""What the pages of every kind of record share: the record's own page, and a form that leads back to where it came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from core import flow, forms, history, kinds, printing
from core.models import StoredFile
from core.text import is_key

Facts = Sequence[tuple[Any, Any]]


def need(allowed: bool) -> None:
    """Raises PermissionDenied (403) unless allowed."""
    if not allowed:
        raise PermissionDenied


def without_blanks(facts: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """The facts of which something is known."""
    return [(label, value) for label, value in facts if value not in (None, "")]


def way_back(request: HttpRequest) -> str:
    """The page of ours that this one was asked from (`?back=`), or nothing."""
    asked = request.GET.get("back", "")[:500]
    return asked if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None) else ""


def bound(request: HttpRequest, form_class: type[Any], **arguments: Any) -> Any:
    """The form, filled with what was sent if anything was."""
    if request.method == "POST":
        return form_class(request.POST, request.FILES, **arguments)
    return form_class(**arguments)


def named(request: HttpRequest, name: str, rows: Callable[[Any], Any]) -> Any:
    """The row that a link names by its key, `?unit=7` or `?unit==7`, among those that `rows(user)` lets this person see; or None."""
    wanted = request.GET.get(name, "").removeprefix("=")
    return rows(request.user).filter(pk=wanted).first() if is_key(wanted) else None


def form_page(
    request: HttpRequest, form: Any, *, title: Any, save: Callable[[Any], Any], record: Any = None, **context: Any
) -> HttpResponse:
    """A page with one form. Of the context: `cancel_url`, `submit_label`, `template`."""
    template = context.pop("template", "core/form_page.html")
    return forms.respond(request, form, template=template, save=save, context=context, record=record, title=title)


def record_page(request: HttpRequest, record: Any, *, title: Any, facts: Facts, back: tuple[str, Any], **context: Any) -> HttpResponse:
    """The page of one record: next step, facts, files, prints and timeline. `back` is (address, label) of its list.

    Of the context: `template` (extends core/record.html), `edit_url`, `chip` (instead of the status), `tenant` (under the
    title), `actions` [(label, address, icon)], `related` (rows whose history belongs to the page).
    """
    template, life = context.pop("template", "core/record.html"), flow.flow_of(type(record))
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
        "timeline": history.timeline(record, *context.pop("related", ())),
    }
    return render(request, template, page | context)


def files_of(record: Any) -> Any:
    """The files that hang on a record, oldest first."""
    kind = kinds.of(record).content_type()
    return StoredFile.objects.filter(content_type=kind, object_id=record.pk).select_related("uploaded_by").order_by("id")
