"""Two people edit one record: which version a form was opened at, who wins, and what the other one is shown."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from core.database import lock
from core.flow import Refused

TECHNICAL_FIELDS = frozenset({"submission_key", "version"})
NEVER_RESENT = frozenset({"version", "csrfmiddlewaretoken", "submission_key"})


class Conflict(Exception):
    """Somebody else changed the record since the form was opened. `theirs` is the record as it reads now.

    `version` is its reading now, where the form doesn't tell it by `reading_of`; `rows` [(label, theirs, mine)] likewise.
    """

    def __init__(self, theirs: Any, *, version: str = "", rows: list[tuple[Any, Any, Any]] | None = None) -> None:
        super().__init__()
        self.theirs, self.version, self.rows = theirs, version, rows


def digest(said: Any) -> str:
    """A short print of what JSON can say."""
    return hashlib.sha256(json.dumps(said).encode("utf8", "replace")).hexdigest()[:32]


def reading_of(row: Any, form: Any) -> str:
    """What a row says, as a form carries it: its `version` where it counts them, else a print of the form's own fields."""
    if hasattr(row, "version"):
        return str(row.version)
    said = [str(field.value_from_object(row)) for field in row._meta.concrete_fields if field.name in form.fields]
    chosen = [sorted(one.pk for one in field.value_from_object(row)) for field in row._meta.many_to_many if field.name in form.fields]
    return digest([said, chosen])


def save_changes(form: Any, *, by: Any) -> Any:
    """Saves what was changed on a row, and only that; raises Conflict when it reads otherwise than at the form's opening."""
    [fresh] = lock(form.instance)
    was_opened_at(form, reading_of(fresh, form), Conflict(fresh))
    own = {field.name for field in fresh._meta.concrete_fields}
    changed = [name for name in form.changed_data if name in own and name not in TECHNICAL_FIELDS]
    for name in changed:
        setattr(fresh, name, form.cleaned_data[name])
    if hasattr(fresh, "version"):
        fresh.version += 1
        changed.append("version")
    if changed:
        fresh.save(update_fields=changed)
    _save_many(form, fresh)
    return fresh


def was_opened_at(form: Any, now: str, conflict: Conflict) -> None:
    """Raises the conflict unless the form was opened at what the locked row reads now."""
    opened_at = form.cleaned_data.get("version")
    if not opened_at:
        raise Refused(_("The form doesn't say which version it was opened at. Open it again; what you typed is below."))
    if opened_at != now:
        raise conflict


def _save_many(form: Any, fresh: Any) -> None:
    for field in fresh._meta.many_to_many:
        if field.name in form.changed_data:
            getattr(fresh, field.name).set(form.cleaned_data[field.name])


def conflict_page(request: HttpRequest, form: Any, conflict: Conflict, shown: dict[str, Any]) -> HttpResponse:
    """Both texts field by field; everything typed and uploaded goes along with the choice."""
    theirs = conflict.theirs
    rows = conflict.rows if conflict.rows is not None else list(_both(form, theirs))
    version = conflict.version or reading_of(theirs, form)
    context = {**shown, "rows": rows, "sent": _sent(request, form), "theirs": theirs, "version": version, "new_key": uuid.uuid4()}
    return render(request, "core/conflict.html", context, status=409)


def _sent(request: HttpRequest, form: Any) -> list[tuple[str, str]]:
    sent = [(name, value) for name, values in request.POST.lists() for value in values if name not in NEVER_RESENT]
    # An upload that came with this very post is kept already: its token goes along as if it had been stashed before.
    known = {value for _name, value in sent}
    kept = [(f"{name}_token", token) for name, field in form.fields.items() for token in getattr(field.widget, "kept", ())]
    return sent + [(name, token) for name, token in kept if token not in known]


def _both(form: Any, theirs: Any) -> Iterator[tuple[Any, str, str]]:
    for field in form.visible_fields():
        now, mine = _said(theirs, field.name), _typed(form, field)
        if field.name in form.changed_data or now != mine:
            yield field.label, now, mine


def _said(theirs: Any, name: str) -> str:
    shown = getattr(theirs, f"get_{name}_display", None)
    return in_words(shown() if shown else getattr(theirs, name, None))


def _typed(form: Any, field: Any) -> str:
    value = form.cleaned_data.get(field.name)
    labels = getattr(form.instance, f"get_{field.name}_display", None)
    return in_words(labels() if labels else value)


def in_words(value: Any) -> str:
    """A value as people read it: yes and no, several joined, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, models.Manager):
        value = value.all()
    return "、".join(map(str, value)) if isinstance(value, (list, tuple, models.QuerySet)) else str(value)
