"""One list for every kind of record: queryset + table + filter give page, fragment, export, saved views and bulk actions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlencode

import django_filters
import django_tables2
from django.db.models import QuerySet
from django.forms import NullBooleanField, Select
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import boards, bulk, export_jobs, exports, keyset, list_address, list_news, saved_views, text_search
from core.boards import Board as Board
from core.bulk import Bulk as Bulk
from core.models import SavedView, UserSetting
from core.text import is_key

SIZES = (25, 50, 100)
COUNT_TO = 10_000
TECHNICAL = frozenset({"as", "after", "before", "sort", "size", "export", "columns", "view", "fresh", "seen", "_"})


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
    board: Board | None = None
    template: str = "core/list.html"
    empty: Any = ""
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def word(self) -> str:
        return self.request.GET.get("q", "").replace("\0", "").strip()[:100]

    @property
    def is_board(self) -> bool:
        return self.board is not None and self.request.GET.get("as") == "board"

    @property
    def faces(self) -> list[tuple[str, str, bool]]:
        """(name, address, shown) of the table and the board; none for a list that is only a table."""
        if self.board is None:
            return []
        return [(name, self.link(**{"as": said}), self.is_board == bool(said)) for name, said in (("table", ""), ("board", "board"))]

    @property
    def clear_url(self) -> str:
        """The list without filters, still as a board if it is one."""
        return f"{self.request.path}?as=board" if self.is_board else self.request.path

    @cached_property
    def choices(self) -> dict[str, Any]:
        """What the reader chose for this list: `columns` (names) and `density`; one query."""
        keys = [f"columns:{self.name}", f"density:{self.name}"]
        rows = UserSetting.objects.filter(user=self.request.user, key__in=keys)
        return {row.key.partition(":")[0]: row.value for row in rows}

    @cached_property
    def saved(self) -> list[SavedView]:
        """The saved views that the reader may use here; one query."""
        return list(saved_views.visible(self.request.user, self.name))

    @cached_property
    def view(self) -> SavedView | None:
        """The saved view in use: the one the address names, or the one that says just what the address says."""
        asked, now = self.request.GET.get("view", ""), _parts(_kept(self.request, drop=TECHNICAL - {"sort"}))
        named = next((row for row in self.saved if str(row.pk) == asked), None)
        return named or next((row for row in self.saved if row.query and _parts(row.query) == now), None)

    @cached_property
    def is_modified(self) -> bool:
        """True when filters, order or columns are no longer those of the view in use."""
        if self.view is None:
            return False
        changed = _parts(self.view.query) != _parts(_kept(self.request, drop=TECHNICAL - {"sort"}))
        return changed or bool(self.view.columns and self.has_own_columns)

    @property
    def has_own_columns(self) -> bool:
        return self.request.GET.get("columns") == "own"

    def chosen_columns(self) -> list[str]:
        """Names of the columns that the view in use, or else the reader, has chosen; empty: all of them."""
        if self.view is not None and self.view.columns and not self.has_own_columns:
            return list(self.view.columns)
        kept = self.choices.get("columns")
        return kept if isinstance(kept, list) else []

    def sort(self) -> list[str]:
        """The order asked for, if it is a column that can be sorted; else the list's own."""
        asked = self.request.GET.get("sort", "")
        column = self.table.base_columns.get(asked.lstrip("-"))
        default = list(self.order or self.rows.model._meta.ordering or ["-pk"])
        if column is None or column.orderable is False:
            return [name for name in default if isinstance(name, str)]
        accessor = column.order_by or (str(column.accessor or asked.lstrip("-")).replace(".", "__"),)
        names = [str(name) for name in accessor]
        return [f"-{name}" if asked.startswith("-") else name for name in names]

    def table_of(self, rows: Any) -> Table:
        """Rows as the table with the columns chosen."""
        # Without the request: with it the table would page and sort once more by itself.
        table = self.table(rows, orderable=True)
        chosen = self.chosen_columns()
        if not chosen:
            return table
        known = [name for name in chosen if name in table.columns.columns]
        exclude = tuple(name for name in table.columns.columns if name not in known)
        return self.table(rows, exclude=exclude, sequence=(*known, "..."))

    def link(self, **changed: str) -> str:
        """The list's own address with some of its parameters changed, from the first page on."""
        return _link(self.request, **changed)

    def filterset(self) -> FilterSet | None:
        return self.filter(self.request.GET, queryset=self.rows, request=self.request) if self.filter else None

    def filtered(self, filterset: FilterSet | None) -> QuerySet[Any]:
        """The rows that the filters let through, whatever word is searched for."""
        return filterset.qs if filterset is not None else self.rows

    def matching(self, filterset: FilterSet | None) -> QuerySet[Any]:
        rows = self.filtered(filterset)
        return self.search(rows, self.word) if self.search and self.word else rows

    def newer(self, filterset: FilterSet | None) -> QuerySet[Any]:
        """The rows of `matching`, for a question about the few that came since."""
        return self.indexed.read(self.filtered(filterset), self.word) if self.indexed else self.matching(filterset)

    @property
    def indexed(self) -> text_search.Search | None:
        """The search of a big table, when a word is searched for in one."""
        return self.search if self.word and isinstance(self.search, text_search.Search) else None

    def offered_bulk(self) -> list[Bulk]:
        return [each for each in self.bulk if each.may(self.request.user)]


