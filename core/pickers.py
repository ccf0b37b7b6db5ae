"""Pickers: one row chosen of many, by a server-side search with JavaScript, by typed words without."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms as base
from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from core.text import clean, clean_code, is_key

CHOSEN = "="


class PickerInput(base.TextInput):
    """A text field that becomes a server-side picker with JavaScript."""

    def __init__(self, url_name: str) -> None:
        super().__init__()
        self.url_name, self.text = url_name, lambda value: ""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"] |= {
            "data-picker-url": reverse(self.url_name),
            "data-picker-text": self.text(value),
            "autocomplete": "off",
        }
        return context


class PickerField(base.ModelChoiceField):
    """Chooses one row of many. A chosen row travels as `=<key>`; anything else is words as typed, digits too.

    Without JavaScript the typed words are resolved on submit; several matches are named. `search(queryset, text)` narrows.
    """

    def __init__(self, *, queryset: Any, url_name: str, search: Callable[[Any, str], Any] | None = None, **named: Any) -> None:
        self.search = search or (lambda rows, text: rows.filter(name__icontains=text))
        super().__init__(queryset=queryset, widget=PickerInput(url_name), **named)
        self.widget.text = self._text

    def __deepcopy__(self, memo: Any) -> Any:
        copy = super().__deepcopy__(memo)
        # The copy of a form may choose from other rows than the class's own field.
        copy.widget.text = copy._text
        return copy

    def prepare_value(self, value: Any) -> Any:
        key = getattr(value, "pk", value)
        return f"{CHOSEN}{key}" if isinstance(key, int) else key

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values or hasattr(value, "pk"):
            return value or None
        text = clean(str(value))
        return self._chosen(text) or self._by_words(text)

    def _text(self, value: Any) -> str:
        return str(self._chosen(str(value or "")) or value or "")

    def _chosen(self, text: str) -> Any:
        key = text.removeprefix(CHOSEN)
        return self.queryset.filter(pk=key).first() if key != text and is_key(key) else None

    def _by_words(self, text: str) -> Any:
        found = list(self.search(self.queryset, text)[:6])
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(_("Nothing matches “%(text)s”. Type a part of the name or number.") % {"text": text[:60]})
        names = "、".join(str(row) for row in found[:5])
        raise ValidationError(_("Several match: %(names)s. Type more of it.") % {"names": names})


def pick(request: HttpRequest, rows: Any, search: Callable[[Any, str], Any], hint: Callable[[Any], str] = lambda row: "") -> JsonResponse:
    """The answer of a picker's address: at most 20 rows that match `?q=`."""
    text = clean(request.GET.get("q", ""))[:100]
    found = search(rows, text) if text else rows
    return JsonResponse({"results": [{"value": f"{CHOSEN}{row.pk}", "text": str(row), "hint": hint(row)} for row in found[:20]]})


class CodePicker(PickerField):
    """A picker of things known by a code: unit 1801, card KH-001. The whole code wins over a part of others."""

    def __init__(self, *, code: str = "code", **named: Any) -> None:
        self.code = code
        super().__init__(search=self._like, **named)

    def _like(self, rows: Any, text: str) -> Any:
        exact = rows.filter(**{self.code: clean_code(text)})
        return exact if exact.exists() else rows.filter(**{f"{self.code}__icontains": clean_code(text)})


def pick_code(request: HttpRequest, rows: Any, *, code: str = "code", hint: Callable[[Any], Any] = lambda row: "") -> JsonResponse:
    """The answer of a CodePicker's address: at most 20 rows whose code contains `?q=`."""
    text = clean_code(request.GET.get("q", ""))[:100]
    found = rows.filter(**{f"{code}__icontains": text}) if text else rows
    return JsonResponse({"results": [{"value": f"{CHOSEN}{row.pk}", "text": str(row), "hint": str(hint(row))} for row in found[:20]]})
