"""What waits for somebody's decision or signature, what they sent to others, and what they have decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import kinds, signing
from core.flow import UNDO_FOR, Flow
from core.kinds import Kind
from core.models import HistoryEntry, SignOff
from core.signing import PanelRow
from core.views import form_of
from frontdesk import waiting
from frontdesk.waiting import Work
from staff import access as staff
from staff.access import Away

RECORDS_ASKED = 200


@dataclass(frozen=True)
class Ask:
    """One thing asked of a person: a decision on a record, or a signature."""

    record: Any
    kind: Kind
    what: str
    signature: PanelRow | None = None
    oral: SignOff | None = None
    away: tuple[str, ...] = ()
    together: str = ""  # names the decision among several that are taken at once, where that is safe

    @property
    def key(self) -> str:
        """Names the ask in an address: `tenants.MoveIn-12`, with what is signed behind it."""
        name = f"{self.kind.label}-{self.record.pk}"
        return f"{name}-{self.signature.document.key}-{self.signature.party.key}" if self.signature else name


@dataclass(frozen=True)
class Done:
    """What a person decided or signed, when."""

    record: Any
    at: datetime
    what: str
    undo_url: str = ""


def waiting_for(work: Work) -> list[Ask]:
    """Decisions and signatures that wait for a person, newest first."""
    return [*_decisions(work), *_signatures(work)]


def _decisions(work: Work) -> list[Ask]:
    return [_decision(record, work.user) for record in work.records(work.waiting(waiting.decisions, RECORDS_ASKED))]


def _decision(record: Any, user: Any) -> Ask:
    kind = kinds.of(record)
    life: Flow = kind.flow  # type: ignore[assignment]
    mine = [step for step in life.from_here(record) if step.approval and step.is_for(user, record)]
    safe = next((step for step in mine if step.bulk and not form_of(type(record), step)), None)
    together = f"{kind.label}-{record.pk}-{safe.name}" if safe else ""
    return Ask(record, kind, " / ".join(str(step.label) for step in mine), together=together)


def _signatures(work: Work) -> list[Ask]:
    return [ask for kind in waiting.works() for ask in _signatures_of(kind, work)]


def _signatures_of(kind: Kind, work: Work) -> list[Ask]:
    """Records whose life goes on and whose documents lack this person's party."""
    rows = work.to_sign(kind)
    if not rows:
        return []
    mine = {document.key for document in signing.documents_of(kind.model) if waiting.may_be_signed_by(document, work.user)}
    given = _given(kind, rows)
    return [
        Ask(record, kind, f"{row.document.title} · {row.party.label}", row)
        for record in rows
        for row in signing.panel_of(record, given.get(record.pk, []), lambda document: document.key in mine)
        if _waits(row, record, work.user)
    ]


def _waits(row: PanelRow, record: Any, user: Any) -> bool:
    role = row.party.role
    return bool(role and not row.is_consented and role.holds(user, record) and row.document.text(record))


def to_countersign(user: Any) -> list[Ask]:
    """Oral consents that wait for this person's countersignature, the earliest due first."""
    rows = [row for row in signing.to_countersign(user).prefetch_related("record") if row.record and kinds.known(row.record)]
    seen = {_key(record) for record in waiting.records({_key(row.record) for row in rows}, user)}
    return [_countersignature(row) for row in rows if _key(row.record) in seen and signing.may_countersign(row, user)]


def _key(record: Any) -> tuple[str, int]:
    return kinds.of(record).label, record.pk


def _countersignature(row: SignOff) -> Ask:
    record: Any = row.record
    panel = next((each for each in signing.panel_of(record, [row]) if each.signoff == row), None)
    title = panel.document.title if panel else row.document
    what = _("%(document)s: oral consent of %(name)s") % {"document": title, "name": row.name}
    return Ask(record, kinds.of(record), what, panel, row)


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
    absent = staff.away(user)
    return [_sent(record, kind, absent) for kind in asking for record in open_rows(kind, user).filter(created_by=user)[:50]]


def _sent(record: Any, kind: Kind, absent: list[Away]) -> Ask:
    life: Flow = kind.flow  # type: ignore[assignment]
    roles = [role for step in life.from_here(record) for role in step.roles]
    if absent:
        roles += [row.party.role for row in signing.unsigned(record) if row.party.role]
    gone = [each for each in absent if any(each.gives(role, record) for role in roles)]
    return Ask(record, kind, ", ".join(life.next_step(record, None).waiting_for), away=tuple(map(_absence, gone)))


def _absence(each: Away) -> str:
    cover = each.cover
    values = {"absent": cover.absent, "until": cover.ends_on.isoformat(), "stand_in": cover.stand_in}
    return _("%(absent)s is away until %(until)s; %(stand_in)s stands in.") % values


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
    return [_done(by_record[key], entry, user) for key, entry in found.items() if key in by_record]


def _done(record: Any, entry: HistoryEntry, user: Any) -> Done:
    """A decision, with the address that takes it back while that can be done."""
    life: Flow = kinds.of(record).flow  # type: ignore[assignment]
    now = timezone.now()
    last = life.undoable(record, by=user, at=now) if now - entry.at <= UNDO_FOR else None
    undo_url = reverse("core:undo", args=[kinds.of(record).label, record.pk]) if last and last.pk == entry.pk else ""
    return Done(record, entry.at, str(life.steps[entry.step].label), undo_url)


def _signed(user: Any, limit: int) -> list[Done]:
    given = SignOff.objects.filter(user=user, replaced_by=None).exclude(verdict=SignOff.Verdict.TO_COUNTERSIGN)
    rows = given.order_by("-signed_at")[:limit]
    labels = {kind.content_type().pk: kind.label for kind in kinds.all_kinds() if signing.has_documents(kind.model)}
    keyed = [((labels[row.content_type_id], row.object_id or 0), row) for row in rows if row.content_type_id in labels]
    by_record = {(kinds.of(row).label, row.pk): row for row in waiting.records([key for key, _row in keyed], user)}
    return [Done(by_record[key], row.signed_at, str(row.get_verdict_display())) for key, row in keyed if key in by_record]
