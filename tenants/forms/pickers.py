"""How the forms of tenants narrow their choices."""

from __future__ import annotations

from typing import Any


def limit(form: Any, **rows: Any) -> None:
    """Says which rows a field may choose from: `limit(self, unit=…)`."""
    for name, queryset in rows.items():
        form.fields[name].queryset = queryset
