"""The cast of every test: people with posts in one tower, a neighbour's tower, and a stranger who must see nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from staff.models import Department, Post, PostTerritory, Rank, User

# name: (department, rank, Chinese name). The same names as the demo accounts.
POSTS: dict[str, tuple[str, str, str]] = {
    "frontdesk": ("CUSTOMER_SERVICE", Rank.MEMBER, "李敏"),
    "service_clerk": ("CUSTOMER_SERVICE", Rank.MEMBER, "陈静"),
    "service_head": ("CUSTOMER_SERVICE", Rank.HEAD, "周岚"),
    "engineer": ("ENGINEERING", Rank.MEMBER, "王强"),
    "engineering_head": ("ENGINEERING", Rank.HEAD, "赵国栋"),
    "guard": ("SECURITY", Rank.MEMBER, "孙伟"),
    "security_head": ("SECURITY", Rank.HEAD, "吴刚"),
    "cashier": ("FINANCE", Rank.MEMBER, "郑洁"),
    "finance_head": ("FINANCE", Rank.HEAD, "冯敏"),
    "leasing": ("LEASING", Rank.MEMBER, "钱进"),
    "cleaner": ("CLEANING", Rank.MEMBER, "马芳"),
    "cleaning_leader": ("CLEANING", Rank.LEADER, "杨梅"),
    "property_manager": ("MANAGEMENT", Rank.DEPUTY, "林峰"),
    "general_manager": ("MANAGEMENT", Rank.HEAD, "高远"),
    "records": ("RECORDS", Rank.MEMBER, "何静"),
}
START = date(2020, 1, 1)


class Cast:
    """The people by account name: `cast.service_clerk`. `outsider` works in another building."""

    def __init__(self, home: Any, elsewhere: Any) -> None:
        self.home = home
        self.people: dict[str, User] = {}
        for name, (department, rank, chinese) in POSTS.items():
            self.people[name] = person(name, chinese, department, rank, home)
        self.people["outsider"] = person("outsider", "外人", "CUSTOMER_SERVICE", Rank.HEAD, elsewhere)

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None

    def everybody(self) -> list[User]:
        return list(self.people.values())


def person(username: str, name: str, department: str, rank: str, *territories: Any) -> User:
    """Somebody with one post, from long ago until further notice."""
    user = User.objects.create(username=username, name=name, is_staff=department == "RECORDS")
    post = Post.objects.create(user=user, department=Department.objects.get(code=department), rank=rank, starts_on=START)
    for territory in territories:
        PostTerritory.objects.create(post=post, territory_id=territory.pk)
    return user


def a_building(code: str, name: str) -> Any:
    from premises.models import Building

    return Building.objects.create(code=code, name=name, address="北京市朝阳区建国路 88 号")


def a_unit(building: Any, code: str, *, level: int = 18, area: str = "120.50") -> Any:
    """A vacant unit, its floor made if need be."""
    from premises.models import Floor, Unit

    floor, _made = Floor.objects.get_or_create(building=building, level=level, defaults={"name": f"{level}F"})
    return Unit.objects.create(building=building, floor=floor, code=code, area_m2=area)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Tests read English messages; those about Chinese say so."""
    with translation.override("en"):
        yield


@pytest.fixture
def tower(db: None) -> Any:
    return a_building("A", "云汇中心 A 座")


@pytest.fixture
def neighbour(db: None) -> Any:
    return a_building("B", "云汇中心 B 座")


@pytest.fixture
def cast(tower: Any, neighbour: Any) -> Cast:
    return Cast(tower, neighbour)


@pytest.fixture
def as_user() -> Callable[[User], Client]:
    """A signed-in client: `as_user(cast.frontdesk).get("/")`. Pages answer in English."""

    def sign_in(user: User) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(user, backend="staff.backends.CountedBackend")
        return client

    return sign_in
