"""What waits for somebody's decision or signature, what they sent to others, and what they have decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from core import kinds, signing
from core.flow import Flow
from core.kinds import Kind
from core.models import HistoryEntry, SignOff
from core.signing import PanelRow
from frontdesk import waiting

RECORDS_ASKED = 200


@dataclass(frozen=True)
class Ask:
    """One thing asked of a person: a decision on a record, or a signature."""

    record: Any
    kind: Kind
    what: str
    signature: PanelRow | None = None

    @property
    def key(self) -> str:
        """Names the ask in an address: `tenants.MoveIn-12`."""
        return f"{self.kind.label}-{self.record.pk}"


@dataclass(frozen=True)
class Done:
    """What a person decided or signed, when."""

    record: Any
    at: datetime
    what: str


def waiting_for(user: Any) -> list[Ask]:
    """Decisions and signatures that wait for this person, newest first; a few queries a kind that has them."""
    return [*_decisions(user), *_signatures(user)]


def _decisions(user: Any) -> list[Ask]:
    found = waiting.records(waiting.keys(waiting.queues(user, waiting.decisions), RECORDS_ASKED), user)
    return [Ask(record, kinds.of(record), _decision(record, user)) for record in found]


def _decision(record: Any, user: Any) -> str:
    life: Flow = kinds.of(record).flow  # type: ignore[assignment]
    labels = [str(step.label) for step in life.from_here(record) if step.approval and step.is_for(user, record)]
    return " / ".join(labels)


def _signatures(user: Any) -> list[Ask]:
    return [ask for kind in waiting.works() for ask in _signatures_of(kind, user)]


def _signatures_of(kind: Kind, user: Any) -> list[Ask]:
    """Records whose life goes on and whose documents lack this person's party."""
    if not signing.has_documents(kind.model):
        return []
    rows = list(open_rows(kind, user)[:RECORDS_ASKED])
    given = _given(kind, rows)
    return [
        Ask(record, kind, f"{row.document.title} · {row.party.label}", row)
        for record in rows
        for row in signing.panel_of(record, given.get(record.pk, []))
        if _waits(row, record, user)
    ]


def _waits(row: PanelRow, record: Any, user: Any) -> bool:
    role = row.party.role
    return bool(role and not row.is_valid and role.holds(user, record) and row.document.text(record))


def open_rows(kind: Kind, user: Any) -> QuerySet[Any]:
    """Records of a kind whose life has not ended, newest first."""
    return kind.rows(user).filter(state__in=waiting.going_on(kind)).order_by("-pk")


def _given(kind: Kind, rows: Iterable[Any]) -> dict[int, list[SignOff]]:
    ids = [row.pk for row in rows]
    found: dict[int, list[SignOff]] = {}
    signoffs = SignOff.objects.filter(content_type=kind.content_type(), object_id__in=ids, replaced_by=None).select_related("user")
    for signoff in signoffs:
        found.setdefault(signoff.object_id or 0, []).append(signoff)
    return found


def sent_by(user: Any) -> list[Ask]:
    """What this person began and others have yet to decide or sign."""
    asking = [kind for kind in waiting.works() if _asks_others(kind)]
    return [
        Ask(record, kind, ", ".join(kind.flow.next_step(record, None).waiting_for))  # type: ignore[union-attr]
        for kind in asking
        for record in open_rows(kind, user).filter(created_by=user)[:50]
    ]


def _asks_others(kind: Kind) -> bool:
    decides = any(step.approval for step in kind.flow or ())
    return decides or signing.has_documents(kind.model)


def done_by(user: Any, limit: int = 50) -> list[Done]:
    """The last decisions and signatures of this person that they may still see, newest first."""
    found = [*_decided(user, limit), *_signed(user, limit)]
    return sorted(found, key=lambda done: done.at, reverse=True)[:limit]


def _decided(user: Any, limit: int) -> list[Done]:
    lives = {kind.model._meta.db_table: kind for kind in kinds.all_kinds() if kind.flow and any(s.approval for s in kind.flow)}
    names = {step.name for kind in lives.values() for step in kind.flow or () if step.approval}
    entries = HistoryEntry.objects.filter(actor_id=user.pk, kind="STEP", step__in=names, row_table__in=lives).order_by("-id")[:limit]
    found = {(lives[e.row_table].label, e.row_id): e for e in entries}
    by_record = {(kinds.of(row).label, row.pk): row for row in waiting.records(found, user)}
    return [
        Done(by_record[key], entry.at, str(lives[entry.row_table].flow.steps[entry.step].label))  # type: ignore[union-attr]
        for key, entry in found.items()
        if key in by_record
    ]


def _signed(user: Any, limit: int) -> list[Done]:
    rows = SignOff.objects.filter(user=user, replaced_by=None).order_by("-signed_at")[:limit]
    labels = {kind.content_type().pk: kind.label for kind in kinds.all_kinds() if signing.has_documents(kind.model)}
    keyed = [((labels[row.content_type_id], row.object_id or 0), row) for row in rows if row.content_type_id in labels]
    by_record = {(kinds.of(row).label, row.pk): row for row in waiting.records([key for key, _row in keyed], user)}
    return [Done(by_record[key], row.signed_at, str(row.get_verdict_display())) for key, row in keyed if key in by_record]
