"""A waiver is signed within one's limit, else by who holds it, or on oral consent to be countersigned (article 5)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from billing.models import Waiver
from billing.services import ledger, waivers
from billing.services.ledger import Stamp
from core import signing
from core.flow import Flow, Role, Step
from core.models import SignOff
from staff.access import FINANCE, FINANCE_HEAD, PROPERTY_MANAGER, SERVICE

W = Waiver.State
T = gettext_lazy


def signs(user: Any, waiver: Any) -> bool:
    return isinstance(waiver, Waiver) and waivers.may_sign(user, waiver)


def signs_own(user: Any, waiver: Any) -> bool:
    return signs(user, waiver) and waiver.created_by_id == user.pk


LIMIT_HOLDER = Role("WAIVER_LIMIT", T("who may waive that much"), T("Management"), signs)
WITHIN_LIMIT = Role("WAIVER_OWN_LIMIT", T("who asked, within their own limit"), T("Customer service"), signs_own)


def said(waiver: Waiver) -> str:
    """What is consented to, word by word."""
    return f"{waiver.number} {waiver.tenant.name} {waiver.charge_id} {waiver.kind} {waiver.amount} {waiver.reason}"


PARTY = signing.Party("LIMIT_HOLDER", T("Management"), role=LIMIT_HOLDER)


def objects_to_it(user: Any, waiver: Any) -> bool:
    """True for who was asked to countersign and objected instead."""
    if not isinstance(waiver, Waiver):
        return False
    return signing.signoffs(waiver).filter(user=user, verdict=SignOff.Verdict.RETURNED).exists()


OBJECTOR = Role("WAIVER_OBJECTOR", T("who objects to the oral consent"), T("Management"), objects_to_it)


def page_of(waiver: Waiver) -> str:
    return reverse("billing:waiver_detail", args=[waiver.pk])


def book(waiver: Waiver, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    stamp = Stamp(by=by, at=at, on=timezone.localdate(at), memo=waiver.number, record=waiver, key=f"waiver:{waiver.pk}")
    waiver.entry, waiver.signed_by = waivers.book(waiver, stamp), by
    return ["entry", "signed_by"]


def book_on_consent(waiver: Waiver, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    """Whoever consented answers for it; the history says who carried it out."""
    fields = book(waiver, by=by, at=at, note=note)
    waiver.signed_by = signing.signoffs(waiver).get(document="waiver").user
    return fields


def take_back(waiver: Waiver, *, by: Any, at: dt.datetime, note: str) -> None:
    if waiver.entry:
        ledger.reverse(waiver.entry, Stamp(by=by, at=at, on=timezone.localdate(at), memo=waiver.number, record=waiver))


WAIVER_FLOW = Flow(
    "billing.Waiver",
    T("Waiver"),
    W,
    Step("sign_alone", W.WAITING, W.APPROVED, WITHIN_LIMIT, [], "R5a.s2-1", label=T("Sign it myself"), effect=book),
    Step("approve", W.WAITING, W.APPROVED, LIMIT_HOLDER, [], "R5a.s2-2", label=T("Approve the waiver"), effect=book, approval=True),
    Step("return_request", W.WAITING, W.RETURNED, LIMIT_HOLDER, [], "R5a.s2-2", label=T("Return it"), tone="secondary", asks_reason=True,
         approval=True),
    Step("carry_out", W.WAITING, W.APPROVED, (SERVICE, FINANCE), [signing.needs_consent("waiver", page_of)],
         "R5a.s2-2", label=T("Carry out on oral consent"), tone="secondary", effect=book_on_consent),
    Step("withdraw", W.WAITING, W.WITHDRAWN, (SERVICE, FINANCE), [], "R5a.s2-2", label=T("Withdraw it"), tone="danger", asks_reason=True),
    Step("take_back", W.APPROVED, W.REVERSED, (FINANCE_HEAD, PROPERTY_MANAGER, OBJECTOR), [], "R5a.s2-2", label=T("Take the waiver back"),
         tone="danger", asks_reason=True, effect=take_back),
)  # fmt: skip


def reverse_it(waiver: Waiver, by: Any, at: dt.datetime, note: str) -> None:
    """An objection reverses what was waived on oral consent; one that was not carried out yet lacks its consent again."""
    if waiver.state == W.APPROVED:
        WAIVER_FLOW.take(waiver, "take_back", by=by, at=at, note=note)


CONSENT = signing.Document("waiver", T("Consent to the waiver"), (PARTY,), said, oral=True, objected=reverse_it)
signing.register(Waiver, CONSENT)
