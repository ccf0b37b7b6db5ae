"""What is encrypted is unreadable in a stolen dump, and no change of keys or bytes loses it in silence."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from core import crypto
from core.models import HistoryEntry
from tests.conftest import Cast
from tests.records import FACTORIES

OLD, NEW = (f"{name}:{base64.b64encode(bytes([value]) * 32).decode()}" for name, value in (("old", 1), ("new", 2)))
PLAIN = "110101199003071234"
FIELDS = [
    (model, field)
    for model in apps.get_models()
    for field in model._meta.concrete_fields
    if isinstance(field, crypto.EncryptedCharField) and model._meta.label in FACTORIES
]


@pytest.fixture(autouse=True)
def keys(settings: Any) -> None:
    settings.FIELD_KEYS = [OLD]


def test_what_was_sealed_opens_in_its_own_place_alone() -> None:
    sealed = crypto.seal(b"secret", "here")
    assert b"secret" not in sealed
    assert crypto.unseal(sealed, "here") == b"secret"
    with pytest.raises(InvalidTag):
        crypto.unseal(sealed, "elsewhere")
    assert crypto.seal(b"secret", "here") != sealed


@pytest.mark.parametrize("place", [4, 10, 20, -1])
def test_a_changed_byte_is_noticed(place: int) -> None:
    sealed = bytearray(crypto.seal(b"secret", "here"))
    sealed[place] ^= 1
    with pytest.raises(InvalidTag):
        crypto.unseal(bytes(sealed), "here")


def test_a_new_key_seals_and_the_old_one_still_opens(settings: Any) -> None:
    sealed, fingerprint = crypto.seal(b"secret", "here"), crypto.blind_index(PLAIN)
    settings.FIELD_KEYS = [NEW, OLD]
    assert crypto.unseal(sealed, "here") == b"secret"
    assert crypto.seal(b"secret", "here").startswith(b"new\0")
    assert crypto.blind_index(PLAIN) == fingerprint
    settings.FIELD_KEYS = [NEW]
    with pytest.raises(KeyError):
        crypto.unseal(sealed, "here")


@pytest.mark.parametrize("broken", [[], ["k1"], ["k1:c2hvcnQ="]])
def test_a_broken_ring_says_so(settings: Any, broken: list[str]) -> None:
    settings.FIELD_KEYS = broken
    with pytest.raises(ImproperlyConfigured):
        crypto.keys()


def test_one_spelling_has_one_fingerprint() -> None:
    assert crypto.blind_index(" 11010119900307123x ") == crypto.blind_index("11010119900307123X")
    assert crypto.blind_index("11010119900307123X") != crypto.blind_index("110101199003071231")


# The field


@pytest.fixture
def row(cast: Cast, tower: Any) -> tuple[Any, Any]:
    """A row with an encrypted value, and the field."""
    model, field = FIELDS[0]
    made = FACTORIES[model._meta.label](cast, tower)
    setattr(made, field.name, PLAIN)
    made.save()
    return made, field


def raw(row: Any, field: Any) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{field.column}" FROM "{row._meta.db_table}" WHERE id = %s', [row.pk])
        return str(cursor.fetchone()[0])


def put(row: Any, field: Any, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{row._meta.db_table}" SET "{field.column}" = %s WHERE id = %s', [value, row.pk])
    row.refresh_from_db()


def test_its_column_and_its_history_hold_no_plain_value(row: tuple[Any, Any]) -> None:
    made, field = row
    assert PLAIN not in raw(made, field)
    made.refresh_from_db()
    assert getattr(made, field.name) == PLAIN
    lines = HistoryEntry.objects.filter(row_table=made._meta.db_table, row_id=made.pk)
    assert lines
    assert not [line for line in lines if PLAIN in str(line.changes)]


@pytest.mark.parametrize(
    "tamper",
    [
        lambda sealed: sealed[:-8] + "AAAAAAA=",
        lambda sealed: crypto.MARK + "a",
        lambda sealed: crypto.MARK,
        lambda sealed: crypto.MARK + base64.b64encode(b"\xff\0short").decode(),
        lambda sealed: crypto.MARK + base64.b64encode(crypto.seal(b"x", "another.column")).decode(),
    ],
)
def test_a_tampered_value_is_shown_as_unreadable(row: tuple[Any, Any], tamper: Callable[[str], str]) -> None:
    made, field = row
    put(made, field, tamper(raw(made, field)))
    assert getattr(made, field.name) == "?"


def test_saving_a_row_whose_key_is_gone_loses_nothing(row: tuple[Any, Any], settings: Any) -> None:
    made, field = row
    sealed = raw(made, field)
    settings.FIELD_KEYS = [NEW]
    made.refresh_from_db()
    assert getattr(made, field.name) == "?"
    made.save()
    assert raw(made, field) == sealed
    settings.FIELD_KEYS = [NEW, OLD]
    made.refresh_from_db()
    assert getattr(made, field.name) == PLAIN


# Masks


@pytest.mark.parametrize(("value", "shown"), [(PLAIN, "110***********1234"), ("12345", "*****"), ("", "")])
def test_an_identity_number_keeps_its_ends(value: str, shown: str) -> None:
    assert crypto.mask_identity(value) == shown


@pytest.mark.parametrize(
    ("value", "masked", "written"),
    [
        ("13800138000", "138****8000", "138 0013 8000"),
        ("138 0013 8000", "138****8000", "138 0013 8000"),
        ("010-8888 8888", "*********88", "010-8888 8888"),
        ("88888", "***88", "88888"),
    ],
)
def test_a_phone_number_is_masked_and_written(value: str, masked: str, written: str) -> None:
    assert (crypto.mask_phone(value), crypto.format_phone(value)) == (masked, written)
