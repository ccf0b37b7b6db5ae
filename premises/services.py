"""Writes of the premises that are not a step of one life: readings, keys by hand, merged units, labels, counts."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import history
from core.database import lock
from core.flow import Refused
from core.text import clean_code
from premises.flow import KEY_FLOW, UNIT_FLOW
from premises.models import Key, KeyCount, KeyDifference, KeyLoan, Meter, MeterReading, Place, PublicArea, Unit
from premises.models.buildings import PLACE_ALPHABET, PLACE_CODE_LENGTH

__all__ = ["KEY_FLOW", "UNIT_FLOW"]

UNUSUAL = Decimal("0.30")
Kind = MeterReading.Kind
MAY_BE_LOWER = {Kind.REPLACED, Kind.ROLLED_OVER}
ASKED_ABOUT_USAGE = {Kind.ROUTINE, Kind.FINAL}


class ReadingRefused(Refused):
    """A reading that cannot be true: lower than the last, before it, or of a meter that is gone."""


class ReadingDoubtful(ReadingRefused):
    """A reading whose usage differs by more than 30 % from the period before: confirm it, or read again."""


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

    Usage differing by more than 30 % a day from the period before asks once. Raises ReadingRefused, ReadingDoubtful.
    """
    kind = Kind.REPLACED if replaced else kind
    with transaction.atomic():
        [fresh] = lock(meter)
        last = last_reading(fresh)
        _check_reading(fresh, last, value=value, on=on, kind=kind)
        before = last.value if last else None
        usage = usage_between(before, value, kind=kind, multiplier=fresh.multiplier, digits=fresh.digits)
        doubt = "" if confirmed or kind not in ASKED_ABOUT_USAGE else _doubt(fresh, last, usage=usage, on=on)
        if doubt:
            raise ReadingDoubtful(doubt)
        return MeterReading.objects.create(
            meter=fresh, value=value, read_on=on, kind=kind, usage=usage, read_by=by, is_confirmed=confirmed, **details
        )


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
        record_reading(new, first_value, on=on, by=by, kind=Kind.BASELINE)
        return new


def issue_key(
    key: Key,
    *,
    holder_name: str,
    by: Any,
    at: datetime,
    holder_phone: str = "",
    due_at: datetime | None = None,
    **details: str,
) -> KeyLoan:
    """Hands a key or card out. Without `due_at` it is for as long as the tenancy lasts.

    `details`: holder_company, purpose. Raises Refused, for example when somebody else has it already.
    """
    if not holder_name.strip():
        raise Refused(_("Enter who takes the key."))
    if due_at is not None and due_at <= at:
        raise Refused(_("The time to bring it back must lie ahead."))
    KEY_FLOW.take(key, "issue", by=by, at=at, holder_name=holder_name, holder_phone=holder_phone, due_at=due_at, **details)
    return open_loan(key)


def open_loan(key: Key) -> KeyLoan:
    """The loan of a key that is out; KeyLoan.DoesNotExist in the store."""
    return KeyLoan.objects.open().get(key=key)


def return_key(key: Key, *, by: Any, at: datetime, note: str = "") -> Key:
    """Takes a key or card back into the store."""
    return KEY_FLOW.take(key, "take_back", by=by, at=at, note=note)


def report_lost(key: Key, *, by: Any, at: datetime, note: str) -> Key:
    """Marks a key or card as lost, with what happened; its loan ends."""
    return KEY_FLOW.take(key, "report_lost", by=by, at=at, note=note)


