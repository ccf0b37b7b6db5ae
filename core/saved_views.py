"""Views of a list under a name: one's own, and those that a department shares with its people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core.flow import Refused
from core.models import SavedView

_departments: list[Callable[[Any], dict[str, str]]] = []


def set_departments(departments: Callable[[Any], dict[str, str]]) -> None:
    """Tells core the departments of a person (code -> name); the app that knows posts calls it once."""
    _departments[:] = [departments]


def departments_of(user: Any) -> dict[str, str]:
    """Code -> name of the departments with which this person may share a view."""
    return _departments[0](user) if _departments else {}


def visible(user: Any, list_name: str) -> QuerySet[SavedView]:
    """Views of a list that this person may use: their own, and those shared with a department of theirs."""
    theirs = Q(shared_with__in=list(departments_of(user)))
    return SavedView.objects.filter(Q(owner=user) | theirs, list_name=list_name).order_by("name", "pk")


def own(user: Any) -> QuerySet[SavedView]:
    """Views that this person may rename, share and delete."""
    return SavedView.objects.filter(owner=user)


def audience(user: Any, code: str) -> str:
    """The code as it may be stored: "" for a private view. Raises Refused for a department that isn't one's own."""
    if code and code not in departments_of(user):
        raise Refused(_("Share a view with a department of your own, or keep it private."))
    return code


def save(user: Any, list_name: str, name: str, *, query: str, columns: list[str], shared_with: str = "") -> SavedView:
    """Keeps filters, order and columns under a name; the same name again replaces one's own view."""
    if not name:
        raise Refused(_("Give the view a name."))
    values = {"query": query[:1000], "columns": columns, "shared_with": audience(user, shared_with)}
    view, _made = SavedView.objects.update_or_create(owner=user, list_name=list_name[:60], name=name, defaults=values)
    return view
