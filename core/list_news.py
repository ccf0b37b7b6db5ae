"""“3 new, show”: rows that came since a list was shown announce themselves and wait until they are asked in."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

SECONDS = 45
COUNT_TO = 1000


def newest(rows: QuerySet[Any]) -> int:
    """The highest key of the table, 0 while it is empty: what comes later is new. One look at the end of an index."""
    return rows.model._base_manager.order_by("-pk").values_list("pk", flat=True).first() or 0


def answer(request: HttpRequest, rows: QuerySet[Any], *, url: str) -> HttpResponse:
    """How many of these rows came after the mark in `fresh`, as a link to `url`; 204 while `seen` says it already.

    One query, whatever the list; a mark that makes no sense finds nothing new.
    """
    mark, seen = _number(request, "fresh"), _number(request, "seen") or 0
    found = rows.order_by().filter(pk__gt=mark)[:COUNT_TO].count() if mark is not None else 0
    if found == seen:
        return HttpResponse(status=204)
    return render(request, "core/list_news.html", {"found": found, "url": url})


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
