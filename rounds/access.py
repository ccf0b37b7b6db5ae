"""Which plans, checklists and rounds a person may see, and who may do what with them. Nothing else asks for a role."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet

from rounds import kinds
from rounds.models import Checklist, Plan, Round, RoundQuerySet, RoundStop
from rounds.recurrence import ZONE
from staff import access as staff
from staff.models import Department, Territory, User

# They read every department's rounds of their buildings.
READERS = frozenset({"MANAGEMENT", "RECORDS"})
LINKED = ("building", "checklist", "department", "person", "done_by", "plan")


def _of_my_departments(user: Any) -> Q:
    """Rows of the departments and buildings of this person's posts; readers see every department's."""
    found = Q(pk__in=[])
    for held in staff.posts(user):
        mine = Q(building__in=held.territories)
        found |= mine if held.department in READERS else mine & Q(department__code=held.department)
    return found


def _of_kinds(user: Any) -> Q:
    """Rows that the app of their kind shows to this person, in the person's buildings."""
    found = Q(pk__in=[])
    for kind in kinds.all_kinds():
        if kind.sees is not None and kind.sees(user):
            found |= Q(kind=kind.slug)
    return found & Q(building__in=staff.territories(user))


def rounds(user: Any) -> RoundQuerySet:
    """Rounds of the person's departments, those given to them, and those that the app of their kind shows them."""
    given = Q(person=user.pk, building__in=staff.territories(user))
    return Round.objects.filter(_of_my_departments(user) | _of_kinds(user) | given).select_related(*LINKED)


def plans(user: Any) -> QuerySet[Plan]:
    """Plans, as their rounds."""
    given = Q(person=user.pk, building__in=staff.territories(user))
    rows = Plan.objects.filter(_of_my_departments(user) | _of_kinds(user) | given)
    return rows.select_related("building", "checklist", "department", "person")


def checklists(user: Any) -> QuerySet[Checklist]:
    """Checklists of the person's buildings and those for all; everybody with a post may know what is looked at."""
    mine = staff.territories(user)
    here = Q(building__in=mine) | (Q(building=None) if mine else Q(pk__in=[]))
    return Checklist.objects.filter(here).select_related("department", "building")


def own_checklists(user: Any) -> QuerySet[Checklist]:
    """The lists in use of the person's own departments: what they may look at without a plan."""
    return checklists(user).filter(department__code__in=staff.departments(user), is_active=True)


def may_start(user: Any) -> bool:
    """Anybody with a post looks at something by a checklist of their department."""
    return bool(staff.posts(user))


def busy(people: QuerySet[User], round: Round) -> list[User]:
    """Those who have another round at the time of this one."""
    other = Round.objects.open().filter(due_from__lt=round.due_until, due_until__gt=round.due_from).exclude(pk=round.pk)
    return list(people.filter(pk__in=other.filter(person__isnull=False).values("person")).order_by("name"))


def walks(user: Any, round: Any) -> bool:
    """True for who may walk a round: the person it is given to or who stands in, else the department (of the rank); and its leaders."""
    if user is None:
        return False
    if leads(user, round):
        return True
    if round.person_id:
        return user.pk == round.person_id or round.person_id in staff.absent_for(user)
    return staff.holds(user, round.department.code, round.rank or None, round.building_id)


def leads(user: Any, round: Any) -> bool:
    """A leader or head of the round's department in its building."""
    return staff.holds(user, round.department.code, staff.LEADERS, round.building_id)


def heads(user: Any, round: Any) -> bool:
    """The head of the round's department in its building, or of the building's management."""
    own = staff.holds(user, round.department.code, staff.HEADS, round.building_id)
    return own or staff.holds(user, "MANAGEMENT", staff.HEADS, round.building_id)


def may_plan(user: Any, plan: Any = None) -> bool:
    """Make and change plans: leaders and heads, for their departments and buildings; management for all of them."""
    if plan is None:
        return bool(plan_departments(user))
    return leads(user, plan) or staff.holds(user, "MANAGEMENT", staff.HEADS, plan.building_id)


