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
from core.flow import NotAllowed, Refused
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
    if rule.deposit_kind == DepositKind.FIT_OUT and fitout.agreed_deposit is not None:
        return Fee(rule, Decimal(1), fitout.agreed_deposit, fitout.agreed_deposit)
    quantity = fitout.area_m2 if rule.by == FeeRule.By.AREA else Decimal(1)
    rate = rule.rate
    if rate is None:
        rate = billing.priced(fitout.building_id, rule.charge_kind.code if rule.charge_kind else "", on).unit_price
    return Fee(rule, quantity, rate, max(round_fen(quantity * rate), rule.least))


def ask(fitout: Fitout, *, by: Any, at: dt.datetime, payer_account: str = "") -> list[Bill]:
    """Bills the fees, a notice a payer, and asks for the deposits, once: what stands already is not asked for again.

    The deposit's payer is the contractor or the tenant, as the schedule says; the refund goes back to them only.
    """
    on = timezone.localdate(at)
    with transaction.atomic():
        [fresh] = lock(fitout)
        if fresh.is_ended:
            raise Refused(_("This fit-out has ended."))
        due_on = on + dt.timedelta(days=access.terms_of(fresh.building_id).pay_days)
        fees = schedule(fresh, on)
        bills = _bill_fees(fresh, [fee for fee in fees if not fee.is_deposit], by=by, at=at, due_on=due_on)
        _ask_deposits(fresh, [fee for fee in fees if fee.is_deposit], by=by, at=at, due_on=due_on, payer_account=payer_account)
    fitout.deposit = fresh.deposit
    return bills


def _stamp(fitout: Fitout, key: str | None, *, by: Any, at: dt.datetime) -> billing.Stamp:
    return billing.Stamp(by=by, at=at, on=timezone.localdate(at), memo=fitout.number, record=fitout, key=key)


def _bill_fees(fitout: Fitout, fees: Sequence[Fee], *, by: Any, at: dt.datetime, due_on: dt.date) -> list[Bill]:
    if access.standing_bills(fitout, Purpose.FEES).exists():
        return []
    made = []
    for payer in FeeRule.Payer.values:
        lines = [_line(fitout, fee, due_on) for fee in fees if fee.rule.payer == payer and fee.rule.charge_kind and fee.amount > 0]
        if lines:
            made.append(bill(fitout, Purpose.FEES, lines, by=by, at=at, due_on=due_on, payer=payer))
    return made


def _line(fitout: Fitout, fee: Fee, due_on: dt.date) -> billing.Line:
    kind: Any = fee.rule.charge_kind
    return billing.Line(
        kind=kind, quantity=fee.quantity, unit_price=fee.unit_price, amount=fee.amount, due_on=due_on, text=kind.name_zh, unit=fitout.unit
    )


def bill(
    fitout: Fitout,
    purpose: str,
    lines: Iterable[billing.Line],
    *,
    by: Any,
    at: dt.datetime,
    due_on: dt.date | None = None,
    payer: str = FeeRule.Payer.CONTRACTOR,
) -> Bill:
    """A payment notice that this fit-out causes, for one purpose and payer; it stands on the tenant's account."""
    due_on = due_on or timezone.localdate(at) + dt.timedelta(days=access.terms_of(fitout.building_id).pay_days)
    stamp = _stamp(fitout, None, by=by, at=at)
    title = f"{Purpose(purpose).label} {fitout.number} {payer_name(fitout, payer)}"
    made = billing.issue_bill(fitout.tenant, list(lines), stamp, due_on=due_on, title=title)
    FitoutBill.objects.create(fitout=fitout, bill=made, purpose=purpose, payer=payer)
    return made


def payer_name(fitout: Fitout, payer: str) -> str:
    """The company that pays."""
    return fitout.contractor.name if payer == FeeRule.Payer.CONTRACTOR else fitout.tenant.name


def least_deposit(fitout: Fitout) -> Decimal:
    """The least fit-out deposit that the house accepts by the schedule, yuan."""
    rules = FeeRule.objects.filter(Q(building=None) | Q(building=fitout.building_id), is_active=True, deposit_kind=DepositKind.FIT_OUT)
    return max((rule.least for rule in rules), default=Decimal(0))


def agree_deposit(fitout: Fitout, *, amount: Decimal, reason: str, by: Any, at: dt.datetime) -> Fitout:
    """The customer service manager agrees another fit-out deposit than the schedule's, with the reason.

    One that was asked for already and is not paid is asked for anew. Raises Refused below the house's least and once it is paid.
    """
    with transaction.atomic():
        [fresh] = lock(fitout)
        if not access.may_lead(by, fresh):
            raise NotAllowed(_("The customer service manager agrees another deposit."))
        if fresh.is_ended:
            raise Refused(_("This fit-out has ended."))
        _check_deposit(amount, reason, least_deposit(fresh))
        fresh.agreed_deposit, fresh.agreed_deposit_reason, fresh.agreed_deposit_by = amount, reason.strip(), by
        fresh.save(update_fields=["agreed_deposit", "agreed_deposit_reason", "agreed_deposit_by"])
        _ask_anew(fresh, by=by, at=at)
    fitout.deposit = fresh.deposit
    return fresh


def _check_deposit(amount: Decimal, reason: str, least: Decimal) -> None:
    if not reason.strip():
        raise Refused(_("Give the reason."))
    if amount < least:
        raise Refused(_("The house holds at least %(least)s yuan for a fit-out.") % {"least": least})


def _ask_anew(fitout: Fitout, *, by: Any, at: dt.datetime) -> None:
    standing = list(access.works_deposits(fitout))
    if any(row.taken for row in standing):
        raise Refused(_("The fit-out deposit is paid already. Have it refunded or topped up at the counter first."))
    if not standing:
        return
    for row in standing:
        billing.cancel_deposit(row, by=by, at=at)
    on = timezone.localdate(at)
    due_on = max(on, *(row.due_on for row in standing))
    wanted = [fee for fee in schedule(fitout, on) if fee.rule.deposit_kind == DepositKind.FIT_OUT]
    _ask_deposits(fitout, wanted, by=by, at=at, due_on=due_on, payer_account=standing[0].payer_account)


def _ask_deposits(fitout: Fitout, fees: Sequence[Fee], *, by: Any, at: dt.datetime, due_on: dt.date, payer_account: str) -> None:
    there = set(access.deposits(fitout).values_list("kind", flat=True))
    for fee in fees:
        if fee.rule.deposit_kind in there or fee.amount <= 0:
            continue
        made = billing.expect(
            fitout.tenant,
            fee.rule.deposit_kind,
            fee.amount,
            _stamp(fitout, None, by=by, at=at),
            payer=payer_name(fitout, fee.rule.payer),
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
