"""What somebody brings from a round: entries of stops, photos, the end. Each entry is taken in once, whatever the network does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import files, numbering
from core.database import lock
from core.flow import NotAllowed, Refused
from core.models import StoredFile
from rounds import access
from rounds.flow import ROUND_FLOW, findings, gaps
from rounds.models import Answer, ChecklistItem, Photo, Round, RoundStop, StopEntry
from rounds.recurrence import ZONE
from rounds.services.doubts import doubts

S = Round.State
Result = Answer.Result
ON_DEMAND = dt.timedelta(hours=4)
# Walking is possible in each of these; the step that leads from there to "in progress".
LEADS_IN = {S.NOT_STARTED: "start", S.MISSED: "start_late"}


@dataclass(frozen=True)
class Given:
    """An answer as somebody gives it. A number or a choice judges itself; `result` counts for the others, and says "does not apply"."""

    result: str = ""
    number: Decimal | None = None
    choice: str = ""
    note: str = ""
    photos: tuple[StoredFile, ...] = field(default=())


@dataclass(frozen=True)
class Gps:
    """Where the device was, if it was allowed to say."""

    latitude: Decimal
    longitude: Decimal
    accuracy_m: int = 0


def start_now(
    *,
    by: Any,
    at: dt.datetime,
    plan: Any = None,
    kind: str = "",
    name: str = "",
    building: Any = None,
    checklist: Any = None,
    department: Any = None,
    person: Any = None,
    places: Iterable[Any] | None = None,
    due_until: dt.datetime | None = None,
) -> Round:
    """A round on demand, begun at once: of a plan, or of no plan with all of it given. Raises Refused, NotAllowed."""
    begins = at.replace(second=0, microsecond=0)
    round = Round(due_from=begins, due_until=due_until or begins + ON_DEMAND, created_by=by)
    if plan is not None:
        names = ("kind", "name", "building", "checklist", "department", "rank")
        said = {"plan": plan, "person": person or plan.person, **{each: getattr(plan, each) for each in names}}
    else:
        said = {"kind": kind, "name": name, "checklist": checklist, "department": department, "person": person, "building_id": building.pk}
    for each, value in said.items():
        setattr(round, each, value)
    with transaction.atomic():
        if plan is not None:
            _can_yield(lock(plan)[0])
        _number(round)
        _save_new(round)
        return ROUND_FLOW.take(round, "start", by=by, at=at, places=None if places is None else list(places))


def _can_yield(plan: Any) -> None:
    if not plan.is_active:
        raise Refused(_("This plan has ended. Choose another."))


def _number(round: Round) -> None:
    if round.plan_id:
        round.number = Round.number_at(round.plan_id, round.due_from)
    else:
        numbering.give(round, on=round.due_from.astimezone(ZONE).date())


def _save_new(round: Round) -> None:
    try:
        with transaction.atomic():
            round.save()
    except IntegrityError as error:
        raise Refused(_("A round of this plan begins at this minute already. Open that one.")) from error


def record_stop(
    round: Round,
    *,
    entry: UUID,
    answers: Mapping[int, Given],
    captured_at: dt.datetime,
    received_at: dt.datetime,
    by: Any,
    at: dt.datetime,
    stop: RoundStop | int | None = None,
    place: Any = None,
    method: str = "NONE",
    note: str = "",
    gps: Gps | None = None,
    photos: Iterable[StoredFile] = (),
    version: int | None = None,
) -> RoundStop:
    """Takes in what was found at one stop, and begins the round if nobody has; once for each `entry`, however often it comes.

    `stop` is the stop or its position; else the next stop of `place` on the route. Of two entries for one stop,
    the one captured later counts, in whatever order they come. Doubtful ones are flagged, not refused. A finding needs a
    note. `version` is that of the checklist that the device showed. Raises Refused, NotAllowed.
    """
    with transaction.atomic():
        [fresh] = lock(round)
        known = StopEntry.objects.filter(entry=entry).select_related("stop__round").first()
        if known:
            return _same_round(known, fresh)
        fresh, ended = _in_progress(fresh, captured_at, version, by=by, at=at)
        wanted = _wanted(fresh, stop, place)
        _claim(entry, wanted, captured_at, received_at, by)
        if wanted.captured_at is None or captured_at >= wanted.captured_at:
            _write(wanted, captured_at, received_at, method, note, gps, by)
            _answer(wanted, answers, by)
        _keep_photos(wanted, None, photos, by)
        if ended is not None:
            _end_again(fresh, ended, by=by, at=at)
    return wanted


def _same_round(known: StopEntry, round: Round) -> RoundStop:
    if known.stop.round_id != round.pk:
        raise Refused(_("This entry was taken in for another round."))
    return known.stop


def _in_progress(
    round: Round, captured_at: dt.datetime, version: int | None, *, by: Any, at: dt.datetime
) -> tuple[Round, tuple[dt.datetime | None, str] | None]:
    """The round, being walked; with (finished_at, reason for gaps) where it was finished before this entry arrived."""
    if round.state == S.CANCELLED:
        raise Refused(_("This round was cancelled. Ask a leader of the department."))
    if round.state in LEADS_IN:
        step = LEADS_IN[S(round.state)]
        return ROUND_FLOW.take(round, step, by=by, at=at, begun_at=min(captured_at, at), version=version), None
    if round.is_finished:
        ended = round.finished_at, round.gap_reason
        return ROUND_FLOW.take(round, "take_in", by=by, at=at), ended
    if not access.walks(by, round):
        raise NotAllowed(_("This round is walked by somebody else: %(who)s.") % {"who": round.person or round.department})
    return round, None


def _end_again(round: Round, ended: tuple[dt.datetime | None, str], *, by: Any, at: dt.datetime) -> None:
    finished_at, reason = ended
    finish(round, by=by, at=at, reason=reason or _("an entry arrived later"), ended_at=finished_at)


def _wanted(round: Round, stop: RoundStop | int | None, place: Any) -> RoundStop:
    """The stop that an entry is about. Raises Refused when the route has none."""
    rows = round.stops.select_related("place", "round").order_by("position")
    if isinstance(stop, RoundStop):
        found = rows.filter(pk=stop.pk).first()
    elif stop is not None:
        found = rows.filter(position=stop).first()
    else:
        here = rows.filter(place=place)
        found = here.filter(captured_at=None).first() or here.last()
    if found is None:
        raise Refused(_("This place is not on the route of the round."))
    return found


def _claim(entry: UUID, stop: RoundStop, captured_at: dt.datetime, received_at: dt.datetime, by: Any) -> None:
    try:
        with transaction.atomic():
            StopEntry.objects.create(entry=entry, stop=stop, captured_at=captured_at, received_at=received_at, sent_by=by)
    except IntegrityError as error:
        raise Refused(_("This entry was taken in for another round.")) from error


def _write(stop: RoundStop, captured_at: dt.datetime, received_at: dt.datetime, method: str, note: str, gps: Gps | None, by: Any) -> None:
    stop.method = RoundStop.Method(method).value
    stop.captured_at, stop.received_at = captured_at, received_at
    stop.scanned_at = captured_at if method != RoundStop.Method.NONE else None
    stop.note, stop.done_by = note, by
    stop.latitude, stop.longitude, stop.accuracy_m = (gps.latitude, gps.longitude, gps.accuracy_m) if gps else (None, None, None)
    stop.doubts = doubts(stop)
    stop.save(update_fields=[
        "method", "captured_at", "received_at", "scanned_at", "note", "done_by", "latitude", "longitude", "accuracy_m", "doubts",
    ])  # fmt: skip


def _answer(stop: RoundStop, answers: Mapping[int, Given], by: Any) -> None:
    items = {item.pk: item for item in ChecklistItem.objects.filter(pk__in=list(answers), checklist=stop.round.checklist_id)}
    if set(answers) - set(items):
        raise Refused(_("An answer is about something that this checklist does not ask. Open the round again."))
    for pk, given in answers.items():
        told = {"result": judged(items[pk], given), "number": given.number, "choice": given.choice, "note": given.note}
        if told["result"] == Result.FAIL and not given.note.strip():
            raise Refused(_("Say in the note what is wrong: %(item)s.") % {"item": items[pk]})
        answer, _made = Answer.objects.update_or_create(stop=stop, item=items[pk], defaults=told)
        _keep_photos(stop, answer, given.photos, by)


def judged(item: ChecklistItem, given: Given) -> str:
    """What an answer comes to. Raises Refused for one that the item doesn't take."""
    if given.result == Result.NOT_APPLICABLE:
        return Result.NOT_APPLICABLE.value
    if item.kind == ChecklistItem.Kind.NUMBER:
        return _judged_number(item, given.number)
    if item.kind == ChecklistItem.Kind.CHOICE:
        if given.choice not in item.options:
            raise Refused(_("Choose one of the options: %(item)s.") % {"item": item})
        return (Result.FAIL if given.choice in item.failing else Result.PASS).value
    if item.kind == ChecklistItem.Kind.PHOTO and not given.result:
        return Result.PASS.value
    if given.result not in Result.values:
        raise Refused(_("Say whether it is in order: %(item)s.") % {"item": item})
    return given.result


