"""The demo accounts are as the product promises."""

from __future__ import annotations

from io import StringIO
from typing import Any

from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from staff import access, demo
from staff.models import Post, User
from tests.conftest import a_building

PROMISED = [
    "frontdesk", "service_clerk", "service_head", "engineer", "engineering_head", "guard", "security_head",
    "cashier", "finance_head", "leasing", "cleaner", "cleaning_leader", "property_manager", "general_manager",
    "records", "gas_dispatcher", "gas_worker", "gas_fitter", "gas_welder", "gas_head", "outsider",
]  # fmt: skip


def test_every_promised_account_signs_in_and_twice_makes_nothing_more(db: Any) -> None:
    for _time in range(2):
        demo.load(timezone.now())
    assert sorted(User.objects.values_list("username", flat=True)) == sorted(PROMISED)
    assert Post.objects.count() == len(PROMISED)
    answer = Client().post("/accounts/login/", {"login": "gas_head", "password": "steward-demo"})
    assert answer.status_code == 302


def test_posts_reach_the_buildings_once_they_exist(db: Any) -> None:
    demo.load(timezone.now())
    tower, annex = a_building("A", "A 座"), a_building("B2", "小楼")
    demo.load(timezone.now())
    assert access.territories(User.objects.get(username="engineer")) == {tower.pk}
    assert access.territories(User.objects.get(username="outsider")) == {annex.pk}


def test_the_list_names_each_account_with_what_it_does(db: Any) -> None:
    said = StringIO()
    call_command("demo", "--list", stdout=said)
    lines = [line.split("\t") for line in said.getvalue().splitlines()]
    assert [name for name, _does in lines] == PROMISED
    assert all(does for _name, does in lines)
