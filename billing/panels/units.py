"""Money on the pages of others: arrears on the stacking plan and on a unit, and the desk of finance."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Sum, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing import access
from billing.services import accounts
from core import health, panels
from tenants.models import Lease

ARREARS = panels.Flag("arrears", "$", gettext_lazy("Arrears"))


def arrears_of_units(unit_ids: Sequence[int], user: Any) -> tuple[panels.Flag, Any] | None:
    """Units whose tenant is in arrears, for who sees money."""
    if not access.may_see_money(user):
        return None
    today = timezone.localdate()
    renting = Lease.objects.in_force(today).filter(unit__in=unit_ids)
    late = access.charges(user).overdue(today).filter(tenant=OuterRef("tenant"))
    return ARREARS, renting.filter(Exists(late))


panels.contribute("unit.flags", arrears_of_units)


def unit_money(request: Any, unit: Any) -> tuple[str, dict[str, Any]] | None:
    """What was charged for a unit, and how its tenant stands; nothing for a unit that never was charged for or let."""
    lease = Lease.objects.in_force(timezone.localdate()).filter(unit=unit).select_related("tenant").first()
    mine = access.charges(request.user).filter(unit=unit)
    charges = list(mine.order_by("-due_on", "-pk")[:10])
    if lease is None and not charges:
        return None
    return "billing/unit_money.html", {
        "tenant": lease.tenant if lease else None,
        "standing": accounts.standing(lease.tenant, timezone.localdate()) if lease else None,
        "unpaid": mine.unpaid().aggregate(sum=Sum("outstanding"))["sum"] or Decimal(0),
        "unit_charges": charges,
    }


panels.register("unit", "money", gettext_lazy("Money"), unit_money, order=40, may=access.may_see_money)


def on_the_plan(request: Any, unit: Any) -> tuple[str, dict[str, Any]] | None:
    """Beside the stacking plan: the arrears of the tenant alone."""
    lease = Lease.objects.in_force(timezone.localdate()).filter(unit=unit).select_related("tenant").first()
    if lease is None:
        return None
    return "billing/on_a_call.html", {"tenant": lease.tenant, "standing": accounts.standing(lease.tenant, timezone.localdate())}


panels.register("unit.brief", "money", gettext_lazy("Money"), on_the_plan, order=40, may=access.may_see_money)


def _counts(lists: Sequence[tuple[str, str, Any, str]]) -> dict[int, int]:
    """Place in the list → how many records are in its state; one query."""
    counted = [
        rows.filter(state=state).order_by().values(place=Value(place)).annotate(n=Count("pk")).values_list("place", "n")
        for place, (_label, _name, rows, state) in enumerate(lists)
    ]
    return dict(counted[0].union(*counted[1:], all=True))


def finance_desk(request: Any, user: Any) -> tuple[str, dict[str, Any]]:
    """What finance looks at first: what waits, what is overdue, and whether the books hold. Each figure is its list's length."""
    late = access.charges(user).overdue(timezone.localdate())
    overdue = late.order_by().aggregate(sum=Sum("outstanding"), debtors=Count("tenant", distinct=True))
    lists = [
        (_("Refunds to pay"), "billing:refund_list", access.refunds(user), "APPROVED"),
        (_("Cash counts to accept"), "billing:cash_count_list", access.cash_counts(user), "HANDED_OVER"),
        (_("Invoices to issue"), "billing:invoice_list", access.invoices(user), "REQUESTED"),
        (_("Reminders to send"), "billing:reminder_list", access.reminders(user), "TO_SEND"),
        (_("Broken promises"), "billing:promise_list", access.promises(user), "BROKEN"),
    ]
    counts = _counts(lists)
    lines = [(label, f"{reverse(name)}?state={state}", counts.get(place, 0)) for place, (label, name, _rows, state) in enumerate(lists)]
    return "billing/finance_desk.html", {"lines": lines, "overdue": overdue, "books": health.kept("books")}


panels.register("desk", "finance", gettext_lazy("Finance"), finance_desk, order=20, may=access.may_take_money)
