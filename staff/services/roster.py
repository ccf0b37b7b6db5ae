"""The shift rosters: a week as a page shows it, what is planned, and last week once more (manual 1.2.5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import notices
from core.database import lock
from core.flow import NotAllowed, Refused
from core.versions import digest
from staff import access
from staff.access import Roster
from staff.models import Cover, Duty, Shift, User

DAY = timedelta(days=1)
CHANGED = gettext_noop("Your shifts in the week from %(day)s have changed: %(roster)s.")
# (person's key, day) → the shift that begins then, or None for a free day.
Wanted = Mapping[tuple[int, date], Shift | None]


@dataclass(frozen=True)
class Cell:
    """A person's day on the roster; `others` are their shifts elsewhere, `cover` their absence."""

    person: User
    day: date
    duty: Duty | None
    others: list[Duty]
    cover: Cover | None

    @property
    def name(self) -> str:
        return f"on-{self.person.pk}-{self.day:%Y%m%d}"

    @property
    def clashes(self) -> bool:
        """Planned, and absent by now."""
        return self.duty is not None and self.cover is not None


@dataclass(frozen=True)
class Line:
    person: User
    stands_in_for: str
    cells: list[Cell]


@dataclass(frozen=True)
class Week:
    """A roster from Monday to Sunday."""

    roster: Roster
    first: date
    shifts: list[Shift]
    lines: list[Line]

    @property
    def days(self) -> list[date]:
        return [self.first + number * DAY for number in range(7)]

    @property
    def last(self) -> date:
        return self.first + 6 * DAY

    @property
    def cells(self) -> list[Cell]:
        return [cell for line in self.lines for cell in line.cells]

    @property
    def is_empty(self) -> bool:
        return all(cell.duty is None for cell in self.cells)

    @property
    def reading(self) -> str:
        """A print of what is planned: it changes when somebody else saves the week."""
        return digest(sorted([cell.name, cell.duty.shift_id] for cell in self.cells if cell.duty))

    @property
    def strength(self) -> list[tuple[Shift, list[int]]]:
        """Each shift with how many are on it day by day; the absent are not counted."""
        found = Counter((cell.duty.shift_id, cell.day) for cell in self.cells if cell.duty and not cell.cover)
        return [(shift, [found[shift.pk, day] for day in self.days]) for shift in self.shifts]

    @property
    def agenda(self) -> list[tuple[date, list[Cell]]]:
        """Day by day who is on, in the order of the hours."""
        on = sorted((cell for cell in self.cells if cell.duty), key=lambda cell: cell.duty.starts_at if cell.duty else None)  # type: ignore[arg-type,return-value]
        return [(day, [cell for cell in on if cell.day == day]) for day in self.days]


def week_of(roster: Roster, first: date) -> Week:
    """The week that begins on this Monday; its queries don't grow with the people."""
    last = first + 6 * DAY
    planned = list(access.duties(roster, first, last))
    crew = list(access.crew(roster, first, last))
    people = sorted({*crew, *(duty.user for duty in planned)}, key=lambda person: (person.name, person.pk))
    covers = list(access.absences(roster, first, last))
    by_day = {(duty.user_id, duty.day): duty for duty in planned}
    others: dict[tuple[int, date], list[Duty]] = {}
    for duty in access.duties_elsewhere(roster, people, first, last):
        others.setdefault((duty.user_id, duty.day), []).append(duty)

    def cell(person: User, day: date) -> Cell:
        at = person.pk, day
        return Cell(person, day, by_day.get(at), others.get(at, []), absence(covers, person.pk, day))

    lines = [Line(person, stands_in(covers, person.pk), [cell(person, first + number * DAY) for number in range(7)]) for person in people]
    # A shift that was switched off stays on the page while somebody has it.
    used = {duty.shift.pk: duty.shift for duty in planned} | {shift.pk: shift for shift in access.shifts(roster)}
    return Week(roster, first, sorted(used.values(), key=lambda shift: (shift.position, shift.begins, shift.pk)), lines)


def absence(covers: list[Cover], user_id: int, day: date) -> Cover | None:
    """The cover that says somebody is away on a day."""
    return next((cover for cover in covers if cover.absent_id == user_id and cover.starts_on <= day <= cover.ends_on), None)


def stands_in(covers: list[Cover], user_id: int) -> str:
    return "、".join(str(cover.absent) for cover in covers if cover.stand_in_id == user_id)


def plan(roster: Roster, wanted: Wanted, *, by: Any, at: datetime) -> int:
    """Gives people the shifts wanted on these days instead of what they had there; how many days changed.

    Raises NotAllowed for who doesn't lead the department, Refused when a week is over, somebody is absent, does not belong
    to the department, or would be on two shifts at once. Whose days from today on have changed is told.
    """
    if not access.may_plan(by, roster):
        raise NotAllowed(_("The roster is filled in by the head or a leader of the department."))
    if not wanted:
        return 0
    first, last = min(day for _key, day in wanted), max(day for _key, day in wanted)
    with transaction.atomic():
        lock(roster.department)
        people = {person.pk: person for person in access.crew(roster, first, last)}
        new = [_duty(people, key, day, shift, by=by) for (key, day), shift in wanted.items() if shift is not None]
        _check(roster, wanted, new, at=at)
        _dropped(roster, wanted).delete()
        _refuse_clashes(new, people)
        _save(new)
        _tell(roster, wanted, by=by, at=at)
    return len(wanted)


