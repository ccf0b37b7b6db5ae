"""The second factor through the pages themselves: enrol, sign out, sign in with a code; guesses are counted, a code works once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import connection
from django.test import Client
from django.utils import timezone

from staff import sign_in
from staff.models import User

PASSWORD = "a-good-password-1"
CODE_PAGE = "/accounts/2fa/authenticate/"
ENROL = "/accounts/2fa/totp/activate/"


@pytest.fixture
def at() -> Iterator[Any]:
    """The clock of these tests; `at.shift(30)` brings the next code."""
    with time_machine.travel(datetime(2026, 11, 23, 2, 0, tzinfo=UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def clerk(db: None) -> User:
    user = User(username="clerk", name="陈静", is_staff=True)
    user.set_password(PASSWORD)
    user.save()
    return user


def a_client() -> Client:
    return Client(headers={"accept-language": "en"})


def code_of(secret: str) -> str:
    """What the app on the phone shows now."""
    return format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30))


def wrong_code_of(secret: str) -> str:
    return f"{(int(code_of(secret)) + 1) % 10**6:06d}"


def password_given(client: Client) -> Any:
    return client.post("/accounts/login/", {"login": "clerk", "password": PASSWORD})


def enrol_page(client: Client) -> str:
    """Signs in and opens the page that enrols an app, which asks for the password again; the secret of its QR code."""
    password_given(client)
    asked = client.get(ENROL)
    assert asked.status_code == 302 and asked.url.startswith("/accounts/reauthenticate/")
    page = client.post(asked.url, {"password": PASSWORD}, follow=True)
    assert page.redirect_chain[-1][0] == ENROL
    return page.context["form"].secret


def enrolled(at: Any) -> str:
    """The secret of the clerk's new app, enrolled on the page; half a minute later."""
    client = a_client()
    secret = enrol_page(client)
    assert client.post(ENROL, {"code": code_of(secret)}).status_code == 302
    client.post("/accounts/logout/")
    at.shift(30)
    return secret


def is_signed_in(client: Client) -> bool:
    return client.get("/staff/profile/").status_code == 200


def test_a_wrong_first_code_enrols_nothing(clerk: User, at: Any) -> None:
    client = a_client()
    secret = enrol_page(client)
    assert "Incorrect code" in client.post(ENROL, {"code": wrong_code_of(secret)}).content.decode()
    assert not Authenticator.objects.filter(user=clerk).exists()


def test_whoever_enrolled_signs_in_with_password_and_code(clerk: User, at: Any) -> None:
    secret, client = enrolled(at), a_client()
    answer = password_given(client)
    assert (answer.status_code, answer.url) == (302, CODE_PAGE)
    assert not is_signed_in(client)
    assert b'name="code"' in client.get(CODE_PAGE).content
    answer = client.post(CODE_PAGE, {"code": code_of(secret)})
    assert (answer.status_code, answer.url) == (302, "/")
    assert is_signed_in(client)
    client.post("/accounts/logout/")
    assert not is_signed_in(client)


def test_a_wrong_code_is_refused_and_counted(clerk: User, at: Any) -> None:
    secret, client = enrolled(at), a_client()
    password_given(client)
    for _try in range(5):
        assert "Incorrect code" in client.post(CODE_PAGE, {"code": wrong_code_of(secret)}).content.decode()
    assert not is_signed_in(client)
    assert "Too many wrong tries" in client.post(CODE_PAGE, {"code": code_of(secret)}).content.decode()
    again = a_client()
    password_given(again)
    assert "Too many wrong tries" in again.post(CODE_PAGE, {"code": code_of(secret)}).content.decode()
    assert not is_signed_in(again)
    at.shift(15 * 60)
    again = a_client()
    password_given(again)
    assert again.post(CODE_PAGE, {"code": code_of(secret)}).status_code == 302
    assert is_signed_in(again)


def test_the_right_code_forgets_the_wrong_ones(clerk: User, at: Any) -> None:
    secret = enrolled(at)
    for _round in range(3):
        client = a_client()
        password_given(client)
        for _try in range(4):
            client.post(CODE_PAGE, {"code": wrong_code_of(secret)})
        assert client.post(CODE_PAGE, {"code": code_of(secret)}).status_code == 302
        at.shift(30)


def test_the_same_code_is_not_taken_twice(clerk: User, at: Any) -> None:
    secret = enrolled(at)
    first, second = a_client(), a_client()
    for client in (first, second):
        password_given(client)
    assert first.post(CODE_PAGE, {"code": code_of(secret)}).status_code == 302
    assert "Incorrect code" in second.post(CODE_PAGE, {"code": code_of(secret)}).content.decode()
    assert not is_signed_in(second)
    at.shift(30)
    assert second.post(CODE_PAGE, {"code": code_of(secret)}).status_code == 302


def test_a_spent_code_stays_spent_when_the_cache_is_lost(clerk: User, at: Any) -> None:
    from django.core.cache import cache

    secret = enrolled(at)
    first, second = a_client(), a_client()
    password_given(first)
    assert first.post(CODE_PAGE, {"code": code_of(secret)}).status_code == 302
    cache.clear()
    password_given(second)
    assert "Incorrect code" in second.post(CODE_PAGE, {"code": code_of(secret)}).content.decode()


def test_the_code_that_enrolled_does_not_sign_in(clerk: User, at: Any) -> None:
    secret = enrolled(at)
    at.shift(-30)
    client = a_client()
    password_given(client)
    assert "Incorrect code" in client.post(CODE_PAGE, {"code": code_of(secret)}).content.decode()


def test_a_recovery_code_works_once(clerk: User, at: Any) -> None:
    enrolled(at)
    [code, *_others] = Authenticator.objects.get(user=clerk, type="recovery_codes").wrap().get_unused_codes()
    first, second = a_client(), a_client()
    for client in (first, second):
        password_given(client)
    assert first.post(CODE_PAGE, {"code": code}).status_code == 302
    assert second.post(CODE_PAGE, {"code": code}).status_code == 200
    assert not is_signed_in(second)


def test_the_admins_own_sign_in_page_is_no_way_around_the_code(clerk: User, at: Any) -> None:
    enrolled(at)
    client = a_client()
    answer = client.post("/admin/login/", {"username": "clerk", "password": PASSWORD})
    assert answer.status_code == 200 and "second factor" in answer.content.decode()
    assert not is_signed_in(client)


def test_of_sixteen_who_bring_one_code_at_once_one_gets_in(committed_db: SimpleNamespace) -> None:
    now = timezone.now()

    def bring(_number: int) -> bool:
        try:
            return sign_in.take_code(1, "123456", at=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(bring, range(16))) == 1


def test_what_was_counted_is_forgotten_after_its_window(db: None) -> None:
    now = timezone.now()
    sign_in.take_code(1, "123456", at=now)
    sign_in.reserve_code(1, at=now)
    assert sign_in.forget_stale(now + timedelta(minutes=16)) == 2
