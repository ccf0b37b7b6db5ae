"""Signing in: guesses are counted before they are checked, and access ends at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from staff import sign_in
from staff.backends import CountedBackend
from staff.models import LoginAttempt, Post, User

PASSWORD = "a-good-password-1"


@pytest.fixture
def clerk(db: None) -> User:
    user = User(username="clerk", name="陈静")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in_page(password: str, *, name: str = "clerk", client: Client | None = None) -> Any:
    return (client or Client(headers={"accept-language": "en"})).post("/accounts/login/", {"login": name, "password": password})


def wait(minutes: int) -> None:
    """As if the window had begun that much earlier."""
    for row in LoginAttempt.objects.all():
        row.started_at -= timedelta(minutes=minutes)
        row.save()


def test_the_right_password_signs_in(clerk: User) -> None:
    answer = sign_in_page(PASSWORD)
    assert answer.status_code == 302 and answer.url == "/"


def test_a_wrong_password_is_refused(clerk: User) -> None:
    assert sign_in_page("wrong").status_code in {200, 422}


def test_after_five_wrong_tries_the_right_password_has_to_wait(clerk: User) -> None:
    for _try in range(5):
        sign_in_page("wrong")
    answer = sign_in_page(PASSWORD)
    assert answer.status_code in {200, 422} and "Too many wrong tries" in answer.content.decode()


def test_other_people_at_the_same_address_still_get_in(clerk: User) -> None:
    for _try in range(9):
        sign_in_page("wrong", name="somebody")
    assert sign_in_page(PASSWORD).status_code == 302


def test_after_a_quarter_of_an_hour_the_tries_are_forgotten(clerk: User) -> None:
    for _try in range(6):
        sign_in_page("wrong")
    wait(16)
    assert sign_in_page(PASSWORD).status_code == 302


def test_a_success_forgets_the_wrong_tries(clerk: User) -> None:
    for _round in range(3):
        for _try in range(4):
            sign_in_page("wrong")
        assert sign_in_page(PASSWORD).status_code == 302


def test_spelling_the_name_differently_does_not_help(clerk: User) -> None:
    for name in ("clerk", "CLERK", " clerk", "Clerk ", "cLERK"):
        sign_in_page("wrong", name=name)
    assert "Too many wrong tries" in sign_in_page(PASSWORD).content.decode()


def test_an_address_has_a_limit_too(clerk: User) -> None:
    for number in range(sign_in.TRIES_PER_ADDRESS):
        sign_in.reserve(f"name{number}", "10.0.0.9", at=timezone.now())
    assert sign_in.reserve("clerk", "10.0.0.9", at=timezone.now()) is not None
    assert sign_in.reserve("clerk", "10.0.0.10", at=timezone.now()) is None


def test_the_admin_counts_tries_as_well(clerk: User) -> None:
    for _try in range(5):
        Client().post("/admin/login/", {"username": "clerk", "password": "wrong"})
    assert "Too many wrong tries" in sign_in_page(PASSWORD).content.decode()


def test_of_sixty_guesses_at_once_five_are_checked(committed_db: SimpleNamespace) -> None:
    User.objects.create(username="clerk", name="陈静", password="!")
    checked = []

    def guess(number: int) -> None:
        try:
            CountedBackend().authenticate(None, username="clerk", password=f"guess {number}")
        except Exception as refused:
            assert type(refused).__name__ == "PermissionDenied"
        finally:
            connection.close()

    with patch.object(User, "check_password", lambda user, raw: bool(checked.append(raw))), ThreadPoolExecutor(20) as pool:
        list(pool.map(guess, range(60)))
    assert len(checked) == 5


def test_nobody_signs_themselves_up(db: None) -> None:
    Client().post("/accounts/signup/", {"username": "new", "password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.filter(username="new").exists()


def test_an_account_switched_off_is_out_at_the_next_request(cast: Any, as_user: Any) -> None:
    client = as_user(cast.guard)
    assert client.get("/staff/profile/").status_code == 200
    User.objects.filter(pk=cast.guard.pk).update(is_active=False)
    assert client.get("/staff/profile/").status_code == 302


def test_an_ended_post_shows_nothing_at_the_next_request(cast: Any, as_user: Any) -> None:
    client = as_user(cast.guard)
    assert client.get(f"/staff/people/{cast.engineer.pk}/").status_code == 200
    Post.objects.filter(user=cast.guard).update(ends_on=timezone.localdate() - timedelta(days=1))
    assert client.get(f"/staff/people/{cast.engineer.pk}/").status_code == 404


def test_a_new_password_ends_the_other_sessions(clerk: User) -> None:
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        sign_in_page(PASSWORD, client=client)
    values = {"oldpassword": PASSWORD, "password1": "another-good-one-2", "password2": "another-good-one-2"}
    assert here.post("/accounts/password/change/", values).status_code == 302
    assert elsewhere.get("/staff/profile/").status_code == 302


def test_other_devices_can_be_signed_out(clerk: User) -> None:
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        sign_in_page(PASSWORD, client=client)
    here.post("/accounts/sessions/")
    assert elsewhere.get("/staff/profile/").status_code == 302
    assert here.get("/staff/profile/").status_code == 200


def test_my_language_comes_with_me(clerk: User) -> None:
    User.objects.filter(pk=clerk.pk).update(language="en")
    client = Client(headers={"accept-language": "zh-hans"})
    sign_in_page(PASSWORD, client=client)
    assert client.cookies["django_language"].value == "en"


def test_a_second_factor_can_be_added(clerk: User) -> None:
    client = Client(headers={"accept-language": "en"})
    sign_in_page(PASSWORD, client=client)
    assert client.get("/accounts/2fa/totp/activate/", follow=True).status_code == 200
