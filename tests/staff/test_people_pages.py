"""My account, colleagues, and the records desk: who sees and changes what."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from staff import access
from staff.models import User


def profile(**changes: str) -> dict[str, str]:
    return {
        "name": "李敏",
        "phone": "138 0013 8000",
        "language": "en",
        "theme": "dark",
        "single_keys": "on",
        "submission_key": str(uuid4()),
        **changes,
    }


def test_my_account_keeps_what_i_choose(cast: Any, as_user: Any) -> None:
    client = as_user(cast.frontdesk)
    answer = client.post("/staff/profile/", profile(name="李小敏"))
    person = User.objects.get(pk=cast.frontdesk.pk)
    assert answer.status_code == 302
    assert (person.name, person.phone, person.theme, person.language) == ("李小敏", "138 0013 8000", "dark", "en")
    assert client.cookies["django_language"].value == "en"


def test_a_wrong_phone_comes_back_with_all_words(cast: Any, as_user: Any) -> None:
    answer = as_user(cast.frontdesk).post("/staff/profile/", profile(phone="call me", name="李小敏"))
    text = answer.content.decode()
    assert answer.status_code == 422 and "call me" in text and "李小敏" in text
    assert User.objects.get(pk=cast.frontdesk.pk).name == "李敏"


def test_my_account_takes_no_rights_from_the_form(cast: Any, as_user: Any) -> None:
    as_user(cast.frontdesk).post("/staff/profile/", profile(is_superuser="on", is_staff="on", username="root"))
    person = User.objects.get(pk=cast.frontdesk.pk)
    assert (person.is_superuser, person.is_staff, person.username) == (False, False, "frontdesk")


def test_colleagues_are_listed_with_their_posts(cast: Any, as_user: Any) -> None:
    text = as_user(cast.frontdesk).get("/staff/people/").content.decode()
    assert "王强" in text and "Engineering" in text and "外人" not in text


@pytest.mark.parametrize("query", ["q=王强", "department=ENGINEERING"])
def test_colleagues_are_found_by_name_and_department(cast: Any, as_user: Any, query: str) -> None:
    text = as_user(cast.frontdesk).get(f"/staff/people/?{query}").content.decode()
    assert "王强" in text and "孙伟" not in text


def test_the_picker_offers_colleagues_only(cast: Any, as_user: Any) -> None:
    found = as_user(cast.frontdesk).get("/staff/people/picker/?q=外").json()["results"]
    assert found == []
    assert as_user(cast.frontdesk).get("/staff/people/picker/?q=王").json()["results"][0]["text"] == "王强"


def test_a_stranger_finds_no_colleague_of_another_building(cast: Any, as_user: Any) -> None:
    assert as_user(cast.outsider).get(f"/staff/people/{cast.engineer.pk}/").status_code == 404


def test_a_records_officer_keeps_records_but_no_accounts(cast: Any, as_user: Any) -> None:
    client = as_user(cast.records)
    assert client.get("/admin/").status_code == 200
    for page in ("user", "post", "cover", "department"):
        assert client.get(f"/admin/staff/{page}/").status_code == 403


@pytest.mark.parametrize(
    ("permission", "may"),
    [
        ("tenants.change_tenant", True),
        ("premises.add_unit", True),
        ("core.change_calendarday", True),
        ("tenants.delete_tenant", False),
        ("staff.change_user", False),
        ("core.change_signoff", False),
        ("core.view_submission", False),
    ],
)
def test_the_records_post_brings_these_rights_and_no_others(cast: Any, permission: str, may: bool) -> None:
    assert access.may_keep_records(cast.records, permission) is may
    assert cast.records.has_perm(permission) is may
    assert not cast.frontdesk.has_perm(permission)


def test_others_do_not_enter_the_records_desk(cast: Any, as_user: Any) -> None:
    assert as_user(cast.service_head).get("/admin/").status_code == 302