def count_keys(building: Any, *, found: Iterable[str], by: Any, at: datetime, kind: str = "", note: str = "") -> KeyCount:
    """Compares the key numbers found in the store with the book and keeps the differences; changes no key."""
    numbers = {clean_code(number) for number in found} - {""}
    with transaction.atomic():
        keys = Key.objects.filter(building=building, **({"kind": kind} if kind else {}))
        states = dict(keys.values_list("number", "state"))
        expected = {number for number, state in states.items() if state == Key.State.IN_STORE}
        count = KeyCount.objects.create(
            building=building, kind=kind, counted_at=at, counted_by=by, expected=len(expected), found=len(numbers), note=note
        )
        ids = dict(Key.objects.filter(building=building, number__in=expected ^ numbers).values_list("number", "pk"))
        KeyDifference.objects.bulk_create(
            KeyDifference(count=count, key_id=ids.get(number), number=number, what=_difference(number, numbers, ids))
            for number in sorted(expected ^ numbers)
        )
        return count


def _difference(number: str, found: set[str], known: dict[str, int]) -> str:
    if number not in found:
        return KeyDifference.What.MISSING
    return KeyDifference.What.UNEXPECTED if number in known else KeyDifference.What.UNKNOWN


def merge_units(main: Unit, others: Sequence[Unit], *, by: Any) -> Unit:
    """Makes one unit of neighbours: the others become parts of `main`. All must be vacant and on one floor.

    Raises Refused.
    """
    if not others or main in others:
        raise Refused(_("Choose the units to merge into this one."))
    with transaction.atomic():
        fresh = {unit.pk: unit for unit in lock(main, *others)}
        whole = fresh[main.pk]
        for unit in fresh.values():
            _check_mergeable(unit, whole)
        for unit in fresh.values():
            if unit != whole:
                unit.merged_into = whole
                unit.save(update_fields=["merged_into"])
        names = ", ".join(unit.code for unit in fresh.values() if unit != whole)
        history.note(whole, _("Merged with %(units)s.") % {"units": names}, by=by)
        return whole


def _check_mergeable(unit: Unit, whole: Unit) -> None:
    words = {"unit": unit.code}
    if unit.floor_id != whole.floor_id:
        raise Refused(_("%(unit)s is on another floor.") % words)
    if unit.state != Unit.State.VACANT:
        raise Refused(_("%(unit)s is not vacant.") % words)
    if unit.merged_into_id or (unit != whole and unit.parts.exists()):
        raise Refused(_("%(unit)s is merged already. Split it first.") % words)


def split_unit(main: Unit, *, by: Any) -> list[Unit]:
    """Gives every part of a merged unit its own life back. The unit must be vacant. Raises Refused."""
    with transaction.atomic():
        [whole] = lock(main)
        parts = list(whole.parts.select_for_update(of=("self",)).order_by("pk"))
        if not parts:
            raise Refused(_("This unit is not merged with others."))
        if whole.state != Unit.State.VACANT:
            raise Refused(_("%(unit)s is not vacant.") % {"unit": whole.code})
        for part in parts:
            part.merged_into = None
            part.save(update_fields=["merged_into"])
        history.note(whole, _("Split from %(units)s.") % {"units": ", ".join(part.code for part in parts)}, by=by)
        return parts


def new_place_codes(count: int) -> list[str]:
    """So many label codes that nobody has yet."""
    codes: set[str] = set()
    while len(codes) < count:
        fresh = {"".join(secrets.choice(PLACE_ALPHABET) for _n in range(PLACE_CODE_LENGTH)) for _m in range(count - len(codes))}
        codes |= fresh - set(Place.objects.filter(code__in=fresh).values_list("code", flat=True))
    return sorted(codes)


def label_place(owner: Unit | PublicArea, *, label: str = "") -> Place:
    """Gives a unit or public area its place with a label code, once."""
    with transaction.atomic():
        [fresh] = lock(owner)
        if fresh.place_id is None:
            [code] = new_place_codes(1)
            fresh.place = Place.objects.create(territory_id=fresh.building_id, code=code, label=label or str(fresh))
            fresh.save(update_fields=["place"])
        owner.place = fresh.place
        return fresh.place


def mark_reminded(loans: Iterable[KeyLoan], *, at: datetime) -> int:
    """Claims overdue loans for one reminder each; how many this caller got."""
    return KeyLoan.objects.filter(pk__in=[loan.pk for loan in loans], reminded_at=None).update(reminded_at=at)
