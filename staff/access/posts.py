"""Who holds which post, and what follows from it: the only place that asks for a role."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any, TypeVar

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import F, Model, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import kinds
from core.flow import Role
from staff.models import Cover, Department, Post, Rank, User, in_language

M = TypeVar("M", bound=Model)

HEADS = (Rank.HEAD, Rank.DEPUTY)
LEADERS = (Rank.HEAD, Rank.DEPUTY, Rank.SUPERVISOR, Rank.LEADER)


@dataclass(frozen=True)
class Held:
    """A post somebody has today: their own, or an absent colleague's that they cover."""

    post_id: int
    department: str
    rank: str
    territories: frozenset[int]
    covers_for: str = ""
    name_en: str = ""
    name_zh: str = ""
    absent_id: int = 0

    def answers(self, department: str, ranks: tuple[str, ...], territory_id: int | None) -> bool:
        fits = self.department == department and (not ranks or self.rank in ranks)
        return fits and (territory_id is None or territory_id in self.territories)


def posts(user: Any) -> tuple[Held, ...]:
    """The posts this person holds today, cover included. One query a person and day; empty for strangers."""
    today = timezone.localdate()
    kept = getattr(user, "_held_posts", None)
    if kept is None or kept[0] != today:
        kept = (today, _held(user, today))
        if user is not None:
            user._held_posts = kept
    return kept[1]


def forget(user: Any) -> None:
    """Asks anew at the next question: for code that has just changed this person's posts."""
    if hasattr(user, "_held_posts"):
        del user._held_posts


def _held(user: Any, day: date) -> tuple[Held, ...]:
    if not getattr(user, "pk", None) or not getattr(user, "is_active", False):
        return ()
    covered = Cover.objects.on(day).filter(stand_in=user).values("post")
    rows = _with_places(Post.objects.on(day).filter(Q(user=user) | Q(pk__in=covered)))
    return tuple(_one(row, user.pk) for row in rows)


def _with_places(rows: QuerySet[Post]) -> Any:
    names = ("department__code", "department__name_en", "department__name_zh")
    found = rows.order_by("pk").values("pk", "user_id", *names, "rank", absent=F("user__name"))
    return found.annotate(places=ArrayAgg("reaches__territory", filter=Q(reaches__isnull=False), default=[]))


def _one(row: Any, user_id: int) -> Held:
    covers_for = "" if row["user_id"] == user_id else row["absent"]
    names = (row["department__name_en"], row["department__name_zh"])
    absent_id = row["user_id"] if covers_for else 0
    return Held(row["pk"], row["department__code"], row["rank"], frozenset(row["places"]), covers_for, *names, absent_id=absent_id)


def territories(user: Any) -> frozenset[int]:
    """Ids of the buildings and districts this person's posts reach today."""
    return frozenset().union(*(held.territories for held in posts(user)))


def holds(user: Any, department: str, rank: str | Iterable[str] | None = None, territory_id: int | None = None) -> bool:
    """True when the person has a post (or covers one) in the department, of that rank or ranks, for that territory."""
    ranks = (rank,) if isinstance(rank, str) else tuple(rank or ())
    return any(held.answers(department, ranks, territory_id) for held in posts(user))


def departments(user: Any) -> frozenset[str]:
    """Codes of the departments of this person's posts."""
    return frozenset(held.department for held in posts(user))


def named_departments(user: Any) -> dict[str, str]:
    """Code -> name, in the language of the page, of the departments of this person's posts."""
    return {held.department: in_language(held) for held in posts(user)}


def in_territories(queryset: QuerySet[M], user: Any, field: str = "building_id") -> QuerySet[M]:
    """The rows of the territories this person's posts reach."""
    return queryset.filter(**{f"{field}__in": territories(user)})


def members_in(department: str, territory_ids: Iterable[int]) -> QuerySet[User]:
    """People with a post of the department today in one of the territories, and those who stand in for them."""
    running = Post.objects.on(timezone.localdate())
    return _holding(running.filter(department__code=department, reaches__territory__in=list(territory_ids)))


def members(department: str, territory_id: int | None = None, rank: str | Iterable[str] | None = None) -> QuerySet[User]:
    """People with such a post today, and those who stand in for them."""
    ranks = (rank,) if isinstance(rank, str) else tuple(rank or ())
    wanted = Post.objects.on(timezone.localdate()).filter(department__code=department)
    if ranks:
        wanted = wanted.filter(rank__in=ranks)
    if territory_id is not None:
        wanted = wanted.filter(reaches__territory=territory_id)
    return _holding(wanted)


def _holding(wanted: QuerySet[Post]) -> QuerySet[User]:
    """Who holds one of these posts, or stands in for a holder today."""
    stand_ins = Cover.objects.on(timezone.localdate()).filter(post__in=wanted).values("stand_in")
    return User.objects.filter(Q(pk__in=wanted.values("user")) | Q(pk__in=stand_ins), is_active=True)


def _role(key: str, label: Any, lane: Any, department: str, ranks: tuple[str, ...] = ()) -> Role:
    return Role(key, label, lane, lambda user, record: holds(user, department, ranks, kinds.territory_of(record)))


