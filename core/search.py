"""One index of numbers, names, pinyin initials, units and phone tails, for the palette and the search page.

Words are cut into pieces of two characters; a GIN index over the pieces finds any two neighbouring characters
anywhere, Chinese or not, and the text itself decides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Case, F, IntegerField, Q, Value, When, Window
from django.db.models.functions import RowNumber
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext as _
from pypinyin import Style, lazy_pinyin

from core import kinds
from core.models import SearchEntry
from core.text import clean

GROUP = 8
SAID = ("territory_id", "number", "title", "subtitle", "words", "pieces", "rank")
SPACE = re.compile(r"[\s\-_·./()（）,，、]+")


@dataclass(frozen=True)
class SearchWords:
    """How a record is found and shown. `words` are further words: units, phones, plates, other names."""

    title: str
    subtitle: str = ""
    number: str = ""
    words: Iterable[str] = field(default_factory=tuple)
    rank: int = 0


@dataclass(frozen=True)
class Hit:
    """One line of the answer."""

    title: str
    subtitle: str
    url: str
    icon: str
    kind: str
    record: Any = None
    new_tab: bool = False


@dataclass(frozen=True)
class Action:
    """Something the palette can do: a page that starts it."""

    title: Any
    url: Callable[[], str]
    may: Callable[[Any], bool]
    icon: str = "bolt"


_actions: list[Action] = []


def action(title: Any, url: Callable[[], str], *, may: Callable[[Any], bool] = lambda user: True, icon: str = "bolt") -> None:
    """Adds an action to the palette."""
    _actions.append(Action(title, url, may, icon))


def initials(text: str) -> str:
    """Pinyin initials of the Chinese in a text, other letters kept: 华信科技 → hxkj."""
    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower()


def flat(text: str) -> str:
    """A text as it is searched: half-width, lower case, without spaces and separators."""
    return SPACE.sub("", unicodedata.normalize("NFKC", clean(text))).lower()


def pieces(text: str) -> list[str]:
    """Every two neighbouring characters of a flat text; a single character stands for itself."""
    return sorted({text[place : place + 2] for place in range(max(len(text) - 1, 1))} if text else set())


def entry_of(record: models.Model) -> SearchEntry | None:
    """The index row of a record, not saved; None when its kind isn't searched or it says so."""
    kind = kinds.of(record)
    found = kind.search(record) if kind.search else None
    if found is None:
        return None
    texts = [found.number, found.title, initials(found.title), *found.words]
    flats = list(dict.fromkeys(flat(text) for text in texts if text))
    return SearchEntry(
        kind=kind.label,
        object_id=record.pk,
        territory_id=kind.territory(record),
        number=found.number[:60],
        title=found.title[:200],
        subtitle=found.subtitle[:200],
        words=" ".join(flats),
        pieces=sorted({piece for text in flats for piece in pieces(text)}),
        rank=found.rank,
    )


def index(*records: models.Model) -> None:
    """Writes the index rows of records, replacing older ones; a record that is searched no more loses its row."""
    _write([(record, entry_of(record)) for record in records])


def _write(entries: list[tuple[models.Model, SearchEntry | None]]) -> None:
    rows = [row for _record, row in entries if row is not None]
    for record, row in entries:
        if row is None:
            SearchEntry.objects.filter(kind=kinds.of(record).label, object_id=record.pk).delete()
    SearchEntry.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["kind", "object_id"],
        update_fields=list(SAID),
        batch_size=1000,
    )


def watch() -> None:
    """Keeps the index of every searched kind fresh: each save re-indexes its row when the transaction commits."""
    for kind in kinds.all_kinds():
        if kind.search:
            post_save.connect(_saved, sender=kind.model, dispatch_uid=f"search:{kind.label}")
            post_delete.connect(_deleted, sender=kind.model, dispatch_uid=f"unsearch:{kind.label}")