def page(request: HttpRequest, **arguments: Any) -> HttpResponse:
    """Answers everything a list is asked: the page, the htmx fragment, `?export=csv|xlsx`, and POSTed bulk actions.

    Arguments as the fields of `List`: name, title, rows, table, and optionally filter, search, new (address, label),
    bulk, views, order (field names; the primary key is added), board (shown for `?as=board`), template, empty, context.
    """
    shown = List(request, **arguments)
    if getattr(request, "is_described", False):
        return list_address.Described(shown)
    filterset = shown.filterset()
    if request.method == "GET" and "fresh" in request.GET:
        return list_news.answer(request, shown.newer(filterset), url=_link(request))
    if request.method == "POST":
        return bulk.answer(shown, shown.matching(filterset))
    if request.GET.get("export") in exports.FORMATS:
        rows = shown.matching(filterset)
        if export_jobs.is_long(rows):
            return redirect("core:job", export_jobs.start(shown, rows, request.GET["export"]).pk)
        ordered = keyset.ordered(rows, keyset.order_of(shown.sort()))
        return exports.answer(request, shown.name, shown.title, shown.table_of(ordered), request.GET["export"])
    answer = _show(shown, filterset)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _show(shown: List, filterset: FilterSet | None) -> HttpResponse:
    board = shown.board if shown.is_board else None
    found = _board_of(shown, board, shown.matching(filterset)) if board else _table_of(shown, filterset)
    request = shown.request
    context = {
        "title": shown.title,
        "list": shown,
        "has_search": shown.search is not None,
        "filterset": filterset,
        "chips": _chips(shown, filterset),
        "is_filtered": bool(_kept(request, drop=TECHNICAL)),
        "clear_url": shown.clear_url,
        "presets": _presets(shown),
        "saved_views": _saved_views(shown),
        "departments": saved_views.departments_of(request.user),
        "export_urls": [(kind.upper(), _link(request, export=kind)) for kind in exports.FORMATS],
        "query": _kept(request, drop=TECHNICAL - {"sort"}),
        **found,
        **shown.context,
    }
    is_fragment = request.headers.get("HX-Target") == "results"
    template = f"{shown.template}#results" if is_fragment else shown.template
    return render(request, template, {**context, "swapped": is_fragment})


def _board_of(shown: List, board: Board, rows: QuerySet[Any]) -> dict[str, Any]:
    """The rows as columns, each with the address of the list that holds all of it."""
    request = shown.request
    found = [(column, _link(request, **{"as": "", board.state: column.state})) for column in boards.columns(board, rows, request.user)]
    number = sum(column.count for column, _url in found)
    return {"board": found, "count": ngettext("%(n)s matching", "%(n)s matching", number) % {"n": f"{number:,}"}}


