"""Pickers of units, keys and cards, whose codes look like numbers: 1801 is a code, never a row's key."""

from __future__ import annotations

from typing import Any

from core import forms
from core.text import clean, clean_code

CHOSEN = "="


class CodePicker(forms.PickerField):
    """A chosen row travels as `=<key>` (so the pickers of the premises answer); anything else is a code as typed."""

    def __init__(self, *, code: str = "code", **named: Any) -> None:
        self.code = code
        super().__init__(search=self._like, **named)

    def _like(self, rows: Any, text: str) -> Any:
        exact = rows.filter(**{self.code: clean_code(text)})
        return exact if exact.exists() else rows.filter(**{f"{self.code}__icontains": clean_code(text)})

    def prepare_value(self, value: Any) -> Any:
        key = getattr(value, "pk", value)
        return f"{CHOSEN}{key}" if isinstance(key, int) else key

    def _text(self, value: Any) -> str:
        return super()._text(str(value)[1:]) if str(value or "").startswith(CHOSEN) else str(value or "")

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values or hasattr(value, "pk"):
            return value or None
        text = clean(str(value))
        return super().to_python(text[1:]) if text.startswith(CHOSEN) else self._by_words(text)


def limit(form: Any, **rows: Any) -> None:
    """Says which rows a field may choose from: `limit(self, unit=…)`."""
    for name, queryset in rows.items():
        form.fields[name].queryset = queryset
