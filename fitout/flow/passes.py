"""The life of a worker pass: applied for, paid, made by security, given back (manual 3.2.4-3.3)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import Bill, DepositKind, Receipt
from core import files
from core.flow import SYSTEM, Blocked, Flow, Refused, Step
from core.models import StoredFile
from fitout import access
from fitout.flow import gate
from fitout.flow import guards as g
from fitout.models import WorkerPass
from fitout.services import passes
from staff.access import SECURITY, SERVICE

S = WorkerPass.State
T = gettext_lazy
CERTIFIED = ("certificate_number", "certificate_until", "medical_until")


def fee_is_billed(row: WorkerPass) -> Blocked | None:
    if row.bill is not None and row.bill.state != Bill.State.VOID:
        return None
    return Blocked(_("The pass is not billed yet."), reverse("fitout:passes_bill", args=[row.fitout_id]))


def receipt_is_there(row: WorkerPass) -> Blocked | None:
    """A standing receipt pays for one more pass of this payment notice (manual 3.2.4-3.3.F2)."""
    if row.bill is None or passes.places(row.bill):
        return None
    there = reverse("billing:take", args=[row.fitout.tenant_id])
    if row.bill.outstanding:
        return Blocked(_("The cashier has not been paid for %(bill)s.") % {"bill": row.bill}, there)
    return Blocked(_("Every receipt of %(bill)s has served as many passes as it paid for.") % {"bill": row.bill}, there)


def deposit_is_held(row: WorkerPass) -> Blocked | None:
    owing = [each for each in access.deposits(row.fitout).filter(kind=DepositKind.PASS) if each.taken < each.amount_due]
    text = _("The pass deposit is not paid yet: %(names)s.") % {"names": g.names(owing)}
    return Blocked(text, reverse("billing:take", args=[row.fitout.tenant_id])) if owing else None


def is_off_site(row: WorkerPass) -> Blocked | None:
    if not row.entries.open().exists():
        return None
    return Blocked(_("%(name)s is still on site. Let them out first.") % {"name": row.name}, reverse("fitout:gate_pass", args=[row.pk]))


def has_run_out(row: WorkerPass) -> str | None:
    return None if row.valid_until < timezone.localdate() else _("It has not run out yet.")


def make(
    row: WorkerPass, *, by: Any, at: dt.datetime, note: str, receipt: Receipt, photo: StoredFile, certificate: StoredFile | None = None,
    **told: Any,
) -> list[str]:  # fmt: skip
    """The pass is made on the receipt shown, with photo and, where the trade asks for it, certificate."""
    passes.claim(row, receipt)
    row.receipt, row.photo, row.made_at, row.made_by = receipt, photo, at, by
    files.attach(photo, row)
    return ["receipt", "photo", "made_at", "made_by", *_certify(row, certificate, told), *_prolong(row, told.get("valid_until"))]


def _certify(row: WorkerPass, certificate: StoredFile | None, told: dict[str, Any]) -> list[str]:
    """Writes what was shown. Raises Refused where the trade asks for a certificate that is missing or has run out."""
    for name in CERTIFIED:
        setattr(row, name, told.get(name) or getattr(row, name))
    if certificate is not None:
        row.certificate = certificate
        files.attach(certificate, row)
    if row.trade.needs_certificate and row.certificate is None:
        raise Refused(_("%(trade)s needs a certificate: add its picture.") % {"trade": row.trade})
    lacks = gate.certificate_is_valid(row)
    if lacks is not None:
        raise Refused(lacks.text)
    if row.trade.is_at_height and (row.medical_until is None or row.medical_until < timezone.localdate()):
        raise Refused(_("%(trade)s needs a medical examination that is in force.") % {"trade": row.trade})
    return [*CERTIFIED, "certificate"]


def _prolong(row: WorkerPass, until: dt.date | None) -> list[str]:
    """A pass runs no longer than the permit on the door."""
    permit = access.valid_permit(row.fitout)
    last = permit.valid_until if permit else row.fitout.ends_on
    row.valid_until = min(until or row.valid_until, last)
    if row.valid_until < timezone.localdate():
        raise Refused(_("Enter a day from today on; the permit runs until %(day)s.") % {"day": last})
    return ["valid_until"]


def renew(
    row: WorkerPass, *, by: Any, at: dt.datetime, note: str, valid_until: dt.date, certificate: StoredFile | None = None, **told: Any
) -> list[str]:
    """A later last day, with the renewed certificate if the old one has run out."""
    return [*_certify(row, certificate, told), *_prolong(row, valid_until)]


def show_receipt(row: WorkerPass, *, by: Any, at: dt.datetime, note: str, receipt: Receipt) -> list[str]:
    """Another receipt in place of one that was voided."""
    if row.receipt is not None and row.receipt.state == Receipt.State.ISSUED:
        raise Refused(_("Receipt %(number)s stands: no other is needed.") % {"number": row.receipt})
    passes.claim(row, receipt)
    row.receipt = receipt
    return ["receipt"]


def receipt_is_void(row: WorkerPass) -> Blocked | None:
    if row.receipt is not None and row.receipt.state != Receipt.State.ISSUED:
        return None
    return Blocked(_("The receipt it was made on stands."), other_way=True)


def lose(row: WorkerPass, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    passes.keep_deposit(row, by=by, at=at)
    return []


def take_back(row: WorkerPass, *, by: Any, at: dt.datetime, note: str) -> list[str]:
    row.returned_at = at
    return ["returned_at"]


PASS_FLOW = Flow(
    "fitout.WorkerPass",
    T("Worker pass"),
    S,
    #    step           from                              to           who        what must hold first                 clause
    Step("make", S.APPLIED, S.VALID, SECURITY,
         [fee_is_billed, receipt_is_there, deposit_is_held, gate.permit_is_valid, gate.contractor_is_qualified],
         "M3.2.4-3.3", label=T("Make the pass"), effect=make),
    Step("renew", (S.VALID, S.EXPIRED), S.VALID, SECURITY, [gate.permit_is_valid, gate.contractor_is_qualified], "M3.2.4-3.3",
         label=T("Renew it"), tone="secondary", effect=renew),
    Step("show_receipt", S.VALID, S.VALID, SECURITY, [receipt_is_void, receipt_is_there], "M3.2.4-3.3.F2",
         label=T("Another receipt is shown"), tone="secondary", effect=show_receipt),
    Step("take_back", (S.VALID, S.EXPIRED, S.REVOKED, S.LOST), S.RETURNED, SECURITY, [is_off_site], "M3.2.4-3.3",
         label=T("The pass is given back"), effect=take_back),
    Step("report_lost", (S.VALID, S.EXPIRED, S.REVOKED), S.LOST, SECURITY, [], "M3.2.4-3.3",
         label=T("It is lost"), tone="danger", effect=lose, asks_reason=True),
    Step("revoke", (S.VALID, S.EXPIRED), S.REVOKED, (SECURITY, SERVICE), [], "M3.2.3-2",
         label=T("Revoke it"), tone="danger", asks_reason=True),
    Step("expire", S.VALID, S.EXPIRED, SYSTEM, [has_run_out], "M3.2.4-3.3", label=T("It has run out"), tone="secondary"),
    Step("withdraw", S.APPLIED, S.WITHDRAWN, (SECURITY, SERVICE), [], "M3.2.4-3.3",
         label=T("No pass is needed"), tone="danger", asks_reason=True),
)  # fmt: skip
