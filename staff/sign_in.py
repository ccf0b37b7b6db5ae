"""How often somebody may try to sign in. A try is counted in the database before the password is looked at,
so that parallel guesses can't all slip through (reliability rule 19)."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from django.db import connection
from django.db.models import F
from django.db.models.functions import Greatest
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from staff.models import LoginAttempt

WINDOW = timedelta(minutes=15)
TRIES_PER_NAME = 5
# A whole front desk sits behind one address.
TRIES_PER_ADDRESS = 100

RESERVE = """
    INSERT INTO staff_loginattempt AS attempt (key, tries, started_at) VALUES (%(key)s, 1, %(at)s)
    ON CONFLICT (key) DO UPDATE SET
        tries = CASE WHEN attempt.started_at <= %(stale)s THEN 1 ELSE attempt.tries + 1 END,
        started_at = CASE WHEN attempt.started_at <= %(stale)s THEN %(at)s ELSE attempt.started_at END
    RETURNING tries, started_at
"""


def reserve(name: str, address: str, *, at: datetime) -> datetime | None:
    """Counts a try under a name and from an address. None when it may go on, else the time of the next one."""
    limits = [(_name_key(name), TRIES_PER_NAME), (_address_key(address), TRIES_PER_ADDRESS)]
    waits = [_count(key, limit, at) for key, limit in limits]
    return max((wait for wait in waits if wait), default=None)


def succeeded(name: str, address: str) -> None:
    """Forgets the tries under the name; the address gets its try back."""
    LoginAttempt.objects.filter(key=_name_key(name)).delete()
    LoginAttempt.objects.filter(key=_address_key(address)).update(tries=Greatest(F("tries") - 1, 0))


def locked_until(name: str, address: str, *, at: datetime) -> datetime | None:
    """When the next try is possible if the tries are used up, else None; counts nothing."""
    rows = {row.key: row for row in LoginAttempt.objects.filter(key__in=[_name_key(name), _address_key(address)])}
    limits = {_name_key(name): TRIES_PER_NAME, _address_key(address): TRIES_PER_ADDRESS}
    waits = [row.started_at + WINDOW for key, row in rows.items() if row.tries >= limits[key]]
    return max((wait for wait in waits if wait > at), default=None)


def reserve_code(user_pk: int, *, at: datetime) -> datetime | None:
    """Counts a try at a person's second factor. None when it may go on, else the time of the next one."""
    return _count(f"code:{user_pk}", TRIES_PER_NAME, at)


def code_accepted(user_pk: int) -> None:
    """Forgets the tries at the second factor."""
    LoginAttempt.objects.filter(key=f"code:{user_pk}").delete()


def take_code(user_pk: int, code: str, *, at: datetime) -> bool:
    """True for the first who brings this code; of many at once exactly one. The code itself is not kept."""
    spent = salted_hmac("staff.sign_in.take_code", f"{user_pk}:{code}", algorithm="sha256").hexdigest()
    return _count(f"spent:{user_pk}:{spent}", 1, at) is None


def forget_stale(at: datetime) -> int:
    """Deletes counts whose window is over; returns how many."""
    return LoginAttempt.objects.filter(started_at__lte=at - WINDOW).delete()[0]


def address_of(request: HttpRequest | None) -> str:
    """The caller's address, as trusted proxies tell it; empty outside a request."""
    return get_adapter().get_client_ip(request) if request is not None else ""


def _count(key: str, limit: int, at: datetime) -> datetime | None:
    with connection.cursor() as cursor:
        cursor.execute(RESERVE, {"key": key, "at": at, "stale": at - WINDOW})
        tries, started_at = cursor.fetchone()
    return started_at + WINDOW if tries > limit else None


def _name_key(name: str) -> str:
    return f"name:{name.strip().casefold()[:150]}"


def _address_key(address: str) -> str:
    return f"address:{address[:64]}"
