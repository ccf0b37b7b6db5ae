"""What a fit-out pays: its fees by the schedule, its deposits, and what is taken from them in the end (manual 3.2.4-1.3, -5.4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from billing import services as billing
from billing.models import Bill, Charge, ChargeKind, DepositKind
from core.database import lock
from core.flow import Refused
from core.money import round_fen
from fitout import access
from fitout.models import FeeRule, Fitout, FitoutBill

Purpose = FitoutBill.Purpose


@dataclass(frozen=True)
class Fee:
    """A line of the schedule as it applies to one fit-out, yuan."""

    rule: FeeRule
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal

    @property
    def is_deposit(self) -> bool:
        return bool(self.rule.deposit_kind)

    @property
    def payer(self) -> str:
        return str(self.rule.get_payer_display())


def schedule(fitout: Fitout, on: dt.date) -> list[Fee]:
    """What the Fit-out Fee Schedule asks of a fit-out on a day. Raises Refused where the price list has no price."""
    rules = FeeRule.objects.filter(Q(building=None) | Q(building=fitout.building_id), is_active=True)
    return [_fee(rule, fitout, on) for rule in rules.select_related("charge_kind").order_by("position", "pk")]


def _fee(rule: FeeRule, fitout: Fitout, on: dt.date) -> Fee:
    quantity = fitout.area_m2 if rule.by == FeeRule.By.AREA else Decimal(1)
    rate = rule.rate
    if rate is None:
        rate = billing.priced(fitout.building_id, rule.charge_kind.code if rule.charge_kind else "", on).unit_price
    return Fee(rule, quantity, rate, max(round_fen(quantity * rate), rule.least))


def ask(fitout: Fitout, *, by: Any, at: dt.datetime, payer_account: str = "") -> Bill | None:
    """Bills the fees and asks for the deposits, once: what stands already is not asked for again.

    The deposit's payer is the contractor or the tenant, as the schedule says; the refund goes back to them only.
    """
    on = timezone.localdate(at)
    with transaction.atomic():
        [fresh] = lock(fitout)
        due_on = on + dt.timedelta(days=access.terms_of(fresh.building_id).pay_days)
        fees = schedule(fresh, on)
        bill = _bill_fees(fresh, [fee for fee in fees if not fee.is_deposit], by=by, at=at, due_on=due_on)
        _ask_deposits(fresh, [fee for fee in fees if fee.is_deposit], by=by, at=at, due_on=due_on, payer_account=payer_account)
    fitout.deposit = fresh.deposit
    return bill


def _stamp(fitout: Fitout, key: str | None, *, by: Any, at: dt.datetime) -> billing.Stamp:
    return billing.Stamp(by=by, at=at, on=timezone.localdate(at), memo=fitout.number, record=fitout, key=key)


def _bill_fees(fitout: Fitout, fees: Sequence[Fee], *, by: Any, at: dt.datetime, due_on: dt.date) -> Bill | None:
    if access.standing_bills(fitout, Purpose.FEES).exists() or not any(fee.amount > 0 for fee in fees):
        return None
    lines = [_line(fitout, fee, due_on) for fee in fees if fee.rule.charge_kind is not None]
    return bill(fitout, Purpose.FEES, lines, by=by, at=at, due_on=due_on)


def _line(fitout: Fitout, fee: Fee, due_on: dt.date) -> billing.Line:
    kind: Any = fee.rule.charge_kind
    return billing.Line(
        kind=kind, quantity=fee.quantity, unit_price=fee.unit_price, amount=fee.amount, due_on=due_on, text=kind.name_zh, unit=fitout.unit
    )


def bill(fitout: Fitout, purpose: str, lines: Iterable[billing.Line], *, by: Any, at: dt.datetime, due_on: dt.date | None = None) -> Bill:
    """A payment notice that this fit-out causes, for one purpose."""
    due_on = due_on or timezone.localdate(at) + dt.timedelta(days=access.terms_of(fitout.building_id).pay_days)
    stamp = _stamp(fitout, None, by=by, at=at)
    title = f"{Purpose(purpose).label} {fitout.number}"
    made = billing.issue_bill(fitout.tenant, list(lines), stamp, due_on=due_on, title=title)
    FitoutBill.objects.create(fitout=fitout, bill=made, purpose=purpose)
    return made


def _ask_deposits(fitout: Fitout, fees: Sequence[Fee], *, by: Any, at: dt.datetime, due_on: dt.date, payer_account: str) -> None:
    there = set(access.deposits(fitout).values_list("kind", flat=True))
    for fee in fees:
        if fee.rule.deposit_kind in there or fee.amount <= 0:
            continue
        payer = fitout.contractor.name if fee.rule.payer == FeeRule.Payer.CONTRACTOR else fitout.tenant.name
        made = billing.expect(
            fitout.tenant,
            fee.rule.deposit_kind,
            fee.amount,
            _stamp(fitout, None, by=by, at=at),
            payer=payer,
            payer_account=payer_account,
            due_on=due_on,
            unit=fitout.unit,
            note=fitout.number,
        )
        if fee.rule.deposit_kind == DepositKind.FIT_OUT:
            fitout.deposit = made
            fitout.save(update_fields=["deposit"])


def take_from_deposit(fitout: Fitout, amount: Decimal, kind_code: str, why: billing.Why, *, by: Any, at: dt.datetime) -> Charge:
    """Keeps part of what is held of the fit-out deposit. Raises Refused when less is held."""
    kind = ChargeKind.objects.get(code=kind_code)
    deposit = next((row for row in access.works_deposits(fitout) if row.held >= amount), None)
    if deposit is None:
        values = {"amount": amount, "held": access.held(fitout)}
        raise Refused(_("%(amount)s yuan can't be deducted: %(held)s are held of the fit-out deposit.") % values)
    return billing.deduct(deposit, amount, kind, _stamp(fitout, None, by=by, at=at), why)


def deduct_damage(fitout: Fitout, *, by: Any, at: dt.datetime) -> Decimal:
    """Deducts each damaged thing at its price from the deposit, once; how much in all."""
    total = Decimal(0)
    for damage in fitout.damages.filter(charge=None).select_related("photo").order_by("pk"):
        why = billing.Why(reason=damage.what, clause="3.2.4-5.4", photo=damage.photo)
        damage.charge = take_from_deposit(fitout, damage.amount, "COMPENSATION", why, by=by, at=at)
        damage.save(update_fields=["charge"])
        total += damage.amount
    return total


def release_deposits(fitout: Fitout, *, asked_by: Any, approved_by: Any, at: dt.datetime) -> None:
    """Asks for the refund of what is held, approved by the property manager's signature: the cashier pays it (manual 3.2.4-5.5)."""
    for deposit in access.works_deposits(fitout).filter(held__gt=0):
        billing.release(deposit, asked_by=asked_by, approved_by=approved_by, at=at, reason=fitout.number)