def _duty(people: dict[int, User], key: int, day: date, shift: Shift, *, by: Any) -> Duty:
    if key not in people:
        raise Refused(_("Somebody on the roster no longer belongs to the department. Open the week again."))
    starts_at, ends_at = shift.span(day)
    return Duty(user=people[key], shift=shift, day=day, starts_at=starts_at, ends_at=ends_at, planned_by=by)


def monday(day: date) -> date:
    """The first day of a week."""
    return day - timedelta(days=day.weekday())


def _check(roster: Roster, wanted: Wanted, new: list[Duty], *, at: datetime) -> None:
    days = [day for _key, day in wanted]
    if min(days) < monday(timezone.localdate(at)):
        raise Refused(_("This week is over. What was planned stays as it was."))
    covers = list(access.absences(roster, min(days), max(days)))
    allowed = {shift.pk for shift in access.shifts(roster)}
    for duty in new:
        if duty.shift.pk not in allowed:
            raise Refused(_("The shift %(shift)s is not in use here. Choose another one.") % {"shift": duty.shift})
        cover = absence(covers, duty.user.pk, duty.day)
        if cover is not None:
            values = {"person": duty.user, "day": duty.day.isoformat(), "stand_in": cover.stand_in}
            raise Refused(_("%(person)s is absent on %(day)s; %(stand_in)s stands in. Give the shift to somebody else.") % values)


def _dropped(roster: Roster, wanted: Wanted) -> Any:
    """What the people have on this roster on these days so far."""
    asked = Q(pk__in=[])
    for key, day in wanted:
        asked |= Q(user=key, day=day)
    days = [day for _key, day in wanted]
    return Duty.objects.filter(pk__in=access.duties(roster, min(days), max(days)).filter(asked).values("pk"))


def _refuse_clashes(new: list[Duty], people: dict[int, User]) -> None:
    """Says in words what the exclusion constraint refuses."""
    if not new:
        return
    span = {"starts_at__lt": max(duty.ends_at for duty in new), "ends_at__gt": min(duty.starts_at for duty in new)}
    kept = list(Duty.objects.filter(user__in=[duty.user.pk for duty in new], **span).select_related("shift"))
    for number, duty in enumerate(new):
        for other in [*kept, *new[:number]]:
            if other.user_id == duty.user_id and other.starts_at < duty.ends_at and other.ends_at > duty.starts_at:
                values = {"person": duty.user, "one": _in_words(other), "other": _in_words(duty)}
                raise Refused(_("%(person)s would be on two shifts at the same time: %(one)s and %(other)s.") % values)


def _in_words(duty: Duty) -> str:
    return f"{duty.day:%m-%d} {duty.shift} {duty.shift.hours}"


def _save(new: list[Duty]) -> None:
    try:
        with transaction.atomic():
            for duty in new:
                duty.save()
    except IntegrityError as error:
        raise Refused(_("Somebody has got another shift at that time meanwhile. Open the week again.")) from error


def _tell(roster: Roster, wanted: Wanted, *, by: Any, at: datetime) -> None:
    today = timezone.localdate(at)
    ahead = [(key, day) for key, day in wanted if day >= today]
    if not ahead:
        return
    first = monday(min(day for _key, day in ahead))
    url = f"/staff/rosters/{roster.department.code}/{roster.territory.pk}/{first:%G-W%V}/"
    people = User.objects.filter(pk__in={key for key, _day in ahead}).exclude(pk=by.pk)
    notices.tell(people, CHANGED, topic="roster", url=url, values={"day": first.isoformat(), "roster": str(roster)}, by=by)


def copy_week(roster: Roster, first: date, *, by: Any, at: datetime) -> tuple[int, list[str]]:
    """Fills the free days of a week as the week before was planned; (how many, what was left out and why).

    What is planned already stays. Raises as `plan`.
    """
    before, now = week_of(roster, first - 7 * DAY), week_of(roster, first)
    free = {cell.name: cell for cell in now.cells if cell.duty is None}
    in_use = {shift.pk for shift in access.shifts(roster)}
    wanted: dict[tuple[int, date], Shift | None] = {}
    left_out: list[str] = []
    for cell in before.cells:
        target = free.get(f"on-{cell.person.pk}-{cell.day + 7 * DAY:%Y%m%d}")
        if cell.duty is None or target is None:
            continue
        why = _why_not(target, cell.duty.shift, in_use, now)
        if why:
            left_out.append(why)
        else:
            wanted[cell.person.pk, target.day] = cell.duty.shift
    if wanted:
        plan(roster, wanted, by=by, at=at)
    elif not access.may_plan(by, roster):
        raise NotAllowed(_("The roster is filled in by the head or a leader of the department."))
    return len(wanted), left_out


def _why_not(target: Cell, shift: Shift, in_use: set[int], now: Week) -> str:
    """Why a shift of last week can't be given again; empty when it can."""
    values = {"person": target.person, "day": f"{target.day:%m-%d}"}
    if target.cover:
        return _("%(person)s is absent on %(day)s") % values
    if shift.pk not in in_use:
        return _("the shift of %(person)s on %(day)s is no longer in use") % values
    starts_at, ends_at = shift.span(target.day)
    own = [cell for cell in now.cells if cell.person == target.person]
    taken = [duty for cell in own for duty in [*cell.others, *([cell.duty] if cell.duty else [])]]
    if any(duty.starts_at < ends_at and duty.ends_at > starts_at for duty in taken):
        return _("%(person)s has another shift on %(day)s") % values
    return ""