def _judged_number(item: ChecklistItem, number: Decimal | None) -> str:
    if number is None:
        raise Refused(_("Enter a number: %(item)s.") % {"item": item})
    fits = (item.low is None or item.low <= number) and (item.high is None or number <= item.high)
    return (Result.PASS if fits else Result.FAIL).value


def _keep_photos(stop: RoundStop, answer: Answer | None, photos: Iterable[StoredFile], by: Any) -> None:
    for photo in photos:
        if photo.object_id is None and photo.uploaded_by_id == by.pk:
            files.attach(photo, stop.round)
            Photo.objects.create(stop=stop, answer=answer, file=photo, added_by=by)


def add_photo(stop: RoundStop, photo: StoredFile, *, by: Any, answer: Answer | None = None) -> None:
    """Adds a photo that arrived after its entry; the same photo again does nothing. Raises NotAllowed, Refused."""
    with transaction.atomic():
        [fresh] = lock(stop.round)
        if not access.walks(by, fresh):
            raise NotAllowed(_("Photos are added by who walks the round."))
        if fresh.state == S.CANCELLED:
            raise Refused(_("This round was cancelled. Ask a leader of the department."))
        _keep_photos(stop, answer, [photo], by)


def finish(round: Round, *, by: Any, at: dt.datetime, reason: str = "", ended_at: dt.datetime | None = None) -> Round:
    """Ends the round by what it lacks and what it found: in order, with findings, or in part, which needs a reason.

    A round that is finished already is answered as it is. Raises Refused.
    """
    with transaction.atomic():
        [fresh] = lock(round)
        if fresh.is_finished:
            return fresh
        if gaps(fresh) and not reason.strip():
            return ROUND_FLOW.take(fresh, "finish_with_findings" if findings(fresh) else "finish_in_order", by=by, at=at)
        step = "finish_in_part" if gaps(fresh) else "finish_with_findings" if findings(fresh) else "finish_in_order"
        return ROUND_FLOW.take(fresh, step, by=by, at=at, note=reason if step == "finish_in_part" else "", ended_at=ended_at)