def _table_of(shown: List, filterset: FilterSet | None) -> dict[str, Any]:
    request, sort = shown.request, shown.sort()
    # Before the rows: one that comes in between is announced rather than missed.
    size, mark = _size(request), list_news.newest(shown.rows)
    marks = {"after": request.GET.get("after", ""), "before": request.GET.get("before", "")}
    asked = shown.indexed.ask(shown.filtered(filterset), shown.word) if shown.indexed else None
    rows = asked.rows if asked else shown.matching(filterset)
    found = keyset.page(rows, keyset.order_of(sort), size=size, pick=asked.pick if asked else None, **marks)
    table = shown.table_of(found.rows)
    # The table's own template sees the table alone.
    table.sort_links, table.bulk = _sort_links(request, table, sort), shown.offered_bulk()
    return {
        "table": table,
        "columns": _columns(table),
        "columns_next": _link(request, columns="own") if shown.view is not None and shown.view.columns else request.get_full_path(),
        "chosen_columns": ",".join(shown.chosen_columns()),
        "is_compact": shown.choices.get("density") == "compact",
        "previous_url": _link(request, before=found.previous) if found.previous else "",
        "next_url": _link(request, after=found.next) if found.next else "",
        "sizes": [{"n": each, "url": _link(request, size=str(each)), "active": each == size} for each in SIZES],
        "count": _count(found, lambda most: asked.count(most=most) if asked else rows.order_by()[:most].count()),
        "news": (_link(request, fresh=str(mark)), list_news.SECONDS),
        "bulk": table.bulk,
    }


def _columns(table: Table) -> list[tuple[str, str, bool]]:
    """(name, label, shown) of every column, those shown first and in their order."""
    shown = [column.name for column in table.columns]
    hidden = [name for name in table.base_columns if name not in shown]
    labels = {name: str(column.verbose_name or name) for name, column in table.base_columns.items()}
    return [(name, str(table.columns[name].header), True) for name in shown] + [(name, labels[name], False) for name in hidden]


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
    drop = {"after", "before", "export", "fresh", "seen", *changed}
    parts = [part for part in (_kept(request, drop), urlencode({name: value for name, value in changed.items() if value})) if part]
    return f"{request.path}?{'&'.join(parts)}" if parts else request.path


def _chips(shown: List, filterset: FilterSet | None) -> list[dict[str, str]]:
    chips = [{"name": "q", "label": _("Search"), "value": shown.word}] if shown.word and shown.search else []
    chips += filterset.chips if filterset is not None else []
    return [{**chip, "url": _link(shown.request, **{chip["name"]: ""})} for chip in chips]


def _count(found: keyset.Page, count: Callable[[int], int]) -> str:
    """Exact up to 10,000. A first page that holds everything needs no query."""
    is_whole = found.previous is None and found.next is None
    number = len(found.rows) if is_whole else count(COUNT_TO + 1)
    if number > COUNT_TO:
        return _("10,000+ matching")
    return ngettext("%(n)s matching", "%(n)s matching", number) % {"n": f"{number:,}"}


def _presets(shown: List) -> list[dict[str, Any]]:
    now = _kept(shown.request, drop=TECHNICAL)
    everything = Preset(gettext_lazy("All"), "")
    return [
        {
            "label": each.label,
            "url": _face(shown, each.query),
            "active": now == each.query,
        }
        for each in ([everything, *shown.views] if shown.views else [])
    ]


def _face(shown: List, *parts: str) -> str:
    """The list with these parts of a query, as a board where it is shown as one."""
    said = "&".join(part for part in (*parts, "as=board" if shown.is_board else "") if part)
    return f"{shown.request.path}?{said}" if said else shown.request.path


def _parts(query: str) -> list[tuple[str, str]]:
    """What a query says, whatever the order of its parts."""
    return sorted(parse_qsl(query))


def _saved_views(shown: List) -> list[dict[str, Any]]:
    user = shown.request.user
    return [
        {
            "pk": row.pk,
            "name": row.name,
            "url": _face(shown, row.query, f"view={row.pk}"),
            "active": row is shown.view,
            "modified": row is shown.view and shown.is_modified,
            "is_own": row.owner_id == user.pk,
            "shared_with": row.shared_with,
        }
        for row in shown.saved
    ]
