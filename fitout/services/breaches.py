"""Breaches are written down, fined, and watched until they are corrected (manual 3.2.4-4.2.D)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core import files, notices, numbering
from core.database import lock
from core.flow import NotAllowed, Refused
from core.models import Notice, StoredFile
from fitout import access
from fitout.models import OPEN_SITE, Breach, BreachAlarm, BreachKind, BreachPhoto, BreachStep, Fitout, Penalty, SiteCheck
from staff import access as staff
from staff.models import Department
from staff.services import tell_department

FOUND = gettext_noop("%(number)s: a breach was found in %(unit)s, %(contractor)s: %(kind)s.")
LATE = gettext_noop("%(number)s in %(unit)s is not corrected: it was due until %(due)s, %(kind)s.")
ASKED = gettext_noop("Decide on the penalty %(number)s of %(amount)s yuan: %(kind)s, %(unit)s.")
NOISE = "NOISE"
AT_ONCE = 500


def page(record: Any, noun: str) -> str:
    return reverse(f"fitout:{noun}_detail", args=[record.pk])


def deadline(kind: BreachKind, at: dt.datetime) -> dt.datetime:
    """Until when a breach of the kind is to be corrected."""
    return at + dt.timedelta(hours=kind.hours_to_correct)


def words(breach: Breach) -> dict[str, str]:
    """What notices say of a breach."""
    due = f"{timezone.localtime(breach.due_at):%m-%d %H:%M}" if breach.due_at else ""
    fitout = breach.fitout
    return {"number": breach.number, "unit": str(fitout.unit), "contractor": str(fitout.contractor), "kind": str(breach.kind), "due": due}


def suggested(text: str, *, department: str = "", quiet: bool = False) -> BreachKind | None:
    """The kind that the words of a failed item suggest; within quiet hours noise for customer service, else None."""
    rows = list(BreachKind.objects.filter(is_active=True).select_related("department").order_by("position", "pk"))
    for row in rows:
        if any(word.strip() and word.strip() in text for word in row.words.replace("，", ",").split(",")):
            return row
    if text or not quiet or department != "CUSTOMER_SERVICE":
        return None
    return next((row for row in rows if row.code == NOISE), None)


def record(breach: Breach, *, by: Any, at: dt.datetime, photos: Iterable[StoredFile] = (), with_shots: bool = False) -> Breach:
    """Writes down what was found on an open site, in the name of the finder's department.

    `with_shots` takes over the photos of the answer it comes from. Raises NotAllowed, Refused.
    """
    with transaction.atomic():
        [fitout] = lock(breach.fitout)
        breach.department = _department(breach, fitout, by)
        if fitout.state not in OPEN_SITE:
            raise Refused(_("Breaches are written down while the site is open."))
        breach.building_id, breach.created_by, breach.found_at = fitout.building_id, by, at
        breach.due_at = breach.due_at or deadline(breach.kind, at)
        if breach.due_at <= at:
            raise Refused(_("The deadline has passed. Enter a later one."))
        if breach.answer is not None:
            breach.site_check = SiteCheck.objects.filter(round=breach.answer.stop.round_id).first()
        numbering.give(breach, on=timezone.localdate(at))
        breach.save()
        shots = _copies(breach.answer, by) if with_shots else []
        keep_photos(breach, [*photos, *shots], BreachPhoto.Stage.FOUND)
        _tell_found(breach, by=by)
    return breach


def correct(
    breach: Breach,
    values: dict[str, Any],
    *,
    by: Any,
    photos: Iterable[StoredFile] = (),
    check: Callable[[Breach], None] = lambda fresh: None,
) -> Breach:
    """Puts right what was written down, before the notice is given: afterwards the paper stands, and a wrong one is withdrawn.

    `values`: kind, spot, description, is_serious, due_at. `check(fresh)` is asked under the lock. Who hears of a serious
    breach hears of one that turns out to be serious. Raises NotAllowed, Refused.
    """
    with transaction.atomic():
        [fresh] = lock(breach)
        check(fresh)
        if not access.may_inspect(by, fresh):
            raise NotAllowed(_("The three departments write breaches down."))
        if fresh.state != Breach.State.NOTED:
            raise Refused(_("The notice was given: withdraw the breach and write it down anew."))
        if fresh.penalties.filter(state__in=[Penalty.State.REQUESTED, Penalty.State.DEDUCTED]).exists():
            raise Refused(_("A penalty stands on these words. Reject it first."))
        was_serious = fresh.is_serious
        for name, value in values.items():
            setattr(fresh, name, value)
        fresh.due_at = fresh.due_at or deadline(fresh.kind, fresh.found_at)
        fresh.version += 1
        fresh.save(update_fields=[*values, "version"])
        keep_photos(fresh, photos, BreachPhoto.Stage.FOUND)
        if fresh.is_serious and not was_serious:
            _tell_found(fresh, by=by)
    return fresh


def _department(breach: Breach, fitout: Fitout, by: Any) -> Department:
    """The department of the check, if the finder belongs to it, else the finder's own."""
    mine = access.site_departments(by, fitout)
    if not mine:
        raise NotAllowed(_("The three departments write breaches down."))
    checked = breach.answer.stop.round.department if breach.answer is not None else None
    return checked if checked is not None and checked.code in mine else Department.objects.get(code=mine[0])


