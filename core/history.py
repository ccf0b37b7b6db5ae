"""The trail of every record: who did what when, written by the database itself (reliability rule 12)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext as _

from core.models import HistoryEntry

WRITES = ("INSERT", "UPDATE", "DELETE")


class Actor:
    """Says in front of every write of a connection on whose behalf it happens.

    The setting is local to the transaction, so a pooled connection never carries it to the next request.
    """

    def __init__(self, user_id: int | None) -> None:
        self.prefix = f"SELECT set_config('app.user', '{int(user_id)}', true); " if user_id else ""

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if self.prefix and not many and sql.lstrip()[:6].upper() in WRITES:
            sql = self.prefix + sql
        return execute(sql, params, many, context)


@contextmanager
def acting(user: Any) -> Iterator[None]:
    """Writes inside carry this person's name in the history. `user` may be None: the system."""
    with connection.execute_wrapper(Actor(getattr(user, "pk", None))):
        yield


def note(record: models.Model, text: str, *, by: Any) -> None:
    """Adds a remark to a record's timeline."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.user', %s, true), audit.note(%s, %s, %s)",
            [str(by.pk) if by else "", record._meta.db_table, record.pk, text],
        )


@dataclass(frozen=True)
class TimelineEntry:
    """One line of a timeline. `changes` holds (label, before, after) as people read them."""

    at: datetime
    actor: Any
    kind: str
    title: str
    note: str
    changes: list[tuple[str, str, str]]
    record: models.Model | None = None


def timeline(record: models.Model, *others: models.Model, limit: int = 50) -> list[TimelineEntry]:
    """The newest entries of a record and of the rows that belong to it; two queries."""
    rows = {(row._meta.db_table, row.pk): row for row in (record, *others)}
    wanted = Q()
    for table in {table for table, _pk in rows}:
        wanted |= Q(row_table=table, row_id__in=[pk for name, pk in rows if name == table])
    entries = list(HistoryEntry.objects.filter(wanted).order_by("-id")[:limit])
    people = get_user_model()._default_manager.in_bulk({entry.actor_id for entry in entries if entry.actor_id})
    return [_entry(entry, rows[(entry.row_table, entry.row_id)], people) for entry in entries]


@dataclass(frozen=True)
class Difference:
    """How a record reads now against an earlier time: its versions and (label, then, now) of each changed field."""

    since: datetime
    from_version: int
    to_version: int
    changes: list[tuple[str, str, str]]


def changes_since(record: models.Model, at: datetime) -> Difference:
    """What changed in a record after a time, the steps of its life left out; one query."""
    lines = HistoryEntry.objects.filter(row_table=record._meta.db_table, row_id=record.pk, kind__in=["CHANGED", "STEP"])
    entries = lines.filter(at__gt=at).order_by("id")
    pairs: dict[str, list[Any]] = {}
    for entry in entries:
        for name, (old, new) in entry.changes.items():
            pairs[name] = [pairs[name][0] if name in pairs else old, new]
    now = getattr(record, "version", 1)
    then = pairs.get("version", [now])[0] or now
    changed = {name: pair for name, pair in pairs.items() if pair[0] != pair[1] and name != "state"}
    return Difference(at, then, now, _pairs(changed, record))


def _entry(entry: HistoryEntry, row: models.Model, people: dict[Any, Any]) -> TimelineEntry:
    return TimelineEntry(
        at=entry.at,
        actor=people.get(entry.actor_id),
        kind=entry.kind,
        title=_title(entry, row),
        note=entry.note,
        changes=_pairs(entry.changes, row) if entry.kind in {"CHANGED", "STEP"} else [],
        record=row,
    )


def _title(entry: HistoryEntry, row: models.Model) -> str:
    from core import flow

    if entry.kind == HistoryEntry.Kind.STEP:
        life = flow.flow_of(type(row))
        step = life.steps.get(entry.step) if life else None
        return str(step.label) if step else entry.step
    if entry.kind == HistoryEntry.Kind.NOTE:
        return _("Note")
    return f"{HistoryEntry.Kind(entry.kind).label} · {row._meta.verbose_name}"


def _pairs(changes: dict[str, Any], row: models.Model) -> list[tuple[str, str, str]]:
    fields = {field.column: field for field in row._meta.concrete_fields}
    shown = [(fields[name], pair) for name, pair in changes.items() if name in fields and name not in {"id", "version"}]
    return [(str(field.verbose_name), _shown(field, old), _shown(field, new)) for field, (old, new) in shown]


def _shown(field: models.Field[Any, Any], value: Any) -> str:
    if value is None or value in ("", [], {}):
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return "; ".join(_shown(field, each) for each in value)
    choices = dict(field.flatchoices)
    return str(value if isinstance(value, dict) else choices.get(value, value))
