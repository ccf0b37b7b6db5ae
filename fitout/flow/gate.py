"""What must hold before a worker goes in, looked at again at every entry (manual 3.2.1-1, 3.2.3-2, 3.2.4-3.3)."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from billing.models import Receipt
from core import clock
from core.flow import Blocked
from fitout.flow import guards as g
from fitout.models import Fitout, WorkerPass

S = WorkerPass.State


def page(row: WorkerPass) -> str:
    return reverse("fitout:worker_pass_detail", args=[row.pk])


def pass_is_valid(row: WorkerPass) -> Blocked | None:
    if row.state != S.VALID:
        return Blocked(_("The pass is not valid: %(state)s.") % {"state": row.get_state_display()}, page(row))
    if row.valid_until < clock.today():
        return Blocked(_("The pass ran out on %(day)s. Renew it.") % {"day": row.valid_until}, page(row))
    return None


def pass_is_paid(row: WorkerPass) -> Blocked | None:
    """The receipt it was made on still stands."""
    if row.receipt is None or row.receipt.state == Receipt.State.ISSUED:
        return None
    return Blocked(_("Receipt %(number)s is void. Let the contractor show the one that stands.") % {"number": row.receipt}, page(row))


def certificate_is_valid(row: WorkerPass) -> Blocked | None:
    """The certificate that the trade asks for is there and in force today (manual 3.2.3-2)."""
    if not row.trade.needs_certificate:
        return None
    if not row.certificate_number or row.certificate_until is None:
        return Blocked(_("%(trade)s needs a certificate.") % {"trade": row.trade}, page(row))
    if row.certificate_until < clock.today():
        return Blocked(_("The certificate ran out on %(day)s.") % {"day": row.certificate_until}, page(row))
    return None


def site_is_open(row: WorkerPass) -> Blocked | None:
    return site_of(row.fitout)


def site_of(fitout: Fitout) -> Blocked | None:
    """The works have begun, and are neither stopped nor finished."""
    there, state = g.page(fitout), Fitout.State
    if fitout.state == state.STOPPED:
        return Blocked(_("The works are stopped."), there)
    if fitout.started_at is None:
        return Blocked(_("The works may not begin yet."), there)
    return None if fitout.is_open_site else Blocked(_("The site is closed."), there)


def permit_is_valid(row: WorkerPass) -> Blocked | None:
    return g.permit_is_valid(row.fitout)


def contractor_is_qualified(row: WorkerPass) -> Blocked | None:
    return g.contractor_is_qualified(row.fitout)


def works_are_insured(row: WorkerPass) -> Blocked | None:
    return g.works_are_insured(row.fitout)


CHECKS = (pass_is_valid, pass_is_paid, certificate_is_valid, site_is_open, permit_is_valid, contractor_is_qualified, works_are_insured)


def stops(row: WorkerPass) -> list[Blocked]:
    """Every reason why a worker is not let in today."""
    return [answer for check in CHECKS if (answer := check(row)) is not None]