def may_keep_checklist(user: Any, checklist: Checklist | None = None) -> bool:
    """Make and change a department's checklists: its leaders and heads, and management's heads."""
    if checklist is None:
        return may_plan(user)
    place = checklist.building_id
    own = staff.holds(user, checklist.department.code, staff.LEADERS, place)
    return own or staff.holds(user, "MANAGEMENT", staff.HEADS, place)


def plan_departments(user: Any) -> list[str]:
    """Codes of the departments this person plans for; management's heads plan for every department."""
    held = staff.posts(user)
    if any(post.department == "MANAGEMENT" and post.rank in staff.HEADS for post in held):
        return list(Department.objects.values_list("code", flat=True))
    return sorted({post.department for post in held if post.rank in staff.LEADERS})


def plan_buildings(user: Any) -> QuerySet[Territory]:
    """The buildings this person plans for."""
    held = [post for post in staff.posts(user) if post.rank in staff.LEADERS]
    return Territory.objects.filter(pk__in=frozenset().union(*(post.territories for post in held)))


def walkers(user: Any) -> QuerySet[User]:
    """Colleagues a round may be given to."""
    return staff.people(user)


def on_shift(round: Any) -> QuerySet[User]:
    """The people who may be told of a round: who it is given to, else the department's (of the rank) in the building."""
    if round.person_id:
        return User.objects.filter(pk=round.person_id, is_active=True) | staff.stand_ins(round.person)
    return staff.members(round.department.code, round.building_id, round.rank or None)


def to_walk(user: Any) -> RoundQuerySet:
    """Rounds this person walks: given to them or to whom they stand in for, and those for whoever of their department is there."""
    given = Q(person=user.pk) | Q(person__in=staff.absent_for(user))
    open_to = Q(pk__in=[])
    for held in staff.posts(user):
        open_to |= Q(person=None, building__in=held.territories, department__code=held.department, rank__in=["", held.rank])
    mine = Q(building__in=staff.territories(user)) & (given | open_to)
    return Round.objects.filter(mine).select_related("building", "department", "person", "done_by")


def seen_buildings(user: Any) -> QuerySet[Territory]:
    return Territory.objects.filter(pk__in=staff.territories(user)).order_by("name")


def seen_departments(user: Any) -> QuerySet[Department]:
    """The departments whose rounds this person reads; all of them where kinds of other departments may be among those."""
    mine = staff.departments(user)
    reads_others = bool(mine & READERS) or any(kind.sees is not None and kind.sees(user) for kind in kinds.all_kinds())
    return Department.objects.all() if reads_others else Department.objects.filter(code__in=mine)


def stops_at(user: Any, place: Any) -> QuerySet[RoundStop]:
    """What was recorded at a place on rounds that this person sees."""
    return RoundStop.objects.filter(place=place, captured_at__isnull=False, round__in=rounds(user).order_by().values("pk"))


def due_here(user: Any, place: Any, at: Any) -> list[Round]:
    """Rounds to be walked now that lead past a place and are this person's to walk."""
    past = Q(plan__route__place=place) | Q(stops__place=place)
    found = rounds(user).due(at).filter(past).distinct().order_by("due_until")[:20]
    return [round for round in found if walks(user, round)]


def may_see_rounds(user: Any) -> bool:
    return bool(staff.posts(user))


def mine_today(user: Any, at: dt.datetime) -> list[Round]:
    """Today's rounds that this person may walk: given to them, or to a department (of a rank) they have a post in."""
    day = at.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    of_today = rounds(user).exclude(state="CANCELLED").filter(due_from__gte=day, due_from__lt=day + dt.timedelta(days=1))
    given = Q(person=user.pk)
    for held in staff.posts(user):
        mine = Q(person=None, department__code=held.department, building__in=held.territories)
        given |= mine & Q(rank__in=["", held.rank])
    return list(of_today.filter(given).order_by("due_from", "pk")[:200])


def timely(rows: RoundQuerySet, at: dt.datetime) -> RoundQuerySet:
    """Those that can wait for somebody now: not the rounds of coming days, nor a missed one whose reason a leader has seen."""
    return rows.filter(Q(due_from__lte=at) | Q(state="IN_PROGRESS")).exclude(state="MISSED", seen_at__isnull=False)