def _anyone(user: Any, record: Any) -> bool:
    place = kinds.territory_of(record)
    return bool(posts(user)) if place is None else place in territories(user)


_SERVICE, _ENGINEERING, _SECURITY = _("Customer service"), _("Engineering"), _("Security")
_FINANCE, _LEASING, _CLEANING = _("Finance"), _("Leasing"), _("Cleaning")
_MANAGEMENT, _RECORDS, _GAS = _("Management"), _("Records"), _("Gas operations")

SERVICE = _role("SERVICE", _("customer service"), _SERVICE, "CUSTOMER_SERVICE")
SERVICE_HEAD = _role("SERVICE_HEAD", _("the customer service manager"), _SERVICE, "CUSTOMER_SERVICE", HEADS)
SERVICE_LEADER = _role("SERVICE_LEADER", _("a team leader of customer service"), _SERVICE, "CUSTOMER_SERVICE", LEADERS)
ENGINEERING = _role("ENGINEERING", _("engineering"), _ENGINEERING, "ENGINEERING")
ENGINEERING_HEAD = _role("ENGINEERING_HEAD", _("the head of engineering"), _ENGINEERING, "ENGINEERING", HEADS)
ENGINEERING_LEADER = _role("ENGINEERING_LEADER", _("an engineering supervisor"), _ENGINEERING, "ENGINEERING", LEADERS)
SECURITY = _role("SECURITY", _("security"), _SECURITY, "SECURITY")
SECURITY_HEAD = _role("SECURITY_HEAD", _("the head of security"), _SECURITY, "SECURITY", HEADS)
FINANCE = _role("FINANCE", _("finance"), _FINANCE, "FINANCE")
FINANCE_HEAD = _role("FINANCE_HEAD", _("the head of finance"), _FINANCE, "FINANCE", HEADS)
LEASING = _role("LEASING", _("leasing"), _LEASING, "LEASING")
CLEANING = _role("CLEANING", _("cleaning"), _CLEANING, "CLEANING")
CLEANING_LEADER = _role("CLEANING_LEADER", _("a team leader of cleaning"), _CLEANING, "CLEANING", LEADERS)
GENERAL_MANAGER = _role("GENERAL_MANAGER", _("the property general manager"), _MANAGEMENT, "MANAGEMENT", (Rank.HEAD,))
PROPERTY_MANAGER = _role("PROPERTY_MANAGER", _("the property manager"), _MANAGEMENT, "MANAGEMENT", (Rank.DEPUTY,))
RECORDS = _role("RECORDS", _("the records officers"), _RECORDS, "RECORDS")
GAS = _role("GAS", _("gas operations"), _GAS, "GAS_OPERATIONS")
GAS_HEAD = _role("GAS_HEAD", _("the head of gas operations"), _GAS, "GAS_OPERATIONS", HEADS)
GAS_LEADER = _role("GAS_LEADER", _("a dispatcher or leader of gas operations"), _GAS, "GAS_OPERATIONS", LEADERS)
ANYONE = Role("ANYONE", _("anyone with a post here"), _("Any department"), _anyone)

ROLES = (
    SERVICE,
    SERVICE_HEAD,
    SERVICE_LEADER,
    ENGINEERING,
    ENGINEERING_HEAD,
    ENGINEERING_LEADER,
    SECURITY,
    SECURITY_HEAD,
    FINANCE,
    FINANCE_HEAD,
    LEASING,
    CLEANING,
    CLEANING_LEADER,
    PROPERTY_MANAGER,
    GENERAL_MANAGER,
    RECORDS,
    GAS,
    GAS_HEAD,
    GAS_LEADER,
    ANYONE,
)


@dataclass(frozen=True)
class Away:
    """Somebody who is absent today, the post they are absent from, and who stands in."""

    cover: Cover
    held: Held

    def gives(self, role: Role, record: Any) -> bool:
        """True when the covered post makes the role theirs on a record."""
        return role.holds(_probe(self.held), record)


def _probe(*held: Held) -> Any:
    """Somebody with just these posts, to ask a role about posts without a query a person."""
    return SimpleNamespace(pk=0, is_active=True, _held_posts=(timezone.localdate(), held))


def without_cover(user: Any, absent_id: int) -> Any:
    """The same person without the posts they cover for one who is absent; no query beyond their posts."""
    held = posts(user)
    if all(each.absent_id != absent_id for each in held):
        return user
    probe = _probe(*(each for each in held if each.absent_id != absent_id))
    probe.pk = user.pk
    return probe


def away(user: Any) -> list[Away]:
    """Who is absent today in this person's territories; two queries."""
    running = Cover.objects.on(timezone.localdate()).filter(post__reaches__territory__in=territories(user))
    covers = list(Cover.objects.filter(pk__in=running.values("pk")).select_related("absent", "stand_in").order_by("pk"))
    rows = {row["pk"]: row for row in _with_places(Post.objects.filter(pk__in=[cover.post_id for cover in covers]))}
    return [Away(cover, _one(rows[cover.post_id], cover.absent_id)) for cover in covers]


