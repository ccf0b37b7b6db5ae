"""One decision on one screen: its facts, its buttons, and many safe ones at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core import history, kinds, papers, signing
from core.flow import Flow, Option, Refused, Step
from core.models import HistoryEntry
from core.text import is_key
from core.views import form_of
from frontdesk.approvals import Ask

AT_ONCE = 50


@dataclass(frozen=True)
class Choice:
    """One decision that a person may take: its page, the key that opens it, and who gets the record next."""

    option: Option
    key: str
    url: str
    goes_to: list[str]

    @property
    def step(self) -> Step:
        return self.option.step


def choices(record: Any, user: Any) -> list[Choice]:
    """The decisions this person may take here; those that are blocked carry the reasons instead of a button."""
    life = kinds.of(record).flow
    options = [option for option in life.options(record, user) if option.step.approval] if life else []
    return [choice(record, option, options) for option in options]


def choice(record: Any, option: Option, among: Iterable[Option] = ()) -> Choice:
    kind, step = kinds.of(record), option.step
    url = reverse("frontdesk:decide", args=[kind.label, record.pk, step.name])
    if form_of(type(record), step):
        url = kind.step_url(record, step.name)
    # Only the first of each sort answers to a key.
    rivals = [each.step for each in among if each.step.asks_reason == step.asks_reason]
    key = ("r" if step.asks_reason else "a") if step in rivals[:1] else ""
    return Choice(option, key, url, gets_it(record, step))


def choice_of(record: Any, step: Step, user: Any) -> Choice:
    """The decision that somebody has opened, also when it is blocked or no longer possible."""
    option = next((each.option for each in choices(record, user) if each.step == step), None)
    return choice(record, option or Option(step, []))


def gets_it(record: Any, step: Step) -> list[str]:
    """Whose turn it is after the step: the roles of the main steps from there, and who asked."""
    life: Flow = kinds.of(record).flow  # type: ignore[assignment]
    then = [each for each in life if each.tone == "primary" and str(step.target) in each.sources]
    asker = getattr(record, "created_by", None)
    names = dict.fromkeys(str(role) for each in then for role in each.roles)
    return [*names, *([str(asker)] if asker else [])]


def facts(ask: Ask, user: Any) -> dict[str, Any]:
    """The facts of one decision on one screen: summary, changes since last time, papers, sign-offs, what happened."""
    record, kind = ask.record, ask.kind
    return {
        "ask": ask,
        "url": kind.url(record),
        "summary": list(kind.summary(record)),
        "asked_by": getattr(record, "created_by", None),
        "difference": difference(ask),
        "choices": choices(record, user),
        "next_step": kind.flow.next_step(record, user) if kind.flow else None,
        "papers": papers.checklist(record),
        "signoffs": signing.panel(record),
        "timeline": history.timeline(record, limit=8),
    }


def difference(ask: Ask) -> history.Difference | None:
    """What changed since this was last decided or signed; None when it never was, or nothing changed."""
    since = _last_time(ask)
    found = history.changes_since(ask.record, since) if since else None
    return found if found and found.changes else None


def _last_time(ask: Ask) -> datetime | None:
    if ask.oral:
        return ask.oral.created_at
    if ask.signature:
        return ask.signature.signoff.signed_at if ask.signature.signoff else None
    names = [step.name for step in ask.kind.flow or () if step.approval]
    lines = HistoryEntry.objects.filter(row_table=ask.record._meta.db_table, row_id=ask.record.pk, kind="STEP", step__in=names)
    return lines.order_by("-id").values_list("at", flat=True).first()


@dataclass(frozen=True)
class Line:
    """One record of those approved together. `refused` says why it is not among them."""

    record: Any
    step: Step | None
    refused: str = ""

    @property
    def key(self) -> str:
        return f"{kinds.of(self.record).label}-{self.record.pk}-{self.step.name if self.step else ''}"

    @property
    def summary(self) -> list[tuple[Any, Any]]:
        return list(kinds.of(self.record).summary(self.record))


def lines(keys: Iterable[str], user: Any) -> list[Line]:
    """What the keys `tenants.MoveIn-12-approve` stand for among the records this person may see, in a fixed order."""
    found = (_line(key, user) for key in sorted(set(keys))[:AT_ONCE])
    return [line for line in found if line]


def _line(key: str, user: Any) -> Line | None:
    label, _dash, rest = key.partition("-")
    pk, _dash, name = rest.partition("-")
    if not is_key(pk) or label not in {kind.label for kind in kinds.all_kinds()}:
        return None
    record = kinds.named(label).rows(user).filter(pk=pk).first()
    life = kinds.named(label).flow
    step = life.steps.get(name) if life else None
    if record is None or step is None or not step.bulk:
        return None
    return Line(record, step, _why_not(life, record, step, user))


def _why_not(life: Any, record: Any, step: Step, user: Any) -> str:
    option = next((option for option in life.options(record, user) if option.step == step), None)
    if option is None:
        return _("This is no longer yours to decide: the record is at “%(state)s”.") % {"state": record.get_state_display()}
    return " ".join(str(blocker.text) for blocker in option.blockers)


def take_together(keys: Iterable[str], *, by: Any, at: datetime, note: str) -> list[Line]:
    """Takes each decision for itself; one that is refused stays as it was and says why."""
    return [_take(line, by=by, at=at, note=note) for line in lines(keys, by)]


def _take(line: Line, *, by: Any, at: datetime, note: str) -> Line:
    life: Flow = kinds.of(line.record).flow  # type: ignore[assignment]
    try:
        fresh = life.take(line.record, line.step.name, by=by, at=at, note=note)  # type: ignore[union-attr]
    except Refused as refusal:
        return Line(line.record, line.step, refusal.message)
    return Line(fresh, line.step)
