"""One list for every kind of record: queryset + table + filter give page, fragment, export, saved views and bulk actions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import django_filters
import django_tables2
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.forms import NullBooleanField, Select
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import exports, keyset
from core.flow import Refused
from core.models import SavedView, UserSetting
from core.text import is_key

SIZES = (25, 50, 100)
COUNT_TO = 10_000
BULK_LIMIT = 500
TECHNICAL = frozenset({"after", "before", "sort", "size", "export", "columns", "_"})


class Table(django_tables2.Table):
    """A table of the product. Columns are hidden by the reader's choice; `wide` columns may wrap."""

    class Meta:
        attrs = {"class": "table as-cards"}
        template_name = "core/table.html"
        empty_text = ""


class FilterSet(django_filters.FilterSet):
    """Filters of a list. `q` (words anywhere) comes from the list's `search`; unknown or malformed values are ignored."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for each in self.form.fields.values():
            _dress(each)

    @property
    def chips(self) -> list[dict[str, str]]:
        """What is filtered now: label, value in words, and the query string without it."""
        found = []
        for name, bound in self.form.fields.items():
            raw = [value for value in self.data.getlist(name) if value] if hasattr(self.data, "getlist") else []
            if raw and name not in self.form.errors:
                found.append(
                    {"name": name, "label": str(bound.label or name), "value": "、".join(_in_words(bound, value) for value in raw)}
                )
        return found


def _dress(field: Any) -> None:
    """Says “Any” where nothing is chosen, and names both ends of a span."""
    if isinstance(field, NullBooleanField):
        field.widget = Select(choices=[("", gettext_lazy("Any")), ("true", gettext_lazy("Yes")), ("false", gettext_lazy("No"))])
    elif getattr(field, "empty_label", None) is not None and hasattr(field, "choices"):
        field.empty_label = gettext_lazy("Any")
        field.widget.choices = field.choices
    ends = getattr(field.widget, "widgets", ())
    for end, name in zip(ends, (gettext_lazy("from"), gettext_lazy("to")), strict=False):
        end.attrs["aria-label"] = format_lazy("{label} {end}", label=field.label or "", end=name)
        end.input_type = "date"


def _in_words(bound: Any, value: str) -> str:
    choices = getattr(bound, "choices", None)
    flat = {str(key): str(text) for key, text in choices if not isinstance(text, (list, tuple))} if choices is not None else {}
    return flat.get(value, value)


@dataclass(frozen=True)
class Bulk:
    """Something done to many rows: `act(row, by=user)` may raise Refused for one row without stopping the others."""

    key: str
    label: Any
    act: Callable[..., Any]
    may: Callable[[Any], bool] = lambda user: True


@dataclass(frozen=True)
class Preset:
    """A view every reader gets: a name and its query, for example `state=OPEN&mine=1`."""

    label: Any
    query: str


@dataclass(frozen=True)
class List:
    """A list as one request sees it."""

    request: HttpRequest
    name: str
    title: Any
    rows: QuerySet[Any]
    table: type[Table]
    filter: type[FilterSet] | None = None
    search: Callable[[QuerySet[Any], str], QuerySet[Any]] | None = None
    new: tuple[str, Any] | None = None
    bulk: Sequence[Bulk] = ()
    views: Sequence[Preset] = ()
    order: Sequence[str] = ()
    template: str = "core/list.html"
    empty: Any = ""
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def word(self) -> str:
        return self.request.GET.get("q", "").replace("\0", "").strip()[:100]

    def filterset(self) -> FilterSet | None:
        return self.filter(self.request.GET, queryset=self.rows, request=self.request) if self.filter else None

    def matching(self, filterset: FilterSet | None) -> QuerySet[Any]:
        rows = filterset.qs if filterset is not None else self.rows
        return self.search(rows, self.word) if self.search and self.word else rows

    def offered_bulk(self) -> list[Bulk]:
        return [each for each in self.bulk if each.may(self.request.user)]


def page(request: HttpRequest, **arguments: Any) -> HttpResponse:
    """Answers everything a list is asked: the page, the htmx fragment, `?export=csv|xlsx`, and POSTed bulk actions.

    Arguments as the fields of `List`: name, title, rows, table, and optionally filter, search, new (address, label),
    bulk, views, order (field names; the primary key is added), template, empty, context.
    """
    shown = List(request, **arguments)
    filterset = shown.filterset()
    rows = shown.matching(filterset)
    if request.method == "POST":
        return _act(shown, rows)
    if request.GET.get("export") in exports.FORMATS:
        ordered = keyset.ordered(rows, keyset.order_of(_sort(shown)))
        return exports.answer(request, shown.name, shown.title, _table(shown, ordered), request.GET["export"])
    answer = _show(shown, filterset, rows)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _show(shown: List, filterset: FilterSet | None, rows: QuerySet[Any]) -> HttpResponse:
    request, sort = shown.request, _sort(shown)
    size = _size(request)
    found = keyset.page(rows, keyset.order_of(sort), size=size, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    table = _table(shown, found.rows)
    # The table's own template sees the table alone.
    table.sort_links, table.bulk = _sort_links(request, table, sort), shown.offered_bulk()
    context = {
        "title": shown.title,
        "list": shown,
        "has_search": shown.search is not None,
        "filterset": filterset,
        "chips": _chips(shown, filterset),
        "table": table,
        "columns": _columns(table),
        "is_filtered": bool(_kept(request, drop=TECHNICAL)),
        "clear_url": request.path,
        "previous_url": _link(request, before=found.previous) if found.previous else "",
        "next_url": _link(request, after=found.next) if found.next else "",
        "sizes": [{"n": each, "url": _link(request, size=str(each)), "active": each == size} for each in SIZES],
        "count": _count(rows, found, size),
        "bulk": table.bulk,
        "presets": _presets(shown),
        "saved_views": _saved_views(shown),
        "export_urls": [(kind.upper(), _link(request, export=kind)) for kind in exports.FORMATS],
        "query": _kept(request, drop=TECHNICAL - {"sort"}),
        **shown.context,
    }
    template = f"{shown.template}#results" if request.headers.get("HX-Target") == "results" else shown.template
    return render(request, template, context)


def _table(shown: List, rows: Any) -> Table:
    table = shown.table(rows, request=shown.request, orderable=True)
    chosen = _chosen_columns(shown)
    if chosen:
        known = [name for name in chosen if name in table.columns.columns]
        table.exclude = tuple(name for name in table.columns.columns if name not in known)
        table = shown.table(rows, request=shown.request, exclude=table.exclude, sequence=(*known, "..."))
    return table


def _chosen_columns(shown: List) -> list[str]:
    row = UserSetting.objects.filter(user=shown.request.user, key=f"columns:{shown.name}").first()
    return row.value if row and isinstance(row.value, list) else []


def _columns(table: Table) -> list[tuple[str, str, bool]]:
    """(name, label, shown) of every column, those shown first and in their order."""
    shown = [column.name for column in table.columns]
    hidden = [name for name in table.base_columns if name not in shown]
    labels = {name: str(column.verbose_name or name) for name, column in table.base_columns.items()}
    return [(name, str(table.columns[name].header), True) for name in shown] + [(name, labels[name], False) for name in hidden]


def _sort(shown: List) -> list[str]:
    """The order asked for, if it is a column that can be sorted; else the list's own."""
    asked = shown.request.GET.get("sort", "")
    column = shown.table.base_columns.get(asked.lstrip("-"))
    default = list(shown.order or shown.rows.model._meta.ordering or ["-pk"])
    if column is None or column.orderable is False:
        return [name for name in default if isinstance(name, str)]
    accessor = column.order_by or (str(column.accessor or asked.lstrip("-")).replace(".", "__"),)
    names = [str(name) for name in accessor]
    return [f"-{name}" if asked.startswith("-") else name for name in names]


