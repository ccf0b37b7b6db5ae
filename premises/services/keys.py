"""Keys and cards: handed out, taken back, lost, counted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.flow import Refused
from core.text import clean_code
from premises.flow import KEY_FLOW
from premises.models import Key, KeyCount, KeyDifference, KeyLoan


def issue_key(
    key: Key,
    *,
    holder_name: str,
    by: Any,
    at: datetime,
    holder_phone: str = "",
    due_at: datetime | None = None,
    **details: str,
) -> KeyLoan:
    """Hands a key or card out. Without `due_at` it is for as long as the tenancy lasts.

    `details`: holder_company, purpose. Raises Refused, for example when somebody else has it already.
    """
    if not holder_name.strip():
        raise Refused(_("Enter who takes the key."))
    if due_at is not None and due_at <= at:
        raise Refused(_("The time to bring it back must lie ahead."))
    # Together: a moment after the step somebody could have taken the key back already.
    with transaction.atomic():
        KEY_FLOW.take(key, "issue", by=by, at=at, holder_name=holder_name, holder_phone=holder_phone, due_at=due_at, **details)
        return open_loan(key)


def open_loan(key: Key) -> KeyLoan:
    """The loan of a key that is out; KeyLoan.DoesNotExist in the store."""
    return KeyLoan.objects.open().get(key=key)


def return_key(key: Key, *, by: Any, at: datetime, note: str = "") -> Key:
    """Takes a key or card back into the store."""
    return KEY_FLOW.take(key, "take_back", by=by, at=at, note=note)


def report_lost(key: Key, *, by: Any, at: datetime, note: str) -> Key:
    """Marks a key or card as lost, with what happened; its loan ends."""
    return KEY_FLOW.take(key, "report_lost", by=by, at=at, note=note)


def count_keys(building: Any, *, found: Iterable[str], by: Any, at: datetime, kind: str = "", note: str = "") -> KeyCount:
    """Compares the key numbers found in the store with the book and keeps the differences; changes no key."""
    numbers = {clean_code(number) for number in found} - {""}
    with transaction.atomic():
        keys = Key.objects.filter(building=building, **({"kind": kind} if kind else {}))
        states = dict(keys.values_list("number", "state"))
        expected = {number for number, state in states.items() if state == Key.State.IN_STORE}
        count = KeyCount.objects.create(
            building=building, kind=kind, counted_at=at, counted_by=by, expected=len(expected), found=len(numbers), note=note
        )
        ids = dict(Key.objects.filter(building=building, number__in=expected ^ numbers).values_list("number", "pk"))
        KeyDifference.objects.bulk_create(
            KeyDifference(count=count, key_id=ids.get(number), number=number, what=_difference(number, numbers, ids))
            for number in sorted(expected ^ numbers)
        )
        return count


def _difference(number: str, found: set[str], known: dict[str, int]) -> str:
    if number not in found:
        return KeyDifference.What.MISSING
    return KeyDifference.What.UNEXPECTED if number in known else KeyDifference.What.UNKNOWN


def mark_reminded(loans: Iterable[KeyLoan], *, at: datetime) -> int:
    """Claims overdue loans for one reminder each; how many this caller got."""
    return KeyLoan.objects.filter(pk__in=[loan.pk for loan in loans], reminded_at=None).update(reminded_at=at)
