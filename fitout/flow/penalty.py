"""The life of a penalty: asked for by who found the breach, decided by a head, deducted from the fit-out deposit once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from billing import services as billing
from core import notices
from core.flow import Blocked, Flow, Role, Step
from fitout import access
from fitout.models import Breach, Penalty
from fitout.services import breaches, fees
from staff.access import ENGINEERING_HEAD, SECURITY_HEAD, SERVICE_HEAD
from staff.services import tell_department

S = Penalty.State
T = gettext_lazy
HEADS = (SERVICE_HEAD, ENGINEERING_HEAD, SECURITY_HEAD)
# The charge kind of the books; the deposit says by itself that it was the fit-out's.
CHARGED_AS = "PENALTY"
DEDUCTED = gettext_noop("%(number)s: %(amount)s yuan were deducted from the fit-out deposit of %(fitout)s.")
NOT_IMPOSED = gettext_noop("%(number)s was not imposed: %(fitout)s.")


def _asked(user: Any, record: Any) -> bool:
    return isinstance(record, Penalty) and user is not None and record.created_by_id == user.pk and access.may_inspect(user, record)


REQUESTER = Role("PENALTY_REQUESTER", T("who asked for the penalty"), T("The department"), _asked)


def breach_stands(penalty: Penalty) -> Blocked | None:
    breach = penalty.breach
    if breach.state != Breach.State.WITHDRAWN:
        return None
    return Blocked(_("The breach %(number)s was withdrawn.") % {"number": breach}, breaches.page(breach, "breach"))


def deposit_covers_it(penalty: Penalty) -> Blocked | None:
    """One deposit holds as much: more than is held can't be deducted."""
    fitout = penalty.breach.fitout
    if any(row.held >= penalty.amount for row in access.works_deposits(fitout)):
        return None
    values = {"amount": penalty.amount, "held": access.held(fitout)}
    text = _("%(amount)s yuan can't be deducted: %(held)s are held of the fit-out deposit.") % values
    return Blocked(text, breaches.page(fitout, "fitout"))


def impose(penalty: Penalty, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    """Deducts it by contract, with the reason, the clause of the penalty rules and the photo of the breach."""
    photo = penalty.breach.photos.select_related("file").first()
    why = billing.Why(
        reason=f"{penalty.number} {penalty.reason}"[:200],
        clause=penalty.clause,
        photo=photo.file if photo else None,
    )
    penalty.charge = fees.take_from_deposit(penalty.breach.fitout, penalty.amount, CHARGED_AS, why, by=by, at=at)
    penalty.decided_by = by
    return ["charge", "decided_by"]


def return_penalty(penalty: Penalty, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    penalty.decided_by = by
    return ["decided_by"]


def tell_of_deduction(penalty: Penalty, *, by: Any, at: dt.datetime) -> None:
    _tell_requester(penalty, DEDUCTED, by=by)
    departments = ["CUSTOMER_SERVICE", "FINANCE"]
    tell_department(departments, penalty.building_id, DEDUCTED, topic="fitout", record=penalty, values=_words(penalty), by=by)


def tell_of_return(penalty: Penalty, *, by: Any, at: dt.datetime) -> None:
    _tell_requester(penalty, NOT_IMPOSED, by=by)


def _tell_requester(penalty: Penalty, text: str, *, by: Any) -> None:
    asker = penalty.created_by
    if asker is not None and not access.may_manage(asker, penalty):
        notices.tell([asker], text, topic="fitout", record=penalty, values=_words(penalty), by=by)


def _words(penalty: Penalty) -> dict[str, str]:
    return {"number": penalty.number, "amount": f"{penalty.amount:,.2f}", "fitout": str(penalty.breach.fitout)}


PENALTY_FLOW = Flow(
    "fitout.Penalty",
    T("Fit-out penalty"),
    S,
    #    step              from         to            who        what must hold first                clause
    Step("impose", S.REQUESTED, S.DEDUCTED, HEADS, [breach_stands, deposit_covers_it], "M3.2.4-4.2.D",
         label=T("Deduct it from the deposit"), effect=impose, tell=tell_of_deduction, approval=True,
         confirm=T("The amount is deducted from the fit-out deposit at once, and can't be taken back.")),
    Step("return_penalty", S.REQUESTED, S.RETURNED, HEADS, [], "M3.2.4-4.2.D",
         label=T("Do not impose it"), tone="secondary", effect=return_penalty, tell=tell_of_return, asks_reason=True, approval=True),
    Step("withdraw", S.REQUESTED, S.WITHDRAWN, REQUESTER, [], "M3.2.4-4.2.D",
         label=T("Withdraw the request"), tone="danger", asks_reason=True),
)  # fmt: skip
