"""A tenant with money matters, made by the services that make them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone

from billing import services as billing
from billing.flow import RECEIPT_FLOW
from billing.models import (
    Bill,
    BillRun,
    CashCount,
    Charge,
    ChargeKind,
    Deposit,
    DunningStep,
    Invoice,
    LeaseFee,
    Period,
    Postponement,
    Price,
    Promise,
    Receipt,
    Refund,
    Reminder,
    Waiver,
    WaiverLimit,
)
from billing.services import bills, cash_counts, invoices, postponements, refunds, reminders, runs, waivers
from staff.models import Department
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


def a_void(cast: Any, receipt: Receipt) -> Receipt:
    return RECEIPT_FLOW.take(receipt, "void", by=cast.cashier, at=timezone.now(), note="录入错误")


def a_deposit(cast: Any, tenant: Tenant, amount: str = "1000.00", *, kind: str = "LEASE", taken: bool = True, **values: Any) -> Deposit:
    deposit = billing.expect(tenant, kind, Decimal(amount), a_stamp(cast), **values)
    if taken:
        a_receipt(cast, tenant, amount, deposits={deposit: Decimal(amount)}, picks={})
        deposit.refresh_from_db()
    return deposit


def a_price(building: Any, code: str, unit_price: str, starts_on: dt.date = dt.date(2026, 1, 1)) -> Price:
    return Price.objects.create(building=building, kind=a_kind(code), unit_price=Decimal(unit_price), starts_on=starts_on)


def a_bill(cast: Any, tenant: Tenant, *lines: Any, due_on: dt.date = dt.date(2026, 12, 15), **values: Any) -> Bill:
    stamp = a_stamp(cast, **values)
    return bills.issue(tenant, lines or [a_line("100.00", text="更换门锁")], stamp, due_on=due_on, title="更换门锁")


def a_refund(cast: Any, deposit: Deposit, amount: str = "100.00", **values: Any) -> Refund:
    refund = Refund(tenant=deposit.tenant, deposit=deposit, amount=Decimal(amount), reason="装修验收合格", **values)
    return refunds.request(refund, by=cast.service_clerk, on=TODAY)


def a_waiver(cast: Any, charge: Charge, amount: str, *, kind: str = "PENALTY", by: Any = None) -> Waiver:
    waiver = Waiver(charge=charge, kind=kind, amount=Decimal(amount), reason="客户投诉属实")
    return waivers.ask(waiver, by=by or cast.service_clerk, on=TODAY)


def a_run(cast: Any, building: Any, month: dt.date = dt.date(2026, 11, 1)) -> BillRun:
    return runs.open_run(building, month, by=cast.cashier, on=TODAY)


def a_fee(cast: Any, building: Any) -> LeaseFee:
    return LeaseFee.objects.create(lease=a_lease(cast, building), kind=a_kind("RENT"), unit_price=Decimal("150"), starts_on=TODAY)


def an_invoice(cast: Any, tenant: Tenant, amount: str = "100.00", *, paid: bool = True, **values: Any) -> Invoice:
    """An invoice asked for; the money for it comes first."""
    if paid:
        a_receipt(cast, tenant, amount)
    wanted = Invoice(**{"tenant": tenant, "amount": Decimal(amount), "title": tenant.name, **values})
    return invoices.request(wanted, by=cast.service_clerk, on=TODAY)


def a_count(cast: Any, building: Any, *, by: Any = None, on: dt.date = TODAY, **values: Any) -> CashCount:
    """The drawer counted as the books expect it, in whole hundreds."""
    by = by or cast.cashier
    seen = cash_counts.cash_in(cash_counts.uncounted(by, building))
    pieces = values.pop("pieces", {"100": int(seen // 100)})
    return cash_counts.count(building, pieces, by=by, at=timezone.now(), on=on, seen=values.pop("seen", seen), **values)


def a_debtor(cast: Any, building: Any) -> Tenant:
    """A tenant with a charge three weeks overdue."""
    tenant = a_tenant(cast, building)
    a_charge(cast, tenant, "3360.00", due_on=dt.date(2026, 11, 1))
    return tenant


def a_reminder(cast: Any, tenant: Tenant, channel: str = "NOTICE") -> Reminder:
    return reminders.by_hand(tenant, channel, by=cast.service_clerk, on=timezone.localdate())


def a_promise(cast: Any, tenant: Tenant, amount: str = "1000.00") -> Promise:
    pay_by, at = timezone.localdate() + dt.timedelta(days=3), timezone.now()
    reminder = a_reminder(cast, tenant, "CALL")
    return reminders.promise(reminder, Decimal(amount), pay_by, promised_by="财务林经理", by=cast.service_clerk, at=at)


def a_postponement(cast: Any, tenant: Tenant) -> Postponement:
    bill = a_bill(cast, tenant)
    wanted = Postponement(bill=bill, pay_by=bill.due_on + dt.timedelta(days=20), reason="集团付款流程调整")
    return postponements.ask(wanted, by=cast.service_clerk, on=TODAY)


def a_batch(cast: Any, building: Any) -> dict[str, Any]:
    """Somebody waits on the first step after the due day."""
    a_debtor(cast, building)
    [made] = reminders.propose(building, dt.date(2026, 11, 2))
    return {"pk": made.step_id}


def _counted(cast: Any, building: Any) -> CashCount:
    a_receipt(cast, a_tenant(cast, building), "300.00")
    return a_count(cast, building)


FACTORIES: dict[str, Any] = {
    "billing.Invoice": lambda cast, building: an_invoice(cast, a_tenant(cast, building)),
    "billing.CashCount": _counted,
    "billing.BillRun": a_run,
    "billing.Receipt": lambda cast, building: a_receipt(cast, a_tenant(cast, building)),
    "billing.Deposit": lambda cast, building: a_deposit(cast, a_tenant(cast, building)),
    "billing.Refund": lambda cast, building: a_refund(cast, a_deposit(cast, a_tenant(cast, building), kind="FIT_OUT")),
    "billing.Waiver": lambda cast, building: a_waiver(cast, a_charge(cast, a_tenant(cast, building), "900.00"), "600.00"),
    "billing.Reminder": lambda cast, building: a_reminder(cast, a_debtor(cast, building)),
    "billing.Promise": lambda cast, building: a_promise(cast, a_debtor(cast, building)),
    "billing.Postponement": lambda cast, building: a_postponement(cast, a_tenant(cast, building)),
    "billing.Bill": lambda cast, building: a_bill(cast, a_tenant(cast, building)),
}


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
    "billing:statement": lambda cast, building: {"pk": a_tenant(cast, building).pk},
    "billing:deposit_deduct": lambda cast, building: {"pk": a_deposit(cast, a_tenant(cast, building)).pk},
    "billing:deposit_transfer": lambda cast, building: {"pk": a_deposit(cast, a_tenant(cast, building)).pk},
    "billing:deposit_settle": lambda cast, building: {"pk": a_deposit(cast, a_tenant(cast, building)).pk},
    "billing:deposit_cancel": lambda cast, building: {"pk": a_deposit(cast, a_tenant(cast, building), taken=False).pk},
    "billing:refund_new": lambda cast, building: {"pk": a_deposit(cast, a_tenant(cast, building)).pk},
    "billing:prepayment_refund_new": lambda cast, building: {"pk": a_tenant(cast, building).pk},
    "billing:waiver_new": lambda cast, building: {"pk": a_charge(cast, a_tenant(cast, building)).pk},
    "billing:waiver_limit_edit": lambda cast, building: {"pk": WaiverLimit.objects.get(rank="DEPUTY", kind="FEE").pk},
    "billing:contact_new": lambda cast, building: {"pk": a_debtor(cast, building).pk},
    "billing:postponement_new": lambda cast, building: {"pk": a_bill(cast, a_tenant(cast, building)).pk},
    "billing:reminder_batch": a_batch,
    "billing:dunning_step_edit": lambda cast, building: {"pk": DunningStep.objects.get(after_days=5).pk},
    "billing:period_close": lambda cast, building: {"pk": Period.objects.create(building=building, month=dt.date(2026, 10, 1)).pk},
    "billing:count_drawer": lambda cast, building: {"pk": building.pk},
    "billing:take": lambda cast, building: {"pk": a_tenant(cast, building).pk},
    "billing:use_prepayment": lambda cast, building: {"pk": a_tenant(cast, building).pk},
    "billing:charge_credit": lambda cast, building: {"pk": a_charge(cast, a_tenant(cast, building)).pk},
}
# What may be charged is the same in every building.
OPEN_TO_ALL = {"billing:charge_kind_edit", "billing:dunning_step_edit", "billing:reminder_batch", "billing:waiver_limit_edit"}


def something_to_bill(cast: Any, building: Any) -> dict[str, Any]:
    """A lease with an agreed rent, so that the run of the month can be issued."""
    LeaseFee.objects.create(lease=a_lease(cast, building), kind=a_kind("RENT"), unit_price=Decimal("150"), starts_on=dt.date(2026, 1, 1))
    for kind in ChargeKind.objects.filter(every_lease=True):
        a_price(building, kind.code, "1")
    return {}


def another_deposit(cast: Any, building: Any) -> dict[str, Any]:
    """A second deposit of the same tenant, to move money to."""
    first = Deposit.objects.get(building=building)
    return {"to": a_deposit(cast, first.tenant, kind="FIT_OUT", taken=False).pk, "amount": "100.00", "reason": "转作装修押金"}


def something_due(cast: Any, building: Any) -> dict[str, Any]:
    """A charge of the deposit's tenant, to settle from it."""
    charge = a_charge(cast, Deposit.objects.get(building=building).tenant)
    return {"charges": [charge.pk], "amount": "100.00", "reason": "退租结算"}


