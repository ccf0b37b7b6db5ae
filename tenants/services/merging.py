"""Merging two files of one company, reversible for thirty days (both histories stay)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps
from django.db import DatabaseError, IntegrityError, models, transaction
from django.utils.translation import gettext as _

from core import history, panels
from core.database import lock
from core.flow import Refused
from core.search import index
from tenants.models import FileItem, FilePart, Tenant, TenantMerge
from tenants.services.file import refresh_file

UNDO_FOR = dt.timedelta(days=30)
UNIQUE_VIOLATION = "23505"
# What a kept file may take over from the joined one.
FIELDS = (
    "name",
    "name_en",
    "short_name",
    "credit_code",
    "other_identifier",
    "company_kind",
    "industry",
    "managers",
    "employees",
    "foreigners",
    "people_total",
    "registered_address",
    "mailing_address",
    "phone",
    "legal_representative",
    "is_vip",
    "since",
    "note",
)


def links() -> list[tuple[type[models.Model], str]]:
    """Every (model, field) of every app that points to a tenant; its file parts and its merges are handled by themselves."""
    # Hidden ones too: `related_name="+"` hides a key from Tenant, not the row from the tenant.
    keys = [field for field in Tenant._meta.get_fields(include_hidden=True) if field.auto_created and not field.concrete]
    found = [(key.related_model, key.field.name) for key in keys if isinstance(key, models.ManyToOneRel)]
    own = (FilePart, TenantMerge, Tenant)
    return sorted([pair for pair in found if pair[0] not in own], key=lambda pair: (pair[0]._meta.label, pair[1]))


def counts(tenant: Tenant) -> list[tuple[Any, int]]:
    """How many rows of each kind hang on a file: (plural, number), those with none left out."""
    found = [(model._meta.verbose_name_plural, model._base_manager.filter(**{field: tenant}).count()) for model, field in links()]
    documents = FileItem.objects.filter(part__tenant=tenant).count()
    return [(name, number) for name, number in [*found, (FileItem._meta.verbose_name_plural, documents)] if number]


def differences(kept: Tenant, joined: Tenant) -> list[tuple[str, Any, Any, Any]]:
    """(field, label, kept value, other value) of what the two files say differently."""
    fields = [Tenant._meta.get_field(name) for name in FIELDS]
    pairs = [(field.name, field.verbose_name, getattr(kept, field.name), getattr(joined, field.name)) for field in fields]  # type: ignore[union-attr]
    return [pair for pair in pairs if pair[2] != pair[3]]


def blockers(kept: Tenant, joined: Tenant) -> list[str]:
    """Why the two can't be merged, in words; other apps add theirs (`tenant.merge_blockers`: `f(kept, joined)`)."""
    found = []
    if kept.pk == joined.pk or kept.building_id != joined.building_id:
        found.append(_("Choose another tenant of the same building."))
    if kept.merged_into_id or joined.merged_into_id:
        found.append(_("One of the two was merged before. Take that apart first."))
    if TenantMerge.objects.filter(kept=joined, undone_at=None).exists():
        found.append(_("%(tenant)s has taken in another file. Merge the other way round.") % {"tenant": joined.name})
    return [*found, *(str(text) for texts in panels.contributions("tenant.merge_blockers", kept, joined) for text in texts)]


def merge(kept: Tenant, joined: Tenant, take_over: Iterable[str], *, by: Any, at: dt.datetime) -> TenantMerge:
    """Moves everything of `joined` to `kept`; `take_over` names the fields whose value of `joined` stays.

    Raises Refused with the reasons, and changes nothing, when the two can't be merged.
    """
    with transaction.atomic():
        kept, joined = lock(kept, joined)
        reasons = blockers(kept, joined)
        if reasons:
            raise Refused(" ".join(reasons))
        moved = [*_move_rows(kept, joined), *_move_documents(kept, joined)]
        made = TenantMerge.objects.create(kept=kept, joined=joined, merged_at=at, merged_by=by, moved=moved)
        made.replaced = _take_over(kept, joined, [name for name in take_over if name in FIELDS])
        made.save(update_fields=["replaced"])
        joined.merged_into = kept
        joined.save(update_fields=["merged_into"])
        _say(kept, joined, _("%(joined)s was merged into %(kept)s.") % {"joined": joined.number, "kept": kept.number}, by=by, at=at)
        return made


def _move_rows(kept: Tenant, joined: Tenant) -> list[list[Any]]:
    moved = []
    for model, field in links():
        ids = sorted(model._base_manager.filter(**{field: joined}).values_list("pk", flat=True))
        gone = _point(model, field, ids, kept)
        if gone:
            moved.append([model._meta.label, field, gone])
    return moved


def _point(model: type[models.Model], field: str, ids: Sequence[int], tenant: Tenant) -> list[int]:
    """Points rows to a tenant and returns which: one of which the tenant has its like (a circular both got) stays where it is."""
    if not ids or _pointed(model, field, ids, tenant):
        return list(ids)
    return [pk for pk in ids if _pointed(model, field, [pk], tenant)]


