"""Words anywhere in the rows of a big table: as quick among a million as among ten thousand, and no row more or less than `icontains`.

The index holds every run of three characters (docs/mechanisms/lists.md). Whether it or a walk through the newest rows is
quicker depends on how common a word is; the walk is tried first, and never goes far.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.indexes import GinIndex
from django.core.cache import cache
from django.db import connection
from django.db.models import BooleanField, Case, F, Func, Model, Q, QuerySet, TextField, Value, When

from core import keyset
from core.text import UNSEEN

# Rows walked through before the index is asked, and again when that finds more than it sorts.
FIRST_WALK, LONG_WALK = 1_000, 20_000
SORTED_AT_ONCE = 10_000
# Seconds for which “more than are counted” is believed.
KNOWN_FOR = 600


class Joined(Func):
    """Columns as one text, parted by a character that no text holds."""

    template = "(%(expressions)s)"
    arg_joiner = r" || E'\x1f' || "
    output_field = TextField()


class Indexed(Func):
    """True for rows whose columns contain the word, by the index; a word of more than three characters is looked at again."""

    template = "%(expressions)s"
    arg_joiner = " @@ "
    output_field = BooleanField()

    def __init__(self, columns: Sequence[str], word: str) -> None:
        super().__init__(Func(Joined(*columns), function="search_grams"), Func(Value(word), function="search_query"))


class Contains(Func):
    """True for rows whose columns contain the word, by reading them."""

    template = "UPPER(%(expressions)s)"
    arg_joiner = ") LIKE UPPER("
    output_field = BooleanField()

    def __init__(self, columns: Sequence[str], word: str) -> None:
        plain = word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
        super().__init__(Joined(*columns), Value(f"%{plain}%"))


class OneOf(Func):
    """True for rows whose key is one of a list that is made once, before any row is looked at."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def index(*columns: str, name: str) -> GinIndex:
    """What a model must have to be searched by these columns. Written at once: a waiting list would be read by every search."""
    return GinIndex(Func(Joined(*columns), function="search_grams"), name=name, fastupdate=False)


class Search:
    """The search of a list: rows with the typed text in a column of their own, or in one of a row they point to.

    `columns` in the order of the model's index; `linked` such as `unit__code`, whose model has an index of that column.
    """

    def __init__(self, *columns: str, linked: Sequence[str] = ()) -> None:
        self.columns, self.linked = columns, linked

    def __call__(self, rows: QuerySet[Any], word: str) -> QuerySet[Any]:
        """The rows that contain the word, found by the index before anything else is asked of them."""
        if UNSEEN.search(word):
            return rows.none()
        keys = rows.model._base_manager.filter(self.by_index(rows.model, word)).order_by().values("pk")
        return rows.filter(OneOf(F("pk"), ArraySubquery(keys)))

    def read(self, rows: QuerySet[Any], word: str) -> QuerySet[Any]:
        """The same rows, found by reading: for a set that is small already."""
        return rows.none() if UNSEEN.search(word) else rows.filter(self.by_reading(rows.model, word))

    def by_index(self, model: type[Model], word: str) -> Q:
        found = _held(self.columns, word)
        for key, keys in self._linked(model, word):
            found |= Q(OneOf(F(key), ArraySubquery(keys)))
        return found

    def by_reading(self, model: type[Model], word: str) -> Q:
        found = Q(Contains(self.columns, word))
        for key, keys in self._linked(model, word):
            found |= Q(**{f"{key}__in": keys})
        return found

    def _linked(self, model: type[Model], word: str) -> list[tuple[str, QuerySet[Any]]]:
        """(foreign key, keys of the rows it may point to) of each linked column."""
        pairs = [path.split("__") for path in self.linked]
        others = [(key, column, model._meta.get_field(key).related_model) for key, column in pairs]
        return [(key, other._base_manager.filter(_held([column], word)).order_by().values("pk")) for key, column, other in others]  # type: ignore[union-attr]

    def ask(self, rows: QuerySet[Any], word: str) -> Asked:
        """The same question, to be answered a page at a time."""
        return Asked(self, rows.none() if UNSEEN.search(word) else rows, word)


