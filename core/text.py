"""Text as it may be stored: NFC, without NUL, bidi controls or zero-width characters."""

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

# Bidi overrides and isolates, zero-width characters, BOM, soft hyphen, and control characters but tab and newlines.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def clean(text: str) -> str:
    """The same text in NFC without characters nobody can see, trimmed."""
    return unicodedata.normalize("NFC", UNSEEN.sub("", text)).strip()


def clean_code(text: str) -> str:
    """A code as people type it, in one spelling: full-width to half-width, upper case, no inner spaces."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", UNSEEN.sub("", text))).upper()


def is_key(text: str) -> bool:
    """True for a whole number that can be the key of a row; `²` and 5,000 digits cannot."""
    return text.isascii() and text.isdigit() and len(text) < 19


class CleanCharField(models.CharField):
    """A CharField that stores `clean` text."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return clean(value) if isinstance(value, str) else value

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return clean(value) if isinstance(value, str) else value


class CleanTextField(models.TextField):
    """A TextField that stores `clean` text; its `max_length` is enforced by `full_clean` too."""

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return clean(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return clean(value) if isinstance(value, str) else value

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        if self.max_length and value and len(value) > self.max_length:
            raise ValidationError(_("Shorten this to %(limit)d characters."), params={"limit": self.max_length})
