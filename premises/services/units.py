"""Units merged and split, and the labels of places."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import history
from core.database import lock
from core.flow import Refused
from premises.models import Place, PublicArea, Unit
from premises.models.buildings import PLACE_ALPHABET, PLACE_CODE_LENGTH


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


def save_equipment(unit: Unit, lines: Any, *, unless: Callable[[], None]) -> None:
    """Saves a unit's equipment list from a valid formset. `unless` is asked under the unit's lock and raises what forbids it."""
    with transaction.atomic():
        lock(unit)
        unless()
        changed = lines.save(commit=False)
        for item in lines.deleted_objects:
            item.delete()
        for item in changed:
            item.unit = unit
            item.position = item.position or unit.equipment.count() + 1
            item.save()


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