def _copies(answer: Any, by: Any) -> list[StoredFile]:
    """A file hangs on one record: the photos of a check are copied."""
    if answer is None:
        return []
    rows = [photo.file for photo in answer.photos.select_related("file")]
    return [files.keep_made(files.content_of(row), row.media_type, name=row.name, by=by, purpose="fitout.breach") for row in rows]


def keep_photos(breach: Breach, photos: Iterable[StoredFile], stage: str) -> None:
    """Hangs photos on a breach; one that hangs somewhere already is left there."""
    for photo in photos:
        if photo.object_id is None:
            files.attach(photo, breach)
            BreachPhoto.objects.create(breach=breach, stage=stage, file=photo)


def _tell_found(breach: Breach, *, by: Any) -> None:
    departments = [*access.SITE, "MANAGEMENT"] if breach.is_serious else ["CUSTOMER_SERVICE"]
    weight = Notice.Weight.URGENT if breach.is_serious else Notice.Weight.NORMAL
    tell_department(departments, breach.building_id, FOUND, topic="fitout", record=breach, values=words(breach), by=by, weight=weight)


def ask_penalty(penalty: Penalty, *, by: Any, at: dt.datetime) -> Penalty:
    """Asks a head for a penalty; the database keeps it to one a breach. Raises NotAllowed, Refused."""
    with transaction.atomic():
        [fitout] = lock(penalty.breach.fitout)
        [breach] = lock(penalty.breach)
        if not access.may_inspect(by, fitout):
            raise NotAllowed(_("The three departments ask for penalties."))
        if fitout.is_ended:
            raise Refused(_("The fit-out is accepted: nothing is deducted any more."))
        if breach.state == Breach.State.WITHDRAWN:
            raise Refused(_("The breach %(number)s was withdrawn.") % {"number": breach})
        penalty.building_id, penalty.created_by = fitout.building_id, by
        penalty.validate_constraints()
        numbering.give(penalty, on=timezone.localdate(at))
        penalty.save()
        _tell_heads(penalty, by=by)
    return penalty


def _tell_heads(penalty: Penalty, *, by: Any) -> None:
    people = {person for code in access.SITE for person in staff.members(code, penalty.building_id, staff.HEADS)}
    values = {**words(penalty.breach), "number": penalty.number, "amount": f"{penalty.amount:,.2f}"}
    notices.tell(sorted(people, key=lambda person: person.pk), ASKED, topic="fitout", record=penalty, values=values, by=by)


def untold(now: dt.datetime) -> list[tuple[int, int, dt.datetime]]:
    """(breach, rung, deadline) of everything somebody must hear of and has not."""
    found = []
    for step in BreachStep.objects.filter(is_active=True):
        told = BreachAlarm.objects.filter(breach=OuterRef("pk"), step=step, due_at=OuterRef("due_at"))
        late = Breach.objects.overdue(now - dt.timedelta(minutes=step.minutes_late)).filter(~Exists(told))
        found += [(pk, step.pk, due) for pk, due in late.order_by("due_at").values_list("pk", "due_at")[:AT_ONCE] if due]
    return found


def alarm(breach: Breach, step: BreachStep, *, at: dt.datetime) -> BreachAlarm | None:
    """Tells who stands on this rung, once for the deadline; None when it no longer holds or was told."""
    with transaction.atomic():
        [fresh] = lock(breach)
        due = fresh.due_at
        if due is None or not Breach.objects.overdue(at - dt.timedelta(minutes=step.minutes_late)).filter(pk=fresh.pk).exists():
            return None
        people = list(audience(fresh, step.audience))
        names = "、".join(str(person) for person in people)[:200] or str(step.get_audience_display())
        row, is_new = BreachAlarm.objects.get_or_create(breach=fresh, step=step, due_at=due, defaults={"told_at": at, "told": names})
        if not is_new:
            return None
        notices.tell(people, LATE, topic="overdue.breach", record=fresh, values=words(fresh), weight=Notice.Weight.URGENT)
        return row


def audience(breach: Breach, who: str) -> Any:
    """The people on a rung."""
    if who == BreachStep.Audience.PROPERTY_MANAGER:
        return staff.holders(staff.PROPERTY_MANAGER, breach)
    code = breach.department.code if who == BreachStep.Audience.FINDER_HEAD else "CUSTOMER_SERVICE"
    return staff.members(code, breach.building_id, staff.HEADS)
