"""Required papers: which documents a record needs at which step, and who received and verified each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.flow import Blocked, Refused
from core.models import Paper, PaperKind, StoredFile

GIVEN = frozenset({Paper.State.VERIFIED, Paper.State.SUBSTITUTE, Paper.State.NOT_APPLICABLE})

_conditions: dict[str, Callable[[Any], bool]] = {}


def condition(name: str) -> Callable[[Callable[[Any], bool]], Callable[[Any], bool]]:
    """Registers a condition that a PaperKind may name: `@papers.condition("by_agent")`."""

    def keep(function: Callable[[Any], bool]) -> Callable[[Any], bool]:
        _conditions[name] = function
        return function

    return keep


def conditions() -> list[str]:
    """The names that a PaperKind may give as its condition."""
    return sorted(_conditions)


@dataclass(frozen=True)
class Line:
    """One line of the checklist. `paper` is None while nobody has touched it."""

    kind: PaperKind
    paper: Paper

    @property
    def name(self) -> str:
        return self.kind.name_zh if (get_language() or "").startswith("zh") else self.kind.name

    @property
    def state(self) -> str:
        return self.paper.state

    @property
    def is_given(self) -> bool:
        return self.paper.state in GIVEN


def procedure_kinds(procedure: str) -> list[PaperKind]:
    """Every kind of paper a procedure may ask for, conditional ones included."""
    return list(PaperKind.objects.filter(procedure=procedure, is_active=True))


def needed_kinds(record: models.Model, procedure: str) -> list[PaperKind]:
    """The kinds of paper this record needs, conditions applied."""
    return [kind for kind in procedure_kinds(procedure) if not kind.condition or _conditions[kind.condition](record)]


def open_for(record: models.Model, procedure: str) -> None:
    """Makes the missing rows of the record's checklist; safe to run again after a condition changed."""
    Paper.objects.bulk_create(
        [Paper(record=record, kind=kind) for kind in needed_kinds(record, procedure)],
        ignore_conflicts=True,
    )


def checklist(record: models.Model, procedure: str = "") -> list[Line]:
    """Every paper the record needs now, in order; two queries."""
    rows = Paper.objects.filter(content_type=ContentType.objects.get_for_model(record), object_id=record.pk)
    if procedure:
        rows = rows.filter(kind__procedure=procedure)
    papers = rows.select_related("kind", "file", "received_by", "verified_by").order_by("kind__position", "kind_id")
    return [Line(paper.kind, paper) for paper in papers if _still_needed(paper, record)]


def _still_needed(paper: Paper, record: models.Model) -> bool:
    name = paper.kind.condition
    return not name or _conditions[name](record) or paper.state != Paper.State.MISSING


def missing(record: models.Model, step: str = "", procedure: str = "") -> list[Line]:
    """Lines that are neither verified nor excused; only those `step` waits for when it is named."""
    lines = [line for line in checklist(record, procedure) if not line.is_given]
    return [line for line in lines if not step or line.kind.needed_for in ("", step)]


def complete(step: str = "", url: Callable[[Any], str] = lambda record: "") -> Callable[[Any], Blocked | None]:
    """A guard: every paper that `step` needs is given. Its blocker names the missing ones and links to `url(record)`."""

    def papers_complete(record: Any) -> Blocked | None:
        names = [line.name for line in missing(record, step)]
        return Blocked(_("Missing papers: %(names)s.") % {"names": "、".join(names)}, url(record)) if names else None

    return papers_complete


def receive(paper: Paper, *, by: Any, at: datetime, file: StoredFile | None = None) -> None:
    """Takes a paper in; a sensitive one must have been stashed as such."""
    paper.state, paper.received_by, paper.received_at = Paper.State.RECEIVED, by, at
    paper.file = file or paper.file
    paper.reason, paper.until = "", None
    paper.save(update_fields=["state", "received_by", "received_at", "file", "reason", "until"])
    _attach(paper)


def verify(paper: Paper, *, by: Any, at: datetime) -> None:
    """Confirms a received paper against the original. Raises Refused when nothing was received."""
    if paper.state != Paper.State.RECEIVED:
        raise Refused(_("Receive “%(paper)s” before you verify it.") % {"paper": paper.kind})
    paper.state, paper.verified_by, paper.verified_at = Paper.State.VERIFIED, by, at
    paper.save(update_fields=["state", "verified_by", "verified_at"])


def substitute(paper: Paper, *, by: Any, at: datetime, reason: str, until: date | None = None, file: StoredFile | None = None) -> None:
    """Accepts something else in its place, with the reason, until a day or for good.

    Raises Refused where the paper has no substitute, and for a day that has passed.
    """
    if not paper.kind.substitute:
        raise Refused(_("“%(paper)s” can't be replaced by another paper; book a new time instead.") % {"paper": paper.kind})
    if until and until < timezone.localdate(at):
        raise Refused(_("The day until which it is accepted has passed. Choose a later one."))
    _excuse(paper, Paper.State.SUBSTITUTE, by=by, at=at, reason=reason, until=until, file=file)


def overdue_substitutes(model: type[models.Model], on: date) -> models.QuerySet[Paper]:
    """Substitutes on records of a model that were accepted until a day before `on`, the oldest first."""
    rows = Paper.objects.filter(content_type=ContentType.objects.get_for_model(model), state=Paper.State.SUBSTITUTE, until__lt=on)
    return rows.select_related("kind").order_by("until", "id")


def not_applicable(paper: Paper, *, by: Any, at: datetime, reason: str) -> None:
    """Takes a paper off the list, with the reason."""
    _excuse(paper, Paper.State.NOT_APPLICABLE, by=by, at=at, reason=reason)


def _excuse(
    paper: Paper, state: str, *, by: Any, at: datetime, reason: str, until: date | None = None, file: StoredFile | None = None
) -> None:
    if not reason.strip():
        raise Refused(_("Give the reason."))
    paper.state, paper.reason, paper.until = state, reason.strip(), until
    paper.verified_by, paper.verified_at = by, at
    paper.file = file or paper.file
    paper.save(update_fields=["state", "reason", "until", "verified_by", "verified_at", "file"])
    _attach(paper)


def _attach(paper: Paper) -> None:
    if paper.file and paper.file.object_id is None:
        paper.file.record = paper.record
        paper.file.save(update_fields=["content_type", "object_id"])