def holders(role: Role, record: Any) -> QuerySet[User]:
    """The people whose own posts make a role theirs on a record today."""
    found: dict[int, list[Held]] = {}
    place = kinds.territory_of(record)
    wanted = Post.objects.on(timezone.localdate())
    reaching = wanted if place is None else wanted.filter(reaches__territory=place)
    for row in _with_places(Post.objects.filter(pk__in=reaching.values("pk"))):
        found.setdefault(row["user_id"], []).append(_one(row, row["user_id"]))
    ids = [pk for pk, held in found.items() if role.holds(_probe(*held), record)]
    return User.objects.filter(pk__in=ids, is_active=True)


def absent_for(user: Any) -> Any:
    """Ids of the people for whom this person stands in today, as a query."""
    return Cover.objects.on(timezone.localdate()).filter(stand_in=user).values_list("absent", flat=True)


def stand_ins(user: Any) -> QuerySet[User]:
    """The people who stand in for this person today."""
    covers = Cover.objects.on(timezone.localdate()).filter(absent=user)
    return User.objects.filter(pk__in=covers.values("stand_in"), is_active=True)


def heads_of(user: Any, record: Any) -> list[User]:
    """Who heads this person's own departments in the territory of a record, stand-ins included."""
    codes = {held.department for held in posts(user) if not held.covers_for}
    place = kinds.territory_of(record)
    return [person for code in sorted(codes) for person in members(code, place, HEADS)]


def heads_departments(user: Any) -> frozenset[str]:
    """Codes of the departments this person heads or deputises."""
    return frozenset(held.department for held in posts(user) if held.rank in HEADS)


def people(user: Any) -> QuerySet[User]:
    """Colleagues: people with a post today in a territory of this person's posts, and the person; each with `current_posts`."""
    running = Post.objects.on(timezone.localdate())
    shared = running.filter(reaches__territory__in=territories(user))
    current = Prefetch("posts", running.select_related("department"), to_attr="current_posts")
    return User.objects.filter(Q(pk__in=shared.values("user")) | Q(pk=user.pk), is_active=True).prefetch_related(current)


def people_named(rows: QuerySet[User], text: str) -> QuerySet[User]:
    """The people whose name, account or phone contains the text."""
    return rows.filter(Q(name__icontains=text) | Q(username__icontains=text) | Q(phone__contains=text))


def covers_named(rows: QuerySet[Cover], text: str) -> QuerySet[Cover]:
    """The cover of or by people whose name contains the text, or with it in the reason."""
    return rows.filter(Q(absent__name__icontains=text) | Q(stand_in__name__icontains=text) | Q(reason__icontains=text))


def covers(user: Any) -> QuerySet[Cover]:
    """Cover that concerns this person: of their own posts, by them, or in a department they head."""
    headed = [held.post_id for held in posts(user) if held.rank in HEADS]
    mine = Q(absent=user) | Q(stand_in=user)
    of_department = Q(post__department__posts__in=headed, post__reaches__territory__in=territories(user))
    concerned = Cover.objects.filter(mine | of_department).values("pk")
    return Cover.objects.filter(pk__in=concerned).select_related("absent", "stand_in", "post__department", "post__user")


def coverable_posts(user: Any) -> QuerySet[Post]:
    """Posts this person may arrange cover for: their own, and those of departments they head, in their territories."""
    today = timezone.localdate()
    headed = Q(pk__in=[])
    for held in posts(user):
        if held.rank in HEADS:
            headed |= Q(department__code=held.department, reaches__territory__in=held.territories)
    wanted = Post.objects.on(today).filter(Q(user=user) | headed)
    return Post.objects.filter(pk__in=wanted.values("pk")).select_related("user", "department")


def may_arrange_cover(user: Any, post: Post) -> bool:
    """The holder of the post, and the head of its department in one of its territories."""
    return coverable_posts(user).filter(pk=post.pk).exists()


# Accounts and posts are the administrator's; nothing is ever deleted from the records desk.
NOT_RECORDS = frozenset({"account", "admin", "auth", "contenttypes", "mfa", "sessions", "staff", "usersessions"})
SHARED_RECORDS = frozenset({"calendarday", "paperkind"})


def may_keep_records(user: Any, permission: str) -> bool:
    """True when a records officer's post brings this permission of the admin, such as `tenants.change_tenant`."""
    app, _dot, name = permission.partition(".")
    action, _line, model = name.partition("_")
    if app in NOT_RECORDS or action not in {"view", "add", "change"} or not holds(user, "RECORDS"):
        return False
    return app != "core" or not model or model in SHARED_RECORDS


def department(code: str) -> Department:
    """The department with this code; DoesNotExist when there is none."""
    return Department.objects.get(code=code)


def organisation(user: Any) -> list[Department]:
    """Departments in order, each with `named_titles` of the handbook and the `running_posts` in this person's territories."""
    reached = Post.objects.on(timezone.localdate()).filter(reaches__territory__in=territories(user)).distinct()
    running = Prefetch("posts", reached.select_related("user", "department").prefetch_related("territories"), to_attr="running_posts")
    return list(Department.objects.prefetch_related(running, Prefetch("titles", to_attr="named_titles")))
