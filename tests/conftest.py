"""The cast of every test: people with posts in one tower, a neighbour's tower, and a stranger who must see nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.db.models import Model
from django.test import Client
from django.utils import translation

from core import clock
from staff.models import Department, Post, PostTerritory, Rank, User
from tests.ready import READY

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
TOWER, NEIGHBOUR = ("A", "云汇中心 A 座"), ("B", "云汇中心 B 座")
BACKEND = "staff.backends.CountedBackend"


class Cast:
    """The people by account name: `cast.service_clerk`. `outsider` works in another building."""

    def __init__(self, home: Any, elsewhere: Any, people: dict[str, User] | None = None) -> None:
        self.home = home
        self.people: dict[str, User] = people or {}
        if not self.people:
            self._hire(home, elsewhere)

    def _hire(self, home: Any, elsewhere: Any) -> None:
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


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """What a process remembers of one test (the calendar for a minute, what it stood on) is nothing to the next."""
    yield
    clock.forget()
    READY.clear()


def move_in() -> dict[int, str]:
    """The cast in its two buildings, for a database that many tests stand on; gives a session of each person."""
    cast = Cast(a_building(*TOWER), a_building(*NEIGHBOUR))
    return {user.pk: a_session(user) for user in cast.everybody()}


def at_home(tower: Any, neighbour: Any) -> Cast:
    """The cast that has moved in."""
    names = [*POSTS, "outsider"]
    return Cast(tower, neighbour, {user.username: user for user in User.objects.filter(username__in=names).order_by("pk")})


def the_building(code: str) -> Any:
    from premises.models import Building

    return Building.objects.get(code=code)


def a_session(user: User) -> str:
    """A session in which somebody has signed in."""
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def shared_by(item: Any) -> Any:
    """What makes the record that a test shares with others.

    For a test with the fixture `made` its module's `shares` tells. A module's `stands_on` is for each of its tests with the
    cast but those `from_scratch`: a record that takes long to make, ready for the factory that is asked for it.
    """
    names = getattr(item, "fixturenames", ())
    if "made" in names:
        return item.module.shares(**item.callspec.params)
    stands = "cast" in names and "committed_db" not in names and not item.get_closest_marker("from_scratch")
    return getattr(item.module, "stands_on", None) if stands else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share a record run one after the other, where the first of them stood."""
    places: dict[Any, int] = {}
    order = {}
    for number, item in enumerate(items):
        what = shared_by(item)
        order[item] = number if what is None else places.setdefault(what, number)
    items.sort(key=order.__getitem__)


@pytest.fixture
def ground(request: pytest.FixtureRequest, grounds: Any, in_english: None) -> None:
    """A test with the cast stands on a database in which it has moved in; each takes back what it did."""
    if "cast" not in request.fixturenames:
        grounds.bare_copy()
        grounds.leave()
        return
    grounds.furnished_copy("home", move_in)
    make = shared_by(request.node)
    if make is None:
        grounds.leave()
        return
    grounds.share(make, lambda: make(at_home(the_building("A"), the_building("B")), the_building("A")))
    if "made" not in request.fixturenames:
        READY.append(grounds.made)


@pytest.fixture
def made(grounds: Any, db: None) -> Any:
    """What `shares` of the module made, as it stands in the database; several tests share it, none sees another's changes."""
    if isinstance(grounds.made, Model):
        return type(grounds.made)._base_manager.get(pk=grounds.made.pk)
    return copy(grounds.made)


def _moved_in(request: pytest.FixtureRequest) -> bool:
    return "cast" in request.fixturenames and "committed_db" not in request.fixturenames


@pytest.fixture
def tower(request: pytest.FixtureRequest, db: None) -> Any:
    return the_building("A") if _moved_in(request) else a_building(*TOWER)


@pytest.fixture
def neighbour(request: pytest.FixtureRequest, db: None) -> Any:
    return the_building("B") if _moved_in(request) else a_building(*NEIGHBOUR)


@pytest.fixture
def cast(request: pytest.FixtureRequest, tower: Any, neighbour: Any) -> Cast:
    if not _moved_in(request):
        return Cast(tower, neighbour)
    return at_home(tower, neighbour)


@pytest.fixture
def as_user() -> Callable[[User], Client]:
    """A signed-in client: `as_user(cast.frontdesk).get("/")`. Pages answer in English."""

    def sign_in(user: User) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(user, backend=BACKEND)
        return client

    return sign_in


@pytest.fixture(params=[pytest.param(False, id="one look"), pytest.param(True, id="every look", marks=pytest.mark.ordeal)])
def everywhere(request: pytest.FixtureRequest) -> bool:
    """Whether pages are looked at in every theme and width; see `tests.barriers`."""
    return bool(request.param)


@pytest.fixture
def signed_in(grounds: Any, cast: Cast) -> Callable[[User], Client]:
    """As `as_user`, in the session that each of the cast has had since it moved in: a twentieth of the work."""
    sessions = grounds.furnished_copy("home", move_in)

    def open_browser(user: User) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.cookies[settings.SESSION_COOKIE_NAME] = sessions[user.pk]
        return client

    return open_browser
