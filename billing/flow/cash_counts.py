"""A cash count is handed over to finance, which accepts it or sends it back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy, gettext_noop

from billing.models import CashCount
from billing.services import cash_counts
from core import notices
from core.flow import Flow, Role, Step
from staff.access import FINANCE, FINANCE_HEAD
from staff.services import tell_department

C = CashCount.State
T = gettext_lazy


def _is_own(user: Any, count: Any) -> bool:
    return count is not None and getattr(user, "pk", None) == count.cashier_id and FINANCE.holds(user, count)


CASHIER = Role("CASHIER", T("the cashier who counted"), T("Finance"), _is_own, within=FINANCE)


def tell_finance(count: CashCount, *, by: Any, at: dt.datetime) -> None:
    text = gettext_noop("%(cashier)s hands over %(amount)s yuan of cash.")
    values = {"cashier": str(count.cashier), "amount": f"{count.counted:,.2f}"}
    tell_department("FINANCE", count.building_id, text, topic="billing.cash", record=count, values=values, by=by)


def tell_cashier(count: CashCount, *, by: Any, at: dt.datetime) -> None:
    text = gettext_noop("Your cash count %(number)s came back. Count again.")
    notices.tell([count.cashier], text, topic="billing.cash", record=count, values={"number": count.number}, by=by)


def recount(count: CashCount, *, by: Any, at: dt.datetime, note: str = "", reason: str = "", **faces: int) -> list[str]:
    pieces = cash_counts.pieces_from(faces)
    cash_counts.check_difference(cash_counts.worth(pieces), count.expected, reason)
    count.pieces, count.counted, count.reason, count.counted_at = pieces, cash_counts.worth(pieces), reason, at
    return ["pieces", "counted", "reason", "counted_at"]


def accept(count: CashCount, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    count.accepted_by, count.accepted_at = by, at
    return ["accepted_by", "accepted_at"]


COUNT_FLOW = Flow(
    "billing.CashCount",
    T("Cash count"),
    C,
    Step("hand_over", C.COUNTED, C.HANDED_OVER, CASHIER, [], "M3.12.4-4", label=T("Hand the cash over"), tell=tell_finance,
         confirm=T("The count can't be changed afterwards unless finance sends it back.")),
    Step("accept", C.HANDED_OVER, C.ACCEPTED, FINANCE_HEAD, [], "M3.12.4-4", label=T("Accept the cash"), effect=accept, approval=True),
    Step("send_back", C.HANDED_OVER, C.RETURNED, FINANCE_HEAD, [], "M3.12.4-4", label=T("Send it back"), tone="danger",
         asks_reason=True, approval=True, tell=tell_cashier),
    Step("recount", C.RETURNED, C.COUNTED, CASHIER, [], "M3.12.4-4", label=T("Count again"), effect=recount),
)  # fmt: skip
