"""Deposits, refunds and waivers as the product knows them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing import access
from billing.flow import REFUND_FLOW, WAIVER_FLOW
from billing.models import Deposit, Entry, Refund, Waiver, WaiverKind
from billing.services import credits, refunds, waivers
from billing.services.ledger import Stamp
from core import kinds, panels
from core.search import SearchWords
from tenants.models import Tenant


def deposit_words(deposit: Deposit) -> SearchWords:
    title = f"{deposit.get_kind_display()} {deposit.tenant}"
    return SearchWords(title=title, subtitle=deposit.number, number=deposit.number, words=[deposit.payer])


def refund_words(refund: Refund) -> SearchWords:
    return SearchWords(title=f"{refund.tenant} ¥{refund.amount}", subtitle=refund.number, number=refund.number, words=[refund.payee])


def waiver_words(waiver: Waiver) -> SearchWords:
    return SearchWords(title=f"{waiver.tenant} ¥{waiver.amount}", subtitle=waiver.number, number=waiver.number)


def refund_facts(refund: Refund) -> list[tuple[Any, Any]]:
    """What the approver must see."""
    return [
        (_("Tenant"), refund.tenant),
        (_("Of"), refund.deposit or _("Prepayment")),
        (_("Amount"), f"¥{refund.amount:,.2f}"),
        (_("Held now"), f"¥{refunds.available(refund):,.2f}"),
        (_("Payee"), refund.payee),
        (_("Reason"), refund.reason),
    ]


def waiver_facts(waiver: Waiver) -> list[tuple[Any, Any]]:
    """What the approver must see."""
    return [
        (_("Tenant"), waiver.tenant),
        (_("Charge"), str(waiver.charge)),
        (_("Amount"), f"¥{waiver.amount:,.2f}"),
        (_("Kind"), waiver.get_kind_display()),
        (_("Reason"), waiver.reason),
        (_("Needs the limit of"), "、".join(waivers.signers(waiver))),
    ]


kinds.register(
    Deposit,
    rows=access.deposits,
    title=gettext_lazy("Deposit"),
    icon="lock",
    url="billing:deposit_detail",
    search=deposit_words,
)
kinds.register(
    Refund,
    rows=access.refunds,
    title=gettext_lazy("Refund"),
    icon="arrow-back-up",
    url="billing:refund_detail",
    flow=REFUND_FLOW,
    search=refund_words,
    summary=refund_facts,
)
kinds.register(
    Waiver,
    rows=access.waivers,
    title=gettext_lazy("Waiver"),
    icon="discount",
    url="billing:waiver_detail",
    flow=WAIVER_FLOW,
    search=waiver_words,
    summary=waiver_facts,
)


def compensation_limit(user: Any, building_id: int) -> Decimal:
    """Up to what somebody may compensate by their own signature: the limit for compensation in the table of waivers."""
    return waivers.limit_of(user, WaiverKind.COMPENSATION, building_id)


def compensation_signers(amount: Decimal) -> list[str]:
    """The posts whose limit for compensation covers an amount, the lowest first."""
    return waivers.signers(Waiver(kind=WaiverKind.COMPENSATION, amount=amount))


def compensation_book(tenant: Tenant, amount: Decimal, record: Any, by: Any, at: dt.datetime) -> Entry:
    """Money that makes up for something: the tenant's from now on, paid from what the house gives up."""
    stamp = Stamp(by=by, at=at, on=timezone.localdate(at), memo=str(record), record=record, key=f"compensation:{record.pk}")
    return credits.compensate(tenant, amount, stamp)


panels.contribute("compensation.book", compensation_book)
panels.contribute("compensation.limit", compensation_limit)
panels.contribute("compensation.signers", compensation_signers)
