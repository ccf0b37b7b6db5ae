"""Which complaints a person may see, and who may do what with them. Nothing else asks for a role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from complaints.models import (
    WORDS,
    Compensation,
    Complaint,
    ComplaintCause,
    ComplaintKind,
    ComplaintQuerySet,
    Measure,
    MeasureQuerySet,
    Phrase,
    RegisterKeeper,
)
from core.text_search import Search
from premises.models import Building
from staff import access as staff
from staff.models import Post, User

# They read every complaint of their buildings; other departments those they are to resolve.
READERS = frozenset({"CUSTOMER_SERVICE", "MANAGEMENT", "RECORDS"})

# A word in what the register says, in the unit's code or in the tenant's pinyin initials.
SEARCH = Search(*WORDS, linked=("unit__code", "tenant__initials"))


def may_read_register(user: Any) -> bool:
    """True for somebody who reads the whole register of a building."""
    return bool(staff.departments(user) & READERS)


def may_take_calls(user: Any) -> bool:
    return staff.holds(user, "CUSTOMER_SERVICE")


def register_buildings(user: Any) -> QuerySet[Building]:
    """The buildings whose register this person reads."""
    return Building.objects.filter(pk__in=_register_places(user)).order_by("name")


def register(user: Any, first: dt.date, last: dt.date, building: Building | None = None) -> ComplaintQuerySet:
    """The complaints received from the first to the last day, in the registers this person reads or in one of them."""
    places = _register_places(user) & {building.pk} if building else _register_places(user)
    return Complaint.objects.filter(building_id__in=places, received_at__date__range=(first, last))


def _register_places(user: Any) -> frozenset[int]:
    return frozenset().union(*(held.territories for held in staff.posts(user) if held.department in READERS))


def _visible(user: Any) -> Q:
    """Complaints of the registers this person reads, those their departments answer, and those they check or have a measure of."""
    owned = Measure.objects.filter(owner=user.pk).exclude(complaint=None).values("complaint")
    found = Q(building_id__in=_register_places(user))
    found |= Q(Q(checker=user.pk) | Q(pk__in=owned), building_id__in=staff.territories(user))
    for held in staff.posts(user):
        found |= Q(department__code=held.department, building_id__in=held.territories)
    return found


def complaints(user: Any) -> ComplaintQuerySet:
    keeper = RegisterKeeper.objects.filter(building=OuterRef("building")).values("keeper")
    rows = Complaint.objects.filter(_visible(user)).annotate(keeper_id=Subquery(keeper))
    return rows.select_related("building", "tenant", "unit", "kind__parent", "department", "created_by")


def lines(user: Any) -> ComplaintQuerySet:
    """The same complaints, with no more than what a line of the register says."""
    return Complaint.objects.filter(_visible(user)).select_related("unit", "kind", "department")


def measures(user: Any) -> MeasureQuerySet:
    """One's own, and those of the buildings whose register one reads."""
    rows = Measure.objects.filter(Q(building_id__in=_register_places(user)) | Q(owner=user, building_id__in=staff.territories(user)))
    return rows.select_related("building", "complaint", "owner", "cause")


def to_do(user: Any) -> ComplaintQuerySet:
    """Open complaints whose time limit concerns this person: of the registers they read, and those with their department."""
    return complaints(user).open().filter(Q(building_id__in=_register_places(user)) | Q(state="ASSIGNED"))


def measures_to_do(user: Any) -> MeasureQuerySet:
    """One's own measures that are still to do."""
    return measures(user).filter(state="OPEN", owner=user)


def repeats_of(complaint: Complaint, user: Any) -> ComplaintQuerySet:
    """Other complaints of the same company, unit or phone, newest first."""
    same = Q(phone=complaint.phone)
    if complaint.tenant_id:
        same |= Q(tenant=complaint.tenant_id)
    if complaint.unit_id:
        same |= Q(unit=complaint.unit_id)
    return complaints(user).filter(same, building=complaint.building_id).exclude(pk=complaint.pk).order_by("-pk")


def late_measures(on: dt.date) -> QuerySet[Any]:
    """Keys of measures that are past their day."""
    return Measure.objects.overdue(on).values("pk")


def compensations(user: Any) -> QuerySet[Compensation]:
    rows = Compensation.objects.filter(building_id__in=_register_places(user))
    return rows.select_related("building", "complaint__tenant", "created_by", "approved_by")


def kinds() -> QuerySet[ComplaintKind]:
    """The kinds to choose from, main kinds and parts in the order of the house."""
    return ComplaintKind.objects.filter(is_active=True).select_related("parent")


