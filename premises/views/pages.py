"""What every page of the premises shares: the record page, and a form that saves one row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from core import flow, forms, history, printing

Facts = Sequence[tuple[Any, Any]]


def need(allowed: bool) -> None:
    """Raises PermissionDenied unless allowed."""
    if not allowed:
        raise PermissionDenied


def bound(request: HttpRequest, form_class: type[Any], **arguments: Any) -> Any:
    """The form, filled with what was sent if anything was."""
    if request.method == "POST":
        return form_class(request.POST, request.FILES, **arguments)
    return form_class(**arguments)


def record_page(
    request: HttpRequest,
    record: Any,
    *,
    title: str,
    facts: Facts,
    back: tuple[str, Any],
    template: str = "premises/record.html",
    **context: Any,
) -> HttpResponse:
    """The page of one record: next step, facts, prints, timeline. `back` is (address, label) of its list.

    Of the context: `edit_url`, `related` (rows whose history belongs to the page).
    """
    life = flow.flow_of(type(record))
    page = {
        "record": record,
        "label": record._meta.label,
        "title": title,
        "facts": facts,
        "back": back,
        "flow": life,
        "next_step": life.next_step(record, request.user) if life else None,
        "undoable": life.undoable(record, by=request.user, at=timezone.now()) if life else None,
        "prints": [(form.title, url) for form, url, reason in printing.menu(record) if not reason],
        "timeline": history.timeline(record, *context.pop("related", ())),
    }
    return render(request, template, page | context)


def row_form(
    request: HttpRequest, form: Any, *, title: Any, cancel_url: str, may: Callable[[Any], bool] | None = None, **context: Any
) -> HttpResponse:
    """A form that adds or corrects one row; `may(row)` is asked before it is saved."""

    def save(filled: Any) -> Any:
        row = filled.save(commit=False)
        need(may(row) if may else True)
        return store(filled, row)

    return forms.respond(request, form, save=save, title=title, record=form.instance if form.instance.pk else None,
                         context={"cancel_url": cancel_url, **context})  # fmt: skip


def store(filled: Any, row: Any) -> Any:
    """Saves a new row, or only what was changed of an old one; raises Conflict when somebody changed it meanwhile."""
    if row.pk is None:
        row.save()
        return row
    return forms.save_changes(filled, by=None)
