"""Who else is here, and staying signed in."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from tests.conftest import Cast, a_unit


def test_two_people_on_one_record_see_each_other_and_strangers_see_nothing(cast: Cast, tower: Any, as_user: Any) -> None:
    url = reverse("core:presence", args=["premises.Unit", a_unit(tower, "1801").pk])
    assert as_user(cast.engineer).get(url).json() == {"viewing": [], "editing": []}
    assert as_user(cast.frontdesk).get(url).json() == {"viewing": ["王强"], "editing": []}
    assert as_user(cast.engineer).get(url).json() == {"viewing": ["李敏"], "editing": []}
    assert as_user(cast.outsider).get(url).status_code == 404
    assert as_user(cast.engineer).get(reverse("core:presence", args=["no.Such", 1])).status_code == 404


def test_staying_begins_the_time_of_the_session_anew(cast: Cast, as_user: Any) -> None:
    client = as_user(cast.frontdesk)
    answer = client.post(reverse("core:stay"))
    assert answer.status_code == 204
    assert answer.cookies["sessionid"]["max-age"] == 12 * 3600


def test_whoever_has_the_form_open_is_said_to_be_editing(cast: Cast, tower: Any, as_user: Any) -> None:
    unit = a_unit(tower, "1801")
    url = reverse("core:presence", args=["premises.Unit", unit.pk])
    form = as_user(cast.engineer).get(reverse("premises:unit_edit", args=[unit.pk])).content.decode()
    assert f'data-presence-url="{url}?editing=1"' in form
    assert f'data-presence-url="{url}"' in as_user(cast.frontdesk).get(reverse("premises:unit_detail", args=[unit.pk])).content.decode()
    as_user(cast.engineer).get(url, {"editing": "1"})
    assert as_user(cast.frontdesk).get(url).json() == {"viewing": ["王强"], "editing": ["王强"]}
