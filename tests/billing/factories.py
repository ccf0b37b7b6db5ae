"""A tenant with money matters, made by the services that make them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone

from billing import services as billing
from billing.models import BillRun, Charge, ChargeKind, Deposit, LeaseFee, Price, Receipt
from billing.services import runs
from tenants.models import Tenant
from tests.tenants.factories import a_lease, a_tenant

TODAY = dt.date(2026, 11, 23)


def a_stamp(cast: Any, **values: Any) -> billing.Stamp:
    return billing.Stamp(**{"by": cast.cashier, "at": timezone.now(), "on": TODAY, **values})


def a_kind(code: str = "OTHER") -> ChargeKind:
    return ChargeKind.objects.get(code=code)


def a_line(amount: str = "100.00", *, code: str = "OTHER", due_on: dt.date = TODAY, **values: Any) -> billing.Line:
    return billing.Line(kind=a_kind(code), quantity=Decimal(1), unit_price=Decimal(amount), due_on=due_on, **values)


def a_charge(cast: Any, tenant: Tenant, amount: str = "100.00", **values: Any) -> Charge:
    [charge] = billing.charge(tenant, [a_line(amount, **values)], a_stamp(cast))
    return charge


def a_receipt(cast: Any, tenant: Tenant, amount: str = "100.00", **values: Any) -> Receipt:
    return billing.receive(tenant, Decimal(amount), values.pop("method", "CASH"), a_stamp(cast), **values)


def a_deposit(cast: Any, tenant: Tenant, amount: str = "1000.00", *, kind: str = "LEASE", taken: bool = True, **values: Any) -> Deposit:
    deposit = billing.expect(tenant, kind, Decimal(amount), a_stamp(cast), **values)
    if taken:
        a_receipt(cast, tenant, amount, deposits={deposit: Decimal(amount)}, picks={})
        deposit.refresh_from_db()
    return deposit


def a_price(building: Any, code: str, unit_price: str, starts_on: dt.date = dt.date(2026, 1, 1)) -> Price:
    return Price.objects.create(building=building, kind=a_kind(code), unit_price=Decimal(unit_price), starts_on=starts_on)


def a_run(cast: Any, building: Any, month: dt.date = dt.date(2026, 11, 1)) -> BillRun:
    return runs.open_run(building, month, by=cast.cashier, on=TODAY)


def a_fee(cast: Any, building: Any) -> LeaseFee:
    return LeaseFee.objects.create(lease=a_lease(cast, building), kind=a_kind("RENT"), unit_price=Decimal("150"), starts_on=TODAY)


FACTORIES: dict[str, Any] = {"billing.BillRun": a_run}


def _with_tenant(cast: Any, building: Any) -> dict[str, int]:
    return {"pk": a_run(cast, building).pk, "tenant": a_tenant(cast, building).pk}


ARGUMENTS: dict[str, Any] = {
    "billing:price_strike": lambda cast, building: {"pk": a_price(building, "WATER", "5").pk},
    "billing:charge_kind_edit": lambda cast, building: {"pk": a_kind("WATER").pk},
    "billing:lease_fees": lambda cast, building: {"pk": a_lease(cast, building).pk},
    "billing:lease_fee_new": lambda cast, building: {"pk": a_lease(cast, building).pk},
    "billing:lease_fee_edit": lambda cast, building: {"pk": a_fee(cast, building).pk},
    "billing:terms": lambda cast, building: {"pk": building.pk},
    "billing:bill_run_exclude": _with_tenant,
    "billing:bill_run_include": _with_tenant,
    "billing:charge_credit": lambda cast, building: {"pk": a_charge(cast, a_tenant(cast, building)).pk},
}
# What may be charged is the same in every building.
OPEN_TO_ALL = {"billing:charge_kind_edit"}


def something_to_bill(cast: Any, building: Any) -> dict[str, Any]:
    """A lease with an agreed rent, so that the run of the month can be issued."""
    LeaseFee.objects.create(lease=a_lease(cast, building), kind=a_kind("RENT"), unit_price=Decimal("150"), starts_on=dt.date(2026, 1, 1))
    for kind in ChargeKind.objects.filter(every_lease=True):
        a_price(building, kind.code, "1")
    return {}


# Address of a form → what somebody types into it, beside what the page filled in.
FORMS: dict[str, Any] = {
    "billing:bill_run_new": lambda cast, building: {"building": building.pk, "month": "2026-11-01"},
    "billing:bill_run_exclude": lambda cast, building: {"note": "合同另议"},
    "billing:bill_run_step": something_to_bill,
    "billing:charge_credit": lambda cast, building: {"amount": "10.00", "note": "多收"},
    "billing:charge_kind_edit": lambda cast, building: {"note": "按表计量"},
    "billing:charge_kind_new": lambda cast, building: {
        "code": "GYM", "name_zh": "健身房", "name_en": "Gym", "group": "SERVICE", "basis": "PER_MONTH",
    },
    "billing:lease_fee_edit": lambda cast, building: {"unit_price": "160"},
    "billing:lease_fee_new": lambda cast, building: {"kind": a_kind("RENT").pk, "unit_price": "150"},
    "billing:price_new": lambda cast, building: {"building": building.pk, "kind": a_kind("WATER").pk, "unit_price": "5"},
    "billing:price_strike": lambda cast, building: {},
    "billing:terms": lambda cast, building: {"due_day": "20"},
}  # fmt: skip
