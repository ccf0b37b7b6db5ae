"""Checklists and their versions: a change of an item retires it and adds another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from core.database import lock
from rounds.models import Checklist, ChecklistItem

TOLD = ("text", "kind", "low", "high", "measure", "options", "failing", "photo", "is_required", "help")


@dataclass(frozen=True)
class ItemDraft:
    """An item as somebody wants it. `pk` names the item it replaces; none for a new one."""

    text: str
    kind: str = "PASS_FAIL"
    low: Decimal | None = None
    high: Decimal | None = None
    measure: str = ""
    options: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()
    photo: str = "ON_FAIL"
    is_required: bool = True
    help: str = ""
    pk: int | None = None

    @property
    def told(self) -> dict[str, Any]:
        """The fields of the item that it says."""
        said = asdict(self)
        return {name: list(said[name]) if name in {"options", "failing"} else said[name] for name in TOLD}


def make_checklist(*, name: str, department: Any, building: Any = None, items: Iterable[ItemDraft | str] = ()) -> Checklist:
    """A checklist with its items in order; a plain text is an item that is in order or not."""
    with transaction.atomic():
        checklist = Checklist(name=name, department=department, building=building)
        checklist.full_clean()
        checklist.save()
        for position, item in enumerate(items, 1):
            draft = ItemDraft(item) if isinstance(item, str) else item
            _add(checklist, draft, position)
    return checklist


def set_items(checklist: Checklist, items: Iterable[ItemDraft]) -> Checklist:
    """Has the list ask these items in this order from now on. What changed or left is retired; rounds begun keep what they ask."""
    with transaction.atomic():
        [fresh] = lock(checklist)
        asked = {item.pk: item for item in fresh.items.current()}
        wanted = list(enumerate(items, 1))
        if not _changes(asked, wanted):
            return fresh
        fresh.version += 1
        fresh.save(update_fields=["version"])
        _retire([item for pk, item in asked.items() if not _stays(item, wanted)], fresh.version)
        for position, draft in wanted:
            old = asked.get(draft.pk or 0)
            if old is None or not _same(old, draft, position):
                _add(fresh, draft, position)
    return fresh


def _same(item: ChecklistItem, draft: ItemDraft, position: int) -> bool:
    return item.position == position and all(getattr(item, name) == value for name, value in draft.told.items())


def _stays(item: ChecklistItem, wanted: list[tuple[int, ItemDraft]]) -> bool:
    return any(draft.pk == item.pk and _same(item, draft, position) for position, draft in wanted)


def _changes(asked: dict[int, ChecklistItem], wanted: list[tuple[int, ItemDraft]]) -> bool:
    return len(asked) != len(wanted) or not all(_stays(item, wanted) for item in asked.values())


def _retire(items: list[ChecklistItem], version: int) -> None:
    for item in items:
        item.until = version
        item.save(update_fields=["until"])


def _add(checklist: Checklist, draft: ItemDraft, position: int) -> ChecklistItem:
    item = ChecklistItem(checklist=checklist, position=position, since=checklist.version, **draft.told)
    item.full_clean(exclude=["checklist"])
    item.save()
    return item
