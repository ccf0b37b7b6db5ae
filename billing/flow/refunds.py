"""A refund is asked for by one, approved by another, and paid once (manual 3.2.4-5.5, 3.13.4-4)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import DepositKind, Refund
from billing.services import deposits, refunds
from billing.services.ledger import Stamp
from core.flow import Blocked, Flow, Role, Step
from staff import access as staff
from staff.access import FINANCE, SERVICE

R = Refund.State
T = gettext_lazy


def approves(user: Any, refund: Any) -> bool:
    """The property manager for fit-out deposits, the head of finance for everything else."""
    is_fitout = getattr(refund, "deposit", None) is not None and refund.deposit.kind == DepositKind.FIT_OUT
    return (staff.PROPERTY_MANAGER if is_fitout else staff.FINANCE_HEAD).holds(user, refund)


APPROVER = Role("REFUND_APPROVER", T("the property manager (fit-out) or the head of finance"), T("Management"), approves)


def still_there(refund: Refund) -> str | None:
    left = refunds.available(refund)
    return _("Only %(amount)s can be refunded.") % {"amount": left} if refund.amount > left else None


def deposit_is_free(refund: Refund) -> Blocked | None:
    """Whatever left the deposit is settled: of a fit-out's, the property manager has accepted the completion (manual 3.2.4-5.5)."""
    return deposits.blocked(refund.deposit) if refund.deposit else None


def approval_holds(refund: Refund) -> str | None:
    if refund.deposit and refund.deposit.held != refund.held_at_approval:
        return _("What is held has changed since the approval. Ask for it again.")
    return None


def note_approval(refund: Refund, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    refund.approved_by, refund.held_at_approval = by, refunds.available(refund)
    return ["approved_by", "held_at_approval"]


def forget_approval(refund: Refund, *, by: Any, at: dt.datetime, note: str = "") -> list[str]:
    refund.approved_by, refund.held_at_approval = None, None
    return ["approved_by", "held_at_approval"]


def pay_out(refund: Refund, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    stamp = Stamp(by=by, at=at, on=timezone.localdate(at), memo=refund.number, record=refund, key=f"refund:{refund.pk}")
    refund.entry = refunds.pay(refund, stamp)
    return ["entry"]


REFUND_FLOW = Flow(
    "billing.Refund",
    T("Refund"),
    R,
    Step("approve", R.REQUESTED, R.APPROVED, APPROVER, [deposit_is_free, still_there], "M3.2.4-5.5", label=T("Approve the refund"),
         effect=note_approval, undo=forget_approval, approval=True),
    Step("return_request", R.REQUESTED, R.RETURNED, APPROVER, [], "M3.2.4-5.5", label=T("Return it"), tone="secondary", asks_reason=True,
         approval=True),
    Step("pay", R.APPROVED, R.PAID, FINANCE, [deposit_is_free, approval_holds, still_there], "M3.13.4-4", label=T("Pay the refund"),
         effect=pay_out, confirm=T("The money leaves the house now and this can't be taken back.")),
    Step("ask_again", R.APPROVED, R.REQUESTED, FINANCE, [], "M3.13.4-4", label=T("Ask for approval again"), tone="secondary",
         effect=forget_approval),
    Step("withdraw", (R.REQUESTED, R.APPROVED), R.WITHDRAWN, (FINANCE, SERVICE), [], "M3.13.4-4", label=T("Withdraw it"), tone="danger",
         asks_reason=True),
)  # fmt: skip