class Asked:
    """A word searched for among some rows: which come first in an order, and how many there are."""

    def __init__(self, search: Search, rows: QuerySet[Any], word: str) -> None:
        self.search, self.rows, self.word = search, rows, word
        self.total: int | None = None

    def pick(self, rows: QuerySet[Any], keys: list[keyset.Key], backwards: bool, count: int) -> list[Any]:
        """Keys of the first of those of the rows beyond a mark (all of them without one) that contain the word."""
        if rows.query.is_empty():
            return []
        found, total = self._walk(rows, keys, backwards, count, FIRST_WALK)
        if total is None and len(found) < count:
            found, total = self._sorted(rows, keys, backwards, count, most=SORTED_AT_ONCE)
            if total is None:
                found, total = self._walk(rows, keys, backwards, count, LONG_WALK)
            if total is None and len(found) < count:
                found, total = self._sorted(rows, keys, backwards, count)
        self.total = total if rows is self.rows else None
        return found

    def count(self, *, most: int) -> int:
        """How many there are, no further than `most`. That there are so many is not counted anew for a while."""
        if self.total is not None:
            return min(self.total, most)
        if self.rows.query.is_empty():
            return 0
        wanted = self.rows.filter(self.search.by_index(self.rows.model, self.word)).order_by()[:most]
        key = f"so-many:{sha256(repr(wanted.values('pk').query.sql_with_params()).encode()).hexdigest()}"
        if cache.get(key):
            return most
        number = wanted.count()
        if number == most:
            cache.set(key, True, KNOWN_FOR)
        return number

    def _walk(self, rows: QuerySet[Any], keys: list[keyset.Key], backwards: bool, count: int, most: int) -> tuple[list[Any], int | None]:
        """Keys of those among the first `most` rows, and how many of all rows there are, None when it walked through a part."""
        hit = Case(When(self.search.by_reading(rows.model, self.word), then=True), default=False, output_field=BooleanField())
        walked = keyset.ordered(rows, keys, backwards=backwards).annotate(hit=hit).values_list("pk", "hit")[:most]
        inner, parameters = walked.query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT (array_agg(pk) FILTER (WHERE hit))[1:%s], count(*) FILTER (WHERE hit), count(*)"  # noqa: S608
                f" FROM ({inner}) AS walked (pk, hit)",
                [count, *parameters],
            )
            found, hits, seen = cursor.fetchone()
        return found or [], hits if seen < most else None

    def _sorted(
        self, rows: QuerySet[Any], keys: list[keyset.Key], backwards: bool, count: int, most: int | None = None
    ) -> tuple[list[Any], int | None]:
        """Keys of the first of all that the index finds, and how many these are; none when there are more than `most`."""
        names = {f"place_{place}": F(key.name) for place, key in enumerate(keys)}
        found = rows.filter(self.search.by_index(rows.model, self.word)).order_by().annotate(**names).values_list("pk", *names)
        inner, parameters = (found if most is None else found[: most + 1]).query.sql_with_params()
        order = ", ".join(
            f"{name} {'DESC' if key.descending else 'ASC'} NULLS {'FIRST' if backwards else 'LAST'}"
            for name, key in zip(names, keys, strict=True)
        )
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT pk, count(*) OVER () FROM ({inner} OFFSET 0) AS found (pk, {', '.join(names)}) ORDER BY {order} LIMIT %s",  # noqa: S608
                [*parameters, count],
            )
            lines = cursor.fetchall()
        total = lines[0][1] if lines else 0
        return ([], None) if most is not None and total > most else ([pk for pk, _total in lines], total)


def _held(columns: Sequence[str], word: str) -> Q:
    found = Q(Indexed(columns, word))
    return found & Q(Contains(columns, word)) if len(word) > 3 else found
