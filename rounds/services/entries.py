"""What a phone or the walk page sends in: one entry a stop, with its photos. Sent five times in any order, it is one record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core.flow import Refused
from core.models import StoredFile
from rounds.models import Photo, Round, RoundStop, StopEntry
from rounds.services.walking import Given, Gps, record_stop


@dataclass(frozen=True)
class Entry:
    """What somebody recorded at the stop of a position, with the uuid and the time of the device.

    `code` is the label code that the device showed for the stop: a route may have changed since. `whereabouts` says whether
    the device gave its position; `taken` holds the time of each photo by the key of its file.
    """

    entry: UUID
    stop: int
    answers: Mapping[int, Given]
    captured_at: dt.datetime
    method: str = "NONE"
    note: str = ""
    gps: Gps | None = None
    whereabouts: str = ""
    photos: tuple[StoredFile, ...] = ()
    taken: Mapping[int, dt.datetime] = field(default_factory=dict)
    version: int | None = None
    code: str = ""


def taken_in(entry: UUID) -> RoundStop | None:
    """The stop that an entry was recorded at, if it arrived before."""
    known = StopEntry.objects.filter(entry=entry).select_related("stop__round").first()
    return known.stop if known else None


def take_in(round: Round, entry: Entry, *, by: Any, at: dt.datetime) -> RoundStop:
    """Records an entry with where and when; once, however often it comes. Raises Refused, NotAllowed."""
    with transaction.atomic():
        stop = record_stop(
            round,
            entry=entry.entry,
            answers=entry.answers,
            captured_at=entry.captured_at,
            received_at=at,
            by=by,
            at=at,
            stop=_position(round, entry),
            method=entry.method,
            note=entry.note,
            gps=entry.gps,
            photos=entry.photos,
            version=entry.version,
        )
        _say_where(stop, entry)
        for photo in Photo.objects.filter(stop=stop, file__in=list(entry.taken), taken_at=None):
            photo.taken_at = entry.taken[photo.file_id]
            photo.save(update_fields=["taken_at"])
    return stop


def _position(round: Round, entry: Entry) -> int:
    """Where the stop that the device showed is on the route now. Raises Refused when it is not there any more."""
    if not entry.code:
        return entry.stop
    codes = _codes(round)
    if 0 < entry.stop <= len(codes) and codes[entry.stop - 1] == entry.code:
        return entry.stop
    if entry.code not in codes:
        raise Refused(_("The route was changed, and this place is not on it any more. Ask a leader of the department."))
    return codes.index(entry.code) + 1


def _codes(round: Round) -> list[str]:
    """The label codes along the route: of its stops, or of the plan's while nobody has begun it."""
    stops = list(round.stops.order_by("position").values_list("place__code", flat=True))
    if stops or round.plan is None:
        return stops
    return list(round.plan.route.order_by("position").values_list("place__code", flat=True))


def _say_where(stop: RoundStop, entry: Entry) -> None:
    """Of several entries the latest counts, and so does what it says of the position."""
    if stop.captured_at == entry.captured_at and stop.whereabouts != entry.whereabouts:
        stop.whereabouts = entry.whereabouts
        stop.save(update_fields=["whereabouts"])
