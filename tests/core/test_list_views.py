"""A view of a list is kept under a name, alone or with a department; rows stand as close as the reader likes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.models import SavedView, UserSetting
from premises.models import Unit
from staff.models import Rank
from tests.conftest import Cast, a_unit, person

SignIn = Callable[[Any], Client]
UNITS = "/premises/units/"
SERVICE = "CUSTOMER_SERVICE"


@pytest.fixture
def units(tower: Any) -> list[Unit]:
    return [a_unit(tower, f"18{place:02}") for place in range(3)]


def keep(client: Client, **values: str) -> Any:
    posted = {"name": "空置", "query": "state=VACANT&sort=-code", "next": UNITS} | values
    return client.post(reverse("core:save_view", args=["premises-units"]), posted)


def views(client: Client, address: str = UNITS) -> dict[str, dict[str, Any]]:
    return {view["name"]: view for view in client.get(address).context["saved_views"]}


def test_a_saved_view_opens_at_once_and_stands_among_the_views(cast: Cast, units: list[Unit], as_user: SignIn) -> None:
    client = as_user(cast.service_clerk)
    answer = keep(client)
    view = SavedView.objects.get()
    assert answer.url == f"{UNITS}?state=VACANT&sort=-code&view={view.pk}"
    shown = views(client, answer.url)["空置"]
    assert (shown["active"], shown["modified"]) == (True, False)


def test_a_private_view_is_nobody_elses(cast: Cast, units: list[Unit], as_user: SignIn) -> None:
    keep(as_user(cast.service_clerk))
    assert views(as_user(cast.service_head)) == {}
    pk = SavedView.objects.get().pk
    assert as_user(cast.service_head).get(f"{UNITS}?view={pk}").context["list"].view is None


def test_a_shared_view_reaches_the_people_of_the_department_alone(cast: Cast, units: list[Unit], as_user: SignIn) -> None:
    keep(as_user(cast.service_clerk), shared_with=SERVICE)
    assert set(views(as_user(cast.service_head))) == {"空置"}
    assert views(as_user(cast.engineer)) == {}


def test_sharing_widens_no_rights(cast: Cast, neighbour: Any, units: list[Unit], as_user: SignIn) -> None:
    keep(as_user(cast.service_clerk), shared_with=SERVICE)
    client = as_user(person("other", "邻居", SERVICE, Rank.MEMBER, neighbour))
    address = views(client)["空置"]["url"]
    assert [row.record.code for row in client.get(address).context["table"].rows] == []


def test_nobody_shares_with_a_department_that_is_not_theirs(cast: Cast, units: list[Unit], as_user: SignIn) -> None:
    client = as_user(cast.service_clerk)
    assert keep(client, shared_with="FINANCE").status_code == 422
    keep(client)
    page = reverse("core:edit_view", args=[SavedView.objects.get().pk])
    key = client.get(page).context["form"]["submission_key"].value()
    assert client.post(page, {"name": "空置", "shared_with": "FINANCE", "submission_key": key}).status_code == 422
    assert SavedView.objects.get().shared_with == ""


def test_it_is_renamed_and_shared_later(cast: Cast, units: list[Unit], as_user: SignIn) -> None:
    client = as_user(cast.service_clerk)
    keep(client)
    page = reverse("core:edit_view", args=[SavedView.objects.get().pk])
    key = client.get(page, {"next": UNITS}).context["form"]["submission_key"].value()
    answer = client.post(page, {"name": "空置单元", "shared_with": SERVICE, "submission_key": key, "next": UNITS})
    assert (answer.status_code, answer.url) == (302, UNITS)
    assert set(views(as_user(cast.service_head))) == {"空置单元"}


def test_two_views_of_one_person_never_share_a_name(cast: Cast, units: list[Unit], as_user: SignIn) -> None:
    client = as_user(cast.service_clerk)
    keep(client)
    keep(client, name="其他")
    page = reverse("core:edit_view", args=[SavedView.objects.get(name="其他").pk])
    key = client.get(page).context["form"]["submission_key"].value()
    answer = client.post(page, {"name": "空置", "submission_key": key})
    assert answer.status_code == 422
    assert "another view of this name" in answer.content.decode()


def test_who_may_use_a_shared_view_may_not_change_it(cast: Cast, units: list[Unit], as_user: SignIn) -> None:
    keep(as_user(cast.service_clerk), shared_with=SERVICE)
    view, colleague = SavedView.objects.get(), as_user(cast.service_head)
    assert colleague.get(reverse("core:edit_view", args=[view.pk])).status_code == 404
    assert colleague.post(reverse("core:drop_view", args=[view.pk])).status_code == 404
    assert b"Rename or share" not in colleague.get(UNITS).content
    as_user(cast.service_clerk).post(reverse("core:drop_view", args=[view.pk]))
    assert not SavedView.objects.exists()


def test_a_colleague_who_saves_the_same_name_leaves_the_shared_one_alone(cast: Cast, units: list[Unit], as_user: SignIn) -> None:
    keep(as_user(cast.service_clerk), shared_with=SERVICE)
    keep(as_user(cast.service_head), query="state=OCCUPIED")
    assert SavedView.objects.get(owner=cast.service_clerk).query == "state=VACANT&sort=-code"
    assert SavedView.objects.count() == 2


@pytest.mark.parametrize("query", ["sort=-code", "state=VACANT", "state=VACANT&sort=-code&q=18"])
def test_switching_a_filter_off_leaves_it_marked_as_modified(cast: Cast, units: list[Unit], as_user: SignIn, query: str) -> None:
    client = as_user(cast.service_clerk)
    keep(client)
    address = f"{UNITS}?{query}&view={SavedView.objects.get().pk}"
    assert views(client, address)["空置"]["modified"] is True
    assert b"view-modified" in client.get(address).content
    assert b"view-modified" in client.get(address, headers={"HX-Request": "true", "HX-Target": "results"}).content


def test_the_link_of_a_chip_keeps_the_view_in_use(cast: Cast, units: list[Unit], as_user: SignIn) -> None:
    client = as_user(cast.service_clerk)
    [chip] = client.get(keep(client).url).context["chips"]
    assert views(client, chip["url"])["空置"]["modified"] is True


def test_a_view_brings_its_columns_until_the_reader_chooses_others(cast: Cast, units: list[Unit], as_user: SignIn) -> None:
    owner, reader = as_user(cast.service_clerk), as_user(cast.service_head)
    keep(owner, columns="code,state", shared_with=SERVICE)
    address = views(reader)["空置"]["url"]

    def columns(url: str) -> list[str]:
        return [column.name for column in reader.get(url).context["table"].columns]

    assert columns(address) == ["code", "state"]
    assert len(columns(UNITS)) > 2
    following = reader.get(address).context["columns_next"]
    reader.post(reverse("core:columns", args=["premises-units"]), {"column": ["code"], "next": following})
    assert columns(following) == ["code"]
    assert views(reader, following)["空置"]["modified"] is True


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//evil.example/", "https://evil.example/"])
def test_its_pages_lead_nowhere_else(cast: Cast, units: list[Unit], as_user: SignIn, address: str) -> None:
    client = as_user(cast.service_clerk)
    assert keep(client, next=address).url.startswith("/?state")
    page = reverse("core:edit_view", args=[SavedView.objects.get().pk])
    assert client.get(page, {"next": address}).context["home"] == "/"


def test_rows_stand_as_close_as_the_reader_chose_for_this_list(cast: Cast, units: list[Unit], as_user: SignIn) -> None:
    client, url = as_user(cast.service_clerk), reverse("core:density", args=["premises-units"])
    assert b"density-tight" not in client.get(UNITS).content
    assert client.post(url, {"density": "compact", "next": UNITS}).url == UNITS
    assert b"density-tight" in client.get(UNITS).content
    assert b"density-tight" not in client.get("/premises/keys/").content
    assert b"density-tight" not in as_user(cast.service_head).get(UNITS).content
    client.post(url, {"density": "comfortable"})
    assert b"density-tight" not in client.get(UNITS).content


def test_an_odd_density_is_the_usual_one(cast: Cast, as_user: SignIn) -> None:
    as_user(cast.service_clerk).post(reverse("core:density", args=["premises-units"]), {"density": "<b>"})
    assert UserSetting.objects.get(key="density:premises-units").value == "comfortable"
