"""What stands on paper for an entry: a receipt, a waiver, a refund. The paper is taken back by its own life, and the entry with it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from billing.models import Entry, Receipt, Refund, Waiver
from core import kinds
from core.flow import Blocked, Refused
from core.models import Record

T = gettext_lazy

# The paper, the state in which it stands, and what to do instead of reversing its entry.
PAPERS: tuple[tuple[type[Any], str, Any], ...] = (
    (Receipt, Receipt.State.ISSUED, T("Receipt %(number)s stands for this. Make the receipt void instead.")),
    (Waiver, Waiver.State.APPROVED, T("Waiver %(number)s stands for this. Take the waiver back instead.")),
    (Refund, Refund.State.PAID, T("Refund %(number)s paid this out. When the money comes back, take it with a new receipt instead.")),
)


def standing(entry: Entry) -> Record | None:
    """The receipt, waiver or refund that stands for an entry, or None. Ask under the lock of the tenant."""
    found = (model.objects.filter(entry=entry, state=state).first() for model, state, _instead in PAPERS)
    return next((paper for paper in found if paper), None)


def refuse_for(paper: Record) -> None:
    """Raises Refused, which says how this paper is taken back and leads to it."""
    instead = next(text for model, _state, text in PAPERS if isinstance(paper, model)) % {"number": paper.number}
    raise Refused(instead, [Blocked(instead, kinds.of(paper).url(paper))])
