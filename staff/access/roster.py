"""Whose roster somebody reads and fills in, and who is on shift."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from staff.access.posts import LEADERS, holds, posts
from staff.models import Cover, Department, Duty, Post, Shift, ShiftTerritory, Territory, User

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Roster:
    """The shifts of a department in a territory."""

    department: Department
    territory: Territory

    def __str__(self) -> str:
        return f"{self.department} · {self.territory}"


def rosters(user: Any) -> list[Roster]:
    """The rosters this person reads: of the departments of their posts, and every one for management; in order."""
    own = {(held.department, place) for held in posts(user) for place in held.territories}
    managed = {place for held in posts(user) if held.department == "MANAGEMENT" for place in held.territories}
    if managed:
        rows = ShiftTerritory.objects.filter(territory__in=managed, shift__is_active=True)
        own |= set(rows.values_list("shift__department__code", "territory"))
    departments = {row.code: row for row in Department.objects.filter(code__in={code for code, _place in own})}
    places = Territory.objects.in_bulk({place for _code, place in own})
    found = [Roster(departments[code], places[place]) for code, place in own if code in departments and place in places]
    return sorted(found, key=lambda roster: (roster.territory.name, roster.department.position, roster.department.code))


def may_plan(user: Any, roster: Roster) -> bool:
    """Head, deputy, supervisor and team leader of the department there fill its roster in."""
    return holds(user, roster.department.code, LEADERS, roster.territory.pk)


def shifts(roster: Roster) -> QuerySet[Shift]:
    """The shifts in use."""
    return Shift.objects.filter(department=roster.department, reaches__territory=roster.territory, is_active=True)


def _posts(roster: Roster, first: date, last: date) -> QuerySet[Post]:
    running = Post.objects.filter(Q(ends_on=None) | Q(ends_on__gte=first), starts_on__lte=last, user__is_active=True)
    return running.filter(department=roster.department, reaches__territory=roster.territory)


def crew(roster: Roster, first: date, last: date) -> QuerySet[User]:
    """Who can be given a shift from the first to the last day: people with such a post, and those who stand in for them."""
    wanted = _posts(roster, first, last)
    stand_ins = Cover.objects.filter(post__in=wanted, starts_on__lte=last, ends_on__gte=first).values("stand_in")
    return User.objects.filter(Q(pk__in=wanted.values("user")) | Q(pk__in=stand_ins), is_active=True)


def absences(roster: Roster, first: date, last: date) -> QuerySet[Cover]:
    """Cover of the posts of a roster on these days, with its people."""
    rows = Cover.objects.filter(post__in=_posts(roster, first, last), starts_on__lte=last, ends_on__gte=first)
    return rows.select_related("absent", "stand_in").order_by("starts_on", "pk")


def duties(roster: Roster, first: date, last: date) -> QuerySet[Duty]:
    """What is planned on a roster on these days, switched-off shifts included."""
    rows = Duty.objects.filter(shift__department=roster.department, shift__reaches__territory=roster.territory)
    return rows.filter(day__range=(first, last)).select_related("shift", "user")


def duties_elsewhere(roster: Roster, people: Iterable[User], first: date, last: date) -> QuerySet[Duty]:
    """What the same people do for other departments or places on these days."""
    rows = Duty.objects.filter(user__in=[person.pk for person in people], day__range=(first, last))
    return rows.exclude(pk__in=duties(roster, first, last).values("pk")).select_related("shift__department")


def duties_of(user: Any, first: date, last: date) -> QuerySet[Duty]:
    """One person's own shifts."""
    return Duty.objects.filter(user=user, day__range=(first, last)).select_related("shift__department").order_by("starts_at")


def own_posts(user: Any, at: datetime) -> QuerySet[Post]:
    """One person's posts at a moment, each with the shift they are on then: `shift_name_en`, `shift_name_zh`, `shift_until`."""
    duty = Duty.objects.filter(user=OuterRef("user"), starts_at__lte=at, ends_at__gt=at)
    names = {f"shift_{name}": Subquery(duty.values(f"shift__{name}")[:1]) for name in ("name_en", "name_zh")}
    rows = Post.objects.on(timezone.localdate(at)).filter(user=user).select_related("department")
    return rows.annotate(**names, shift_until=Subquery(duty.values("ends_at")[:1]))


def on_duty(department: str, territory_id: int | None, at: datetime, until: datetime | None = None) -> QuerySet[Duty]:
    """The shifts of a department in a territory that run at a moment, or at some time until another one."""
    rows = Duty.objects.filter(shift__department__code=department, starts_at__lte=until or at, ends_at__gt=at, user__is_active=True)
    return rows if territory_id is None else rows.filter(shift__reaches__territory=territory_id)


def away_from(department: str, day: date) -> QuerySet[Cover]:
    """Who of a department is absent on a day, and who stands in."""
    return Cover.objects.on(day).filter(post__department__code=department).select_related("stand_in")


def on_shift(department: str, territory_id: int | None, at: datetime) -> QuerySet[User]:
    """Who of a department is on shift in a territory at a moment; who is absent that day is not.

    Somebody who began before midnight is on shift until the shift ends. `territory_id` None: anywhere.
    """
    absent = away_from(department, timezone.localdate(at)).values("absent")
    people = User.objects.filter(pk__in=on_duty(department, territory_id, at).values("user"), is_active=True)
    return people.exclude(pk__in=absent)
