"""Small look-ups that templates need."""

from collections.abc import Iterator
from typing import Any

from django import template

register = template.Library()


@register.filter
def item(mapping: Any, key: Any) -> Any:
    """mapping[key], or None."""
    return mapping.get(key) if hasattr(mapping, "get") else None


@register.filter
def with_cells(table: Any) -> Iterator[tuple[Any, list[tuple[str, str, Any]]]]:
    """Each row of a list's table and its cells as (class, label, content); class and label are the same in every row."""
    faces = [(column.name, column.attrs["td"].get("class") or "", column.header) for column in table.columns]
    for row in table.paginated_rows:
        yield row, [(css, label, row.get_cell(name)) for name, css, label in faces]
