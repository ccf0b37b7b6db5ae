"""Fire extinguishers of the house on a site: hired, billed, returned (manual 3.2.3-4, 3.2.4-3.4.b)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from billing import services as billing
from billing.models import Bill, DepositKind
from core.database import lock
from core.flow import NotAllowed, Refused
from fitout import access
from fitout.models import ENDED, Damage, ExtinguisherHire, Fitout, FitoutBill
from fitout.services import fees, inspections, passes
from premises import services as premises
from premises.models import Extinguisher

RENT = "EXTINGUISHER_RENT"
GONE = (ExtinguisherHire.Condition.DAMAGED, ExtinguisherHire.Condition.LOST)
MOST_SHOWN = 200


def in_store(fitout: Fitout) -> Any:
    """What can be handed out to a site."""
    return Extinguisher.objects.filter(building=fitout.building_id, state=Extinguisher.State.IN_STORE).order_by("number")


def hire(fitout: Fitout, extinguisher: Extinguisher, *, spot: str = "", by: Any, at: dt.datetime) -> ExtinguisherHire:
    """Security hands out an extinguisher from the store. Raises Refused for one whose check is overdue."""
    with transaction.atomic():
        [fresh] = lock(fitout)
        if not access.may_guard(by, fresh):
            raise NotAllowed(_("Security hands out fire extinguishers."))
        if fresh.state in ENDED or extinguisher.building_id != fresh.building_id:
            raise Refused(_("Hire an extinguisher of this building to a fit-out that goes on."))
        if is_overdue(extinguisher, timezone.localdate(at)):
            values = {"number": extinguisher, "day": extinguisher.check_due_on}
            raise Refused(_("%(number)s should have been checked by %(day)s. Have it checked, or take another.") % values)
        premises.EXTINGUISHER_FLOW.take(extinguisher, "rent", by=by, at=at, rented_to=fresh.contractor.name)
        return ExtinguisherHire.objects.create(fitout=fresh, extinguisher=extinguisher, spot=spot, hired_at=at, hired_by=by)


def hire_all(fitout: Fitout, rows: Iterable[Extinguisher], *, spot: str, by: Any, at: dt.datetime) -> list[ExtinguisherHire]:
    """Hands out several: all or none."""
    with transaction.atomic():
        return [hire(fitout, row, spot=spot, by=by, at=at) for row in sorted(rows, key=lambda row: row.pk)]


def in_words(extinguisher: Extinguisher) -> str:
    return f"{extinguisher.number} · {extinguisher.get_kind_display()} {extinguisher.weight_kg.normalize():f} kg"


def is_overdue(extinguisher: Extinguisher, on: dt.date) -> bool:
    return extinguisher.check_due_on is not None and extinguisher.check_due_on < on


def take_back(row: ExtinguisherHire, *, condition: str, by: Any, at: dt.datetime, price: Decimal | None = None) -> ExtinguisherHire:
    """An extinguisher comes back: into the store, or out of use when it is damaged or lost; with a price that is damage."""
    with transaction.atomic():
        lock(row.fitout)
        [fresh] = lock(row)
        if not access.may_guard(by, fresh.fitout):
            raise NotAllowed(_("Security takes fire extinguishers back."))
        if fresh.returned_at:
            raise Refused(_("It is returned already."))
        gone, reason = condition in GONE, str(ExtinguisherHire.Condition(condition).label)
        premises.EXTINGUISHER_FLOW.take(fresh.extinguisher, "retire" if gone else "give_back", by=by, at=at, note=reason if gone else "")
        fresh.returned_at, fresh.returned_to, fresh.condition = at, by, condition
        fresh.save(update_fields=["returned_at", "returned_to", "condition"])
        if gone and price:
            what = f"{_('Fire extinguisher')} {fresh.extinguisher.number}: {reason}"
            inspections.price_damage(Damage(fitout=fresh.fitout, what=what, spot=fresh.spot, quantity=1, unit_price=price), by=by)
    return fresh  # type: ignore[no-any-return]


def unbilled(fitout: Fitout) -> Any:
    """Hired ones whose rent is in no standing payment notice."""
    return fitout.hires.filter(Q(bill=None) | Q(bill__state=Bill.State.VOID))


def bill_rent(fitout: Fitout, *, by: Any, at: dt.datetime) -> Bill | None:
    """Bills the rent of what was hired since, by the price list, once a piece; with the deposit if the house asks for one."""
    with transaction.atomic():
        [fresh] = lock(fitout)
        if not access.may_register_workers(by, fresh):
            raise NotAllowed(_("Customer service or security bills the rent."))
        rows, on = list(unbilled(fresh)), timezone.localdate(at)
        if not rows:
            return None
        terms = access.terms_of(fresh.building_id)
        price = billing.priced(fresh.building_id, RENT, on)
        line = billing.Line(
            kind=price.kind, quantity=Decimal(len(rows)), unit_price=price.unit_price, due_on=on + dt.timedelta(days=terms.pay_days),
            text=price.kind.name_zh, unit=fresh.unit,
        )  # fmt: skip
        made = fees.bill(fresh, FitoutBill.Purpose.EXTINGUISHERS, [line], by=by, at=at)
        for row in rows:
            row.bill = made
            row.save(update_fields=["bill"])
        passes.ask_deposit(fresh, DepositKind.EXTINGUISHER, terms.extinguisher_deposit * len(rows), made, by=by, at=at)
    return made


def counted(fitout: Fitout) -> tuple[int, int]:
    """(needed by the floor area, there): hired ones that stand there and the contractor's own."""
    return access.extinguishers_needed(fitout), fitout.hires.filter(returned_at=None).count() + fitout.own_extinguishers