def _sort_links(request: HttpRequest, table: Table, sort: list[str]) -> dict[str, tuple[str, str]]:
    """Column name -> (address that sorts by it, aria-sort)."""
    asked = request.GET.get("sort", "")
    links = {}
    for column in table.columns:
        if column.orderable:
            direction = {column.name: "ascending", f"-{column.name}": "descending"}.get(asked, "none")
            wanted = f"-{column.name}" if asked == column.name else column.name
            links[column.name] = (_link(request, sort=wanted), direction)
    return links


def _size(request: HttpRequest) -> int:
    asked = request.GET.get("size", "")
    return int(asked) if is_key(asked) and int(asked) in SIZES else 50


def _kept(request: HttpRequest, drop: frozenset[str] | set[str]) -> str:
    pairs = [(name, value) for name, values in request.GET.lists() for value in values if name not in drop and value]
    return urlencode(pairs)


def _link(request: HttpRequest, **changed: str) -> str:
    drop = {"after", "before", "export", *changed}
    parts = [part for part in (_kept(request, drop), urlencode({name: value for name, value in changed.items() if value})) if part]
    return f"{request.path}?{'&'.join(parts)}" if parts else request.path


def _chips(shown: List, filterset: FilterSet | None) -> list[dict[str, str]]:
    chips = [{"name": "q", "label": _("Search"), "value": shown.word}] if shown.word and shown.search else []
    chips += filterset.chips if filterset is not None else []
    return [{**chip, "url": _link(shown.request, **{chip["name"]: ""})} for chip in chips]


