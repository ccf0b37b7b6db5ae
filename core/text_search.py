"""Words anywhere in the rows of a big table: as quick among a million as among ten thousand, and no row more or less than `icontains`.

The index holds every run of three characters (docs/mechanisms/lists.md). Whether it or a walk through the newest rows is
quicker depends on how common a word is; the walk is tried first, and never goes far.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.indexes import GinIndex
from django.db import connection
from django.db.models import BooleanField, Case, F, Func, Model, Q, QuerySet, TextField, Value, When

from core import keyset
from core.text import UNSEEN

# Rows walked through before the index is asked, and again when that finds more than it sorts.
FIRST_WALK, LONG_WALK = 1_000, 20_000
SORTED_AT_ONCE = 10_000


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

    def count(self, rows: QuerySet[Any], word: str, *, most: int) -> int:
        """How many of the rows contain the word, no further than `most`."""
        if UNSEEN.search(word):
            return 0
        return rows.filter(self.by_index(rows.model, word)).order_by()[:most].count()

    def picker(self, word: str) -> keyset.Pick:
        """Picks the keys of the first rows of an order that contain the word."""

        def pick(rows: QuerySet[Any], keys: list[keyset.Key], backwards: bool, count: int) -> list[Any]:
            if UNSEEN.search(word):
                return []
            ordered = keyset.ordered(rows, keys, backwards=backwards)
            found, is_settled = self._walk(ordered, word, count, FIRST_WALK)
            if not is_settled:
                found, is_settled = self._sorted(rows, keys, backwards, word, count, most=SORTED_AT_ONCE)
            if not is_settled:
                found, is_settled = self._walk(ordered, word, count, LONG_WALK)
            return found if is_settled else self._sorted(rows, keys, backwards, word, count)[0]

        return pick

    def _walk(self, ordered: QuerySet[Any], word: str, count: int, most: int) -> tuple[list[Any], bool]:
        """Keys of those among the first `most` rows, in their order, and whether these are all that is needed."""
        hit = Case(When(self.by_reading(ordered.model, word), then=True), default=False, output_field=BooleanField())
        inner, parameters = ordered.annotate(hit=hit).values_list("pk", "hit")[:most].query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT (array_agg(pk) FILTER (WHERE hit))[1:%s], count(*) FROM ({inner}) AS walked (pk, hit)",  # noqa: S608
                [count, *parameters],
            )
            found, walked = cursor.fetchone()
        return found or [], len(found or ()) >= count or walked < most

    def _sorted(
        self, rows: QuerySet[Any], keys: list[keyset.Key], backwards: bool, word: str, count: int, most: int | None = None
    ) -> tuple[list[Any], bool]:
        """Keys of all that the index finds, sorted; not settled when there are more than `most`, for these were any."""
        names = {f"place_{place}": F(key.name) for place, key in enumerate(keys)}
        found = rows.filter(self.by_index(rows.model, word)).order_by().annotate(**names).values_list("pk", *names)
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
        return [pk for pk, _total in lines], most is None or not lines or lines[0][1] <= most


def _held(columns: Sequence[str], word: str) -> Q:
    found = Q(Indexed(columns, word))
    return found & Q(Contains(columns, word)) if len(word) > 3 else found