def _saved(sender: type[models.Model], instance: models.Model, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        _written().clear()
        # A row that was saved and deleted in one transaction has no key any more.
        transaction.on_commit(lambda: _index_once(instance) if instance.pk else None)


def _written() -> dict[tuple[str, int], tuple[Any, ...]]:
    """What this connection's last transaction has written of each record."""
    if not hasattr(connection, "search_written"):
        connection.search_written = {}  # type: ignore[attr-defined]
    return connection.search_written  # type: ignore[attr-defined,no-any-return]


def _index_once(record: models.Model) -> None:
    """Writes the index row, unless an earlier save of the same transaction says the same."""
    row = entry_of(record)
    key, said = (kinds.of(record).label, record.pk), tuple(getattr(row, name) for name in SAID) if row else ()
    if _written().get(key) != said:
        _write([(record, row)])
        _written()[key] = said


def _deleted(sender: type[models.Model], instance: models.Model, **kwargs: Any) -> None:
    SearchEntry.objects.filter(kind=sender._meta.label, object_id=instance.pk).delete()


def reindex(kind: kinds.Kind) -> int:
    """Rebuilds a kind's rows from its table; returns how many."""
    SearchEntry.objects.filter(kind=kind.label).delete()
    count, batch = 0, []
    for record in kind.model._base_manager.iterator(chunk_size=1000):
        batch.append(record)
        if len(batch) == 1000:
            index(*batch)
            count, batch = count + len(batch), []
    index(*batch)
    return count + len(batch)


def rows(user: Any, text: str, *, kind: str = "") -> models.QuerySet[SearchEntry]:
    """Index rows that match and lie in this person's territories, best first: exact number, then start of a word."""
    wanted = flat(text)
    mine = kinds.territories_of(user)
    found = SearchEntry.objects.filter(Q(territory_id__in=mine) | (Q(territory_id=None) if mine else Q(pk__in=[])))
    for word in [part for part in (flat(part) for part in text.split()) if part] or [wanted]:
        found = found.filter(words__contains=word)
        if len(word) > 1:
            found = found.filter(pieces__contains=pieces(word))
    if kind:
        found = found.filter(kind=kind)
    place = Case(
        When(number__iexact=clean(text), then=Value(0)),
        When(words__startswith=wanted, then=Value(1)),
        When(words__contains=f" {wanted}", then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return found.annotate(place=place).order_by("place", "-rank", "title", "pk")


def find(user: Any, text: str, *, kind: str = "", numbers_only: bool = False) -> list[tuple[str, list[Hit]]]:
    """Groups (title, hits) of at most eight lines; one query plus one for each kind found, at most three.

    The eight best of each kind are found apart, so forty units never hide the one tenant.
    """
    wanted = flat(text)
    if not wanted or len(text) > 100:
        return []
    found = rows(user, text, kind=kind)
    if numbers_only:
        found = found.filter(number__icontains=clean(text))
    nth = Window(RowNumber(), partition_by=[F("kind")], order_by=[F("place"), F("rank").desc(), F("title"), F("pk")])
    groups: dict[str, list[SearchEntry]] = {}
    for entry in found.annotate(nth=nth).filter(nth__lte=GROUP):
        groups.setdefault(entry.kind, []).append(entry)
    answers = [_group(user, label, entries) for label, entries in list(groups.items())[:3]]
    return [answer for answer in answers if answer[1]]


def _group(user: Any, label: str, entries: list[SearchEntry]) -> tuple[str, list[Hit]]:
    """The entries this person may really see: the kind's own queryset has the last word."""
    kind = kinds.named(label)
    seen = {row.pk: row for row in kind.rows(user).filter(pk__in=[entry.object_id for entry in entries])}
    hits = [
        Hit(entry.title, entry.subtitle or entry.number, kind.url(seen[entry.object_id]), kind.icon, str(kind.title), seen[entry.object_id])
        for entry in entries
        if entry.object_id in seen
    ]
    return str(kind.plural), hits


def actions(user: Any, text: str) -> list[Hit]:
    """Actions whose name has the words, in this person's language or by pinyin initials."""
    wanted = flat(text)
    offered = [each for each in _actions if each.may(user)]
    found = [each for each in offered if wanted in flat(str(each.title)) or wanted in initials(str(each.title))]
    return [Hit(str(each.title), "", each.url(), each.icon, _("Actions")) for each in found[:GROUP]]
