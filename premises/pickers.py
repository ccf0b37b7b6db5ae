"""A picker of things with codes that look like numbers: unit 1801 must not be taken for the row with key 1801."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

from core import forms
from core.text import clean, clean_code

CHOSEN = "="


class CodePicker(forms.PickerField):
    """Chosen rows travel as `=<key>`; anything else is a code (or part of one) as typed."""

    def __init__(self, *, queryset: QuerySet[Any], url_name: str, code: str = "code", **named: Any) -> None:
        self.code = code
        super().__init__(queryset=queryset, url_name=url_name, **named)

    def prepare_value(self, value: Any) -> Any:
        key = getattr(value, "pk", value)
        return f"{CHOSEN}{key}" if isinstance(key, int) else key

    def _text(self, value: Any) -> str:
        return super()._text(str(value or "").removeprefix(CHOSEN)) if str(value or "").startswith(CHOSEN) else str(value or "")

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if hasattr(value, "pk"):
            return value
        text = clean(str(value))
        key = text.removeprefix(CHOSEN)
        if text.startswith(CHOSEN) and key.isdigit() and len(key) < 19:
            return self._only(self.queryset.filter(pk=key), text)
        exact = self.queryset.filter(**{self.code: clean_code(text)})
        return self._only(exact if exact.exists() else self.queryset.filter(**{f"{self.code}__icontains": clean_code(text)}), text)

    def _only(self, rows: QuerySet[Any], text: str) -> Any:
        found = list(rows[:6])
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(_("Nothing matches “%(text)s”. Type a part of the name or number.") % {"text": text[:60]})
        names = "、".join(str(row) for row in found[:5])
        raise ValidationError(_("Several match: %(names)s. Type more of it.") % {"names": names})


def pick(request: HttpRequest, rows: QuerySet[Any], *, code: str = "code", hint: Any = lambda row: "") -> JsonResponse:
    """The answer of such a picker's address: at most 20 rows whose code contains `?q=`."""
    text = clean_code(request.GET.get("q", ""))[:100]
    found = rows.filter(**{f"{code}__icontains": text}) if text else rows
    return JsonResponse({"results": [{"value": f"{CHOSEN}{row.pk}", "text": str(row), "hint": str(hint(row))} for row in found[:20]]})
