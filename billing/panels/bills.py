"""Payment notices as the product knows them, and a tenant's money on the pages of its file."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing import access
from billing.flow import BILL_FLOW
from billing.models import Bill
from billing.services import accounts
from core import kinds, notices, panels
from core.search import SearchWords

notices.name_topic("billing.bills", gettext_lazy("Payment notices"))


def bill_words(bill: Bill) -> SearchWords:
    return SearchWords(title=f"{bill.tenant} {bill.title}", subtitle=f"{bill.number} ¥{bill.amount}", number=bill.number)


kinds.register(
    Bill,
    rows=access.bills,
    title=gettext_lazy("Payment notice"),
    icon="receipt",
    url="billing:bill_detail",
    flow=BILL_FLOW,
    search=bill_words,
)


def money_tab(request: Any, tenant: Any) -> tuple[str, dict[str, Any]]:
    """What the tenant owes, has paid ahead and left as deposits, with its last notices, receipts and deposits."""
    user = request.user
    return "billing/tenant_tab.html", {
        "tenant": tenant,
        "standing": accounts.standing(tenant, timezone.localdate()),
        "today": timezone.localdate(),
        "charges": accounts.unpaid_by_bill(tenant)[:50],
        "bills": access.bills(user).filter(tenant=tenant)[:20],
        "receipts": access.receipts(user).filter(tenant=tenant)[:20],
        "deposits": access.deposits(user).filter(tenant=tenant)[:20],
        "may_take": access.may(user, access.CASHIERS, tenant),
        "reminders": list(access.reminders(user).filter(tenant=tenant)[:10]),
        "promises": list(access.promises(user).filter(tenant=tenant)[:5]),
        "may_chase": access.may(user, access.CHASERS, tenant),
        "may_bill": access.may(user, access.BILLERS, tenant),
    }


panels.register("tenant.tab", "money", gettext_lazy("Money"), money_tab, order=30, may=access.may_see_money)


def arrears_flag(tenant: Any, user: Any) -> list[tuple[str, Any, str]]:
    """The glance at the head of a tenant's file, for who sees money: what is overdue and for how long."""
    if not access.may_see_money(user):
        return []
    today = timezone.localdate()
    found = accounts.standing(tenant, today)
    if not found.overdue or found.overdue_since is None:
        return []
    text = _("Arrears ¥%(amount)s (%(days)d d)") % {"amount": f"{found.overdue:,.2f}", "days": (today - found.overdue_since).days}
    return [("D", text, reverse("tenants:tenant_tab", args=[tenant.pk, "money"]))]


panels.contribute("tenant.flags", arrears_flag)


def on_a_call(request: Any, tenant: Any) -> tuple[str, dict[str, Any]]:
    """What the front desk sees while the tenant is on the phone."""
    return "billing/on_a_call.html", {"tenant": tenant, "standing": accounts.standing(tenant, timezone.localdate())}


panels.register("call", "billing.arrears", gettext_lazy("Money"), on_a_call, order=20, may=access.may_see_money)


def books_stay(kept: Any, joined: Any) -> list[str]:
    """Entries are never changed, so a file with money can't be joined to another."""
    if not access.has_entries(joined):
        return []
    return [_("%(tenant)s has entries in the books, which never change. Keep that file and join the other one.") % {"tenant": joined.name}]


panels.contribute("tenant.merge_blockers", books_stay)