def _count(rows: QuerySet[Any], found: keyset.Page, size: int) -> str:
    """Exact up to 10,000. A first page that holds everything needs no query."""
    is_whole = found.previous is None and found.next is None
    number = len(found.rows) if is_whole else rows.order_by()[: COUNT_TO + 1].count()
    if number > COUNT_TO:
        return _("10,000+ matching")
    return ngettext("%(n)s matching", "%(n)s matching", number) % {"n": f"{number:,}"}


def _presets(shown: List) -> list[dict[str, Any]]:
    now = _kept(shown.request, drop=TECHNICAL)
    everything = Preset(gettext_lazy("All"), "")
    return [
        {
            "label": each.label,
            "url": f"{shown.request.path}?{each.query}" if each.query else shown.request.path,
            "active": now == each.query,
        }
        for each in ([everything, *shown.views] if shown.views else [])
    ]


def _saved_views(shown: List) -> list[dict[str, Any]]:
    now = _kept(shown.request, drop=TECHNICAL - {"sort"})
    rows = SavedView.objects.filter(owner=shown.request.user, list_name=shown.name).order_by("name")
    return [{"pk": row.pk, "name": row.name, "url": f"{shown.request.path}?{row.query}", "active": row.query == now} for row in rows]


def _act(shown: List, rows: QuerySet[Any]) -> HttpResponse:
    """Runs a bulk action on the chosen rows, one by one: those that are refused are named, the others are done."""
    request = shown.request
    action = next((each for each in shown.offered_bulk() if each.key == request.POST.get("action")), None)
    if action is None:
        raise Refused(_("Choose what to do with the selected rows."))
    chosen = rows if request.POST.get("all_matching") == "1" else rows.filter(pk__in=_ids(request))
    found = list(chosen[: BULK_LIMIT + 1])
    if len(found) > BULK_LIMIT:
        raise Refused(_("Choose at most %(limit)d rows at once: narrow the filters.") % {"limit": BULK_LIMIT})
    done, skipped = 0, []
    for row in found:
        try:
            with transaction.atomic():
                action.act(row, by=request.user)
            done += 1
        except Refused as refusal:
            skipped.append(f"{row}: {refusal.message}")
    text = _("%(done)d done, %(skipped)d skipped.") % {"done": done, "skipped": len(skipped)}
    messages.add_message(request, messages.WARNING if skipped else messages.SUCCESS, " ".join([text, *skipped[:10]]))
    return HttpResponseRedirect(request.get_full_path())


def _ids(request: HttpRequest) -> list[int]:
    return [int(value) for value in request.POST.getlist("selected") if is_key(value)]
