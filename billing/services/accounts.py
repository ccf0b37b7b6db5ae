"""A tenant's account: what is due, what is held, and every line of a period with its balance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, Sum
from django.utils.translation import gettext as _

from billing.models import Account, Charge, Deposit, Entry, Posting
from core.database import lock
from core.flow import Refused
from tenants.models import Tenant


@dataclass(frozen=True)
class Standing:
    """How a tenant stands today, yuan: owed in all, of it overdue and since when, paid ahead, deposits held."""

    owed: Decimal
    overdue: Decimal
    overdue_since: dt.date | None
    prepaid: Decimal
    held: Decimal


def standing(tenant: Tenant, on: dt.date) -> Standing:
    """How a tenant stands on a day; two queries."""
    balances = dict(Account.objects.filter(tenant=tenant).values_list("kind").annotate(sum=Sum("balance")))
    late = [(row.ripe_on, row.outstanding) for row in Charge.objects.filter(tenant=tenant).overdue(on)]
    zero = Decimal(0)
    return Standing(
        owed=balances.get(Account.Kind.RECEIVABLE, zero),
        overdue=sum((amount for _due, amount in late), zero),
        overdue_since=min((due for due, _amount in late), default=None),
        prepaid=-balances.get(Account.Kind.PREPAYMENT, zero),
        held=-balances.get(Account.Kind.DEPOSIT, zero),
    )


def deposits_due(tenant: Tenant) -> list[Deposit]:
    """Deposits that are not fully paid, oldest first."""
    rows = Deposit.objects.filter(tenant=tenant, cancelled_at=None, taken__lt=F("amount_due"))
    return list(rows.order_by("due_on", "id"))


def due(tenant: Tenant) -> Decimal:
    """All that is asked of a tenant now, yuan: unpaid charges and deposits not fully paid."""
    unpaid = Charge.objects.filter(tenant=tenant).unpaid().aggregate(sum=Sum("outstanding"))["sum"] or Decimal(0)
    return unpaid + sum((row.amount_due - row.taken for row in deposits_due(tenant)), Decimal(0))


def check_due(tenant: Tenant, seen: Decimal | None) -> None:
    """Locks the tenant and raises Refused when something else is due than the person was shown."""
    lock(tenant)
    if seen is not None and seen != due(tenant):
        raise Refused(_("What is due has changed since this page was opened. Check the lines and send it again."))


@dataclass(frozen=True)
class StatementLine:
    """One entry of a statement: what was charged (debit), paid or credited, and the balance after it, yuan."""

    entry: Entry
    charged: Decimal
    settled: Decimal
    balance: Decimal
    parts: Sequence[Any]


@dataclass(frozen=True)
class Statement:
    """A tenant's account over a period: what it owed before, each entry, what it owes after; negative is paid ahead."""

    opening: Decimal
    lines: Sequence[StatementLine]
    closing: Decimal
    charged: Decimal
    settled: Decimal


OWN = (Account.Kind.RECEIVABLE, Account.Kind.PREPAYMENT)


def statement(tenant: Tenant, first: dt.date, last: dt.date) -> Statement:
    """Every entry that moved what the tenant owes, in order of booking; entries that cancel out are shown all the same."""
    mine = Posting.objects.filter(account__tenant=tenant, account__kind__in=OWN)
    opening = mine.filter(entry__booked_on__lt=first).aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    entries = Entry.objects.filter(tenant=tenant, booked_on__range=(first, last)).order_by("booked_on", "id")
    moved = entries.annotate(
        raised=Sum("postings__amount", filter=Q(postings__account__kind__in=OWN, postings__amount__gt=0)),
        lowered=Sum("postings__amount", filter=Q(postings__account__kind__in=OWN, postings__amount__lt=0)),
    ).exclude(raised=None, lowered=None)
    rows = moved.select_related("receipt", "reverses__receipt", "by").prefetch_related(
        "charges__kind", "charges__unit", "allocations__charge__kind"
    )
    balance, lines = opening, []
    for entry in rows:
        up, down = entry.raised or Decimal(0), -(entry.lowered or Decimal(0))
        balance += up - down
        parts: list[Any] = [*entry.charges.all()] or [*entry.allocations.all()]
        lines.append(StatementLine(entry, up, down, balance, parts))
    charged, settled = (sum((getattr(line, name) for line in lines), Decimal(0)) for name in ("charged", "settled"))
    return Statement(opening, lines, balance, charged, settled)


def unpaid_by_bill(tenant: Tenant) -> list[Charge]:
    """What a tenant owes with its payment notices, oldest first."""
    return [*Charge.objects.filter(tenant=tenant).unpaid().oldest_first().select_related("kind", "unit", "bill")]