def _pointed(model: type[models.Model], field: str, ids: Sequence[int], tenant: Tenant) -> bool:
    """False when the database has the like already. Raises Refused when it forbids the move for another reason."""
    try:
        with transaction.atomic():
            model._base_manager.filter(pk__in=ids).update(**{field: tenant})
    except DatabaseError as error:
        if getattr(error.__cause__, "pgcode", "") == UNIQUE_VIOLATION:
            return False
        raise Refused(_("Their %(rows)s can't be joined to another file.") % {"rows": model._meta.verbose_name_plural}) from error
    return True


def _move_documents(kept: Tenant, joined: Tenant) -> list[list[Any]]:
    """Documents go to the part of the same category, their sheets behind those that lie there; the joined file keeps its empty parts."""
    moved = []
    parts = dict(kept.file_parts.values_list("category_id", "pk"))
    for part in joined.file_parts.all():
        items = list(part.items.order_by("sheet", "pk"))
        if items and part.category_id in parts:
            moved.append([FileItem._meta.label, f"part:{part.pk}", [[item.pk, item.sheet] for item in items]])
            _lay_behind(items, parts[part.category_id])
    return moved


def _lay_behind(items: Sequence[FileItem], part_id: int) -> None:
    last = FileItem.objects.filter(part_id=part_id).aggregate(last=models.Max("sheet"))["last"] or 0
    for item in items:
        if item.sheet is not None:
            last += 1
            item.sheet = last
        item.part_id = part_id
        item.save(update_fields=["part", "sheet"])


def _take_over(kept: Tenant, joined: Tenant, names: list[str]) -> dict[str, Any]:
    before = {name: _plain(kept, name) for name in names}
    for name in names:
        setattr(kept, name, getattr(joined, name))
    if "credit_code" in names:
        # Unique in a building: the joined file gives its own up while it is merged.
        before["joined:credit_code"] = joined.credit_code
        joined.credit_code = ""
        joined.save(update_fields=["credit_code"])
    kept.version += 1
    kept.save(update_fields=[*names, "version"])
    return before


def _plain(tenant: Tenant, name: str) -> Any:
    field: Any = Tenant._meta.get_field(name)
    return field.value_to_string(tenant) if getattr(tenant, name) is not None else None


def _say(kept: Tenant, joined: Tenant, text: str, *, by: Any, at: dt.datetime) -> None:
    for tenant in (kept, joined):
        history.note(tenant, text, by=by)
        refresh_file(tenant, on=at.date())
        index(tenant)


def undo(made: TenantMerge, *, by: Any, at: dt.datetime) -> TenantMerge:
    """Takes a merge apart within thirty days; rows added since stay with the kept file. Raises Refused afterwards."""
    with transaction.atomic():
        kept, joined = lock(made.kept, made.joined)
        [fresh] = lock(made)
        if fresh.undone_at:
            raise Refused(_("This merge was taken apart already."))
        if at - fresh.merged_at > UNDO_FOR:
            raise Refused(_("A merge can be taken apart for thirty days only."))
        for label, field, ids in fresh.moved:
            _move_back(label, field, ids, kept, joined)
        _give_back(kept, joined, fresh.replaced)
        joined.merged_into = None
        joined.save(update_fields=["merged_into"])
        fresh.undone_at, fresh.undone_by = at, by
        fresh.save(update_fields=["undone_at", "undone_by"])
        _say(kept, joined, _("%(joined)s was taken out of %(kept)s again.") % {"joined": joined.number, "kept": kept.number}, by=by, at=at)
        return fresh


def _move_back(label: str, field: str, ids: list[Any], kept: Tenant, joined: Tenant) -> None:
    model: Any = apps.get_model(label)
    if field.startswith("part:"):
        mine = set(kept.file_parts.values_list("pk", flat=True))
        for pk, sheet in ids:
            model._base_manager.filter(pk=pk, part_id__in=mine).update(part_id=int(field.partition(":")[2]), sheet=sheet)
        return
    # What was given to a third file since stays there.
    _point(model, field, sorted(model._base_manager.filter(pk__in=ids, **{field: kept}).values_list("pk", flat=True)), joined)


def _give_back(kept: Tenant, joined: Tenant, replaced: dict[str, Any]) -> None:
    """Puts back what was replaced, unless somebody has corrected it since. Raises Refused when another file has a code now."""
    code = replaced.get("joined:credit_code", joined.credit_code)
    taken = {name: code if name == "credit_code" else getattr(joined, name) for name in replaced if not name.startswith("joined:")}
    own = [name for name, value in taken.items() if getattr(kept, name) == value]
    for name in own:
        field: Any = Tenant._meta.get_field(name)
        setattr(kept, name, None if replaced[name] is None else field.to_python(replaced[name]))
    kept.version += 1
    try:
        with transaction.atomic():
            kept.save(update_fields=[*own, "version"])
            if "credit_code" in own:
                joined.credit_code = code
                joined.save(update_fields=["credit_code"])
    except IntegrityError as error:
        raise Refused(_("Another tenant has the unified social credit code of one of the two by now. Correct that first.")) from error