def causes() -> QuerySet[ComplaintCause]:
    return ComplaintCause.objects.filter(is_active=True)


def phrases() -> QuerySet[Phrase]:
    return Phrase.objects.filter(is_active=True)


def call_buildings(user: Any) -> QuerySet[Building]:
    """The buildings whose calls this person takes."""
    places = [held.territories for held in staff.posts(user) if held.department == "CUSTOMER_SERVICE"]
    return Building.objects.filter(pk__in=frozenset().union(*places)).order_by("name")


def keepers(user: Any) -> QuerySet[RegisterKeeper]:
    return staff.in_territories(RegisterKeeper.objects.select_related("building", "keeper"), user)


def may_name_keepers(user: Any, building: Any = None) -> bool:
    """The customer service manager or the management says who keeps the register."""
    return any(role.holds(user, building) for role in (staff.SERVICE_HEAD, staff.PROPERTY_MANAGER, staff.GENERAL_MANAGER))


def keeper_buildings(user: Any) -> QuerySet[Building]:
    """The buildings for which this person may name the keeper."""
    mine = register_buildings(user)
    return mine.filter(pk__in=[building.pk for building in mine if may_name_keepers(user, building)])


def keeps_register(user: Any, complaint: Complaint) -> bool:
    """True for the named keeper and their stand-in; where nobody is named, for customer service."""
    if not staff.holds(user, "CUSTOMER_SERVICE", None, complaint.building_id):
        return False
    named = keeper_of(complaint)
    stands_in = any(held.covers_for for held in staff.posts(user))
    return named in (None, user.pk) or (stands_in and named in set(staff.absent_for(user)))


def keeper_of(complaint: Complaint) -> int | None:
    """Who keeps its register; rows of `complaints` know it without a query."""
    if "keeper_id" in complaint.__dict__:
        return complaint.__dict__["keeper_id"]
    return RegisterKeeper.objects.filter(building_id=complaint.building_id).values_list("keeper", flat=True).first()


def service_people(user: Any) -> QuerySet[User]:
    """Customer service of this person's buildings, to choose a keeper from."""
    return staff.members_in("CUSTOMER_SERVICE", staff.territories(user)).order_by("name")


def colleagues(building_id: int) -> QuerySet[User]:
    """Everybody with a post in a building today: who may check facts or own a measure."""
    return colleagues_in([building_id])


def colleagues_in(building_ids: Iterable[int]) -> QuerySet[User]:
    posts = Post.objects.on(timezone.localdate()).filter(reaches__territory__in=list(building_ids))
    return User.objects.filter(pk__in=posts.values("user"), is_active=True).order_by("name")


def works_in_service(user: Any, building_id: int) -> bool:
    return staff.holds(user, "CUSTOMER_SERVICE", None, building_id)


def is_of_department(user: Any, complaint: Complaint) -> bool:
    """True for the members of the department that is to resolve it."""
    return complaint.department is not None and staff.holds(user, complaint.department.code, None, complaint.building_id)


def heads_department(user: Any, complaint: Complaint) -> bool:
    """True for the head of the department that resolves it; where it has no head in the building, for its leaders."""
    if complaint.department is None:
        return False
    code, place = complaint.department.code, complaint.building_id
    if staff.holds(user, code, staff.HEADS, place):
        return True
    return staff.holds(user, code, staff.LEADERS, place) and not staff.members(code, place, staff.HEADS).exists()


def heads_in(department: str, building_id: int) -> QuerySet[User]:
    """Who answers for a department in a building: its heads, else its leaders."""
    heads = staff.members(department, building_id, staff.HEADS)
    return heads if heads.exists() else staff.members(department, building_id, staff.LEADERS)


def may_judge(user: Any, complaint: Complaint) -> bool:
    """A head marks a complaint as malicious: of customer service, of the resolving department, or the management."""
    roles = (staff.SERVICE_HEAD, staff.PROPERTY_MANAGER, staff.GENERAL_MANAGER)
    return any(role.holds(user, complaint) for role in roles) or heads_department(user, complaint)


def may_take_up(user: Any, record: Any) -> bool:
    """Customer service records complaints, asks for compensation and plans prevention."""
    return staff.SERVICE.holds(user, record)


def may_correct(user: Any, complaint: Complaint) -> bool:
    """What was told is corrected by customer service while the complaint is open."""
    return complaint.is_open and may_take_up(user, complaint)


def may_fix_measures(user: Any, record: Any) -> bool:
    """The customer service manager fixes the measures of a review; the management may too."""
    return any(role.holds(user, record) for role in (staff.SERVICE_HEAD, staff.PROPERTY_MANAGER))
