"""Who can be sent: skills, load, shift and absence of the technicians of a building, and who fits a work order best."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core import signing
from core.database import lock
from core.flow import NotAllowed
from repairs import access
from repairs.models import RepairCategory, Skill, WorkOrder
from staff import access as staff
from staff.models import Cover, Duty, User

ENGINEERING = "ENGINEERING"


@dataclass(frozen=True)
class Technician:
    """Somebody of engineering as the dispatcher sees them today. `duty` runs now, `later` is still to come today."""

    person: User
    skills: list[RepairCategory]
    load: int
    minutes: int
    duty: Duty | None
    later: Duty | None
    cover: Cover | None

    @property
    def hours(self) -> str:
        """The usual time of what they have open, in hours; empty when none of it is on the list."""
        return f"{self.minutes / 60:.1f}".removesuffix(".0") if self.minutes else ""

    def can(self, order: WorkOrder) -> bool:
        """True when the category of the order, or what it is part of, is among their skills."""
        wanted = {order.category_id, order.category.parent_id}
        return any(skill.pk in wanted for skill in self.skills)

    def rank(self, order: WorkOrder) -> tuple[Any, ...]:
        """The smaller, the better: here, able, on shift now, on shift later today, with little to do."""
        return self.cover is not None, not self.can(order), self.duty is None, self.later is None, self.load, self.person.name

    def in_words(self, order: WorkOrder) -> str:
        """★ 王强 · Power · 2 open · on shift until 17:00."""
        can = "、".join(str(skill) for skill in self.skills) or _("no skills entered")
        load = _("%(count)d open") % {"count": self.load}
        said = [str(self.person), can, load, self.presence]
        return ("★ " if self.can(order) else "") + " · ".join(text for text in said if text)

    @property
    def presence(self) -> str:
        """Absent, on shift, on shift later, or nothing where no roster says it."""
        if self.cover is not None:
            return _("absent, %(name)s stands in") % {"name": self.cover.stand_in}
        if self.duty is not None:
            return _("on shift until %(time)s") % {"time": f"{timezone.localtime(self.duty.ends_at):%H:%M}"}
        if self.later is not None:
            return _("on shift from %(time)s") % {"time": f"{timezone.localtime(self.later.starts_at):%H:%M}"}
        return ""


def read_whole(rows: QuerySet[WorkOrder]) -> list[WorkOrder]:
    """Work orders with all that their cards say and the guards of their life look at; seven queries, whatever their number."""
    rows = rows.select_related(*access.LINKED, "booking", "bill", "unit__floor", "area__floor")
    found = list(rows.prefetch_related("items", "materials", "lines", "visits"))
    signing.read_for(found)
    return found


def technicians(building_id: int, at: dt.datetime) -> list[Technician]:
    """Everybody of engineering who may be sent in a building, by name; five queries."""
    people = list(access.technicians(building_id))
    loads, skills = access.loads(people), access.skills(people)
    covers = {cover.absent_id: cover for cover in staff.away_from(ENGINEERING, timezone.localdate(at))}
    midnight = timezone.localtime(at).replace(hour=23, minute=59, second=59)
    now: dict[int, Duty] = {}
    later: dict[int, Duty] = {}
    for duty in staff.on_duty(ENGINEERING, building_id, at, midnight):
        (now if duty.starts_at <= at else later).setdefault(duty.user_id, duty)

    def one(person: User) -> Technician:
        key = person.pk
        return Technician(person, skills.get(key, []), *loads.get(key, (0, 0)), now.get(key), later.get(key), covers.get(key))

    return [one(person) for person in people]


def suggested(found: Iterable[Technician], order: WorkOrder) -> list[Technician]:
    """Who fits the work order best first: skill, shift, load; the absent last."""
    return sorted(found, key=lambda technician: technician.rank(order))


def set_skills(person: User, categories: Iterable[RepairCategory], *, by: Any) -> None:
    """Says what somebody can repair. Raises NotAllowed for who doesn't lead engineering where they work."""
    if not access.skilled(by).filter(pk=person.pk).exists():
        raise NotAllowed(_("The supervisors of engineering say what their technicians can repair."))
    wanted = {category.pk: category for category in categories}
    with transaction.atomic():
        lock(person)
        kept = set(Skill.objects.filter(user=person).values_list("category", flat=True))
        Skill.objects.filter(user=person, category__in=kept - set(wanted)).delete()
        for key in sorted(set(wanted) - kept):
            Skill.objects.create(user=person, category=wanted[key])
