"""A tenant with money matters, made by the services that make them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone

from billing import services as billing
from billing.models import Charge, ChargeKind, Deposit, Price, Receipt
from tenants.models import Tenant
from tests.tenants.factories import a_tenant

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


FACTORIES: dict[str, Any] = {}
ARGUMENTS: dict[str, Any] = {}
OPEN_TO_ALL: frozenset[str] = frozenset()
__all__ = ["a_tenant"]
