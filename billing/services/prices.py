"""The price list: a new price begins on a day that was not billed yet, so that the past stays as it was charged."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from billing.models import BillingTerms, Charge, ChargeKind, Price
from core.database import lock
from core.flow import Refused


def price_on(building_id: int, kind: ChargeKind, day: dt.date) -> Price | None:
    """The price of a kind that holds in a building on a day; None before the first."""
    rows = Price.objects.standing().filter(building_id=building_id, kind=kind, starts_on__lte=day)
    return rows.order_by("-starts_on").first()


def priced(building_id: int, code: str, day: dt.date) -> Price:
    """The price of a kind by its code, for other apps. Raises Refused, which says what is missing."""
    kind = ChargeKind.objects.get(code=code)
    found = price_on(building_id, kind, day)
    if found is None:
        raise Refused(_("There is no price for “%(kind)s” yet. Finance sets it in the price list.") % {"kind": kind})
    return found


def versions(building_id: int, first: dt.date, last: dt.date) -> dict[int, list[Price]]:
    """Kind id → its standing prices that hold on some day of a span, oldest first; one query."""
    found: dict[int, list[Price]] = {}
    rows = Price.objects.standing().filter(building_id=building_id, starts_on__lte=last).order_by("kind_id", "starts_on")
    for price in rows:
        kept = found.setdefault(price.kind_id, [])
        if price.starts_on <= first:
            kept.clear()
        kept.append(price)
    return found


def billed_until(building_id: int, kind: ChargeKind) -> dt.date | None:
    """The last day that charges of a kind cover in a building."""
    rows = Charge.objects.filter(building_id=building_id, kind=kind)
    return rows.aggregate(day=Max(Coalesce("period_to", "entry__booked_on")))["day"]


def _check_future(building_id: int, kind: ChargeKind, day: dt.date) -> None:
    until = billed_until(building_id, kind)
    if until and day <= until:
        raise Refused(
            _("“%(kind)s” is billed up to %(day)s. Let the new price begin after that day.") % {"kind": kind, "day": until.isoformat()}
        )


def set_price(price: Price, *, by: Any) -> Price:
    """Adds a price that begins on a day not billed yet. Raises Refused otherwise; a second one of that day too."""
    with transaction.atomic():
        # One price list a building: two people who set a price at once are taken one after the other.
        lock(price.building)
        _check_future(price.building_id, price.kind, price.starts_on)
        if Price.objects.standing().filter(building=price.building, kind=price.kind, starts_on=price.starts_on).exists():
            raise Refused(_("There is a price from this day already. Strike it out first."))
        price.set_by = by
        price.save()
        return price


def strike_out(price: Price, *, by: Any, at: dt.datetime) -> Price:
    """Strikes out a price that nothing was billed by yet."""
    with transaction.atomic():
        lock(price.building)
        [fresh] = lock(price)
        if fresh.voided_at:
            raise Refused(_("This price is struck out already."))
        _check_future(fresh.building_id, fresh.kind, fresh.starts_on)
        fresh.voided_at, fresh.voided_by = at, by
        fresh.save(update_fields=["voided_at", "voided_by"])
        return fresh


def terms_of(building_id: int) -> BillingTerms:
    """How a building bills; the defaults of the trade until somebody sets them."""
    return BillingTerms.objects.filter(building_id=building_id).first() or BillingTerms(building_id=building_id)
