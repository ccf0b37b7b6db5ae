"""What the product knows of each kind of record. One registration gives it pages, files, search, prints and a timeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import reverse

if TYPE_CHECKING:
    from core.flow import Flow
    from core.search import SearchWords


@dataclass(frozen=True)
class Kind:
    """A kind of record. `rows(user)` is the only door to it: what this person may see."""

    model: type[models.Model]
    rows: Callable[[Any], models.QuerySet[Any]]
    title: Any
    plural: Any
    icon: str
    detail: str
    steps: str
    prints: str
    flow: Flow | None
    search: Callable[[Any], SearchWords | None] | None
    territory: Callable[[Any], int | None]
    timeline_rows: Callable[[Any], Iterable[models.Model]]
    may_see_file: Callable[[Any, Any, Any], bool] | None
    summary: Callable[[Any], Iterable[tuple[Any, Any]]]
    timely: Callable[[Any, Any], models.QuerySet[Any]]

    @property
    def label(self) -> str:
        return self.model._meta.label

    def url(self, record: models.Model) -> str:
        return reverse(self.detail, args=[record.pk]) if self.detail else ""

    def step_url(self, record: models.Model, step: str) -> str:
        return reverse(self.steps, args=[record.pk, step])

    def print_url(self, record: models.Model, form: str) -> str:
        return reverse(self.prints, args=[record.pk, form])

    def content_type(self) -> ContentType:
        return ContentType.objects.get_for_model(self.model)


_kinds: dict[type[models.Model], Kind] = {}
_territories: list[Callable[[Any], frozenset[int]]] = []


def register(
    model: type[models.Model],
    *,
    rows: Callable[[Any], models.QuerySet[Any]],
    title: Any,
    plural: Any = None,
    icon: str = "file",
    url: str = "",
    flow: Flow | None = None,
    search: Callable[[Any], SearchWords | None] | None = None,
    territory: Callable[[Any], int | None] | None = None,
    timeline_rows: Callable[[Any], Iterable[models.Model]] | None = None,
    may_see_file: Callable[[Any, Any, Any], bool] | None = None,
    summary: Callable[[Any], Iterable[tuple[Any, Any]]] | None = None,
    timely: Callable[[Any, Any], models.QuerySet[Any]] | None = None,
) -> Kind:
    """Adds a kind. `url` is the name of the detail page; `_step` and `_print` follow from it (see core.urls).

    `summary(record)`: the few facts, (label, value), by which somebody decides on such a record.
    `timely(rows, at)`: of the records whose life goes on, those that can wait for somebody at a moment; all of them as a rule.
    """
    kind = Kind(
        model=model,
        rows=rows,
        title=title,
        plural=plural or model._meta.verbose_name_plural,
        icon=icon,
        detail=url,
        steps=url.removesuffix("_detail") + "_step",
        prints=url.removesuffix("_detail") + "_print",
        flow=flow,
        search=search,
        territory=territory or (lambda record: getattr(record, "building_id", None)),
        timeline_rows=timeline_rows or (lambda record: ()),
        may_see_file=may_see_file,
        summary=summary or (lambda record: ()),
        timely=timely or (lambda rows, at: rows),
    )
    _kinds[model] = kind
    return kind


def of(record: models.Model | type[models.Model]) -> Kind:
    """The kind of a record or model; KeyError when nobody registered it."""
    model = record if isinstance(record, type) else type(record)
    return _kinds[model]


def known(record: models.Model | type[models.Model]) -> bool:
    return (record if isinstance(record, type) else type(record)) in _kinds


def named(label: str) -> Kind:
    """The kind with a model label such as `tenants.MoveIn`; KeyError when there is none."""
    for kind in _kinds.values():
        if kind.label == label:
            return kind
    raise KeyError(label)


def all_kinds() -> list[Kind]:
    return list(_kinds.values())


def set_territories(territories: Callable[[Any], frozenset[int]]) -> None:
    """Tells core which territories a person's posts cover; the app that knows posts calls it once."""
    _territories[:] = [territories]


def territories_of(user: Any) -> frozenset[int]:
    """Ids of the territories a person may see; empty for strangers."""
    return _territories[0](user) if _territories else frozenset()


def territory_of(record: models.Model | None) -> int | None:
    """The territory a record belongs to, or None when it belongs to all."""
    if record is None:
        return None
    if known(record):
        return of(record).territory(record)
    return getattr(record, "building_id", None)