def money_paid_ahead(cast: Any, building: Any) -> dict[str, Any]:
    a_receipt(cast, Tenant.objects.get(building=building), "100.00")
    return {"amount": "50.00", "reason": "多付"}


def money_to_invoice(cast: Any, building: Any) -> dict[str, Any]:
    tenant = a_tenant(cast, building)
    a_receipt(cast, tenant, "100.00")
    return {"tenant": f"={tenant.pk}", "amount": "100.00", "title": tenant.name}


def a_limit(cast: Any, building: Any) -> dict[str, Any]:
    return {"department": Department.objects.get(code="SECURITY").pk, "rank": "HEAD", "kind": "FEE", "amount": "500"}


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
    "billing:bill_new": lambda cast, building: {
        "tenant": f"={a_tenant(cast, building).pk}", "kind": a_kind("PARKING").pk, "unit_price": "600", "text": "车位",
    },
    "billing:bill_step": lambda cast, building: {"note": "金额有异议"},
    "billing:cash_count_step": lambda cast, building: {},
    "billing:count_drawer": lambda cast, building: {},
    "billing:deposit_cancel": lambda cast, building: {},
    "billing:deposit_deduct": lambda cast, building: {"amount": "100.00", "kind": a_kind().pk, "reason": "损坏赔偿"},
    "billing:deposit_new": lambda cast, building: {"tenant": f"={a_tenant(cast, building).pk}", "kind": "FIT_OUT", "amount": "1000"},
    "billing:deposit_settle": something_due,
    "billing:deposit_transfer": another_deposit,
    "billing:invoice_new": money_to_invoice,
    "billing:invoice_step": lambda cast, building: {"invoice_number": "25112000000012345678", "note": "开具"},
    "billing:contact_new": lambda cast, building: {"channel": "CALL", "result": "REACHED", "spoke_to": "财务林经理"},
    "billing:dunning_step_edit": lambda cast, building: {"after_days": "7"},
    "billing:dunning_step_new": lambda cast, building: {"after_days": "20", "channel": "CALL", "who": "FINANCE"},
    "billing:period_close": lambda cast, building: {},
    "billing:postponement_new": lambda cast, building: {"reason": "集团付款流程调整"},
    "billing:postponement_step": lambda cast, building: {"note": "同意延期"},
    "billing:promise_step": lambda cast, building: {"note": "录入错误"},
    "billing:reminder_batch": lambda cast, building: {f"send_{Reminder.objects.get(building=building).pk}": "on"},
    "billing:reminder_step": lambda cast, building: {},
    "billing:prepayment_refund_new": money_paid_ahead,
    "billing:receipt_step": lambda cast, building: {"note": "录入错误"},
    "billing:refund_new": lambda cast, building: {"amount": "100.00", "reason": "退还"},
    "billing:refund_step": lambda cast, building: {},
    "billing:take": lambda cast, building: {"amount": "100.00"},
    "billing:use_prepayment": lambda cast, building: {},
    "billing:waiver_limit_edit": lambda cast, building: {"amount": "9000"},
    "billing:waiver_limit_new": a_limit,
    "billing:waiver_new": lambda cast, building: {"kind": "FEE", "amount": "50.00", "reason": "服务补偿"},
}  # fmt: skip
