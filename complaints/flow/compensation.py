"""A compensation is signed within one's limit, else by who holds it, or on oral consent; then it is handed over (article 5)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from complaints.models import Compensation
from complaints.services import compensations
from core import signing
from core.flow import Flow, Role, Step
from core.models import SignOff
from staff.access import SERVICE

T = gettext_lazy

C = Compensation.State


def signs(user: Any, record: Any) -> bool:
    return isinstance(record, Compensation) and compensations.may_sign(user, record)


def signs_own(user: Any, record: Any) -> bool:
    return isinstance(record, Compensation) and record.created_by_id == getattr(user, "pk", None) and signs(user, record)


LIMIT_HOLDER = Role("COMPENSATION_LIMIT", T("who may compensate that much"), T("Management"), signs)
WITHIN_LIMIT = Role("COMPENSATION_OWN_LIMIT", T("who asked, within their own limit"), T("Customer service"), signs_own)


def page(record: Compensation) -> str:
    return reverse("complaints:compensation_detail", args=[record.pk])


def approve(record: Compensation, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    record.approved_by = by
    return ["approved_by"]


def approve_on_consent(record: Compensation, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    """Whoever consented answers for it."""
    record.approved_by = signing.signoffs(record).get(document="compensation").user
    return ["approved_by"]


def give(record: Compensation, *, by: Any, at: dt.datetime, note: str, received_by: str) -> list[str]:
    """A gift is handed over, money is credited to the tenant in the books; whoever took it or was told is named."""
    compensations.into_books(record, by=by, at=at)
    record.received_by, record.given_at = received_by, at
    return ["received_by", "given_at"]


def objects_to_it(user: Any, record: Any) -> bool:
    """True for who was asked to countersign and objected instead."""
    if not isinstance(record, Compensation) or user is None:
        return False
    return signing.signoffs(record).filter(user=user, verdict=SignOff.Verdict.RETURNED).exists()


OBJECTOR = Role("COMPENSATION_OBJECTOR", T("who objects to the oral consent"), T("Management"), objects_to_it)

COMPENSATION_FLOW = Flow(
    "complaints.Compensation",
    T("Gift or compensation"),
    C,
    Step("sign_alone", C.WAITING, C.APPROVED, WITHIN_LIMIT, [], "R5a.s2-1", label=T("Sign it myself"), effect=approve),
    Step("approve", C.WAITING, C.APPROVED, LIMIT_HOLDER, [], "R5a.s2-2", label=T("Approve the compensation"), effect=approve,
         approval=True),
    Step("return_request", C.WAITING, C.RETURNED, LIMIT_HOLDER, [], "R5a.s2-2", label=T("Return it"), tone="secondary",
         asks_reason=True, approval=True),
    Step("carry_out", C.WAITING, C.APPROVED, SERVICE, [signing.needs_consent("compensation", page)], "R5a.s2-2",
         label=T("Carry out on oral consent"), tone="secondary", effect=approve_on_consent),
    Step("give", C.APPROVED, C.GIVEN, SERVICE, [], "R5a.3.b", label=T("Record that it was given"), effect=give),
    Step("withdraw", (C.WAITING, C.APPROVED), C.WITHDRAWN, (SERVICE, OBJECTOR), [], "R5a.s2-2", label=T("Withdraw it"),
         tone="danger", asks_reason=True),
)  # fmt: skip


def said(record: Compensation) -> str:
    """What is consented to, word by word."""
    return f"{record.number} {record.complaint.number} {record.kind} {record.item} {record.amount} {record.reason}"


def objected(record: Compensation, by: Any, at: dt.datetime, note: str) -> None:
    """What was only approved on oral consent is withdrawn again; what was handed over stays and is on record."""
    if record.state == C.APPROVED:
        COMPENSATION_FLOW.take(record, "withdraw", by=by, at=at, note=note)


signing.register(
    Compensation,
    signing.Document(
        "compensation",
        T("Consent to the compensation"),
        (signing.Party("LIMIT_HOLDER", T("Management"), role=LIMIT_HOLDER),),
        said,
        oral=True,
        objected=objected,
    ),
)
