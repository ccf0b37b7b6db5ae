"""Which entries a leader may want to look at again."""

from __future__ import annotations

import datetime as dt

from rounds.models import Doubt, RoundStop

TOO_FAST = dt.timedelta(seconds=10)
AHEAD = dt.timedelta(minutes=2)
LATE = dt.timedelta(hours=12)


def doubts(stop: RoundStop) -> list[str]:
    """What is doubtful about a recorded stop, in the order of `Doubt`; two queries at most."""
    if stop.captured_at is None or stop.received_at is None:
        return []
    found = {
        Doubt.NOT_SCANNED: stop.place_id is not None and stop.method == RoundStop.Method.NONE,
        Doubt.OUT_OF_ORDER: _is_out_of_order(stop, stop.captured_at),
        Doubt.TOO_FAST: _is_too_fast(stop, stop.captured_at),
        Doubt.OUTSIDE_WINDOW: not stop.round.due_from <= stop.captured_at <= stop.round.due_until,
        Doubt.CLOCK_AHEAD: stop.captured_at > stop.received_at + AHEAD,
        Doubt.LATE_UPLOAD: stop.received_at - stop.captured_at > LATE,
        Doubt.SOMEBODY_ELSE: stop.round.done_by_id != stop.done_by_id,
    }
    return [name.value for name, holds in found.items() if holds]


def _is_out_of_order(stop: RoundStop, at: dt.datetime) -> bool:
    """A later stop was recorded before, or an earlier one after."""
    others = stop.round.stops.exclude(pk=stop.pk)
    later = others.filter(position__gt=stop.position, captured_at__lt=at)
    return (later | others.filter(position__lt=stop.position, captured_at__gt=at)).exists()


def _is_too_fast(stop: RoundStop, at: dt.datetime) -> bool:
    near = stop.round.stops.exclude(pk=stop.pk).filter(captured_at__gt=at - TOO_FAST, captured_at__lt=at + TOO_FAST)
    return stop.place_id is not None and near.exclude(place=stop.place_id).exists()
