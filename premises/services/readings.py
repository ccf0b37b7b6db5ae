"""Meter readings: written down once, checked against the last, voided rather than edited."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.database import lock
from core.flow import Refused
from core.text import clean_code
from premises.models import Meter, MeterReading

UNUSUAL = Decimal("0.30")
Kind = MeterReading.Kind
MAY_BE_LOWER = {Kind.REPLACED, Kind.ROLLED_OVER}
STRIKES_OUT_ESTIMATES = {Kind.ROUTINE, Kind.FINAL}
ASKED_ABOUT_USAGE = {Kind.ROUTINE, Kind.FINAL, Kind.BASELINE}


class ReadingRefused(Refused):
    """A reading that cannot be true: lower than the last, before it, or of a meter that is gone."""


class ReadingDoubtful(ReadingRefused):
    """A reading more than 30 % off what was expected: confirm it, or read again."""


def last_reading(meter: Meter) -> MeterReading | None:
    """The newest valid reading of a meter."""
    return meter.readings.filter(voided_at=None).order_by("-read_on", "-id").first()


def record_reading(
    meter: Meter,
    value: Decimal,
    *,
    on: date,
    by: Any,
    kind: str = Kind.ROUTINE,
    replaced: bool = False,
    confirmed: bool = False,
    **details: Any,
) -> MeterReading:
    """Writes down what a meter shows; `details`: photo, is_estimated.

    Usage differing by more than 30 % a day from the period before asks once, and so does a base reading far from the
    last one. Raises ReadingRefused, ReadingDoubtful.
    """
    kind = Kind.REPLACED if replaced else kind
    with transaction.atomic():
        [fresh] = lock(meter)
        if kind in STRIKES_OUT_ESTIMATES and not details.get("is_estimated"):
            _strike_out_estimates(fresh, on=on, by=by)
        usage = judge_reading(fresh, value, on=on, kind=kind, confirmed=confirmed)
        return MeterReading.objects.create(
            meter=fresh, value=value, read_on=on, kind=kind, usage=usage, read_by=by, is_confirmed=confirmed, **details
        )


def _strike_out_estimates(meter: Meter, *, on: date, by: Any) -> None:
    """A meter that is read makes the estimates since its last reading void: usage counts from what was really seen."""
    while (last := last_reading(meter)) and last.is_estimated and last.read_on <= on:
        last.voided_at, last.voided_by = Now(), by
        last.void_reason = _("Replaced by the reading of %(day)s.") % {"day": date_format(on, "Y-m-d")}
        last.save(update_fields=["voided_at", "voided_by", "void_reason"])


def judge_reading(meter: Meter, value: Decimal, *, on: date, kind: str = Kind.ROUTINE, confirmed: bool = False) -> Decimal | None:
    """The usage that a reading would mean; stores nothing. Raises ReadingRefused, ReadingDoubtful."""
    last = last_reading(meter)
    _check_reading(meter, last, value=value, on=on, kind=kind)
    usage = usage_between(last.value if last else None, value, kind=kind, multiplier=meter.multiplier, digits=meter.digits)
    if kind in ASKED_ABOUT_USAGE and not confirmed:
        _ask_about(meter, last, value=value, usage=usage, on=on, is_base=kind == Kind.BASELINE)
    return usage


def _ask_about(meter: Meter, last: MeterReading | None, *, value: Decimal, usage: Decimal | None, on: date, is_base: bool) -> None:
    doubt = _doubt(meter, last, usage=usage, on=on) or (_doubt_of_base(meter, last, value) if is_base else "")
    if doubt:
        raise ReadingDoubtful(doubt)


def _doubt_of_base(meter: Meter, last: MeterReading | None, value: Decimal) -> str:
    """Why a base reading looks wrong, or "": over 30 % above the last one, or where that is none or zero, of all the meter can show."""
    if last and last.value:
        if value <= last.value * (1 + UNUSUAL):
            return ""
        return _("%(now)s is over 30 %% above the last reading, %(last)s. Read again, or confirm it.") % {
            "now": plain(value),
            "last": plain(last.value),
        }
    if value <= UNUSUAL * Decimal(10) ** meter.digits:
        return ""
    words = {"now": plain(value), "digits": meter.digits}
    return _("%(now)s is much for a meter of %(digits)s digits that was at zero or never read. Read again, or confirm it.") % words


def _check_reading(meter: Meter, last: MeterReading | None, *, value: Decimal, on: date, kind: str) -> None:
    if meter.removed_on:
        raise ReadingRefused(_("Meter %(meter)s was removed. Read the one that replaced it.") % {"meter": meter})
    if value < 0 or value >= Decimal(10) ** meter.digits:
        raise ReadingRefused(_("Meter %(meter)s shows at most %(n)d digits before the point.") % {"meter": meter, "n": meter.digits})
    if last and on < last.read_on:
        day = date_format(last.read_on, "Y-m-d")
        raise ReadingRefused(_("The last reading is of %(day)s. Choose that day or a later one.") % {"day": day})
    if last and value < last.value and kind not in MAY_BE_LOWER:
        raise ReadingRefused(
            _("Lower than the last reading, %(last)s. Check it, or choose “Meter replaced”.") % {"last": plain(last.value)}
        )


def plain(number: Decimal) -> str:
    """A figure without trailing zeros and never in powers of ten."""
    return f"{number.normalize():f}"


def usage_between(before: Decimal | None, now: Decimal, *, kind: str, multiplier: Decimal, digits: int) -> Decimal | None:
    """(now − before) × multiplier, rounded to a thousandth; None where there is nothing to compare with."""
    if before is None or kind == Kind.REPLACED:
        return None
    turns = Decimal(10) ** digits if kind == Kind.ROLLED_OVER and now < before else 0
    return ((now + turns - before) * multiplier).quantize(Decimal("0.001"), ROUND_HALF_UP)


def _doubt(meter: Meter, last: MeterReading | None, *, usage: Decimal | None, on: date) -> str:
    """Why the usage looks wrong, or "". Periods of different length are compared by the day."""
    if last is None or last.usage is None or usage is None:
        return ""
    before = meter.readings.filter(voided_at=None, read_on__lte=last.read_on).exclude(pk=last.pk).order_by("-read_on", "-id").first()
    if before is None:
        return ""
    then = last.usage / max((last.read_on - before.read_on).days, 1)
    now = usage / max((on - last.read_on).days, 1)
    if then == now or (then and abs(now / then - 1) <= UNUSUAL):
        return ""
    words = {"now": plain(now.quantize(Decimal("0.1"))), "then": plain(then.quantize(Decimal("0.1"))), "unit": meter.unit_of_measure}
    return _("Usage %(now)s %(unit)s a day, against %(then)s before: over 30 %% different. Read again, or confirm it.") % words


def void_reading(reading: MeterReading, *, by: Any, at: datetime, reason: str) -> MeterReading:
    """Strikes out the newest reading of a meter with a reason; an older one would change usage already counted."""
    with transaction.atomic():
        lock(reading.meter)
        [fresh] = lock(reading)
        if fresh.voided_at or last_reading(fresh.meter) != fresh:
            raise Refused(_("Only the newest reading of a meter can be voided."))
        if not reason.strip():
            raise Refused(_("Give a reason."))
        fresh.voided_at, fresh.voided_by, fresh.void_reason = at, by, reason
        fresh.save(update_fields=["voided_at", "voided_by", "void_reason"])
        return fresh


def replace_meter(
    meter: Meter, *, number: str, final_value: Decimal, first_value: Decimal, on: date, by: Any, multiplier: Decimal | None = None
) -> Meter:
    """Takes a meter off the wall with its final reading and hangs another in its place with a base reading.

    Raises ReadingRefused for the final value, Refused for a number that exists.
    """
    with transaction.atomic():
        [old] = lock(meter)
        record_reading(old, final_value, on=on, by=by, kind=Kind.FINAL, confirmed=True)
        code = clean_code(number)
        if Meter.objects.filter(building_id=old.building_id, number=code).exists():
            raise Refused(_("Meter %(number)s exists already.") % {"number": code})
        new = Meter.objects.create(
            building_id=old.building_id,
            unit_id=old.unit_id,
            area_id=old.area_id,
            kind=old.kind,
            number=code,
            multiplier=old.multiplier if multiplier is None else multiplier,
            digits=old.digits,
            position=old.position,
            installed_on=on,
        )
        old.removed_on, old.replaced_by = on, new
        old.save(update_fields=["removed_on", "replaced_by"])
        record_reading(new, first_value, on=on, by=by, kind=Kind.BASELINE, confirmed=True)
        return new
