"""The cells of a list's table, each what `django_tables2` would make of it.

What is the same for every row of a column (its face, where its value is, what its `render` asks for) is found out once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.template.base import render_value_in_context
from django.template.context import Context
from django.template.defaultfilters import date as formatted
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.timezone import is_aware, localtime
from django_tables2 import DateColumn, DateTimeColumn
from django_tables2.utils import Accessor, call_with_appropriate, signature

Content = Callable[[Any, Any], Any]


def rows(table: Any) -> Iterator[tuple[Any, SafeString]]:
    """Each row of a table with its cells as markup, labelled for when they stand below each other."""
    faces = [_face(table, column) for column in table.columns]
    context = Context()
    for row in table.paginated_rows:
        yield row, SafeString("".join([f"{face}{_text(content(row, row.record), context)}</td>" for face, content in faces]))


def _face(table: Any, column: Any) -> tuple[str, Content]:
    """(the opening tag of a column's cells, what is in them)."""
    css = column.attrs["td"].get("class") or ""
    return format_html('<td class="{}" data-label="{}">', css, column.header), content_of(table, column)


def _text(content: Any, context: Context) -> str:
    return conditional_escape(content) if isinstance(content, str) else render_value_in_context(content, context)


def content_of(table: Any, bound: Any) -> Content:
    """What a column shows of a row (its bound row, its record)."""
    value_of, column, default = _value_of(table, bound), bound.column, bound.default
    render = _render_of(table, bound)

    def content(row: Any, record: Any) -> Any:
        value = value_of(record)
        return default if value in column.empty_values else render(row, record, value)

    return content


def _value_of(table: Any, bound: Any) -> Callable[[Any], Any]:
    """The value of a column in a record: the words of a choice, else what its accessor leads to; None where that ends."""
    accessor = Accessor(bound.accessor)
    known: dict[type, dict[Any, str]] = {}

    def value_of(record: Any) -> Any:
        last, name = accessor.penultimate(record)
        if isinstance(last, models.Model):
            kind = type(last)
            if kind not in known:
                known[kind] = _words_of(accessor, record)
            if known[kind]:
                value = getattr(last, name)
                return known[kind].get(value, value)
        try:
            return accessor.resolve(record)
        except Exception:  # whatever is missing on the way, as `django_tables2` has it
            return None

    return value_of


def _words_of(accessor: Accessor, record: Any) -> dict[Any, str]:
    """The words of a field with choices by its values; empty for another field."""
    try:
        field = accessor.get_field(record)
    except FieldDoesNotExist:
        return {}
    return {value: str(words) for value, words in getattr(field, "flatchoices", None) or ()}


def _render_of(table: Any, bound: Any) -> Callable[[Any, Any, Any], Any]:
    """How a value is shown, with the link around it."""
    bare = _moment_of(bound) or _called(table, bound)
    if not bound.link:
        return bare

    if callable(bound.link.url) and signature(bound.link.url) == (("record",), None) and not bound.link.attrs:
        return lambda row, record, value: _around(bound.link.url(record), bare(row, record, value))

    def linked(row: Any, record: Any, value: Any) -> Any:
        return bound.link(bare(row, record, value), **_everything(table, bound, row, record, value))

    return linked


def _around(address: str | None, content: Any) -> Any:
    return content if address is None else format_html('<a href="{}">{}</a>', address, content)


def _moment_of(bound: Any) -> Callable[[Any, Any, Any], Any] | None:
    """A day or time by its format, without the template that `django_tables2` keeps for it."""
    column = bound.column
    if type(column) not in (DateColumn, DateTimeColumn) or bound.render != column.render:
        return None
    pattern = column.template_code.partition('"')[2].partition('"')[0]
    return lambda row, record, value: conditional_escape(formatted(_local(value), pattern) or bound.default)


def _local(moment: Any) -> Any:
    return localtime(moment) if isinstance(moment, dt.datetime) and is_aware(moment) else moment


def _called(table: Any, bound: Any) -> Callable[[Any, Any, Any], Any]:
    """The column's own `render`, given what it asks for."""
    names, rest = signature(bound.render)
    if rest or not set(names) <= {"value", "record", "table", "column"}:
        return lambda row, record, value: call_with_appropriate(bound.render, _everything(table, bound, row, record, value))
    given = {"table": table, "column": bound.column}

    def called(row: Any, record: Any, value: Any) -> Any:
        here = {**given, "value": value, "record": record}
        return bound.render(**{name: here[name] for name in names})

    return called


def _everything(table: Any, bound: Any, row: Any, record: Any, value: Any) -> dict[str, Any]:
    return {"value": value, "record": record, "column": bound.column, "bound_column": bound, "bound_row": row, "table": table}
