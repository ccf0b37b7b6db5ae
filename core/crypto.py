"""Encrypted fields and masks: identity numbers are unreadable in a stolen dump (reliability rule 17)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

from core.text import clean

MARK = "enc:"


@lru_cache(maxsize=4)
def ring(keys: tuple[str, ...]) -> dict[str, bytes]:
    """Key id -> 32 bytes, from `id:base64` entries; the first is the current one.

    Raises ImproperlyConfigured when there is none or one is malformed.
    """
    found = {}
    for entry in keys:
        name, _colon, text = entry.partition(":")
        key = base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4))
        if len(key) != 32:
            raise ImproperlyConfigured(f"FIELD_KEYS: key {name} is not 32 bytes.")
        found[name] = key
    if not found:
        raise ImproperlyConfigured("FIELD_KEYS is empty: give `id:base64key`.")
    return found


def keys() -> dict[str, bytes]:
    return ring(tuple(settings.FIELD_KEYS))


def seal(plain: bytes, context: str) -> bytes:
    """`id NUL nonce ciphertext` under the current key; `context` must be the same to open it."""
    name, key = next(iter(keys().items()))
    nonce = os.urandom(12)
    return name.encode() + b"\0" + nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def unseal(sealed: bytes, context: str) -> bytes:
    """What was sealed. Raises InvalidTag when it was tampered with or belongs elsewhere, KeyError for a key gone."""
    name, _nul, rest = sealed.partition(b"\0")
    return AESGCM(keys()[name.decode()]).decrypt(rest[:12], rest[12:], context.encode())


def blind_index(value: str) -> str:
    """A keyed fingerprint to find an encrypted value by (exact match), 64 hexadecimal digits."""
    key = hashlib.sha256(b"blind index" + list(keys().values())[-1]).digest()
    return hmac.new(key, clean(value).upper().encode(), hashlib.sha256).hexdigest()


class Unreadable(str):
    """Shown as `?`: its key is gone, or it was tampered with. Saved again it stays as it was, for the day the key is back."""

    sealed: str

    def __new__(cls, sealed: str) -> Unreadable:
        shown = super().__new__(cls, "?")
        shown.sealed = sealed
        return shown


class EncryptedCharField(models.TextField):
    """Text that is encrypted in the database and plain in Python. It can't be searched; see `blind_index`.

    `max_length` bounds the plain text in forms.
    """

    def get_context(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        if value is None or not value.startswith(MARK):
            return value
        try:
            return unseal(base64.b64decode(value[len(MARK) :]), self.get_context()).decode()
        except (InvalidTag, KeyError, ValueError):
            return Unreadable(value)

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Unreadable):
            return value.sealed
        value = super().get_prep_value(value)
        if not value:
            return value
        return MARK + base64.b64encode(seal(clean(value).encode(), self.get_context())).decode()

    def formfield(self, **kwargs: Any) -> Any:
        from django import forms

        return super().formfield(**{"widget": forms.TextInput(attrs={"autocomplete": "off"}), "max_length": self.max_length, **kwargs})


def mask_identity(value: str) -> str:
    """First three and last four characters: `110***********1234`; short values keep nothing."""
    return value[:3] + "*" * (len(value) - 7) + value[-4:] if len(value) > 9 else "*" * len(value)


def mask_phone(value: str) -> str:
    """`138****8000`: the middle of a mobile number, all but the last two digits of others."""
    digits = re.sub(r"\D", "", value)
    if len(digits) == 11 and digits.startswith("1"):
        return f"{digits[:3]}****{digits[-4:]}"
    return "*" * max(len(digits) - 2, 0) + digits[-2:]


def format_phone(value: str) -> str:
    """`138 0013 8000` for a mobile number; anything else as it was typed."""
    digits = re.sub(r"[ \-]", "", value)
    if len(digits) == 11 and digits.isdigit() and digits.startswith("1"):
        return f"{digits[:3]} {digits[3:7]} {digits[7:]}"
    return value
